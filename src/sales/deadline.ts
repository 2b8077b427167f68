// Until when an order is in time: ten minutes beyond the closing, and longer where this node was down. Only the receipt of the
// order counts, never a date it carries. Pure. PROTOCOL.md section 6.4, SAFETY I14 and I22.

const MINUTE = 60_000;
/** A letter sent in the last minute may take this long. */
export const GRACE = 10 * MINUTE;
/** How far back a time of being down is given back. */
const LOOK_BACK = 120 * MINUTE;

/** A time during which the node was down, epoch ms. */
export type Outage = { readonly from: number; readonly to: number };

/** Whether an Offer that comes at `now` is too late for a cycle that closed at `closesAt`. All epoch ms. */
export function isTooLate(closesAt: number, outages: readonly Outage[], now: number): boolean {
  return now >= closesAt + GRACE + downMs(outages, now);
}

/** How long the node was down within the last two hours. */
function downMs(outages: readonly Outage[], now: number): number {
  const since = now - LOOK_BACK;
  return outages.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, now) - Math.max(from, since)), 0);
}

/** The outages with one more, without those that no longer count. */
export function addOutage(outages: readonly Outage[], outage: Outage, now: number): Outage[] {
  return [...outages, outage].filter(({ to }) => to > now - LOOK_BACK);
}
