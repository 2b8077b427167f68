// Rows of the people of one actor and of their seats there <-> values, for those who administer it.
import { and, asc, count, eq, isNull, ne, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import type { Role } from "../web/visitor.ts";
import type { HeldSeat } from "./seats.ts";
import { insertSeat } from "./store.ts";
import { people, seats } from "./tables.ts";

/** A person with a seat at an actor. `email` is what they wrote; times are epoch ms. */
export type SeatedPerson = {
  readonly personId: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly disabledAt: number | null;
  readonly nodeAdmin: boolean;
  readonly seats: readonly HeldSeat[];
};

/** Everybody with a seat at an actor by name, also those shut out. */
export function listSeated(tx: Tx, actorId: string): SeatedPerson[] {
  const rows = tx
    .select({ person: people, role: seats.role, producers: seats.producers })
    .from(seats)
    .innerJoin(people, eq(people.id, seats.personId))
    .where(eq(seats.actorId, actorId))
    .orderBy(sql`${people.name} COLLATE NOCASE`, asc(people.id), asc(seats.role))
    .all();
  return [...Map.groupBy(rows, ({ person }) => person.id).values()].map((theirs) => {
    const { id, name, claimedEmail, phone, disabledAt, nodeAdmin } = theirs[0]!.person;
    const held = theirs.map(({ role, producers }) => ({ role, producers: readProducers(producers) }));
    return { personId: id, name, email: claimedEmail, phone, disabledAt, nodeAdmin, seats: held };
  });
}

function readProducers(stored: string | null): string[] | null {
  return stored === null ? null : JSON.parse(stored);
}

/** How many enabled people besides this one administer the actor. */
export function countOtherAdmins(tx: Tx, actorId: string, personId: string): number {
  const others = and(eq(seats.actorId, actorId), eq(seats.role, "admin"), ne(seats.personId, personId));
  const row = tx
    .select({ n: count() })
    .from(seats)
    .innerJoin(people, eq(people.id, seats.personId))
    .where(and(others, isNull(people.disabledAt)))
    .get();
  return row?.n ?? 0;
}

/** How many enabled people besides this one look after the node. */
export function countOtherNodeAdmins(tx: Tx, personId: string): number {
  const others = and(eq(people.nodeAdmin, true), isNull(people.disabledAt), ne(people.id, personId));
  return tx.select({ n: count() }).from(people).where(others).get()?.n ?? 0;
}

/** Who looks after the node and may come in. */
export function listCarers(tx: Tx): string[] {
  const carers = and(eq(people.nodeAdmin, true), isNull(people.disabledAt));
  const rows = tx.select({ id: people.id }).from(people).where(carers).orderBy(asc(people.id)).all();
  return rows.map(({ id }) => id);
}

/** Where a person sits and as what, over the whole node. */
export function listPlaces(tx: Tx, personId: string): { actorId: string; role: Role }[] {
  return tx.select({ actorId: seats.actorId, role: seats.role }).from(seats).where(eq(seats.personId, personId)).all();
}

/** Makes these the person's seats at the actor, and no others. */
export function replaceSeats(
  tx: Tx,
  key: { actorId: string; personId: string },
  wanted: readonly HeldSeat[],
  now: number,
): void {
  const { actorId, personId } = key;
  const theirs = and(eq(seats.actorId, actorId), eq(seats.personId, personId));
  const held = tx.select().from(seats).where(theirs).all();
  for (const { role } of held.filter((seat) => !wanted.some(({ role }) => role === seat.role)))
    tx.delete(seats)
      .where(and(theirs, eq(seats.role, role)))
      .run();
  for (const { role, producers } of wanted) {
    const stored = producers === null ? null : JSON.stringify(producers);
    if (held.some((seat) => seat.role === role))
      tx.update(seats)
        .set({ producers: stored })
        .where(and(theirs, eq(seats.role, role)))
        .run();
    else insertSeat(tx, { personId, actorId, role, producers: stored, createdAt: now });
  }
}

/** The account is nobody's any more. */
export function saveErased(tx: Tx, personId: string, erasedAt: number): void {
  const gone = { erasedAt, disabledAt: erasedAt, nodeAdmin: false, secondFactorDueAt: null };
  tx.update(people).set(gone).where(eq(people.id, personId)).run();
}

export function saveDisabled(tx: Tx, personId: string, disabledAt: number | null): void {
  tx.update(people).set({ disabledAt }).where(eq(people.id, personId)).run();
}
