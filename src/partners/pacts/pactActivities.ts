// How messages about a pact arrive: read strictly, proven with the pinned key, applied by the same rules on both sides.
// What is refused here leaves no trace but the log. PROTOCOL 6.3, 6.5 and 7, SAFETY I13 and B59.

import { readId } from "../../activitypub/activityShape.ts";
import { type LocalActor, type RemoteActor, sells } from "../../activitypub/actor.ts";
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import { verifyProof } from "../../activitypub/proof.ts";
import { loadKeys } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { announceNewerKey } from "../keys/keyActions.ts";
import { applyMessage, type PactKey, type PactMessage, type Party, stateOf } from "./pact.ts";
import { pinPeer } from "./pactActions.ts";
import { isSameAgreement, type ReadRelationship, readRelationship } from "./pactDocument.ts";
import { mustAskFirst } from "./pactRecallActions.ts";
import {
  countProposals,
  type HeldPact,
  insertPactMessage,
  type KeptMessage,
  listOpenPacts,
  loadPact,
  loadPactMessage,
  loadPinnedKey,
  savePact,
} from "./pactStore.ts";
import { findBadBetween } from "./terms.ts";

/** Proposals of one host that may wait for an answer of one actor (SAFETY B40). */
const MOST_PROPOSALS_PER_HOST = 20;

/** The rules by which messages about pacts arrive, on the order channel only. */
export function pactInboxRules(wire: Wire): InboxRule[] {
  return [
    onOrderChannel(["Offer"], ["Relationship"], takeOffer),
    onOrderChannel(["Accept", "Reject"], [null], (tx, arrival) => takeAnswer(wire, tx, arrival)),
    onOrderChannel(["Update"], ["Relationship"], takeHalf),
    onOrderChannel(["Undo"], [null], takeUndo),
  ];
}

/** A rule of the order channel. `receive` hears only what is addressed to the receiver alone. */
export function onOrderChannel(
  types: string[],
  objectTypes: (string | null)[],
  receive: InboxRule["receive"],
): InboxRule {
  const heard: InboxRule["receive"] = (tx, arrival) => {
    if (!isForOne(arrival)) return { refused: "not-addressed" };
    const outcome = receive(tx, arrival);
    return isOfNoPact(outcome) && mustAskFirst(tx, arrival) ? { later: "asking-partners" } : outcome;
  };
  return { channel: "order", types, objectTypes, receive: heard };
}

// What is answered to whoever has no pact with us, and what waits for one.
function isOfNoPact(outcome: Outcome): boolean {
  if (typeof outcome !== "object") return false;
  return "parkedFor" in outcome || (isRefusal(outcome) && ["no-pact", "unknown-pact"].includes(outcome.refused));
}

// The gate has seen to this over HTTP; between actors of one node it is seen to here.
function isForOne({ activity: { to }, receiver }: Arrival): boolean {
  return receiver !== null && Array.isArray(to) && to.length === 1 && to[0] === receiver.id;
}

function takeOffer(tx: Tx, arrival: Arrival): Outcome {
  const { activity, sender, receiver, digest } = arrival;
  if (!receiver) return { refused: "not-addressed" };
  const read = readRelationship(activity.object, sender.id);
  if ("bad" in read) return { refused: "unreadable-pact", member: read.bad };
  const held = loadPact(tx, receiver.id, read.iri);
  const stranger = refuseStranger(tx, { sender, receiver, read, held });
  if (stranger) return stranger;
  const key = keyOf(sender.id, read.keys);
  const forged = refuseUnproven(arrival, key) ?? refuseContext(activity, read.iri);
  if (forged) return forged;
  const message: PactMessage = {
    kind: "offered",
    by: partyOf(read, sender.id),
    thread: { iri: read.iri, buyer: read.buyer, seller: read.seller },
    half: read.half,
    revision: read.revision,
    offerIri: String(activity.id),
    offerDigest: digest,
    terms: read.terms,
    keys: read.keys,
    endsAt: read.endsAt,
  };
  const kept = { kind: "offer", number: read.revision, provenBy: key.multibase } as const;
  return apply(tx, arrival, receiver, held, message, kept);
}

type Proposed = { sender: RemoteActor; receiver: LocalActor; read: ReadRelationship; held: HeldPact | undefined };

/** Who may propose what to whom, and under which keys. */
function refuseStranger(tx: Tx, { sender, receiver, read, held }: Proposed): Refusal | null {
  const { buyer, seller, keys, iri } = read;
  if (held ? held.peer !== sender.id : new URL(iri).origin !== new URL(sender.id).origin)
    return { refused: "not-owner" };
  if (![buyer, seller].includes(receiver.id)) return { refused: "not-addressed" };
  const kinds = buyer === receiver.id ? [receiver.kind, sender.kind] : [sender.kind, receiver.kind];
  if (kinds[0] !== "gas" || !sells(kinds[1])) return { refused: "wrong-party" };
  if (findBadBetween(kinds[1] ?? null, read.terms)) return { refused: "bad-terms" };
  const ours = keyOf(receiver.id, keys);
  const theirs = keyOf(sender.id, keys);
  const own = loadKeys(tx, receiver.id).find(({ id, publicKey }) => id === ours.keyId && publicKey === ours.multibase);
  const isLive = listOpenPacts(tx, receiver.id, sender.id).some(({ state }) => state === "live");
  if (!own || (own.retiredAt !== null && !isLive)) return { refused: "wrong-keys" };
  // Between partners only the pinned key speaks, whatever the actor document says by now (SAFETY B59).
  const pinned = isLive ? loadPinnedKey(tx, receiver.id, sender.id) : undefined;
  const isKnown = pinned
    ? pinned.keyId === theirs.keyId && pinned.multibase === theirs.multibase
    : sender.ed25519Keys.some(({ id, multibase }) => id === theirs.keyId && multibase === theirs.multibase);
  if (!isKnown) return { refused: pinned ? "bad-proof" : "wrong-keys" };
  // Who closes takes no proposal; the pact it has ends by itself.
  if (receiver.retiredAt !== null) return { refused: "actor-retired" };
  if (held) return null;
  const host = new URL(sender.id).host;
  return countProposals(tx, receiver.id, host) >= MOST_PROPOSALS_PER_HOST ? { refused: "too-many-requests" } : null;
}

function takeAnswer(wire: Wire, tx: Tx, arrival: Arrival): Outcome {
  const found = findAbout(tx, arrival, "offer");
  if (!found) return "not-mine";
  const { held, receiver, about } = found;
  const { activity, sender } = arrival;
  const { objectDigest, reasonCode } = activity;
  const key = expectedKey(tx, held);
  const forged = refuseUnproven(arrival, key) ?? refuseContext(activity, held.pact.iri);
  if (forged) return forged;
  if (typeof objectDigest !== "string") return { refused: "unreadable-pact", member: "objectDigest" };
  const by = partyOf(held.pact, sender.id);
  const base = { by, offerIri: about.activityIri, objectDigest };
  const kept = { number: about.number, provenBy: key.multibase } as const;
  if (activity.type === "Reject") {
    const reason = typeof reasonCode === "string" && /^[a-z-]{1,40}$/.test(reasonCode) ? reasonCode : null;
    if (reason === null) return { refused: "unreadable-pact", member: "reasonCode" };
    const message: PactMessage = { kind: "rejected", ...base, rejectIri: String(activity.id), reason };
    return apply(tx, arrival, receiver, held, message, { kind: "reject", ...kept });
  }
  const result = readRelationship(activity.result, sender.id);
  if ("bad" in result) return { refused: "unreadable-pact", member: `result/${result.bad}` };
  const offered = held.pact.revisions.find(({ offerIri }) => offerIri === about.activityIri);
  if (!offered) return { refused: "stale" };
  if (!isSameThread(result, held) || !isSameAgreement(result, offered)) return { refused: "result-differs" };
  const message: PactMessage = { kind: "accepted", ...base, acceptIri: String(activity.id), half: result.half };
  const outcome = apply(tx, arrival, receiver, held, message, { kind: "accept", ...kept });
  // Both keys stood in our own proposal: with the Accept they are pinned on this side too.
  if (outcome === "applied" && held.state !== "live") {
    pinPeer(tx, held, offered.keys, arrival.receivedAt);
    announceNewerKey(wire, tx, held);
  }
  return outcome;
}

function takeHalf(tx: Tx, arrival: Arrival): Outcome {
  const { activity, sender, receiver } = arrival;
  if (!receiver) return { refused: "not-addressed" };
  const read = readRelationship(activity.object, sender.id);
  if ("bad" in read) return { refused: "unreadable-pact", member: read.bad };
  const held = loadPact(tx, receiver.id, read.iri);
  if (!held) {
    // Its Offer may still be on the way: nothing happens until that has come and was proven.
    const isBetweenUs = [read.buyer, read.seller].includes(receiver.id);
    return isBetweenUs ? { parkedFor: read.half.relationshipIri } : { refused: "unknown-pact" };
  }
  if (held.peer !== sender.id || !isSameThread(read, held)) return { refused: "not-owner" };
  const key = expectedKey(tx, held);
  const forged = refuseUnproven(arrival, key) ?? refuseContext(activity, read.iri);
  if (forged) return forged;
  const revision = held.pact.revisions.find((one) => one.revision === read.revision);
  if (revision && !isSameAgreement(read, revision)) return { refused: "conflict" };
  const message: PactMessage = { kind: "half-changed", by: partyOf(read, sender.id), half: read.half };
  const kept = { kind: "update", number: read.half.sequence, provenBy: key.multibase } as const;
  return apply(tx, arrival, receiver, held, message, kept);
}

function takeUndo(tx: Tx, arrival: Arrival): Outcome {
  const { activity, sender, receiver } = arrival;
  const objectIri = readId(activity.object);
  const iri = typeof activity.context === "string" ? activity.context : "";
  const held = receiver ? loadPact(tx, receiver.id, iri) : undefined;
  if (!receiver || !held || objectIri === null) return "not-mine";
  if (held.peer !== sender.id) return { refused: "not-owner" };
  const key = expectedKey(tx, held);
  const forged = refuseUnproven(arrival, key);
  if (forged) return forged;
  const message: PactMessage = { kind: "undone", by: partyOf(held.pact, sender.id), objectIri };
  return apply(tx, arrival, receiver, held, message, { kind: "undo", number: 0, provenBy: key.multibase });
}

/** Our kept message that this one answers, with its pact, if the sender is the peer it was sent to. */
export function findAbout(tx: Tx, { activity, sender, receiver }: Arrival, kind: KeptMessage["kind"]) {
  const objectIri = readId(activity.object);
  const about = receiver && objectIri !== null ? loadPactMessage(tx, receiver.id, objectIri) : undefined;
  if (!receiver || about?.kind !== kind) return null;
  const held = loadPact(tx, receiver.id, about.iri);
  return held && held.peer === sender.id ? { held, receiver, about } : null;
}

/** The key that must have made the peer's proof: the pinned one, or, before any is, the one its proposal names. */
export function expectedKey(tx: Tx, { actorId, peer, pact, state }: HeldPact): PactKey {
  const pinned = state === "proposed" ? undefined : loadPinnedKey(tx, actorId, peer);
  if (pinned) return { owner: peer, keyId: pinned.keyId, multibase: pinned.multibase };
  return keyOf(peer, pact.revisions.at(-1)!.keys);
}

/** `bad-proof` unless that key, and no other, made the proof of the whole activity. */
export function refuseUnproven({ activity }: Pick<Arrival, "activity">, key: PactKey): Refusal | null {
  const { proof } = activity;
  const isIts = isJsonObject(proof) && proof.verificationMethod === key.keyId;
  return isIts && verifyProof(activity, key.multibase) ? null : { refused: "bad-proof" };
}

function refuseContext({ context }: JsonObject, iri: string): Refusal | null {
  return (context as Json) === iri ? null : { refused: "unreadable-pact", member: "context" };
}

function apply(
  tx: Tx,
  { activity, sender, bytes, digest, receivedAt }: Arrival,
  receiver: LocalActor,
  held: HeldPact | undefined,
  message: PactMessage,
  kept: Pick<KeptMessage, "kind" | "number" | "provenBy">,
): Outcome {
  const pact = applyMessage(held?.pact ?? null, message);
  if (isRefusal(pact)) return { refused: pact.refused };
  if ("parkedFor" in pact) return { parkedFor: String(pact.parkedFor) };
  if (pact === held?.pact) return { refused: "stale" };
  savePact(tx, {
    actorId: receiver.id,
    peer: sender.id,
    pact,
    inbox: sender.inbox,
    resumeAt: stateOf(pact) === "live" ? (held?.resumeAt ?? null) : null,
    createdAt: held?.createdAt ?? receivedAt,
    updatedAt: receivedAt,
  });
  const name = { actorId: receiver.id, activityIri: String(activity.id), iri: pact.iri, sender: sender.id };
  const epoch = "half" in message ? message.half.epoch : 1;
  insertPactMessage(tx, { ...name, ...kept, epoch, digest, bytes, at: receivedAt });
  return "applied";
}

function isSameThread(read: ReadRelationship, { pact }: HeldPact): boolean {
  return read.iri === pact.iri && read.buyer === pact.buyer && read.seller === pact.seller;
}

function partyOf({ buyer }: Pick<ReadRelationship, "buyer">, actor: string): Party {
  return buyer === actor ? "buyer" : "seller";
}

function keyOf(owner: string, keys: readonly PactKey[]): PactKey {
  return keys.find((key) => key.owner === owner)!;
}
