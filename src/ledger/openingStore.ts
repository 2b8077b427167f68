// What stands on a household's accounts, as far as opening balances ask; the only queries on that.
import { and, eq, inArray, notInArray, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { accounts, ledgerTransactions, postings } from "./tables.ts";

/**
 * The households of a GAS that bring nothing along any more: their openings do not come to zero, or something else moved on their account.
 * What a sheet of ours says of those is that very balance, and would count twice.
 */
export function listOpened(tx: Tx, actorId: string): string[] {
  const isOpening = sql`${ledgerTransactions.kind} = 'opening'`;
  return tx
    .select({ ref: accounts.ref })
    .from(ledgerTransactions)
    .innerJoin(postings, eq(postings.transactionId, ledgerTransactions.id))
    .innerJoin(accounts, eq(accounts.id, postings.accountId))
    .where(and(eq(ledgerTransactions.actorId, actorId), eq(accounts.kind, "household")))
    .groupBy(accounts.ref)
    .having(sql`total(CASE WHEN ${isOpening} THEN ${postings.cents} END) <> 0 OR max(NOT (${isOpening})) = 1`)
    .all()
    .map(({ ref }) => ref);
}

/** Whether a household's accounts know of any movement besides these. */
export function hasMovedBesides(tx: Tx, actorId: string, householdId: string, movements: readonly number[]): boolean {
  const theirs = and(
    eq(accounts.actorId, actorId),
    inArray(accounts.kind, ["household", "deposit"]),
    eq(accounts.ref, householdId),
  );
  const row = tx
    .select({ id: postings.transactionId })
    .from(accounts)
    .innerJoin(postings, eq(postings.accountId, accounts.id))
    .where(and(theirs, notInArray(postings.transactionId, [...movements])))
    .limit(1)
    .get();
  return row !== undefined;
}
