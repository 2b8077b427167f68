// Rows of requests for a second pair of eyes, and of what became of them <-> values; the only queries on them.
import { and, desc, eq, isNotNull, isNull } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { moneyDecisions, moneyRequests } from "./tables.ts";

export type RequestRow = typeof moneyRequests.$inferSelect;
export type DecisionRow = typeof moneyDecisions.$inferSelect;
/** A request and what became of it, if anything did. */
export type MoneyRequest = RequestRow & { readonly decision: DecisionRow | null };

export function insertRequest(tx: Tx, row: RequestRow): void {
  tx.insert(moneyRequests).values(row).run();
}

export function insertDecision(tx: Tx, row: DecisionRow): void {
  tx.insert(moneyDecisions).values(row).run();
}

/** A request of that actor. */
export function loadRequest(tx: Tx, actorId: string, id: string): MoneyRequest | undefined {
  return select(tx, and(eq(moneyRequests.actorId, actorId), eq(moneyRequests.id, id)), 1)[0];
}

/** The actor's requests, newest first: those that wait, or those that were decided. */
export function listRequests(tx: Tx, actorId: string, isWaiting: boolean, limit: number): MoneyRequest[] {
  const state = isWaiting ? isNull(moneyDecisions.requestId) : isNotNull(moneyDecisions.requestId);
  return select(tx, and(eq(moneyRequests.actorId, actorId), state), limit);
}

function select(tx: Tx, where: ReturnType<typeof and>, limit: number): MoneyRequest[] {
  return tx
    .select({ request: moneyRequests, decision: moneyDecisions })
    .from(moneyRequests)
    .leftJoin(moneyDecisions, eq(moneyDecisions.requestId, moneyRequests.id))
    .where(where)
    .orderBy(desc(moneyRequests.at), moneyRequests.id)
    .limit(limit)
    .all()
    .map(({ request, decision }) => ({ ...request, decision }));
}
