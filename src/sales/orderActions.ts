// What a producer does about an order: answer it line by line, move it on, call it off, hand it over. One synchronous
// transaction each. PROTOCOL.md sections 6.1 and 6.3.
import { randomBytes } from "node:crypto";
import { type LocalActor, sells } from "../activitypub/actor.ts";
import { mintIri } from "../activitypub/outbox.ts";
import { loadActor } from "../activitypub/store.ts";
import { crashPoint } from "../db/crashPoint.ts";
import { currentEpoch } from "../db/facts.ts";
import { type Tx, transact } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { type AgreedLine, type Charge, isSameText } from "../partners/threads/agreement.ts";
import { sayOnThread } from "../partners/threads/threadActivities.ts";
import { changeLines, checkLines, type LineWish } from "./answer.ts";
import { basisOf } from "./basisStore.ts";
import { type DeliveryNote, fulfil, noteIri } from "./deliveryNote.ts";
import type { Hold } from "./orderActivities.ts";
import type { Desk } from "./publishActions.ts";
import { type Act, actsOn, isToBePaid, type ReceivedOrder, STATUS_OF, type WhenSilent } from "./received.ts";
import { loadNote, loadReceived, saveNote, saveReceived } from "./receivedStore.ts";
import { DEFAULT_RULES } from "./saleRules.ts";
import {
  acceptOffer,
  callOff,
  confirmIfDue,
  proposeInstead,
  refuseRequest,
  rejectOffer,
  sayStatus,
} from "./sellerActions.ts";
import { loadCycle } from "./store.ts";

/** An order, and the `updatedAt` that the person saw: when another hand was faster, `stale-version` and nothing changes. */
export type OrderKey = { readonly actorId: string; readonly thread: string; readonly seenUpdatedAt?: number };

/**
 * A person's answer to the latest Offer. `mayOverdraw`: give it although more is promised than there is (I15). A change that
 * changes nothing is a yes, one that leaves nothing is a no. `note` is a message to the group, "" for none.
 */
export type OrderAnswer =
  | { readonly kind: "accept"; readonly mayOverdraw: boolean; readonly note: string }
  | {
      readonly kind: "change";
      readonly wishes: readonly LineWish[];
      readonly mayOverdraw: boolean;
      readonly whenSilent: WhenSilent;
      readonly note: string;
    }
  | { readonly kind: "refuse"; readonly note: string };

/**
 * Answers an order. Refuses `not-found`, `stale-version`, `to-verify`, `wrong-state`, `not-available` (with the lines),
 * `bad-lines` (a line that is a mistake of the buyer's), `invalid-wishes` (with `faults`), and what `hold` says of a yes.
 */
export function answerOrder(
  desk: Desk,
  key: OrderKey,
  answer: OrderAnswer,
  hold: Hold = () => null,
): ReceivedOrder | Refusal {
  return onOrder(desk, key, (tx, from, order) => {
    const note = textOf(answer.note);
    const { cycle, terms } = basisOf(tx, order);
    if (answer.kind === "refuse") {
      if (!actsOn(order).includes("answer")) return wrongState(order);
      return confirmIfDue(tx, desk, from, rejectOffer(tx, desk, from, order, "refused-by-producer", note), cycle);
    }
    const { lines } = order.latest;
    const changed = answer.kind === "accept" ? { lines } : changeLines(lines, answer.wishes, terms, answer.mayOverdraw);
    if ("faults" in changed) return { refused: "invalid-wishes", faults: changed.faults };
    if (isSameText(changed.lines, lines)) {
      if (!actsOn(order).includes("answer")) return wrongState(order);
      const faults = checkLines(lines, terms);
      if (faults.some(({ fault }) => fault !== "not-available")) return { refused: "bad-lines", faults };
      if (faults.length > 0 && !answer.mayOverdraw) return { refused: "not-available", faults };
      const unheld = hold(tx, order, order);
      if (unheld) return unheld.refusal;
      return confirmIfDue(tx, desk, from, acceptOffer(tx, desk, from, order, note), cycle);
    }
    return propose(tx, desk, from, order, { ...answer, note, lines: changed.lines });
  });
}

type Change = {
  readonly kind: string;
  readonly lines: readonly AgreedLine[];
  readonly note: string | null;
  readonly whenSilent?: WhenSilent;
};

function propose(tx: Tx, desk: Desk, from: LocalActor, order: ReceivedOrder, change: Change): ReceivedOrder | Refusal {
  const { lines, note, whenSilent = "confirm" } = change;
  if (lines.length === 0) {
    if (order.agreed)
      return actsOn(order).includes("cancel")
        ? callOff(tx, desk, from, order, "not-available", note)
        : wrongState(order);
    return actsOn(order).includes("answer")
      ? rejectOffer(tx, desk, from, order, "not-available", note)
      : wrongState(order);
  }
  if (!actsOn(order).includes("counter")) return wrongState(order);
  const cycle = order.cycleId === null ? undefined : loadCycle(tx, order.actorId, order.cycleId);
  const { answerHours } = cycle?.rules ?? DEFAULT_RULES;
  const answerBy = desk.clock.now() + answerHours * 3_600_000;
  return proposeInstead(tx, desk, from, order, { lines, answerBy, reason: "not-available", note, whenSilent });
}

/** Confirms, ships, delivers, closes or cancels. Refuses `not-found`, `stale-version`, `to-verify`, `wrong-state`. */
export function moveOrder(
  desk: Desk,
  key: OrderKey,
  act: keyof typeof STATUS_OF,
  note: string,
): ReceivedOrder | Refusal {
  return onOrder(desk, key, (tx, from, order) =>
    actsOn(order).includes(act) ? sayStatus(tx, desk, from, order, STATUS_OF[act], textOf(note)) : wrongState(order),
  );
}

/** Answers a buyer that asks to take a confirmed order back. Refuses `not-found`, `stale-version`, `wrong-state`. */
export function answerRequest(desk: Desk, key: OrderKey, isGranted: boolean, note: string): ReceivedOrder | Refusal {
  return onOrder(desk, key, (tx, from, order) => {
    const acts = actsOn(order);
    if (!acts.includes("answer-request")) return wrongState(order);
    if (!isGranted) return refuseRequest(tx, desk, from, order, textOf(note));
    return acts.includes("cancel") ? sayStatus(tx, desk, from, order, "cancelled", textOf(note)) : wrongState(order);
  });
}

/** Says at which delivery of the cycle the group comes. Nothing leaves the node. Refuses `not-found`, `no-such-delivery`. */
export function choosePickup(desk: Desk, key: OrderKey, pickup: number | null): ReceivedOrder | Refusal {
  return onOrder(desk, key, (tx, _from, order) => {
    const cycle = order.cycleId === null ? undefined : loadCycle(tx, order.actorId, order.cycleId);
    const isKnown = pickup === null || cycle?.deliveries.some(({ number }) => number === pickup);
    if (!isKnown) return { refused: "no-such-delivery" };
    const after = { ...order, pickup, updatedAt: desk.clock.now() };
    saveReceived(tx, after);
    return after;
  });
}

/** Notes that the group has paid, or that it has not after all. Nothing leaves the node. Refuses `not-found`, `stale-version`, `wrong-state`. */
export function markPaid(desk: Desk, key: OrderKey, isPaid: boolean): ReceivedOrder | Refusal {
  return onOrder(desk, key, (tx, _from, order) => {
    if (!isToBePaid(order)) return wrongState(order);
    const now = desk.clock.now();
    const after = { ...order, paidAt: isPaid ? (order.paidAt ?? now) : null, updatedAt: now };
    saveReceived(tx, after);
    return after;
  });
}

/** A person has looked at two texts that exclude each other; what is in force stays. Refuses `not-found`, `stale-version`. */
export function settleDoubt(desk: Desk, key: OrderKey): ReceivedOrder | Refusal {
  return onOrder(
    desk,
    key,
    (tx, _from, order) => {
      const after = { ...order, doubt: null, updatedAt: desk.clock.now() };
      saveReceived(tx, after);
      return after;
    },
    true,
  );
}

/** What came: thousandths by line IRI (a line left out came as agreed), and what is due beside the goods. */
export type NoteWish = {
  readonly deliveredByLine: ReadonlyMap<string, number>;
  readonly charges: readonly Charge[];
};

/**
 * Writes the delivery note, or replaces it by a newer one. Refuses `not-found`, `stale-version`, `to-verify`, `wrong-state`,
 * `invalid-wishes` (with `faults`).
 */
export function writeDeliveryNote(desk: Desk, key: OrderKey, wish: NoteWish): DeliveryNote | Refusal {
  let note: DeliveryNote | null = null;
  const done = onOrder(desk, key, (tx, from, order) => {
    if (!actsOn(order).includes("note") || !order.agreed || !order.agreementIri) return wrongState(order);
    const fulfilled = fulfil(order.agreed.lines, wish.deliveredByLine);
    if ("faults" in fulfilled) return { refused: "invalid-wishes", faults: fulfilled.faults };
    const before = loadNote(tx, from.id, order.thread);
    const now = desk.clock.now();
    const id = before?.id ?? encodeId(randomBytes(16));
    const documentIri = before?.documentIri ?? noteIri(from.id, id);
    const counted = { sequence: (before?.sequence ?? 0) + 1, epoch: currentEpoch(tx) };
    const content = { fulfilments: fulfilled.fulfilments, charges: wish.charges };
    const { thread, agreementIri } = order;
    const activityIri = mintIri(from, "activities");
    const said = { activityIri, documentIri, agreementIri, thread, ...counted, url: documentIri, ...content };
    sayOnThread(desk, tx, { from, peer: order.buyer, message: { kind: "delivery-note", ...said } });
    const written = { state: "sent", answer: null, createdAt: before?.createdAt ?? now, updatedAt: now } as const;
    note = { id, actorId: from.id, thread, documentIri, ...counted, ...content, ...written };
    saveNote(tx, note);
    crashPoint("note-written");
    const after = { ...order, updatedAt: now };
    saveReceived(tx, after);
    return after;
  });
  return isRefusal(done) ? done : note!;
}

type Deed = (tx: Tx, from: LocalActor, order: ReceivedOrder) => ReceivedOrder | Refusal;

function onOrder(desk: Desk, key: OrderKey, act: Deed, isAboutDoubt = false): ReceivedOrder | Refusal {
  const { actorId, thread, seenUpdatedAt } = key;
  return transact(desk.db, (tx) => {
    const from = loadActor(tx, actorId);
    const order = loadReceived(tx, actorId, thread);
    if (!from || !sells(from.kind) || !order) return { refused: "not-found" };
    if (seenUpdatedAt !== undefined && seenUpdatedAt !== order.updatedAt) return { refused: "stale-version" };
    // With money nothing is guessed: first a person looks at what excludes each other (PROTOCOL 1.7).
    if (order.doubt !== null && !isAboutDoubt) return { refused: "to-verify" };
    return act(tx, from, order);
  });
}

function wrongState(order: ReceivedOrder): Refusal {
  return { refused: "wrong-state", acts: actsOn(order) satisfies Act[] };
}

function textOf(note: string): string | null {
  const text = note.trim();
  return text === "" ? null : text;
}
