// What a group decides once for all its orders. Pure.
import type { Modifier } from "../modifiers.ts";
import type { Policies } from "../order.ts";
import { START_POLICIES } from "../plan.ts";

/** By what members find the open orders sorted: the next to close, or the next to collect. */
export const ORDERS_FIRST = ["closing", "pickup"] as const;
export type OrdersFirst = (typeof ORDERS_FIRST)[number];

/** `policies` and `modifiers`: what a new order begins with; each order may say otherwise. */
export type GroupSettings = {
  readonly ordersFirst: OrdersFirst;
  readonly policies: Policies;
  readonly modifiers: readonly Modifier[];
};

/** The settings of a group that never chose. */
export const START_SETTINGS: GroupSettings = { ordersFirst: "closing", policies: START_POLICIES, modifiers: [] };

/** Orders as the group wants them shown. Those with nowhere to collect come last. */
export function sortOrders<T>(
  orders: readonly T[],
  first: OrdersFirst,
  of: (order: T) => { readonly closesAt: number; readonly pickups: readonly { readonly startAt: number }[] },
): T[] {
  const pickupOf = (order: T) => Math.min(...of(order).pickups.map(({ startAt }) => startAt));
  // Infinity minus itself is no number: then the closing decides.
  return orders.toSorted(
    (a, b) => (first === "pickup" ? pickupOf(a) - pickupOf(b) : 0) || of(a).closesAt - of(b).closesAt,
  );
}
