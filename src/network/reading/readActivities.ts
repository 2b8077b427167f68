// How the parts of a source are read at its own node, page by page within the day's budget. PROTOCOL 3, 4, 5 and 9, SAFETY B24.
import { readId, readIris, readMember } from "../../activitypub/activityShape.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import type { ActorFailure } from "../../activitypub/senders.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { answerCatalog, type CatalogQuery } from "../../catalogs/activities.ts";
import { type CycleCopy, readCycle } from "../../catalogs/announced/announced.ts";
import { type MirroredProduct, readCatalogItem } from "../../catalogs/readProposal.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { DAILY_BUDGET, isSpent, type Meter } from "./budget.ts";
import type { Source } from "./source.ts";

/** A document of this node as one of its actors may read it, without HTTP; null when it is not there for that reader. */
export type ReadOwn = (iri: string, readerId: string) => JsonObject | null;

/** One reading of one source: whose, on which wire, and what it may still cost. */
export type Reading = {
  readonly wire: Wire;
  readonly readOwn: ReadOwn;
  readonly source: Source;
  readonly meter: Meter;
  /** Whether our node is stopping: no page is asked for any more. */
  readonly isStopped: () => boolean;
};

/** The day's budget is spent; go on tomorrow. */
type DaySpent = { readonly isDaySpent: true };
type Got = { readonly document: JsonObject; readonly etag: string | null } | { readonly isUnchanged: true };

const LONGEST_GET_MS = 10_000;

async function get(reading: Reading, iri: string, etag: string | null): Promise<Got | ActorFailure | DaySpent> {
  const { wire, readOwn, source, meter, isStopped } = reading;
  if (isStopped()) return { failed: "unreachable", detail: "stopping" };
  const left = meter.left();
  if (isSpent(left)) return { isDaySpent: true };
  meter.addPage();
  if (new URL(source.uri).origin === wire.origin) return getOwn(wire, readOwn, source.uri, iri);
  return wire.readDocument(iri, { etag, withinMs: Math.min(LONGEST_GET_MS, left.ms) });
}

function getOwn(wire: Wire, readOwn: ReadOwn, ownerId: string, iri: string): Got | ActorFailure {
  const readerId = `${wire.origin}/actor`;
  if (!iri.startsWith(`${ownerId}/catalog`)) {
    const document = readOwn(iri, readerId);
    return document ? { document, etag: null } : { failed: "gone", detail: "not there" };
  }
  const query: CatalogQuery = Object.fromEntries(new URL(iri).searchParams);
  const answer = answerCatalog(wire, ownerId, { id: readerId }, query, iri);
  if (isRefusal(answer)) return { failed: answer.refused === "gone" ? "gone" : "refused", detail: answer.refused };
  return { document: answer.document, etag: null };
}

/** Why a walk ended before its end. `next` is where to go on tomorrow. */
type Stop =
  | { readonly because: "day"; readonly next: string | null }
  | { readonly because: "loop" | "elsewhere" | "enough" }
  | { readonly because: "failure"; readonly failure: ActorFailure };

type Walk = { readonly items: Json[]; readonly stop: Stop | null };

/** Takes items page by page from `first` on, on the source's own origin, each page once. `most`: of more than these no page is asked for. */
async function walk(reading: Reading, first: Json | undefined, most = Number.POSITIVE_INFINITY): Promise<Walk> {
  const { meter, source } = reading;
  const { origin } = new URL(source.uri);
  const items: Json[] = [];
  const visited = new Set<string>();
  let next: Json | undefined = first;
  while (next !== undefined && next !== null) {
    if (items.length >= most) return { items, stop: { because: "enough" } };
    const iri = readId(next);
    if (iri === null || !URL.canParse(iri) || new URL(iri).origin !== origin)
      return { items, stop: { because: "elsewhere" } };
    if (visited.has(iri)) return { items, stop: { because: "loop" } };
    visited.add(iri);
    // The first page may come inside the collection.
    const embedded = isJsonObject(next) && itemsOf(next).length > 0 ? next : null;
    const page = embedded ? { document: embedded, etag: null } : await get(reading, iri, null);
    if ("isDaySpent" in page) return { items, stop: { because: "day", next: iri } };
    if ("failed" in page) return { items, stop: { because: "failure", failure: page } };
    if ("isUnchanged" in page) return { items, stop: { because: "elsewhere" } };
    const all = itemsOf(page.document);
    const taken = meter.takeItems(all.length);
    items.push(...all.slice(0, taken));
    next = page.document.next;
    if (taken < all.length) {
      // Tomorrow this page once more, whole; one that is longer than a day would be the last for ever.
      const isTooLong = all.length > DAILY_BUDGET.items;
      return { items, stop: { because: "day", next: isTooLong ? readId(next) : iri } };
    }
  }
  return { items, stop: null };
}

function itemsOf(page: JsonObject): Json[] {
  const items = readMember(page, "items") ?? readMember(page, "orderedItems");
  return items === undefined || items === null ? [] : Array.isArray(items) ? items : [items];
}

/** Something a source said that is not its to say: how often, and the first such thing. */
type Lies = { readonly count: number; readonly first: string | null };

export type MembersRead =
  | { readonly isUnchanged: true }
  | {
      readonly members: readonly string[];
      readonly isWhole: boolean;
      readonly etag: string | null;
      readonly stop: Stop | null;
    };

/** The members that a network's own collection lists, of whatever origin; whether they say so too is not its to decide. */
export async function readMembers(reading: Reading): Promise<MembersRead | ActorFailure | DaySpent> {
  const { membersIri, membersEtag, uri } = reading.source;
  const root = await getCollection(reading, membersIri ?? "", membersEtag, uri);
  if (!("document" in root)) return root;
  const embedded = itemsOf(root.document);
  const taken = reading.meter.takeItems(embedded.length);
  const found = await walk(reading, taken < embedded.length ? undefined : root.document.first);
  const isWhole = found.stop === null && taken === embedded.length;
  const iris = readIris([...embedded.slice(0, taken), ...found.items]);
  const members = [...new Set(iris)].filter(
    (iri) => iri.length <= 2048 && /^https?:$/.test(URL.parse(iri)?.protocol ?? ""),
  );
  return { members, isWhole, etag: isWhole ? root.etag : null, stop: found.stop };
}

/** A collection of the source's own; whose it is not is refused. */
async function getCollection(
  reading: Reading,
  iri: string,
  etag: string | null,
  ownerId: string,
): Promise<Got | ActorFailure | DaySpent> {
  const root = await get(reading, iri, etag);
  if (!("document" in root)) return root;
  const owner = readId(readMember(root.document, "attributedTo"));
  if (owner !== null && owner !== ownerId) return { failed: "refused", detail: "the collection is another's" };
  return root;
}

export type CatalogRead = {
  readonly products: readonly MirroredProduct[];
  readonly goneIds: readonly string[];
  readonly lies: Lies;
  readonly isWhole: boolean;
  /** `updated` of the catalog; null where we went on in the middle. */
  readonly updated: string | null;
  readonly stop: Stop | null;
};

/** What changed in a catalog since we last saw it whole, or all of it, or the rest of where a day's budget stopped us. */
export async function readCatalogPart(reading: Reading): Promise<CatalogRead | ActorFailure | DaySpent> {
  const { catalogIri, catalogSeen, catalogResume, uri } = reading.source;
  if (catalogResume !== null) return sortItems(await walk(reading, catalogResume), uri, null);
  const since = catalogSeen === null ? "" : `?updatedAfter=${encodeURIComponent(catalogSeen)}`;
  const root = await getCollection(reading, `${catalogIri}${since}`, null, uri);
  if (!("document" in root)) return "isUnchanged" in root ? { failed: "refused", detail: "unasked 304" } : root;
  const { document } = root;
  const embedded = itemsOf(document);
  const taken = reading.meter.takeItems(embedded.length);
  const found = taken < embedded.length ? tooMany : await walk(reading, document.first);
  const items = [...embedded.slice(0, taken), ...found.items];
  return sortItems({ items, stop: found.stop }, uri, typeof document.updated === "string" ? document.updated : "");
}

const tooMany: Walk = { items: [], stop: { because: "day", next: null } };

function sortItems({ items, stop }: Walk, uri: string, updated: string | null): CatalogRead {
  const products = new Map<string, MirroredProduct>();
  const goneIds: string[] = [];
  let count = 0;
  let first: string | null = null;
  for (const item of items) {
    const found = readCatalogItem(item, uri);
    if (isRefusal(found)) {
      count += 1;
      first ??= `${found.field} ${found.id}`.slice(0, 200);
    } else if (found.kind === "gone") goneIds.push(found.id);
    else products.set(found.product.id, found.product);
  }
  for (const id of goneIds) products.delete(id);
  return { products: [...products.values()], goneIds, lies: { count, first }, isWhole: stop === null, updated, stop };
}

/** A list of the source's own, whole or as much of it as the day allows, or the word that nothing in it has changed. */
export type ListRead =
  | { readonly items: readonly Json[]; readonly isWhole: boolean; readonly etag: string | null }
  | { readonly isUnchanged: true };

/** Reads such a list, whatever its items are; of a long one its first `most`, which are then taken for the whole. */
export async function readList(
  reading: Reading,
  iri: string,
  etag: string | null,
  most?: number,
): Promise<ListRead | ActorFailure | DaySpent> {
  const root = await getCollection(reading, iri, etag, reading.source.uri);
  if (!("document" in root)) return root;
  const embedded = itemsOf(root.document);
  const taken = reading.meter.takeItems(embedded.length);
  const items = embedded.slice(0, taken);
  const found: Walk = embedded.length > 0 ? { items, stop: null } : await walk(reading, root.document.first, most);
  if (found.stop?.because === "failure") return found.stop.failure;
  const isWhole = found.stop?.because !== "day" && taken === embedded.length;
  return { items: found.items, isWhole, etag: isWhole ? root.etag : null };
}

/** One document of the source's own, under its own name; null where there is none (any more). */
export async function readItem(
  reading: Reading,
  iri: string,
): Promise<{ readonly document: JsonObject } | null | ActorFailure | DaySpent> {
  const got = await get(reading, iri, null);
  if ("isDaySpent" in got) return got;
  if ("failed" in got) return isNotThere(got) ? null : got;
  return "isUnchanged" in got || got.document.id !== iri ? null : got;
}

/** Whether a node says that it has no such thing, now or any more: that is an answer, and no failure of the node. */
export function isNotThere({ failed, detail }: ActorFailure): boolean {
  return failed === "gone" || detail === "HTTP 404";
}

/** The addresses of the cycles that a producer shows to everybody, or that nothing has changed in that list. */
export async function readCycleList(
  reading: Reading,
): Promise<{ iris: string[]; etag: string | null } | { isUnchanged: true } | ActorFailure | DaySpent> {
  const { cyclesIri, cyclesEtag, uri } = reading.source;
  const root = await getCollection(reading, cyclesIri ?? "", cyclesEtag, uri);
  if (!("document" in root)) return root;
  const embedded = itemsOf(root.document);
  const found = embedded.length > 0 ? { items: embedded } : await walk(reading, root.document.first);
  const iris = readIris(found.items.slice(0, MOST_CYCLES)).filter((iri) => isOn(iri, uri));
  return { iris: [...new Set(iris)], etag: root.etag };
}

/** Cycles of one source that are looked at; the newest come first in its list. */
export const MOST_CYCLES = 100;

/** One cycle without its lines, as everybody sees it; null where there is none (any more) or it is none of the source's. */
export async function readPublicCycle(
  reading: Reading,
  iri: string,
): Promise<CycleCopy | null | ActorFailure | DaySpent> {
  const got = await get(reading, iri, null);
  if ("isDaySpent" in got) return got;
  if ("failed" in got) return isNotThere(got) ? null : got;
  if ("isUnchanged" in got || got.document.type === "Tombstone") return null;
  // Under its own name alone: another spelling of the same address may carry anything, line breaks too.
  if (got.document.id !== iri) return null;
  const cycle = readCycle(got.document, iri, reading.source.uri);
  return isRefusal(cycle) ? null : cycle;
}

function isOn(iri: string, actorId: string): boolean {
  return iri.length <= 2048 && URL.canParse(iri) && new URL(iri).origin === new URL(actorId).origin;
}
