// What a group decides once for all its orders. Pure.

import type { Policies } from "../order.ts";
import type { Modifier } from "../planning/modifiers.ts";
import { START_POLICIES } from "../planning/plan.ts";

/** By what members find the open orders: the next to close first, under the next pickups, or under their producers. */
export const ORDERS_FIRST = ["closing", "pickup", "producer"] as const;
export type OrdersFirst = (typeof ORDERS_FIRST)[number];

/** `policies` and `modifiers`: what a new order begins with; each order may say otherwise. */
export type GroupSettings = {
  readonly ordersFirst: OrdersFirst;
  readonly policies: Policies;
  readonly modifiers: readonly Modifier[];
};

/** The settings of a group that never chose. */
export const START_SETTINGS: GroupSettings = { ordersFirst: "closing", policies: START_POLICIES, modifiers: [] };

type Facts = {
  readonly closesAt: number;
  readonly pickups: readonly { readonly startAt: number; readonly place: string }[];
};
/** Orders under one heading. `pickup`: the next one of all of them, null where nobody knows; `producer` "" where it is no matter. */
export type OrderGroup<T> = {
  readonly pickup: { readonly startAt: number; readonly place: string } | null;
  readonly producer: string;
  readonly orders: readonly T[];
};

/** Orders as the group wants them shown, one group without heading by closing. Those with nowhere to collect come last. */
export function groupOrders<T>(
  orders: readonly T[],
  first: OrdersFirst,
  of: (order: T) => Facts & { readonly producer: string },
): OrderGroup<T>[] {
  const sorted = orders.toSorted((a, b) => of(a).closesAt - of(b).closesAt);
  if (first === "closing") return sorted.length === 0 ? [] : [{ pickup: null, producer: "", orders: sorted }];
  if (first === "producer") {
    const groups = [...Map.groupBy(sorted, (one) => of(one).producer)].map(([producer, own]) => ({
      ...{ pickup: null, producer, orders: own },
    }));
    return groups.toSorted((a, b) => a.producer.localeCompare(b.producer, "it"));
  }
  const nextOf = (order: T) => of(order).pickups.toSorted((a, b) => a.startAt - b.startAt)[0] ?? null;
  const keyOf = (order: T) => {
    const next = nextOf(order);
    return next ? `${next.startAt} ${next.place}` : "";
  };
  const groups = [...Map.groupBy(sorted, keyOf).values()].map((own) => ({
    ...{ pickup: nextOf(own[0]!), producer: "", orders: own },
  }));
  // Infinity minus itself is no number; there is one such group at most.
  const startOf = ({ pickup }: OrderGroup<T>) => pickup?.startAt ?? Number.MAX_SAFE_INTEGER;
  return groups.toSorted((a, b) => startOf(a) - startOf(b));
}
