// The letters about a booking: which there are, and when one that a mail server did not take is tried again. Pure.

/** "moved": another time or place; "free": a place came free for who waited. */
export const LETTERS = ["prove", "booked", "waiting", "free", "moved", "reminder", "cancelled"] as const;
export type Letter = (typeof LETTERS)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** After so many attempts (a day and a half) it is news no more. */
const TRIES_MAX = 12;

/** How long until the next attempt, after so many; null: no more. */
export function waitBeforeTry(tries: number): number | null {
  if (tries >= TRIES_MAX) return null;
  return Math.min(6 * HOUR, MINUTE * 2 ** tries);
}

/** How long after the last letter another form with the same address brings one again. */
export const ASK_AGAIN_MS = 10 * MINUTE;
