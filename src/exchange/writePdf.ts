// The one way to a PDF: drawn off the main thread, within limits. And the two ways of writing a sheet as a file.
import type { Refusal } from "../kernel/refusal.ts";
import type { Sheet } from "../kernel/sheet.ts";
import { writeSheetCsv } from "./sheetCsv.ts";
import { runWorker } from "./worker.ts";

const LIMITS = { timeMs: 20_000, heapMb: 192 };

/** The sheet as PDF. `writtenAt` is epoch ms. Refuses `too-busy`, `too-heavy`. */
async function writePdf(sheet: Sheet, writtenAt: number): Promise<Uint8Array | Refusal> {
  return runWorker<Uint8Array>(new URL("./pdfWorker.ts", import.meta.url), { sheet, writtenAt }, LIMITS);
}

/** A sheet as files: what the rooms hand to the page that sends sheets. */
export const SHEET_FILES = { csv: writeSheetCsv, pdf: writePdf };
