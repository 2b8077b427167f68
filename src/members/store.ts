// Rows of people, seats, invitations and used links <-> values; the only queries on them.
import { actors } from "../activitypub/tables.ts";
import { and, asc, count, eq, isNull, lt, sql } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { Person, Seat } from "../web/visitor.ts";
import { hasSecondStep } from "./credentials/credentialStore.ts";
import { ensureHousehold } from "./households/householdStore.ts";
import type { Asks } from "./signIn.ts";
import { invitations, people, seats, signInAsks, spentTokens } from "./tables.ts";

export type PersonRow = typeof people.$inferSelect;
export type InvitationRow = typeof invitations.$inferSelect;
export type SeatRow = typeof seats.$inferInsert;

export function countPeople(tx: Tx): number {
  return tx.select({ n: count() }).from(people).get()?.n ?? 0;
}

export function insertPerson(tx: Tx, row: typeof people.$inferInsert): void {
  tx.insert(people).values(row).run();
}

const personById = prepareOnce((tx) =>
  tx
    .select()
    .from(people)
    .where(eq(people.id, asked("id")))
    .prepare(),
);

export function loadPersonRow(tx: Tx, id: string): PersonRow | undefined {
  return personById(tx).get({ id });
}

/** `email` in the form `plainAddress` gives. */
export function loadPersonByEmail(tx: Tx, email: string): PersonRow | undefined {
  return tx.select().from(people).where(eq(people.email, email)).get();
}

/** A person with their seats, in the order of the actors' names; undefined when disabled or gone. */
export function loadPerson(tx: Tx, id: string): Person | undefined {
  const row = loadPersonRow(tx, id);
  if (!row || row.disabledAt !== null) return undefined;
  const { id: personId, name, language, nodeAdmin, secondFactorDueAt: dueAt } = row;
  const isOn = hasSecondStep(tx, id);
  const seats = loadSeats(tx, personId);
  const keeps = seats.some(({ role }) => role === "admin") ? listsOfPerson(tx).all({ personId }) : [];
  const kept = keeps.map((seat): Seat => ({ ...seat, role: "producer", producers: null }));
  const person = { personId, name, language, nodeAdmin, seats, secondFactor: { isOn, dueAt } };
  return kept.length > 0 ? { ...person, keeps: kept } : person;
}

const seatsOfPerson = prepareOnce((tx) =>
  tx
    .select({
      actorId: seats.actorId,
      handle: actors.handle,
      actorName: actors.name,
      actorKind: actors.kind,
      role: seats.role,
      producers: seats.producers,
    })
    .from(seats)
    .innerJoin(actors, eq(actors.id, seats.actorId))
    .where(eq(seats.personId, asked("personId")))
    .orderBy(asc(actors.name), asc(seats.role))
    .prepare(),
);

/** The producers here whose list an actor keeps which this person administers: as they say, and as it says, now. */
const listsOfPerson = prepareOnce((tx) =>
  tx
    .select({ actorId: actors.id, handle: actors.handle, actorName: actors.name, actorKind: actors.kind })
    .from(seats)
    .innerJoin(actors, eq(actors.keptBy, seats.actorId))
    .where(
      and(
        eq(seats.personId, asked("personId")),
        eq(seats.role, "admin"),
        eq(actors.kind, "producer"),
        isNull(actors.goneAt),
        sql`EXISTS (SELECT 1 FROM actors AS keeper, json_each(keeper.keeps) AS kept
          WHERE keeper.id = ${seats.actorId} AND kept.value = ${actors.id})`,
      ),
    )
    .orderBy(asc(actors.name))
    .prepare(),
);

function loadSeats(tx: Tx, personId: string): Seat[] {
  return seatsOfPerson(tx)
    .all({ personId })
    .map((seat) => ({ ...seat, producers: seat.producers === null ? null : JSON.parse(seat.producers) }));
}

export function loadActorName(tx: Tx, actorId: string): string | undefined {
  return tx.select({ name: actors.name }).from(actors).where(eq(actors.id, actorId)).get()?.name;
}

/** Gives a seat; one that is held already stays as it is. A member's comes with a household. */
export function insertSeat(tx: Tx, row: SeatRow): void {
  tx.insert(seats).values(row).onConflictDoNothing().run();
  if (row.role === "member") ensureHousehold(tx, row.actorId, row.personId, row.createdAt);
}

export function saveLanguage(tx: Tx, personId: string, language: "it" | "en"): void {
  tx.update(people).set({ language }).where(eq(people.id, personId)).run();
}

export function saveLinksFrom(tx: Tx, personId: string, at: number): void {
  tx.update(people).set({ linksFromAt: at }).where(eq(people.id, personId)).run();
}

export function insertInvitation(tx: Tx, row: InvitationRow): void {
  tx.insert(invitations).values(row).run();
}

export function deleteSetupInvitations(tx: Tx): void {
  tx.delete(invitations).where(eq(invitations.purpose, "setup")).run();
}

/** Lets go every way into an actor, or into one household of it, that nobody took. */
export function deleteOpenInvitations(tx: Tx, actorId: string, householdId?: string): void {
  const into = householdId === undefined ? undefined : eq(invitations.householdId, householdId);
  tx.delete(invitations)
    .where(and(eq(invitations.actorId, actorId), isNull(invitations.spentAt), into))
    .run();
}

export function loadInvitation(tx: Tx, tokenHash: string): InvitationRow | undefined {
  return tx.select().from(invitations).where(eq(invitations.tokenHash, tokenHash)).get();
}

export function spendInvitation(tx: Tx, tokenHash: string, at: number): void {
  tx.update(invitations).set({ spentAt: at }).where(eq(invitations.tokenHash, tokenHash)).run();
}

/** Marks a signed link as used; false when it already was. Forgets those that have expired anyway. */
export function spendToken(tx: Tx, id: string, expiresAt: number, now: number): boolean {
  tx.delete(spentTokens).where(lt(spentTokens.expiresAt, now)).run();
  return tx.insert(spentTokens).values({ id, expiresAt }).onConflictDoNothing().run().changes > 0;
}

export function isSpent(tx: Tx, id: string): boolean {
  return tx.select().from(spentTokens).where(eq(spentTokens.id, id)).get() !== undefined;
}

export function loadAsks(tx: Tx, keyHash: string): Asks | undefined {
  return tx.select().from(signInAsks).where(eq(signInAsks.keyHash, keyHash)).get();
}

export function saveAsks(tx: Tx, keyHash: string, asks: Asks): void {
  tx.insert(signInAsks)
    .values({ keyHash, ...asks })
    .onConflictDoUpdate({ target: signInAsks.keyHash, set: asks })
    .run();
}

export function deleteAsks(tx: Tx, keyHash: string): void {
  tx.delete(signInAsks).where(eq(signInAsks.keyHash, keyHash)).run();
}

export function deleteOldAsks(tx: Tx, before: number): void {
  tx.delete(signInAsks).where(lt(signInAsks.lastAt, before)).run();
}

/** Forgets invitations that ended before, used or not, and links that have expired. */
export function deleteOldLinks(tx: Tx, invitationsBefore: number, now: number): void {
  tx.delete(invitations).where(lt(invitations.expiresAt, invitationsBefore)).run();
  tx.delete(spentTokens).where(lt(spentTokens.expiresAt, now)).run();
}
