// From the goods at the door to the charge: what arrived, who got how much of it, what each household owes. One delivered quantity
// that everything reads. DOMAIN.md section 4, SAFETY.md I12, section 7.
import { loadActor } from "../../activitypub/store.ts";
import { crashPoint } from "../../db/crashPoint.ts";
import { onceOnly } from "../../db/onceOnly.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { findUnit, wireUnit } from "../../kernel/units.ts";
import { chargeOrder, orderMoney } from "../../ledger/orderActions.ts";
import { requestRecharge } from "../../ledger/requestActions.ts";
import { loadCharge } from "../../ledger/supplierStore.ts";
import { loadHousehold } from "../../members/households/householdStore.ts";
import { allotAgreed, allotLines } from "../answers/allotActions.ts";
import { bearNote } from "../answers/answerActions.ts";
import { quantitiesOf } from "../answers/counter.ts";
import { moveBasket } from "../booking/booking.ts";
import { loadBasket, moveBaskets, saveBasketRow } from "../booking/bookingStore.ts";
import { type Act, type Buying, keep, type OrderKey, onHandOut, onOrder, orUndo, step } from "../changeActions.ts";
import { loadDealing } from "../dealingStore.ts";
import { type Given, insertChange, loadLastChange } from "../handouts/store.ts";
import { startRules } from "../offering.ts";
import type { Goods, Order } from "../order.ts";
import { LINES_MAX } from "../planning/plan.ts";
import { addLineRows, insertSnapshot } from "../store.ts";
import { addHandout, countHandout, type Handout, type Settlement, weighHandout } from "./delivery.ts";
import {
  deliverTheRest,
  insertMoneyEntry,
  listArrivals,
  listMoneyEntries,
  listPortions,
  loadPortion,
  type Portion,
  type PortionKey,
  replaceArrivals,
  savePortion,
} from "./deliveryStore.ts";
import { enteredOf, handoutOf, previewSettlement } from "./settlementStore.ts";

/** Snapshot 3: what everybody got and owes. `version` is that of the charge. */
export type DeliveredSnapshot = {
  readonly version: number;
  readonly settlement: Settlement;
  readonly arrivedByLine: readonly (readonly [number, number])[];
  /** Household, line, friend ("" none), quantity. */
  readonly handouts: readonly (readonly [string, number, string, number])[];
};

const BEFORE_GOODS: readonly Order["state"][] = ["sent", "confirmed"];
const WITH_GOODS: readonly Order["state"][] = ["arrived", "delivering"];

/** What is known to have been agreed of each line, in thousandths: the producer's note first, else what is in force, else what was sent. */
export function expectedByLine(tx: Tx, order: Order): Map<number, number> {
  const { notes, agreement, offer } = loadDealing(tx, order.id);
  return quantitiesOf(order, notes[0]?.fulfilments ?? agreement?.lines ?? offer?.lines ?? []);
}

/**
 * The goods are here: so much of each line that can be handed out (thousandths by number; null: as expected); `damagedByLine` came too
 * and cannot. Where less came than was agreed it is shared
 * again by the order's policy; what was weighed already stays. Refuses `not-found`, `stale-version`, `wrong-state`,
 * `step-not-skipped`, `no-such-line`, `bad-quantity`.
 */
export function markArrived(
  buying: Buying,
  key: OrderKey,
  arrivedByLine: ReadonlyMap<number, number> | null = null,
  damagedByLine: ReadonlyMap<number, number> = new Map(),
): Order | Refusal {
  return onHandOut(buying, key, (act, order) => {
    if (!BEFORE_GOODS.includes(order.state) && !WITH_GOODS.includes(order.state))
      return { refused: "wrong-state", state: order.state };
    const arrived = arrivedByLine ?? expectedByLine(act.tx, order);
    for (const [number, quantity] of arrived) {
      if (!order.lines.some((line) => line.number === number)) return { refused: "no-such-line", number };
      if (!Number.isSafeInteger(quantity) || quantity < 0) return { refused: "bad-quantity", number };
    }
    const moved = BEFORE_GOODS.includes(order.state) ? step(act, order, "arrived") : order;
    if (isRefusal(moved)) return moved;
    startPortions(act, order);
    replaceArrivals(act.tx, order, arrived, damagedByLine);
    allotLines(act, order, arrived);
    return keep(act, moved, moved);
  });
}

/** Begins handing out. Refuses `not-found`, `stale-version`, `wrong-state`, `step-not-skipped`. */
export function startDelivery(buying: Buying, key: OrderKey): Order | Refusal {
  return onHandOut(buying, key, beginDelivery);
}

/** The first hand-out begins the delivery by itself. */
export function beginDelivery(act: Act, order: Order): Order | Refusal {
  if (order.state === "delivering") return order;
  // From delivered a step leads back; that is a correction, and says why.
  if (order.state === "delivered") return { refused: "wrong-state", state: order.state, to: "delivering" };
  const begun = step(act, order, "delivering");
  if (!isRefusal(begun)) startPortions(act, order);
  return begun;
}

/** Where nobody's answer was waited for, what was sent is what everybody is to get. */
function startPortions(act: Act, order: Order): void {
  const { offer, agreement } = loadDealing(act.tx, order.id);
  if (!offer || listPortions(act.tx, order.id).length > 0) return;
  const { epoch, revision, totalCents, lines: text } = agreement ?? offer;
  allotAgreed(act, order, { acceptIri: agreement?.acceptIri ?? null, epoch, revision, totalCents, text });
}

/**
 * What a portion weighs, piece by piece or basket by basket, in thousandths; none at all: it is missing. Refuses `not-found`,
 * `wrong-state`, `step-not-skipped`, `no-such-portion`, `bad-weight`, `too-many-weights`.
 */
export function weigh(buying: Buying, key: OrderKey, place: PortionKey, weights: readonly number[]): Portion | Refusal {
  return onPortion(buying, key, place, (handout) => weighHandout(handout, weights));
}

/** So much of a portion was handed out, counted; 0: it is missing. Refuses as `weigh`, `bad-quantity`. */
export function countOut(
  buying: Buying,
  key: OrderKey,
  place: PortionKey,
  quantityThousandths: number,
): Portion | Refusal {
  return onPortion(buying, key, place, (handout) => countHandout(handout, quantityThousandths));
}

function onPortion(
  buying: Buying,
  key: OrderKey,
  place: PortionKey,
  change: (handout: Handout) => Handout | Refusal,
): Portion | Refusal {
  return onHandOut(buying, key, (act, order) => {
    orUndo(beginDelivery(act, order));
    const portion = loadPortion(act.tx, order.id, place);
    const handout = orUndo(portion ? change(handoutOf(portion)) : { refused: "no-such-portion" });
    return savedHandout(act, order, portion!.allocatedThousandths, handout);
  });
}

function savedHandout(act: Act, order: Order, allocatedThousandths: number, handout: Handout): Portion {
  const { quantityThousandths: deliveredThousandths, weights, ...place } = handout;
  const before = loadPortion(act.tx, order.id, place) ?? { deliveredThousandths: null, weights: null };
  const portion = { ...place, ...before, allocatedThousandths };
  const after = { deliveredThousandths, weights: weights.length > 0 ? weights : null };
  keepHandout(act, order, portion, after);
  return { ...portion, ...after };
}

/** Writes what was given of a portion in the place of what it says (`portion` as it was), logs that, and marks the basket as ready. */
export function keepHandout(act: Act, order: Order, portion: Portion, after: Given): void {
  const { tx, now, personId } = act;
  const { version } = loadLastChange(tx, order.id, portion);
  savePortion(tx, order, { ...portion, ...after });
  insertChange(tx, order, portion, { before: portion, after, version: version + 1, personId, at: now });
  const basket = loadBasket(tx, order.id, portion.householdId);
  if (basket?.state === "locked")
    saveBasketRow(tx, { ...basket, state: "saved", version: basket.version + 1, updatedAt: now });
}

/**
 * Somebody takes what they had not booked: another product, another household. Refuses `not-found`, `wrong-state`,
 * `step-not-skipped`, `no-such-line`, `no-such-household`, `already-there`, `bad-quantity`.
 */
export function addAtCounter(
  buying: Buying,
  key: OrderKey,
  place: PortionKey,
  quantityThousandths: number,
): Portion | Refusal {
  return onHandOut(buying, key, (act, order) => {
    const begun = orUndo(beginDelivery(act, order));
    if (!loadHousehold(act.tx, order.actorId, place.householdId)) return orUndo({ refused: "no-such-household" });
    const handouts = listPortions(act.tx, order.id).map(handoutOf);
    const { householdId, lineNumber, friendId } = place;
    const added = orUndo(addHandout(begun, handouts, { householdId, lineNumber, friendId }, quantityThousandths));
    return savedHandout(act, begun, 0, added);
  });
}

/** A product that came and was never on offer, at its price. */
export type ExtraGoods = Pick<Goods, "name" | "unitCode" | "packageThousandths" | "packagePriceCents">;

/** A line for goods that came unasked, to be handed out at the counter. Refuses `not-found`, `wrong-state`, `bad-name`, `bad-quantity`, `too-many-lines`. */
export function addExtraLine(buying: Buying, key: OrderKey, extra: ExtraGoods): { lineNumber: number } | Refusal {
  return onHandOut(buying, key, (act, order) => {
    if (![...BEFORE_GOODS, ...WITH_GOODS].includes(order.state)) return { refused: "wrong-state", state: order.state };
    const { name, unitCode, packageThousandths, packagePriceCents } = extra;
    if (name.trim() === "" || name.length > 200) return { refused: "bad-name" };
    const isPriced = Number.isSafeInteger(packagePriceCents) && packagePriceCents >= 0;
    const unit = wireUnit(unitCode);
    if (
      !isPriced ||
      !unit ||
      !findUnit(unitCode) ||
      !Number.isSafeInteger(packageThousandths) ||
      packageThousandths <= 0
    )
      return { refused: "bad-quantity" };
    const number = Math.max(0, ...order.lines.map((line) => line.number)) + 1;
    if (number > LINES_MAX) return { refused: "too-many-lines", limit: LINES_MAX };
    const lineIri = `${loadActor(act.tx, order.actorId)?.id ?? ""}/orders/${order.id}/extra/${number}`;
    const goods: Goods = {
      ...{ lineIri, productIri: lineIri, name: name.trim(), text: "", unitCode, wireUnit: unit.word },
      ...{ packageThousandths, packagePriceCents, supplierMinThousandths: 0, availableThousandths: null },
      ...{ gramsPerUnit: null, isVariableWeight: false, hasSeparateWeights: false, group: null },
    };
    const line = { number, goods, rules: startRules(goods), isOffered: false };
    addLineRows(act.tx, order, [line]);
    keep(act, order, { ...order, lines: [...order.lines, line] });
    return { lineNumber: number };
  });
}

/**
 * Enters what a household owes for its goods as a sum, in the place of what its quantities come to; null takes that back. `onceKey`
 * as in `saveBasket`. Refuses `not-found`, `wrong-state`, `step-not-skipped`, `no-such-household`, `bad-amount`, `no-reason`.
 */
export function enterMoney(
  buying: Buying,
  key: OrderKey & { readonly personId: string },
  entry: { readonly householdId: string; readonly cents: number | null; readonly memo: string },
  onceKey: string | null = null,
): { enteredCents: number | null } | Refusal {
  return onHandOut(buying, key, (act, order) => {
    const { personId, now, tx } = { ...act, personId: key.personId };
    const once = onceKey === null ? null : { scope: personId, key: onceKey, request: [order.id, entry], now };
    return onceOnly(tx, once, () => {
      orUndo(beginDelivery(act, order));
      const { householdId, cents, memo } = entry;
      if (!loadHousehold(tx, order.actorId, householdId)) return orUndo({ refused: "no-such-household" });
      if (cents !== null && (!Number.isSafeInteger(cents) || cents <= 0)) return orUndo({ refused: "bad-amount" });
      if (memo.trim() === "" || memo.length > 500) return orUndo({ refused: "no-reason" });
      const before = enteredOf(listMoneyEntries(tx, order.id, householdId)).get(householdId) ?? 0;
      const change = (cents ?? 0) - before;
      if (change !== 0)
        insertMoneyEntry(tx, order, { householdId, cents: change, memo: memo.trim(), personId, at: now });
      return { enteredCents: cents };
    });
  });
}

/** A household came for its basket, or did not. Refuses `not-found`, `no-such-basket`, what `moveBasket` refuses. */
export function markCollected(
  buying: Buying,
  key: OrderKey,
  householdId: string,
  to: "saved" | "delivered" | "not-collected",
): { state: string } | Refusal {
  return onHandOut(buying, key, (act, order) => {
    const basket = loadBasket(act.tx, order.id, householdId);
    if (!basket) return { refused: "no-such-basket" };
    const state = moveBasket(basket.state, to, "operator");
    if (isRefusal(state)) return state;
    saveBasketRow(act.tx, { ...basket, state, version: basket.version + 1, updatedAt: act.now });
    return { state };
  });
}

/**
 * How a delivery is closed. `approvedBy`: the second person of a correction, where they stand beside; without one the correction is
 * asked for, with `memo` as its reason, and posted once somebody else says yes to it. `onceKey` as in `saveBasket`.
 */
export type Closing = {
  readonly onceKey?: string | null;
  readonly approvedBy?: string | null;
  readonly memo?: string;
};

/**
 * Closes the delivery: what nobody said otherwise was delivered as allotted, every household is charged, its reservation let go.
 * After a correction the charge before is reversed, which takes a second person: `requestId` names what they are asked. Run again
 * it changes nothing (SAFETY A51). Refuses `not-found`, `stale-version`, `wrong-state`, `step-not-skipped`, `no-reason` (a
 * correction says why), and what the ledger's `chargeOrder` and `requestRecharge` refuse.
 */
export function closeDelivery(
  buying: Buying,
  key: OrderKey & { readonly personId: string },
  closing: Closing = {},
): ClosedDelivery | Refusal {
  return onOrder(buying, key, (act, order) => {
    const { onceKey = null } = closing;
    const request = [order.id, closing.approvedBy ?? null, closing.memo ?? ""];
    const once = onceKey === null ? null : { scope: key.personId, key: onceKey, request, now: act.now };
    return onceOnly(act.tx, once, () => closeNow({ ...act, personId: key.personId }, order, closing));
  });
}

/** A closed delivery. `requestId`: the correction that waits for a second person; null when the charge is posted. */
export type ClosedDelivery = {
  readonly state: string;
  readonly chargedCents: number;
  readonly version: number;
  readonly requestId: string | null;
};

function closeNow(
  act: Act & { readonly personId: string },
  before: Order,
  { approvedBy = null, memo = "" }: Closing,
): ClosedDelivery {
  const { tx, now, personId } = act;
  const order = orUndo(beginDelivery(act, before));
  deliverTheRest(tx, order.id);
  const settlement = previewSettlement(tx, order);
  const { payableCents, roundingCents, transportCents, stockCents, chargedCents } = settlement;
  const { actorId, producerId, id: orderId } = order;
  const version = loadCharge(tx, actorId, orderId).version + 1;
  const charges = settlement.charges.map(({ householdId, cents }) => ({ householdId, cents }));
  const sums = { payableCents, roundingCents, transportCents, stockCents };
  const charge = { actorId, orderId, producerId, version, charges, ...sums };
  crashPoint("before-charge");
  const mustAsk = version > 1 && approvedBy === null;
  const requestId = mustAsk
    ? orUndo(requestRecharge(tx, charge, { actorId, personId, reason: memo, at: now })).id
    : null;
  if (!mustAsk) orUndo(chargeOrder(tx, { ...charge, at: now, personId, approvedBy, memo }));
  crashPoint("after-charge");
  insertSnapshot(tx, order, 3, deliveredOf(tx, order, version, settlement), now);
  moveBaskets(tx, orderId, ["locked", "saved"], "delivered", now);
  const { state } = orUndo(step(act, order, "delivered"));
  return { state, chargedCents, version, requestId };
}

function deliveredOf(tx: Tx, order: Order, version: number, settlement: Settlement): DeliveredSnapshot {
  return {
    version,
    settlement,
    arrivedByLine: [...listArrivals(tx, order.id)],
    handouts: listPortions(tx, order.id).map(
      (one) => [one.householdId, one.lineNumber, one.friendId ?? "", one.deliveredThousandths ?? 0] as const,
    ),
  };
}

/**
 * Opens a closed delivery again to correct it: the charge stands until the delivery is closed anew, which reverses it and charges what is
 * right. Refuses `not-found`, `stale-version`, `wrong-state`, `no-reason`, `accounts-closed` (it was invoiced or paid).
 */
export function correctDelivery(buying: Buying, key: OrderKey, reason: string): Order | Refusal {
  return onOrder(buying, key, (act, order) => {
    const { state } = orderMoney(act.tx, order.actorId, order.id);
    // A note that came after the charge is borne by the corrected one.
    return step(act, bearNote(act.tx, order), "delivering", reason, state !== "none" && state !== "charged");
  });
}

/** Puts a delivered order away once its money is settled. Refuses `not-found`, `wrong-state`, `not-settled`. For the clock. */
export function archiveOrder(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(
    buying,
    key,
    (act, order) => {
      const { state } = orderMoney(act.tx, order.actorId, order.id);
      return state === "settled" ? step(act, order, "archived") : { refused: "not-settled", state };
    },
    "system",
  );
}
