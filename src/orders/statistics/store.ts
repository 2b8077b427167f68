// Rows of published months, and what they are counted from <-> values; the only queries on them.

import type { JsonObject } from "../../activitypub/json.ts";
import { and, asc, desc, eq, gte, inArray, isNull, lt, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { listGroupHouseholds } from "../../members/households/groupStore.ts";
import type { Goods, Pickup } from "../order.ts";
import { loadSnapshot } from "../store.ts";
import { orderLines, orders } from "../tables.ts";
import { boundsOf, countedAt, type DeliveredOrder, type HouseholdLine, monthOf } from "./month.ts";
import { statisticsMonths, statisticsOrders } from "./tables.ts";
import type { ChargedHousehold, ChargedOrder } from "./totals.ts";

/** A month that was written down. `document` null: there were too few, or it was taken back (`revokedAt`). Times are epoch ms. */
export type WrittenMonth = {
  readonly month: string;
  readonly document: JsonObject | null;
  readonly createdAt: number;
  readonly revokedAt: number | null;
};

const DAY = 86_400_000;
/** Goods are handed out so long after an order closed, at the latest that anybody looks for. */
const LONGEST_WAY = 120 * DAY;

/** A group's months, the latest first. */
export function listWritten(tx: Tx, actorId: string, limit = -1): WrittenMonth[] {
  return tx
    .select()
    .from(statisticsMonths)
    .where(eq(statisticsMonths.actorId, actorId))
    .orderBy(desc(statisticsMonths.month))
    .limit(limit)
    .all()
    .map(toWritten);
}

export function loadWritten(tx: Tx, actorId: string, month: string): WrittenMonth | undefined {
  const row = tx.select().from(statisticsMonths).where(isMonth(actorId, month)).get();
  return row && toWritten(row);
}

/** Writes a month down for ever, with the orders it counted. */
export function insertWritten(
  tx: Tx,
  actorId: string,
  { month, document, createdAt }: Omit<WrittenMonth, "revokedAt">,
  orderIds: readonly string[],
): void {
  tx.insert(statisticsMonths)
    .values({ actorId, month, document: document && JSON.stringify(document), createdAt })
    .run();
  for (const orderId of orderIds) tx.insert(statisticsOrders).values({ orderId, actorId, month }).run();
}

/** Takes a month back: what it said is gone, and it is not said again. */
export function markRevoked(tx: Tx, actorId: string, month: string, revokedAt: number): void {
  tx.update(statisticsMonths).set({ document: null, revokedAt }).where(isMonth(actorId, month)).run();
}

/** The delivered orders of a month that no month has counted yet. */
export function listDelivered(tx: Tx, actorId: string, month: string): DeliveredOrder[] {
  const { from, until } = boundsOf(month);
  const rows = tx
    .select({
      ...{ id: orders.id, producerId: orders.producerId, pickups: orders.pickups },
      ...{ closedAt: orders.closedAt, closesAt: orders.closesAt },
    })
    .from(orders)
    .leftJoin(statisticsOrders, eq(statisticsOrders.orderId, orders.id))
    .where(
      and(
        eq(orders.actorId, actorId),
        inArray(orders.state, ["delivered", "archived"]),
        gte(orders.closesAt, from - LONGEST_WAY),
        lt(orders.closesAt, until + LONGEST_WAY),
        isNull(statisticsOrders.orderId),
      ),
    )
    .orderBy(asc(orders.id))
    .all();
  const groups = new Set(listGroupHouseholds(tx, actorId).map(({ id }) => id));
  return rows
    .filter(({ pickups, ...order }) => monthOf({ ...order, pickups: JSON.parse(pickups) as Pickup[] }) === month)
    .map(({ id, producerId }) => ({
      ...{ id, producerId, goods: listGoods(tx, id) },
      // What another group took it tells itself.
      taken: listTaken(tx, id).filter(({ householdId }) => !groups.has(householdId)),
    }));
}

/**
 * The orders delivered in a period (epoch ms, `until` no longer in it) as they were charged. `producers` null: everybody's; else theirs
 * alone.
 */
export function listCharged(
  tx: Tx,
  actorId: string,
  { from, until }: { readonly from: number; readonly until: number },
  producers: readonly string[] | null,
): ChargedOrder[] {
  const { id, producerId, pickups, closedAt, closesAt } = orders;
  const rows = tx
    .select({ id, producerId, pickups, closedAt, closesAt })
    .from(orders)
    .where(
      and(
        eq(orders.actorId, actorId),
        inArray(orders.state, ["delivered", "archived"]),
        gte(closesAt, from - LONGEST_WAY),
        lt(closesAt, until + LONGEST_WAY),
        producers === null ? undefined : inArray(producerId, [...producers]),
      ),
    )
    .orderBy(asc(id))
    .all();
  const isIn = (at: number) => at >= from && at < until;
  return rows
    .filter((row) => isIn(countedAt({ ...row, pickups: JSON.parse(row.pickups) as Pickup[] })))
    .map((row) => ({
      ...{ id: row.id, producerId: row.producerId },
      goods: listGoods(tx, row.id),
      charges: listCharges(tx, row.id),
    }));
}

/** What everybody was charged at the last closing of a delivery; the rest of the snapshot is not read. */
function listCharges(tx: Tx, orderId: string): ChargedHousehold[] {
  const [row] = tx.values<[string | null]>(sql`SELECT json_extract(content, '$.settlement.charges') FROM order_snapshots
    WHERE order_id = ${orderId} AND number = 3 ORDER BY version DESC LIMIT 1`);
  const charges = JSON.parse(row?.[0] ?? "[]") as ChargedHousehold[];
  return charges.map(({ householdId, cents, goodsCents, lines }) => ({ householdId, cents, goodsCents, lines }));
}

function listGoods(tx: Tx, orderId: string): Map<number, Goods> {
  const { number, goods } = orderLines;
  const rows = tx.select({ number, goods }).from(orderLines).where(eq(orderLines.orderId, orderId)).all();
  return new Map(rows.map((row) => [row.number, JSON.parse(row.goods) as Goods]));
}

/** What was booked when the order closed, and what was handed out, by household and line. */
function listTaken(tx: Tx, orderId: string): HouseholdLine[] {
  const taken = new Map<string, HouseholdLine>();
  const add = (householdId: string, lineNumber: number, ordered: number, delivered: number) => {
    const key = `${lineNumber} ${householdId}`;
    const before = taken.get(key) ?? { householdId, lineNumber, orderedThousandths: 0, deliveredThousandths: 0 };
    const orderedThousandths = before.orderedThousandths + ordered;
    taken.set(key, { ...before, orderedThousandths, deliveredThousandths: before.deliveredThousandths + delivered });
  };
  type Booked = { readonly bookings: readonly (readonly [string, number, string, number, ...number[]])[] };
  for (const [householdId, line, , quantity] of loadSnapshot<Booked>(tx, orderId, 1)?.content.bookings ?? [])
    add(householdId, line, quantity, 0);
  const handed = tx.values<[string, number, number]>(
    sql`SELECT household_id, line_number, sum(coalesce(delivered_thousandths, 0)) FROM order_deliveries
      WHERE order_id = ${orderId} GROUP BY household_id, line_number`,
  );
  for (const [householdId, line, delivered] of handed) add(householdId, line, 0, delivered);
  return [...taken.values()];
}

function isMonth(actorId: string, month: string) {
  return and(eq(statisticsMonths.actorId, actorId), eq(statisticsMonths.month, month));
}

function toWritten({ actorId: _, document, ...row }: typeof statisticsMonths.$inferSelect): WrittenMonth {
  return { ...row, document: document === null ? null : (JSON.parse(document) as JsonObject) };
}
