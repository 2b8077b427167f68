// What a referente books for a household after the closing, while nothing of it was sent: the cut-off is taken anew, and who did it
// and when stays written. What was sent grows by a new Offer alone, never by a late booking (DOMAIN 2.2, ADR 0017).
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { reserve } from "../../ledger/creditActions.ts";
import { listFriends, loadHousehold } from "../../members/households/householdStore.ts";
import { type Act, type Buying, type OrderKey, onOrder } from "../changeActions.ts";
import { cutOffAnew } from "../closeActions.ts";
import type { Order } from "../order.ts";
import { saveOrder } from "../store.ts";
import { checkBasket, mostCents, takeBasket, type Wish } from "./booking.ts";
import { bookedTotals, listHouseholdBookings, loadBasket, replaceBookings, saveBasketRow } from "./bookingStore.ts";

/** A minute beyond every clock. */
const LATEST = 60_000 * 1e9;

/** What a household shall have of a line for itself; 0 takes it off. */
export type LateWish = Pick<Wish, "lineNumber" | "quantityThousandths"> & { readonly householdId: string };

/**
 * Sets one product of a household in an order that is closed and not sent. What the household booked besides stays. Refuses
 * `not-found`, `stale-version`, `wrong-state` (what was sent is taken back first; at the counter what is left is handed out),
 * `no-such-household`, `credit-too-low`, and what `checkBasket` refuses.
 */
export function bookLate(buying: Buying, key: OrderKey & { readonly personId: string }, wish: LateWish) {
  return onOrder(buying, key, (act, order) => {
    if (order.state !== "closed") return { refused: "wrong-state", state: order.state };
    const household = loadHousehold(act.tx, order.actorId, wish.householdId);
    if (!household || household.leftAt !== null) return { refused: "no-such-household" };
    return takeLate(act, order, wish, key.personId);
  });
}

function takeLate(act: Act, order: Order, wish: LateWish, personId: string): Order | Refusal {
  const { tx, now } = act;
  const { id: orderId, actorId } = order;
  const { householdId } = wish;
  const saved = listHouseholdBookings(tx, orderId, householdId);
  const isThis = (one: Wish) => one.lineNumber === wish.lineNumber && one.friendId === null;
  const { toleranceThousandths = 0, note = "" } = saved.find(isThis) ?? {};
  const { lineNumber, quantityThousandths } = wish;
  const changed: Wish = { lineNumber, friendId: null, quantityThousandths, toleranceThousandths, note };
  const wishes = [...saved.filter((one) => !isThis(one)), changed];
  const friendIds = new Set(listFriends(tx, householdId).map(({ id }) => id));
  // The same limits as for everybody, as if it were still open.
  const asOpen: Order = { ...order, state: "open", closesAt: LATEST };
  const advice = checkBasket(asOpen, wishes, { saved, totals: bookedTotals(tx, orderId), friendIds, now });
  if (isRefusal(advice)) return advice;
  const bookings = takeBasket(householdId, wishes, saved, now);
  const totalCents = mostCents(order, bookings);
  const short = reserve(tx, { actorId, householdId, orderId, cents: totalCents });
  if (short) return short;
  const before = loadBasket(tx, orderId, householdId);
  const { pickupId = null, note: basketNote = "", version = 0 } = before ?? {};
  const state = bookings.length > 0 ? ("locked" as const) : ("cancelled" as const);
  const basket = { orderId, householdId, actorId, version: version + 1, pickupId, note: basketNote, totalCents };
  // The file takes bookings of open orders alone (SAFETY I14): this one is open for as long as this transaction writes.
  saveOrder(tx, asOpen);
  saveBasketRow(tx, { ...basket, state, savedBy: personId, updatedAt: now });
  replaceBookings(tx, basket, bookings);
  return cutOffAnew(act, order, "late-booking");
}
