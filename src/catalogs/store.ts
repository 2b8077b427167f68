// Rows of catalogs, products and versions <-> values; the only queries on them.
import { and, asc, desc, eq, inArray, isNull, like, or, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { plainText } from "./listing.ts";
import type { Product, ProductFacts } from "./product.ts";
import { catalogs, products, productVersions } from "./tables.ts";

export type Catalog = typeof catalogs.$inferSelect;
export type VersionCause = (typeof productVersions.$inferSelect)["cause"];

export function loadCatalog(tx: Tx, actorId: string): Catalog | undefined {
  return tx.select().from(catalogs).where(eq(catalogs.actorId, actorId)).get();
}

/** Moves the catalog on: its new time and sequence, and how many products it offers now. */
export function saveCatalogStep(
  tx: Tx,
  step: { actorId: string; updatedAt: number; sequence: number; change: number },
): void {
  const { change, ...row } = step;
  tx.insert(catalogs)
    .values({ ...row, totalItems: change })
    .onConflictDoUpdate({
      target: catalogs.actorId,
      set: { ...row, totalItems: sql`${catalogs.totalItems} + ${change}` },
    })
    .run();
}

export function saveColumnMapping(tx: Tx, actorId: string, columnMapping: string, now: number): void {
  tx.insert(catalogs)
    .values({ actorId, columnMapping, updatedAt: now, sequence: 0, totalItems: 0 })
    .onConflictDoUpdate({ target: catalogs.actorId, set: { columnMapping } })
    .run();
}

export function insertProduct(tx: Tx, product: Product, cause: VersionCause): void {
  const { id, actorId, slug, version, createdAt, updatedAt, removedAt, facts } = product;
  tx.insert(products)
    .values({ id, actorId, slug, version, createdAt, updatedAt, removedAt, ...listColumns(facts, removedAt) })
    .run();
  insertVersion(tx, product, cause);
}

/** Makes this the product's current version; the former ones stay as they are. */
export function insertNextVersion(tx: Tx, product: Product, cause: VersionCause): void {
  const { id, version, updatedAt, removedAt, facts } = product;
  tx.update(products)
    .set({ version, updatedAt, removedAt, ...listColumns(facts, removedAt) })
    .where(eq(products.id, id))
    .run();
  insertVersion(tx, product, cause);
}

export function markRemoved(tx: Tx, id: string, at: number): void {
  tx.update(products).set({ removedAt: at, updatedAt: at, isOffered: false }).where(eq(products.id, id)).run();
}

/** Makes everything on offer new to who asks "since": what its readers are shown changed, and not what it says itself. */
export function renewOffered(tx: Tx, actorId: string, at: number): void {
  tx.update(products)
    .set({ updatedAt: at })
    .where(and(eq(products.actorId, actorId), eq(products.isOffered, true)))
    .run();
}

/** The same for some products. */
export function renewProducts(tx: Tx, ids: readonly string[], at: number): void {
  tx.update(products)
    .set({ updatedAt: at })
    .where(inArray(products.id, [...ids]))
    .run();
}

function insertVersion(tx: Tx, { id, version, actorId, facts, updatedAt }: Product, cause: VersionCause): void {
  tx.insert(productVersions)
    .values({ productId: id, version, actorId, facts: JSON.stringify(facts), cause, createdAt: updatedAt })
    .run();
}

function listColumns(facts: ProductFacts, removedAt: number | null) {
  return {
    isOffered: removedAt === null && facts.isActive,
    sortName: plainText(facts.name),
    searchText: plainText(`${facts.name} ${facts.sku ?? ""} ${facts.category}`),
    category: facts.category,
  };
}

const CURRENT = {
  id: products.id,
  actorId: products.actorId,
  slug: products.slug,
  version: products.version,
  createdAt: products.createdAt,
  updatedAt: products.updatedAt,
  removedAt: products.removedAt,
  facts: productVersions.facts,
};
const ITS_VERSION = and(eq(productVersions.productId, products.id), eq(productVersions.version, products.version));

function toProduct(row: Omit<Product, "facts"> & { facts: string }): Product {
  return { ...row, facts: JSON.parse(row.facts) as ProductFacts };
}

/** The product as it is now, removed or not. */
export function loadProduct(tx: Tx, id: string): Product | undefined {
  const row = tx
    .select(CURRENT)
    .from(products)
    .innerJoin(productVersions, ITS_VERSION)
    .where(eq(products.id, id))
    .get();
  return row && toProduct(row);
}

export function loadProductBySlug(tx: Tx, actorId: string, slug: string): Product | undefined {
  const id = tx
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.actorId, actorId), eq(products.slug, slug)))
    .get()?.id;
  return id === undefined ? undefined : loadProduct(tx, id);
}

/** What one version said, for ever: for lines that were frozen with it. */
export function loadProductVersion(
  tx: Tx,
  productId: string,
  version: number,
): { productId: string; actorId: string; version: number; facts: ProductFacts; createdAt: number } | undefined {
  const row = tx
    .select()
    .from(productVersions)
    .where(and(eq(productVersions.productId, productId), eq(productVersions.version, version)))
    .get();
  return row && { ...row, facts: JSON.parse(row.facts) as ProductFacts };
}

/** What of the catalog to list. `after` is the last product of the page before; `search` words may stand anywhere. */
export type ListWish = {
  readonly show?: "all" | "offered" | "paused";
  readonly category?: string;
  readonly search?: string;
  readonly after?: { readonly sortName: string; readonly id: string };
  readonly limit?: number;
};

/** The catalog's products, by name; removed ones are not in it. All of them where no limit is given. */
export function listCurrentProducts(tx: Tx, actorId: string, wish: ListWish = {}): Product[] {
  const { show = "all", category, search = "", after, limit = -1 } = wish;
  const words = plainText(search).split(" ").filter(Boolean).slice(0, 6);
  const offered = show === "all" ? undefined : eq(products.isOffered, show === "offered");
  const rows = tx
    .select(CURRENT)
    .from(products)
    .innerJoin(productVersions, ITS_VERSION)
    .where(
      and(
        eq(products.actorId, actorId),
        isNull(products.removedAt),
        offered,
        category === undefined ? undefined : eq(products.category, category),
        ...words.map((word) => like(products.searchText, `%${word}%`)),
        after && sql`(${products.sortName}, ${products.id}) > (${after.sortName}, ${after.id})`,
      ),
    )
    .orderBy(asc(products.sortName), asc(products.id))
    .limit(limit)
    .all();
  return rows.map(toProduct);
}

/** The categories in use, in order, at most a hundred. */
export function listCategories(tx: Tx, actorId: string): string[] {
  const rows = tx
    .selectDistinct({ category: products.category })
    .from(products)
    .where(and(eq(products.actorId, actorId), isNull(products.removedAt)))
    .orderBy(asc(products.category))
    .limit(100)
    .all();
  return rows.map(({ category }) => category).filter((category) => category !== "");
}

/**
 * The products in the order of their changes. Without `sinceAt` those on offer; with it everything changed later, what is
 * no longer on offer included. `after` is the last one of the page before. Costs the page, whatever the catalog.
 */
export function listChanges(
  tx: Tx,
  actorId: string,
  wish: { sinceAt: number | null; after: { updatedAt: number; slug: string } | null; limit: number },
): Product[] {
  const { sinceAt, after, limit } = wish;
  const id = after && `${actorId}/catalog/${after.slug}`;
  const rows = tx
    .select(CURRENT)
    .from(products)
    .innerJoin(productVersions, ITS_VERSION)
    .where(
      and(
        eq(products.actorId, actorId),
        sinceAt === null ? eq(products.isOffered, true) : sql`${products.updatedAt} > ${sinceAt}`,
        after ? sql`(${products.updatedAt}, ${products.id}) > (${after.updatedAt}, ${id})` : undefined,
      ),
    )
    .orderBy(asc(products.updatedAt), asc(products.id))
    .limit(limit)
    .all();
  return rows.map(toProduct);
}

/** The products that changed together at that moment and not since, removed ones left out. */
export function listChangedAt(tx: Tx, actorId: string, at: number, limit: number): Product[] {
  const rows = tx
    .select(CURRENT)
    .from(products)
    .innerJoin(productVersions, ITS_VERSION)
    .where(and(eq(products.actorId, actorId), eq(products.updatedAt, at), isNull(products.removedAt)))
    .orderBy(asc(products.id))
    .limit(limit)
    .all();
  return rows.map(toProduct);
}

/** The slugs in use that are this one or begin with it and a hyphen. */
export function listSlugsLike(tx: Tx, actorId: string, slug: string): string[] {
  const rows = tx
    .select({ slug: products.slug })
    .from(products)
    .where(and(eq(products.actorId, actorId), or(eq(products.slug, slug), like(products.slug, `${slug}-%`))))
    .all();
  return rows.map((row) => row.slug);
}

/** The versions of a product, the newest first. */
export function listVersions(
  tx: Tx,
  productId: string,
  limit: number,
): { version: number; facts: ProductFacts; cause: VersionCause; createdAt: number }[] {
  const rows = tx
    .select()
    .from(productVersions)
    .where(eq(productVersions.productId, productId))
    .orderBy(desc(productVersions.version))
    .limit(limit)
    .all();
  return rows.map((row) => ({ ...row, facts: JSON.parse(row.facts) as ProductFacts }));
}
