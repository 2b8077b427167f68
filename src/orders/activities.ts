// How the producers' letters reach an order, and what a restore finds of ours again. PROTOCOL 6, SAFETY I17.
import type { Arrival } from "../activitypub/inbox.ts";
import type { Tx } from "../db/transact.ts";
import { type MessageOf, totalOf } from "../partners/threads/agreement.ts";
import type { Doubt, Recalled, Standing, ThreadListener } from "../partners/threads/threadActivities.ts";
import { words } from "../web/words.ts";
import { type Heard, takeLetter } from "./answers/answerActions.ts";
import { type Act, type Buying, keep } from "./changeActions.ts";
import { insertSentOffer, loadOfferByIri, markNoteAnswered, markOfferRefused, settleCounters } from "./dealingStore.ts";
import { moveOrder, type Order } from "./order.ts";
import { FOUND_AGAIN, recoverOrder } from "./recovered.ts";
import { listKnownGoods, loadSource } from "./sourceStore.ts";
import { insertOrder, loadOrder, loadOrderOfThread, logMove } from "./store.ts";

const SAYS = ["order", "withdrawn", "note-accepted", "note-disputed"] as const;
type Said = (typeof SAYS)[number];
const ORDER_NAME = /\/orders\/([a-z2-7]{26})\/r\d+$/;

/** What a group hears and says about its orders. */
export function ordersListener(buying: Buying): ThreadListener {
  // Only the kinds that are listed reach these functions.
  return {
    hears: ["accepted", "countered", "rejected", "status", "delivery-note"],
    says: SAYS,
    receive: (tx: Tx, { receiver, receivedAt }: Arrival, message, standing: Standing) =>
      takeLetter(buying, tx, {
        message: message as MessageOf<Heard>,
        actorId: receiver?.id ?? "",
        standing,
        at: receivedAt,
      }),
    suspect: (tx, doubt) => suspect(buying, tx, doubt),
    recall: (tx, recalled) => recall(buying, tx, recalled as Recalled<Said>),
  };
}

/** The two sides hold different words: nothing is guessed, a person looks. */
function suspect(buying: Buying, tx: Tx, { actorId, message, at }: Doubt): void {
  const order = loadOrderOfThread(tx, actorId, message.thread);
  if (order) keep(actAt(buying, tx, at), order, { ...order, needsPerson: "to-verify" });
}

/** Something we said and forgot with a restore. It is known again, nothing is sent, and a person sees the order. */
function recall(buying: Buying, tx: Tx, recalled: Recalled<Said>): void {
  const { actorId, message, digest, at } = recalled;
  const order =
    loadOrderOfThread(tx, actorId, message.thread) ??
    (message.kind === "order" ? (orderNamedBy(tx, actorId, message) ?? findAgain(tx, recalled, at)) : undefined);
  if (!order) return;
  const act = actAt(buying, tx, at);
  if (message.kind === "order") recallOffer(act, order, message, digest);
  else if (message.kind === "withdrawn") {
    markOfferRefused(tx, message.offerIri, "withdrawn");
    keep(act, order, { ...order, needsPerson: "to-verify" });
  } else {
    const answer = message.kind === "note-accepted" ? "accepted" : "disputed";
    markNoteAnswered(tx, order.id, message.documentIri, answer);
  }
}

/** The order that an Offer names in its Agreement, where its thread was forgotten with the rest. */
function orderNamedBy(tx: Tx, actorId: string, { agreementIri }: MessageOf<"order">): Order | undefined {
  const [, id] = ORDER_NAME.exec(agreementIri) ?? [];
  const order = id === undefined ? undefined : loadOrder(tx, actorId, id);
  return order?.thread === null ? order : undefined;
}

/**
 * An order that was made after the backup: the producer counts on it, so it stands here again with what was sent. Its baskets are lost and
 * not invented (SAFETY A33).
 */
function findAgain(tx: Tx, { actorId, peer, message }: Recalled<Said>, now: number): Order | undefined {
  if (message.kind !== "order" || !message.agreementIri.startsWith(`${actorId}/orders/`)) return undefined;
  const [, id] = ORDER_NAME.exec(message.agreementIri) ?? [];
  if (id === undefined || loadOrder(tx, actorId, id)) return undefined;
  const [, cycleIri = null] = /^(.+\/cycles\/[a-z2-7]{26})\/\d+$/.exec(message.lines[0]?.lineIri ?? "") ?? [];
  const order = recoverOrder(message.lines, {
    ...{ id, actorId, producerId: peer, cycleIri, now },
    name: words("it")("orders.foundAgain"),
    goods:
      cycleIri === null
        ? (loadSource(tx, actorId, { producerId: peer, cycleIri }, now)?.goods ?? [])
        : listKnownGoods(tx, { actorId, producerId: peer, cycleIri }),
  });
  insertOrder(tx, order, { createdBy: null, madeFrom: null, recurrenceId: null });
  const { state } = order;
  logMove(tx, order, { from: state, to: state, mover: "system", personId: null, reason: FOUND_AGAIN, at: now });
  return order;
}

function recallOffer(act: Act, order: Order, message: MessageOf<"order">, digest: string): void {
  const { tx, now } = act;
  const { offerIri, agreementIri, thread, epoch, revision, lines } = message;
  if (loadOfferByIri(tx, order.id, offerIri)) return;
  insertSentOffer(tx, order, {
    ...{ epoch, revision, offerIri, offerDigest: digest, agreementIri, lines, totalCents: totalOf(lines) },
    sentAt: now,
    refusedFor: null,
  });
  settleCounters(tx, order.id, "taken", now);
  const linked = { ...order, thread, revision: Math.max(order.revision, revision) };
  const sent = moveOrder(linked, "sent", "system", now);
  // What members booked after the backup is lost: where it was still open, they are told and a person decides.
  keep(act, order, { ...("refused" in sent ? linked : sent), needsPerson: "to-verify" });
}

function actAt(buying: Buying, tx: Tx, now: number): Act {
  return { buying, tx, mover: "system", personId: null, now };
}
