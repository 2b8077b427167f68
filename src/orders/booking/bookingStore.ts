// Rows of baskets and their bookings <-> values; the only queries on them. Hundreds of rows go in and out as one statement.
import { and, asc, desc, eq, sql } from "../../db/drizzle.ts";
import { placeholders, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import type { OrderState } from "../order.ts";
import { baskets, bookings, orders } from "../tables.ts";
import type { BasketState, Booking } from "./booking.ts";

/**
 * The basket of a household in an order. `version` grows with each save. `totalCents`: what it holds of the household's
 * credit, tolerance included. Times are epoch ms.
 */
export type Basket = {
  readonly orderId: string;
  readonly householdId: string;
  readonly actorId: string;
  readonly version: number;
  readonly state: BasketState;
  readonly pickupId: string | null;
  readonly note: string;
  readonly totalCents: number;
  /** The person who saved it last. */
  readonly savedBy: string | null;
  readonly updatedAt: number;
};

const basketByKey = prepareOnce((tx) =>
  tx
    .select()
    .from(baskets)
    .where(
      and(eq(baskets.orderId, sql.placeholder("orderId")), eq(baskets.householdId, sql.placeholder("householdId"))),
    )
    .prepare(),
);

export function loadBasket(tx: Tx, orderId: string, householdId: string): Basket | undefined {
  return basketByKey(tx).get({ orderId, householdId });
}

/** Every basket of an order. */
export function listBaskets(tx: Tx, orderId: string): Basket[] {
  return tx.select().from(baskets).where(eq(baskets.orderId, orderId)).orderBy(asc(baskets.householdId)).all();
}

/** A household's baskets with their orders, the latest first. */
export function listBasketsOf(
  tx: Tx,
  actorId: string,
  householdId: string,
  limit: number,
): (Basket & { orderName: string; orderState: OrderState; closesAt: number; producerId: string })[] {
  return tx
    .select({
      ...{ basket: baskets, orderName: orders.name, orderState: orders.state, closesAt: orders.closesAt },
      producerId: orders.producerId,
    })
    .from(baskets)
    .innerJoin(orders, eq(orders.id, baskets.orderId))
    .where(and(eq(baskets.actorId, actorId), eq(baskets.householdId, householdId)))
    .orderBy(desc(baskets.updatedAt))
    .limit(limit)
    .all()
    .map(({ basket, ...order }) => ({ ...basket, ...order }));
}

const BASKET_COLUMNS = [
  "orderId",
  "householdId",
  "actorId",
  "version",
  "state",
  "pickupId",
  "note",
  "totalCents",
  "savedBy",
  "updatedAt",
] as const;
const saveBasketQuery = prepareOnce((tx) =>
  tx
    .insert(baskets)
    .values(placeholders(...BASKET_COLUMNS))
    .onConflictDoUpdate({
      target: [baskets.orderId, baskets.householdId],
      set: {
        version: sql`excluded.version`,
        state: sql`excluded.state`,
        pickupId: sql`excluded.pickup_id`,
        note: sql`excluded.note`,
        totalCents: sql`excluded.total_cents`,
        savedBy: sql`excluded.saved_by`,
        updatedAt: sql`excluded.updated_at`,
      },
    })
    .prepare(),
);

/** Writes a basket as it now is. */
export function saveBasketRow(tx: Tx, basket: Basket): void {
  saveBasketQuery(tx).run(basket);
}

/** Brings every basket of an order that stands in one of these states to another; with `householdIds` those alone. */
export function moveBaskets(
  tx: Tx,
  orderId: string,
  from: readonly BasketState[],
  to: BasketState,
  now: number,
  householdIds: readonly string[] | null = null,
): void {
  const ofThese = householdIds
    ? sql` AND household_id IN (SELECT value FROM json_each(${JSON.stringify(householdIds)}))`
    : sql``;
  tx.run(sql`UPDATE baskets SET state = ${to}, version = version + 1, updated_at = ${now}
    WHERE order_id = ${orderId} AND state IN (SELECT value FROM json_each(${JSON.stringify(from)}))${ofThese}`);
}

const COLUMNS = sql`line_number AS "lineNumber", friend_id AS "friendId", household_id AS "householdId",
  quantity_thousandths AS "quantityThousandths", tolerance_thousandths AS "toleranceThousandths", note, booked_at AS "bookedAt"`;

type BookingRow = Omit<Booking, "friendId"> & { friendId: string };

/** Every booking of an order that stands (baskets taken back leave none). */
export function listBookings(tx: Tx, orderId: string): Booking[] {
  return tx.all<BookingRow>(sql`SELECT ${COLUMNS} FROM bookings WHERE order_id = ${orderId}`).map(toBooking);
}

/** What a household booked of an order, for itself and its friends, line by line. */
export function listHouseholdBookings(tx: Tx, orderId: string, householdId: string): Booking[] {
  return tx
    .all<BookingRow>(
      sql`SELECT ${COLUMNS} FROM bookings WHERE order_id = ${orderId} AND household_id = ${householdId} ORDER BY line_number, friend_id`,
    )
    .map(toBooking);
}

/** What everyone together booked, by line, in thousandths. Lines that nobody booked are not in it. */
export function bookedTotals(tx: Tx, orderId: string): Map<number, number> {
  const rows = tx.values<[number, number]>(
    sql`SELECT line_number, sum(quantity_thousandths) FROM bookings WHERE order_id = ${orderId} GROUP BY line_number`,
  );
  return new Map(rows);
}

/** What all baskets of an order come to, in cents. */
export function sumBaskets(tx: Tx, orderId: string): number {
  const row = tx.get<{ total: number | null }>(
    sql`SELECT sum(total_cents) AS total FROM baskets WHERE order_id = ${orderId}`,
  );
  return row?.total ?? 0;
}

/** How many households booked something of an order. */
export function countBookers(tx: Tx, orderId: string): number {
  const row = tx.get<{ total: number }>(
    sql`SELECT count(DISTINCT household_id) AS total FROM bookings WHERE order_id = ${orderId}`,
  );
  return row?.total ?? 0;
}

/** Puts these bookings in place of all that the household had booked of the order. */
export function replaceBookings(
  tx: Tx,
  key: { orderId: string; householdId: string; actorId: string },
  kept: readonly Booking[],
): void {
  const { orderId, householdId, actorId } = key;
  tx.delete(bookings)
    .where(and(eq(bookings.orderId, orderId), eq(bookings.householdId, householdId)))
    .run();
  const rows = kept.map((one) => [
    one.lineNumber,
    one.friendId ?? "",
    one.quantityThousandths,
    one.toleranceThousandths,
    one.note,
    one.bookedAt,
  ]);
  tx.run(sql`INSERT INTO bookings (order_id, household_id, actor_id, line_number, friend_id, quantity_thousandths,
      tolerance_thousandths, note, booked_at)
    SELECT ${orderId}, ${householdId}, ${actorId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
    FROM json_each(${JSON.stringify(rows)})`);
}

function toBooking({ friendId, ...row }: BookingRow): Booking {
  return { ...row, friendId: friendId === "" ? null : friendId };
}
