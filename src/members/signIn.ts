// When a sign-in link may be sent again, and how addresses compare. Pure: now is an argument.

/** How often a link was asked for from one place, and when last (epoch ms). */
export type Asks = { readonly count: number; readonly lastAt: number };

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;

/** After this long without asking, a place starts afresh. */
export const FORGET_MS = 60 * 60_000;

/**
 * Whether this ask may send a link, and what to remember. The first goes at once; then the wait doubles from 30 s to
 * 15 min, and an ask inside it sends nothing and does not lengthen it: nobody can lock anybody out (SAFETY C12).
 */
export function weighAsk(known: Asks | undefined, now: number): { mayWrite: boolean; asks: Asks } {
  if (!known || now - known.lastAt >= FORGET_MS) return { mayWrite: true, asks: { count: 1, lastAt: now } };
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (known.count - 1), LONGEST_WAIT_MS);
  if (now - known.lastAt < waitMs) return { mayWrite: false, asks: known };
  return { mayWrite: true, asks: { count: Math.min(known.count + 1, 20), lastAt: now } };
}

/** Addresses compare without case and outer spaces. */
export function plainAddress(typed: string): string {
  return typed.trim().toLowerCase();
}
