// The one way in for an uploaded price list: read off the main thread, within limits of size, time and memory.
import { Worker } from "node:worker_threads";
import type { Refusal } from "../kernel/refusal.ts";
import { LIST_LIMITS } from "./priceList.ts";
import type { PriceListRead, ReadOptions } from "./readListBytes.ts";

export type { PriceListRead, ReadOptions, SheetGuess } from "./readListBytes.ts";

/** How long and with how much heap one file is read; tests narrow them. */
export type ReadLimits = { timeMs: number; heapMb: number };

const LIMITS: ReadLimits = { timeMs: 10_000, heapMb: 192 };
/** Two at once on a small machine, and a short queue; whoever comes after is asked to try again. */
const AT_ONCE = 2;
const WAITING_MAX = 8;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Reads a list out of an uploaded file: GDXP (v0, v1, "2"), CSV, XLSX, ODS or XLS, recognised by content; `filename`
 * only appears in refusals. EXPERIENCE.md section 7, SAFETY.md section 8. Refusals: file-too-large, unreadable-file (why,
 * row), too-many-rows, too-many-columns, file-too-heavy (time or memory), empty-list, columns-unclear (columns, rows: to
 * ask a person), too-busy. Single unreadable rows are `badRows` of the list, not refusals.
 */
export async function readPriceList(
  bytes: Uint8Array,
  filename: string,
  options: ReadOptions = {},
  limits: ReadLimits = LIMITS,
): Promise<PriceListRead | Refusal> {
  if (bytes.length > LIST_LIMITS.bytes)
    return { refused: "file-too-large", filename, bytes: bytes.length, limit: LIST_LIMITS.bytes };
  if (bytes.length === 0) return { refused: "empty-list", filename };
  if (waiting.length >= WAITING_MAX) return { refused: "too-busy", filename };
  await takeTurn();
  try {
    const read = await readInWorker(bytes, options, limits);
    return "refused" in read ? { ...read, filename } : read;
  } finally {
    passTurn();
  }
}

function takeTurn(): Promise<void> {
  if (running < AT_ONCE) {
    running++;
    return Promise.resolve();
  }
  return new Promise((resolve) => waiting.push(resolve));
}

// The turn goes straight to the next in line, so that no newcomer slips in between.
function passTurn(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

function readInWorker(bytes: Uint8Array, options: ReadOptions, limits: ReadLimits): Promise<PriceListRead | Refusal> {
  const worker = new Worker(new URL("./listWorker.ts", import.meta.url), {
    workerData: { bytes, options },
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    // Nothing of the node's settings or secrets is of any use in there.
    env: {},
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => settle({ refused: "file-too-heavy", why: "time" }), limits.timeMs);
    const settle = (result: PriceListRead | Refusal) => {
      clearTimeout(tooLong);
      void worker.terminate().then(() => resolve(result), reject);
    };
    worker.once("message", settle);
    worker.once("error", (error) => {
      if (isHeapExhausted(error)) return settle({ refused: "file-too-heavy", why: "memory" });
      // A bug of ours, not of the file: let it be seen.
      clearTimeout(tooLong);
      reject(error);
    });
  });
}

function isHeapExhausted(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
}
