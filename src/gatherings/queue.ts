// Who has a place and who waits for one: first come, first in, guests counted. Pure.

export const BOOKING_STATES = ["unproven", "booked", "waiting", "cancelled"] as const;
type BookingState = (typeof BOOKING_STATES)[number];

/** With how many others one comes, at most. */
export const GUESTS_MAX = 9;

/** As much of a booking as the queue needs. `position` is given when its place is first asked for in earnest, and grows. */
export type Queued = {
  readonly id: string;
  readonly state: BookingState;
  readonly guests: number;
  readonly position: number | null;
};

/** Places that are free; null where they are not counted; 0 too where more were promised than there are. */
export function placesLeft(capacity: number | null, bookings: readonly Queued[]): number | null {
  return capacity === null ? null : Math.max(0, capacity - countComing(bookings));
}

/** How many people have a place. */
export function countComing(bookings: readonly Queued[]): number {
  return bookings.filter(({ state }) => state === "booked").reduce((sum, { guests }) => sum + 1 + guests, 0);
}

/**
 * Who of those that wait gets a place now, in their order. Nobody overtakes: where the first comes with more people than there is room
 * for, who is behind waits too.
 */
export function settleQueue(capacity: number | null, bookings: readonly Queued[]): { readonly promote: string[] } {
  let left = placesLeft(capacity, bookings) ?? Number.POSITIVE_INFINITY;
  const promote: string[] = [];
  for (const { id, guests } of listWaiting(bookings)) {
    if (1 + guests > left) break;
    left -= 1 + guests;
    promote.push(id);
  }
  return { promote };
}

/** Who waits, the longest waiting first. */
export function listWaiting<T extends Queued>(bookings: readonly T[]): T[] {
  return bookings
    .filter(({ state }) => state === "waiting")
    .sort((one, other) => (one.position ?? 0) - (other.position ?? 0) || (one.id < other.id ? -1 : 1));
}

/** The position of who comes next. */
export function nextPosition(bookings: readonly Pick<Queued, "position">[]): number {
  return 1 + bookings.reduce((last, { position }) => Math.max(last, position ?? 0), 0);
}
