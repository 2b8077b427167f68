// The most of a product that its producer gives one group: said in the unit of the wire, kept by the producer alone. Pure.

/** `unit` is the wire's word, `mostThousandths` how many thousandths of it. */
export type Quota = { readonly unit: string; readonly mostThousandths: number };

/** What of a product, by its IRI, one reader may have at most; null: whatever there is. */
export type QuotaOf = (productId: string) => Quota | null;

export const NO_QUOTA: QuotaOf = () => null;

/**
 * What is left for one reader, in wire thousandths of `unit`: the least of what there is for everybody (`leftThousandths`, null:
 * enough) and of its quota, less what it holds of it elsewhere. Null: enough. A quota said in another unit, because the product is
 * sold otherwise by now, leaves nothing until its producer says it anew: too much is never promised by mistake.
 */
export function leftFor(
  unit: string,
  leftThousandths: number | null,
  quota: Quota | null,
  heldThousandths = 0,
): number | null {
  if (quota === null) return leftThousandths;
  const own = quota.unit === unit ? Math.max(0, quota.mostThousandths - heldThousandths) : 0;
  return leftThousandths === null ? own : Math.min(leftThousandths, own);
}
