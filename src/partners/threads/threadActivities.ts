// How messages about orders arrive and leave, for both sides alike: read strictly, proven with the pinned key, judged by
// what is known of the thread, kept with their bytes; then the room that sells or buys does what it must. PROTOCOL 6.
import assert from "node:assert/strict";
import type { LocalActor } from "../../activitypub/actor.ts";
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import { digestOf } from "../../activitypub/proof.ts";
import { loadKeys } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { onOrderChannel, refuseUnproven } from "../pacts/pactActivities.ts";
import { listPinnedKeys, loadPinnedKey } from "../pacts/pactStore.ts";
import { isSameText, type MessageKind, type MessageOf, speakerOf, type ThreadMessage } from "./agreement.ts";
import { writeThreadMessage } from "./agreementDocument.ts";
import { kindOf, readThreadMessage } from "./readAgreement.ts";
import { factsOf, judge } from "./threadRules.ts";
import { keepThreadMessage, listThreadFacts, loadThreadMessage, recipientOf, sidesWith } from "./threadStore.ts";

/** How a message stands to its thread beyond being new. */
export type Standing = {
  /** False for an Accept that came after later news: it counts for the text in force, not for the status. */
  readonly movesStatus: boolean;
  /** An Offer on a thread that was taken back: it is kept, and answered with Reject `withdrawn`. PROTOCOL 6.3.8. */
  readonly isWithdrawn: boolean;
  /** After a restore: our own answer comes back right after it by `recall`. Nothing is to be said again (A34). */
  readonly isAnswered: boolean;
};

/** A thread on which two texts exclude each other; `message` is the one that came second and was not taken. */
export type Doubt = {
  readonly actorId: string;
  readonly peer: string;
  readonly message: ThreadMessage;
  readonly at: number;
};

/** Something our actor said, forgotten by a restore and found again, with our own proof, at the partner it was said to. */
export type Recalled<Kind extends MessageKind = MessageKind> = {
  readonly actorId: string;
  readonly peer: string;
  readonly message: MessageOf<Kind>;
  readonly digest: string;
  readonly standing: Standing;
  readonly at: number;
};

/** What a room does about the messages it listens to. Each function runs in the transaction of the arrival. */
export type ThreadListener<Heard extends MessageKind = MessageKind, Said extends MessageKind = MessageKind> = {
  readonly hears: readonly Heard[];
  readonly says: readonly Said[];
  /** A new, proven message, already kept. A refusal undoes everything, the keeping too. */
  receive(tx: Tx, arrival: Arrival, message: MessageOf<Heard>, standing: Standing): "applied" | Refusal;
  /** Marks the thread "da verificare". It may come for a thread the room does not know. SAFETY I4. */
  suspect(tx: Tx, doubt: Doubt): void;
  /** Takes up again what our actor said before a restore; already kept, nothing is to be sent. */
  recall(tx: Tx, recalled: Recalled<Said>): void;
};

const TYPES = ["Offer", "Accept", "TentativeAccept", "TentativeReject", "Reject", "Undo", "Create", "Update"];
const OBJECT_TYPES = ["Agreement", "Document", null];

/**
 * The rule by which a room hears its messages of the order channel. Refuses `not-addressed`, `unreadable-order`, `no-pact`
 * (no key was ever pinned), `wrong-party` (a seller's word from a buyer), `bad-proof`, `not-owner` (another's thread),
 * `result-differs` (an Accept of other goods or amounts than offered), `digest-differs`, `stale`, `conflict`.
 */
export function onThreadChannel<Heard extends MessageKind>(listener: ThreadListener<Heard>): InboxRule {
  const rule = onOrderChannel(TYPES, OBJECT_TYPES, (tx, arrival) => {
    const heard = examine(tx, arrival, listener.hears);
    return "message" in heard ? take(tx, arrival, heard, listener) : heard.outcome;
  });
  const alarm = (tx: Tx, arrival: Arrival) => {
    const heard = examine(tx, arrival, listener.hears);
    if (!("message" in heard)) return;
    const { receiver, message } = heard;
    listener.suspect(tx, { actorId: receiver.id, peer: arrival.sender.id, message, at: arrival.receivedAt });
  };
  return { ...rule, alarm };
}

type Heard = { readonly message: ThreadMessage; readonly receiver: LocalActor; readonly provenBy: string };

/** Reads and proves: what can be said without knowing the thread's course. */
function examine(tx: Tx, arrival: Arrival, kinds: readonly MessageKind[]): Heard | { readonly outcome: Outcome } {
  const { activity, sender, receiver } = arrival;
  const refuse = (refused: string, facts = {}) => ({ outcome: { refused, ...facts } });
  const kind = kindOf(activity);
  if (kind === null || !kinds.includes(kind)) return { outcome: "not-mine" };
  if (!receiver) return refuse("not-addressed");
  const message = readThreadMessage(activity);
  if ("bad" in message) return refuse("unreadable-order", { member: message.bad });
  // The pinned key serves threads that outlive a suspended or ended pact (PROTOCOL 7).
  const pinned = arrival.isReread ? findProver(tx, receiver.id, arrival) : loadPinnedKey(tx, receiver.id, sender.id);
  if (!pinned) return refuse("no-pact");
  const hearer = speakerOf(kind) === "buyer" ? "seller" : "buyer";
  if (!sidesWith(tx, receiver.id, sender.id).includes(hearer)) return refuse("wrong-party");
  const forged = refuseUnproven(arrival, { owner: sender.id, ...pinned });
  if (forged) return { outcome: forged };
  return { message, receiver, provenBy: pinned.multibase };
}

/** Old keys stay for old documents: of all that were ever pinned, the one the proof names. PROTOCOL 6.5. */
function findProver(tx: Tx, actorId: string, { activity: { proof }, sender }: Arrival) {
  const keys = listPinnedKeys(tx, actorId, sender.id);
  return keys.find(({ keyId }) => isJsonObject(proof) && proof.verificationMethod === keyId) ?? keys[0];
}

function take<Kind extends MessageKind>(
  tx: Tx,
  arrival: Arrival,
  { message, receiver, provenBy }: Heard,
  listener: ThreadListener<Kind>,
): Outcome {
  const { sender, bytes, digest, receivedAt } = arrival;
  const known = listThreadFacts(tx, receiver.id, message.thread);
  if (known.some(({ peer }) => peer !== sender.id)) return { refused: "not-owner" };
  const verdict = judge(known, message, digest);
  switch (verdict.verdict) {
    case "repeated":
      return "applied";
    case "early":
      return { parkedFor: verdict.before };
    case "foreign":
      return { refused: "digest-differs" };
    case "stale":
    case "conflict":
      return { refused: verdict.verdict };
  }
  const differs = refuseOtherText(tx, receiver.id, message);
  if (differs) return differs;
  const { id: actorId } = receiver;
  const name = { actorId, thread: message.thread, peer: sender.id, direction: "in" } as const;
  keepThreadMessage(tx, { ...name, ...factsOf(message, digest), bytes, provenBy, at: receivedAt });
  const standing = standingOf(verdict, arrival.isAnswered);
  return listener.receive(tx, arrival, message as MessageOf<Kind>, standing);
}

/** How a message that `judge` lets through stands to its thread. */
export function standingOf(verdict: ReturnType<typeof judge>, isAnswered = false): Standing {
  const isWithdrawn = verdict.verdict === "withdrawn";
  return { isWithdrawn, movesStatus: verdict.verdict === "fresh" && verdict.movesStatus, isAnswered };
}

/** An Accept says what was offered, line by line; it is never a way to change it. PROTOCOL 6.1. */
function refuseOtherText(tx: Tx, actorId: string, message: ThreadMessage): Refusal | null {
  if (message.kind !== "accepted") return null;
  const kept = loadThreadMessage(tx, actorId, message.offerIri);
  const offer = kept && readThreadMessage(JSON.parse(kept.bytes.toString("utf8")));
  const isSame = offer && "kind" in offer && offer.kind === "order" && isSameText(offer.lines, message.lines);
  return isSame ? null : { refused: "result-differs" };
}

/** A message with who says it and to whom. */
export type Saying = { readonly from: LocalActor; readonly peer: string; readonly message: ThreadMessage };

/**
 * Says something on a thread, in the caller's transaction: written, proven, frozen, owed to the peer, kept. The caller has
 * checked that it may be said; what the rules would not take from another is a bug here. Gives the digest by which answers
 * name it (PROTOCOL 6.3.5).
 */
export function sayOnThread(
  wire: Pick<Wire, "post" | "clock">,
  tx: Tx,
  { from, peer, message }: Saying,
): { readonly digest: string; readonly activity: JsonObject } {
  const now = wire.clock.now();
  const recipient = recipientOf(tx, from.id, peer);
  assert(recipient, "orders are between partners");
  const written = writeThreadMessage(message, from, peer);
  const read = readThreadMessage(written);
  assert(!("bad" in read), `what we write ourselves can be read: ${"bad" in read ? read.bad : ""}`);
  const { thread } = message;
  const letter = { from, activity: written, thread, isPublic: false, isProven: true, recipients: [recipient], now };
  const activity = wire.post(tx, { ...letter, lane: "order" });
  const digest = digestOf(activity);
  const { verdict } = judge(listThreadFacts(tx, from.id, thread), message, digest);
  assert.equal(verdict, "fresh", `${message.kind} may be said now`);
  const name = { actorId: from.id, thread, peer, direction: "out" } as const;
  const provenBy = provingKey(tx, from.id, activity);
  const bytes = Buffer.from(JSON.stringify(activity));
  keepThreadMessage(tx, { ...name, ...factsOf(message, digest), bytes, provenBy, at: now });
  return { digest, activity };
}

function provingKey(tx: Tx, actorId: string, { proof }: JsonObject): string {
  const keyId = isJsonObject(proof) ? proof.verificationMethod : null;
  const key = loadKeys(tx, actorId).find(({ id }) => id === keyId);
  assert(key, "what we post is proven with a key of ours");
  return key.publicKey;
}
