// Rows of bookings <-> values; the only queries on them.
import { and, asc, count, eq, exists, gt, inArray, isNotNull, isNull, lt, lte, or, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
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
    .orderBy(sql`${bookings.owes} IS NOT NULL`, asc(bookings.askedAt), asc(bookings.id))
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
 * Owes a letter to everybody at a gathering who has a place or waits for one: the newest one alone, for it says how things are. Who hears of a
 * new date is reminded anew.
 */
export function oweToAll(tx: Tx, gatheringId: string, letter: Letter, now: number): void {
  tx.update(bookings)
    .set({ owes: letter, owesAt: now, owesTries: 0, ...(letter === "moved" ? { remindedAt: null } : {}) })
    .where(and(eq(bookings.gatheringId, gatheringId), inArray(bookings.state, ["booked", "waiting"])))
    .run();
}

/** Takes the letters that are due, and their debt with them: a crash then loses one rather than writing it twice. */
export function takeDueLetters(tx: Tx, now: number, limit: number): Booking[] {
  const due = tx
    .select()
    .from(bookings)
    .where(and(isNotNull(bookings.owes), lte(bookings.owesAt, now)))
    .orderBy(asc(bookings.owesAt), asc(bookings.id))
    .limit(limit)
    .all();
  for (const { id } of due) changeBooking(tx, id, { owes: null, owesAt: null });
  return due;
}

/** Owes a letter that was not taken once more, unless something newer is owed by now. */
export function oweAgain(tx: Tx, id: string, owed: { owes: Letter; owesAt: number; owesTries: number }): void {
  tx.update(bookings)
    .set(owed)
    .where(and(eq(bookings.id, id), isNull(bookings.owes)))
    .run();
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
