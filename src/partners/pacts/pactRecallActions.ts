// Takes back what we ourselves said about a pact and a restore forgot: from the copy at the partner, which bears our own
// proof. The partner's words come by the inbox rules. PROTOCOL 6.6, SAFETY A33 and A34.
import { readId } from "../../activitypub/activityShape.ts";
import type { RemoteActor } from "../../activitypub/actor.ts";
import type { Arrival } from "../../activitypub/inbox.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { currentEpoch } from "../../db/facts.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { listForgotten, loadReading, saveReading } from "../threads/threadStore.ts";
import { applyMessage, openRevision, type Pact, type PactMessage, type Party, stateOf } from "./pact.ts";
import { pinPeer } from "./pactActions.ts";
import { readRelationship } from "./pactDocument.ts";
import { insertPactMessage, type KeptMessage, loadPact, loadPinnedKey, savePact } from "./pactStore.ts";

/** With how many that it does not know an actor looks for what a restore forgot; strangers too can write as if there had been a pact. */
const MOST_FORGOTTEN = 100;

/**
 * Whether a letter of somebody whose pact we do not know is to be answered later: after a restore that may be forgotten, and the sender
 * is asked for its copies first. Once it was asked it is a stranger, or a partner again. SAFETY A33 and A34.
 */
export function mustAskFirst(tx: Tx, { sender, receiver, isReread }: Arrival): boolean {
  if (!receiver || isReread || !sender.isFiliera || currentEpoch(tx) === 1) return false;
  if (loadPinnedKey(tx, receiver.id, sender.id)) return false;
  const reading = loadReading(tx, receiver.id, sender.id);
  if (reading) return reading.epoch < currentEpoch(tx);
  if (listForgotten(tx, receiver.id).length >= MOST_FORGOTTEN) return false;
  const never = { cursor: null, epoch: 0, readAt: null, triedAt: 0, failure: null, releasedBy: null };
  saveReading(tx, { actorId: receiver.id, peer: sender.id, ...never });
  return true;
}

/** Something our actor said to the peer once, with the key of ours that proves it (multibase) and its digest. */
export type OwnPactWords = {
  readonly actorId: string;
  readonly peer: RemoteActor;
  readonly activity: JsonObject;
  readonly digest: string;
  readonly provenBy: string;
  readonly at: number;
};

/** Whether a message stands in the thread of a pact, so that it is none about an order. */
export function isOfPact(tx: Tx, actorId: string, { context, object }: JsonObject): boolean {
  const isOffered = typeof object === "object" && object !== null && "type" in object && object.type === "Relationship";
  return isOffered || (typeof context === "string" && loadPact(tx, actorId, context) !== undefined);
}

/**
 * Applies it by the rules of arriving messages and keeps it; nothing is sent. True when it changed what is held: what is
 * outdone by later words is left alone. Refuses `conflict` (a clone of ours spoke), `not-owner`, `unreadable-pact`.
 */
export function recallPactWords(tx: Tx, words: OwnPactWords): boolean | Refusal {
  const { actorId, peer, activity, digest, provenBy, at } = words;
  const held = loadPact(tx, actorId, String(activity.context));
  if (held && held.peer !== peer.id) return { refused: "not-owner" };
  const read = readWords(words, held?.pact);
  if (!read) return { refused: "unreadable-pact" };
  const { message, kind, number } = read;
  const pact = applyMessage(held?.pact ?? null, message);
  if (isRefusal(pact)) return pact.refused === "stale" ? false : { refused: pact.refused };
  if ("parkedFor" in pact || pact === held?.pact) return false;
  savePact(tx, {
    actorId,
    peer: peer.id,
    pact,
    inbox: held?.inbox ?? peer.inbox,
    resumeAt: stateOf(pact) === "live" ? (held?.resumeAt ?? null) : null,
    createdAt: held?.createdAt ?? at,
    updatedAt: at,
  });
  const epoch = "half" in message ? message.half.epoch : 1;
  const kept = { actorId, activityIri: String(activity.id), iri: pact.iri, sender: actorId, kind, number, epoch };
  insertPactMessage(tx, { ...kept, digest, bytes: Buffer.from(JSON.stringify(activity)), provenBy, at });
  // With our yes to its first proposal the peer's key was pinned.
  const accepted = held?.state === "proposed" && stateOf(pact) === "live" ? openRevision(held.pact) : null;
  if (accepted) pinPeer(tx, { actorId, peer: peer.id }, accepted.keys, at);
  return true;
}

type Read = { readonly message: PactMessage; readonly kind: KeptMessage["kind"]; readonly number: number };

function readWords({ actorId, peer, activity, digest }: OwnPactWords, pact: Pact | undefined): Read | null {
  const { type, object, result, objectDigest, reasonCode } = activity;
  const id = String(activity.id);
  if (type === "Offer" || type === "Update") {
    const read = readRelationship(object, actorId);
    if ("bad" in read || read.iri !== activity.context || ![read.buyer, read.seller].includes(peer.id)) return null;
    const { iri, buyer, seller, half, revision, terms, keys, endsAt } = read;
    const by = partyOf(read, actorId);
    if (type === "Update")
      return { message: { kind: "half-changed", by, half }, kind: "update", number: half.sequence };
    const draft = { revision, offerIri: id, offerDigest: digest, terms, keys, endsAt };
    return {
      message: { kind: "offered", by, thread: { iri, buyer, seller }, half, ...draft },
      kind: "offer",
      number: revision,
    };
  }
  const objectIri = readId(object);
  if (!pact || objectIri === null) return null;
  const by = partyOf(pact, actorId);
  if (type === "Undo") return { message: { kind: "undone", by, objectIri }, kind: "undo", number: 0 };
  const number = pact.revisions.find(({ offerIri }) => offerIri === objectIri)?.revision;
  if (number === undefined || typeof objectDigest !== "string") return null;
  const about = { by, offerIri: objectIri, objectDigest };
  if (type === "Reject")
    return {
      message: { kind: "rejected", ...about, rejectIri: id, reason: String(reasonCode) },
      kind: "reject",
      number,
    };
  const answer = readRelationship(result, actorId);
  if (type !== "Accept" || "bad" in answer) return null;
  return { message: { kind: "accepted", ...about, acceptIri: id, half: answer.half }, kind: "accept", number };
}

function partyOf({ buyer }: Pick<Pact, "buyer">, actorId: string): Party {
  return buyer === actorId ? "buyer" : "seller";
}
