// What can happen to a catalog: each thing one synchronous transaction with its digest.
import assert from "node:assert/strict";
import type { LocalActor } from "../activitypub/actor.ts";
import { type Tx, transact } from "../db/transact.ts";
import { slugOf } from "../kernel/ids.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { type CatalogWire, postDigest } from "./activities.ts";
import { findProblems, type Problems } from "./check.ts";
import { changedFacts, type Product, type ProductFacts } from "./product.ts";
import {
  insertNextVersion,
  insertProduct,
  listSlugsLike,
  loadCatalog,
  loadProduct,
  markRemoved,
  saveCatalogStep,
  type VersionCause,
} from "./store.ts";

/** One change of a catalog: a product comes, says something new (or comes back), or goes. */
export type CatalogChange =
  | { readonly kind: "add"; readonly facts: ProductFacts }
  | { readonly kind: "revise"; readonly product: Product; readonly facts: ProductFacts }
  | { readonly kind: "remove"; readonly product: Product };

export type ProductRefusal = Refusal<"no-such-product" | "stale-version"> | InvalidProduct;
type InvalidProduct = Refusal<"invalid-product"> & { readonly problems: Problems };

/**
 * Saves a product: a new one where `productId` is null, else a new version of it. `expectedVersion` is the one the person
 * saw: a later one is `stale-version`. Nothing changed, nothing is said.
 */
export function saveProduct(
  wire: CatalogWire,
  actor: LocalActor,
  wish: { productId: string | null; expectedVersion: number; facts: ProductFacts },
): Product | ProductRefusal {
  const problems = findProblems(wish.facts);
  if (Object.keys(problems).length > 0) return { refused: "invalid-product", problems };
  return transact(wire.db, (tx) => {
    if (wish.productId === null)
      return changeCatalog(wire, tx, actor, [{ kind: "add", facts: wish.facts }], "edit")[0]!;
    const product = loadOwn(tx, actor, wish.productId);
    if (!product) return { refused: "no-such-product" };
    if (product.version !== wish.expectedVersion) return { refused: "stale-version" };
    if (changedFacts(product.facts, wish.facts).length === 0) return product;
    return changeCatalog(wire, tx, actor, [{ kind: "revise", product, facts: wish.facts }], "edit")[0]!;
  });
}

/** Takes a product out of the catalog; its versions stay for the orders that have it. */
export function removeProduct(
  wire: CatalogWire,
  actor: LocalActor,
  wish: { productId: string; expectedVersion: number },
): Product | ProductRefusal {
  return transact(wire.db, (tx) => {
    const product = loadOwn(tx, actor, wish.productId);
    if (!product) return { refused: "no-such-product" };
    if (product.version !== wish.expectedVersion) return { refused: "stale-version" };
    return changeCatalog(wire, tx, actor, [{ kind: "remove", product }], "edit")[0]!;
  });
}

/**
 * Makes all the changes at one moment of the catalog, which is later than every former one, and owes one digest. Facts are
 * already checked. Returns the products as they are after, in the order of the changes.
 */
export function changeCatalog(
  wire: CatalogWire,
  tx: Tx,
  actor: LocalActor,
  changes: readonly CatalogChange[],
  cause: VersionCause,
): Product[] {
  if (changes.length === 0) return [];
  const now = wire.clock.now();
  const former = loadCatalog(tx, actor.id);
  // The wire has whole seconds: each change takes one of its own, so that nobody who asks "since" misses one.
  const updatedAt = Math.max(Math.floor(now / 1000) * 1000, (former?.updatedAt ?? 0) + 1000);
  const after = changes.map((change) => applyChange(tx, actor, change, updatedAt, cause));
  const offered = (products: readonly (Product | null)[]) =>
    products.filter((product) => product && product.removedAt === null && product.facts.isActive).length;
  const before = changes.map((change) => (change.kind === "add" ? null : change.product));
  const change = offered(after) - offered(before);
  saveCatalogStep(tx, { actorId: actor.id, updatedAt, sequence: (former?.sequence ?? 0) + 1, change });
  postDigest(wire, tx, actor, now);
  return after;
}

function applyChange(tx: Tx, actor: LocalActor, change: CatalogChange, at: number, cause: VersionCause): Product {
  if (change.kind === "add") {
    const slug = freeSlug(tx, actor.id, change.facts);
    const id = `${actor.id}/catalog/${slug}`;
    const times = { createdAt: at, updatedAt: at, removedAt: null };
    const product = { id, actorId: actor.id, slug, version: 1, facts: change.facts, ...times };
    insertProduct(tx, product, cause);
    return product;
  }
  assert.equal(change.product.actorId, actor.id, "a catalog changes its own products");
  if (change.kind === "remove") {
    markRemoved(tx, change.product.id, at);
    return { ...change.product, updatedAt: at, removedAt: at };
  }
  const { product, facts } = change;
  const next = { ...product, version: product.version + 1, facts, updatedAt: at, removedAt: null };
  insertNextVersion(tx, next, cause);
  return next;
}

function loadOwn(tx: Tx, actor: LocalActor, productId: string): Product | undefined {
  const product = loadProduct(tx, productId);
  return product?.actorId === actor.id && product.removedAt === null ? product : undefined;
}

/** The address of a product says its code or name, once for ever: it is never given to another. */
function freeSlug(tx: Tx, actorId: string, { sku, name }: ProductFacts): string {
  const base = (slugOf(sku ?? "") || slugOf(name) || "prodotto").slice(0, 56).replace(/-+$/, "");
  const taken = new Set(listSlugsLike(tx, actorId, base));
  let slug = base;
  for (let n = 2; taken.has(slug); n++) slug = `${base}-${n}`;
  return slug;
}
