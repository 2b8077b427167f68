// What can happen to an actor of this node: it is made, described anew, its keys change.
import assert from "node:assert/strict";
import type { KeyObject } from "node:crypto";
import { loadFact } from "../db/facts.ts";
import { type Db, type Tx, transact } from "../db/transact.ts";
import { isHandle } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { ActorKind, LocalActor, NetworkLevel } from "./actor.ts";
import { writeActor } from "./document.ts";
import type { JsonObject } from "./json.ts";
import { makeEd25519Key, makeRsaKey, openKey } from "./keys.ts";
import { openOrderLane } from "./laneStore.ts";
import {
  findCurrentKeyId,
  insertActor,
  insertKey,
  listActors,
  loadActor,
  loadActorByHandle,
  loadExpectedKeyId,
  loadKeys,
  NODE_RETIRED_FACT,
  retireKey,
  type StoredKey,
  updateActor,
} from "./store.ts";

/** What a new actor is made of. `place` is the name of its comune, or empty. */
export type NewActor = {
  kind: ActorKind;
  /** Of a district; a DES where nothing is said. */
  level?: NetworkLevel;
  handle: string;
  name: string;
  place?: string;
  summary?: string;
};

/** What making an actor needs from the node. */
export type ActorSetting = {
  readonly origin: string;
  readonly secret: Buffer;
  readonly now: number;
  /** First words of the node's own addresses: no actor may be called so. */
  readonly reserved: ReadonlySet<string>;
};

/** Makes an actor with its RSA and Ed25519 keys. Refuses `bad-handle`, `handle-reserved`, `handle-taken`, `bad-name`, `node-retired`. */
export function createActor(
  tx: Tx,
  wish: NewActor,
  { origin, secret, now, reserved }: ActorSetting,
): LocalActor | Refusal {
  const handle = wish.handle.trim().toLowerCase();
  const name = wish.name.trim();
  if (!isHandle(handle)) return { refused: "bad-handle", handle: wish.handle };
  if (reserved.has(handle) && wish.kind !== "node") return { refused: "handle-reserved", handle };
  if (name.length < 1 || name.length > 200) return { refused: "bad-name" };
  if (loadActorByHandle(tx, handle)) return { refused: "handle-taken", handle };
  if (loadFact(tx, NODE_RETIRED_FACT) !== undefined) return { refused: "node-retired" };
  const actor: LocalActor = {
    id: `${origin}/${handle}`,
    handle,
    kind: wish.kind,
    level: wish.kind === "district" ? (wish.level ?? "des") : null,
    name,
    summary: wish.summary ?? "",
    place: wish.place ?? "",
    contact: "",
    website: "",
    websiteProvenAt: null,
    icon: null,
    approvesFollowers: false,
    discoverable: wish.kind !== "node",
    indexable: wish.kind !== "node",
    memberOf: [],
    joining: null,
    vatNumber: "",
    showsStatistics: false,
    showsPrices: false,
    keptBy: null,
    keeps: [],
    keepsNot: [],
    createdAt: now,
    updatedAt: now,
    retiredAt: null,
    goneAt: null,
    movedTo: null,
    alsoKnownAs: null,
  };
  insertActor(tx, actor);
  // Who is new has nothing to remember.
  openOrderLane(tx, actor.id);
  addKey(tx, actor.id, "rsa", secret, now);
  addKey(tx, actor.id, "ed25519", secret, now);
  return actor;
}

/** The instance actor, made on the first start. */
export function ensureNodeActor(db: Db, setting: ActorSetting): LocalActor {
  return transact(db, (tx) => {
    const existing = loadActorByHandle(tx, "actor");
    if (existing) return existing;
    const { host } = new URL(setting.origin);
    const made = createActor(tx, { kind: "node", handle: "actor", name: host }, setting);
    assert(!isRefusal(made), "the instance actor has a free, valid handle");
    return made;
  });
}

/** The new description of an actor, shown at once at its address. Refuses `no-such-actor`, `bad-name`. */
export function describeActor(
  tx: Tx,
  id: string,
  change: Partial<
    Pick<
      LocalActor,
      | (
          | "name"
          | "summary"
          | "place"
          | "contact"
          | "website"
          | "icon"
          | "approvesFollowers"
          | "discoverable"
          | "indexable"
        )
      | ("level" | "memberOf" | "joining" | "vatNumber" | "showsStatistics" | "showsPrices")
      | ("keptBy" | "keeps" | "keepsNot")
    >
  >,
  now: number,
): LocalActor | Refusal {
  const actor = loadActor(tx, id);
  if (!actor) return { refused: "no-such-actor" };
  if (change.name !== undefined && (change.name.trim() === "" || change.name.length > 200))
    return { refused: "bad-name" };
  // A new site has proven nothing yet, and is looked at soon.
  const isMoved = change.website !== undefined && change.website !== actor.website;
  const site = isMoved ? { websiteProvenAt: null, websiteDueAt: change.website === "" ? null : now } : {};
  updateActor(tx, id, { ...change, ...site, updatedAt: now });
  return { ...actor, ...change, ...site, updatedAt: now };
}

/**
 * Gives the actor a new key of that algorithm and retires the old one: HTTP signatures and proofs use the new one from the
 * next activity on; what was signed stays verifiable. Key ids are never reused. Partners with a pact keep the old pinned
 * Ed25519 key until their notice is answered (PROTOCOL 6.5).
 */
export function rotateKey(
  tx: Tx,
  actorId: string,
  algorithm: "rsa" | "ed25519",
  secret: Buffer,
  now: number,
): StoredKey {
  const old = loadKeys(tx, actorId).find((key) => key.algorithm === algorithm && key.retiredAt === null);
  if (old) retireKey(tx, old.id, now);
  updateActor(tx, actorId, { updatedAt: now });
  return addKey(tx, actorId, algorithm, secret, now);
}

/** The actor's document as served, with its current RSA key and every Ed25519 key not retired. */
export function describeForWire(tx: Tx, actor: LocalActor): JsonObject {
  const keys = loadKeys(tx, actor.id).filter((key) => key.retiredAt === null);
  const rsa = keys.find((key) => key.algorithm === "rsa");
  assert(rsa, "every actor has an RSA key");
  const ed25519 = keys
    .filter((key) => key.algorithm === "ed25519")
    .map((key) => ({ id: key.id, multibase: key.publicKey }));
  const hosts = actor.kind === "node" ? listActors(tx).filter((other) => other.kind !== "node" && isListed(other)) : [];
  return writeActor(
    actor,
    { rsa: { id: rsa.id, pem: rsa.publicKey }, ed25519 },
    hosts.map((other) => other.id),
  );
}

/** Whether the node names it to who asks whom it hosts. */
export function isListed({ discoverable, goneAt }: LocalActor): boolean {
  return discoverable && goneAt === null;
}

/** A private key ready to sign with, and the id by which others find its public half. */
export type SigningKey = { readonly keyId: string; readonly privateKey: KeyObject };

/** Opened keys of our actors, kept in memory so that a signature does not decrypt each time. */
export type Keyring = {
  /** The actor's newest key; for proofs and receipts `forPeer` may still be the one that peer has pinned. */
  readonly open: (tx: Tx, actorId: string, algorithm: "rsa" | "ed25519", forPeer?: string | null) => SigningKey;
};

export function createKeyring(secret: Buffer): Keyring {
  const opened = new Map<string, SigningKey>();
  return {
    open: (tx, actorId, algorithm, forPeer) => {
      const expected = forPeer && algorithm === "ed25519" ? loadExpectedKeyId(tx, actorId, forPeer) : null;
      const keyId = expected ?? findCurrentKeyId(tx, actorId, algorithm);
      const known = keyId && opened.get(keyId);
      if (known) return known;
      const key = loadKeys(tx, actorId).find((key) => key.algorithm === algorithm && key.id === keyId);
      assert(key, `no ${algorithm} key for ${actorId}`);
      const fresh = { keyId: key.id, privateKey: openKey(secret, key.sealedPrivateKey) };
      opened.set(key.id, fresh);
      return fresh;
    },
  };
}

function addKey(tx: Tx, actorId: string, algorithm: "rsa" | "ed25519", secret: Buffer, now: number): StoredKey {
  const earlier = loadKeys(tx, actorId).filter((key) => key.algorithm === algorithm).length;
  const id =
    algorithm === "rsa"
      ? `${actorId}#main-key${earlier ? `-${earlier + 1}` : ""}`
      : `${actorId}#ed25519-${earlier + 1}`;
  const made = algorithm === "rsa" ? makeRsaKey(secret) : makeEd25519Key(secret);
  const key = { ...made, id, actorId, createdAt: now, retiredAt: null };
  insertKey(tx, key);
  return key;
}
