// What the mails about orders read beside the orders themselves; the only queries for them.
import { and, desc, eq, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { orderMoves } from "../tables.ts";

/** When bookings last began, from the log; null for an order that never opened. */
export function loadOpenedAt(tx: Tx, orderId: string): number | null {
  const row = tx
    .select({ at: orderMoves.at })
    .from(orderMoves)
    .where(and(eq(orderMoves.orderId, orderId), eq(orderMoves.toState, "open")))
    .orderBy(desc(orderMoves.id))
    .limit(1)
    .get();
  return row?.at ?? null;
}

/** Orders whose goods are agreed or here and that are handed out between two instants (epoch ms, the second left out). */
export function listOrdersToCollect(tx: Tx, from: number, until: number): { id: string; actorId: string }[] {
  return tx.all(sql`SELECT DISTINCT o.id, o.actor_id AS "actorId" FROM orders o, json_each(o.pickups) pickup
    WHERE o.actor_id IN (SELECT id FROM actors WHERE kind = 'gas')
      AND o.state IN ('sent', 'confirmed', 'arrived', 'delivering')
      AND pickup.value ->> 'startAt' >= ${from} AND pickup.value ->> 'startAt' < ${until}`);
}

/** Open orders that close between two instants (epoch ms) and in which a household's basket is to be confirmed. */
export function listAskingToConfirm(tx: Tx, from: number, until: number): { id: string; actorId: string }[] {
  return tx.all(sql`SELECT id, actor_id AS "actorId" FROM orders
    WHERE state = 'open' AND closes_at > ${from} AND closes_at <= ${until} AND policies ->> 'asksToConfirm'
      AND EXISTS (SELECT 1 FROM baskets WHERE baskets.order_id = orders.id AND baskets.state = 'draft')`);
}
