// Heavy work off the main thread, within limits of time and memory: two at once on a small machine and a short queue.
import { Worker } from "node:worker_threads";
import type { Refusal } from "../kernel/refusal.ts";

/** How long one piece of work may take and with how much heap; tests narrow them. */
export type WorkLimits = { readonly timeMs: number; readonly heapMb: number };

const AT_ONCE = 2;
const WAITING_MAX = 8;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Runs the worker at `url` with `workerData` and gives its one message. Refuses `too-busy` when too many wait, `too-heavy`
 * with `why` "time" or "memory", `cancelled` once `signal` says that nobody waits for it any more: then the work ends, begun or
 * not. A throw in the worker is a bug of ours and is thrown here.
 */
export async function runWorker<T>(
  url: URL,
  workerData: unknown,
  limits: WorkLimits,
  signal?: AbortSignal,
): Promise<T | Refusal> {
  if (waiting.length >= WAITING_MAX) return { refused: "too-busy" };
  if (!(await takeTurn(signal))) return { refused: "cancelled" };
  try {
    if (signal?.aborted) return { refused: "cancelled" };
    return await run(url, workerData, limits, signal);
  } finally {
    passTurn();
  }
}

/** True once it is our turn; false when nobody wants it any more before that. */
function takeTurn(signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  if (running < AT_ONCE) {
    running++;
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const begin = () => {
      signal?.removeEventListener("abort", leave);
      resolve(true);
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(begin), 1);
      resolve(false);
    };
    waiting.push(begin);
    signal?.addEventListener("abort", leave, { once: true });
  });
}

// The turn goes straight to the next in line, so that no newcomer slips in between.
function passTurn(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}

function run<T>(
  url: URL,
  workerData: unknown,
  limits: WorkLimits,
  signal: AbortSignal | undefined,
): Promise<T | Refusal> {
  const worker = new Worker(url, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    // Nothing of the node's settings or secrets is of any use in there.
    env: {},
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => settle({ refused: "too-heavy", why: "time" }), limits.timeMs);
    const stop = () => settle({ refused: "cancelled" });
    const settle = (result: T | Refusal) => {
      clearTimeout(tooLong);
      signal?.removeEventListener("abort", stop);
      void worker.terminate().then(() => resolve(result), reject);
    };
    signal?.addEventListener("abort", stop, { once: true });
    worker.once("message", settle);
    worker.once("error", (error) => {
      if (isHeapExhausted(error)) return settle({ refused: "too-heavy", why: "memory" });
      clearTimeout(tooLong);
      reject(error);
    });
  });
}

function isHeapExhausted(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_WORKER_OUT_OF_MEMORY";
}
