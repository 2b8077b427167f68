// From a product of the catalog to the lines of a cycle: one, or one for each of its variants. Pure. ADR 0012.
import type { Product, ProductFacts, ProductVariant } from "../catalogs/product.ts";
import type { NewLine } from "./cycle.ts";

/** The lines of a product as it is now: each active variant is a product of its own in everything but its origin. */
export function productLines({ id, version, facts }: Product): NewLine[] {
  const variants = facts.variants.filter(({ isActive }) => isActive);
  const goods = { productIri: id, productVersion: version };
  if (variants.length === 0) return [{ goods: { ...goods, facts }, availableThousandths: facts.availableThousandths }];
  return variants.map((variant) => {
    const varied = variantFacts(facts, variant);
    return {
      goods: { ...goods, facts: varied, variantCode: variant.code },
      availableThousandths: varied.availableThousandths,
    };
  });
}

/** "Maglia, taglia M" at its own price, weight and stock; a variant of which nothing is said has no stock of its own to count. */
function variantFacts(facts: ProductFacts, variant: ProductVariant): ProductFacts {
  return {
    ...facts,
    name: `${facts.name}, ${variant.name}`,
    sku: facts.sku && variant.code ? `${facts.sku}-${variant.code}`.slice(0, 64) : facts.sku,
    priceTenThousandths: facts.priceTenThousandths + variant.priceOffsetTenThousandths,
    weightGrams: facts.weightGrams === null ? null : facts.weightGrams + variant.weightOffsetGrams,
    availableThousandths: variant.availableThousandths,
    variants: [],
  };
}
