// How we read another node's catalog: the digest that says it changed, and the pages that say what. PROTOCOL section 4.
import { readId, readMember } from "../../activitypub/activityShape.ts";
import type { RemoteActor } from "../../activitypub/actor.ts";
import type { Arrival, InboxRule, Outcome } from "../../activitypub/inbox.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import type { ActorFailure } from "../../activitypub/senders.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { answerCatalog, type CatalogQuery } from "../activities.ts";
import { type Mirror, markCatalogDue } from "./store.ts";

const MAX_PAGES = 200;
const MAX_ITEMS = 5000;
const MAX_WALK_MS = 60_000;

/** What a catalog answered: `isWhole` only where its last page was reached. */
export type CatalogRead = {
  readonly items: readonly JsonObject[];
  readonly isWhole: boolean;
  readonly updated: string | null;
  readonly sequence: number;
};

/** Rules for what arrives about catalogs. `wake` is called when a copy has become old; it must not write. */
export function catalogsInboxRules(wake: () => void): InboxRule[] {
  const receive = (tx: Tx, arrival: Arrival): Outcome => receiveDigest(tx, arrival, wake);
  return [{ channel: "social", types: ["Update"], objectTypes: ["Collection", "OrderedCollection"], receive }];
}

/** A digest: the stub of the sender's own catalog. What it says is only believed as "come and ask". */
function receiveDigest(tx: Tx, { activity, sender, receivedAt }: Arrival, wake: () => void): Outcome {
  const stub = activity.object;
  const catalogIri = catalogOf(sender);
  if (!isJsonObject(stub) || catalogIri === null || stub.id !== catalogIri) return "not-mine";
  if (readId(readMember(stub, "attributedTo")) !== sender.id) return { refused: "not-owner" };
  const { sequence } = stub;
  if (typeof sequence !== "number" || !Number.isSafeInteger(sequence) || sequence < 0) return { refused: "bad-digest" };
  const known = markCatalogDue(tx, { producerId: sender.id, catalogIri, sequence }, receivedAt);
  if (known === 0) return "not-mine";
  wake();
  return "applied";
}

/** Where an actor says its catalog is: on its own origin, or nowhere. */
export function catalogOf({ id, document }: Pick<RemoteActor, "id" | "document">): string | null {
  const { catalog } = document;
  const { origin } = new URL(id);
  if (typeof catalog !== "string" || catalog.length > 2048 || !catalog.startsWith(`${origin}/`)) return null;
  return URL.canParse(catalog) && new URL(catalog).origin === origin ? catalog : null;
}

/**
 * Reads what changed in a catalog since we last looked, or all of it, signed as the one of ours it is for. A producer on
 * this node is asked without HTTP. Never throws for what the world does.
 */
export async function readCatalog(wire: Wire, mirror: Mirror): Promise<CatalogRead | ActorFailure> {
  const { actorId, producerId, catalogIri, seenUpdated, isFullDue } = mirror;
  const since = isFullDue ? null : seenUpdated;
  const url = since === null ? catalogIri : `${catalogIri}?updatedAfter=${encodeURIComponent(since)}`;
  const isOwn = new URL(producerId).origin === wire.origin;
  const get = isOwn
    ? async (iri: string) => readOwn(wire, producerId, actorId, iri)
    : (iri: string) => wire.fetchDocument(iri, actorId);
  const root = await get(url);
  if ("failed" in root) return root;
  if (readId(readMember(root.document, "attributedTo")) !== producerId)
    return { failed: "refused", detail: "the catalog is not this producer's" };
  const { updated, sequence } = root.document;
  const walk = await walkPages(root.document, catalogIri, get);
  if ("failed" in walk) return walk;
  return {
    ...walk,
    updated: typeof updated === "string" ? updated : null,
    sequence: typeof sequence === "number" && Number.isSafeInteger(sequence) ? sequence : 0,
  };
}

type Get = (iri: string) => Promise<{ document: JsonObject } | ActorFailure>;

async function walkPages(
  root: JsonObject,
  catalogIri: string,
  get: Get,
): Promise<{ items: JsonObject[]; isWhole: boolean } | ActorFailure> {
  const started = performance.now();
  const items = itemsOf(root);
  const visited = new Set<string>();
  let next: Json | undefined = root.first;
  while (next !== undefined && next !== null) {
    const isOver = visited.size >= MAX_PAGES || items.length >= MAX_ITEMS || performance.now() - started > MAX_WALK_MS;
    if (isOver) return { items: items.slice(0, MAX_ITEMS), isWhole: false };
    const iri = readId(next);
    // The first page may come inside the collection.
    const embedded: JsonObject | null = isJsonObject(next) && next.items !== undefined ? next : null;
    if (iri === null || visited.has(iri) || !iri.startsWith(`${new URL(catalogIri).origin}/`))
      return { failed: "refused", detail: "the next page leads elsewhere" };
    visited.add(iri);
    const page: Awaited<ReturnType<Get>> = embedded ? { document: embedded } : await get(iri);
    if ("failed" in page) return page;
    items.push(...itemsOf(page.document));
    next = page.document.next;
  }
  return { items, isWhole: true };
}

function itemsOf(page: JsonObject): JsonObject[] {
  const items = page.items ?? page.orderedItems;
  return (Array.isArray(items) ? items : items === undefined ? [] : [items]).filter(isJsonObject);
}

/** The same answers as over HTTP, for two actors of one node. */
function readOwn(
  wire: Wire,
  producerId: string,
  readerId: string,
  iri: string,
): { document: JsonObject } | ActorFailure {
  const query: CatalogQuery = Object.fromEntries(new URL(iri).searchParams);
  const answer: ReturnType<typeof answerCatalog> = answerCatalog(wire, producerId, { id: readerId }, query, iri);
  return "refused" in answer ? ownFailure(answer) : { document: answer.document };
}

function ownFailure({ refused }: Refusal): ActorFailure {
  return { failed: refused === "gone" ? "gone" : "refused", detail: refused };
}
