// Rows of shared orders <-> values; the only queries on them.
import { and, asc, eq, isNull } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sharedGroups, sharedOrders } from "./tables.ts";

/** An order of ours (`orderId`) and the cycle in which other groups order for it. Cents; times are epoch ms. */
export type SharedOrder = {
  readonly cycleId: string;
  readonly actorId: string;
  readonly orderId: string;
  readonly creditCents: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly endedAt: number | null;
};

/** Which household of ours stands for the group of a thread, and why what it ordered is not in our order, with its figures (null: it is). */
export type SharedGroup = {
  readonly actorId: string;
  readonly thread: string;
  readonly cycleId: string;
  readonly householdId: string;
  readonly problem: Refusal | null;
  readonly updatedAt: number;
};

export function insertShared(tx: Tx, shared: SharedOrder): void {
  tx.insert(sharedOrders).values(shared).run();
}

/** The sharing of that order, if it is shared. */
export function loadShared(tx: Tx, actorId: string, orderId: string): SharedOrder | undefined {
  return tx
    .select()
    .from(sharedOrders)
    .where(and(eq(sharedOrders.actorId, actorId), eq(sharedOrders.orderId, orderId)))
    .get();
}

/** The sharing that a cycle of ours belongs to, if it is one. */
export function loadSharedCycle(tx: Tx, actorId: string, cycleId: string): SharedOrder | undefined {
  return tx
    .select()
    .from(sharedOrders)
    .where(and(eq(sharedOrders.cycleId, cycleId), eq(sharedOrders.actorId, actorId)))
    .get();
}

const running = prepareOnce((tx) =>
  tx
    .select()
    .from(sharedOrders)
    .where(isNull(sharedOrders.endedAt))
    .orderBy(asc(sharedOrders.createdAt), sharedOrders.cycleId)
    .limit(asked("limit"))
    .prepare(),
);

/** Those between which there may be something to carry, of the whole node. */
export function listRunning(tx: Tx, limit: number): SharedOrder[] {
  return running(tx).all({ limit });
}

/** Notes that nothing is left to carry. */
export function endShared(tx: Tx, cycleId: string, endedAt: number): void {
  tx.update(sharedOrders).set({ endedAt }).where(eq(sharedOrders.cycleId, cycleId)).run();
}

/** The groups of a shared order by their threads. */
export function listGroups(tx: Tx, cycleId: string): Map<string, SharedGroup> {
  const rows = tx.select().from(sharedGroups).where(eq(sharedGroups.cycleId, cycleId)).all();
  return new Map(rows.map((row) => [row.thread, { ...row, problem: readProblem(row.problem) }]));
}

/** Writes how a group stands in our order. */
export function saveGroup(tx: Tx, group: SharedGroup): void {
  const { householdId, updatedAt } = group;
  const problem = group.problem && JSON.stringify(group.problem);
  tx.insert(sharedGroups)
    .values({ ...group, problem })
    .onConflictDoUpdate({
      target: [sharedGroups.actorId, sharedGroups.thread],
      set: { householdId, problem, updatedAt },
    })
    .run();
}

/** Rows of before their figures were kept hold the code alone. */
function readProblem(text: string | null): Refusal | null {
  if (text === null) return null;
  const read: unknown = text.startsWith("{") ? JSON.parse(text) : { refused: text };
  return isRefusal(read) ? read : null;
}
