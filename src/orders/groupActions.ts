// What becomes of another group's goods in an order we lead when it gives up after the closing: it is charged nothing, and what was
// ordered for it is anybody's. PROTOCOL 8.1, ADR 0033.
import type { Refusal } from "../kernel/refusal.ts";
import { release } from "../ledger/creditActions.ts";
import { listHouseholdBookings, loadBasket, replaceBookings, saveBasketRow } from "./booking/bookingStore.ts";
import { type Act, type Buying, keep, type OrderKey, onOrder } from "./changeActions.ts";
import { cutOffAnew } from "./closeActions.ts";
import { listPortions, replacePortions } from "./delivery/deliveryStore.ts";
import type { Order } from "./order.ts";
import { saveOrder } from "./store.ts";

/** `unsent`: the sum goes out without it; `left`: it was asked of the producer, and what comes is left over. */
export type TakenOut = "unsent" | "left";

/** A minute beyond every clock. */
const LATEST = 60_000 * 1e9;
const AFTER_CLOSING: readonly Order["state"][] = ["closed", "sent", "confirmed", "arrived", "delivering"];

/**
 * Takes a household's whole basket out of an order that is closed. Before it was sent the cut-off is taken anew; afterwards its bookings
 * stay on record and get no share. Refuses `not-found`, `no-such-basket` (also one that is out already), `wrong-state`, and
 * `already-there` where something of it was handed out: then a person looks.
 */
export function takeOutGroup(buying: Buying, key: OrderKey, householdId: string): { out: TakenOut } | Refusal {
  return onOrder(buying, key, (act, order) => {
    const { tx, now } = act;
    if (!AFTER_CLOSING.includes(order.state)) return { refused: "wrong-state", state: order.state };
    const basket = loadBasket(tx, order.id, householdId);
    const isUnsent = order.state === "closed";
    const isOut = isUnsent
      ? listHouseholdBookings(tx, order.id, householdId).length === 0
      : basket?.state === "cancelled";
    if (!basket || isOut) return { refused: "no-such-basket" };
    const portions = listPortions(tx, order.id);
    const isTheirs = (one: { readonly householdId: string }) => one.householdId === householdId;
    if (portions.some((one) => isTheirs(one) && (one.deliveredThousandths ?? 0) > 0))
      return { refused: "already-there" };
    release(tx, { actorId: order.actorId, orderId: order.id, householdId });
    const gone = { ...basket, state: "cancelled" as const, totalCents: 0, version: basket.version + 1, updatedAt: now };
    if (isUnsent) return { out: takeOutUnsent(act, order, gone) };
    saveBasketRow(tx, gone);
    replacePortions(
      tx,
      order,
      portions.filter((one) => !isTheirs(one)),
    );
    keep(act, order, order, "group-gave-up");
    return { out: "left" };
  });
}

function takeOutUnsent(act: Act, order: Order, gone: Parameters<typeof saveBasketRow>[1]): "unsent" {
  // The file takes bookings of open orders alone (SAFETY I14): this one is open for as long as this transaction writes.
  saveOrder(act.tx, { ...order, state: "open", closesAt: LATEST });
  saveBasketRow(act.tx, gone);
  replaceBookings(act.tx, gone, []);
  cutOffAnew(act, order, "group-gave-up");
  return "unsent";
}
