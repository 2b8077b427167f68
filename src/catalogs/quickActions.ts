// Quick changes of a catalog: of one product, of many at once, and taking either back. Each one transaction and one digest.
import type { LocalActor } from "../activitypub/actor.ts";
import { transact } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { type CatalogChange, changeCatalog, type ProductRefusal, saveProduct } from "./actions.ts";
import type { CatalogWire } from "./activities.ts";
import { findProblems } from "./check.ts";
import { changedFacts, type Product } from "./product.ts";
import { applyQuick, MANY_MAX, type QuickChange, quickPart } from "./quick.ts";
import { listChangedAt, loadProduct, loadProductVersion } from "./store.ts";

/** A product as the person saw it. */
export type SeenProduct = { readonly productId: string; readonly expectedVersion: number };

/**
 * Changes price, stock or pause of one product, as `saveProduct` does. What a phone sends again because the answer got lost is
 * `stale-version` by its number and done by what it says: that is no refusal.
 */
export function changeQuickly(
  wire: CatalogWire,
  actor: LocalActor,
  wish: SeenProduct & { readonly change: QuickChange },
): Product | ProductRefusal {
  const product = loadProduct(wire.db.orm, wish.productId);
  if (product?.actorId !== actor.id || product.removedAt !== null) return { refused: "no-such-product" };
  const facts = applyQuick(product.facts, wish.change);
  if (product.version !== wish.expectedVersion && changedFacts(product.facts, facts).length === 0) return product;
  return saveProduct(wire, actor, { ...wish, facts });
}

/** Takes the last quick change of a product back, as a new version. Refuses `no-former-price` where there was none before. */
export function undoQuick(
  wire: CatalogWire,
  actor: LocalActor,
  { productId, expectedVersion }: SeenProduct,
): Product | ProductRefusal | Refusal<"no-former-price"> {
  const before = loadProductVersion(wire.db.orm, productId, expectedVersion - 1);
  if (!before) return { refused: "no-former-price" };
  return changeQuickly(wire, actor, { productId, expectedVersion, change: quickPart(before.facts) });
}

/** One of many prices to be changed, ten-thousandths of a euro. */
export type PriceWish = SeenProduct & { readonly priceTenThousandths: number };

/**
 * Changes many prices at once, all or none. Gives the moment by which they can be taken back together (null: nothing was to
 * change). Refuses `no-such-product`, `stale-version`, `too-many-products`, `invalid-product`.
 */
export function changePrices(
  wire: CatalogWire,
  actor: LocalActor,
  wishes: readonly PriceWish[],
): { readonly at: number | null; readonly count: number } | Refusal {
  if (wishes.length > MANY_MAX) return { refused: "too-many-products" };
  return transact(wire.db, (tx) => {
    const changes: CatalogChange[] = [];
    for (const { productId, expectedVersion, priceTenThousandths } of wishes) {
      const product = loadProduct(tx, productId);
      if (product?.actorId !== actor.id || product.removedAt !== null) return { refused: "no-such-product" };
      if (product.version !== expectedVersion) return { refused: "stale-version" };
      const facts = { ...product.facts, priceTenThousandths };
      if (Object.keys(findProblems(facts)).length > 0) return { refused: "invalid-product", name: facts.name };
      if (changedFacts(product.facts, facts).length > 0) changes.push({ kind: "revise", product, facts });
    }
    const [first] = changeCatalog(wire, tx, actor, changes, "edit");
    return { at: first?.updatedAt ?? null, count: changes.length };
  });
}

/** Takes back what changed together at that moment; products changed again since stay as they are. Gives how many came back. */
export function undoPrices(
  wire: CatalogWire,
  actor: LocalActor,
  at: number,
): { readonly count: number } | Refusal<"no-former-price"> {
  return transact(wire.db, (tx) => {
    const changes = listChangedAt(tx, actor.id, at, MANY_MAX).flatMap((product): CatalogChange[] => {
      const before = loadProductVersion(tx, product.id, product.version - 1);
      if (!before) return [];
      return [{ kind: "revise", product, facts: applyQuick(product.facts, quickPart(before.facts)) }];
    });
    if (changes.length === 0) return { refused: "no-former-price" };
    return { count: changeCatalog(wire, tx, actor, changes, "undo").length };
  });
}
