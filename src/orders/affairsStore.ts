// What a group still has in hand: orders from the day they are planned until all is paid, and orders that come again.
import type { Tx } from "../db/transact.ts";
import type { Affair } from "../partners/leaving/leaving.ts";
import type { OrderState } from "./order.ts";
import { listRepeats } from "./repeating/recurrenceStore.ts";
import { listOrders } from "./store.ts";

const IN_HAND: readonly OrderState[] = [
  ...(["scheduled", "open", "completing", "closed", "sent"] as const),
  ...(["confirmed", "arrived", "delivering", "delivered"] as const),
];
const MOST = 100;

/** The affairs that keep a group from closing; at most a hundred of each kind. */
export function listGroupAffairs(tx: Tx, actorId: string): Affair[] {
  const orders = listOrders(tx, actorId, { states: IN_HAND, limit: MOST });
  const repeats = listRepeats(tx, actorId).filter(({ state }) => state !== "ended");
  return [
    ...orders.map(({ id, name }): Affair => ({ what: "order", name, path: `orders/${id}` })),
    ...repeats
      .slice(0, MOST)
      .map(({ template }): Affair => ({ what: "repeat", name: template.name, path: "orders/repeats" })),
  ];
}
