// From the last booking to the signed Offer: the cut-off, its immutable snapshot, what is owed to the producer. One
// transaction: after a crash the order is open, or closed and owed, never closed and lost (SAFETY A1-A3, I8, I14).
import assert from "node:assert/strict";
import { isOrderLaneHeld } from "../activitypub/laneStore.ts";
import { mintIri } from "../activitypub/outbox.ts";
import { loadActor } from "../activitypub/store.ts";
import { crashPoint } from "../db/crashPoint.ts";
import { currentEpoch } from "../db/facts.ts";
import type { Tx } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { release } from "../ledger/creditActions.ts";
import { refuseNewOrder } from "../partners/pacts/pactStore.ts";
import { type AgreedLine, type MessageOf, totalOf } from "../partners/threads/agreement.ts";
import { sayOnThread } from "../partners/threads/threadActivities.ts";
import { aggregate, type CutOff, type LineTotal } from "./aggregate.ts";
import { offerLines } from "./answers/counter.ts";
import { type Booking, linesToComplete } from "./booking/booking.ts";
import { bookedTotals, listBaskets, listBookings, moveBaskets } from "./booking/bookingStore.ts";
import { forgetChanges } from "./booking/changeStore.ts";
import { isToConfirm } from "./booking/confirming.ts";
import { type Act, type Buying, keep, type OrderKey, onOrder, step } from "./changeActions.ts";
import { insertSentOffer, loadLastOffer } from "./dealingStore.ts";
import { moveOrder, type Order } from "./order.ts";
import { LINES_MAX } from "./planning/plan.ts";
import { loadOffer } from "./sourceStore.ts";
import { insertSnapshot, loadSnapshot } from "./store.ts";

/** Snapshot 1: the bookings at the cut-off and what was made of them, line by line. Quantities in thousandths. */
export type ClosedSnapshot = {
  readonly closedAt: number;
  readonly revisionBefore: number;
  readonly orderedCents: number;
  readonly missingCents: number;
  readonly lines: readonly Omit<LineTotal, "shares">[];
  /** Household, line, friend ("" none), quantity, tolerance, when: one row for each booking. */
  readonly bookings: readonly (readonly [string, number, string, number, number, number])[];
  /** Households whose basket stood to be confirmed: it was taken as it was. Absent: none. */
  readonly unconfirmed?: readonly string[];
};

/**
 * Closes the order now; where the GAS says so it is sent in the same moment. A closing that meets open cases begins their
 * completion instead, where the order uses it. Refuses `not-found`, `stale-version`, `wrong-state`.
 */
export function closeOrder(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) => closeNow(act, order, null));
}

/** Begins the phase in which only open cases are filled. Refuses `not-found`, `wrong-state`, `step-not-used`, `no-open-case`. */
export function completeCases(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) => {
    if (linesToComplete(order, bookedTotals(act.tx, order.id)).size === 0) return { refused: "no-open-case" };
    return step(act, order, "completing");
  });
}

/** Closing inside a transaction, by whoever `act` says. `reason` is logged; limits that close an order give one. */
export function closeNow(act: Act, order: Order, reason: string | null): Order | Refusal {
  const { tx, now } = act;
  // From sent, too, a step leads to closed; that one is another.
  if (order.state !== "open" && order.state !== "completing")
    return { refused: "wrong-state", state: order.state, to: "closed" };
  if (order.state === "open" && mustComplete(tx, order, now)) return step(act, order, "completing", reason);
  const closed = moveOrder(order, "closed", act.mover, now, reason);
  if (isRefusal(closed)) return closed;
  const bookings = listBookings(tx, order.id);
  const cutOff = aggregate(order, bookings);
  const unconfirmed = listBaskets(tx, order.id)
    .filter((basket) => isToConfirm(order, basket))
    .map(({ householdId }) => householdId);
  insertSnapshot(tx, order, 1, snapshotOf(order, cutOff, { bookings, unconfirmed }, now), now);
  moveBaskets(tx, order.id, ["draft", "confirmed"], "locked", now);
  forgetChanges(tx, order.id);
  crashPoint("order-locked");
  // After a restore it may have been sent already: until partners were asked nothing is called off either (SAFETY I17).
  const isHeld = isOrderLaneHeld(tx, order.actorId);
  const needsPerson = closed.needsPerson ?? whoDecides(cutOff, bookings, isHeld);
  const kept = keep(act, order, { ...closed, needsPerson }, reason);
  if (isHeld) return kept;
  if (cutOff.next === "cancel") return cancelUnsent(act, kept, "minimum-missed");
  if (bookings.length === 0) return cancelUnsent(act, kept, "nobody-booked");
  // Where somebody has to verify first, the clock sends nothing.
  if (cutOff.next !== "send" || order.policies.sendBy !== "clock" || needsPerson !== null) return kept;
  return sendByItself(act, kept, cutOff);
}

/** Takes the cut-off of a closed order anew after its bookings were changed, and says why. Only a minimum is asked about again. */
export function cutOffAnew(act: Act, order: Order, reason: string): Order {
  const { tx, now } = act;
  const bookings = listBookings(tx, order.id);
  const cutOff = aggregate(order, bookings);
  const unconfirmed = loadClosed(tx, order.id)?.content.unconfirmed ?? [];
  insertSnapshot(tx, order, 1, snapshotOf(order, cutOff, { bookings, unconfirmed }, now), now);
  const isAboutGoods = [null, "minimum", "nothing-to-order"].includes(order.needsPerson);
  const asked = whoDecides(cutOff, bookings, isOrderLaneHeld(tx, order.actorId));
  return keep(act, order, isAboutGoods ? { ...order, needsPerson: asked } : order, reason);
}

function mustComplete(tx: Tx, order: Order, now: number): boolean {
  const { policies, completesUntil } = order;
  if (!policies.usesCompletion || (completesUntil !== null && completesUntil <= now)) return false;
  return linesToComplete(order, bookedTotals(tx, order.id)).size > 0;
}

function whoDecides({ next }: CutOff, bookings: readonly Booking[], isHeld: boolean): string | null {
  if (next === "ask" || (next === "cancel" && isHeld)) return "minimum";
  return next === "empty" && (bookings.length > 0 || isHeld) ? "nothing-to-order" : null;
}

function snapshotOf(
  order: Order,
  cutOff: CutOff,
  { bookings, unconfirmed }: { readonly bookings: readonly Booking[]; readonly unconfirmed: readonly string[] },
  now: number,
): ClosedSnapshot {
  return {
    ...(unconfirmed.length === 0 ? {} : { unconfirmed }),
    closedAt: now,
    revisionBefore: order.revision,
    orderedCents: cutOff.orderedCents,
    missingCents: cutOff.missingCents,
    lines: cutOff.lines.map(({ shares: _, ...line }) => line),
    bookings: bookings.map((one) => [
      one.householdId,
      one.lineNumber,
      one.friendId ?? "",
      one.quantityThousandths,
      one.toleranceThousandths,
      one.bookedAt,
    ]),
  };
}

function cancelUnsent(act: Act, order: Order, reason: string): Order | Refusal {
  const cancelled = step({ ...act, mover: "system", personId: null }, order, "cancelled", reason);
  if (!isRefusal(cancelled)) freeHouseholds(act, order);
  return cancelled;
}

/** Nothing of the order holds anybody's credit any more. */
export function freeHouseholds({ tx, now }: Act, { id, actorId }: Order): void {
  release(tx, { actorId, orderId: id });
  moveBaskets(tx, id, ["draft", "confirmed", "locked", "saved"], "cancelled", now);
}

/** What time or a limit sends: where it cannot be, a person is asked and the order waits, closed. */
export function sendByItself(act: Act, order: Order, cutOff: CutOff): Order {
  // After a restore partners are asked first what was forgotten; then the clock sends (SAFETY I17).
  if (isOrderLaneHeld(act.tx, order.actorId)) return order;
  // What the farm shows to one group and not to another a person asks about first (SAFETY B16); sent by hand it goes.
  if ((loadOffer(act.tx, order)?.doubtedAt ?? null) !== null)
    return keep(act, order, { ...order, needsPerson: "offer-doubtful" });
  const mover = act.mover === "referente" ? "referente" : act.mover === "clock" ? "clock" : "system";
  const sent = sendNow({ ...act, mover }, order, cutOff);
  return isRefusal(sent) ? keep(act, order, { ...order, needsPerson: sent.refused }) : sent;
}

/** Takes bookings again: before it was sent only, saying why, until a closing that is ahead. Refuses `not-found`, `wrong-state`, `no-reason`, `closing-not-ahead`. */
export function reopenOrder(
  buying: Buying,
  key: OrderKey,
  change: { readonly reason: string; readonly closesAt: number; readonly completesUntil?: number | null },
): Order | Refusal {
  return onOrder(buying, key, (act, order) => {
    const { closesAt, completesUntil = null, reason } = change;
    if (closesAt % 60_000 !== 0) return { refused: "no-moment" };
    const moved = moveOrder({ ...order, closesAt, completesUntil }, "open", act.mover, act.now, reason);
    if (isRefusal(moved)) return moved;
    const unconfirmed = loadClosed(act.tx, order.id)?.content.unconfirmed ?? [];
    moveBaskets(act.tx, order.id, ["locked"], "draft", act.now, unconfirmed);
    moveBaskets(act.tx, order.id, ["locked"], "confirmed", act.now);
    return keep(act, order, moved, reason);
  });
}

/**
 * Sends the order as it closed, or anew after it was taken back: one signed Offer with the totals, no names. Refuses `not-found`,
 * `stale-version`, `wrong-state`, `asking-partners` (after a restore, until they were read), `no-pact`, `pact-suspended`, `nothing-to-order`, `thread-withdrawn`.
 */
export function sendOrder(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) => {
    if (order.state !== "closed") return { refused: "wrong-state", state: order.state };
    return sendNow(act, order, aggregate(order, listBookings(act.tx, order.id)));
  });
}

/** Takes a sent order back to change it; the producer goes on holding what it was sent until it hears the next. Refuses `not-found`, `wrong-state`, `no-reason`. */
export function takeBackOrder(buying: Buying, key: OrderKey, reason: string): Order | Refusal {
  return onOrder(buying, key, (act, order) => step(act, order, "closed", reason));
}

function sendNow(act: Act, order: Order, cutOff: CutOff): Order | Refusal {
  const { tx, now } = act;
  const moved = moveOrder(order, "sent", act.mover, now);
  if (isRefusal(moved)) return moved;
  // What a restore forgot may have been sent already: a new text under its number would only cross it (SAFETY I17).
  if (isOrderLaneHeld(tx, order.actorId)) return { refused: "asking-partners" };
  // A thread that runs outlives a suspended pact (PROTOCOL 7).
  const pact = order.thread === null ? refuseNewOrder(tx, order.actorId, order.producerId) : null;
  if (pact) return { refused: pact };
  const lines = offerLines(order, new Map(cutOff.lines.map((line) => [line.lineNumber, line.orderedThousandths])));
  if (lines.length === 0) return { refused: "nothing-to-order" };
  if (lines.length > LINES_MAX) return { refused: "too-many-lines", limit: LINES_MAX };
  const offered = offerLinesNow(act, moved, lines);
  return keep(act, order, offered);
}

/** Posts the next revision and gives the order that has it; the caller writes that. What is said here is frozen with this transaction. */
export function offerLinesNow(act: Act, order: Order, lines: readonly AgreedLine[]): Order {
  const { tx, now, buying } = act;
  const from = loadActor(tx, order.actorId);
  assert(from, "an order belongs to an actor");
  const last = loadLastOffer(tx, order.id);
  // Of the order's own name: whoever sends it again without knowing, a copy of this node or one put back, meets what was said.
  const thread = order.thread ?? `${from.id}/threads/${order.id}`;
  const revision = order.revision + 1;
  const message: MessageOf<"order"> = {
    kind: "order",
    offerIri: mintIri(from, "activities"),
    agreementIri: `${from.id}/orders/${order.id}/r${revision}`,
    thread,
    epoch: currentEpoch(tx),
    revision,
    supersedes: last?.offerIri ?? null,
    lines,
  };
  const { digest } = sayOnThread(buying, tx, { from, peer: order.producerId, message });
  crashPoint("offer-posted");
  const { offerIri, agreementIri, epoch } = message;
  insertSentOffer(tx, order, {
    ...{ epoch, revision, offerIri, offerDigest: digest, agreementIri, lines, totalCents: totalOf(lines) },
    sentAt: now,
    refusedFor: null,
  });
  return { ...order, thread, revision };
}

/** What closed: the newest snapshot 1. */
export function loadClosed(tx: Tx, orderId: string) {
  return loadSnapshot<ClosedSnapshot>(tx, orderId, 1);
}
