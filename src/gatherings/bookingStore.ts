// Rows of bookings <-> values; the only queries on them.
import { and, asc, count, eq, exists, gt, inArray, isNotNull, isNull, lt, or, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { oweLetter } from "../members/letters/letterActions.ts";
import { dropPendingLetters, hasLeft } from "../members/letters/letterStore.ts";
import { people } from "../members/tables.ts";
import type { Gathering } from "./gathering.ts";
import type { Letter } from "./letter.ts";
import { gatheringBookings as bookings, gatherings } from "./tables.ts";

/** A booking as it is kept. Times are epoch ms. */
export type Booking = typeof bookings.$inferSelect;

export function insertBooking(tx: Tx, row: Booking): void {
  tx.insert(bookings).values(row).run();
}

export function changeBooking(tx: Tx, id: string, change: Partial<Booking>): void {
  tx.update(bookings).set(change).where(eq(bookings.id, id)).run();
}

export function deleteBooking(tx: Tx, id: string): void {
  tx.delete(bookings).where(eq(bookings.id, id)).run();
}

export function loadBooking(tx: Tx, id: string): Booking | undefined {
  return tx.select().from(bookings).where(eq(bookings.id, id)).get();
}

/** `email` in the form `plainAddress` gives. */
export function findBookingByEmail(tx: Tx, gatheringId: string, email: string): Booking | undefined {
  return tx
    .select()
    .from(bookings)
    .where(and(eq(bookings.gatheringId, gatheringId), eq(bookings.email, email)))
    .get();
}

export function findBookingOf(tx: Tx, gatheringId: string, personId: string): Booking | undefined {
  return tx
    .select()
    .from(bookings)
    .where(and(eq(bookings.gatheringId, gatheringId), eq(bookings.personId, personId)))
    .get();
}

/** Everybody who ever asked for a place at it. */
export function listBookings(tx: Tx, gatheringId: string): Booking[] {
  return tx
    .select()
    .from(bookings)
    .where(eq(bookings.gatheringId, gatheringId))
    .orderBy(asc(bookings.position), asc(bookings.createdAt), asc(bookings.id))
    .all();
}

export function countUnproven(tx: Tx, gatheringId: string): number {
  const unproven = and(eq(bookings.gatheringId, gatheringId), eq(bookings.state, "unproven"));
  return tx.select({ n: count() }).from(bookings).where(unproven).get()?.n ?? 0;
}

/** Forgets the unproven booking that was asked for longest ago, of those first whose letter has left. */
export function dropOldestUnproven(tx: Tx, gatheringId: string): void {
  const oldest = tx
    .select({ id: bookings.id })
    .from(bookings)
    .where(and(eq(bookings.gatheringId, gatheringId), eq(bookings.state, "unproven")))
    .orderBy(sql`NOT ${hasLeft("gathering", "gathering_bookings")}`, asc(bookings.askedAt), asc(bookings.id))
    .limit(1)
    .get();
  if (oldest) deleteBooking(tx, oldest.id);
}

/** The addresses of accounts, by person: those of bookings made with an account. */
export function listAddressesOf(tx: Tx, personIds: readonly string[]): ReadonlyMap<string, string> {
  const rows = tx
    .select({ id: people.id, email: people.email })
    .from(people)
    .where(and(inArray(people.id, [...personIds]), isNotNull(people.email)))
    .all();
  return new Map(rows.map(({ id, email }) => [id, email ?? ""]));
}

/** What a person has booked or waits for and that is not over at that time, with its gathering, the next first. */
export function listOwnBookings(tx: Tx, personId: string, now: number): { booking: Booking; gathering: Gathering }[] {
  return tx
    .select({ booking: bookings, gathering: gatherings })
    .from(bookings)
    .innerJoin(gatherings, eq(gatherings.id, bookings.gatheringId))
    .where(
      and(eq(bookings.personId, personId), inArray(bookings.state, ["booked", "waiting"]), gt(gatherings.endsAt, now)),
    )
    .orderBy(asc(gatherings.startsAt))
    .limit(200)
    .all();
}

/**
 * Owes a letter about a booking: the newest alone, for it says how things are. "prove" goes to the address, also where an account signs in
 * with it; the others to the account, as notices.
 */
export function oweLetterTo(tx: Tx, { id, actorId, email, personId }: Booking, what: Letter, now: number): void {
  // Whom somebody wrote down by hand is told by who did.
  if (email === null && personId === null) return;
  oweLetter(tx, { actorId, kind: "gathering", subjectId: id, facts: { what } }, now);
}

/** Nothing is to be said to it any more. */
export function dropLetters(tx: Tx, id: string): void {
  dropPendingLetters(tx, "gathering", id);
}

/** Owes a letter to everybody at a gathering who has a place or waits for one. Who hears of a new date is reminded anew. */
export function oweToAll(tx: Tx, gatheringId: string, what: Letter, now: number): void {
  const isIn = and(eq(bookings.gatheringId, gatheringId), inArray(bookings.state, ["booked", "waiting"]));
  if (what === "moved") tx.update(bookings).set({ remindedAt: null }).where(isIn).run();
  for (const booking of tx.select().from(bookings).where(isIn).all()) oweLetterTo(tx, booking, what, now);
}

/** Who has a place at a gathering, was not reminded, and proved it before that time: who books on the eve knows. */
export function listToRemind(tx: Tx, gatheringId: string, provenBefore: number): Booking[] {
  return tx
    .select()
    .from(bookings)
    .where(
      and(
        eq(bookings.gatheringId, gatheringId),
        eq(bookings.state, "booked"),
        isNull(bookings.remindedAt),
        lt(bookings.provenAt, provenBefore),
      ),
    )
    .all();
}

/** The published gatherings not yet begun at which somebody waits. */
export function listAwaited(tx: Tx, now: number): Gathering[] {
  const isWaitedFor = exists(
    tx
      .select({ one: sql`1` })
      .from(bookings)
      .where(and(eq(bookings.gatheringId, gatherings.id), eq(bookings.state, "waiting"))),
  );
  const isAhead = and(eq(gatherings.state, "published"), gt(gatherings.startsAt, now));
  return tx.select().from(gatherings).where(and(isAhead, isWaitedFor)).all();
}

/** Forgets who booked at what ended before one time, and who never proved an address they gave before another. */
export function deleteOldBookings(tx: Tx, endedBefore: number, askedBefore: number): void {
  const over = tx.select({ id: gatherings.id }).from(gatherings).where(lt(gatherings.endsAt, endedBefore));
  const unproven = and(eq(bookings.state, "unproven"), lt(bookings.askedAt, askedBefore));
  tx.delete(bookings)
    .where(or(inArray(bookings.gatheringId, over), unproven))
    .run();
}
