// Who speaks: finds the actor behind a keyId at its own origin and keeps what it found. A key document alone proves
// nothing; the actor must list the key (GHSA-q9f8-5hc7-898f). SAFETY 4, owner rule.
import type { KeyObject } from "node:crypto";
import { type Db, transact } from "../db/transact.ts";
import type { RemoteActor } from "./actor.ts";
import { describeForWire } from "./actors.ts";
import { readActor } from "./document.ts";
import type { JsonObject } from "./json.ts";
import { loadActor, loadRemoteActor, loadRemoteActorGoneAt, markRemoteActorGone, saveRemoteActor } from "./store.ts";
import { readPublicKeyPem } from "./verifySignature.ts";

const DAY = 86_400_000;
const REFRESH_EVERY = 5 * 60_000;
const FORGET_UNREACHABLE = 60_000;
const FORGET_UNLISTED = 5 * 60_000;
/** Bounds every cache here, so that ten thousand strangers cost no more than this (I23). */
const CACHE_LIMIT = 5000;

/** Why an actor could not be had: its node is silent now, it is gone for ever, or its document is no sound actor. */
export type ActorFailure = {
  readonly failed: "unreachable" | "gone" | "not-an-actor" | "refused";
  readonly detail: string;
  /** How long its node asks us to wait before we ask again; absent where it says nothing. */
  readonly retryAfterMs?: number;
};
/** As above, or the actor does not list that key. */
export type KeyFailure = ActorFailure | { readonly failed: "key-not-listed"; readonly detail: string };

/** Fetches a document by IRI with the guarded client, signed by the instance actor. */
type FetchDocument = (iri: string) => Promise<{ document: JsonObject } | ActorFailure>;

type Parts = {
  readonly db: Db;
  readonly clock: { now(): number };
  readonly origin: string;
  readonly fetchDocument: FetchDocument;
};
type Known = { readonly actor: RemoteActor; readonly keys: ReadonlyMap<string, KeyObject> };

/** What this node knows of who speaks, in memory before the database before the wire. */
export class Senders {
  readonly #parts: Parts;
  readonly #known = new Map<string, Known>();
  readonly #failures = new Map<string, { readonly failure: KeyFailure; readonly until: number }>();
  readonly #refreshedAt = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<RemoteActor | ActorFailure>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The actor at this IRI, at most a day old, or fetched now. */
  async findActor(iri: string, { fresh = false } = {}): Promise<RemoteActor | ActorFailure> {
    const { clock, origin } = this.#parts;
    if (URL.canParse(iri) && new URL(iri).origin === origin) return this.#findOwn(iri);
    const cached = this.#known.get(iri)?.actor ?? this.#load(iri);
    if (cached && !fresh && clock.now() - cached.fetchedAt < DAY) return cached;
    const failed = this.#failures.get(iri);
    if (failed && failed.until > clock.now()) return failed.failure as ActorFailure;
    const found = await this.#fetchOnce(iri);
    if ("failed" in found) this.#keepFailure(iri, found, FORGET_UNREACHABLE);
    else this.#failures.delete(iri);
    return found;
  }

  /**
   * The actor with the key it lists under this id. `afterRefusal` says that the listed key did not verify: its origin is
   * asked again, at most once in five minutes a host, so that no stranger makes us ask often.
   */
  async findKey(
    iri: string,
    keyId: string,
    { afterRefusal = false } = {},
  ): Promise<{ actor: RemoteActor; key: KeyObject } | KeyFailure> {
    const now = this.#parts.clock.now();
    const failed = this.#failures.get(keyId);
    if (failed && failed.until > now) return failed.failure;
    const cached = await this.findActor(iri);
    if ("failed" in cached) return cached;
    const listed = this.#known.get(iri)?.keys.get(keyId);
    if (listed && !afterRefusal) return { actor: cached, key: listed };
    const { host } = new URL(iri);
    if (cached.fetchedAt < now && now - (this.#refreshedAt.get(host) ?? 0) >= REFRESH_EVERY) {
      bound(this.#refreshedAt);
      this.#refreshedAt.set(host, now);
      const fresh = await this.findActor(iri, { fresh: true });
      if ("failed" in fresh) return fresh;
      const key = this.#known.get(iri)?.keys.get(keyId);
      if (key) return { actor: fresh, key };
    } else if (listed) return { actor: cached, key: listed };
    const failure = { failed: "key-not-listed", detail: "the actor does not list this key" } as const;
    this.#keepFailure(keyId, failure, FORGET_UNLISTED);
    return failure;
  }

  /** Drops what is in memory, as when a person blocks a domain or an actor's Update arrived. */
  forget(iri: string): void {
    this.#known.delete(iri);
  }

  /** Twenty first requests from one actor fetch it once. */
  #fetchOnce(iri: string): Promise<RemoteActor | ActorFailure> {
    const running = this.#underWay.get(iri);
    if (running) return running;
    const started = this.#fetch(iri).finally(() => this.#underWay.delete(iri));
    this.#underWay.set(iri, started);
    return started;
  }

  async #fetch(iri: string): Promise<RemoteActor | ActorFailure> {
    const { db, clock, fetchDocument } = this.#parts;
    const fetched = await fetchDocument(iri);
    if ("failed" in fetched) {
      if (fetched.failed === "gone") transact(db, (tx) => markRemoteActorGone(tx, iri, clock.now()));
      this.#known.delete(iri);
      return fetched;
    }
    const actor = readActor(fetched.document, clock.now());
    if (!actor || actor.id !== iri) return { failed: "not-an-actor", detail: "the document is not that actor" };
    transact(db, (tx) => saveRemoteActor(tx, actor));
    return this.#remember(actor);
  }

  #load(iri: string): RemoteActor | undefined {
    const { orm } = this.#parts.db;
    const stored = loadRemoteActor(orm, iri);
    return stored && loadRemoteActorGoneAt(orm, iri) === null ? this.#remember(stored) : undefined;
  }

  #findOwn(iri: string): RemoteActor | ActorFailure {
    const { db, clock } = this.#parts;
    const own = loadActor(db.orm, iri);
    const actor = own && readActor(describeForWire(db.orm, own), clock.now());
    return actor ? this.#remember(actor) : { failed: "not-an-actor", detail: "no such actor here" };
  }

  #remember(actor: RemoteActor): RemoteActor {
    const keys = new Map<string, KeyObject>();
    for (const { id, pem } of actor.publicKeys) {
      const key = readPublicKeyPem(pem);
      if (key) keys.set(id, key);
    }
    bound(this.#known);
    this.#known.set(actor.id, { actor, keys });
    return actor;
  }

  #keepFailure(name: string, failure: KeyFailure, forMs: number): void {
    bound(this.#failures);
    this.#failures.set(name, { failure, until: this.#parts.clock.now() + forMs });
  }
}

/** Forgets the oldest entry when a cache is full. */
function bound(cache: Map<string, unknown>): void {
  if (cache.size >= CACHE_LIMIT) cache.delete(cache.keys().next().value!);
}
