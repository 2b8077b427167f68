// Several orders run as one that come again by themselves: begun by people from one that is there, made ahead of time by the clock.
import { randomBytes } from "node:crypto";
import { refuseRetired } from "../../activitypub/store.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { romeTime } from "../../kernel/time.ts";
import { copyNow } from "../actions.ts";
import { type Act, type Buying, step } from "../changeActions.ts";
import type { Order } from "../order.ts";
import { checkRecurrence, dueOccurrences, type Occurrence, type Recurrence } from "../repeating/recurrence.ts";
import { findCycle, nextAtOf, nextMinute, pastOf, RETRY_MS } from "../repeating/recurrenceActions.ts";
import { type JointRepeat, type JointTemplate, saveRepeat } from "../repeating/recurrenceStore.ts";
import { loadOrder } from "../store.ts";
import { type AggregateKey, beginAggregate, enter, onAggregate, runsAll } from "./actions.ts";
import { AGGREGATED_MAX, type Aggregate, checkAggregatePlan, datesFor } from "./plan.ts";
import { planOn } from "./rhythm.ts";
import { findRepeatOf, listAggregated, loadAggregate } from "./store.ts";

/**
 * All of it comes again in that rhythm. Refuses `not-found`, `aggregate-of-others`, `aggregate-over` (undone), `aggregate-repeats`,
 * `nothing-to-copy` (no orders), `no-place` (a delivery, and no place to hand out), and what `checkRecurrence` refuses.
 */
export function repeatAggregate(buying: Buying, key: AggregateKey, rule: Recurrence): JointRepeat | Refusal {
  const decide = ({ tx, now, personId }: Act, aggregate: Aggregate, orders: Order[]): JointRepeat | Refusal => {
    if (!runsAll(tx, key, orders)) return { refused: "aggregate-of-others" };
    if (orders.length === 0) return { refused: "nothing-to-copy" };
    if (findRepeatOf(tx, aggregate)) return { refused: "aggregate-repeats" };
    const wrong = checkRecurrence(rule);
    if (wrong) return wrong;
    if (rule.delivery !== null && aggregate.pickups.length === 0) return { refused: "no-place" };
    const { actorId, id: startedFrom } = aggregate;
    const repeat: JointRepeat = {
      ...{ id: encodeId(randomBytes(16)), actorId, producerId: actorId, state: "active", rule },
      template: { ...templateOf(aggregate), startedFrom, waiting: [] },
      lastIndex: pastOf(rule, now, romeTime(aggregate.closesAt).date),
      ...{ nextAt: now, lastOrderId: null, trouble: null, createdBy: personId!, createdAt: now, updatedAt: now },
    };
    const planned = { ...repeat, nextAt: nextAtOf(repeat) };
    saveRepeat(tx, planned);
    return planned;
  };
  // One whose costs are charged is as good a beginning as any.
  return onAggregate(buying, key, decide, true);
}

function templateOf({ id, name, closesAt, pickups }: Aggregate): Omit<JointTemplate, "startedFrom" | "waiting"> {
  return { aggregateId: id, name, closesAt, place: pickups[0]?.place ?? "" };
}

/** What a row of several orders run as one has to make now. Within a transaction; for `makeDueOrders`, which writes it. */
export function makeJointNext(act: Act, repeat: JointRepeat): JointRepeat {
  const { now } = act;
  const { due, lastIndex } = dueOccurrences(repeat.rule, repeat.lastIndex, now);
  let made: JointRepeat = { ...retryWaiting(act, repeat), trouble: null };
  for (const occurrence of due) {
    const next = makeOne(act, made, occurrence);
    // Later ones wait with it: a row is made in its order.
    if (isRefusal(next)) {
      const waiting = { ...made, lastIndex: occurrence.index - 1, trouble: next.refused };
      return { ...waiting, nextAt: now + RETRY_MS, updatedAt: now };
    }
    made = next;
  }
  const done = { ...made, lastIndex, updatedAt: now };
  const nextAt = nextAtOf(done);
  const isRetried = done.template.waiting.length > 0 && done.template.closesAt > now;
  return { ...done, nextAt: isRetried ? Math.min(now + RETRY_MS, nextAt ?? Number.POSITIVE_INFINITY) : nextAt };
}

/** The orders of the last one, and those that it lacked. */
function modelsOf({ tx }: Act, { template }: JointRepeat, last: Aggregate): Order[] {
  const waiting = template.waiting.flatMap(({ orderId }) => loadOrder(tx, last.actorId, orderId) ?? []);
  return [...listAggregated(tx, last), ...waiting].slice(0, AGGREGATED_MAX);
}

function makeOne(act: Act, repeat: JointRepeat, occurrence: Occurrence): JointRepeat | Refusal {
  const { tx, now } = act;
  const { template, actorId } = repeat;
  const last = loadAggregate(tx, actorId, template.aggregateId)!;
  const plan = planOn(last, occurrence, template.name, nextMinute(now));
  const wrong = refuseRetired(tx, actorId) ?? checkAggregatePlan(plan, null, now);
  if (wrong) return wrong;
  const copies = modelsOf(act, repeat, last).map((model) => ({ model, copy: copyInto(act, repeat, model, plan) }));
  const orders = copies.flatMap(({ copy }) => (isRefusal(copy) ? [] : [copy]));
  if (orders.length === 0) return { refused: "nothing-to-copy" };
  const aggregate = beginAggregate(act, actorId, plan);
  for (const order of orders) enter(act, aggregate, order);
  const { startedFrom } = template;
  return { ...repeat, template: { ...templateOf(aggregate), startedFrom, waiting: copies.flatMap(waitingOf) } };
}

type Tried = { readonly model: Order; readonly copy: Order | Refusal };

function waitingOf({ model, copy }: Tried): JointTemplate["waiting"] {
  return isRefusal(copy) ? [{ orderId: model.id, name: model.name, refused: copy.refused }] : [];
}

/** A new order like that one, at today's prices, which opens by itself; one without products waits as a draft for a person. */
function copyInto(
  act: Act,
  { id }: Pick<JointRepeat, "id">,
  model: Order,
  plan: Pick<Aggregate, "opensAt" | "closesAt" | "pickups">,
): Order | Refusal {
  const { tx, now } = act;
  const cycleIri = model.cycleIri === null ? null : findCycle(tx, model, plan.closesAt, now);
  if (cycleIri === undefined) return { refused: "no-such-offer" };
  const dates = datesFor({ ...model, state: "draft" }, plan);
  const copy = copyNow(act, model, { cycleIri, plan: dates }, id);
  if (isRefusal(copy) || copy.opensAt === null) return copy;
  const scheduled = step(act, copy, "scheduled");
  return isRefusal(scheduled) ? copy : scheduled;
}

/** Who had no offer when the last one was made comes in now, as long as it takes bookings. */
function retryWaiting(act: Act, repeat: JointRepeat): JointRepeat {
  const { tx, now } = act;
  const { template, actorId } = repeat;
  const aggregate = loadAggregate(tx, actorId, template.aggregateId)!;
  if (template.waiting.length === 0 || aggregate.closesAt <= now) return repeat;
  const opensAt = aggregate.opensAt && Math.max(aggregate.opensAt, nextMinute(now));
  const tried = template.waiting.flatMap(({ orderId }): Tried[] => {
    const model = loadOrder(tx, actorId, orderId);
    return model ? [{ model, copy: copyInto(act, repeat, model, { ...aggregate, opensAt }) }] : [];
  });
  for (const { copy } of tried) if (!isRefusal(copy)) enter(act, aggregate, copy);
  return { ...repeat, template: { ...template, waiting: tried.flatMap(waitingOf) } };
}
