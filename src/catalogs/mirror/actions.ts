// What happens to our copy of another's catalog: it is wanted, told to be old, read again, dropped.
import type { RemoteActor } from "../../activitypub/actor.ts";
import { describeForWire } from "../../activitypub/actors.ts";
import { readActor } from "../../activitypub/document.ts";
import type { ActorFailure } from "../../activitypub/senders.ts";
import { listActors, loadActor, loadRemoteActor, recordSecurityEvent } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { revisionInForce } from "../../partners/pacts/pact.ts";
import { listPacts } from "../../partners/pacts/pactStore.ts";
import { listFollows, stampOfSources } from "../../partners/store.ts";
import { createKeeper, type Keeper } from "../keeperActions.ts";
import { wantPictures } from "../pictures/copyActions.ts";
import { hashProposal } from "../proposalHash.ts";
import { type ForeignItem, readCatalogItem } from "../readProposal.ts";
import { type CatalogRead, catalogOf, readCatalog } from "./activities.ts";
import {
  deleteMirror,
  hasOtherTruth,
  insertItemVersion,
  listAllMirrors,
  listCurrentIds,
  listDueMirrors,
  loadCurrentItem,
  loadMirror,
  type Mirror,
  saveWantedMirror,
  updateMirror,
} from "./store.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** A copy nobody told us to renew is renewed all the same: digests get lost. */
const RENEW_EVERY = DAY;
const LONGEST_WAIT = 6 * 60 * MINUTE;
const AT_ONCE = 4;
const MOST_SOURCES = 2000;

/** Wants a copy of a producer's catalog for one of ours, whole and soon; also after new terms. False where there is none. */
export function wantMirror(tx: Tx, actorId: string, producer: RemoteActor, now: number, termsKey = ""): boolean {
  const catalogIri = catalogOf(producer);
  if (catalogIri === null) return false;
  saveWantedMirror(tx, { actorId, producerId: producer.id, catalogIri, termsKey }, now);
  return true;
}

/** Keeps the copies fresh: at once when told, and by the clock what was missed. */
export function createMirrorKeeper(wire: Wire): Keeper & { readonly tasks: readonly ClockTask[] } {
  const keeper = createKeeper(async () => {
    const due = listDueMirrors(wire.db.orm, wire.clock.now(), AT_ONCE);
    await Promise.all(due.map((mirror) => refreshMirror(wire, mirror)));
    return due.length > 0;
  });
  const matchAndRead = async () => {
    if (matchFollows(wire)) await keeper.refreshDue();
  };
  let matched = "";
  // Whoever follows a farm or has agreed with it looks at its prices now.
  const matchChanged = async () => {
    const stamp = stampOfSources(wire.db.orm);
    if (stamp === matched) return;
    matched = stamp;
    await matchAndRead();
  };
  const tasks = [
    { name: "read changed catalogs", everyMs: 30_000, run: keeper.refreshDue },
    { name: "match mirrors with what changed", everyMs: 0, run: matchChanged },
    { name: "match mirrors with follows", everyMs: 5000, run: matchAndRead },
  ];
  return { ...keeper, tasks };
}

/**
 * Makes the mirrors those of the producers we follow or buy from, at the terms in force, whatever a restart or a lost
 * message left behind. True when some are now to be read.
 */
export function matchFollows(wire: Wire): boolean {
  return transact(wire.db, (tx) => {
    // A network follows its members too, and reads them in its own way: it keeps no priced copies.
    const readers = listActors(tx).filter(({ kind }) => kind !== "district");
    const sources = readers.flatMap(({ id }) => listSources(tx, id));
    const wanted = new Set(sources.map(keyOf));
    for (const mirror of listAllMirrors(tx))
      if (!wanted.has(keyOf(mirror))) deleteMirror(tx, mirror.actorId, mirror.producerId);
    const made = sources.map(({ actorId, producerId, termsKey }) => {
      if (loadMirror(tx, actorId, producerId)?.termsKey === termsKey) return false;
      const producer = findProducer(tx, producerId, wire.clock.now());
      return producer !== null && wantMirror(tx, actorId, producer, wire.clock.now(), termsKey);
    });
    return made.includes(true);
  });
}

/** An actor of another node as last read, or one of ours. */
function findProducer(tx: Tx, id: string, now: number): RemoteActor | null {
  const own = loadActor(tx, id);
  return own ? readActor(describeForWire(tx, own), now) : (loadRemoteActor(tx, id) ?? null);
}

type Source = { readonly actorId: string; readonly producerId: string; readonly termsKey: string };

/** The producers one of ours follows or has a pact with as the buyer. */
function listSources(tx: Tx, actorId: string): Source[] {
  const terms = new Map(listFollows(tx, actorId, "out", "accepted", MOST_SOURCES).map(({ peer }) => [peer, ""]));
  for (const { state, pact } of listPacts(tx, actorId, MOST_SOURCES)) {
    if (state !== "live" || pact.buyer !== actorId) continue;
    terms.set(pact.seller, `${pact.iri} ${revisionInForce(pact)?.revision ?? 0}`);
  }
  return [...terms].map(([producerId, termsKey]) => ({ actorId, producerId, termsKey }));
}

function keyOf({ actorId, producerId }: { actorId: string; producerId: string }): string {
  return `${actorId} ${producerId}`;
}

/** Reads the catalog and keeps what it says; a failure is the mirror's state, with the time of the next try. */
async function refreshMirror(wire: Wire, mirror: Mirror): Promise<void> {
  const read = await readCatalog(wire, mirror);
  transact(wire.db, (tx) => {
    const now = wire.clock.now();
    const still = loadMirror(tx, mirror.actorId, mirror.producerId);
    if (!still) return;
    if ("failed" in read) return keepFailure(tx, still, read, now);
    wantPictures(tx, wire, mirror.actorId, keepItems(tx, mirror, read, now), now);
    // Told of more while we read: once more now. Told of what even then is not there: later, not in a circle.
    const isToldMore = still.toldSequence > mirror.toldSequence;
    const isBehind = still.toldSequence > read.sequence;
    updateMirror(tx, mirror, {
      dueAt: isToldMore ? now : now + (isBehind ? MINUTE : RENEW_EVERY),
      // Terms may have changed while we read.
      isFullDue: still.isFullDue && !mirror.isFullDue,
      seenUpdated: read.isWhole ? (read.updated ?? mirror.seenUpdated) : mirror.seenUpdated,
      seenSequence: Math.max(still.seenSequence, read.sequence),
      fetchedAt: now,
      failures: 0,
      lastError: read.isWhole ? null : "too-many-items",
    });
  });
}

function keepFailure(tx: Tx, mirror: Mirror, failure: ActorFailure, now: number): void {
  const failures = mirror.failures + 1;
  const isOldQuestion = failure.failed === "gone" && !mirror.isFullDue;
  // 410 to "since then": the tombstones we missed are forgotten, so everything is read again, now.
  const wait = isOldQuestion ? 0 : Math.min(LONGEST_WAIT, MINUTE * 2 ** Math.min(failures - 1, 10));
  updateMirror(tx, mirror, {
    dueAt: now + wait,
    isFullDue: mirror.isFullDue || isOldQuestion,
    failures,
    lastError: `${failure.failed}: ${failure.detail}`.slice(0, 200),
  });
}

/** Gives the addresses of the pictures that what was read names. */
function keepItems(tx: Tx, mirror: Mirror, read: CatalogRead, now: number): string[] {
  const seen = new Set<string>();
  const pictures: string[] = [];
  for (const item of read.items) {
    const found = readCatalogItem(item, mirror.producerId);
    if ("refused" in found) {
      const host = new URL(mirror.producerId).host;
      recordSecurityEvent(tx, { at: now, code: "bad-item", host, detail: `${found.field} ${found.id}`.slice(0, 200) });
      continue;
    }
    const id = found.kind === "gone" ? found.id : found.product.id;
    seen.add(id);
    if (found.kind === "product" && found.product.picture) pictures.push(found.product.picture.url);
    keepItem(tx, mirror, found, hashProposal(item), now);
  }
  if (!mirror.isFullDue || !read.isWhole) return pictures;
  for (const id of listCurrentIds(tx, mirror.actorId, mirror.producerId)) {
    const updated = read.updated ?? "";
    if (!seen.has(id)) keepItem(tx, mirror, { kind: "gone", id, updated }, { hash: "", publicHash: "" }, now);
  }
  return pictures;
}

type Hashes = ReturnType<typeof hashProposal>;

function keepItem(tx: Tx, mirror: Mirror, item: ForeignItem, hashes: Hashes, now: number): void {
  const { actorId, producerId } = mirror;
  const itemId = item.kind === "gone" ? item.id : item.product.id;
  const held = loadCurrentItem(tx, actorId, itemId);
  // An item belongs to the catalog it came from first: another producer of that origin cannot take it over.
  if (held && held.producerId !== producerId) return;
  const common = { actorId, producerId, itemId, ...hashes, seenAt: now };
  if (item.kind === "gone") {
    if (!held || held.isGone) return;
    const { product } = held;
    insertItemVersion(tx, { ...common, isGone: true, updated: item.updated, product, isDoubtful: false });
    return;
  }
  const { updated } = item.product;
  if (held && !held.isGone && held.hash === hashes.hash) return;
  const isSilent = held !== undefined && !held.isGone && held.updated === updated && !mirror.isFullDue;
  const isDoubtful = isSilent || hasOtherTruth(tx, { itemId, updated, publicHash: hashes.publicHash });
  if (isDoubtful) {
    const { host } = new URL(producerId);
    recordSecurityEvent(tx, { at: now, code: "equivocation", host, detail: itemId.slice(0, 200) });
  }
  insertItemVersion(tx, { ...common, isGone: false, updated, product: item.product, isDoubtful });
}
