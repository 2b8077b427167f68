// What people do to several orders at once: join them, give them one plan, move them together. Each order keeps its own rules, its
// own producer and its own signed letters.
import { randomBytes } from "node:crypto";
import { loadActor, refuseRetired } from "../../activitypub/store.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { loadCharge } from "../../ledger/supplierStore.ts";
import { editNow, openOrder, scheduleOrder } from "../actions.ts";
import { type Act, type Buying, mayRun, type OrderKey } from "../changeActions.ts";
import { closeOrder, sendOrder } from "../closeActions.ts";
import type { Order } from "../order.ts";
import { saveRepeat } from "../repeating/recurrenceStore.ts";
import { loadOrder } from "../store.ts";
import {
  AGGREGATED_MAX,
  type Aggregate,
  type AggregatePlan,
  aggregatePlanOf,
  checkAggregatePlan,
  datesFor,
  isBeforeClosing,
  ordersFor,
  refuseJoining,
  strayFrom,
  type TogetherAct,
} from "./plan.ts";
import {
  addOrder,
  findAggregateOf,
  findRepeatOf,
  listAggregated,
  loadAggregate,
  logDeed,
  removeOrder,
  saveAggregate,
} from "./store.ts";

/** An aggregate, who changes it, and its `updatedAt` as they saw it. */
export type AggregateKey = {
  readonly actorId: string;
  readonly id: string;
  readonly personId: string;
  readonly seenUpdatedAt?: number;
};
type Who = Pick<AggregateKey, "actorId" | "personId">;

/** Whether this person runs every one of these orders: a referente of named producers decides nothing for others' households. */
export function runsAll(tx: Tx, who: Who, orders: readonly Pick<Order, "producerId">[]): boolean {
  return orders.every(({ producerId }) => mayRun(tx, who, producerId));
}

/**
 * Several orders become one: each takes the dates and places of the plan where it can. Refuses `not-found` (also an order that the
 * person does not run), `actor-retired`, `aggregate-empty`, `aggregate-full`, `aggregate-closed-order`, `in-another-aggregate`, and what
 * `checkPlan` refuses.
 */
export function createAggregate(
  buying: Buying,
  wish: Who & { readonly plan: AggregatePlan; readonly orderIds: readonly string[] },
): Aggregate | Refusal {
  const now = buying.clock.now();
  return transact(buying.db, (tx) => {
    const { actorId, personId, plan } = wish;
    if (loadActor(tx, actorId)?.kind !== "gas") return { refused: "not-found" };
    const wrong = refuseRetired(tx, actorId) ?? checkAggregatePlan(plan, null, now);
    if (wrong) return wrong;
    if (wish.orderIds.length === 0) return { refused: "aggregate-empty" };
    const orders = findJoining(tx, wish, wish.orderIds, 0);
    if (isRefusal(orders)) return orders;
    const act: Act = { buying, tx, mover: "referente", personId, now };
    const aggregate = beginAggregate(act, actorId, plan);
    takeIn(act, aggregate, orders);
    return aggregate;
  });
}

function findJoining(tx: Tx, who: Who, orderIds: readonly string[], alreadyCount: number): Order[] | Refusal {
  const names = [...new Set(orderIds)];
  if (names.length + alreadyCount > AGGREGATED_MAX) return { refused: "aggregate-full", limit: AGGREGATED_MAX };
  const found: Order[] = [];
  for (const orderId of names) {
    const order = loadOrder(tx, who.actorId, orderId);
    if (!order || !mayRun(tx, who, order.producerId)) return { refused: "not-found" };
    const wrong = refuseJoining(order, findAggregateOf(tx, orderId) !== undefined);
    if (wrong) return wrong;
    found.push(order);
  }
  return found;
}

function takeIn(act: Act, aggregate: Aggregate, orders: readonly Order[]): void {
  for (const order of orders) {
    enter(act, aggregate, order);
    follow(act, order, aggregate);
  }
}

/** An order comes in, as it is. */
export function enter({ tx, personId, now }: Act, aggregate: Aggregate, order: Order): void {
  addOrder(tx, aggregate, order.id, now);
  logDeed(tx, aggregate, { what: "joined", about: order.name, personId, at: now });
}

/** An aggregate without orders yet. */
export function beginAggregate({ tx, personId, now }: Act, actorId: string, plan: AggregatePlan): Aggregate {
  const id = encodeId(randomBytes(16));
  const aggregate: Aggregate = { ...plan, id, actorId, dissolvedAt: null, createdAt: now, updatedAt: now };
  saveAggregate(tx, aggregate);
  logDeed(tx, aggregate, { what: "made", about: "", personId, at: now });
  return aggregate;
}

/** What cannot follow stays as it is; its page, and that of the aggregate, say why. */
function follow(act: Act, order: Order, plan: AggregatePlan): Refusal | null {
  if (strayFrom(order, plan).length === 0) return null;
  const done = editNow(act, order, { plan: datesFor(order, plan) });
  return isRefusal(done) ? done : null;
}

/** Orders come in, and take the plan's dates where they can. Refuses `not-found`, `stale-version`, `aggregate-over`, and as `createAggregate`. */
export function joinAggregate(buying: Buying, key: AggregateKey, orderIds: readonly string[]): Aggregate | Refusal {
  return onAggregate(buying, key, (act, aggregate, orders) => {
    if (orderIds.length === 0) return { refused: "aggregate-empty" };
    const joining = findJoining(act.tx, key, orderIds, orders.length);
    if (isRefusal(joining)) return joining;
    takeIn(act, aggregate, joining);
    return touch(act, aggregate);
  });
}

/**
 * An order goes on alone, with the dates it has; what all bear together is split over the others. Refuses `not-found`,
 * `aggregate-closed-order` (it has closed: its households counted on sharing the costs), `aggregate-over`.
 */
export function leaveAggregate(buying: Buying, key: AggregateKey, orderId: string): Aggregate | Refusal {
  return onAggregate(buying, key, (act, aggregate, orders) => {
    const order = orders.find(({ id }) => id === orderId);
    if (!order || !mayRun(act.tx, key, order.producerId)) return { refused: "not-found" };
    if (!isBeforeClosing(order)) return { refused: "aggregate-closed-order", name: order.name };
    removeOrder(act.tx, aggregate, orderId);
    logDeed(act.tx, aggregate, { what: "left", about: order.name, personId: act.personId, at: act.now });
    return touch(act, aggregate);
  });
}

/**
 * Gives all of them one plan: dates and places where an order still takes them. What could not follow is found by `strayFrom`. Refuses
 * `not-found`, `stale-version`, `aggregate-of-others`, `aggregate-over` (undone), and what `checkPlan` refuses.
 */
export function planAggregate(buying: Buying, key: AggregateKey, plan: AggregatePlan): Aggregate | Refusal {
  const decide = (act: Act, aggregate: Aggregate, orders: Order[]) => {
    const { tx, now, personId } = act;
    if (!runsAll(tx, key, orders)) return { refused: "aggregate-of-others" };
    const wrong = checkAggregatePlan(plan, aggregatePlanOf(aggregate), now);
    if (wrong) return wrong;
    for (const order of orders) follow(act, order, plan);
    logDeed(tx, aggregate, { what: "planned", about: "", personId, at: now });
    return touch(act, { ...aggregate, ...plan });
  };
  // The carrier's bill may come after the charge: then its costs are another, and a correction is asked for.
  return onAggregate(buying, key, decide, true);
}

/** One order takes the plan's dates after all. Refuses `not-found`, `aggregate-over`, and what `editOrder` refuses. */
export function followAggregate(buying: Buying, key: AggregateKey, orderId: string): Aggregate | Refusal {
  return onAggregate(buying, key, (act, aggregate, orders) => {
    const order = orders.find(({ id }) => id === orderId);
    if (!order || !mayRun(act.tx, key, order.producerId)) return { refused: "not-found" };
    return follow(act, order, aggregate) ?? aggregate;
  });
}

/** Undoes it before anything closed: every order goes on alone, and it repeats no more. Refuses `not-found`, `aggregate-of-others`, `aggregate-closed-order`, `aggregate-over`. */
export function dissolveAggregate(buying: Buying, key: AggregateKey): Aggregate | Refusal {
  return onAggregate(buying, key, (act, aggregate, orders) => {
    if (!runsAll(act.tx, key, orders)) return { refused: "aggregate-of-others" };
    const closed = orders.find((order) => !isBeforeClosing(order) && order.state !== "cancelled");
    if (closed) return { refused: "aggregate-closed-order", name: closed.name };
    const repeat = findRepeatOf(act.tx, aggregate);
    const isLast = repeat?.template.aggregateId === aggregate.id;
    if (isLast) saveRepeat(act.tx, { ...repeat, state: "ended", nextAt: null, trouble: null, updatedAt: act.now });
    removeOrder(act.tx, aggregate, null);
    logDeed(act.tx, aggregate, { what: "dissolved", about: "", personId: act.personId, at: act.now });
    return touch(act, { ...aggregate, dissolvedAt: act.now });
  });
}

/**
 * Loads an aggregate with its orders in one transaction and does `decide` with it. Refuses `not-found` (also to who runs none of its
 * orders), `stale-version`, `aggregate-over` (undone, or its costs are charged, unless `isAfter`).
 */
export function onAggregate<T>(
  buying: Buying,
  key: AggregateKey,
  decide: (act: Act, aggregate: Aggregate, orders: Order[]) => T | Refusal,
  isAfter = false,
): T | Refusal {
  const now = buying.clock.now();
  return transact(buying.db, (tx) => {
    const aggregate = loadAggregate(tx, key.actorId, key.id);
    const orders = aggregate ? listAggregated(tx, aggregate) : [];
    if (!aggregate || !seesAggregate(tx, key, orders)) return { refused: "not-found" };
    if (key.seenUpdatedAt !== undefined && key.seenUpdatedAt !== aggregate.updatedAt)
      return { refused: "stale-version" };
    const isCharged = loadCharge(tx, aggregate.actorId, aggregate.id).version > 0;
    if (aggregate.dissolvedAt !== null || (isCharged && !isAfter)) return { refused: "aggregate-over" };
    return decide({ buying, tx, mover: "referente", personId: key.personId, now }, aggregate, orders);
  });
}

/** Whether this person runs one of these orders, or there are none. */
export function seesAggregate(tx: Tx, who: Who, orders: readonly Pick<Order, "producerId">[]): boolean {
  return orders.length === 0 || orders.some(({ producerId }) => mayRun(tx, who, producerId));
}

/** Writes the aggregate as it now is: whoever looks at `updatedAt` tells every change from the one before. */
export function touch({ tx, now }: Act, aggregate: Aggregate): Aggregate {
  const touched = { ...aggregate, updatedAt: Math.max(now, aggregate.updatedAt + 1) };
  saveAggregate(tx, touched);
  return touched;
}

type OneAct = (buying: Buying, key: OrderKey) => Order | Refusal;
const ACTS: Readonly<Record<TogetherAct, OneAct>> = {
  open: openOrder,
  schedule: scheduleOrder,
  close: closeOrder,
  send: sendOrder,
};

/** What came of an act on each order it was for. */
export type TogetherOutcome = {
  readonly done: readonly Order[];
  readonly left: readonly { readonly name: string; readonly refusal: Refusal }[];
};

/**
 * Opens, schedules, closes or sends all that are at that point, each in its own transaction and by its own rules: cases, minimum,
 * completion, its own letter to its own producer. What one refuses holds none of the others. Refuses `not-found`.
 */
export function actTogether(buying: Buying, key: AggregateKey, what: TogetherAct): TogetherOutcome | Refusal {
  const tx = buying.db.orm;
  const aggregate = loadAggregate(tx, key.actorId, key.id);
  const orders = aggregate ? listAggregated(tx, aggregate) : [];
  if (!aggregate || !seesAggregate(tx, key, orders)) return { refused: "not-found" };
  const { actorId, personId } = key;
  const done: Order[] = [];
  const left: { name: string; refusal: Refusal }[] = [];
  for (const { id: orderId, name, producerId } of ordersFor(what, orders)) {
    const isOurs = mayRun(tx, key, producerId);
    const result = isOurs ? ACTS[what](buying, { actorId, orderId, personId }) : OF_OTHERS;
    if (isRefusal(result)) left.push({ name, refusal: result });
    else done.push(result);
  }
  return { done, left };
}

const OF_OTHERS: Refusal = { refused: "aggregate-of-others" };
