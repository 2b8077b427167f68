// What a buyer must keep to, line by line: unit, package, price under its pact, minimum, how much is left. Pure.
// PROTOCOL.md sections 4 and 6.1.
import { measureOf, type Product, type ProductFacts, packageOf } from "../catalogs/product.ts";
import { packagePriceFor, type ReaderTerms, wireMeasure } from "../catalogs/proposal.ts";
import type { Cycle } from "./cycle.ts";
import { cycleUrls, visibleLines } from "./offer.ts";

/** A line as one buyer may order it. Quantities are thousandths of `unit`, the wire's word for it. */
export type LineTerms = {
  readonly lineIri: string;
  readonly name: string;
  readonly sku: string | null;
  readonly unit: string;
  readonly packageThousandths: number;
  readonly packagePriceCents: number;
  readonly minimumThousandths: number | null;
  /** What other buyers leave; null: enough for everyone. */
  readonly freeThousandths: number | null;
  readonly isVariableWeight: boolean;
  /** Ordered from the catalog it does not say which of its variants is meant. */
  readonly hasVariants: boolean;
};

/** What others hold of a line, by its IRI, in thousandths of its unit. */
export type HeldByOthers = ReadonlyMap<string, number>;

/** The lines of a cycle that this buyer may order, by IRI. */
export function cycleTerms(cycle: Cycle, terms: ReaderTerms, held: HeldByOthers): Map<string, LineTerms> {
  const { iri } = cycleUrls(cycle.actorId, cycle.id);
  const lines = visibleLines(cycle, terms).map(({ number, goods, availableThousandths }) =>
    termsOf(`${iri}/${number}`, { ...goods.facts, availableThousandths }, terms, held),
  );
  return new Map(lines.map((line) => [line.lineIri, line]));
}

/** Products of the catalog as they are now, for an order without a cycle: what is off the list or outside the pact is left out. */
export function catalogTerms(products: readonly Product[], terms: ReaderTerms, held: HeldByOthers) {
  const offered = products.filter(
    ({ id, removedAt, facts }) => removedAt === null && facts.isActive && terms.includes(id),
  );
  return new Map(offered.map(({ id, facts }) => [id, termsOf(id, facts, terms, held)]));
}

function termsOf(lineIri: string, facts: ProductFacts, terms: ReaderTerms, held: HeldByOthers): LineTerms {
  const { unit, quantityThousandths: packageThousandths } = wireMeasure(packageOf(facts));
  const inWire = (saleThousandths: number) => wireMeasure(measureOf(facts, saleThousandths)).quantityThousandths;
  const { supplierMinThousandths, availableThousandths } = facts;
  const left = availableThousandths === null ? null : inWire(availableThousandths) - (held.get(lineIri) ?? 0);
  return {
    lineIri,
    name: facts.name,
    sku: facts.sku,
    unit,
    packageThousandths,
    packagePriceCents: packagePriceFor(facts, terms),
    minimumThousandths: supplierMinThousandths ? inWire(supplierMinThousandths) : null,
    freeThousandths: left === null ? null : Math.max(0, left),
    isVariableWeight: facts.isVariableWeight,
    hasVariants: facts.variants.some(({ isActive }) => isActive),
  };
}
