// Orders that come again: begun from an order as it is, suspended, resumed, ended by people; made ahead of time by the clock.
import { randomBytes } from "node:crypto";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { romeTime } from "../../kernel/time.ts";
import { type LineChoice, makeOrder, type NewOrder } from "../actions.ts";
import { type Act, type Buying, mayRun, step } from "../changeActions.ts";
import type { Order } from "../order.ts";
import { listSources, loadSource } from "../sourceStore.ts";
import { loadOrder } from "../store.ts";
import {
  checkRecurrence,
  dueOccurrences,
  type Occurrence,
  occurrenceAt,
  type Recurrence,
  resume,
  type Suspension,
  suspend,
} from "./recurrence.ts";
import {
  isJoint,
  type JointRepeat,
  listDueRepeats,
  listRepeats,
  loadRepeat,
  type OrderTemplate,
  type Repeat,
  saveRepeat,
} from "./recurrenceStore.ts";

/** A row of orders and who changes it. */
export type RepeatKey = { readonly actorId: string; readonly repeatId: string; readonly personId: string };

/** Orders like this one, in that rhythm; `repeatId` names a row to change, null makes one. */
export type RepeatWish = {
  readonly actorId: string;
  readonly personId: string;
  readonly repeatId: string | null;
  /** The order whose choice, rules, policies and first place of delivery are repeated. */
  readonly orderId: string;
  readonly rule: Recurrence;
};

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const AT_ONCE = 20;
/** What could not be made is tried again after so long. */
export const RETRY_MS = 5 * MINUTE;

/** Repeats an order. Refuses `not-found`, and what `checkRecurrence` refuses. */
export function saveRecurrence(buying: Buying, wish: RepeatWish): Repeat | Refusal {
  const now = buying.clock.now();
  return transact(buying.db, (tx) => {
    const { actorId, personId, repeatId, rule } = wish;
    const order = loadOrder(tx, actorId, wish.orderId);
    const before = repeatId === null ? undefined : loadRepeat(tx, actorId, repeatId);
    if (!order || (repeatId !== null && !before) || !mayRun(tx, wish, order.producerId))
      return { refused: "not-found" };
    const wrong = checkRecurrence(rule);
    if (wrong) return wrong;
    const repeat: Repeat = {
      id: before?.id ?? encodeId(randomBytes(16)),
      ...{ actorId, producerId: order.producerId, state: "active", rule, template: templateOf(order) },
      // Another rhythm counts from its own beginning; what is past is passed over.
      ...{ nextAt: now, lastIndex: -1, lastOrderId: before?.lastOrderId ?? null, trouble: null },
      ...{ createdBy: before?.createdBy ?? personId, createdAt: before?.createdAt ?? now, updatedAt: now },
    };
    const planned = { ...repeat, lastIndex: pastOf(rule, now) };
    const next = { ...planned, nextAt: nextAtOf(planned) };
    saveRepeat(tx, next);
    return next;
  });
}

/** What is changed of a row: its rhythm, what its orders are called, where they are handed out. */
export type RepeatChange = { readonly rule: Recurrence; readonly name: string; readonly place: string };

/**
 * Another rhythm for the orders to come; those already made stay, and what they stand for is not made again. Refuses `not-found`,
 * `wrong-state`, `bad-name`, `no-place`, and what `checkRecurrence` refuses.
 */
export function editRecurrence(buying: Buying, key: RepeatKey, { rule, name, place }: RepeatChange): Repeat | Refusal {
  return change(buying, key, (repeat, now, tx) => {
    if (name.trim() === "") return { refused: "bad-name" };
    const where = isJoint(repeat) ? repeat.template.place : place.trim();
    if (rule.delivery !== null && where === "") return { refused: "no-place" };
    const wrong = checkRecurrence(rule);
    if (wrong) return wrong;
    if (isJoint(repeat)) {
      const template = { ...repeat.template, name: name.trim() };
      return {
        ...repeat,
        rule,
        template,
        lastIndex: pastOf(rule, now, romeTime(template.closesAt).date),
        trouble: null,
      };
    }
    const last = repeat.lastOrderId === null ? undefined : loadOrder(tx, repeat.actorId, repeat.lastOrderId);
    const made = last && last.state !== "cancelled" ? romeTime(last.closesAt).date : "";
    const template = { ...repeat.template, name: name.trim(), place: where };
    return { ...repeat, rule, template, lastIndex: pastOf(rule, now, made), trouble: null };
  });
}

/** The number of the last order that had opened when the row began, or closes no later than the day of one already made: it is not made afterwards. */
export function pastOf(rule: Recurrence, now: number, madeUntil = ""): number {
  const { due, lastIndex } = dueOccurrences(rule, -1, now);
  const first = due.find(({ opensAt, closesAt }) => opensAt > now && romeTime(closesAt).date > madeUntil);
  return first ? first.index - 1 : lastIndex;
}

/** When the next order has to be thought of; null after the last. */
export function nextAtOf({ rule, lastIndex, state }: Pick<Repeat, "rule" | "lastIndex" | "state">): number | null {
  const next = state === "ended" ? null : occurrenceAt(rule, lastIndex + 1);
  return next && next.opensAt - rule.madeDaysAhead * DAY;
}

/** The same after a change: at once where an order still waits to come in. */
function thinkAt(repeat: Repeat, now: number): number | null {
  const waits = isJoint(repeat) && repeat.template.waiting.length > 0 && repeat.state !== "ended";
  return waits ? now : nextAtOf(repeat);
}

/** No orders from a day on, until another by itself or until somebody resumes it. Refuses `not-found`, `wrong-state`, what `suspend` refuses. */
export function suspendRecurrence(buying: Buying, key: RepeatKey, suspension: Suspension): Repeat | Refusal {
  return change(buying, key, (repeat) => {
    const rule = suspend(repeat.rule, suspension);
    if (isRefusal(rule)) return rule;
    return { ...repeat, rule, state: suspension.until === null ? "suspended" : repeat.state };
  });
}

/**
 * A pause of the whole group, August say: no orders of any row that runs, of those whom this person runs, from a day on until another, when
 * all go on by themselves. All or none. `count`: how many rows. Refuses what `suspend` refuses.
 */
export function suspendAllRecurrences(
  buying: Buying,
  who: Pick<RepeatKey, "actorId" | "personId">,
  suspension: Suspension & { readonly until: string },
): { readonly count: number } | Refusal {
  const now = buying.clock.now();
  return transact(buying.db, (tx) => {
    const running = listRepeats(tx, who.actorId).filter(
      ({ state, producerId }) => state === "active" && mayRun(tx, who, producerId),
    );
    const after: Repeat[] = [];
    for (const repeat of running) {
      const rule = suspend(repeat.rule, suspension);
      if (isRefusal(rule)) return rule;
      const suspended = { ...repeat, rule, updatedAt: now };
      after.push({ ...suspended, nextAt: thinkAt(suspended, now) });
    }
    for (const repeat of after) saveRepeat(tx, repeat);
    return { count: after.length };
  });
}

/** Goes on from today. Refuses `not-found`, `wrong-state`. */
export function resumeRecurrence(buying: Buying, key: RepeatKey): Repeat | Refusal {
  return change(buying, key, (repeat, now) => ({ ...repeat, state: "active", rule: resume(repeat.rule, now) }));
}

/** No more orders; those that were made stay. Refuses `not-found`, `wrong-state`. */
export function endRecurrence(buying: Buying, key: RepeatKey): Repeat | Refusal {
  return change(buying, key, (repeat) => ({ ...repeat, state: "ended", trouble: null }));
}

function change(
  buying: Buying,
  key: RepeatKey,
  decide: (repeat: Repeat, now: number, tx: Tx) => Repeat | Refusal,
): Repeat | Refusal {
  const now = buying.clock.now();
  return transact(buying.db, (tx) => {
    const before = loadRepeat(tx, key.actorId, key.repeatId);
    if (!before || !mayRun(tx, key, before.producerId)) return { refused: "not-found" };
    if (before.state === "ended") return { refused: "wrong-state", state: before.state };
    const decided = decide(before, now, tx);
    if (isRefusal(decided)) return decided;
    const after = { ...decided, nextAt: thinkAt(decided, now), updatedAt: now };
    saveRepeat(tx, after);
    return after;
  });
}

function templateOf(order: Order): OrderTemplate {
  const { name, note, policies, modifiers, cycleIri, pickups, lines } = order;
  return {
    ...{ name, note, policies, modifiers, buysFrom: cycleIri === null ? "catalog" : "cycle" },
    place: pickups[0]?.place ?? "",
    lines: lines
      .filter(({ isOffered }) => isOffered)
      .map(({ goods, rules }) => ({ productIri: goods.productIri, name: goods.name, rules })),
  };
}

/**
 * Makes the orders that are due, each row in its own transaction. What cannot be made now is tried again until it would have closed.
 * `makeJoint` does it for rows of several orders run as one.
 */
export function makeDueOrders(buying: Buying, makeJoint: (act: Act, repeat: JointRepeat) => Repeat): void {
  for (const { id, actorId } of listDueRepeats(buying.db.orm, buying.clock.now(), AT_ONCE)) {
    transact(buying.db, (tx) => {
      const repeat = loadRepeat(tx, actorId, id);
      if (!repeat) return;
      const act: Act = { buying, tx, mover: "clock", personId: null, now: buying.clock.now() };
      saveRepeat(
        tx,
        isJoint(repeat) ? makeJoint(act, repeat) : makeNext(act, repeat, repeat.template as OrderTemplate),
      );
    });
  }
}

function makeNext(act: Act, repeat: Repeat, template: OrderTemplate): Repeat {
  const { tx, now } = act;
  const { due, lastIndex } = dueOccurrences(repeat.rule, repeat.lastIndex, now);
  let made = { ...repeat, trouble: null as string | null };
  for (const occurrence of due) {
    const order = makeOne(tx, repeat, template, occurrence, now);
    // Later ones wait with it: a row is made in its order.
    if (isRefusal(order)) {
      const waiting = { ...made, lastIndex: occurrence.index - 1, trouble: order.refused };
      return { ...waiting, nextAt: now + RETRY_MS, updatedAt: now };
    }
    const scheduled = step(act, order, "scheduled");
    made = { ...made, lastOrderId: order.id, trouble: isRefusal(scheduled) ? scheduled.refused : null };
  }
  const done = { ...made, lastIndex, updatedAt: now };
  return { ...done, nextAt: nextAtOf(done) };
}

function makeOne(
  tx: Tx,
  repeat: Repeat,
  template: OrderTemplate,
  occurrence: Occurrence,
  now: number,
): Order | Refusal {
  const { actorId, producerId } = repeat;
  const { closesAt, completesUntil, pickup } = occurrence;
  const cycleIri = template.buysFrom === "catalog" ? null : findCycle(tx, repeat, closesAt, now);
  if (cycleIri === undefined) return { refused: "no-such-offer" };
  const source = loadSource(tx, actorId, { producerId, cycleIri }, now);
  if (!source) return { refused: "no-such-offer" };
  // A node that was down at the opening opens it in the next minute.
  const opensAt = Math.max(occurrence.opensAt, nextMinute(now));
  const { name, note, policies, modifiers, place } = template;
  const pickups = pickup && place !== "" ? [{ id: "d1", place, ...pickup }] : [];
  const lines = template.lines.flatMap(({ productIri, name: product, rules }): LineChoice[] => {
    const ofProduct = source.goods.filter((one) => one.productIri === productIri);
    const goods = ofProduct.find((one) => one.name === product) ?? (ofProduct.length === 1 ? ofProduct[0] : undefined);
    return goods ? [{ lineIri: goods.lineIri, rules }] : [];
  });
  const plan = { name, note, opensAt, closesAt, completesUntil, pickups, policies, modifiers };
  const wish: NewOrder = { actorId, personId: null, producerId, cycleIri, plan, lines };
  return makeOrder(tx, wish, { createdBy: null, madeFrom: repeat.lastOrderId, recurrenceId: repeat.id }, now);
}

/** The first minute that lies ahead. */
export function nextMinute(now: number): number {
  return (Math.floor(now / MINUTE) + 1) * MINUTE;
}

/** The producer's cycle that takes orders until after our closing, the next to close; undefined where there is none. */
export function findCycle(
  tx: Tx,
  { actorId, producerId }: Pick<Order, "actorId" | "producerId">,
  closesAt: number,
  now: number,
): string | null | undefined {
  return listSources(tx, actorId, now).find(
    (source) =>
      source.producerId === producerId &&
      source.cycleIri !== null &&
      source.endsAt !== null &&
      source.endsAt >= closesAt,
  )?.cycleIri;
}
