// A new key for an actor that has partners: each is told by a notice proven with the key it has pinned, and until it answers
// everything it gets is proven with that old key. PROTOCOL 6.5, SAFETY B45.
import assert from "node:assert/strict";
import type { LocalActor } from "../../activitypub/actor.ts";
import { rotateKey } from "../../activitypub/actors.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { mintIri } from "../../activitypub/outbox.ts";
import { digestOf } from "../../activitypub/proof.ts";
import {
  dropExpectedKey,
  loadActor,
  loadExpectedKeyId,
  loadKeys,
  type StoredKey,
  saveExpectedKey,
} from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import type { PactKey } from "../pacts/pact.ts";
import { type PactEnvelope, writeKeyNotice, writeKeyNoticeAnswer } from "../pacts/pactDocument.ts";
import {
  type HeldPact,
  insertPactMessage,
  type KeptMessage,
  listAcquainted,
  loadPinnedKey,
} from "../pacts/pactStore.ts";

/** What writing letters takes; the command line has it too. */
export type Pen = Pick<Wire, "db" | "clock" | "post">;

/**
 * Gives an actor a new Ed25519 key and tells every partner. Its document shows the new one at once; nobody who has pinned
 * the old one is asked to believe that. Refuses `no-such-actor`.
 */
export function rotateProofKey(pen: Pen, actorId: string, secret: Buffer): StoredKey | Refusal {
  return transact(pen.db, (tx) => {
    const from = loadActor(tx, actorId);
    return from ? writeRotation(pen, tx, from, secret) : { refused: "no-such-actor" };
  });
}

/** The same inside the caller's transaction. */
export function writeRotation(pen: Pen, tx: Tx, from: LocalActor, secret: Buffer): StoredKey {
  const actorId = from.id;
  const old = currentKey(tx, actorId);
  const made = rotateKey(tx, actorId, "ed25519", secret, pen.clock.now());
  for (const held of listAcquainted(tx, actorId)) {
    // A notice is still on its way: the next goes out once that one is answered, proven with what the peer knows then.
    if (loadExpectedKeyId(tx, actorId, held.peer) !== null) continue;
    saveExpectedKey(tx, { actorId, peer: held.peer, keyId: old.keyId });
    if (loadPinnedKey(tx, actorId, held.peer)) sendNotice(pen, tx, from, held);
  }
  return made;
}

/** What the peer answered to a notice: it knows that key now; were there a newer one, it is told of that next. */
export function settleNotice(pen: Pen, tx: Tx, held: HeldPact, notice: KeptMessage): void {
  const { actorId, peer } = held;
  const from = loadActor(tx, actorId);
  assert(from, "a pact belongs to an actor");
  const { keys } = JSON.parse(notice.bytes.toString("utf8")) as { keys: { keyId: string }[] };
  const keyId = keys[0]!.keyId;
  if (keyId === currentKey(tx, actorId).keyId) dropExpectedKey(tx, actorId, peer);
  else {
    saveExpectedKey(tx, { actorId, peer, keyId });
    sendNotice(pen, tx, from, held);
  }
}

/** After a first Accept: the proposal may have named a key that has a successor by now. */
export function announceNewerKey(pen: Pen, tx: Tx, held: HeldPact): void {
  const from = loadActor(tx, held.actorId);
  assert(from, "a pact belongs to an actor");
  if (loadExpectedKeyId(tx, held.actorId, held.peer) !== null) sendNotice(pen, tx, from, held);
}

/** Says to a peer that its new key is pinned. */
export function answerNotice(pen: Pen, tx: Tx, held: HeldPact, notice: { iri: string; digest: string }): void {
  const from = loadActor(tx, held.actorId);
  assert(from, "a pact belongs to an actor");
  const answer = { noticeIri: notice.iri, objectDigest: notice.digest };
  postLetter(pen, tx, from, held, {
    kind: "notice-answer",
    write: (envelope) => writeKeyNoticeAnswer(envelope, answer),
  });
}

/** The Ed25519 key of our actor's own document. */
function currentKey(tx: Tx, actorId: string): PactKey {
  const key = loadKeys(tx, actorId).find(({ algorithm, retiredAt }) => algorithm === "ed25519" && retiredAt === null);
  assert(key, "every actor has an Ed25519 key");
  return { owner: actorId, keyId: key.id, multibase: key.publicKey };
}

/** The key by which this peer knows our actor: the newest, or the one before while the peer has not answered the notice. */
export function keyKnownTo(tx: Tx, actorId: string, peer: string): PactKey {
  const keyId = loadExpectedKeyId(tx, actorId, peer);
  const key = keyId && loadKeys(tx, actorId).find(({ id }) => id === keyId);
  return key ? { owner: actorId, keyId: key.id, multibase: key.publicKey } : currentKey(tx, actorId);
}

function sendNotice(pen: Pen, tx: Tx, from: LocalActor, held: HeldPact): void {
  const key = currentKey(tx, from.id);
  postLetter(pen, tx, from, held, { kind: "notice", write: (envelope) => writeKeyNotice(envelope, key) });
}

type Writing = { kind: KeptMessage["kind"]; write: (envelope: PactEnvelope) => JsonObject };

function postLetter(pen: Pen, tx: Tx, from: LocalActor, held: HeldPact, { kind, write }: Writing): void {
  const { actorId, peer, inbox } = held;
  const { iri } = held.pact;
  const now = pen.clock.now();
  const id = mintIri(from, "activities");
  const activity = write({ id, actor: actorId, to: peer, context: iri });
  const provenBy = keyKnownTo(tx, actorId, peer).multibase;
  const receiptKey = loadPinnedKey(tx, actorId, peer)?.multibase;
  const recipients = [{ inbox, actorUri: peer, ...(receiptKey ? { receiptKey } : {}) }];
  const letter = { from, activity, lane: "order" as const, thread: iri, isPublic: false, isProven: true };
  const frozen = pen.post(tx, { ...letter, recipients, now });
  const bytes = Buffer.from(JSON.stringify(frozen));
  const kept = { actorId, activityIri: id, iri, sender: actorId, kind, number: 0, provenBy, at: now };
  insertPactMessage(tx, { ...kept, digest: digestOf(frozen), bytes });
}
