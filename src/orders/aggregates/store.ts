// Rows of aggregates, their orders and what was done to them <-> values; the only queries on them.
import { and, asc, desc, eq, inArray, isNull } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { Order, OrderState } from "../order.ts";
import { isJoint, type JointRepeat, listRepeats } from "../repeating/recurrenceStore.ts";
import { loadOrder } from "../store.ts";
import { baskets, orders } from "../tables.ts";
import type { Aggregate, AggregateDeed } from "./plan.ts";
import { aggregatedOrders, aggregateMoves, orderAggregates } from "./tables.ts";

type Row = typeof orderAggregates.$inferSelect;

/** An aggregate of that actor, one that was undone too. */
export function loadAggregate(tx: Tx, actorId: string, id: string): Aggregate | undefined {
  const those = and(eq(orderAggregates.actorId, actorId), eq(orderAggregates.id, id));
  const row = tx.select().from(orderAggregates).where(those).get();
  return row && toAggregate(row);
}

/** A group's aggregates that were not undone, the latest closing first. */
export function listAggregates(tx: Tx, actorId: string, limit: number): Aggregate[] {
  const those = and(eq(orderAggregates.actorId, actorId), isNull(orderAggregates.dissolvedAt));
  const { closesAt, id } = orderAggregates;
  const rows = tx.select().from(orderAggregates).where(those).orderBy(desc(closesAt), asc(id)).limit(limit).all();
  return rows.map(toAggregate);
}

/** Writes an aggregate as it now is. */
export function saveAggregate(tx: Tx, aggregate: Aggregate): void {
  const { pickups, costs, ...plain } = aggregate;
  const row = { ...plain, pickups: JSON.stringify(pickups), costs: JSON.stringify(costs) };
  const { id: _, ...changes } = row;
  tx.insert(orderAggregates).values(row).onConflictDoUpdate({ target: orderAggregates.id, set: changes }).run();
}

/** The orders of an aggregate with their lines, by when they came in, then by name. */
export function listAggregated(tx: Tx, { id, actorId }: Pick<Aggregate, "id" | "actorId">): Order[] {
  const { orderId, joinedAt, aggregateId } = aggregatedOrders;
  return tx
    .select({ orderId })
    .from(aggregatedOrders)
    .innerJoin(orders, eq(orders.id, orderId))
    .where(eq(aggregateId, id))
    .orderBy(asc(joinedAt), asc(orders.name), asc(orderId))
    .all()
    .flatMap((row) => loadOrder(tx, actorId, row.orderId) ?? []);
}

/** The aggregate an order is in; undefined: none. */
export function findAggregateOf(tx: Tx, orderId: string): string | undefined {
  const { aggregateId } = aggregatedOrders;
  return tx.select({ aggregateId }).from(aggregatedOrders).where(eq(aggregatedOrders.orderId, orderId)).get()
    ?.aggregateId;
}

/** The same as it stands; undefined: it is in none. */
export function loadAggregateOf(tx: Tx, { id, actorId }: Pick<Order, "id" | "actorId">): Aggregate | undefined {
  const found = findAggregateOf(tx, id);
  return found === undefined ? undefined : loadAggregate(tx, actorId, found);
}

/** The row of repeated orders that made it, or was begun from it, and has not ended; undefined: it does not repeat. */
export function findRepeatOf(tx: Tx, { id, actorId }: Pick<Aggregate, "id" | "actorId">): JointRepeat | undefined {
  const { orderId, aggregateId } = aggregatedOrders;
  const its = tx
    .selectDistinct({ recurrenceId: orders.recurrenceId })
    .from(aggregatedOrders)
    .innerJoin(orders, eq(orders.id, orderId))
    .where(eq(aggregateId, id))
    .all();
  const made = new Set(its.map(({ recurrenceId }) => recurrenceId));
  return listRepeats(tx, actorId)
    .filter(isJoint)
    .find(({ id: rowId, state, template: { startedFrom, aggregateId: lastId } }) => {
      return state !== "ended" && (startedFrom === id || lastId === id || made.has(rowId));
    });
}

/** Orders that could come in: before their closing and in no aggregate, the first to close first. */
export function listJoinable(
  tx: Tx,
  actorId: string,
  limit: number,
): { id: string; producerId: string; name: string }[] {
  const { id, producerId, name, state, closesAt } = orders;
  return tx
    .select({ id, producerId, name })
    .from(orders)
    .leftJoin(aggregatedOrders, eq(aggregatedOrders.orderId, id))
    .where(
      and(
        eq(orders.actorId, actorId),
        inArray(state, ["draft", "scheduled", "open"]),
        isNull(aggregatedOrders.orderId),
      ),
    )
    .orderBy(asc(closesAt), asc(id))
    .limit(limit)
    .all();
}

/** Puts an order in. */
export function addOrder(tx: Tx, { id, actorId }: Aggregate, orderId: string, joinedAt: number): void {
  tx.insert(aggregatedOrders).values({ orderId, aggregateId: id, actorId, joinedAt }).run();
}

/** Takes an order out; null: all of them. */
export function removeOrder(tx: Tx, { id }: Aggregate, orderId: string | null): void {
  const its = eq(aggregatedOrders.aggregateId, id);
  tx.delete(aggregatedOrders)
    .where(orderId === null ? its : and(its, eq(aggregatedOrders.orderId, orderId)))
    .run();
}

/** Something that was done to an aggregate. `about`: an order's name, or a reason; "" for nothing. */
export type AggregateMove = {
  readonly what: AggregateDeed;
  readonly about: string;
  readonly personId: string | null;
  readonly at: number;
};

export function logDeed(tx: Tx, { id, actorId }: Aggregate, move: AggregateMove): void {
  tx.insert(aggregateMoves)
    .values({ aggregateId: id, actorId, ...move })
    .run();
}

/** What was done to an aggregate, from the first. */
export function listDeeds(tx: Tx, aggregateId: string): AggregateMove[] {
  const { what, about, personId, at, id } = aggregateMoves;
  const those = tx.select({ what, about, personId, at }).from(aggregateMoves);
  return those.where(eq(aggregateMoves.aggregateId, aggregateId)).orderBy(asc(id)).all();
}

/** The aggregates, not undone, in whose orders a household has a basket. */
export function listAggregatesOf(tx: Tx, key: { readonly actorId: string; readonly householdId: string }): Aggregate[] {
  const its = tx
    .select({ id: aggregatedOrders.aggregateId })
    .from(baskets)
    .innerJoin(aggregatedOrders, eq(aggregatedOrders.orderId, baskets.orderId))
    .where(and(eq(baskets.actorId, key.actorId), eq(baskets.householdId, key.householdId)));
  const those = and(inArray(orderAggregates.id, its), isNull(orderAggregates.dissolvedAt));
  const { closesAt, id } = orderAggregates;
  return tx.select().from(orderAggregates).where(those).orderBy(asc(closesAt), asc(id)).all().map(toAggregate);
}

/** The orders of each aggregate of a group, by its id: whose they are and how they stand. */
export function listParts(tx: Tx, actorId: string): Map<string, { producerId: string; state: OrderState }[]> {
  const { aggregateId, orderId } = aggregatedOrders;
  const rows = tx
    .select({ aggregateId, producerId: orders.producerId, state: orders.state })
    .from(aggregatedOrders)
    .innerJoin(orders, eq(orders.id, orderId))
    .where(eq(aggregatedOrders.actorId, actorId))
    .all();
  return Map.groupBy(rows, (row) => row.aggregateId);
}

function toAggregate({ pickups, costs, ...plain }: Row): Aggregate {
  return { ...plain, pickups: JSON.parse(pickups), costs: JSON.parse(costs) };
}
