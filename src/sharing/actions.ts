// What a group does that leads an order for others: it opens its own to them, answers them when its producer has answered, calls it off.
// PROTOCOL.md section 8.1, ADR 0033.
import { randomBytes } from "node:crypto";
import { loadActor, refuseRetired } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { listPortions } from "../orders/delivery/deliveryStore.ts";
import type { Order } from "../orders/order.ts";
import { loadOrder } from "../orders/store.ts";
import { type AgreedLine, isSameText } from "../partners/threads/agreement.ts";
import { basisOf } from "../sales/basisStore.ts";
import { cancelCycle } from "../sales/closingActions.ts";
import { addLines, type Cycle, type Delivery, draftCycle, openCycle } from "../sales/cycle.ts";
import { cycleUrls } from "../sales/offer.ts";
import { answerOrder, moveOrder } from "../sales/orderActions.ts";
import { noteCycle, publishCycle } from "../sales/publishActions.ts";
import { RECEIVED_STATES, type ReceivedOrder, stateOf } from "../sales/received.ts";
import { listReceived } from "../sales/receivedStore.ts";
import { DEFAULT_RULES, type Joint } from "../sales/saleRules.ts";
import { loadCycle } from "../sales/store.ts";
import { allottedText, type LinePair, offeredLines, pairLines } from "./shared.ts";
import { insertShared, listGroups, loadShared, type SharedGroup, type SharedOrder } from "./store.ts";

/** Whose order, and who acts. */
export type SharedKey = { readonly actorId: string; readonly orderId: string; readonly personId: string };

/** Until when the others may order (epoch ms, a whole minute), what is said to them, how far each may owe us (cents). */
export type SharedWish = { readonly freezesAt: number; readonly note: string; readonly creditCents: number };

/** Between the groups' last moment and our own there is time for what they sent to be here. */
export const FREEZES_BEFORE_MS = 10 * 60_000;
/** More groups than ever order together. */
const GROUPS_MAX = 200;
/** More than a group is ever trusted with. */
const CREDIT_MAX_CENTS = 10_000_000;
const HOUR = 3_600_000;

/** States of our order in which we know who gets what. */
const ALLOTTED: readonly Order["state"][] = ["confirmed", "arrived", "delivering", "delivered", "archived"];

/**
 * Opens an order of ours to the groups that have a pact with us, in one transaction with the announcement. Refuses `not-found`,
 * `share-closed`, `already-shared`, `freeze-too-late`, `bad-credit`, `actor-retired`, and what a cycle's plan refuses.
 */
export function openShared(wire: Wire, key: SharedKey, wish: SharedWish): SharedOrder | Refusal {
  const { actorId, orderId, personId } = key;
  const now = wire.clock.now();
  return transact(wire.db, (tx) => {
    const actor = loadActor(tx, actorId);
    const order = loadOrder(tx, actorId, orderId);
    if (actor?.kind !== "gas" || !order) return { refused: "not-found" };
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    if (loadShared(tx, actorId, orderId)) return { refused: "already-shared" };
    if (order.state !== "open") return { refused: "share-closed" };
    if (wish.freezesAt > order.closesAt - FREEZES_BEFORE_MS) return { refused: "freeze-too-late" };
    const { creditCents } = wish;
    if (!Number.isSafeInteger(creditCents) || creditCents < 0 || creditCents > CREDIT_MAX_CENTS)
      return { refused: "bad-credit" };
    const draft = draftCycle(planOf(order, wish), encodeId(randomBytes(16)), actorId, now);
    const filled = isRefusal(draft) ? draft : addLines(draft, offeredLines(order), now);
    if (isRefusal(filled)) return filled;
    const opened = openCycle(filled, "producer", now);
    if (isRefusal(opened)) return opened;
    publishCycle(tx, wire, actor, filled, opened, now);
    noteCycle(tx, { actorId, byId: personId }, opened, opened.state, now);
    const made = { createdBy: personId, createdAt: now, endedAt: null };
    const shared: SharedOrder = { cycleId: opened.id, actorId, orderId, creditCents, ...made };
    insertShared(tx, shared);
    return shared;
  });
}

function planOf(order: Order, { freezesAt, note }: SharedWish) {
  const { name, pickups, cycleIri, producerId, policies, modifiers } = order;
  const transport = modifiers.find(({ kind }) => kind === "transport")?.splitBy;
  const joint: Joint = {
    collectsFor: cycleIri ?? producerId,
    allocationRule: policies.allocation === "arrival" ? "arrival" : "proportional",
    transportRule: transport === "weight" ? "weight" : transport === "head" ? "group" : "value",
  };
  const deliveries = pickups
    .filter(({ startAt }) => startAt >= freezesAt)
    .map(({ place, startAt, endAt }, at): Delivery => {
      const end = endAt !== null && endAt > startAt ? endAt : startAt + HOUR;
      return { number: at + 1, startAt, endAt: end, place, position: null };
    });
  return {
    ...{ name, note, opensAt: null, closesAt: freezesAt, deliveries, minimumOrderCents: null },
    ...{ visibility: "partners" as const, rules: { ...DEFAULT_RULES, joint } },
  };
}

/** A shared order with everything that stands on both sides of it. */
export type SharedView = {
  readonly shared: SharedOrder;
  readonly order: Order;
  readonly cycle: Cycle;
  readonly groups: readonly GroupView[];
};

/** What one group ordered, how it stands in our order, and what there is for it (null: nobody knows yet). */
export type GroupView = {
  readonly received: ReceivedOrder;
  readonly group: SharedGroup | null;
  readonly pairs: ReadonlyMap<string, LinePair>;
  /** The text that is agreed, or the one that waits for an answer. */
  readonly text: readonly AgreedLine[];
  readonly allotted: readonly AgreedLine[] | null;
  /** Its household has one basket: this order of its fills it. A second one that runs beside it does not. */
  readonly isFirst: boolean;
};

/** Reads a shared order whole; undefined where that order is not shared. */
export function viewShared(tx: Tx, shared: SharedOrder): SharedView | undefined {
  const { actorId, orderId, cycleId } = shared;
  const order = loadOrder(tx, actorId, orderId);
  const cycle = loadCycle(tx, actorId, cycleId);
  if (!order || !cycle) return undefined;
  const known = listGroups(tx, cycleId);
  const portions = ALLOTTED.includes(order.state) ? listPortions(tx, orderId) : null;
  const { iri } = cycleUrls(actorId, cycleId);
  const received = listReceived(tx, actorId, { cycleId, states: RECEIVED_STATES, limit: GROUPS_MAX });
  const first = firstOfEach(received, known);
  const groups = received.map((one): GroupView => {
    const group = known.get(one.thread) ?? null;
    const isFirst = first.get(one.buyer) === one.thread;
    const pairs = pairLines(order, cycle.lines, basisOf(tx, one).terms, iri);
    const text = one.agreed?.lines ?? one.latest.lines;
    const own = portions?.filter(({ householdId }) => householdId === group?.householdId) ?? [];
    const byLine = sumByLine(own.map(({ lineNumber, allocatedThousandths }) => [lineNumber, allocatedThousandths]));
    const allotted = portions && isFirst ? allottedText(text, pairs, byLine) : null;
    return { received: one, group, pairs, text, allotted, isFirst };
  });
  return { shared, order, cycle, groups };
}

/** Whether nothing more comes of what a group ordered. */
export function isGivenUp(received: ReceivedOrder): boolean {
  return ["cancelled", "rejected"].includes(stateOf(received));
}

/** Of each group's orders the one that counts, by its thread: the oldest that runs; where none does, one that was in our books. */
function firstOfEach(
  received: readonly ReceivedOrder[],
  known: ReadonlyMap<string, SharedGroup>,
): ReadonlyMap<string, string> {
  const rank = (one: ReceivedOrder) => (isGivenUp(one) ? (known.has(one.thread) ? 1 : 2) : 0);
  const inTurn = received.toSorted(
    (a, b) => rank(a) - rank(b) || a.createdAt - b.createdAt || (a.thread < b.thread ? -1 : 1),
  );
  const first = new Map<string, string>();
  for (const { buyer, thread } of inTurn) if (!first.has(buyer)) first.set(buyer, thread);
  return first;
}

/** Thousandths by line number, added up. */
export function sumByLine(rows: readonly (readonly [number, number])[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [line, quantity] of rows) sums.set(line, (sums.get(line) ?? 0) + quantity);
  return sums;
}

/** Whether what it asked is held and our word on it is still owed. */
export function isHeld({ received }: Pick<GroupView, "received">): boolean {
  const { status, counter, latest, doubt, isWithdrawn } = received;
  return status === "accepted" && counter === null && latest.answer !== null && doubt === null && !isWithdrawn;
}

/** Whether there is for it exactly what it asked. */
export function isWhole({ text, allotted }: GroupView): boolean {
  return allotted !== null && isSameText(text, allotted);
}

/**
 * Answers every group that waits: confirmed where there is what it asked, else what there is, line by line, which it may take or leave.
 * Returns how many were answered; one that cannot be holds the others up no more. Refuses `not-found`, `not-allotted`, and, where none could be, the first reason.
 */
export function answerGroups(wire: Wire, key: SharedKey): { readonly count: number } | Refusal {
  const { actorId, orderId } = key;
  const shared = loadShared(wire.db.orm, actorId, orderId);
  const view = shared && viewShared(wire.db.orm, shared);
  if (!view) return { refused: "not-found" };
  if (!ALLOTTED.includes(view.order.state)) return { refused: "not-allotted" };
  let count = 0;
  let refused: Refusal | null = null;
  for (const group of view.groups.filter((one) => one.isFirst && isHeld(one))) {
    const done = answerGroup(wire, group);
    if (!isRefusal(done)) count += 1;
    else refused ??= done;
  }
  return count === 0 && refused ? refused : { count };
}

function answerGroup(wire: Wire, group: GroupView): ReceivedOrder | Refusal {
  const { received, allotted } = group;
  const { actorId, thread, updatedAt } = received;
  const key = { actorId, thread, seenUpdatedAt: updatedAt };
  if (isWhole(group)) return moveOrder(wire, key, "confirm", "");
  const wishes = (allotted ?? []).map(({ lineIri, quantityThousandths }) => ({ lineIri, quantityThousandths }));
  return answerOrder(wire, key, { kind: "change", wishes, mayOverdraw: true, whenSilent: "confirm", note: "" });
}

/** Leads it no longer: every group hears why, and nothing of theirs is ordered. Refuses `not-found`, `wrong-state` once our own order was sent, `no-reason`. */
export function stopShared(wire: Wire, key: SharedKey, reason: string): Cycle | Refusal {
  const { actorId, orderId, personId } = key;
  const { orm } = wire.db;
  const shared = loadShared(orm, actorId, orderId);
  const order = shared && loadOrder(orm, actorId, orderId);
  if (!shared || !order) return { refused: "not-found" };
  if (order.state !== "open") return { refused: "wrong-state", state: order.state };
  return cancelCycle(wire, { actorId, cycleId: shared.cycleId, byId: personId }, reason);
}
