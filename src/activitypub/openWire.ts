// Puts the parts of the wire together for one node: client, senders, inbox, outbox, relay, gate.
import { createGroupCommit } from "../db/groupCommit.ts";
import { createStorageNews, type StorageNews } from "../db/storageTrouble.ts";
import { type Db, transact } from "../db/transact.ts";
import type { Clock, ClockTask } from "../kernel/clock.ts";
import { isRefusal } from "../kernel/refusal.ts";
import type { LocalActor } from "./actor.ts";
import { createKeyring, type Keyring } from "./actors.ts";
import type { TellBug } from "./bugs.ts";
import { type ClockWatch, createClockWatch } from "./clockWatch.ts";
import { createDomainGuard } from "./domainGuard.ts";
import { type DocumentOptions, fetchDocument, type NoDocument } from "./fetchDocument.ts";
import { fetchPage } from "./fetchPage.ts";
import { fetchPicture } from "./fetchPicture.ts";
import { createDiscover, createFindFollowPage } from "./findActor.ts";
import { INBOX_LIMITS } from "./gateLimits.ts";
import { createFetcher, type Fetcher, readRetryAfter } from "./guardedFetch.ts";
import { Inbox, type InboxRule } from "./inbox.ts";
import { createKnock, type InboxLimits } from "./inboxLimits.ts";
import { forgetOldArrivals } from "./inboxStore.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { readJson } from "./jsonScan.ts";
import { createPost } from "./outbox.ts";
import { forgetOldLetters } from "./outboxListStore.ts";
import { createIdentifyReader } from "./readers.ts";
import { Receiver } from "./receive.ts";
import { Relay } from "./relay.ts";
import { type ActorFailure, Senders } from "./senders.ts";
import { createSend } from "./sendRow.ts";
import { createSigner } from "./signHttp.ts";
import { createKeepStanding } from "./standingFacts.ts";
import { isFilieraHost, loadActorByHandle } from "./store.ts";
import { walkCollection } from "./walkCollection.ts";
import type { Wire } from "./wire.ts";

/** What the node gives. `rulesOf` is called once the wire exists, because rules post their answers through it. */
export type WireOptions = {
  readonly db: Db;
  readonly clock: Clock;
  readonly origin: string;
  readonly secret: Buffer;
  readonly allowPrivate: boolean;
  readonly chance: () => number;
  readonly rulesOf: (wire: Wire) => readonly InboxRule[];
  /** Whether an IRI names an order or pact message we hold: decides which rules a bare IRI meets at the gate. */
  readonly isOrderObject: (iri: string) => boolean;
  readonly limits?: Partial<InboxLimits>;
  /** Carries the bytes in place of the network; the relay then moves only when it is drained. For simulations. */
  readonly carrier?: Fetcher;
  readonly tellBug?: TellBug;
  /** Hears, seldom, that arrivals and letters cannot be written (the error), and that they can again (null). */
  readonly tellStorage?: (error: unknown) => void;
};

/** A wire at work: `receiver` is the way in, `relay` the way out, `tasks` what time brings. */
export type OpenWire = {
  /** How far our clock is ahead of other nodes'. */
  readonly clockOffset: ClockWatch["median"];
  readonly wire: Wire;
  readonly receiver: Receiver;
  readonly relay: Relay;
  readonly tasks: readonly ClockTask[];
  readonly close: () => Promise<void>;
};

/** Builds the wire and starts its relay. */
export function openWire(options: WireOptions): OpenWire {
  const { db, clock, origin, allowPrivate } = options;
  const keyring = createKeyring(options.secret);
  const commitTogether = createGroupCommit(db);
  const keepStanding = createKeepStanding(db);
  const { isBlocked } = createDomainGuard(db, keepStanding);
  const userAgent = `Filiera (+${origin}/actor)`;
  const fetcher = options.carrier ?? createFetcher({ allowPrivate, isBlocked, userAgent });
  const reading = createReading({ options, keyring, fetcher, isBlocked });
  const senders = new Senders({ db, clock, origin, fetchDocument: (iri) => reading.ways.fetchDocument(iri) });
  let relay: Relay | null = null;
  const wire: Wire = {
    db,
    clock,
    origin,
    allowPrivate,
    keyring,
    commitTogether,
    post: createPost(db, keyring, () => relay?.wake()),
    senders,
    ...reading.ways,
    discover: createDiscover({ fetcher, senders, db, origin, isBlocked, reading: reading.options }),
    findFollowPage: createFindFollowPage({ fetcher, reading: reading.options }),
    identifyReader: createIdentifyReader({ origin, clock, senders, isBlocked, allowPrivate }),
    isBlocked,
    hear: (arrival) => inbox.apply(arrival),
    wakeParked: (activity) => inbox.applyParked(activity),
  };
  const { chance, tellBug = () => {} } = options;
  const inbox: Inbox = new Inbox({ db, rules: options.rulesOf(wire), keyring, commitTogether, tellBug });
  const findReceiver = keepStanding((path) => findInboxOwner(db, path));
  const openRsaKey = keepStanding((actorId) => keyring.open(db.orm, actorId, "rsa"));
  const clockWatch = createClockWatch();
  const noteDate = (host: string, date: string) => clockWatch.note(host, date, clock.now());
  const send = createSend({ clock, origin, openRsaKey, fetcher, inbox, senders, isBlocked, findReceiver, noteDate });
  const isHandDriven = options.carrier !== undefined;
  const news = createStorageNews(clock.now, options.tellStorage ?? (() => {}));
  relay = new Relay({ db, clock, chance, send, settleTogether: commitTogether, news, isHandDriven, tellBug });
  return {
    wire,
    clockOffset: clockWatch.median,
    receiver: createReceiver(options, { senders, inbox, isBlocked, findReceiver, news }),
    relay,
    tasks: [
      { name: "forget old arrivals", everyMs: 3_600_000, run: (now) => transact(db, () => forgetOldArrivals(db, now)) },
      {
        name: "forget old letters",
        everyMs: 86_400_000,
        run: (now) => transact(db, (tx) => forgetOldLetters(tx, now)),
      },
    ],
    close: async () => {
      await relay.stop();
      await fetcher.close();
    },
  };
}

type ReceiverParts = {
  senders: Senders;
  inbox: Inbox;
  isBlocked: (host: string) => boolean;
  findReceiver: (path: string) => LocalActor | null;
  news: StorageNews;
};

function createReceiver(options: WireOptions, parts: ReceiverParts): Receiver {
  const { isBlocked } = parts;
  const { db, origin, allowPrivate, isOrderObject } = options;
  const limits = { ...INBOX_LIMITS, ...options.limits };
  const gate = { origin, allowPrivate, isBlocked, isOrderObject };
  return new Receiver({ db, gate, knock: createKnock(limits), limits, ...parts });
}

type ReadingParts = { options: WireOptions; keyring: Keyring; fetcher: Fetcher; isBlocked: (host: string) => boolean };

/** Our own GETs: signed by the instance actor, or by the actor in whose name we ask. */
function createReading({ options, keyring, fetcher, isBlocked }: ReadingParts) {
  const { db, clock, origin, allowPrivate } = options;
  const readingAs = (actorId = `${origin}/actor`): DocumentOptions & { allowPrivate: boolean } => ({
    allowPrivate,
    parse: parseDocument,
    sign: (request) => createSigner(keyring.open(db.orm, actorId, "rsa"), specFor(db, request.url), clock.now)(request),
  });
  const blocked = { failed: "refused", detail: "blocked" } as const;
  const fetchOne: Wire["fetchDocument"] = async (iri, asActorId) => {
    if (isBlocked(hostOf(iri))) return blocked;
    const found = await fetchDocument(fetcher, iri, readingAs(asActorId));
    return found.ok ? { document: found.document } : explain(found, clock.now());
  };
  const readDocument: Wire["readDocument"] = async (iri, { etag, withinMs }) => {
    if (isBlocked(hostOf(iri))) return blocked;
    const condition = etag === null ? {} : { ifNoneMatch: etag };
    const found = await fetchDocument(fetcher, iri, { ...readingAs(), withinMs, ...condition });
    if (found.ok) return { document: found.document, etag: readEtag(found.headers) };
    return found.status === 304 && etag !== null ? { isUnchanged: true } : explain(found, clock.now());
  };
  const fetchCollection: Wire["fetchCollection"] = async (iri, asActorId) => {
    if (isBlocked(hostOf(iri))) return blocked;
    const walk = await walkCollection(fetcher, iri, { ...readingAs(asActorId), keep: "own" });
    if (!walk.collection) return { failed: "unreachable", detail: `${walk.stopped}: ${walk.detail}` };
    return { items: walk.items.filter(isJsonObject), isWhole: walk.stopped === "end", document: walk.collection };
  };
  const unsigned: Pick<Wire, "fetchPicture" | "fetchPage"> = {
    fetchPicture: (url) => fetchPicture(fetcher, url),
    fetchPage: (url, types) => fetchPage(fetcher, url, types),
  };
  const ways = { fetchDocument: fetchOne, readDocument, fetchCollection, ...unsigned };
  return { options: () => readingAs(), ways };
}

/** The actor whose personal inbox is at that path, or null. */
function findInboxOwner(db: Db, path: string): LocalActor | null {
  const handle = /^\/([^/]+)\/inbox$/.exec(path)?.[1];
  return (handle && loadActorByHandle(db.orm, handle)) || null;
}

/** Filiera nodes read RFC 9421; everyone else is asked in the older spelling they all know (PROTOCOL 11). */
function specFor(db: Db, url: string): "rfc9421" | "draft-cavage" {
  return isFilieraHost(db.orm, hostOf(url)) ? "rfc9421" : "draft-cavage";
}

function parseDocument(bytes: Buffer) {
  const read = readJson(bytes);
  if (isRefusal(read)) return read;
  return isJsonObject(read.json) ? (read.json as JsonObject) : { refused: "not-an-object" };
}

const LONGEST_ETAG = 200;

/** Sent back as it came, so nothing in it may be more than an ETag can be (RFC 9110 section 8.8.3). */
function readEtag({ etag = "" }: Readonly<Record<string, string>>): string | null {
  return etag.length <= LONGEST_ETAG && /^(?:W\/)?"[\x21\x23-\x7e]*"$/.test(etag) ? etag : null;
}

function explain(missing: NoDocument, now: number): ActorFailure {
  const wait = readRetryAfter(missing.headers, now);
  const asked = wait === null ? {} : { retryAfterMs: wait };
  const detail = missing.status ? `HTTP ${missing.status}` : `${missing.failure}: ${missing.detail}`;
  if (missing.status === 410) return { failed: "gone", detail };
  const isSilence =
    missing.status === null || missing.status >= 500 || missing.status === 429 || missing.status === 404;
  return { failed: isSilence ? "unreachable" : "not-an-actor", detail, ...asked };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}
