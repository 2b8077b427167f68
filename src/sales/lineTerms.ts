// What a buyer must keep to, line by line: unit, package, price under its pact, minimum, how much is left. Pure.
// PROTOCOL.md sections 4 and 6.1.
import { measureOf, type Product, type ProductFacts, packageOf } from "../catalogs/product.ts";
import { packagePriceFor, type ReaderTerms, wireMeasure } from "../catalogs/proposal.ts";
import { leftFor } from "../catalogs/quota.ts";
import type { VatRatePercent } from "../kernel/vat.ts";
import type { AgreedLine } from "../partners/threads/agreement.ts";
import type { Cycle } from "./cycle.ts";
import { cycleUrls } from "./offer.ts";

/** A line as one buyer may order it. Quantities are thousandths of `unit`, the wire's word for it. */
export type LineTerms = {
  readonly lineIri: string;
  readonly name: string;
  readonly sku: string | null;
  readonly unit: string;
  readonly packageThousandths: number;
  readonly packagePriceCents: number;
  readonly minimumThousandths: number | null;
  /** What other buyers leave, and its quota lets it have; null: enough for everyone. */
  readonly freeThousandths: number | null;
  readonly isVariableWeight: boolean;
  /** Ordered from the catalog it does not say which of its variants is meant. */
  readonly hasVariants: boolean;
  /** VAT in the price, in percent; null where the producer has not said. */
  readonly vatRatePercent?: VatRatePercent | null;
  /** These are the package and price of an earlier version of the product: whether they still hold is the producer's word. */
  readonly isFormer?: true;
};

/** What others hold of each line, by its IRI, in thousandths of its unit. */
export type HeldByOthers = ReadonlyMap<string, number>;

/**
 * What there is to give: what other orders hold of it, what of that is this buyer's own in another order (a quota is for both
 * together), and what this order has agreed already.
 */
export type Stock = {
  readonly held: HeldByOthers;
  readonly besides: HeldByOthers;
  readonly own: readonly AgreedLine[];
};

/**
 * The lines of a cycle that this buyer may order, by IRI. Of a line taken off the offer there is what was agreed before, and no
 * more: whoever asks for it anew waits for the producer.
 */
export function cycleTerms(cycle: Cycle, terms: ReaderTerms, stock: Stock): Map<string, LineTerms> {
  const { iri } = cycleUrls(cycle.actorId, cycle.id);
  const visible = cycle.lines.filter(({ goods }) => terms.includes(goods.productIri));
  const lines = visible.map(({ number, goods, availableThousandths, withdrawnAt }) => {
    const line = termsOf(`${iri}/${number}`, goods.productIri, { ...goods.facts, availableThousandths }, terms, stock);
    return withdrawnAt === null ? line : { ...line, freeThousandths: ownOf(line.lineIri, stock) };
  });
  return new Map(lines.map((line) => [line.lineIri, line]));
}

/** Products of the catalog as they are now, for an order without a cycle: what is outside the pact is left out, what is off the list has run out. */
export function catalogTerms(products: readonly Product[], terms: ReaderTerms, stock: Stock): Map<string, LineTerms> {
  const visible = products.filter(({ id }) => terms.includes(id));
  const lines = visible.map(({ id, facts, removedAt }) => {
    const line = termsOf(id, id, facts, terms, stock);
    return removedAt === null && facts.isActive ? line : { ...line, freeThousandths: ownOf(id, stock) };
  });
  return new Map(lines.map((line) => [line.lineIri, line]));
}

function ownOf(lineIri: string, { own }: Stock): number {
  return own.find((line) => line.lineIri === lineIri)?.quantityThousandths ?? 0;
}

function termsOf(
  lineIri: string,
  productIri: string,
  facts: ProductFacts,
  terms: ReaderTerms,
  { held, besides }: Stock,
): LineTerms {
  const { unit, quantityThousandths: packageThousandths } = wireMeasure(packageOf(facts));
  const inWire = (saleThousandths: number) => wireMeasure(measureOf(facts, saleThousandths)).quantityThousandths;
  const { supplierMinThousandths, availableThousandths } = facts;
  const inAll = availableThousandths === null ? null : inWire(availableThousandths) - (held.get(lineIri) ?? 0);
  const left = leftFor(unit, inAll, terms.quotaOf(productIri), besides.get(lineIri));
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
    vatRatePercent: facts.vatRatePercent,
  };
}
