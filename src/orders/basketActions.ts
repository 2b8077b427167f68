// What a household does with its basket. Limits, credit, reservation and bookings stand in one transaction: the last crate goes
// to one of two (SAFETY A49), nobody books after the cut-off (I14), and what is shown as saved is on disk.
import { crashPoint } from "../db/crashPoint.ts";
import { onceOnly } from "../db/onceOnly.ts";
import { type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { reserve } from "../ledger/creditActions.ts";
import { householdOf, listFriends, loadHousehold } from "../members/householdStore.ts";
import { loadPerson } from "../members/store.ts";
import { holdsRole } from "../web/visitor.ts";
import {
  type Advice,
  type Booking,
  checkBasket,
  linesToComplete,
  mostCents,
  moveBasket,
  takeBasket,
  type Wish,
} from "./booking.ts";
import {
  type Basket,
  bookedTotals,
  listHouseholdBookings,
  loadBasket,
  replaceBookings,
  saveBasketRow,
} from "./bookingStore.ts";
import type { Act, Buying } from "./changeActions.ts";
import { closeNow } from "./closeActions.ts";
import { limitReached } from "./limits.ts";
import { type Order, takesBookings } from "./order.ts";
import { loadOrder } from "./store.ts";

/**
 * A basket as it shall be, whole: what `wishes` leaves out is taken back. `seenVersion`: of the basket they saw, 0 for none.
 * `onceKey`: the form's own key, so that a slow phone that sends it again changes nothing; null where there is no form.
 */
export type BasketWish = {
  readonly actorId: string;
  readonly orderId: string;
  readonly householdId: string;
  readonly personId: string;
  readonly seenVersion: number;
  readonly wishes: readonly Wish[];
  readonly pickupId?: string | null;
  readonly note?: string;
  readonly onceKey?: string | null;
};

/** A basket that was saved, what it should know, and the state of the order after it (it may have closed it). */
export type SavedBasket = {
  readonly basket: Basket;
  readonly bookings: readonly Booking[];
  readonly advice: readonly Advice[];
  readonly orderState: Order["state"];
};

const NOTE_LENGTH = 500;

/**
 * Saves a household's basket: its own bookings and its friends'. For one's own household, or, as referente, for another's.
 * Refuses `not-found`, `not-yours`, `order-not-open`, `stale-version` {version}, `no-such-pickup`, `bad-note`, `credit-too-low`
 * {missingCents, ...}, `key-reused`, `bad-key`, and what `checkBasket` refuses; then nothing has changed.
 */
export function saveBasket(buying: Buying, wish: BasketWish): SavedBasket | Refusal {
  const { onceKey = null, ...request } = wish;
  const now = buying.clock.now();
  return transact(buying.db, (tx) => {
    const once = onceKey === null ? null : { scope: wish.personId, key: onceKey, request, now };
    const saved = onceOnly(tx, once, () =>
      takeWish({ buying, tx, mover: "system", personId: wish.personId, now }, wish),
    );
    crashPoint("booking-before-commit");
    return saved;
  });
}

function takeWish(act: Act, wish: BasketWish): SavedBasket | Refusal {
  const { tx, now } = act;
  const { actorId, orderId, householdId, seenVersion } = wish;
  const order = loadOrder(tx, actorId, orderId);
  const household = loadHousehold(tx, actorId, householdId);
  if (!order || !household || household.leftAt !== null) return { refused: "not-found" };
  if (!mayBookFor(tx, wish, order.producerId)) return { refused: "not-yours" };
  if (!takesBookings(order, now)) return { refused: "order-not-open", state: order.state };
  const before = loadBasket(tx, orderId, householdId);
  const version = before?.version ?? 0;
  if (version !== seenVersion) return { refused: "stale-version", version };
  const { pickupId = before?.pickupId ?? null, note = before?.note ?? "" } = wish;
  if (pickupId !== null && !order.pickups.some(({ id }) => id === pickupId)) return { refused: "no-such-pickup" };
  if (note.length > NOTE_LENGTH) return { refused: "bad-note", limit: NOTE_LENGTH };
  const saved = listHouseholdBookings(tx, orderId, householdId);
  const totals = bookedTotals(tx, orderId);
  const friendIds = new Set(listFriends(tx, householdId).map(({ id }) => id));
  const advice = checkBasket(order, wish.wishes, { saved, totals, friendIds, now });
  if (isRefusal(advice)) return advice;
  const bookings = takeBasket(householdId, wish.wishes, saved, now);
  const totalCents = mostCents(order, bookings);
  // Asked before anything is written: a refusal leaves no trace.
  const short = reserve(tx, { actorId, householdId, orderId, cents: totalCents });
  if (short) return short;
  const basket: Basket = {
    ...{ orderId, householdId, actorId, version: version + 1, pickupId, note, totalCents },
    state: confirmed(before, bookings),
    savedBy: wish.personId,
    updatedAt: now,
  };
  saveBasketRow(tx, basket);
  crashPoint("booking-reserved");
  replaceBookings(tx, basket, bookings);
  const orderState = closeIfFull(act, order).state;
  // Closing locks it.
  return { basket: loadBasket(tx, orderId, householdId) ?? basket, bookings, advice, orderState };
}

function mayBookFor(tx: Tx, { actorId, householdId, personId }: BasketWish, producerId: string): boolean {
  const person = loadPerson(tx, personId);
  if (!person) return false;
  if (householdOf(tx, actorId, personId)?.id === householdId) return true;
  return holdsRole(person, actorId, ["referente"], producerId);
}

/** A basket with something in it is confirmed; an emptied one is cancelled. */
function confirmed(before: Basket | undefined, bookings: readonly Booking[]): Basket["state"] {
  const to = bookings.length > 0 ? "confirmed" : "cancelled";
  if (!before || before.state === to) return to;
  const moved = moveBasket(before.state, to, "member");
  return typeof moved === "string" ? moved : before.state;
}

/** Closes an order that has reached what closes it: so much money, so much weight, or its last open case. */
function closeIfFull(act: Act, order: Order): Order {
  const { autoCloseCents, autoCloseGrams } = order.policies;
  const isCompleting = order.state === "completing";
  if (!isCompleting && autoCloseCents === null && autoCloseGrams === null) return order;
  const totals = bookedTotals(act.tx, order.id);
  const isWhole = isCompleting && linesToComplete(order, totals).size === 0;
  if (!isWhole && limitReached(order, totals) === null) return order;
  const closed = closeNow(act, order, isWhole ? "cases-complete" : "limit-reached");
  return isRefusal(closed) ? order : closed;
}
