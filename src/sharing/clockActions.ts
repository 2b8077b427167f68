// What time carries between the two sides of an order we lead: what groups order into our own order, what we agreed and handed out back
// to them. Each step looks at both sides and mends the difference, so that a crash or a lost minute loses nothing.
import { isOrderLaneHeld } from "../activitypub/laneStore.ts";
import type { Wire } from "../activitypub/wire.ts";
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { listHouseholdBookings, loadBasket } from "../orders/booking/bookingStore.ts";
import { listPortions } from "../orders/delivery/deliveryStore.ts";
import { previewSettlement } from "../orders/delivery/settlementStore.ts";
import { takeOutGroup } from "../orders/groupActions.ts";
import { takesBookings } from "../orders/order.ts";
import type { Charge } from "../partners/threads/agreement.ts";
import { addLines, withdrawLine } from "../sales/actions.ts";
import { cancelCycle } from "../sales/closingActions.ts";
import * as cycles from "../sales/cycle.ts";
import { dueCents, fulfil } from "../sales/deliveryNote.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../sales/orderActions.ts";
import { actsOn, stateOf } from "../sales/received.ts";
import { loadNote } from "../sales/receivedStore.ts";
import { words } from "../web/words.ts";
import { type GroupView, isGivenUp, isHeld, isWhole, type SharedView, sumByLine, viewShared } from "./actions.ts";
import { bookText, householdFor } from "./holdActions.ts";
import { chargesFor, deliveredText, isBooked, offeredLines, wishesOf } from "./shared.ts";
import { endShared, listRunning, saveGroup } from "./store.ts";

const AT_ONCE = 200;
/** A group that answers nothing for so long after the end holds nobody up. */
const FORGOTTEN_AFTER_MS = 90 * 86_400_000;

/** What time brings to orders that a group leads for others. */
export function sharingClockTasks(wire: Wire): ClockTask[] {
  return [{ name: "carry orders led for other groups", everyMs: 5000, run: () => carryAll(wire) }];
}

/** Each by itself: one that meets a bug does not hold the others, and is heard of afterwards. */
function carryAll(wire: Wire): void {
  const bugs: unknown[] = [];
  for (const shared of listRunning(wire.db.orm, AT_ONCE)) {
    try {
      const view = viewShared(wire.db.orm, shared);
      if (view && !isOrderLaneHeld(wire.db.orm, shared.actorId)) carry(wire, view);
    } catch (error) {
      bugs.push(error);
    }
  }
  if (bugs.length > 0) throw bugs[0];
}

function carry(wire: Wire, view: SharedView): void {
  const { shared, order, cycle, groups } = view;
  const { actorId, cycleId } = shared;
  const isCalledOff = order.state === "cancelled";
  if (isCalledOff && cycle.state !== "cancelled" && cycle.state !== "confirmed") {
    cancelCycle(wire, { actorId, cycleId }, words("it")("sharing.calledOff"));
    return;
  }
  // Confirmed by hand, a cycle stands; each group hears of the end for itself.
  if (isCalledOff && cycle.state === "confirmed")
    for (const { received } of groups)
      if (actsOn(received).includes("cancel"))
        moveOrder(wire, { actorId, thread: received.thread }, "cancel", words("it")("sharing.calledOff"));
  if (order.state === "open" && cycle.state === "open") offerTheSame(wire, view);
  for (const group of groups) carryGroup(wire, view, group);
  const isOver = order.state === "archived" || isCalledOff;
  const areOver = groups.every(({ received }) => ["closed", "rejected", "cancelled"].includes(stateOf(received)));
  const takesMore = cycle.state === "open" || cycle.state === "frozen";
  const isForgotten = isOver && wire.clock.now() - order.updatedAt > FORGOTTEN_AFTER_MS;
  if (isForgotten || (isOver && areOver && !takesMore))
    transact(wire.db, (tx) => endShared(tx, cycleId, wire.clock.now()));
}

/** What we add to our order, or take off, the others see too; what they ordered of it stays. Only a difference is written. */
function offerTheSame(wire: Wire, { order, cycle }: SharedView): void {
  const key = { actorId: cycle.actorId, cycleId: cycle.id };
  const offered = offeredLines(order);
  const stays = new Set(offered.map(({ goods }) => goods.productIri));
  if (cycles.addLines(cycle, offered, wire.clock.now()) !== cycle) addLines(wire, key, offered);
  for (const { number, goods } of cycles.activeLines(cycle))
    if (!stays.has(goods.productIri)) withdrawLine(wire, key, number);
}

function carryGroup(wire: Wire, view: SharedView, group: GroupView): void {
  const { order } = view;
  if (!group.isFirst) {
    standAside(wire, view, group);
    return;
  }
  if (order.state === "open" && takesBookings(order, wire.clock.now())) bookIt(wire, view, group);
  else takeOutLate(wire, view, group);
  const isDelivered = order.state === "delivered" || order.state === "archived";
  if (isHeld(group) && isWhole(group)) confirm(wire, group);
  else if (isDelivered) confirmUnanswered(wire, group);
  if (isDelivered) tellDelivery(wire, view, group);
}

function confirm(wire: Wire, { received: { actorId, thread, updatedAt } }: GroupView): void {
  moveOrder(wire, { actorId, thread, seenUpdatedAt: updatedAt }, "confirm", "");
}

/** The goods were handed out before we said what there is: what was agreed stands, and the note says what of it came. */
function confirmUnanswered(wire: Wire, group: GroupView): void {
  const { actorId, thread, latest, agreed, doubt } = group.received;
  if (doubt !== null || agreed === null || !actsOn(group.received).includes("confirm")) return;
  if (latest.answer === null) {
    const note = words("it")("sharing.handedOut");
    answerOrder(wire, { actorId, thread }, { kind: "refuse", note });
    moveOrder(wire, { actorId, thread }, "confirm", "");
  } else confirm(wire, group);
}

/** A second order of a group beside its first: in our books it is nothing, and a person reads why. */
function standAside(wire: Wire, { shared }: SharedView, { received, group }: GroupView): void {
  const { actorId, thread, buyer } = received;
  const problem = isGivenUp(received) ? null : { refused: "second-order" };
  if (isSame(group?.problem ?? null, problem)) return;
  const now = wire.clock.now();
  transact(wire.db, (tx) => {
    const householdId = householdFor(tx, shared, buyer, now);
    saveGroup(tx, { actorId, thread, cycleId: shared.cycleId, householdId, problem, updatedAt: now });
  });
}

/**
 * Our order is closed. Who gives up now is charged nothing: what was ordered for it leaves its basket, and where the producer was asked
 * for it already a person reads that it is left over. A second order may be the first now.
 */
function takeOutLate(wire: Wire, { shared, order }: SharedView, { group, received }: GroupView): void {
  if (!group || order.state === "cancelled") return;
  const { orm } = wire.db;
  const { householdId } = group;
  const basket = loadBasket(orm, order.id, householdId);
  const hasBookings = listHouseholdBookings(orm, order.id, householdId).length > 0;
  const isIn = hasBookings && (order.state === "closed" || basket?.state !== "cancelled");
  if (!isGivenUp(received) || !isIn || ["delivered", "archived"].includes(order.state)) {
    if (group.problem?.refused === "second-order") note(wire, group, null);
    return;
  }
  const out = takeOutGroup(wire, { actorId: shared.actorId, orderId: order.id, personId: null }, householdId);
  if (!isRefusal(out)) note(wire, group, out.out === "left" ? { refused: "gave-up-late" } : null);
  else if (out.refused === "already-there") note(wire, group, { refused: "gave-up-taken" });
}

/** Brings what a group's signed text says into our own order, where its Accept did not; where that is not possible, the reason stands beside its name. */
function bookIt(wire: Wire, { shared, order }: SharedView, { received, group, pairs }: GroupView): void {
  const { agreed, latest } = received;
  const wishes = agreed && !isGivenUp(received) ? wishesOf(agreed.lines, pairs) : [];
  if (!group && wishes.length === 0) return;
  const isThere = group && isBooked(wishes, listHouseholdBookings(wire.db.orm, order.id, group.householdId));
  // Why we refused its last Offer stands there until it sends another.
  if (isThere && latest.answer !== "rejected") note(wire, group, null);
  if (!isThere) transact(wire.db, (tx) => bookText(wire, tx, { shared, order, received }, wishes));
}

/** Writes how a group stands, if that is not what stands there. */
function note(wire: Wire, group: NonNullable<GroupView["group"]>, problem: Refusal | null): void {
  if (isSame(group.problem, problem)) return;
  transact(wire.db, (tx) => saveGroup(tx, { ...group, problem, updatedAt: wire.clock.now() }));
}

/** The note of what was handed out to a group, to the cent that our books charge it; again when that was corrected. */
function tellDelivery(wire: Wire, { order }: SharedView, { received, group, pairs }: GroupView): void {
  const { actorId, thread, agreed, updatedAt, doubt, status } = received;
  const isClosed = status === "closed";
  if (!agreed || !group || doubt !== null || status === "accepted") return;
  if (!isClosed && !actsOn(received).includes("note")) return;
  const { orm } = wire.db;
  const own = listPortions(orm, order.id).filter(({ householdId }) => householdId === group.householdId);
  const byLine = sumByLine(
    own.map(({ lineNumber, deliveredThousandths, allocatedThousandths }) => [
      lineNumber,
      deliveredThousandths ?? allocatedThousandths,
    ]),
  );
  const deliveredByLine = deliveredText(agreed.lines, pairs, byLine);
  const fulfilled = fulfil(agreed.lines, deliveredByLine);
  if ("faults" in fulfilled) return;
  const { charges: households } = previewSettlement(orm, order);
  const charge = households.find(({ householdId }) => householdId === group.householdId);
  const names = new Map(order.modifiers.map(({ id, name }) => [id, name]));
  const shares = (charge?.modifiers ?? []).map(
    ({ modifierId, cents }): Charge => ({ name: names.get(modifierId) ?? "", cents }),
  );
  const goodsCents = dueCents({ fulfilments: fulfilled.fulfilments, charges: [] });
  // A sum that was entered at the counter in the place of the goods is no rounding, and is not called one.
  const rest = words("it")(charge?.isEntered ? "sharing.entered" : "sharing.rounding");
  const charges = chargesFor(shares, goodsCents, charge?.cents ?? 0, rest);
  const before = loadNote(orm, actorId, thread);
  const isTold = before && isSame(before.fulfilments, fulfilled.fulfilments) && isSame(before.charges, charges);
  if (!isClosed && !isTold)
    writeDeliveryNote(wire, { actorId, thread, seenUpdatedAt: updatedAt }, { deliveredByLine, charges });
  if (!isClosed || !before) return;
  // It has agreed to another sum, and that is signed: what we charge now a person puts right with it.
  const [told, charged] = [dueCents(before), charge?.cents ?? 0];
  note(wire, group, told === charged ? null : { refused: "note-settled", toldCents: told, chargedCents: charged });
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
