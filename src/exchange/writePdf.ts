// The one way to a PDF: drawn off the main thread, within limits.
import type { Refusal } from "../kernel/refusal.ts";
import type { Sheet } from "../kernel/sheet.ts";
import { runWorker } from "./worker.ts";

const LIMITS = { timeMs: 20_000, heapMb: 192 };

/** The sheet as PDF. `writtenAt` is epoch ms. Refuses `too-busy`, `too-heavy`. */
export async function writePdf(sheet: Sheet, writtenAt: number): Promise<Uint8Array | Refusal> {
  return runWorker<Uint8Array>(new URL("./pdfWorker.ts", import.meta.url), { sheet, writtenAt }, LIMITS);
}
