// Which order of the same producer a household booked in last.
import { and, desc, eq, inArray, ne } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { Order } from "../order.ts";
import { baskets, orders } from "../tables.ts";

/** The order this one was made from, by hand or because it repeats; null: from none. */
export function findMadeFrom(tx: Tx, orderId: string): string | null {
  const row = tx.select({ madeFrom: orders.madeFrom }).from(orders).where(eq(orders.id, orderId)).get();
  return row?.madeFrom ?? null;
}

/** The id of the latest other order of this producer whose basket of the household has something in it; null: none. */
export function findLastBought(
  tx: Tx,
  { id, actorId, producerId }: Pick<Order, "id" | "actorId" | "producerId">,
  householdId: string,
): string | null {
  const row = tx
    .select({ id: orders.id })
    .from(baskets)
    .innerJoin(orders, eq(orders.id, baskets.orderId))
    .where(
      and(
        eq(baskets.actorId, actorId),
        eq(baskets.householdId, householdId),
        inArray(baskets.state, ["locked", "saved", "delivered"]),
        eq(orders.producerId, producerId),
        ne(orders.id, id),
      ),
    )
    .orderBy(desc(orders.closesAt))
    .limit(1)
    .get();
  return row?.id ?? null;
}
