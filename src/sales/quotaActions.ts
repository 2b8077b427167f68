// A producer says how much of a product one group may have: kept here, shown to that group alone as what is left for it, asked of
// its orders. DOMAIN.md 2.4.
import { loadActor, refuseRetired } from "../activitypub/store.ts";
import { postDigest } from "../catalogs/activities.ts";
import { measureOf, type Product } from "../catalogs/product.ts";
import { wireMeasure } from "../catalogs/proposal.ts";
import type { Quota } from "../catalogs/quota.ts";
import { listQuotas, saveQuota } from "../catalogs/quotaStore.ts";
import { loadCatalog, loadProduct, renewProducts, saveCatalogStep } from "../catalogs/store.ts";
import { type Tx, transact } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { findPact } from "../partners/pacts/pactStore.ts";
import { recordAudit } from "../web/auditStore.ts";
import { activeLines, retellCycle } from "./cycle.ts";
import { type Desk, publishCycle } from "./publishActions.ts";
import { listRunning } from "./store.ts";

/** Of which product at most how much, in thousandths of its sale unit; null: whatever there is. */
export type QuotaWish = { readonly productId: string; readonly mostThousandths: number | null };

/** Far above any harvest, far below where arithmetic ends. */
export const QUOTA_MAX_THOUSANDTHS = 1_000_000_000;

/**
 * Sets what a partner may have of each of these products. Readers ask for list and offers anew, all of them, so that nobody learns whom
 * it is about. Nothing different, nothing is said. Refuses `not-found` (no producer of ours, or no product of its list),
 * `actor-retired`, `no-such-pact`, `bad-quantity`.
 */
export function setQuotas(
  desk: Desk,
  who: { readonly actorId: string; readonly peer: string; readonly byId: string | null },
  wishes: readonly QuotaWish[],
): { changed: number } | Refusal {
  const { actorId, peer, byId } = who;
  return transact(desk.db, (tx) => {
    const actor = loadActor(tx, actorId);
    if (actor?.kind !== "producer") return { refused: "not-found" };
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    if (findPact(tx, actorId, peer)?.pact.seller !== actorId) return { refused: "no-such-pact" };
    const before = listQuotas(tx, actorId, peer);
    const changes: { product: Product; quota: Quota | null }[] = [];
    for (const { productId, mostThousandths } of wishes) {
      const product = loadProduct(tx, productId);
      if (product?.actorId !== actorId) return { refused: "not-found" };
      const isSound = mostThousandths === null || isWithin(mostThousandths);
      if (!isSound) return { refused: "bad-quantity", maxThousandths: QUOTA_MAX_THOUSANDTHS };
      const quota = mostThousandths === null ? null : quotaOf(product, mostThousandths);
      if (!isSame(before.get(productId) ?? null, quota)) changes.push({ product, quota });
    }
    const now = desk.clock.now();
    for (const { product, quota } of changes) {
      saveQuota(tx, { actorId, peer, productId: product.id }, quota, now);
      const detail = `${product.slug}: ${tell(before.get(product.id))} → ${tell(quota)}`;
      recordAudit(tx, { what: "quota", actorId, byId, aboutId: null, detail, at: now });
    }
    if (changes.length > 0)
      tellReaders(
        tx,
        desk,
        actorId,
        changes.map(({ product }) => product.id),
        now,
      );
    return { changed: changes.length };
  });
}

/** A quantity of the sale unit as a quota: in the unit in which orders ask for it. */
function quotaOf({ facts }: Pick<Product, "facts">, mostThousandths: number): Quota {
  const { unit, quantityThousandths } = wireMeasure(measureOf(facts, mostThousandths));
  return { unit, mostThousandths: quantityThousandths };
}

/** A quota in thousandths of the unit in which the product is sold now; null where it was said in another. */
export function saleQuantityOf({ facts }: Pick<Product, "facts">, quota: Quota): number | null {
  const one = wireMeasure(measureOf(facts, 1000));
  if (one.unit !== quota.unit || one.quantityThousandths === 0) return null;
  return Math.round((quota.mostThousandths * 1000) / one.quantityThousandths);
}

function tellReaders(tx: Tx, desk: Desk, actorId: string, productIds: readonly string[], now: number): void {
  const actor = loadActor(tx, actorId);
  const catalog = loadCatalog(tx, actorId);
  if (!actor || !catalog) return;
  // As every change of a catalog: a whole second of its own, so that who asks "since" is shown it.
  const updatedAt = Math.max(Math.floor(now / 1000) * 1000, catalog.updatedAt + 1000);
  renewProducts(tx, productIds, updatedAt);
  saveCatalogStep(tx, { actorId, updatedAt, sequence: catalog.sequence + 1, change: 0 });
  postDigest(desk, tx, actor, now);
  for (const cycle of listRunning(tx, actorId))
    if (activeLines(cycle).some(({ goods }) => productIds.includes(goods.productIri)))
      publishCycle(tx, desk, actor, cycle, retellCycle(cycle, now), now);
}

function isWithin(thousandths: number): boolean {
  return Number.isSafeInteger(thousandths) && thousandths >= 0 && thousandths <= QUOTA_MAX_THOUSANDTHS;
}

function isSame(one: Quota | null, other: Quota | null): boolean {
  return one?.unit === other?.unit && one?.mostThousandths === other?.mostThousandths;
}

function tell(quota: Quota | null | undefined): string {
  return quota ? `${quota.mostThousandths / 1000} ${quota.unit}` : "-";
}
