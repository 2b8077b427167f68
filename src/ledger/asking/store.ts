// Rows of what households were asked to pay <-> values; the only queries on them.
import { and, desc, eq } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { paymentAsks } from "./tables.ts";

/** What a household was last asked to pay, when (epoch ms), and how it can. */
export type Ask = Readonly<typeof paymentAsks.$inferSelect>;

export function saveAsk(tx: Tx, ask: Ask): void {
  const target = [paymentAsks.actorId, paymentAsks.householdId];
  tx.insert(paymentAsks).values(ask).onConflictDoUpdate({ target, set: ask }).run();
}

/** The group's last asks, the latest first. */
export function listAsks(tx: Tx, actorId: string): Ask[] {
  const { at, householdId } = paymentAsks;
  const its = tx.select().from(paymentAsks).where(eq(paymentAsks.actorId, actorId));
  return its.orderBy(desc(at), householdId).all();
}

export function loadAsk(tx: Tx, actorId: string, householdId: string): Ask | undefined {
  const its = and(eq(paymentAsks.actorId, actorId), eq(paymentAsks.householdId, householdId));
  return tx.select().from(paymentAsks).where(its).get();
}
