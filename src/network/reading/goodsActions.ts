// What a producer offers to everybody, read for the index: its catalog and its open cycles. PROTOCOL 4, 5 and 9.
import type { Tx } from "../../db/transact.ts";
import { loadKeeper } from "../../partners/keeperStore.ts";
import { HIDDEN_AFTER } from "../index/networkIndex.ts";
import { nextDay } from "./budget.ts";
import { entryOfActor, entryOfCycle, entryOfProduct } from "./entries.ts";
import { type CatalogRead, readCatalogPart, readCycleList, readPublicCycle } from "./readActivities.ts";
import { DAY, MOST_ENTRIES, markLies, RENEW_EVERY, type Source, soon } from "./source.ts";
import { deleteKnownCycle, type KnownCycle, listKnownCycles, saveKnownCycle } from "./store.ts";
import { isOfWholeNode, knownFacts, type PartResult, type PartWork, UNKNOWN, writeFailure } from "./visitActions.ts";

const BATCH = 500;
/** No walk over a catalog is under way. */
const NO_WALK = { catalogResume: null, catalogStarted: null, catalogStartedAt: null } as const;
const MINUTE = 60_000;
/** So long after it was not to be had a single cycle is asked for again. */
const RETRY_CYCLE = 60 * MINUTE;

/** The catalog: all of it, what changed, or the rest of what a day's budget left over. */
export async function visitCatalog(work: PartWork): Promise<PartResult> {
  const { desk, source, now } = work;
  const { index } = desk;
  const { uri } = source;
  const facts = await knownFacts(desk, uri);
  if (facts === null) return UNKNOWN;
  const read = await readCatalogPart(work);
  if ("isDaySpent" in read) return read;
  if ("failed" in read) {
    // 410 to "since then": the tombstones we missed are forgotten, so all is read again; else the catalog itself is no more.
    if (read.failed !== "gone") return read;
    const isOldQuestion = source.catalogSeen !== null && source.catalogResume === null;
    if (!isOldQuestion) await index.keepOnly(uri, ["product"], []);
    const again = { catalogSeen: null, ...NO_WALK };
    return { change: again, nextAt: isOldQuestion ? now : soon(source, now, RENEW_EVERY.catalog) };
  }
  await index.touch(uri, now);
  // What it took back goes first.
  await index.remove(uri, read.goneIds);
  const isFirst = source.catalogSeen === null && source.catalogResume === null;
  const room = Math.max(0, MOST_ENTRIES - (isFirst ? 0 : await index.countOf(uri)));
  // What it already has may change however full its share is; what is cut off is shown as such.
  const products = read.products.slice(0, Math.max(room, Math.min(read.products.length, isFirst ? room : BATCH)));
  for (let at = 0; at < products.length; at += BATCH)
    await index.put(products.slice(at, at + BATCH).map((product) => entryOfProduct(uri, facts, product, now)));
  const isCut = products.length < read.products.length || (await index.countOf(uri)) > MOST_ENTRIES + BATCH;
  if (isFirst && (read.isWhole || isCut)) {
    const ids = products.map(({ id }) => id);
    await index.keepOnly(uri, ["product"], ids);
  }
  // Read whole over several days: what none of them brought is no longer there.
  if (source.catalogSeen === null && source.catalogStartedAt !== null && read.isWhole && !isCut)
    await index.dropOld(uri, ["product"], source.catalogStartedAt);
  const own = entryOfActor(uri, facts, await index.goodsOf(uri), now, loadKeeper(desk.wire.db.orm, uri)?.name);
  if (own !== null) await index.put([own]);
  return nextCatalog(source, read, isCut, now);
}

function nextCatalog(source: Source, read: CatalogRead, isCut: boolean, now: number): PartResult {
  const { stop, lies } = read;
  const isLoop = stop !== null && (stop.because === "loop" || stop.because === "elsewhere");
  const told = {
    count: lies.count + (isLoop ? 1 : 0),
    first: lies.first ?? (isLoop ? `catalog ${stop.because}` : null),
  };
  const daily = soon(source, now, RENEW_EVERY.catalog);
  const started = source.catalogResume === null ? read.updated : source.catalogStarted;
  const startedAt = source.catalogResume === null ? now : source.catalogStartedAt;
  const isAll = stop === null && source.catalogSeen === null && !isCut;
  const mark = markLies(source, "catalog", told, { now, wholeSince: isAll ? startedAt : null });
  if (isCut) return { change: { ...mark, ...NO_WALK, catalogSeen: null, lastError: "too-many-items" }, nextAt: daily };
  if (stop === null) {
    // Who said what is not its to say is read whole each day, until there is nothing of the kind.
    const after = { ...source, ...mark };
    const isMarked = after.lies > 0 && after.liePart === "catalog";
    return { change: { ...mark, ...NO_WALK, catalogSeen: isMarked ? null : started || null }, nextAt: daily };
  }
  if (stop.because === "failure") return stop.failure;
  if (stop.because !== "day")
    return { change: { ...mark, ...NO_WALK, catalogSeen: null, lastError: `catalog ${stop.because}` }, nextAt: daily };
  const rest =
    stop.next === null ? NO_WALK : { catalogResume: stop.next, catalogStarted: started, catalogStartedAt: startedAt };
  const change = { ...mark, ...rest, lastError: "day-spent", retryAt: nextDay(source, now) };
  return { change, nextAt: now, ...(stop.next === null ? {} : { isBegun: true }) };
}

/** The cycles that everybody may see: the list of them, then each that is new, was told of, or is open since a day. */
export async function visitCycles(work: PartWork): Promise<PartResult> {
  const { desk, source, now } = work;
  const { uri } = source;
  const { orm } = desk.wire.db;
  const facts = await knownFacts(desk, uri);
  if (facts === null) return UNKNOWN;
  const list = await readCycleList(work);
  if ("isDaySpent" in list) return list;
  if ("failed" in list && list.failed !== "gone") return list;
  await desk.index.touch(uri, now);
  const listed = "iris" in list ? new Set(list.iris) : "failed" in list ? new Set<string>() : null;
  const known = new Map(listKnownCycles(orm, uri).map((cycle) => [cycle.iri, cycle]));
  for (const iri of listed ?? [])
    if (!known.has(iri)) known.set(iri, { sourceUri: uri, iri, state: "wanted", sequence: 0, dueAt: now });
  const isOff = ({ iri, state }: KnownCycle) => listed !== null && !listed.has(iri) && state !== "wanted";
  // What it took off its list does not wait for those that are still on it.
  const off = [...known.values()].filter(isOff).map(({ iri }) => iri);
  await desk.index.remove(uri, off);
  const settled: KnownCycle[] = [];
  const removed: string[] = [];
  let isDaySpent = false;
  let lastError: string | null = null;
  for (const cycle of known.values()) {
    const isDue = cycle.dueAt !== null && cycle.dueAt <= now;
    if (!isOff(cycle) && !isDue) {
      settled.push(cycle);
      continue;
    }
    const read = isOff(cycle) ? null : await readPublicCycle(work, cycle.iri);
    if (read !== null && "failed" in read) {
      if (isOfWholeNode("cycles", read)) return read;
      // It keeps no other from its turn; what is known of it holds till it is old.
      lastError ??= writeFailure(read);
      settled.push({ ...cycle, dueAt: now + RETRY_CYCLE });
      continue;
    }
    if (read !== null && "isDaySpent" in read) {
      isDaySpent = true;
      settled.push(cycle);
      continue;
    }
    if (read === null) removed.push(cycle.iri);
    else if (read.status === "open" && read.endsAt > now) {
      await desk.index.put([entryOfCycle(uri, facts, read, now)]);
      const dueAt = Math.min(now + DAY, read.endsAt + MINUTE);
      settled.push({ ...cycle, state: "open", sequence: read.sequence, dueAt });
    } else settled.push({ ...cycle, state: "over", sequence: read.sequence, dueAt: null });
  }
  const open = settled.filter(({ state }) => state === "open").map(({ iri }) => iri);
  await desk.index.keepOnly(uri, ["cycle"], open);
  await desk.index.dropOld(uri, ["cycle"], now - HIDDEN_AFTER);
  const keep = (tx: Tx) => {
    for (const iri of removed) deleteKnownCycle(tx, uri, iri);
    for (const cycle of settled) saveKnownCycle(tx, cycle);
  };
  const nextAt = nextCycles(source, settled, now);
  const cyclesEtag = "etag" in list ? list.etag : source.cyclesEtag;
  const trouble = isDaySpent ? { lastError: "day-spent", retryAt: nextDay(source, now) } : lastError && { lastError };
  return { change: { cyclesEtag, ...trouble }, nextAt: isDaySpent ? now : nextAt, keep };
}

function nextCycles(source: Source, cycles: readonly KnownCycle[], now: number): number {
  const dues = cycles.flatMap(({ dueAt }) => dueAt ?? []);
  return Math.min(soon(source, now, RENEW_EVERY.cycles), ...dues.map((at) => Math.max(at, now + MINUTE)));
}
