// Rows of households and of the friends they book for <-> values; the only queries on them.
import { randomBytes } from "node:crypto";
import { and, asc, eq, isNull, sql } from "../../db/drizzle.ts";
import { placeholders, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { friends, householdPeople, households, people } from "../tables.ts";

/** Who books and pays together in one GAS. `leftAt` null: it is with us. Times are epoch ms. */
export type Household = {
  readonly id: string;
  readonly actorId: string;
  readonly name: string;
  readonly joinedAt: number;
  readonly leftAt: number | null;
};

/** Somebody without a seat for whom a household books too. */
export type Friend = { readonly id: string; readonly householdId: string; readonly name: string };

const householdOfPerson = prepareOnce((tx) =>
  tx
    .select({
      id: households.id,
      actorId: households.actorId,
      name: households.name,
      joinedAt: households.joinedAt,
      leftAt: households.leftAt,
    })
    .from(householdPeople)
    .innerJoin(households, eq(households.id, householdPeople.householdId))
    .where(
      and(
        eq(householdPeople.actorId, sql.placeholder("actorId")),
        eq(householdPeople.personId, sql.placeholder("personId")),
      ),
    )
    .prepare(),
);

/** The household a person books for in that GAS; undefined for who has no member's seat there. */
export function householdOf(tx: Tx, actorId: string, personId: string): Household | undefined {
  return householdOfPerson(tx).get({ actorId, personId });
}

const householdById = prepareOnce((tx) =>
  tx
    .select()
    .from(households)
    .where(and(eq(households.actorId, sql.placeholder("actorId")), eq(households.id, sql.placeholder("id"))))
    .prepare(),
);

/** A household of that GAS, also one that has left. */
export function loadHousehold(tx: Tx, actorId: string, id: string): Household | undefined {
  return householdById(tx).get({ actorId, id });
}

/** The households of a GAS by name; those that left are left out unless `withFormer`. */
export function listHouseholds(tx: Tx, actorId: string, withFormer = false): Household[] {
  return tx
    .select()
    .from(households)
    .where(and(eq(households.actorId, actorId), withFormer ? undefined : isNull(households.leftAt)))
    .orderBy(sql`${households.name} COLLATE NOCASE`, asc(households.id))
    .all();
}

/** The people of each household of a GAS, by name. */
export function listHouseholdPeople(
  tx: Tx,
  actorId: string,
): { householdId: string; personId: string; name: string }[] {
  return tx
    .select({ householdId: householdPeople.householdId, personId: people.id, name: people.name })
    .from(householdPeople)
    .innerJoin(people, eq(people.id, householdPeople.personId))
    .where(and(eq(householdPeople.actorId, actorId), isNull(people.disabledAt)))
    .orderBy(sql`${people.name} COLLATE NOCASE`, asc(people.id))
    .all();
}

/** The friends a household books for, by name. */
export function listFriends(tx: Tx, householdId: string): Friend[] {
  return tx
    .select({ id: friends.id, householdId: friends.householdId, name: friends.name })
    .from(friends)
    .where(and(eq(friends.householdId, householdId), isNull(friends.removedAt)))
    .orderBy(sql`${friends.name} COLLATE NOCASE`, asc(friends.id))
    .all();
}

/** Every friend of every household of a GAS by name, also those taken off, whose name an old order may show. */
export function listAllFriends(tx: Tx, actorId: string): (Friend & { isRemoved: boolean })[] {
  return tx
    .select()
    .from(friends)
    .where(eq(friends.actorId, actorId))
    .orderBy(sql`${friends.name} COLLATE NOCASE`, asc(friends.id))
    .all()
    .map(({ id, householdId, name, removedAt }) => ({ id, householdId, name, isRemoved: removedAt !== null }));
}

const insertHousehold = prepareOnce((tx) =>
  tx
    .insert(households)
    .values(placeholders("id", "actorId", "name", "joinedAt"))
    .prepare(),
);

/** Makes the household of a person who has none in that GAS yet, under the person's name. Returns its id. */
export function ensureHousehold(tx: Tx, actorId: string, personId: string, now: number): string {
  const known = householdOf(tx, actorId, personId);
  if (known) return known.id;
  const id = encodeId(randomBytes(16));
  const name = tx.select({ name: people.name }).from(people).where(eq(people.id, personId)).get()?.name ?? "";
  insertHousehold(tx).run({ id, actorId, name, joinedAt: now });
  tx.insert(householdPeople).values({ actorId, householdId: id, personId }).run();
  return id;
}

export function saveHouseholdName(tx: Tx, id: string, name: string): void {
  tx.update(households).set({ name }).where(eq(households.id, id)).run();
}

/** Puts a person into another household of that GAS; null takes them out of theirs. */
export function placeInHousehold(tx: Tx, actorId: string, personId: string, householdId: string | null): void {
  const theirs = and(eq(householdPeople.actorId, actorId), eq(householdPeople.personId, personId));
  tx.delete(householdPeople).where(theirs).run();
  if (householdId !== null) tx.insert(householdPeople).values({ actorId, householdId, personId }).run();
}

/** The household is with us no more; what it had stays. `leftBy`: who was last in it. */
export function saveHouseholdLeft(tx: Tx, id: string, left: { leftAt: number; leftBy: string }): void {
  tx.update(households).set(left).where(eq(households.id, id)).run();
}

/** A new friend of a household. Returns its id. */
export function insertFriend(tx: Tx, actorId: string, householdId: string, name: string, now: number): string {
  const id = encodeId(randomBytes(16));
  tx.insert(friends).values({ id, actorId, householdId, name, createdAt: now }).run();
  return id;
}

/** Takes a friend off the list; what was booked for them keeps their name. False when there is no such friend. */
export function removeFriendRow(tx: Tx, householdId: string, id: string, now: number): boolean {
  const theirs = and(eq(friends.id, id), eq(friends.householdId, householdId), isNull(friends.removedAt));
  return tx.update(friends).set({ removedAt: now }).where(theirs).run().changes > 0;
}
