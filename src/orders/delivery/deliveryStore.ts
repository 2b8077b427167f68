// Rows of what arrived and what each household gets and got of it <-> values; the only queries on them.
import { randomBytes } from "node:crypto";
import { and, asc, eq, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { arrivals, deliveries, deliveryMoney } from "../tables.ts";

/** An order's name in its tables. */
type OrderName = { readonly id: string; readonly actorId: string };

/** Whose part of which line; `friendId` null: the household itself. */
export type PortionKey = {
  readonly householdId: string;
  readonly lineNumber: number;
  readonly friendId: string | null;
};

/** What a household is to get of a line and what it got, in thousandths; `deliveredThousandths` null until that is known. */
export type Portion = PortionKey & {
  readonly allocatedThousandths: number;
  readonly deliveredThousandths: number | null;
  /** Piece by piece, where pieces are weighed apart. */
  readonly weights: readonly number[] | null;
  /** Added at the counter: nobody booked it. */
  readonly isAdded: boolean;
};

/** A sum beside the goods; positive: the household pays. */
export type MoneyEntry = {
  readonly id: string;
  readonly householdId: string;
  readonly cents: number;
  readonly memo: string;
  readonly personId: string;
  readonly at: number;
};

type PortionRow = Omit<Portion, "friendId" | "weights" | "isAdded"> & {
  friendId: string;
  weights: string | null;
  isAdded: 0 | 1;
};

const COLUMNS = sql`household_id AS "householdId", line_number AS "lineNumber", friend_id AS "friendId",
  allocated_thousandths AS "allocatedThousandths", delivered_thousandths AS "deliveredThousandths", weights, is_added AS "isAdded"`;

/** Everybody's portions of an order, by household and line. */
export function listPortions(tx: Tx, orderId: string): Portion[] {
  return tx
    .all<PortionRow>(
      sql`SELECT ${COLUMNS} FROM order_deliveries WHERE order_id = ${orderId} ORDER BY household_id, line_number, friend_id`,
    )
    .map(toPortion);
}

/** A household's portions of an order, line by line. */
export function listHouseholdPortions(tx: Tx, orderId: string, householdId: string): Portion[] {
  return tx
    .all<PortionRow>(
      sql`SELECT ${COLUMNS} FROM order_deliveries WHERE order_id = ${orderId} AND household_id = ${householdId} ORDER BY line_number, friend_id`,
    )
    .map(toPortion);
}

export function loadPortion(tx: Tx, orderId: string, key: PortionKey): Portion | undefined {
  const { householdId, lineNumber, friendId } = key;
  const row = tx.get<PortionRow>(
    sql`SELECT ${COLUMNS} FROM order_deliveries WHERE order_id = ${orderId} AND household_id = ${householdId}
      AND line_number = ${lineNumber} AND friend_id = ${friendId ?? ""}`,
  );
  return row && toPortion(row);
}

/** Puts these portions in place of all that an order had, in one statement. */
export function replacePortions(tx: Tx, order: OrderName, portions: readonly Portion[]): void {
  tx.delete(deliveries).where(eq(deliveries.orderId, order.id)).run();
  const rows = portions.map((one) => [
    one.householdId,
    one.lineNumber,
    one.friendId ?? "",
    one.allocatedThousandths,
    one.deliveredThousandths,
    one.weights && JSON.stringify(one.weights),
    one.isAdded ? 1 : 0,
  ]);
  tx.run(sql`INSERT INTO order_deliveries (order_id, actor_id, household_id, line_number, friend_id, allocated_thousandths,
      delivered_thousandths, weights, is_added)
    SELECT ${order.id}, ${order.actorId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
    FROM json_each(${JSON.stringify(rows)})`);
}

/** Writes one portion as it now is. */
export function savePortion(tx: Tx, order: OrderName, portion: Portion): void {
  const { householdId, lineNumber, friendId, weights, ...rest } = portion;
  const row = { ...rest, weights: weights && JSON.stringify(weights) };
  tx.insert(deliveries)
    .values({ orderId: order.id, actorId: order.actorId, householdId, lineNumber, friendId: friendId ?? "", ...row })
    .onConflictDoUpdate({
      target: [deliveries.orderId, deliveries.householdId, deliveries.lineNumber, deliveries.friendId],
      set: row,
    })
    .run();
}

/** What is not said otherwise was delivered as it was allocated. */
export function deliverTheRest(tx: Tx, orderId: string): void {
  tx.run(sql`UPDATE order_deliveries SET delivered_thousandths = allocated_thousandths
    WHERE order_id = ${orderId} AND delivered_thousandths IS NULL`);
}

/** How much of each line arrived, in thousandths; lines nobody has counted yet are not in it. */
export function listArrivals(tx: Tx, orderId: string): Map<number, number> {
  const rows = tx.select().from(arrivals).where(eq(arrivals.orderId, orderId)).orderBy(asc(arrivals.lineNumber)).all();
  return new Map(rows.map(({ lineNumber, arrivedThousandths }) => [lineNumber, arrivedThousandths]));
}

/** How much of each line came and cannot be handed out, in thousandths, where it is any. */
export function listDamaged(tx: Tx, orderId: string): Map<number, number> {
  const rows = tx.select().from(arrivals).where(eq(arrivals.orderId, orderId)).orderBy(asc(arrivals.lineNumber)).all();
  return new Map(
    rows
      .filter(({ damagedThousandths }) => damagedThousandths > 0)
      .map(({ lineNumber, damagedThousandths }) => [lineNumber, damagedThousandths]),
  );
}

/** Puts these amounts in place of those counted before. */
export function replaceArrivals(
  tx: Tx,
  order: OrderName,
  arrived: ReadonlyMap<number, number>,
  damaged: ReadonlyMap<number, number>,
): void {
  tx.delete(arrivals).where(eq(arrivals.orderId, order.id)).run();
  const rows = [...arrived].map(([number, quantity]) => [number, quantity, damaged.get(number) ?? 0]);
  tx.run(sql`INSERT INTO order_arrivals (order_id, actor_id, line_number, arrived_thousandths, damaged_thousandths)
    SELECT ${order.id}, ${order.actorId}, value ->> 0, value ->> 1, value ->> 2 FROM json_each(${JSON.stringify(rows)})`);
}

/** What was entered beside the goods, from the first. */
export function listMoneyEntries(tx: Tx, orderId: string, householdId?: string): MoneyEntry[] {
  return tx
    .select()
    .from(deliveryMoney)
    .where(
      and(
        eq(deliveryMoney.orderId, orderId),
        householdId === undefined ? undefined : eq(deliveryMoney.householdId, householdId),
      ),
    )
    .orderBy(asc(deliveryMoney.at), asc(deliveryMoney.id))
    .all()
    .map(({ orderId: _, actorId: __, ...entry }) => entry);
}

/** Adds a sum. Returns its id. */
export function insertMoneyEntry(tx: Tx, order: OrderName, entry: Omit<MoneyEntry, "id">): string {
  const id = encodeId(randomBytes(16));
  tx.insert(deliveryMoney)
    .values({ id, orderId: order.id, actorId: order.actorId, ...entry })
    .run();
  return id;
}

function toPortion({ friendId, weights, isAdded, ...row }: PortionRow): Portion {
  return {
    ...row,
    friendId: friendId === "" ? null : friendId,
    weights: weights === null ? null : JSON.parse(weights),
    isAdded: isAdded === 1,
  };
}
