// What time carries between the two sides of an order we lead: what groups order into our own order, what we agreed and handed out back
// to them. Each step looks at both sides and mends the difference, so that a crash or a lost minute loses nothing.
import { isOrderLaneHeld } from "../activitypub/laneStore.ts";
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { saveLimit } from "../ledger/creditStore.ts";
import { ensureGroupHousehold } from "../members/groupStore.ts";
import { bookForGroup } from "../orders/basketActions.ts";
import { listHouseholdBookings } from "../orders/bookingStore.ts";
import { listPortions } from "../orders/deliveryStore.ts";
import { takesBookings } from "../orders/order.ts";
import { previewSettlement } from "../orders/settlementStore.ts";
import type { Charge } from "../partners/agreement.ts";
import { addLines, withdrawLine } from "../sales/actions.ts";
import { cancelCycle } from "../sales/closingActions.ts";
import { activeLines } from "../sales/cycle.ts";
import { dueCents, fulfil } from "../sales/deliveryNote.ts";
import { moveOrder, writeDeliveryNote } from "../sales/orderActions.ts";
import { actsOn, stateOf } from "../sales/received.ts";
import { loadNote } from "../sales/receivedStore.ts";
import { words } from "../web/words.ts";
import { type GroupView, isGivenUp, isHeld, isWhole, type SharedView, sumByLine, viewShared } from "./actions.ts";
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

/** What we add to our order, or take off, the others see too; what they ordered of it stays. */
function offerTheSame(wire: Wire, { order, cycle }: SharedView): void {
  const key = { actorId: cycle.actorId, cycleId: cycle.id };
  const offered = offeredLines(order);
  const stays = new Set(offered.map(({ goods }) => goods.productIri));
  addLines(wire, key, offered);
  for (const { number, goods } of activeLines(cycle)) if (!stays.has(goods.productIri)) withdrawLine(wire, key, number);
}

function carryGroup(wire: Wire, view: SharedView, group: GroupView): void {
  const { order } = view;
  if (!group.isFirst) {
    standAside(wire, view, group);
    return;
  }
  if (order.state === "open" && takesBookings(order, wire.clock.now())) bookIt(wire, view, group);
  else noteLate(wire, view, group);
  if (isHeld(group) && isWhole(group)) {
    const { actorId, thread, updatedAt } = group.received;
    moveOrder(wire, { actorId, thread, seenUpdatedAt: updatedAt }, "confirm", "");
  }
  if (order.state === "delivered" || order.state === "archived") tellDelivery(wire, view, group);
}

/** A second order of a group beside its first: in our books it is nothing, and a person reads why. */
function standAside(wire: Wire, { shared }: SharedView, { received, group }: GroupView): void {
  const { actorId, thread, buyer } = received;
  const problem = isGivenUp(received) ? null : "second-order";
  if ((group?.problem ?? null) === problem) return;
  const now = wire.clock.now();
  transact(wire.db, (tx) => {
    const householdId = householdFor(tx, { actorId, peer: buyer }, shared, now);
    saveGroup(tx, { actorId, thread, cycleId: shared.cycleId, householdId, problem, updatedAt: now });
  });
}

/** Our order is closed: who took back what is in it left goods behind, and a person hands them out; a second order may be the first now. */
function noteLate(wire: Wire, { order }: SharedView, { group, received }: GroupView): void {
  if (!group || order.state === "cancelled") return;
  const isLeft = isGivenUp(received) && listHouseholdBookings(wire.db.orm, order.id, group.householdId).length > 0;
  const before = group.problem === "second-order" ? null : group.problem;
  const problem = isLeft ? "gave-up-late" : before;
  if (problem === group.problem) return;
  transact(wire.db, (tx) => saveGroup(tx, { ...group, problem, updatedAt: wire.clock.now() }));
}

/** Brings what a group's signed text says into our own order; where that is not possible, the reason stands beside its name. */
function bookIt(wire: Wire, { shared, order }: SharedView, { received, group, pairs }: GroupView): void {
  const { actorId, thread, buyer, agreed } = received;
  const wishes = agreed && !isGivenUp(received) ? wishesOf(agreed.lines, pairs) : [];
  if (!group && wishes.length === 0) return;
  const householdId = transact(wire.db, (tx) => householdFor(tx, { actorId, peer: buyer }, shared, wire.clock.now()));
  const { orm } = wire.db;
  const isThere = isBooked(wishes, listHouseholdBookings(orm, order.id, householdId));
  const place = { actorId, orderId: order.id, householdId, personId: shared.createdBy };
  const done = isThere ? null : bookForGroup(wire, place, wishes);
  const problem = done && isRefusal(done) ? done.refused : null;
  if (group?.problem === problem && group.householdId === householdId) return;
  const updatedAt = wire.clock.now();
  const row = { actorId, thread, cycleId: shared.cycleId, householdId, problem, updatedAt };
  transact(wire.db, (tx) => saveGroup(tx, row));
}

/** The household that stands for a group; a new one may owe what the order's leader said. */
function householdFor(
  tx: Tx,
  { actorId, peer }: { actorId: string; peer: string },
  { creditCents, createdBy }: SharedView["shared"],
  now: number,
): string {
  const name = loadRemoteActor(tx, peer)?.name ?? loadActor(tx, peer)?.name ?? new URL(peer).host;
  const { id, isNew } = ensureGroupHousehold(tx, { actorId, peer, name }, now);
  if (isNew) saveLimit(tx, { actorId, householdId: id, cents: creditCents, personId: createdBy, setAt: now });
  return id;
}

/** The note of what was handed out to a group, to the cent that our books charge it; again when that was corrected. */
function tellDelivery(wire: Wire, { order }: SharedView, { received, group, pairs }: GroupView): void {
  const { actorId, thread, agreed, updatedAt, doubt } = received;
  if (!agreed || !group || doubt !== null || received.status === "accepted" || !actsOn(received).includes("note"))
    return;
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
  const charge = previewSettlement(orm, order).charges.find(({ householdId }) => householdId === group.householdId);
  const names = new Map(order.modifiers.map(({ id, name }) => [id, name]));
  const shares = (charge?.modifiers ?? []).map(
    ({ modifierId, cents }): Charge => ({ name: names.get(modifierId) ?? "", cents }),
  );
  const goodsCents = dueCents({ fulfilments: fulfilled.fulfilments, charges: [] });
  const charges = chargesFor(shares, goodsCents, charge?.cents ?? 0, words("it")("sharing.rounding"));
  const before = loadNote(orm, actorId, thread);
  const isTold = before && isSame(before.fulfilments, fulfilled.fulfilments) && isSame(before.charges, charges);
  if (!isTold) writeDeliveryNote(wire, { actorId, thread, seenUpdatedAt: updatedAt }, { deliveredByLine, charges });
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
