// What time does to orders: it opens and closes them at the minute, ends completions, sends, notices who is silent, lets counters
// lapse, repeats and archives. A minute that the node slept through is made up for at the start, once.
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { refuseOpening } from "../partners/hosts/pauseActions.ts";
import { aggregate } from "./aggregate.ts";
import { makeJointNext } from "./aggregates/repeatActions.ts";
import { takeHeldCounter } from "./answers/answerActions.ts";
import { listBookings } from "./booking/bookingStore.ts";
import { type Act, type Buying, keep, step } from "./changeActions.ts";
import { closeNow, sendByItself } from "./closeActions.ts";
import { listLapsed, listOpenCounters, loadAgreement, settleCounters } from "./dealingStore.ts";
import { archiveOrder } from "./delivery/deliveryActions.ts";
import { dueMove, type Order } from "./order.ts";
import { makeDueOrders } from "./repeating/recurrenceActions.ts";
import { stockFollower } from "./stockActions.ts";
import { listDelivered, listDueOrders, listSilent, loadOrder, markAsked } from "./store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DUE_AT_ONCE = 100;
/** A producer that says nothing for so long is noted; after as long again, or when its goods should come, a person is asked. */
const SILENT_AFTER_MS = 2 * DAY;

/** Everything that time brings to orders. */
export function ordersClockTasks(buying: Buying): ClockTask[] {
  return [
    { name: "open, close and send orders", everyMs: 1000, run: () => moveDueOrders(buying) },
    stockFollower(buying),
    { name: "make orders that repeat", everyMs: 60_000, run: () => makeDueOrders(buying, makeJointNext) },
    { name: "take counters that a restore held", everyMs: 60_000, run: () => takeHeldCounters(buying) },
    { name: "let counters lapse", everyMs: 60_000, run: () => lapseCounters(buying) },
    { name: "notice silent producers", everyMs: HOUR, run: () => noticeSilence(buying) },
    { name: "archive settled orders", everyMs: HOUR, run: () => archiveSettled(buying) },
  ];
}

/** Each order in its own transaction: one that meets a bug does not hold the others, and is heard of afterwards. */
function moveDueOrders(buying: Buying): void {
  const bugs: unknown[] = [];
  for (const name of listDueOrders(buying.db.orm, buying.clock.now(), DUE_AT_ONCE)) {
    try {
      onDue(buying, name, moveDue);
    } catch (error) {
      bugs.push(error);
    }
  }
  if (bugs.length > 0) throw bugs[0];
}

function onDue(
  buying: Buying,
  { id, actorId }: { id: string; actorId: string },
  act: (act: Act, order: Order) => void,
): void {
  const now = buying.clock.now();
  transact(buying.db, (tx) => {
    const order = loadOrder(tx, actorId, id);
    if (order) act({ buying, tx, mover: "clock", personId: null, now }, order);
  });
}

function moveDue(act: Act, order: Order): void {
  switch (dueMove(order, act.now)) {
    case "open":
      openDue(act, order);
      return;
    case "miss":
      note(act, step(act, order, "draft"), "opening-missed");
      return;
    case "close":
    case "end-completion":
      closeNow(act, order, null);
      return;
    case "send":
      sendByItself(act, order, aggregate(order, listBookings(act.tx, order.id)));
      return;
    case null:
  }
}

/** Where it cannot open a person is asked, and it waits as it is. */
function openDue(act: Act, order: Order): void {
  const pact = refuseOpening(act.tx, order.actorId, order.producerId);
  const opened = pact ? { refused: pact } : step(act, order, "open");
  if (isRefusal(opened)) keep(act, order, { ...order, needsPerson: opened.refused });
}

function note(act: Act, moved: ReturnType<typeof step>, needsPerson: string): void {
  if (!isRefusal(moved)) keep(act, moved, { ...moved, needsPerson });
}

/** A counter that nobody answered in time is none any more; the producer says what becomes of the order (PROTOCOL 6.4). */
function takeHeldCounters(buying: Buying): void {
  for (const name of listOpenCounters(buying.db.orm, DUE_AT_ONCE)) onDue(buying, name, takeHeldCounter);
}

function lapseCounters(buying: Buying): void {
  for (const name of listLapsed(buying.db.orm, buying.clock.now(), DUE_AT_ONCE))
    onDue(buying, name, (act, order) => {
      settleCounters(act.tx, order.id, "lapsed", act.now);
      if (order.needsPerson !== "counter") return;
      keep(act, order, { ...order, needsPerson: loadAgreement(act.tx, order.id) ? null : "counter-lapsed" });
    });
}

/** First it is only noted (its node is asked daily what we may have missed); then a person is told. */
function noticeSilence(buying: Buying): void {
  const now = buying.clock.now();
  for (const head of listSilent(buying.db.orm, now - SILENT_AFTER_MS, DUE_AT_ONCE))
    onDue(buying, head, (act, order) => {
      const isUrgent = order.pickups.some(({ startAt }) => startAt <= now + SILENT_AFTER_MS);
      if (head.askedAt === null && !isUrgent) markAsked(act.tx, order.id, now);
      else if (isUrgent || now - (head.askedAt ?? now) >= SILENT_AFTER_MS)
        keep(act, order, { ...order, needsPerson: "silent" });
    });
}

function archiveSettled(buying: Buying): void {
  for (const { id, actorId } of listDelivered(buying.db.orm, DUE_AT_ONCE))
    archiveOrder(buying, { actorId, orderId: id, personId: null });
}
