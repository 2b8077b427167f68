// The letters about a booking: which there are. Pure.

/** "moved": another time or place; "free": a place came free for who waited. */
export const LETTERS = ["prove", "booked", "waiting", "free", "moved", "reminder", "cancelled"] as const;
export type Letter = (typeof LETTERS)[number];

const MINUTE = 60_000;

/** How long after the last letter another form with the same address brings one again. */
export const ASK_AGAIN_MS = 10 * MINUTE;
