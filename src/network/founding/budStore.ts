// Rows of groups that become two and of what their households say <-> values; the only queries on them.
import { and, asc, desc, eq, isNull } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { buddingAnswers, buddings } from "./tables.ts";

export type Budding = typeof buddings.$inferSelect;
export type BudAnswer = typeof buddingAnswers.$inferSelect;

export function insertBudding(tx: Tx, row: Budding): void {
  tx.insert(buddings).values(row).run();
}

export function loadBudding(tx: Tx, id: string): Budding | undefined {
  return tx.select().from(buddings).where(eq(buddings.id, id)).get();
}

/** The proposal that the group's households answer now. */
export function findOpenBudding(tx: Tx, actorId: string): Budding | undefined {
  return tx
    .select()
    .from(buddings)
    .where(and(eq(buddings.actorId, actorId), eq(buddings.state, "open")))
    .get();
}

/** The proposals of a group that became new groups, the latest first. */
export function listMadeBuddings(tx: Tx, actorId: string): Budding[] {
  return tx
    .select()
    .from(buddings)
    .where(and(eq(buddings.actorId, actorId), eq(buddings.state, "made")))
    .orderBy(desc(buddings.createdAt), desc(buddings.id))
    .all();
}

/** The proposal a group was born from. */
export function findOrigin(tx: Tx, madeId: string): Budding | undefined {
  return tx.select().from(buddings).where(eq(buddings.madeId, madeId)).get();
}

/** Every open proposal of the node, for who looks after it. */
export function listOpenBuddings(tx: Tx): Budding[] {
  return tx.select().from(buddings).where(eq(buddings.state, "open")).orderBy(asc(buddings.createdAt)).all();
}

/** New groups whose news has not reached those who waited for the old one. */
export function listUntoldBuddings(tx: Tx): Budding[] {
  return tx
    .select()
    .from(buddings)
    .where(and(eq(buddings.state, "made"), isNull(buddings.toldAt)))
    .all();
}

export function updateBudding(tx: Tx, id: string, change: Partial<Omit<Budding, "id" | "actorId">>): void {
  tx.update(buddings).set(change).where(eq(buddings.id, id)).run();
}

/** What a household says now, in place of what it said before. */
export function saveAnswer(tx: Tx, row: Omit<BudAnswer, "newHouseholdId">): void {
  const { says, byId, offersToRun, at } = row;
  tx.insert(buddingAnswers)
    .values({ ...row, newHouseholdId: null })
    .onConflictDoUpdate({
      target: [buddingAnswers.buddingId, buddingAnswers.householdId],
      set: { says, byId, offersToRun, at },
    })
    .run();
}

export function saveNewHousehold(tx: Tx, buddingId: string, householdId: string, newHouseholdId: string): void {
  tx.update(buddingAnswers)
    .set({ newHouseholdId })
    .where(and(eq(buddingAnswers.buddingId, buddingId), eq(buddingAnswers.householdId, householdId)))
    .run();
}

export function listAnswers(tx: Tx, buddingId: string): BudAnswer[] {
  return tx
    .select()
    .from(buddingAnswers)
    .where(eq(buddingAnswers.buddingId, buddingId))
    .orderBy(asc(buddingAnswers.at), asc(buddingAnswers.householdId))
    .all();
}
