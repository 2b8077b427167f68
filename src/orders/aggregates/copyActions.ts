// An aggregate once more: the same orders at today's prices, the same costs, at other dates.
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { duplicateOrder } from "../actions.ts";
import { type Buying, mayRun } from "../changeActions.ts";
import type { Order } from "../order.ts";
import { openCycleOf } from "../sourceStore.ts";
import { type AggregateKey, createAggregate, seesAggregate } from "./actions.ts";
import { type Aggregate, type AggregatePlan, checkAggregatePlan, datesFor } from "./plan.ts";
import { listAggregated, loadAggregate } from "./store.ts";

/** A copy: how many orders it has, and those that could not be made again, with why. */
export type Copied = {
  readonly aggregate: Aggregate;
  readonly count: number;
  readonly left: readonly { readonly name: string; readonly refusal: Refusal }[];
};

/**
 * A new aggregate of new drafts, one for each order of this one (those called off too), each by itself: a producer without an offer
 * now holds none of the others. Refuses `not-found`, `nothing-to-copy` where none could be made, and what `checkPlan` refuses.
 */
export function copyAggregate(buying: Buying, key: AggregateKey, plan: AggregatePlan): Copied | Refusal {
  const tx = buying.db.orm;
  const aggregate = loadAggregate(tx, key.actorId, key.id);
  const orders = aggregate ? listAggregated(tx, aggregate) : [];
  if (!aggregate || !seesAggregate(tx, key, orders)) return { refused: "not-found" };
  const wrong = checkAggregatePlan(plan, null, buying.clock.now());
  if (wrong) return wrong;
  const made: Order[] = [];
  const left: { name: string; refusal: Refusal }[] = [];
  for (const order of orders) {
    const copy = copyOrder(buying, key, order, plan);
    if (isRefusal(copy)) left.push({ name: order.name, refusal: copy });
    else made.push(copy);
  }
  if (made.length === 0) return { refused: "nothing-to-copy" };
  const { actorId, personId } = key;
  const joined = createAggregate(buying, { actorId, personId, plan, orderIds: made.map(({ id }) => id) });
  return isRefusal(joined) ? joined : { aggregate: joined, count: made.length, left };
}

function copyOrder(buying: Buying, key: AggregateKey, order: Order, plan: AggregatePlan): Order | Refusal {
  const { actorId, personId } = key;
  if (!mayRun(buying.db.orm, key, order.producerId)) return { refused: "aggregate-of-others" };
  const dates = datesFor({ ...order, state: "draft", completesUntil: null }, plan);
  const cycleIri = openCycleOf(buying.db.orm, order, buying.clock.now());
  return duplicateOrder(buying, { actorId, orderId: order.id, personId }, { cycleIri, plan: dates });
}
