// Several orders that a group runs as one: the plan they have in common, and how far each can follow it. Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import type { Order, OrderState, Pickup } from "../order.ts";
import type { Modifier } from "../planning/modifiers.ts";
import { checkPlan, type Plan, START_POLICIES } from "../planning/plan.ts";

/** What is done to an aggregate, as its story tells it. */
export const AGGREGATE_DEEDS = [
  "made",
  "joined",
  "left",
  "planned",
  "charged",
  "correction-asked",
  "dissolved",
] as const;
export type AggregateDeed = (typeof AGGREGATE_DEEDS)[number];

/** More producers than that no van and no table holds. */
export const AGGREGATED_MAX = 30;

/**
 * Orders of one group, each with its own producer, run as one. Times are epoch ms; `opensAt` null: they are opened by hand. `costs`
 * are borne by the households of all of them together, once.
 */
export type Aggregate = {
  readonly id: string;
  readonly actorId: string;
  readonly name: string;
  readonly opensAt: number | null;
  readonly closesAt: number;
  readonly pickups: readonly Pickup[];
  readonly costs: readonly Modifier[];
  /** When it was undone; its orders went on alone. */
  readonly dissolvedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What is decided once for all of them. */
export type AggregatePlan = Pick<Aggregate, "name" | "opensAt" | "closesAt" | "pickups" | "costs">;

/** Orders still take new dates, and can come or go, until they close. */
const BEFORE_CLOSING: readonly OrderState[] = ["draft", "scheduled", "open"];
/** An order that owes nothing any more, or has charged what it owes. */
const OVER: readonly OrderState[] = ["delivered", "archived", "cancelled"];

/** Whether an order may still come in, go out, and take the dates of the plan. */
export function isBeforeClosing({ state }: Pick<Order, "state">): boolean {
  return BEFORE_CLOSING.includes(state);
}

/** Whether it is known for good what everybody got of it. */
export function isOver({ state }: Pick<Order, "state">): boolean {
  return OVER.includes(state);
}

/** Why a plan cannot stand, as `checkPlan` says it; null when it can. `before`: a closing that stays as it was may be over. */
export function checkAggregatePlan(plan: AggregatePlan, before: AggregatePlan | null, now: number): Refusal | null {
  const { costs: modifiers, ...dates } = plan;
  const isMoved = before === null || before.closesAt !== plan.closesAt;
  const whole: Plan = { ...dates, note: "", completesUntil: null, policies: START_POLICIES, modifiers };
  return checkPlan(whole, null, isMoved ? now : Math.min(now, plan.closesAt - 1));
}

/** The plan alone. */
export function aggregatePlanOf({ name, opensAt, closesAt, pickups, costs }: Aggregate): AggregatePlan {
  return { name, opensAt, closesAt, pickups, costs };
}

/**
 * An order's dates and places as the plan has them. A place that the order had keeps its id, so that baskets that chose it still do; the
 * end of its completion stays as long after the closing as it was.
 */
export function datesFor(
  order: Pick<Order, "state" | "opensAt" | "closesAt" | "completesUntil" | "pickups">,
  plan: Pick<AggregatePlan, "opensAt" | "closesAt" | "pickups">,
): Pick<Plan, "opensAt" | "closesAt" | "completesUntil" | "pickups"> {
  const { completesUntil, closesAt } = order;
  return {
    opensAt: order.state === "open" ? order.opensAt : plan.opensAt,
    closesAt: plan.closesAt,
    completesUntil: completesUntil === null ? null : completesUntil + plan.closesAt - closesAt,
    pickups: placesFor(order.pickups, plan.pickups),
  };
}

function placesFor(own: readonly Pickup[], planned: readonly Pickup[]): Pickup[] {
  const rest = [...own];
  const kept = planned.map((pickup) => {
    const same = rest.filter(({ place }) => placeKey(place) === placeKey(pickup.place));
    const found = same.find(({ startAt }) => startAt === pickup.startAt) ?? same[0];
    if (found) rest.splice(rest.indexOf(found), 1);
    return { pickup, id: found?.id };
  });
  const used = new Set(own.map(({ id }) => id));
  let next = 0;
  const fresh = (): string => {
    do next += 1;
    while (used.has(`d${next}`));
    return `d${next}`;
  };
  return kept.map(({ pickup, id }) => ({ ...pickup, id: id ?? fresh() }));
}

function placeKey(place: string): string {
  return place.trim().toLowerCase();
}

/** In what an order differs from the plan that it could follow; nothing for one that has closed: its dates stay as they were. */
export function strayFrom(
  order: Pick<Order, "state" | "opensAt" | "closesAt" | "completesUntil" | "pickups">,
  plan: Pick<AggregatePlan, "opensAt" | "closesAt" | "pickups">,
): ("opensAt" | "closesAt" | "pickups")[] {
  if (!isBeforeClosing(order)) return [];
  const wanted = datesFor(order, plan);
  const tell = (pickups: readonly Pickup[]) =>
    JSON.stringify(pickups.map(({ place, startAt, endAt }) => [place, startAt, endAt]));
  return [
    ...(order.opensAt === wanted.opensAt ? [] : (["opensAt"] as const)),
    ...(order.closesAt === wanted.closesAt ? [] : (["closesAt"] as const)),
    ...(tell(order.pickups) === tell(wanted.pickups) ? [] : (["pickups"] as const)),
  ];
}

/** Why an order cannot come in: it has closed, or it is in one already; null when it can. */
export function refuseJoining(order: Pick<Order, "state" | "name">, isElsewhere: boolean): Refusal | null {
  if (!isBeforeClosing(order)) return { refused: "aggregate-closed-order", name: order.name };
  return isElsewhere ? { refused: "in-another-aggregate", name: order.name } : null;
}

/** What is done to all at once: to orders in which state. */
const TOGETHER = {
  open: ["draft", "scheduled"],
  schedule: ["draft"],
  close: ["open", "completing"],
  send: ["closed"],
} as const satisfies Record<string, readonly OrderState[]>;
export type TogetherAct = keyof typeof TOGETHER;
export const TOGETHER_ACTS = Object.keys(TOGETHER) as TogetherAct[];

/** Which of these orders an act is for. */
export function ordersFor<T extends Pick<Order, "state">>(what: TogetherAct, orders: readonly T[]): T[] {
  const from: readonly OrderState[] = TOGETHER[what];
  return orders.filter(({ state }) => from.includes(state));
}
