// What becomes of a cycle's orders when it closes: the common minimum reached or missed, everything confirmed or called off;
// proposals nobody answered; and telling in its turn what is collected. PROTOCOL.md sections 6.4 and 8.2.
import type { LocalActor } from "../activitypub/actor.ts";
import { isOrderLaneHeld } from "../activitypub/laneStore.ts";
import { loadActor } from "../activitypub/store.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { ReasonCode } from "../partners/threads/agreement.ts";
import { words } from "../web/words.ts";
import type { Cycle } from "./cycle.ts";
import * as cycles from "./cycle.ts";
import { GRACE, isTooLate } from "./deadline.ts";
import { tellNewPartners } from "./newPartnerActions.ts";
import { answerHeldOffers, type Hold } from "./orderActivities.ts";
import { type CycleKey, changeCycle, type Desk, publishCycle } from "./publishActions.ts";
import { type ReceivedOrder, stateOf } from "./received.ts";
import {
  countReceived,
  listAgreed,
  listReceived,
  listUnanswered,
  loadReceived,
  saveReceived,
} from "./receivedStore.ts";
import { callOff, confirmWhenAnswered, noteProgress, rejectOffer, sayStatus, tellNow } from "./sellerActions.ts";
import { listDue, listToTell, listUnsettled, loadCycle, setSettled } from "./store.ts";
import { collect, isReached } from "./threshold.ts";
import { listOutages, noteAwake, WAKE_EVERY } from "./wakeStore.ts";

const AT_ONCE = 100;
const ORDERS_OF_A_CYCLE = 10_000;

/** Calls a cycle off with a reason that everyone who heard of it hears too, and with it every order in it. */
export function cancelCycle(desk: Desk, key: CycleKey, reason: string): Cycle | Refusal {
  return changeCycle(
    desk,
    key,
    (cycle, now) => cycles.cancelCycle(cycle, "producer", reason, now),
    (tx, from, cycle) => callOffAll(tx, desk, from, cycle, "refused-by-producer"),
  );
}

/** Takes no more orders for now, so that they can be summed up. */
export function freezeCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return changeCycle(desk, key, cycles.freezeCycle);
}

/** Confirms a closed cycle and every order held in it. Refuses `orders-waiting` while one waits for an answer. */
export function confirmCycle(desk: Desk, key: CycleKey): Cycle | Refusal {
  return changeCycle(
    desk,
    key,
    (cycle, now, tx) => {
      const waiting = countReceived(tx, cycle.actorId, cycle.id).get("received") ?? 0;
      return waiting > 0 ? { refused: "orders-waiting", count: waiting } : cycles.confirmCycle(cycle, "producer", now);
    },
    (tx, from, cycle) => confirmAll(tx, desk, from, cycle),
  );
}

/** What time brings to cycles and their orders. A minute that the node slept through is made up for at the start, once. */
export function salesClockTasks(desk: Desk, hold: Hold = () => null): ClockTask[] {
  const often = 5000;
  return [
    {
      name: "note that the node is awake",
      everyMs: WAKE_EVERY,
      run: (now) => transact(desk.db, (tx) => noteAwake(tx, now)),
    },
    { name: "cycles-open-and-close", everyMs: often, run: () => moveDueCycles(desk) },
    { name: "settle orders of closed cycles", everyMs: often, run: (now) => settleDueCycles(desk, now) },
    { name: "proposals nobody answered", everyMs: often, run: (now) => lapseDue(desk, now) },
    { name: "answer what came during a restore", everyMs: WAKE_EVERY, run: () => answerHeldOffers(desk, hold) },
    { name: "tell new partners what is open", everyMs: WAKE_EVERY, run: (now) => tellNewPartners(desk, now) },
    { name: "tell what is collected", everyMs: often, run: (now) => tellDue(desk, now) },
  ];
}

// One transaction for each cycle or order below: one that meets a bug does not hold the others.

function moveDueCycles(desk: Desk): void {
  for (const { id, actorId } of listDue(desk.db.orm, desk.clock.now(), AT_ONCE))
    changeCycle(desk, { actorId, cycleId: id }, (cycle, now, tx) => {
      const due = cycles.dueMove(cycle, now);
      if (due === "open") return cycles.openCycle(cycle, "clock", now);
      // What a restore forgot may be what reaches the minimum: it is found again first (SAFETY 6).
      if (due === "close" && cycle.rules.threshold !== null && isOrderLaneHeld(tx, actorId)) return cycle;
      if (due === "close")
        return isMissed(tx, cycle) ? extendOrClose(cycle, now) : cycles.closeCycle(cycle, "clock", now);
      return due === "miss" ? cycles.unscheduleCycle(cycle, "clock", now) : cycle;
    });
}

function extendOrClose(cycle: Cycle, now: number): Cycle | Refusal {
  const extended = cycles.extendCycle(cycle, now);
  return isRefusal(extended) ? cycles.closeCycle(cycle, "clock", now) : extended;
}

function isMissed(tx: Tx, { actorId, id, rules: { threshold } }: Cycle): boolean {
  return threshold !== null && !isReached(threshold, collect(threshold, listAgreed(tx, actorId, id)));
}

function settleDueCycles(desk: Desk, now: number): void {
  for (const { id, actorId } of listUnsettled(desk.db.orm, now - GRACE, AT_ONCE))
    transact(desk.db, (tx) => {
      const from = loadActor(tx, actorId);
      const cycle = loadCycle(tx, actorId, id);
      if (!from || !cycle || !isTooLate(cycle.closesAt, listOutages(tx, now), now)) return;
      if (isOrderLaneHeld(tx, actorId)) return;
      setSettled(tx, id, now);
      settle(tx, desk, from, { ...cycle, settledAt: now }, now);
    });
}

function settle(tx: Tx, desk: Desk, from: LocalActor, cycle: Cycle, now: number): void {
  if (isMissed(tx, cycle)) {
    const cancelled = cycles.cancelCycle(cycle, "clock", words("it")("sales.threshold.missed"), now);
    if (isRefusal(cancelled)) return;
    publishCycle(tx, desk, from, cycle, cancelled, now);
    callOffAll(tx, desk, from, cancelled, "threshold-missed");
    return;
  }
  if (cycle.rules.confirms === "hand") return;
  confirmAll(tx, desk, from, cycle);
  confirmWhenAnswered(tx, desk, from, cycle);
}

function confirmAll(tx: Tx, desk: Desk, from: LocalActor, cycle: Cycle): void {
  const wish = { cycleId: cycle.id, states: ["accepted"] as const, limit: ORDERS_OF_A_CYCLE };
  for (const order of listReceived(tx, from.id, wish))
    if (order.doubt === null) sayStatus(tx, desk, from, order, "confirmed");
}

function callOffAll(tx: Tx, desk: Desk, from: LocalActor, cycle: Cycle, reason: ReasonCode): void {
  const states = ["received", "countered", "accepted", "confirmed"] as const;
  for (const order of listReceived(tx, from.id, { cycleId: cycle.id, states, limit: ORDERS_OF_A_CYCLE }))
    callOff(tx, desk, from, order, reason, cycle.cancelReason);
}

function lapseDue(desk: Desk, now: number): void {
  for (const { actorId, thread } of listUnanswered(desk.db.orm, now - GRACE, AT_ONCE))
    transact(desk.db, (tx) => {
      const from = loadActor(tx, actorId);
      const order = loadReceived(tx, actorId, thread);
      if (!from || !order?.counter || order.doubt !== null || isOrderLaneHeld(tx, actorId)) return;
      if (isTooLate(order.counter.answerBy, listOutages(tx, now), now)) lapse(tx, desk, from, order);
    });
}

/** The group stayed silent: what was agreed before is confirmed or cancelled as the proposal said, else it is refused. */
function lapse(tx: Tx, desk: Desk, from: LocalActor, order: ReceivedOrder): void {
  const { counter, cycleId, latest, agreed } = order;
  if (!counter || stateOf(order) !== "countered") return;
  const isUnanswered = latest.answer === null;
  const current = isUnanswered ? rejectOffer(tx, desk, from, order, counter.reason ?? "not-available") : order;
  if (!agreed) return;
  if (counter.whenSilent === "cancel") return void sayStatus(tx, desk, from, current, "cancelled");
  const cycle = cycleId === null ? null : loadCycle(tx, order.actorId, cycleId);
  const isStillOpen = cycle?.state === "open" || cycle?.state === "frozen";
  if (!isStillOpen) return void sayStatus(tx, desk, from, current, "confirmed");
  // Its cycle still runs: it stays held, as it was before the proposal.
  saveReceived(tx, { ...current, counter: null, updatedAt: desk.clock.now() });
  noteProgress(tx, desk, from, cycleId);
}

function tellDue(desk: Desk, now: number): void {
  for (const { id, actorId } of listToTell(desk.db.orm, now, AT_ONCE))
    transact(desk.db, (tx) => {
      const from = loadActor(tx, actorId);
      const cycle = loadCycle(tx, actorId, id);
      if (from && cycle && cycle.tellAt !== null && cycle.removedAt === null) tellNow(tx, desk, from, cycle);
    });
}
