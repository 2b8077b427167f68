// What a household does with its basket. Limits, credit, reservation and bookings stand in one transaction: the last crate goes
// to one of two (SAFETY A49), nobody books after the cut-off (I14), and what is shown as saved is on disk.
import { crashPoint } from "../../db/crashPoint.ts";
import { onceOnly } from "../../db/onceOnly.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { reserve } from "../../ledger/creditActions.ts";
import { householdOf, listFriends, loadHousehold } from "../../members/households/householdStore.ts";
import { loadPerson } from "../../members/store.ts";
import { holdsRole } from "../../web/visitor.ts";
import type { Act, Buying } from "../changeActions.ts";
import { closeNow } from "../closeActions.ts";
import { limitReached } from "../limits.ts";
import { type Order, takesBookings } from "../order.ts";
import { loadOrder } from "../store.ts";
import {
  type Advice,
  type Booking,
  checkBasket,
  linesToComplete,
  mostCents,
  takeBasket,
  type Wish,
  wishKey,
} from "./booking.ts";
import {
  type Basket,
  bookedTotals,
  listHouseholdBookings,
  loadBasket,
  replaceBookings,
  saveBasketRow,
} from "./bookingStore.ts";
import { lastUndoable, recordChanges } from "./changeStore.ts";
import { stateAfterSave } from "./confirming.ts";

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

/** Who changes which basket; `pickupId` and `note` stay as they are where they are not said. */
type BasketPlace = Omit<BasketWish, "seenVersion" | "wishes">;

/** What a save shall make of the saved bookings. `undoes`: the version it takes back. `isFinal`: with it the basket is confirmed. */
type Decision = { readonly wishes: readonly Wish[]; readonly undoes?: number; readonly isFinal?: boolean };

/**
 * Saves a household's basket: its own bookings and its friends'. For one's own household, or, as referente, for another's.
 * Refuses `not-found`, `not-yours`, `order-not-open`, `stale-version` {version}, `no-such-pickup`, `bad-note`, `credit-too-low`
 * {missingCents, ...}, `key-reused`, `bad-key`, and what `checkBasket` refuses; then nothing has changed.
 */
export function saveBasket(buying: Buying, wish: BasketWish): SavedBasket | Refusal {
  const { onceKey = null, ...request } = wish;
  return saveOnce(buying, wish, { onceKey, request }, (_tx, { version }) =>
    version === wish.seenVersion ? { wishes: wish.wishes } : { refused: "stale-version", version },
  );
}

/**
 * Changes a household's basket from what is stored, inside the transaction: what presses and single numbers do, so that quick taps
 * and two phones of a family never overwrite each other. `request` is what was asked, for the once key; `decide` makes the whole
 * basket of the saved one, or refuses (a refusal of its own comes back as it is). Refuses as `saveBasket` does.
 */
export function changeBasket(
  buying: Buying,
  place: BasketPlace & { readonly request: unknown },
  decide: (tx: Tx, saved: readonly Booking[], before: Basket | undefined) => Decision | Refusal,
): SavedBasket | Refusal {
  const { onceKey = null, request } = place;
  return saveOnce(buying, place, { onceKey, request }, (tx, { saved, basket }) => decide(tx, saved, basket));
}

/**
 * Confirms a basket as it stands: for one's own household, or, as referente, for another's. Refuses `stale-version` {version} where it
 * is no longer the one they saw, `no-such-basket` where nothing is booked, and as `saveBasket` does.
 */
export function confirmBasket(
  buying: Buying,
  place: BasketPlace & { readonly version: number },
): SavedBasket | Refusal {
  const { onceKey = null, ...request } = place;
  return saveOnce(buying, place, { onceKey, request }, (_tx, { saved, version }) => {
    if (version !== place.version) return { refused: "stale-version", version };
    return saved.length === 0 ? { refused: "no-such-basket" } : { wishes: saved, isFinal: true };
  });
}

/** Takes the last save of a basket back. Refuses `stale-version` when `version` is not the last one, and as `saveBasket` does. */
export function undoSave(buying: Buying, place: BasketPlace & { readonly version: number }): SavedBasket | Refusal {
  const { onceKey = null, ...request } = place;
  return saveOnce(buying, place, { onceKey, request }, (tx, { saved }) => {
    const last = lastUndoable(tx, place.orderId, place.householdId);
    if (!last || last.version !== place.version) return { refused: "stale-version" };
    const wishes = new Map<string, Wish>(saved.map((one) => [wishKey(one), one]));
    for (const { lineNumber, friendId, before } of last.changes) {
      const key = wishKey({ lineNumber, friendId });
      if (before === null) wishes.delete(key);
      else wishes.set(key, { lineNumber, friendId, ...before });
    }
    return { wishes: [...wishes.values()], undoes: last.version };
  });
}

/**
 * What another group ordered of an order we lead, as its signed text says: the whole basket of the household that stands for it, in the
 * caller's transaction; a refusal has written nothing. What we ask of one family (the most it may take) binds no group. Refuses as
 * `saveBasket` does. PROTOCOL 8.1.
 */
export function bookForGroup(
  buying: Buying,
  tx: Tx,
  place: Omit<BasketPlace, "onceKey" | "pickupId" | "note">,
  wishes: readonly Wish[],
): SavedBasket | Refusal {
  const act = { buying, tx, mover: "system" as const, personId: place.personId, now: buying.clock.now() };
  return takeWish(act, place, () => ({ wishes, isFinal: true }), true);
}

type Before = { readonly version: number; readonly saved: readonly Booking[]; readonly basket: Basket | undefined };
type Decide = (tx: Tx, before: Before) => Decision | Refusal;

function saveOnce(
  buying: Buying,
  place: BasketPlace,
  form: { onceKey: string | null; request: unknown },
  decide: Decide,
): SavedBasket | Refusal {
  const now = buying.clock.now();
  return transact(buying.db, (tx) => {
    const { onceKey, request } = form;
    const once = onceKey === null ? null : { scope: place.personId, key: onceKey, request, now };
    const act = { buying, tx, mover: "system" as const, personId: place.personId, now };
    const saved = onceOnly(tx, once, () => takeWish(act, place, decide));
    crashPoint("booking-before-commit");
    return saved;
  });
}

function takeWish(act: Act, place: BasketPlace, decide: Decide, isGroup = false): SavedBasket | Refusal {
  const { tx, now } = act;
  const { actorId, orderId, householdId, personId } = place;
  const order = loadOrder(tx, actorId, orderId);
  const household = loadHousehold(tx, actorId, householdId);
  if (!order || !household || household.leftAt !== null) return { refused: "not-found" };
  if (!isGroup && !mayBookFor(tx, place, order.producerId)) return { refused: "not-yours" };
  if (!takesBookings(order, now)) return { refused: "order-not-open", state: order.state };
  const before = loadBasket(tx, orderId, householdId);
  const version = before?.version ?? 0;
  const saved = listHouseholdBookings(tx, orderId, householdId);
  const decided = decide(tx, { version, saved, basket: before });
  if (isRefusal(decided)) return decided;
  const { pickupId = before?.pickupId ?? null, note = before?.note ?? "" } = place;
  if (pickupId !== null && !order.pickups.some(({ id }) => id === pickupId)) return { refused: "no-such-pickup" };
  if (note.length > NOTE_LENGTH) return { refused: "bad-note", limit: NOTE_LENGTH };
  const totals = bookedTotals(tx, orderId);
  const friendIds = new Set(listFriends(tx, householdId).map(({ id }) => id));
  const advice = checkBasket(isGroup ? withoutFamilyLimits(order) : order, decided.wishes, {
    saved,
    totals,
    friendIds,
    now,
  });
  if (isRefusal(advice)) return advice;
  const bookings = takeBasket(householdId, decided.wishes, saved, now);
  const totalCents = mostCents(order, bookings);
  // Asked before anything is written: a refusal leaves no trace.
  const short = reserve(tx, { actorId, householdId, orderId, cents: totalCents });
  if (short) return short;
  const basket: Basket = {
    ...{ orderId, householdId, actorId, version: version + 1, pickupId, note, totalCents },
    state: stateAfterSave(before?.state ?? null, order, {
      isEmpty: bookings.length === 0,
      isFinal: decided.isFinal === true,
    }),
    savedBy: personId,
    updatedAt: now,
  };
  saveBasketRow(tx, basket);
  crashPoint("booking-reserved");
  replaceBookings(tx, basket, bookings);
  recordChanges(tx, { ...basket, personId, at: now, undoes: decided.undoes ?? null }, saved, bookings);
  const orderState = closeIfFull(act, order).state;
  // Closing locks it.
  return { basket: loadBasket(tx, orderId, householdId) ?? basket, bookings, advice, orderState };
}

function withoutFamilyLimits(order: Order): Order {
  const lines = order.lines.map(({ rules, ...line }) => {
    const free = { minThousandths: rules.stepThousandths, maxThousandths: null, advisedMaxThousandths: null };
    return { ...line, rules: { ...rules, ...free } };
  });
  return { ...order, lines };
}

function mayBookFor(tx: Tx, { actorId, householdId, personId }: BasketPlace, producerId: string): boolean {
  const person = loadPerson(tx, personId);
  if (!person) return false;
  if (householdOf(tx, actorId, personId)?.id === householdId) return true;
  return holdsRole(person, actorId, ["referente"], producerId);
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
