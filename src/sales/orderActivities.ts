// What a producer hears on the threads of its orders, and what it does about it of itself. PROTOCOL.md 6.1 to 6.4,
// SAFETY I13, I15, I18 and B15.
import { type LocalActor, sells } from "../activitypub/actor.ts";
import type { Arrival } from "../activitypub/inbox.ts";
import { isOrderLaneHeld } from "../activitypub/laneStore.ts";
import { mintIri } from "../activitypub/outbox.ts";
import { loadActor } from "../activitypub/store.ts";
import type { TellPeople } from "../catalogs/certificateActions.ts";
import { crashPoint } from "../db/crashPoint.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { refuseNewOrder } from "../partners/pacts/pactStore.ts";
import { BUYER_KINDS, type MessageKind, type MessageOf, type ReasonCode } from "../partners/threads/agreement.ts";
import {
  type Recalled,
  type Standing,
  sayOnThread,
  type ThreadListener,
} from "../partners/threads/threadActivities.ts";
import { decide } from "./answer.ts";
import { type Basis, basisOf, findBasis } from "./basisStore.ts";
import { isTooLate } from "./deadline.ts";
import type { Desk } from "./publishActions.ts";
import { applySaid, hearOffer, hearWithdrawal, type ReceivedOrder, stateOf } from "./received.ts";
import { listRestored, loadNote, loadReceived, saveNote, saveReceived } from "./receivedStore.ts";
import { acceptOffer, callOff, confirmIfDue, refuseRequest, rejectOffer, sayStatus } from "./sellerActions.ts";
import { tellSale } from "./tellActions.ts";
import { listOutages } from "./wakeStore.ts";

/** Why an Offer that we would accept is refused after all, and what its buyer reads about it. */
/** Why not: `reason` and `note` for the buyer, `refusal` for the person here who would have said yes. */
export type Unheld = { readonly reason: ReasonCode; readonly note: string; readonly refusal: Refusal };

/**
 * Asked before an Offer is accepted, by itself or by hand, in its transaction: null where it may be, and then what it wrote stands with the Accept.
 * `before`: the order until this Offer came.
 */
export type Hold = (tx: Tx, order: ReceivedOrder, before: ReceivedOrder | null) => Unheld | null;

type Heard<Kind extends MessageKind> = {
  readonly from: LocalActor;
  readonly arrival: Arrival;
  readonly message: MessageOf<Kind>;
};

const HELD_BY_NOBODY: Hold = () => null;

/**
 * The producer's side of order threads: what it hears, and what it takes up again after a restore. `tell` null: nobody is written to.
 * `hold`: who else must be able to hold an Offer.
 */
export function salesListener(desk: Desk, tell: TellPeople | null = null, hold: Hold = HELD_BY_NOBODY): ThreadListener {
  return {
    hears: BUYER_KINDS,
    says: ["accepted", "countered", "rejected", "status", "delivery-note"],
    receive: (tx, arrival, message, standing) => {
      const from = arrival.receiver;
      if (!from || !sells(from.kind)) return { refused: "wrong-party" };
      switch (message.kind) {
        case "order": {
          const isKnown = loadReceived(tx, from.id, message.thread) !== undefined;
          const done = takeOffer(tx, desk, { from, arrival, message }, standing, hold);
          if (!standing.isAnswered && !standing.isWithdrawn) tellOffer(tx, tell, from, message, isKnown);
          return done;
        }
        case "withdrawn":
          return takeWithdrawal(tx, desk, { from, arrival, message }, standing, tell);
        case "note-accepted":
        case "note-disputed":
          return takeNoteAnswer(tx, desk, { from, arrival, message }, tell);
        default:
          return { refused: "wrong-party" };
      }
    },
    suspect: (tx, { actorId, message, at }) => {
      const order = loadReceived(tx, actorId, message.thread);
      if (!order) return;
      saveReceived(tx, { ...order, doubt: message.kind, updatedAt: at });
      const from = loadActor(tx, actorId);
      const news = {
        thread: message.thread,
        news: "doubt",
        key: `${message.thread} ${order.latest.revision}`,
      } as const;
      if (from) tellSale(tx, tell, from, news);
    },
    recall: takeUpAgain,
  };
}

function tellOffer(
  tx: Tx,
  tell: TellPeople | null,
  from: LocalActor,
  { thread, epoch, revision }: MessageOf<"order">,
  isKnown: boolean,
): void {
  tellSale(tx, tell, from, { thread, news: isKnown ? "changed" : "new", key: `${thread} ${epoch} ${revision}` });
}

/** Our own words, found again at the partner: the state follows from them, and nothing is sent. */
function takeUpAgain(tx: Tx, { actorId, message, standing, at }: Recalled): void {
  const order = loadReceived(tx, actorId, message.thread);
  if (!order) return;
  switch (message.kind) {
    case "delivery-note":
      recallNote(tx, order, message, at);
      return;
    case "accepted":
    case "countered":
    case "rejected":
    case "status": {
      const after = applySaid(order, message, at);
      const { epoch, sequence, status } = order;
      // An Accept that comes back after later news of its agreement counts for the text in force alone.
      const isLate = message.kind === "accepted" && !standing.movesStatus && status !== null;
      saveReceived(tx, isLate ? { ...after, epoch, sequence, status } : after);
    }
  }
}

function takeOffer(
  tx: Tx,
  desk: Desk,
  { from, arrival, message }: Heard<"order">,
  standing: Standing,
  hold: Hold,
): "applied" {
  const { sender, digest, receivedAt: now } = arrival;
  const before = loadReceived(tx, from.id, message.thread) ?? null;
  // A partner without a pact in force begins nothing; what runs goes on under its own terms (PROTOCOL 7, SAFETY B44).
  const stranger = before?.agreed ? null : refuseNewOrder(tx, from.id, sender.id);
  if (stranger && !standing.isWithdrawn && !standing.isAnswered)
    return turnAway(tx, desk, { from, arrival, message }, stranger);
  const basis = findBasis(tx, from.id, { buyer: sender.id, before, lines: message.lines });
  const { cycleId, priceDeltaHundredthsPercent, pickup } = basis;
  const first = { actorId: from.id, buyer: sender.id, cycleId, priceDeltaHundredthsPercent, pickup };
  const order = { ...hearOffer(before, message, digest, first, now), priceDeltaHundredthsPercent };
  saveReceived(tx, order);
  crashPoint("offer-heard");
  // Our own answer was found with it: it comes by `recall`.
  if (standing.isAnswered) return "applied";
  if (standing.isWithdrawn) {
    const isNew = before === null;
    rejectOffer(tx, desk, from, isNew ? { ...order, isWithdrawn: true } : order, "withdrawn");
    return "applied";
  }
  // After a restore nothing is promised until the partners were asked what was promised before (SAFETY I17).
  if (isOrderLaneHeld(tx, from.id)) saveReceived(tx, { ...order, waiting: ["restored"] });
  // Where two texts exclude each other nothing more is promised by itself until a person has looked (SAFETY I4).
  else if (order.doubt !== null) saveReceived(tx, { ...order, waiting: ["by-hand"] });
  else answerOffer(tx, desk, from, { before, order, basis, hold }, now);
  return "applied";
}

/** Answers the Offers that came while partners were being asked, and whose answer did not come back. */
export function answerHeldOffers(desk: Desk, hold: Hold): void {
  for (const { actorId, thread } of listRestored(desk.db.orm, AT_ONCE))
    transact(desk.db, (tx) => {
      const from = loadActor(tx, actorId);
      const order = loadReceived(tx, actorId, thread);
      if (!from || order?.latest.answer !== null || order.doubt !== null || isOrderLaneHeld(tx, actorId)) return;
      const offered = { before: order, order: { ...order, waiting: [] }, basis: basisOf(tx, order), hold };
      answerOffer(tx, desk, from, offered, order.latest.receivedAt);
    });
}

const AT_ONCE = 100;

type Offered = {
  readonly before: ReceivedOrder | null;
  readonly order: ReceivedOrder;
  readonly basis: Basis;
  readonly hold: Hold;
};

function answerOffer(tx: Tx, desk: Desk, from: LocalActor, { before, order, basis, hold }: Offered, now: number): void {
  const isOver = before !== null && before.status !== null && before.status !== "accepted";
  const late = isOver ? ("closed" as const) : refuseMoment(tx, before, basis, now);
  const counter = before?.counter ?? null;
  const reason = late !== null && counter !== null && !isOver ? null : late;
  if (reason) return void rejectOffer(tx, desk, from, order, reason);
  const decision = decide(order.latest.lines, {
    terms: basis.terms,
    answers: basis.cycle?.rules.answers ?? "automatic",
    minimumOrderCents: basis.minimumOrderCents,
    counter,
    isClosed: late !== null,
  });
  if (decision.decision === "reject") rejectOffer(tx, desk, from, order, decision.reason);
  else if (decision.decision === "wait") saveReceived(tx, { ...order, waiting: decision.why });
  else {
    const unheld = hold(tx, order, before);
    if (unheld) rejectOffer(tx, desk, from, order, unheld.reason, unheld.note);
    else confirmIfDue(tx, desk, from, acceptOffer(tx, desk, from, order, null), basis.cycle);
  }
}

/** Why no order comes in at this moment, for the cycle it is about. PROTOCOL 6.4. */
function refuseMoment(tx: Tx, before: ReceivedOrder | null, { cycle }: Basis, now: number): ReasonCode | null {
  if (!cycle) return null;
  if (before?.counter && now < before.counter.answerBy && cycle.state !== "cancelled" && cycle.state !== "open")
    return "closed";
  if (cycle.state === "frozen") return "frozen";
  if (cycle.state !== "open" && cycle.state !== "closed") return "closed";
  return cycle.settledAt !== null || isTooLate(cycle.closesAt, listOutages(tx, now), now) ? "closed" : null;
}

/** Says no without keeping an order of it: whoever has no pact fills no list of ours. */
function turnAway(tx: Tx, desk: Desk, { from, arrival, message }: Heard<"order">, reason: ReasonCode): "applied" {
  const { offerIri: objectIri, thread } = message;
  const answerIri = mintIri(from, "activities");
  const rejected = { kind: "rejected", answerIri, objectIri, objectDigest: arrival.digest, thread, reason, note: null };
  sayOnThread(desk, tx, { from, peer: arrival.sender.id, message: rejected as MessageOf<"rejected"> });
  return "applied";
}

function takeWithdrawal(
  tx: Tx,
  desk: Desk,
  { from, arrival, message }: Heard<"withdrawn">,
  standing: Standing,
  tell: TellPeople | null,
): "applied" {
  const before = loadReceived(tx, from.id, message.thread);
  // Its Offer has not come: the kept message is its tombstone (PROTOCOL 6.3.8).
  if (!before || stateOf(before) === "cancelled") return "applied";
  const order = hearWithdrawal(before, message, arrival.digest, arrival.receivedAt);
  saveReceived(tx, order);
  if (standing.isAnswered) return "applied";
  if (order.isWithdrawn) callOff(tx, desk, from, order, "withdrawn", null);
  // From `shipped` on nothing can be taken back: the goods are on their way.
  else if (order.status !== "confirmed") {
    refuseRequest(tx, desk, from, order, null);
    return "applied";
  }
  const news = order.isWithdrawn ? "withdrawn" : "asked-back";
  tellSale(tx, tell, from, { thread: order.thread, news, key: message.undoIri });
  return "applied";
}

function takeNoteAnswer(
  tx: Tx,
  desk: Desk,
  { from, arrival, message }: Heard<"note-accepted" | "note-disputed">,
  tell: TellPeople | null,
): "applied" | Refusal {
  const note = loadNote(tx, from.id, message.thread);
  let order = loadReceived(tx, from.id, message.thread);
  if (!note || !order || note.documentIri !== message.documentIri) return { refused: "not-owner" };
  const isGood = message.kind === "note-accepted";
  const updatedAt = arrival.receivedAt;
  saveNote(tx, { ...note, state: isGood ? "accepted" : "disputed", answer: message.text, updatedAt });
  saveReceived(tx, { ...order, updatedAt });
  crashPoint("note-answer-heard");
  if (!isGood) {
    const key = `${note.documentIri} ${note.epoch} ${note.sequence}`;
    tellSale(tx, tell, from, { thread: order.thread, news: "disputed", key, words: message.text ?? "" });
    return "applied";
  }
  if (order.status === "confirmed" || order.status === "shipped") order = sayStatus(tx, desk, from, order, "delivered");
  if (order.status === "delivered") sayStatus(tx, desk, from, order, "closed");
  return "applied";
}

function recallNote(tx: Tx, order: ReceivedOrder, message: MessageOf<"delivery-note">, at: number): void {
  const { documentIri, sequence, epoch, fulfilments, charges } = message;
  const { actorId, thread } = order;
  const before = loadNote(tx, actorId, thread);
  const id = before?.id ?? documentIri.slice(documentIri.lastIndexOf("/") + 1);
  const createdAt = before?.createdAt ?? at;
  const said = { documentIri, sequence, epoch, fulfilments, charges };
  saveNote(tx, { id, actorId, thread, ...said, state: "sent", answer: null, createdAt, updatedAt: at });
}
