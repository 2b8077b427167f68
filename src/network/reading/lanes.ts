// Which of the sources that are due are read now: few at once, one a host, and the slow ones never in everybody's way. Pure.
import type { Source } from "./source.ts";

/** Readings at once in all, and of these at most so many of sources known to be slow or failing. */
export const LANES = { all: 8, slow: 3 } as const;

/** A reading that takes longer is slow. */
export const SLOW_MS = 5000;

export type Waiting = Pick<Source, "uri" | "host" | "failures" | "tookMs">;

/** Whether a source failed or took long the last time: it has the slow lanes only. */
export function isSlow({ failures, tookMs }: Waiting): boolean {
  return failures > 0 || tookMs > SLOW_MS;
}

/**
 * The sources to start now, of those due in their order (the longest due first). A host is asked by one reading at a time; a
 * source that never held us up finds at least `all - slow` lanes that no slow one can take.
 */
export function chooseSources<W extends Waiting>(
  due: readonly W[],
  running: readonly Waiting[],
  lanes: { readonly all: number; readonly slow: number } = LANES,
): W[] {
  const hosts = new Set(running.map(({ host }) => host));
  let free = lanes.all - running.length;
  let freeSlow = lanes.slow - running.filter(isSlow).length;
  const chosen: W[] = [];
  for (const source of due) {
    if (free <= 0) break;
    if (hosts.has(source.host)) continue;
    const slow = isSlow(source);
    if (slow && freeSlow <= 0) continue;
    hosts.add(source.host);
    free -= 1;
    if (slow) freeSlow -= 1;
    chosen.push(source);
  }
  return chosen;
}
