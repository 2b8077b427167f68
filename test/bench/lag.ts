// How long the one thread of a node kept everybody else waiting while something was measured (SAFETY D14).
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 5;

/** Looks from now on; what it gives says for how many ms at most 99 of 100 looks came too late. */
export function watchLag(): () => number {
  const looks = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  looks.enable();
  return () => {
    looks.disable();
    // A look on time counts as its own interval.
    return Math.max(0, looks.percentile(99) / 1e6 - RESOLUTION_MS);
  };
}
