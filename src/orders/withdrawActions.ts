// Calling an order off, and what we say to a delivery note: the other things a group signs. PROTOCOL 6.1.
import assert from "node:assert/strict";
import { mintIri } from "../activitypub/outbox.ts";
import { loadActor } from "../activitypub/store.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sayOnThread } from "../partners/threads/threadActivities.ts";
import { isWithdrawn } from "../partners/threads/threadRules.ts";
import { listThreadFacts, loadThreadMessage } from "../partners/threads/threadStore.ts";
import { type Act, type Buying, keep, type OrderKey, onOrder, step } from "./changeActions.ts";
import { freeHouseholds } from "./closeActions.ts";
import { listDeliveryNotes, loadAgreement, loadLastOffer, markNoteAnswered, markOfferRefused } from "./dealingStore.ts";
import { moveOrder, type Order } from "./order.ts";

/**
 * Calls an order off, saying why; members owe nothing. A producer that was sent it hears so in the same moment. Once it has
 * confirmed the order this is a request: the order stays until it agrees, and `needsPerson` is "undo-asked". Refuses
 * `not-found`, `stale-version`, `wrong-state`, `no-reason`, `undo-asked` (it was asked already).
 */
export function cancelOrder(buying: Buying, key: OrderKey, reason: string): Order | Refusal {
  return onOrder(buying, key, (act, order) => withdrawNow(act, order, reason));
}

/** The same inside a transaction. */
export function withdrawNow(act: Act, order: Order, reason: string): Order | Refusal {
  const { tx } = act;
  const moved = moveOrder(order, "cancelled", act.mover, act.now, reason);
  if (isRefusal(moved)) return moved;
  const agreement = loadAgreement(tx, order.id);
  const isFirm = agreement !== undefined && agreement.status !== "accepted" && agreement.status !== "cancelled";
  const isAsked = order.thread !== null && isWithdrawn(listThreadFacts(tx, order.actorId, order.thread));
  if (isFirm && order.state !== "arrived") {
    if (isAsked) return { refused: "undo-asked" };
    sayUndo(act, order);
    return keep(act, order, { ...order, needsPerson: "undo-asked" }, reason);
  }
  if (!isAsked && !isFirm) sayUndo(act, order);
  const cancelled = step(act, order, "cancelled", reason);
  if (!isRefusal(cancelled)) freeHouseholds(act, order);
  return cancelled;
}

function sayUndo({ buying, tx }: Act, order: Order): void {
  const offer = loadLastOffer(tx, order.id);
  // What was never sent, or refused and nothing else in force, has nobody to hear it.
  if (!offer || order.thread === null || (offer.refusedFor !== null && !loadAgreement(tx, order.id))) return;
  const from = loadActor(tx, order.actorId);
  assert(from, "an order belongs to an actor");
  const { offerIri, offerDigest } = offer;
  const undoIri = mintIri(from, "activities");
  const message = { kind: "withdrawn", undoIri, offerIri, offerDigest, thread: order.thread } as const;
  sayOnThread(buying, tx, { from, peer: order.producerId, message });
  markOfferRefused(tx, offerIri, "withdrawn");
}

/**
 * Says to the producer that the goods came as its note says, or what is wrong with it. Refuses `not-found`, `no-such-note`,
 * `no-reason` (a complaint says what), `note-answered` (accepted already).
 */
export function answerNote(
  buying: Buying,
  key: OrderKey,
  answer: { readonly documentIri: string; readonly isAccepted: boolean; readonly text: string },
): { answered: "accepted" | "disputed" } | Refusal {
  return onOrder(buying, key, ({ tx }, order) => {
    const note = listDeliveryNotes(tx, order.id).find(({ documentIri }) => documentIri === answer.documentIri);
    const kept = note && loadThreadMessage(tx, order.actorId, note.activityIri);
    const from = loadActor(tx, order.actorId);
    if (!note || !kept || !from || order.thread === null) return { refused: "no-such-note" };
    if (note.answer === "accepted") return { refused: "note-answered" };
    const text = answer.text.trim();
    if ((!answer.isAccepted && text === "") || text.length > 500) return { refused: "no-reason" };
    const said = {
      kind: answer.isAccepted ? ("note-accepted" as const) : ("note-disputed" as const),
      answerIri: mintIri(from, "activities"),
      documentIri: note.documentIri,
      documentDigest: kept.digest,
      thread: order.thread,
      text: text === "" ? null : text,
    };
    sayOnThread(buying, tx, { from, peer: order.producerId, message: said });
    const answered = answer.isAccepted ? "accepted" : "disputed";
    markNoteAnswered(tx, order.id, note.documentIri, answered);
    return { answered };
  });
}
