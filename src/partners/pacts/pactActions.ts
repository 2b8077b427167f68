// What people do to a pact: propose, accept, refuse, suspend, resume, end. Each is one synchronous transaction in
// which the new state, the signed message and what is owed to the peer are written together. PROTOCOL 7.
import assert from "node:assert/strict";
import { type LocalActor, type RemoteActor, sells } from "../../activitypub/actor.ts";
import { isOfOtherVersions } from "../../activitypub/document.ts";
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { digestOf } from "../../activitypub/proof.ts";
import { dropExpectedKey, loadActor, loadKeys, loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { currentEpoch } from "../../db/facts.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { announceNewerKey, keyKnownTo } from "../keys/keyActions.ts";
import {
  applyMessage,
  findUndoable,
  type Half,
  nextRevision,
  openRevision,
  type Pact,
  type PactKey,
  type PactMessage,
  type PactStatus,
  type Party,
  revisionInForce,
  stateOf,
} from "./pact.ts";
import { type Decider, notePact } from "./pactAuditActions.ts";
import {
  type PactEnvelope,
  writePactAccept,
  writePactOffer,
  writePactReject,
  writePactUndo,
  writePactUpdate,
  writeRelationship,
} from "./pactDocument.ts";
import {
  type HeldPact,
  insertPactMessage,
  type KeptMessage,
  listOpenPacts,
  loadPact,
  loadPactMessage,
  loadPinnedKey,
  savePact,
  savePinnedKey,
} from "./pactStore.ts";
import { findBadBetween, findBadTerm, type Terms } from "./terms.ts";

/** A proposal as a person wrote it. `as` is what our actor would be; `endsAt` is epoch ms or null. */
export type Proposal = { readonly as: Party; readonly terms: Terms; readonly endsAt: number | null };

/** One of our actor's pacts. */
export type PactName = Decider & { readonly iri: string };

/**
 * Proposes a pact to a Filiera peer, whose key its own document lists. Refuses `no-such-actor`, `actor-retired`, `blocked`,
 * `not-a-filiera-peer`, `other-version` (no version of the protocol in common), `wrong-party` (a GAS buys; a producer sells, or a GAS that leads an order), `bad-terms`, `already-partners`, `proposal-pending`.
 */
export function proposePact(
  wire: Wire,
  actorId: string,
  peer: RemoteActor,
  proposal: Proposal,
  byId?: string,
): HeldPact | Refusal {
  if (wire.isBlocked(new URL(peer.id).hostname)) return { refused: "blocked", host: new URL(peer.id).host };
  return transact(wire.db, (tx) => {
    const from = loadActor(tx, actorId);
    if (!from) return { refused: "no-such-actor" };
    const no = refuseParties(from, peer, proposal) ?? refuseSecondPact(tx, actorId, peer.id, ["proposed", "live"]);
    if (no) return no;
    const [buyer, seller] = proposal.as === "buyer" ? [actorId, peer.id] : [peer.id, actorId];
    const nothing = { revisions: [], halves: { buyer: null, seller: null }, endedBy: null };
    const pact: Pact = { iri: mintIri(from, "pacts"), buyer, seller, ...nothing };
    const now = wire.clock.now();
    const held = {
      actorId,
      peer: peer.id,
      party: proposal.as,
      pact,
      inbox: peer.inbox,
      resumeAt: null,
      createdAt: now,
    };
    const theirs = peer.ed25519Keys[0]!;
    const key = { owner: peer.id, keyId: theirs.id, multibase: theirs.multibase };
    return notePact(tx, { actorId, byId }, "proposed", offer(wire, tx, from, held, proposal, key), now);
  });
}

/**
 * Proposes new terms of a pact in force; the old ones hold until the peer accepts. Refuses `no-such-pact`, `pact-over`,
 * `proposal-pending` (the peer's waits for our answer), `bad-terms`.
 */
export function changeTerms(wire: Wire, name: PactName, change: Omit<Proposal, "as">): HeldPact | Refusal {
  return onPact(wire, name, "terms", (tx, from, held) => {
    if (held.state !== "live") return { refused: "pact-over" };
    if (from.retiredAt !== null) return { refused: "actor-retired", name: from.name };
    const open = openRevision(held.pact);
    if (open && open.offeredBy !== held.party) return { refused: "proposal-pending" };
    const sellerKind = held.party === "seller" ? from.kind : (loadRemoteActor(tx, held.peer)?.kind ?? null);
    const bad = findBadTerm(change.terms, held.pact.seller) ?? findBadBetween(sellerKind, change.terms);
    if (bad) return { refused: "bad-terms", term: bad };
    const pinned = loadPinnedKey(tx, held.actorId, held.peer);
    assert(pinned, "a pact in force has a pinned key");
    const theirs = { owner: held.peer, keyId: pinned.keyId, multibase: pinned.multibase };
    return offer(wire, tx, from, held, change, theirs);
  });
}

/**
 * Accepts the proposal that a person has read and whose fingerprint and domain they have compared with the peer by another
 * way; from now on only these keys count. Refuses `no-such-pact`, `stale-version` (another proposal by now),
 * `own-proposal`, `not-compared`, `already-partners`, `own-key-changed`.
 */
export function acceptPact(
  wire: Wire,
  name: PactName,
  answer: { readonly revision: number; readonly isCompared: boolean },
): HeldPact | Refusal {
  return onPact(wire, name, "accepted", (tx, from, held) => {
    const open = findAnswerable(held, answer.revision);
    if ("refused" in open) return open;
    if (from.retiredAt !== null) return { refused: "actor-retired", name: from.name };
    // New terms between partners come under the keys they compared once; a new pact is a new comparison (SAFETY B60).
    const isNew = held.state !== "live";
    if (isNew && !answer.isCompared) return { refused: "not-compared" };
    const second = isNew ? refuseSecondPact(tx, held.actorId, held.peer, ["live"]) : null;
    if (second) return second;
    const ours = open.keys.find(({ owner }) => owner === held.actorId);
    if (ours?.keyId !== keyKnownTo(tx, held.actorId, held.peer).keyId) return { refused: "own-key-changed" };
    const half = nextHalf(tx, held, from, open.revision);
    const { iri, buyer, seller } = held.pact;
    const { revision, terms, keys, endsAt, offerIri, offerDigest: objectDigest } = open;
    const result = writeRelationship({ iri, buyer, seller, owner: from.id, revision, terms, keys, endsAt, half });
    if (isNew) pinPeer(tx, held, open.keys, wire.clock.now());
    const accepted = say(wire, tx, from, held, {
      kind: "accept",
      number: revision,
      write: (envelope) => writePactAccept(envelope, { offerIri, objectDigest, result }),
      message: (id) => ({ kind: "accepted", by: held.party, offerIri, objectDigest, acceptIri: id, half }),
    });
    if (isNew) announceNewerKey(wire, tx, accepted);
    return accepted;
  });
}

/** Says no to a proposal; what was in force stays so. Refuses `no-such-pact`, `stale-version`, `own-proposal`. */
export function refusePact(wire: Wire, name: PactName, answer: { readonly revision: number }): HeldPact | Refusal {
  return onPact(wire, name, "refused", (tx, from, held) => {
    const open = findAnswerable(held, answer.revision);
    if ("refused" in open) return open;
    const { offerIri, offerDigest: objectDigest } = open;
    const reason = "no-pact";
    return say(wire, tx, from, held, {
      kind: "reject",
      number: open.revision,
      write: (envelope) => writePactReject(envelope, { offerIri, objectDigest, reasonCode: reason }),
      message: (id) => ({ kind: "rejected", by: held.party, offerIri, objectDigest, rejectIri: id, reason }),
    });
  });
}

/**
 * Suspends our half: no new orders, running ones go on. `until` (epoch ms) resumes it by itself, null waits for a person.
 * Refuses `no-such-pact`, `pact-over`, `already-so`.
 */
export function suspendPact(wire: Wire, name: PactName, until: number | null): HeldPact | Refusal {
  return changeHalf(wire, name, "suspended", until);
}

/** Opens our half again. Refuses `no-such-pact`, `pact-over`, `already-so`. */
export function resumePact(wire: Wire, name: PactName): HeldPact | Refusal {
  return changeHalf(wire, name, "active", null);
}

/** Ends a pact or withdraws its proposal; running orders go on. Refuses `no-such-pact`, `pact-over`, `other-proposal`. */
export function endPact(wire: Wire, name: PactName): HeldPact | Refusal {
  return onPact(wire, name, "ended", (tx, from, held) => {
    if (held.state === "ended" || held.state === "refused") return { refused: "pact-over" };
    const iri = findUndoable(held.pact, held.party);
    const undone = iri === null ? undefined : loadPactMessage(tx, held.actorId, iri);
    if (iri === null || !undone) return { refused: "other-proposal" };
    return say(wire, tx, from, held, {
      kind: "undo",
      number: 0,
      write: (envelope) => writePactUndo(envelope, { iri, objectDigest: undone.digest }),
      message: () => ({ kind: "undone", by: held.party, objectIri: iri }),
    });
  });
}

function onPact(
  wire: Wire,
  name: PactName,
  did: string,
  act: (tx: Tx, from: LocalActor, held: HeldPact) => HeldPact | Refusal,
): HeldPact | Refusal {
  return transact(wire.db, (tx) => {
    const from = loadActor(tx, name.actorId);
    const held = from && loadPact(tx, name.actorId, name.iri);
    if (!from || !held) return { refused: "no-such-pact" };
    return notePact(tx, name, did, act(tx, from, held), wire.clock.now());
  });
}

function refuseParties(from: LocalActor, peer: RemoteActor, { as, terms }: Proposal): Refusal | null {
  if (from.retiredAt !== null) return { refused: "actor-retired", name: from.name };
  if (isOfOtherVersions(peer.document)) return { refused: "other-version", name: peer.name };
  if (!peer.isFiliera || peer.ed25519Keys.length === 0) return { refused: "not-a-filiera-peer", name: peer.name };
  const [buyer, seller] = as === "buyer" ? [from.kind, peer.kind] : [peer.kind, from.kind];
  if (buyer !== "gas" || !sells(seller) || peer.id === from.id) return { refused: "wrong-party" };
  const bad = findBadTerm(terms, as === "seller" ? from.id : peer.id) ?? findBadBetween(seller, terms);
  return bad ? { refused: "bad-terms", term: bad } : null;
}

function refuseSecondPact(tx: Tx, actorId: string, peer: string, states: HeldPact["state"][]): Refusal | null {
  const other = listOpenPacts(tx, actorId, peer).find(({ state }) => states.includes(state));
  if (!other) return null;
  return { refused: other.state === "live" ? "already-partners" : "proposal-pending" };
}

function findAnswerable(held: HeldPact, revision: number) {
  const open = openRevision(held.pact);
  if (open?.revision !== revision) return { refused: "stale-version" };
  return open.offeredBy === held.party ? { refused: "own-proposal" } : open;
}

type Opened = Omit<HeldPact, "state" | "updatedAt">;

function offer(
  wire: Wire,
  tx: Tx,
  from: LocalActor,
  held: Opened,
  { terms, endsAt }: Omit<Proposal, "as">,
  theirs: PactKey,
): HeldPact | Refusal {
  const { pact, party } = held;
  const { iri, buyer, seller } = pact;
  const revision = nextRevision(pact, party, currentEpoch(tx));
  // A new pairing begins with the key that our document shows.
  if (pact.revisions.length === 0) dropExpectedKey(tx, from.id, held.peer);
  const ours = keyKnownTo(tx, from.id, held.peer);
  const keys = party === "buyer" ? [ours, theirs] : [theirs, ours];
  const half = nextHalf(tx, held, from, revision);
  const document = writeRelationship({ iri, buyer, seller, owner: from.id, revision, terms, keys, endsAt, half });
  return say(wire, tx, from, held, {
    kind: "offer",
    number: revision,
    write: (envelope) => writePactOffer(envelope, document),
    message: (offerIri, offerDigest) => ({
      kind: "offered",
      by: party,
      thread: { iri, buyer, seller },
      half,
      revision,
      offerIri,
      offerDigest,
      terms,
      keys,
      endsAt,
    }),
  });
}

function changeHalf(wire: Wire, name: PactName, status: PactStatus, resumeAt: number | null): HeldPact | Refusal {
  return onPact(wire, name, status, (tx, from, held) => {
    const inForce = revisionInForce(held.pact);
    if (held.state !== "live" || !inForce) return { refused: "pact-over" };
    if (from.retiredAt !== null) return { refused: "actor-retired", name: from.name };
    const own = held.pact.halves[held.party];
    if (own?.status === status) {
      if (held.resumeAt === resumeAt) return { refused: "already-so" };
      const updated = { ...held, resumeAt, updatedAt: wire.clock.now() };
      savePact(tx, updated);
      return updated;
    }
    const half = { ...nextHalf(tx, held, from, inForce.revision), status };
    const { iri, buyer, seller } = held.pact;
    const { revision, terms, keys, endsAt } = inForce;
    const document = writeRelationship({ iri, buyer, seller, owner: from.id, revision, terms, keys, endsAt, half });
    return say(
      wire,
      tx,
      from,
      { ...held, resumeAt },
      {
        kind: "update",
        number: half.sequence,
        write: (envelope) => writePactUpdate(envelope, document),
        message: () => ({ kind: "half-changed", by: held.party, half }),
      },
    );
  });
}

/** The next thing we say of ourselves: one number higher, in the epoch we are in, the status as it is. */
function nextHalf(tx: Tx, { pact, party }: Opened, from: LocalActor, revision: number): Half {
  const before = pact.halves[party];
  const isOurThread = pact.revisions.length === 0;
  const base = before?.relationshipIri.replace(/\/r\d+$/, "") ?? (isOurThread ? pact.iri : mintIri(from, "pacts"));
  return {
    relationshipIri: `${base}/r${revision}`,
    epoch: currentEpoch(tx),
    sequence: (before?.sequence ?? 0) + 1,
    status: before?.status ?? "active",
  };
}

type Saying = {
  readonly kind: KeptMessage["kind"];
  readonly number: number;
  readonly write: (envelope: PactEnvelope) => JsonObject;
  readonly message: (id: string, digest: string) => PactMessage;
};

/** Freezes what we say, owes it to the peer, keeps its bytes, and writes the pact as it is from now on. */
function say(wire: Wire, tx: Tx, from: LocalActor, held: Opened, saying: Saying): HeldPact {
  const { actorId, peer, party, inbox, resumeAt, createdAt } = held;
  const { iri } = held.pact;
  const now = wire.clock.now();
  const id = mintIri(from, "activities");
  const activity = saying.write({ id, actor: from.id, to: peer, context: iri });
  const receiptKey = loadPinnedKey(tx, actorId, peer)?.multibase ?? keyOfPeer(held, activity);
  const recipients = [{ inbox, actorUri: peer, ...(receiptKey ? { receiptKey } : {}) }];
  const letter = { from, activity, thread: iri, isPublic: false, isProven: true, recipients, now };
  const frozen = wire.post(tx, { ...letter, lane: "order" });
  const digest = digestOf(frozen);
  const known = held.pact.revisions.length > 0 ? held.pact : null;
  const message = saying.message(id, digest);
  const pact = applyMessage(known, message);
  assert(!isRefusal(pact) && !("parkedFor" in pact), "what we say ourselves was checked before");
  const after = { actorId, peer, party, pact, inbox, resumeAt, createdAt, updatedAt: now, state: stateOf(pact) };
  savePact(tx, after);
  insertPactMessage(tx, {
    actorId,
    activityIri: id,
    iri,
    sender: from.id,
    kind: saying.kind,
    number: saying.number,
    epoch: "half" in message ? message.half.epoch : 1,
    digest,
    bytes: Buffer.from(JSON.stringify(frozen)),
    provenBy: provingKey(tx, from.id, frozen),
    at: now,
  });
  return after;
}

function provingKey(tx: Tx, actorId: string, { proof }: JsonObject): string {
  const keyId = isJsonObject(proof) ? proof.verificationMethod : null;
  const key = loadKeys(tx, actorId).find(({ id }) => id === keyId);
  assert(key, "what we post is proven with a key of ours");
  return key.publicKey;
}

/** Before anything is pinned, receipts are signed with the key the proposal names for the peer. */
function keyOfPeer({ pact, peer }: Opened, activity: JsonObject): string | undefined {
  const last = pact.revisions.at(-1)?.keys.find(({ owner }) => owner === peer)?.multibase;
  if (last) return last;
  const { keys = [] } = activity.object as { keys?: { keyOwner: string; publicKeyMultibase: string }[] };
  return keys.find(({ keyOwner }) => keyOwner === peer)?.publicKeyMultibase;
}

/** Pins the key both sides named in the accepted proposal. */
export function pinPeer(tx: Tx, held: Pick<HeldPact, "actorId" | "peer">, keys: readonly PactKey[], now: number): void {
  const { actorId, peer } = held;
  const key = keys.find(({ owner }) => owner === peer);
  assert(key, "a proposal names both keys");
  savePinnedKey(tx, { actorId, peer, keyId: key.keyId, multibase: key.multibase, pinnedBy: "pact", pinnedAt: now });
}
