// What the producer's signed letters do to an order, each in the transaction of its arrival, and what people answer to them.
// What a letter may say was judged by partners; what it means for us is decided here. PROTOCOL 6, SAFETY I2, I5, I6, I16, I18.
import { isOrderLaneHeld } from "../../activitypub/laneStore.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { canBecome, type MessageOf, totalOf } from "../../partners/threads/agreement.ts";
import { readThreadMessage } from "../../partners/threads/readAgreement.ts";
import type { Standing } from "../../partners/threads/threadActivities.ts";
import { loadRejectionOf } from "../../partners/threads/threadStore.ts";
import { type Act, type Buying, keep, type OrderKey, onOrder, step } from "../changeActions.ts";
import { freeHouseholds, offerLinesNow } from "../closeActions.ts";
import {
  type Agreement,
  type Counter,
  listCounters,
  listDeliveryNotes,
  loadAgreement,
  loadLastOffer,
  loadOfferByIri,
  markOfferRefused,
  saveAgreement,
  saveCounter,
  saveDeliveryNote,
  settleCounters,
} from "../dealingStore.ts";
import { withNoteCharges } from "../delivery/noteCharges.ts";
import type { Order } from "../order.ts";
import { loadOffer } from "../sourceStore.ts";
import { loadOrderOfThread, markAsked } from "../store.ts";
import { withdrawNow } from "../withdrawActions.ts";
import { allotAgreed } from "./allotActions.ts";
import { judgeCounter } from "./counter.ts";

/** States in which what was agreed may still become another text. */
const AMENDABLE: readonly Order["state"][] = ["sent", "confirmed"];

/** A letter of the producer about an order of ours, with when it came. */
export type Letter<Kind extends Heard> = {
  readonly message: MessageOf<Kind>;
  readonly actorId: string;
  readonly standing: Standing;
  readonly at: number;
};
export type Heard = "accepted" | "countered" | "rejected" | "status" | "delivery-note";

/** Takes a letter that was proven and judged new. A thread whose order is not here is kept by partners alone. */
export function takeLetter(buying: Buying, tx: Tx, letter: Letter<Heard>): "applied" | Refusal {
  const { message, actorId, at } = letter;
  const order = loadOrderOfThread(tx, actorId, message.thread);
  if (!order) return "applied";
  const act: Act = { buying, tx, mover: "producer", personId: null, now: at };
  // It has spoken.
  markAsked(tx, order.id, null);
  switch (message.kind) {
    case "accepted":
      return takeAccept(act, order, letter as Letter<"accepted">);
    case "countered":
      return takeCounterLetter(act, order, letter as Letter<"countered">);
    case "rejected":
      return takeRejection(act, order, message);
    case "status":
      return takeStatus(act, order, message);
    case "delivery-note":
      return takeNote(act, order, message);
  }
}

function takeAccept(act: Act, order: Order, { message, standing }: Letter<"accepted">): "applied" | Refusal {
  const { tx, now } = act;
  const offer = loadOfferByIri(tx, order.id, message.offerIri);
  if (!offer) return ask(act, order, "to-verify");
  const before = loadAgreement(tx, order.id);
  const moves = standing.movesStatus || !before;
  const agreement: Agreement = {
    agreementIri: message.agreementIri,
    acceptIri: message.acceptIri,
    epoch: offer.epoch,
    revision: offer.revision,
    sellerEpoch: moves ? message.epoch : before.sellerEpoch,
    sequence: moves ? message.sequence : before.sequence,
    status: moves ? message.status : before.status,
    note: message.note ?? before?.note ?? null,
    paymentUrl: before?.paymentUrl ?? null,
    lines: offer.lines,
    totalCents: offer.totalCents,
    at: now,
  };
  saveAgreement(tx, order, agreement);
  settleCounters(tx, order.id, "lapsed", now);
  // A withdrawn order stays withdrawn: the producer answers our Undo by itself (I16).
  if (order.state === "cancelled") return "applied";
  if (agreement.status === "cancelled") return callOff(act, order, message.note);
  if (!AMENDABLE.includes(order.state)) {
    // Taken back meanwhile: it is in force until the next revision is agreed. Goods that came are another matter.
    const isGone = ["closed", "open", "completing"].includes(order.state);
    return isGone ? "applied" : ask(act, order, "to-verify");
  }
  allotAgreed(act, order, { ...agreement, text: offer.lines });
  const agreed =
    order.state === "sent"
      ? step(act, order, "confirmed")
      : keep(act, order, { ...order, ...answered(order) }, "agreed-again");
  return isRefusal(agreed) ? agreed : "applied";
}

/** What a person was asked is settled by what came since; only "to-verify" waits for somebody to verify. */
function answered({ needsPerson }: Order): Pick<Order, "needsPerson"> {
  return { needsPerson: needsPerson === "to-verify" ? needsPerson : null };
}

function takeCounterLetter(act: Act, order: Order, { message, standing }: Letter<"countered">): "applied" | Refusal {
  const { tx, now } = act;
  const offer = loadOfferByIri(tx, order.id, message.offerIri);
  if (!offer) return ask(act, order, "to-verify");
  const { answerIri, answerBy, reason, lines } = message;
  const { epoch, revision } = offer;
  const counter: Counter = {
    ...{ epoch, revision, answerIri, answerBy, reason, lines, totalCents: totalOf(lines) },
    ...{ state: "open", at: now, settledAt: null },
  };
  saveCounter(tx, order, counter);
  // Found again after a restore together with our own answer: that comes next, and nothing is said twice.
  if (order.state === "cancelled" || standing.isAnswered) return "applied";
  const verdict = judgeCounter(order, offer.lines, lines);
  const isTaken = verdict.verdict === "take" && AMENDABLE.includes(order.state) && now < answerBy;
  // While a restore waits for what partners know, or a person must look, nothing is promised by itself.
  const isHeld = order.needsPerson === "to-verify" || isOrderLaneHeld(tx, order.actorId);
  if (!isTaken || isHeld) return ask(act, order, "counter");
  settleCounters(tx, order.id, "taken", now);
  keep(act, order, { ...offerLinesNow(act, order, verdict.lines), ...answered(order) }, "counter-taken");
  return "applied";
}

/**
 * Takes a counter by itself that was heard while a restore was asking partners what they know, or while a person had to verify the order:
 * where nothing holds it any more and the policies say so. Else the person who was asked decides, as before.
 */
export function takeHeldCounter(act: Act, order: Order): void {
  const weighed = weighCounter(act.tx, order);
  if (!weighed || order.needsPerson !== "counter" || isOrderLaneHeld(act.tx, order.actorId)) return;
  const { counter, verdict } = weighed;
  if (verdict.verdict !== "take" || !AMENDABLE.includes(order.state) || act.now >= counter.answerBy) return;
  settleCounters(act.tx, order.id, "taken", act.now);
  keep(act, order, { ...offerLinesNow(act, order, verdict.lines), ...answered(order) }, "counter-taken");
}

function takeRejection(act: Act, order: Order, message: MessageOf<"rejected">): "applied" | Refusal {
  const { tx } = act;
  const { objectIri, reason } = message;
  const offer = loadOfferByIri(tx, order.id, objectIri);
  // It refuses our Undo: the order stands as it was confirmed.
  if (!offer) return order.state === "cancelled" ? "applied" : ask(act, order, "undo-refused");
  markOfferRefused(tx, objectIri, reason);
  const isLast = loadLastOffer(tx, order.id)?.offerIri === objectIri;
  if (!isLast || order.state === "cancelled") return "applied";
  settleCounters(tx, order.id, "lapsed", act.now);
  if (order.state !== "sent") return ask(act, order, "revision-refused");
  // Nothing is in force: it is closed again, and a person decides. Else the revision before stays in force (PROTOCOL 6.3.4).
  if (loadAgreement(tx, order.id)) {
    const kept = step(act, order, "confirmed", reason);
    return isRefusal(kept) ? kept : ask(act, kept, "revision-refused");
  }
  const closed = step(act, order, "closed", reason);
  return isRefusal(closed) ? closed : ask(act, closed, "refused");
}

function takeStatus(act: Act, order: Order, message: MessageOf<"status">): "applied" | Refusal {
  const { tx, now } = act;
  const before = loadAgreement(tx, order.id);
  if (!before || before.agreementIri !== message.agreementIri) return ask(act, order, "to-verify");
  const { sequence, status, note, paymentUrl } = message;
  if (before.status !== status && !canBecome(before.status, status)) return ask(act, order, "to-verify");
  saveAgreement(tx, order, {
    ...before,
    sellerEpoch: message.epoch,
    sequence,
    status,
    note: note ?? before.note,
    paymentUrl: paymentUrl ?? before.paymentUrl,
    at: now,
  });
  if (status === "cancelled") return callOff(act, order, note);
  // The text in force is what the status is about; another one would mean that the two sides hold different orders.
  if (message.revision !== before.revision) return ask(act, order, "to-verify");
  if (status === "confirmed" && listCounters(tx, order.id).some(({ state }) => state === "open")) {
    settleCounters(tx, order.id, "lapsed", now);
    if (order.needsPerson === "counter") keep(act, order, { ...order, needsPerson: null });
  }
  return "applied";
}

/** The producer calls it off: until goods have come nobody owes anything. */
function callOff(act: Act, order: Order, note: string | null): "applied" | Refusal {
  settleCounters(act.tx, order.id, "lapsed", act.now);
  if (order.state === "cancelled") return "applied";
  if (order.state === "closed" || order.state === "open" || order.state === "completing")
    return ask(act, order, "cancelled-by-producer");
  const cancelled = step(act, order, "cancelled", note?.trim().slice(0, 500) || "cancelled-by-producer");
  if (isRefusal(cancelled)) return ask(act, order, "to-verify");
  freeHouseholds(act, order);
  return "applied";
}

function takeNote(act: Act, order: Order, message: MessageOf<"delivery-note">): "applied" | Refusal {
  const { documentIri, activityIri, epoch, sequence, url, fulfilments, charges } = message;
  // What came is told in the lines and units that were agreed: another unit would be read as ours (PROTOCOL 6.1).
  const units = new Map(loadAgreement(act.tx, order.id)?.lines.map(({ lineIri, unit }) => [lineIri, unit]));
  if (units.size > 0 && fulfilments.some(({ lineIri, unit }) => units.get(lineIri) !== unit))
    return { refused: "note-differs" };
  saveDeliveryNote(act.tx, order, {
    ...{ documentIri, activityIri, epoch, sequence, url, fulfilments, charges },
    answer: null,
    at: act.now,
  });
  // Members were charged already: whether anything changes is for a person.
  const isCharged = order.state === "delivered" || order.state === "archived";
  if (isCharged) return ask(act, order, "note-after-delivery");
  const bearing = bearNote(act.tx, order);
  if (bearing !== order) keep(act, order, bearing);
  return "applied";
}

/** The order with what the newest note of who leads it for us charges beside the goods; any other order as it is. */
export function bearNote(tx: Tx, order: Order): Order {
  const [note] = listDeliveryNotes(tx, order.id);
  if (!note || loadOffer(tx, order)?.copy?.collectsFor === undefined) return order;
  const modifiers = withNoteCharges(order.modifiers, note.charges, totalOf(note.fulfilments));
  return JSON.stringify(modifiers) === JSON.stringify(order.modifiers) ? order : { ...order, modifiers };
}

/** Leaves the order as it is and asks a person. */
function ask(act: Act, order: Order, needsPerson: string): "applied" {
  const isGraver = order.needsPerson === "to-verify";
  keep(act, order, { ...order, needsPerson: isGraver ? order.needsPerson : needsPerson });
  return "applied";
}

/** What a person sees of an open counter: what it says, and what taking it would send, or why that cannot be. */
export function weighCounter(tx: Tx, order: Order) {
  const counter = listCounters(tx, order.id).find(({ state }) => state === "open");
  const offer = counter && loadLastOffer(tx, order.id);
  if (!counter || !offer) return null;
  return { counter, offer, verdict: judgeCounter(order, offer.lines, counter.lines) };
}

/** What the producer wrote when it refused the last thing we sent; null where it wrote nothing, or did not refuse it. */
export function refusalNote(tx: Tx, { id, actorId, thread }: Order): string | null {
  const offer = loadLastOffer(tx, id);
  if (thread === null || !offer || offer.refusedFor === null) return null;
  const kept = loadRejectionOf(tx, actorId, thread, offer.offerIri);
  const message = kept && readThreadMessage(JSON.parse(kept.bytes.toString("utf8")));
  return message && "kind" in message && message.kind === "rejected" ? message.note : null;
}

/**
 * Takes what the producer offers instead: the next revision goes out with those lines. Refuses `not-found`, `stale-version`,
 * `asking-partners` (after a restore, until they were read: it may have been answered already), `no-counter`, `counter-lapsed`,
 * `counter-unfit` (no Offer of ours can say it: unknown lines, other prices), `wrong-state`.
 */
export function takeCounter(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) => {
    if (isOrderLaneHeld(act.tx, order.actorId)) return { refused: "asking-partners" };
    const weighed = weighCounter(act.tx, order);
    if (!weighed) return { refused: "no-counter" };
    if (!AMENDABLE.includes(order.state)) return { refused: "wrong-state", state: order.state };
    if (weighed.counter.answerBy <= act.now) return { refused: "counter-lapsed" };
    const { lines } = weighed.verdict;
    if (lines === null || lines.length === 0) return { refused: "counter-unfit" };
    settleCounters(act.tx, order.id, "taken", act.now);
    return keep(act, order, { ...offerLinesNow(act, order, lines), ...answered(order) }, "counter-taken");
  });
}

/**
 * Does not take it. Where a revision is in force that one stays; else the order is withdrawn with this reason. Refuses
 * `not-found`, `stale-version`, `asking-partners`, `no-counter`, `no-reason`.
 */
export function refuseCounter(buying: Buying, key: OrderKey, reason: string): Order | Refusal {
  return onOrder(buying, key, (act, order) => {
    if (isOrderLaneHeld(act.tx, order.actorId)) return { refused: "asking-partners" };
    if (!weighCounter(act.tx, order)) return { refused: "no-counter" };
    const inForce = loadAgreement(act.tx, order.id);
    if (!inForce) {
      const withdrawn = withdrawNow(act, order, reason);
      if (!isRefusal(withdrawn)) settleCounters(act.tx, order.id, "refused", act.now);
      return withdrawn;
    }
    settleCounters(act.tx, order.id, "refused", act.now);
    return keep(act, order, { ...order, ...answered(order) });
  });
}

/** The producer said yes by another way: what was sent counts as agreed. Refuses `not-found`, `stale-version`, `wrong-state`, `counter-waits`. */
export function confirmByHand(buying: Buying, key: OrderKey, reason: string | null = null): Order | Refusal {
  return onOrder(buying, key, (act, order) => {
    const offer = loadLastOffer(act.tx, order.id);
    if (!offer) return { refused: "wrong-state", state: order.state };
    if (weighCounter(act.tx, order)) return { refused: "counter-waits" };
    const confirmed = step(act, order, "confirmed", reason);
    if (isRefusal(confirmed)) return confirmed;
    const { epoch, revision, totalCents, lines: text } = offer;
    allotAgreed(act, confirmed, { acceptIri: null, epoch, revision, totalCents, text });
    return confirmed;
  });
}

/** A person looked at what differs and says that the order stands as it is here. Refuses `not-found`, `nothing-to-verify`. */
export function markVerified(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) =>
    order.needsPerson === null ? { refused: "nothing-to-verify" } : keep(act, order, { ...order, needsPerson: null }),
  );
}
