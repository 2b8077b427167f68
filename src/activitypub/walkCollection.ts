// Walks a collection of another node page by page, within a budget, believing neither its length nor its neighbours.
import {
  type DocumentOptions,
  fetchDocument,
  findForeignPart,
  iriOf,
  list,
  type NoDocument,
  sameOrigin,
} from "./fetchDocument.ts";
import type { Fetcher } from "./guardedFetch.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";

/** What one peer may cost us in a day (SAFETY section 5): give what is left of it. Items are those seen, kept or not. */
type WalkBudget = { readonly pages: number; readonly items: number; readonly durationMs: number };

const DAILY_BUDGET: WalkBudget = { pages: 50, items: 2000, durationMs: 60_000 };

export type WalkOptions = DocumentOptions & {
  /**
   * "own" keeps items of the collection's own origin, owned there: objects as they are, strings as IRIs to fetch.
   * "references" keeps IRIs of any origin, as for members or followers; of an embedded object only its id is kept, since
   * nobody speaks for another origin.
   */
  readonly keep: "own" | "references";
  readonly budget?: WalkBudget;
};

export type Walk = {
  /** Each id once, in the order of the collection. */
  readonly items: readonly Json[];
  /** "end" only where the last page was reached: then the items are the whole collection. */
  readonly stopped: "end" | "pages" | "items" | "time" | "loop" | NoDocument["failure"];
  readonly detail: string;
  readonly spent: WalkBudget;
  /** The collection itself, without believing its `totalItems`; null where not even that was read. */
  readonly collection: JsonObject | null;
};

const COLLECTIONS = new Set(["Collection", "OrderedCollection"]);
const PAGES = new Set(["CollectionPage", "OrderedCollectionPage"]);

/** Reads the items of the collection with this id. Whatever goes wrong midway, what was read until then is given back. */
export async function walkCollection(fetcher: Fetcher, iri: string, options: WalkOptions): Promise<Walk> {
  const { budget = DAILY_BUDGET } = options;
  const started = performance.now();
  const leftMs = () => budget.durationMs - (performance.now() - started);
  const basket = new Basket(options.keep, budget.items);
  let collection: JsonObject | null = null;
  let pages = 0;

  const end = (stopped: Walk["stopped"], detail = ""): Walk => {
    const spent = { pages, items: basket.seen, durationMs: Math.round(performance.now() - started) };
    return { items: basket.items, stopped, detail, spent, collection };
  };

  const root = await fetchDocument(fetcher, iri, { ...options, withinMs: leftMs() });
  if (!root.ok) return end(root.failure, root.detail);
  collection = root.document;
  if (!hasType(collection, COLLECTIONS)) return end("not-a-collection", String(collection.type));
  if (!basket.fill(collection, root.url)) return end("items");

  const visited = new Set([root.url]);
  let next: Json | undefined = collection.first;
  while (next !== undefined && next !== null) {
    if (pages === budget.pages) return end("pages");
    if (leftMs() <= 0) return end("time");
    const pageIri = iriOf(next);
    if (pageIri !== null) {
      if (visited.has(pageIri)) return end("loop", pageIri);
      if (!sameOrigin(pageIri, root.url)) return end("foreign-origin", pageIri);
      visited.add(pageIri);
    }
    // The first page often comes inside the collection; what is inside has the origin of the whole.
    const embedded = isJsonObject(next) && (next.items ?? next.orderedItems) !== undefined ? next : null;
    if (embedded === null && pageIri === null) return end("not-a-collection");
    const page = embedded
      ? { ok: true as const, document: embedded }
      : await fetchDocument(fetcher, pageIri ?? "", { ...options, withinMs: leftMs() });
    if (!page.ok) return end(leftMs() <= 0 ? "time" : page.failure, page.detail);
    pages++;
    if (!hasType(page.document, PAGES)) return end("not-a-collection", String(page.document.type));
    const whole = page.document.partOf;
    if (whole !== undefined && iriOf(whole) !== collection.id) return end("foreign-owner", "partOf");
    if (!basket.fill(page.document, root.url)) return end("items");
    next = page.document.next;
  }
  return end("end");
}

/** What was gathered on the way, and how much was looked at for it. */
class Basket {
  readonly items: Json[] = [];
  seen = 0;
  private readonly ids = new Set<string>();
  private readonly keep: WalkOptions["keep"];
  private readonly limit: number;

  constructor(keep: WalkOptions["keep"], limit: number) {
    this.keep = keep;
    this.limit = limit;
  }

  /** Takes a page's items; false once the limit leaves some of them out. */
  fill(page: JsonObject, url: string): boolean {
    for (const item of list(page.orderedItems ?? page.items)) {
      if (this.seen === this.limit) return false;
      this.seen++;
      const id = iriOf(item);
      if (id === null || this.ids.has(id) || !this.isWanted(item, id, url)) continue;
      this.ids.add(id);
      this.items.push(this.keep === "references" ? id : item);
    }
    return true;
  }

  private isWanted(item: Json, id: string, url: string): boolean {
    if (this.keep === "references") return URL.canParse(id);
    return sameOrigin(id, url) && !(isJsonObject(item) && findForeignPart(item, url, false) !== null);
  }
}

function hasType(document: JsonObject, types: ReadonlySet<string>): boolean {
  return list(document.type).some((type) => typeof type === "string" && types.has(type));
}
