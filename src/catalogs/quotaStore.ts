// Rows of quotas <-> values; the only queries on them.
import { and, asc, eq, sql } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { Quota, QuotaOf } from "./quota.ts";
import { quotas } from "./tables.ts";

const quotasOfPeer = prepareOnce((tx) =>
  tx
    .select({ productId: quotas.productId, unit: quotas.unit, mostThousandths: quotas.mostThousandths })
    .from(quotas)
    .where(and(eq(quotas.actorId, asked("actorId")), eq(quotas.peer, asked("peer"))))
    .orderBy(asc(quotas.productId))
    .prepare(),
);

/** Every quota that a producer set for one partner, by product. */
export function listQuotas(tx: Tx, actorId: string, peer: string): Map<string, Quota> {
  const rows = quotasOfPeer(tx).all({ actorId, peer });
  return new Map(rows.map(({ productId, unit, mostThousandths }) => [productId, { unit, mostThousandths }]));
}

/** The same as what a reader's terms ask. */
export function quotasFor(tx: Tx, actorId: string, peer: string): QuotaOf {
  const set = listQuotas(tx, actorId, peer);
  return (productId) => set.get(productId) ?? null;
}

/** Sets the quota of a product for a partner; null takes it away. */
export function saveQuota(
  tx: Tx,
  { actorId, peer, productId }: { actorId: string; peer: string; productId: string },
  quota: Quota | null,
  updatedAt: number,
): void {
  if (quota === null) {
    const its = and(eq(quotas.actorId, actorId), eq(quotas.peer, peer), eq(quotas.productId, productId));
    tx.delete(quotas).where(its).run();
    return;
  }
  tx.insert(quotas)
    .values({ actorId, peer, productId, ...quota, updatedAt })
    .onConflictDoUpdate({
      target: [quotas.actorId, quotas.peer, quotas.productId],
      set: { unit: sql`excluded.unit`, mostThousandths: sql`excluded.most_thousandths`, updatedAt },
    })
    .run();
}
