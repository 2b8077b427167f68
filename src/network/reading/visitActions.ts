// One visit to one source: what is due of it is read, put into the index, and only then kept as read. A crash between the two reads it
// again, which changes nothing. PROTOCOL 9.

import { readKeptBy } from "../../activitypub/document.ts";
import type { ActorFailure } from "../../activitypub/senders.ts";
import { loadRemoteActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { loadKeeper } from "../../partners/keeperStore.ts";
import { ENTRY_KINDS, type EntryKind, HIDDEN_AFTER, type NetworkIndex } from "../index/networkIndex.ts";
import { dropMonths } from "../statistics/store.ts";
import { createMeter, DAILY_BUDGET, isSpent, leftOf, nextDay, spend } from "./budget.ts";
import { type ActorFacts, entryOfActor, factsKey, NO_GOODS, readActorFacts } from "./entries.ts";
import { visitEvents } from "./eventActions.ts";
import { visitCatalog, visitCycles } from "./goodsActions.ts";
import { type Reading, type ReadOwn, readMembers } from "./readActivities.ts";
import {
  DAY,
  DUE_OF,
  dueAtOf,
  duePart,
  markLies,
  NOTHING_DUE,
  type Part,
  RENEW_EVERY,
  retryAfter,
  type Source,
  soon,
} from "./source.ts";
import { visitStatistics } from "./statisticsActions.ts";
import {
  addLinks,
  deleteSource,
  forgetCyclesOf,
  isReached,
  isWanted,
  loadSource,
  removeLinks,
  saveSource,
} from "./store.ts";

/** What reading needs of the node. `membersOf`: the accepted members of a network of this node. */
export type NetworkDesk = {
  readonly wire: Wire;
  readonly index: NetworkIndex;
  readonly readOwn: ReadOwn;
  readonly membersOf: (tx: Tx, networkId: string) => readonly { readonly uri: string }[];
  /** Whether the node is stopping: nothing more is fetched. */
  readonly isStopped: () => boolean;
};

/** What became of a part: kept, with the time of the next look; not had; or not had today. */
export type PartResult =
  | {
      readonly change: Partial<Source>;
      readonly nextAt: number | null;
      readonly keep?: (tx: Tx) => void;
      /** There is more of it, for another day: so far it is not had to its end. */
      readonly isBegun?: true;
    }
  | ActorFailure
  | { readonly isDaySpent: true };

/** A part at work. `facts`: the source's own document as last read; null only while that is what is read. */
export type PartWork = Reading & { readonly desk: NetworkDesk; readonly now: number };

const LEASE = 3 * 60_000;
const MOST_PARTS = 10;

const VISITS: Readonly<Record<Part, (work: PartWork) => Promise<PartResult>>> = {
  actor: visitActor,
  members: visitMembers,
  catalog: visitCatalog,
  cycles: visitCycles,
  events: visitEvents,
  statistics: visitStatistics,
};

/** Reads what is due of a source, part by part. True when what was read may change which sources are reached. Rejects when the index fails. */
export async function visitSource(desk: NetworkDesk, uri: string): Promise<boolean> {
  let isTreeChanged = false;
  let isFailing = false;
  for (let round = 0; round < MOST_PARTS && !desk.isStopped(); round++) {
    const now = desk.wire.clock.now();
    const begun = beginPart(desk, uri, now);
    if (begun === null) return isTreeChanged;
    const { source, part } = begun;
    if (part === "drop") {
      isTreeChanged = (await dropSource(desk, source)) || isTreeChanged;
      continue;
    }
    const meter = createMeter(leftOf(source.spent, now), () => performance.now());
    const { wire, readOwn, isStopped } = desk;
    const result = await VISITS[part]({ desk, wire, readOwn, isStopped, source, meter, now });
    // What was cut off by our own stop is no failure of the source: its lease ends and it is read again.
    if (desk.isStopped()) return isTreeChanged;
    // A failure is kept although the index is away: by it a source may say that it is no more.
    const entries = "failed" in result ? source.entries : await desk.index.countOf(uri);
    transact(wire.db, (tx) =>
      settlePart(tx, { part, uri, leaseAt: now + LEASE }, { result, entries, meter, isFailing }, now),
    );
    isTreeChanged ||= part === "actor" || part === "members";
    if ("isDaySpent" in result) return isTreeChanged;
    if (!("failed" in result)) continue;
    await hideOld(desk, uri, part, now);
    // One part that is not to be had keeps no other from its turn: what was taken back there must go.
    if (isOfWholeNode(part, result)) return isTreeChanged;
    isFailing = true;
  }
  return isTreeChanged;
}

/** Takes up the next part that is due. While it is read it is due at the end of a lease: whatever comes meanwhile makes it due anew. */
function beginPart({ wire }: NetworkDesk, uri: string, now: number): { source: Source; part: Part | "drop" } | null {
  return transact(wire.db, (tx) => {
    const source = loadSource(tx, uri);
    const dueAt = source ? dueAtOf(source) : null;
    if (!source || dueAt === null || dueAt > now) return null;
    if (source.isDropDue) return { source, part: "drop" as const };
    const part = duePart(source, now);
    if (part === null) return null;
    saveSource(tx, { ...source, [DUE_OF[part]]: now + LEASE });
    return { source, part };
  });
}

/** Takes everything of a source out of the index, and forgets the source where nobody reaches it any more. */
async function dropSource({ wire, index }: NetworkDesk, { uri }: Source): Promise<boolean> {
  // The index may be away: what a group takes back is in no sum all the same.
  transact(wire.db, (tx) => dropMonths(tx, uri));
  // Whose networks show it stays with the index, where anybody reaches it still.
  if (isReached(wire.db.orm, uri)) await index.keepOnly(uri, ENTRY_KINDS, []);
  else await index.dropSource(uri);
  transact(wire.db, (tx) => {
    const still = loadSource(tx, uri);
    if (!still) return;
    if (!isReached(tx, uri)) return deleteSource(tx, uri);
    forgetCyclesOf(tx, uri);
    // Lost and reached again before it was taken out: nobody else would ever make it due.
    const actorDueAt = still.actorDueAt ?? (still.isGone ? null : wire.clock.now());
    saveSource(tx, { ...still, ...NOTHING_READ, actorDueAt, isDropDue: false, entries: 0, heard: {} });
  });
  return true;
}

/** Of a source of which the index holds nothing (any more): the next reading is a whole one. */
export const NOTHING_READ = {
  ...{ catalogSeen: null, catalogResume: null, catalogStarted: null, catalogStartedAt: null },
  ...{ cyclesEtag: null, eventsEtag: null, statisticsEtag: null, factsKey: null },
} satisfies Partial<Source>;

/** `isFailing`: another part failed in this visit. */
type Settled = {
  readonly result: PartResult;
  readonly entries: number;
  readonly meter: Reading["meter"];
  readonly isFailing: boolean;
};

/** What each part brings into the index. */
const KINDS_OF: Partial<Readonly<Record<Part, EntryKind>>> = { catalog: "product", cycles: "cycle", events: "event" };

/** What a part brought goes when the part was not to be had for as long as a whole source may be silent; all of it is read again then. */
async function hideOld({ wire, index }: NetworkDesk, uri: string, part: Part, now: number): Promise<void> {
  const kind = KINDS_OF[part];
  const heardAt = loadSource(wire.db.orm, uri)?.heard[part];
  if (kind === undefined || heardAt === undefined || now - heardAt < HIDDEN_AFTER) return;
  await index.keepOnly(uri, [kind], []);
  transact(wire.db, (tx) => {
    const still = loadSource(tx, uri);
    if (!still) return;
    const { [part]: _, ...heard } = still.heard;
    if (part === "cycles") forgetCyclesOf(tx, uri);
    saveSource(tx, { ...still, ...NOTHING_OF[part], heard });
  });
}

const NO_CATALOG = { catalogSeen: null, catalogResume: null, catalogStarted: null, catalogStartedAt: null };
const NOTHING_OF: Partial<Readonly<Record<Part, Partial<Source>>>> = {
  catalog: NO_CATALOG,
  cycles: { cyclesEtag: null },
  events: { eventsEtag: null },
};

/** Whether a failure says that the rest of the source is not to be had either: its own document, silence, or a wish to be left alone. */
export function isOfWholeNode(part: Part, { failed, detail, retryAfterMs }: ActorFailure): boolean {
  if (part === "actor" || retryAfterMs !== undefined || detail === "HTTP 429") return true;
  return failed === "unreachable" && !detail.startsWith("HTTP ");
}

function settlePart(
  tx: Tx,
  { part, uri, leaseAt }: { part: Part; uri: string; leaseAt: number },
  { result, entries, meter, isFailing }: Settled,
  now: number,
): void {
  const still = loadSource(tx, uri);
  if (!still) return;
  const used = meter.used();
  const source = { ...still, triedAt: now, tookMs: used.ms, spent: spend(still.spent, used, now), entries };
  const due = DUE_OF[part];
  // Told of more while we read: at once again.
  const dueAt = (at: number | null) => (still[due] === leaseAt ? at : still[due]);
  if ("isDaySpent" in result) {
    saveSource(tx, { ...source, [due]: dueAt(now), retryAt: nextDay(source, now), lastError: "day-spent" });
  } else if ("failed" in result) {
    saveSource(tx, { ...source, ...failed(source, part, result, now) });
  } else {
    result.keep?.(tx);
    const heard = result.isBegun ? source.heard : { ...source.heard, [part]: now };
    const answered = { okAt: now, heard, retryAt: now, ...(isFailing ? {} : { failures: 0, lastError: null }) };
    saveSource(tx, { ...source, ...answered, ...result.change, [due]: dueAt(result.nextAt) });
  }
}

/** A failure as the desk shows it. */
export function writeFailure({ failed, detail }: ActorFailure): string {
  return `${failed}: ${detail}`.slice(0, 200);
}

function failed(source: Source, part: Part, failure: ActorFailure, now: number): Partial<Source> {
  const failures = source.failures + 1;
  const lastError = writeFailure(failure);
  // It says itself that it is no more: nothing of it stays, and its node is asked once a week whether it came back.
  if (part === "actor" && failure.failed === "gone")
    return {
      ...{ ...NOTHING_DUE, isGone: true, isDropDue: true, lastError, failures },
      ...{ actorDueAt: now + 7 * DAY, retryAt: now },
    };
  // Whoever says when to come again is not asked before.
  const retryAt = Math.max(retryAfter({ ...source, failures }, now), now + (failure.retryAfterMs ?? 0));
  if (!isOfWholeNode(part, failure)) return { failures, lastError, [DUE_OF[part]]: retryAt };
  // Behind what is due already: who is silent about one part is asked for the others first.
  return { failures, lastError, retryAt, [DUE_OF[part]]: now + 1 };
}

/** The actor's own document: who it is, which networks it says it is in, whether it wants to be listed and found. */
async function visitActor({ desk, source, meter, now }: PartWork): Promise<PartResult> {
  const { wire, index } = desk;
  const { uri } = source;
  // Also what it sends us may make us ask only so often a day; where it takes something back, that held before (wakeActivities).
  if (isSpent(meter.left())) return { isDaySpent: true };
  meter.addPage();
  const actor = await wire.senders.findActor(uri, { fresh: true });
  if ("failed" in actor) return actor;
  const facts = readActorFacts(actor);
  transact(wire.db, (tx) => takeBack(tx, uri, facts));
  // What may not be found is not told by its producer's own entry either.
  const goods = facts.isIndexable ? await index.goodsOf(uri) : NO_GOODS;
  const keptBy = readKeptBy(actor.document);
  if (keptBy !== null) {
    // What the keeper says is the other half: what we have of it is older than the reason to look.
    meter.addPage();
    const fresh = (loadRemoteActor(wire.db.orm, keptBy)?.fetchedAt ?? now) < (source.actorDueAt ?? 0);
    await wire.senders.findActor(keptBy, { fresh });
  }
  const entry = entryOfActor(uri, facts, goods, now, loadKeeper(wire.db.orm, uri)?.name);
  if (entry === null) await index.keepOnly(uri, ENTRY_KINDS, []);
  else {
    await index.put([entry]);
    if (!facts.isIndexable) await index.keepOnly(uri, ENTRY_KINDS, [uri]);
  }
  const { kind, level, name, claims, isDiscoverable, isIndexable, joining, joinPage, vat } = facts;
  const { membersIri, catalogIri, cyclesIri, eventsIri, statisticsIri } = facts;
  const key = factsKey(facts);
  const isOther = key !== source.factsKey;
  const again = isOther ? { ...NOTHING_READ, ...dueAgain(source, now) } : {};
  // What it no longer lets be found was taken out above, and is not read once more in the same visit.
  const hidden = isIndexable ? {} : { catalogDueAt: null, cyclesDueAt: null, eventsDueAt: null };
  const every = isWanted(wire.db.orm, uri) ? RENEW_EVERY.actor : RENEW_EVERY.members;
  return {
    change: {
      ...{ kind, level, name, claims, isDiscoverable, isIndexable, joining, joinPage, vat, isGone: false },
      ...{ membersIri, catalogIri, cyclesIri, eventsIri, statisticsIri },
      ...again,
      ...hidden,
      factsKey: key,
    },
    nextAt: soon(source, now, every),
    keep: (tx) => {
      if (isOther) forgetCyclesOf(tx, uri);
    },
  };
}

/** What it does not say any more holds no more from this moment, whatever becomes of the index: that may be away. */
function takeBack(tx: Tx, uri: string, facts: ActorFacts): void {
  const known = loadSource(tx, uri);
  if (!known) return;
  const isSilent = !facts.isDiscoverable || facts.statisticsIri === null;
  if (isSilent) dropMonths(tx, uri);
  saveSource(tx, {
    ...known,
    isDiscoverable: known.isDiscoverable && facts.isDiscoverable,
    isIndexable: known.isIndexable && facts.isIndexable,
    claims: known.claims.filter((network) => facts.claims.includes(network)),
    vat: known.vat === facts.vat ? known.vat : null,
    // The list that comes again is not the one whose months we hold.
    ...(isSilent ? { statisticsEtag: null } : {}),
  });
}

function dueAgain({ catalogDueAt, cyclesDueAt, eventsDueAt }: Source, now: number): Partial<Source> {
  const again = (at: number | null) => (at === null ? null : now);
  return { catalogDueAt: again(catalogDueAt), cyclesDueAt: again(cyclesDueAt), eventsDueAt: again(eventsDueAt) };
}

/** Its own document is asked for again each day: then it is known. */
export const UNKNOWN = { failed: "not-an-actor", detail: "its own document is not known" } as const;

/** What the source's own document says, as last read; null where it was never read. */
export async function knownFacts(desk: NetworkDesk, uri: string): Promise<ActorFacts | null> {
  const { wire } = desk;
  const actor =
    new URL(uri).origin === wire.origin ? await wire.senders.findActor(uri) : loadRemoteActor(wire.db.orm, uri);
  return actor && !("failed" in actor) ? readActorFacts(actor) : null;
}

/** Another network's list of its members. A whole list replaces what we had, a part of one only adds. */
async function visitMembers(work: PartWork): Promise<PartResult> {
  const { desk, source, now } = work;
  const { uri } = source;
  const nextAt = soon(source, now, RENEW_EVERY.members);
  if (new URL(uri).origin === desk.wire.origin) {
    const members = desk.membersOf(desk.wire.db.orm, uri).map((member) => member.uri);
    return { change: {}, nextAt: now + DAY, keep: (tx) => replaceLinks(tx, uri, members) };
  }
  const read = await readMembers(work);
  if ("failed" in read || "isDaySpent" in read) return read;
  if (!("isUnchanged" in read) && read.isWhole) transact(desk.wire.db, (tx) => replaceLinks(tx, uri, read.members));
  await desk.index.touch(uri, now);
  if ("isUnchanged" in read) return { change: {}, nextAt };
  const { members, isWhole, etag, stop } = read;
  const lies = stop !== null && stop.because !== "day" && stop.because !== "failure";
  return {
    change: {
      membersEtag: etag,
      ...markLies(
        source,
        "members",
        { count: lies ? 1 : 0, first: lies ? `members ${stop.because}` : null },
        { now, wholeSince: isWhole ? now : null },
      ),
      ...(isWhole ? {} : { lastError: `members ${stop?.because ?? "day"}` }),
    },
    nextAt: isWhole ? nextAt : soon(source, now, RENEW_EVERY.catalog),
    // A list that never ends adds other members each day: it grows no longer than one that does.
    keep: (tx) => (isWhole ? undefined : addLinks(tx, uri, members, DAILY_BUDGET.items)),
  };
}

function replaceLinks(tx: Tx, uri: string, members: readonly string[]): void {
  removeLinks(tx, uri);
  addLinks(tx, uri, members);
}
