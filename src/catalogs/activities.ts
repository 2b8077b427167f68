// What a producer's catalog says on the wire: the digest of a change, the collection and its pages, one product.
// PROTOCOL.md sections 3 and 4.
import type { LocalActor } from "../activitypub/actor.ts";
import { DOCUMENT } from "../activitypub/context.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { mintIri } from "../activitypub/outbox.ts";
import { loadActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { formatInstant, parseInstant } from "../kernel/time.ts";
import { revisionInForce } from "../partners/pacts/pact.ts";
import { findPact, listAudience } from "../partners/pacts/pactStore.ts";
import type { Product } from "./product.ts";
import { asDocument, catalogUrls, type ReaderTerms, writeProposal, writeTombstone } from "./proposal.ts";
import { quotasFor } from "./quotaStore.ts";
import { type Catalog, listChanges, loadCatalog, loadProductBySlug } from "./store.ts";

/** What changes to a catalog need of the node. */
export type CatalogWire = Pick<Wire, "db" | "clock" | "post">;

const PAGE_SIZE = 50;
/** How long a reader may stay away and still be told what is gone. */
const TOMBSTONE_MS = 90 * 86_400_000;

const EMPTY = { updatedAt: 0, sequence: 0, totalItems: 0 };
type Stub = Pick<Catalog, "updatedAt" | "sequence" | "totalItems">;

/** The catalog without its products: what a digest carries and what its address answers. */
function writeStub(actorId: string, { updatedAt, sequence, totalItems }: Stub): JsonObject {
  const { catalog } = catalogUrls(actorId);
  return {
    type: "Collection",
    id: catalog,
    attributedTo: actorId,
    updated: formatInstant(updatedAt),
    totalItems,
    revision: sequence,
    sequence,
    first: pageUrl(actorId, null, null),
  };
}

/** The Update of the stub: "something changed, come and ask". Never the products themselves. */
export function writeDigest(actor: Pick<LocalActor, "id">, stub: Stub): JsonObject {
  const { followers, partners } = catalogUrls(actor.id);
  return {
    "@context": DOCUMENT,
    type: "Update",
    id: mintIri(actor, "activities"),
    actor: actor.id,
    published: formatInstant(stub.updatedAt),
    to: [followers, partners],
    object: writeStub(actor.id, stub),
  };
}

/** Tells followers and partners of the catalog as it is now, in the transaction that changed it. */
export function postDigest(wire: Pick<Wire, "post">, tx: Tx, actor: LocalActor, now: number): void {
  const recipients = listAudience(tx, actor.id, "everyone");
  const catalog = loadCatalog(tx, actor.id);
  if (!catalog || recipients.length === 0) return;
  const activity = writeDigest(actor, catalog);
  wire.post(tx, {
    from: actor,
    activity,
    lane: "social",
    thread: null,
    isPublic: false,
    isProven: false,
    recipients,
    now,
  });
}

/** What the pact in which our actor sells to the reader gives it, running or suspended; null where there is none. */
export function readerTerms(tx: Tx, actorId: string, readerId: string): ReaderTerms | null {
  const held = findPact(tx, actorId, readerId);
  const terms = held?.pact.seller === actorId ? revisionInForce(held.pact)?.terms : undefined;
  if (!terms) return null;
  const subset = new Set(terms.catalogSubset);
  const isWhole = subset.has(catalogUrls(actorId).catalog);
  return {
    priceDeltaHundredthsPercent: terms.priceDeltaHundredthsPercent,
    includes: (productId) => isWhole || subset.has(productId),
    quotaOf: quotasFor(tx, actorId, readerId),
  };
}

/** What a reader asks of a catalog: the query of its address, as text. */
export type CatalogQuery = { readonly updatedAfter?: string; readonly after?: string };

/** A document and whether it is for this reader alone. */
export type CatalogAnswer = { readonly document: JsonObject; readonly isRestricted: boolean };

/**
 * The catalog for one reader (null: somebody unknown): without `after` the collection, with it a page of at most fifty.
 * `readerUrl` is the address as asked for, which is the document's id. Refuses `gone` (410) when `updatedAfter` is older
 * than the oldest tombstone, `bad-request` when the query says nothing we know.
 */
export function answerCatalog(
  wire: Wire,
  actorId: string,
  reader: { readonly id: string } | null,
  query: CatalogQuery,
  readerUrl: string,
): CatalogAnswer | Refusal<"gone" | "bad-request"> {
  const tx = wire.db.orm;
  const sinceAt = query.updatedAfter === undefined ? null : parseInstant(query.updatedAfter);
  if (query.updatedAfter !== undefined && sinceAt === null) return { refused: "bad-request" };
  if (sinceAt !== null && sinceAt < wire.clock.now() - TOMBSTONE_MS) return { refused: "gone" };
  const audience = audienceOf(tx, actorId, reader);
  const isRestricted = audience.terms !== null;
  const since = query.updatedAfter ?? null;
  if (query.after === undefined) {
    const stub = writeStub(actorId, loadCatalog(tx, actorId) ?? EMPTY);
    if (sinceAt === null) return { document: asDocument({ ...stub, id: readerUrl }), isRestricted };
    // What changed is little: its first page comes along and saves the reader a journey.
    const products = listChanges(tx, actorId, { sinceAt, after: null, limit: PAGE_SIZE + 1 });
    const first = writePage(actorId, products, audience, since, pageUrl(actorId, since, null));
    return { document: asDocument({ ...stub, id: readerUrl, first }), isRestricted };
  }
  const after = query.after === START ? null : readCursor(query.after);
  if (after === undefined) return { refused: "bad-request" };
  const products = listChanges(tx, actorId, { sinceAt, after, limit: PAGE_SIZE + 1 });
  return { document: asDocument(writePage(actorId, products, audience, since, readerUrl)), isRestricted };
}

/** One product, or its tombstone, for one reader; null when there is none this reader may see. */
export function answerProduct(
  wire: Wire,
  actorId: string,
  reader: { readonly id: string } | null,
  slug: string,
): CatalogAnswer | null {
  const product = loadProductBySlug(wire.db.orm, actorId, slug);
  const audience = audienceOf(wire.db.orm, actorId, reader);
  const item = product && writeItem(product, audience);
  return item ? { document: asDocument(item), isRestricted: audience.terms !== null } : null;
}

/** For whom an answer is: by which pact, if any, and whether everybody may see prices. */
type Audience = { readonly terms: ReaderTerms | null; readonly showsPrices: boolean };

function audienceOf(tx: Tx, actorId: string, reader: { readonly id: string } | null): Audience {
  const terms = reader && readerTerms(tx, actorId, reader.id);
  return { terms, showsPrices: loadActor(tx, actorId)?.showsPrices ?? false };
}

function writePage(
  actorId: string,
  products: readonly Product[],
  audience: Audience,
  since: string | null,
  id: string,
): JsonObject {
  const shown = products.slice(0, PAGE_SIZE);
  const last = products.length > PAGE_SIZE ? shown.at(-1) : undefined;
  return {
    type: "CollectionPage",
    id,
    partOf: collectionUrl(actorId, since),
    attributedTo: actorId,
    ...(last ? { next: pageUrl(actorId, since, last) } : {}),
    items: shown.flatMap((product) => writeItem(product, audience) ?? []),
  };
}

/** A product outside a reader's subset does not exist for that reader. */
function writeItem(product: Product, { terms, showsPrices }: Audience): JsonObject | null {
  if (terms && !terms.includes(product.id)) return null;
  const isOffered = product.removedAt === null && product.facts.isActive;
  return isOffered ? writeProposal(product, terms, showsPrices) : writeTombstone(product);
}

const START = "start";

function collectionUrl(actorId: string, since: string | null): string {
  const { catalog } = catalogUrls(actorId);
  return since === null ? catalog : `${catalog}?updatedAfter=${encodeURIComponent(since)}`;
}

function pageUrl(actorId: string, since: string | null, after: Product | null): string {
  const from = since === null ? "" : `updatedAfter=${encodeURIComponent(since)}&`;
  const cursor = after ? `${after.updatedAt / 1000}.${after.slug}` : START;
  return `${catalogUrls(actorId).catalog}?${from}after=${cursor}`;
}

function readCursor(text: string): { updatedAt: number; slug: string } | undefined {
  const match = /^(\d{1,11})\.([a-z0-9-]{1,80})$/.exec(text);
  return match ? { updatedAt: Number(match[1]) * 1000, slug: match[2]! } : undefined;
}
