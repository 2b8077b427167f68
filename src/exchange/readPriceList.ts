// The one way in for an uploaded price list: read off the main thread, within limits of size, time and memory.
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { LIST_LIMITS } from "./priceList.ts";
import type { PriceListRead, ReadOptions } from "./readListBytes.ts";
import { runWorker, type WorkLimits } from "./worker.ts";

export type { PriceListRead, ReadOptions, SheetGuess } from "./readListBytes.ts";

/** How long and with how much heap one file is read; tests narrow them. */
export type ReadLimits = WorkLimits;

const LIMITS: ReadLimits = { timeMs: 10_000, heapMb: 192 };

/**
 * Reads a list out of an uploaded file: GDXP (v0, v1, "2"), CSV, XLSX, ODS or XLS, recognised by content; `filename`
 * only appears in refusals. EXPERIENCE.md section 7, SAFETY.md section 8. Refusals: file-too-large, unreadable-file (why,
 * row), too-many-rows, too-many-columns, file-too-heavy (time or memory), empty-list, columns-unclear (columns, rows: to
 * ask a person), too-busy. Single unreadable rows are `badRows` of the list, not refusals.
 */
export function readPriceList(
  bytes: Uint8Array,
  filename: string,
  options: ReadOptions = {},
  limits?: ReadLimits,
): Promise<PriceListRead | Refusal> {
  return readInWorker<PriceListRead>("goods", bytes, filename, options, limits);
}

/** Has the list worker read a file that says `what`. Refusals as `readPriceList`. */
export async function readInWorker<T extends object>(
  what: "goods" | "members" | "suppliers",
  bytes: Uint8Array,
  filename: string,
  options: object,
  limits: ReadLimits = LIMITS,
): Promise<T | Refusal> {
  if (bytes.length > LIST_LIMITS.bytes)
    return { refused: "file-too-large", filename, bytes: bytes.length, limit: LIST_LIMITS.bytes };
  if (bytes.length === 0) return { refused: "empty-list", filename };
  const worker = new URL("./listWorker.ts", import.meta.url);
  const read = await runWorker<T | Refusal>(worker, { what, bytes, options }, limits);
  if (!isRefusal(read)) return read;
  return { ...read, refused: read.refused === "too-heavy" ? "file-too-heavy" : read.refused, filename };
}
