// Rows of orders that are booked elsewhere <-> values; the only queries on them.
import { and, asc, desc, eq, gt, isNull } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { OutsideOrder } from "./outside.ts";
import { outsideOrders } from "./tables.ts";

type Row = typeof outsideOrders.$inferSelect;

export function loadOutside(tx: Tx, actorId: string, id: string): OutsideOrder | undefined {
  const those = and(eq(outsideOrders.actorId, actorId), eq(outsideOrders.id, id));
  const row = tx.select().from(outsideOrders).where(those).get();
  return row && toOrder(row);
}

/** Writes the order as it now is. */
export function saveOutside(tx: Tx, order: OutsideOrder): void {
  const row = { ...order, pickup: order.pickup && JSON.stringify(order.pickup) };
  const { id: _, ...changes } = row;
  tx.insert(outsideOrders).values(row).onConflictDoUpdate({ target: outsideOrders.id, set: changes }).run();
}

/** Those of a group that have not closed and were not called off, the next to close first. */
export function listOpenOutside(tx: Tx, actorId: string, now: number, limit: number): OutsideOrder[] {
  const open = and(
    eq(outsideOrders.actorId, actorId),
    gt(outsideOrders.closesAt, now),
    isNull(outsideOrders.calledOffAt),
  );
  const rows = tx.select().from(outsideOrders).where(open).orderBy(asc(outsideOrders.closesAt)).limit(limit).all();
  return rows.map(toOrder);
}

/** The latest of a group, whatever became of them. */
export function listLatestOutside(tx: Tx, actorId: string, limit: number): OutsideOrder[] {
  const its = eq(outsideOrders.actorId, actorId);
  const rows = tx.select().from(outsideOrders).where(its).orderBy(desc(outsideOrders.closesAt)).limit(limit).all();
  return rows.map(toOrder);
}

/** Those of all groups of the node that have not closed and were not called off. */
export function listAllOpenOutside(tx: Tx, now: number, limit: number): OutsideOrder[] {
  const open = and(gt(outsideOrders.closesAt, now), isNull(outsideOrders.calledOffAt));
  const rows = tx.select().from(outsideOrders).where(open).orderBy(asc(outsideOrders.closesAt)).limit(limit).all();
  return rows.map(toOrder);
}

function toOrder({ pickup, ...plain }: Row): OutsideOrder {
  return { ...plain, pickup: pickup === null ? null : (JSON.parse(pickup) as OutsideOrder["pickup"]) };
}
