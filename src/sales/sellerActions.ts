// What a seller says on the thread of an order: each word is owed to the buyer, kept, and moves the order in one transaction
// with its cause. Whoever calls has checked that it may be said. PROTOCOL.md 6.1 and 6.3.
import assert from "node:assert/strict";
import type { LocalActor } from "../activitypub/actor.ts";
import { mintIri } from "../activitypub/outbox.ts";
import { crashPoint } from "../db/crashPoint.ts";
import { currentEpoch } from "../db/facts.ts";
import type { Tx } from "../db/transact.ts";
import { isRefusal } from "../kernel/refusal.ts";
import type { AgreedLine, OrderStatus, ReasonCode } from "../partners/threads/agreement.ts";
import { sayOnThread } from "../partners/threads/threadActivities.ts";
import { activeLines, type Cycle, confirmCycle, tellProgress } from "./cycle.ts";
import { type Desk, publishCycle } from "./publishActions.ts";
import { applySaid, type ReceivedOrder, type Said, stateOf, type WhenSilent, writeStatus } from "./received.ts";
import { countReceived, listAgreed, saveReceived } from "./receivedStore.ts";
import { loadCycle, setTellAt } from "./store.ts";
import { collect, isReached, publishable, tellAt } from "./threshold.ts";

/** Accepts the latest Offer: held until it is confirmed. */
export function acceptOffer(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  note: string | null,
): ReceivedOrder {
  const { offerIri, digest: offerDigest, revision, lines } = order.latest;
  return say(tx, desk, from, order, {
    kind: "accepted",
    acceptIri: mintIri(from, "activities"),
    offerIri,
    offerDigest,
    agreementIri: order.agreementIri ?? mintIri(from, "agreements"),
    thread: order.thread,
    epoch: currentEpoch(tx),
    revision,
    sequence: order.sequence + 1,
    status: "accepted",
    lines,
    note,
  });
}

/** What we could do instead. */
export type Proposal = {
  readonly lines: readonly AgreedLine[];
  readonly answerBy: number;
  readonly reason: ReasonCode | null;
  readonly note: string | null;
  readonly whenSilent: WhenSilent;
};

/** Proposes other quantities for the latest Offer; they are held for the buyer until `answerBy`. */
export function proposeInstead(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  { whenSilent, ...proposal }: Proposal,
): ReceivedOrder {
  const { offerIri, digest: offerDigest, revision } = order.latest;
  const about = { offerIri, offerDigest, revision, thread: order.thread, epoch: currentEpoch(tx) };
  const answerIri = mintIri(from, "activities");
  return say(tx, desk, from, order, { kind: "countered", answerIri, ...about, ...proposal }, whenSilent);
}

/** Refuses the latest Offer; what was agreed before it stays in force. */
export function rejectOffer(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  reason: ReasonCode,
  note: string | null = null,
): ReceivedOrder {
  const { offerIri: objectIri, digest: objectDigest } = order.latest;
  const answerIri = mintIri(from, "activities");
  const { thread } = order;
  return say(tx, desk, from, order, { kind: "rejected", answerIri, objectIri, objectDigest, thread, reason, note });
}

/** Does not let the buyer take a confirmed order back. */
export function refuseRequest(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  note: string | null,
): ReceivedOrder {
  assert(order.request, "there is a request to refuse");
  const { undoIri: objectIri, digest: objectDigest } = order.request;
  const answerIri = mintIri(from, "activities");
  const about = { objectIri, objectDigest, thread: order.thread, note };
  return say(tx, desk, from, order, { kind: "rejected", answerIri, ...about, reason: "refused-by-producer" });
}

/** Moves the agreement to its next status and says so. */
export function sayStatus(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  status: OrderStatus,
  note: string | null = null,
): ReceivedOrder {
  const said = { updateIri: mintIri(from, "activities"), epoch: currentEpoch(tx), note };
  return say(tx, desk, from, order, writeStatus(order, status, said));
}

/** Confirms an order that is agreed after its cycle's orders were confirmed, once nothing about it is open any more. */
export function confirmIfDue(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  cycle: Cycle | null,
): ReceivedOrder {
  const isOpen = order.counter !== null || order.latest.answer === null;
  if (!cycle || order.status !== "accepted" || order.isWithdrawn || isOpen) return order;
  const confirmsItself = cycle.state === "closed" && cycle.settledAt !== null && cycle.rules.confirms === "clock";
  if (cycle.state !== "confirmed" && !confirmsItself) return order;
  const confirmed = sayStatus(tx, desk, from, order, "confirmed");
  if (confirmsItself) confirmWhenAnswered(tx, desk, from, cycle);
  return confirmed;
}

/** A cycle that confirms itself is confirmed once no order in it waits for an answer. */
export function confirmWhenAnswered(tx: Tx, desk: Desk, from: LocalActor, cycle: Cycle): void {
  if ((countReceived(tx, from.id, cycle.id).get("received") ?? 0) > 0) return;
  const confirmed = confirmCycle(cycle, "clock", desk.clock.now());
  if (!isRefusal(confirmed)) publishCycle(tx, desk, from, cycle, confirmed, desk.clock.now());
}

/** Ends an order that nothing was delivered of: what is agreed is cancelled, what is not is refused. */
export function callOff(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  reason: ReasonCode,
  note: string | null,
): ReceivedOrder {
  const state = stateOf(order);
  if (order.status === "accepted" || order.status === "confirmed")
    return sayStatus(tx, desk, from, order, "cancelled", note);
  const isOpen = state === "received" || state === "countered" || (order.isWithdrawn && order.latest.answer === null);
  return isOpen ? rejectOffer(tx, desk, from, order, reason, note) : order;
}

function say(
  tx: Tx,
  desk: Desk,
  from: LocalActor,
  order: ReceivedOrder,
  message: Said,
  whenSilent?: WhenSilent,
): ReceivedOrder {
  sayOnThread(desk, tx, { from, peer: order.buyer, message });
  crashPoint(`saying-${message.kind}`);
  const after = applySaid(order, message, desk.clock.now(), whenSilent);
  saveReceived(tx, after);
  noteProgress(tx, desk, from, after.cycleId);
  return after;
}

/** After what is held in a cycle changed: has the common minimum and what is left told at once or when its turn comes. */
export function noteProgress(tx: Tx, desk: Desk, from: LocalActor, cycleId: string | null): void {
  const cycle = cycleId === null ? undefined : loadCycle(tx, from.id, cycleId);
  if (!cycle || (cycle.state !== "open" && cycle.state !== "frozen")) return;
  const { threshold } = cycle.rules;
  if (!threshold && activeLines(cycle).every((line) => line.availableThousandths === null)) return;
  const now = desk.clock.now();
  const told = cycle.toldAt === null ? null : { at: cycle.toldAt, isReached: cycle.progress?.missingThousandths === 0 };
  const isReachedNow =
    threshold !== null && isReached(threshold, collect(threshold, listAgreed(tx, from.id, cycle.id)));
  const due = tellAt(told, isReachedNow, now);
  if (due <= now) tellNow(tx, desk, from, cycle);
  else if (cycle.tellAt === null || due < cycle.tellAt) setTellAt(tx, cycle.id, due);
}

/** Tells what is collected and left, to whom the cycle was announced. */
export function tellNow(tx: Tx, desk: Desk, from: LocalActor, cycle: Cycle): void {
  const { threshold } = cycle.rules;
  const now = desk.clock.now();
  const progress = threshold && publishable(threshold, collect(threshold, listAgreed(tx, from.id, cycle.id)));
  publishCycle(tx, desk, from, cycle, tellProgress(cycle, progress, now), now);
}
