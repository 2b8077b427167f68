// The one way to a PDF: drawn off the main thread, within limits. And the two ways of writing a sheet as a file.
import type { LabelSheet } from "../kernel/labels.ts";
import type { Refusal } from "../kernel/refusal.ts";
import type { Sheet } from "../kernel/sheet.ts";
import { writeSheetCsv } from "./sheetCsv.ts";
import { runWorker } from "./worker.ts";

const WORKER = new URL("./pdfWorker.ts", import.meta.url);
const LIMITS = { timeMs: 20_000, heapMb: 192 };

/** The sheet as PDF. `writtenAt` is epoch ms. Refuses `too-busy`, `too-heavy`, and `cancelled` once `signal` says so. */
async function writePdf(sheet: Sheet, writtenAt: number, signal?: AbortSignal): Promise<Uint8Array | Refusal> {
  return runWorker<Uint8Array>(WORKER, { sheet, writtenAt }, LIMITS, signal);
}

/** The labels as PDF. `writtenAt` is epoch ms. Refuses `too-busy`, `too-heavy`, and `cancelled` once `signal` says so. */
export async function writeLabelsPdf(
  labels: LabelSheet,
  writtenAt: number,
  signal?: AbortSignal,
): Promise<Uint8Array | Refusal> {
  return runWorker<Uint8Array>(WORKER, { labels, writtenAt }, LIMITS, signal);
}

/** A sheet as files: what the rooms hand to the page that sends sheets. */
export const SHEET_FILES = { csv: writeSheetCsv, pdf: writePdf };
