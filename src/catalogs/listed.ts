// A product of ours as a line of a price list, and a line of a list laid over a product of ours.
import { type ListedProduct, startProduct, type Variant } from "../exchange/priceList.ts";
import { convertQuantity } from "../kernel/units.ts";
import { keepDocuments } from "./certificate.ts";
import { MAX_VARIANTS } from "./check.ts";
import { type ProductFacts, type ProductVariant, startFacts } from "./product.ts";

/**
 * The facts after a list's line: what the line does not say (null, "" or an empty list) stays as it was. `before` is null
 * for a product we do not have yet.
 */
export function layOver(before: ProductFacts | null, line: ListedProduct): ProductFacts {
  const old = before ?? startFacts(line.name, line.priceTenThousandths, line.saleUnitCode);
  return {
    ...old,
    sku: line.sku ?? old.sku,
    name: line.name,
    description: line.description || old.description,
    ingredients: line.ingredients || old.ingredients,
    origin: line.origin || old.origin,
    storage: line.storage || old.storage,
    category: line.category || old.category,
    saleUnitCode: line.saleUnitCode,
    content: isPortion(old, line) ? old.content : (line.content ?? old.content),
    isVariableWeight: line.isVariableWeight || old.isVariableWeight,
    hasSeparateWeights: line.hasSeparateWeights || old.hasSeparateWeights,
    ...ownLimits(old, line),
    priceTenThousandths: line.priceTenThousandths,
    priceUnitCode: line.priceUnitCode,
    vatRatePercent: line.vatRatePercent ?? old.vatRatePercent,
    ...ordering(old, line),
    depositCents: line.depositCents ?? old.depositCents,
    transportTenThousandths: line.transportTenThousandths ?? old.transportTenThousandths,
    weightGrams: line.weightGrams ?? old.weightGrams,
    variants: layVariants(old.variants, line.variants),
    certifications:
      line.certifications.length > 0 ? keepDocuments(old.certifications, line.certifications) : old.certifications,
    seasonMonths: line.seasonMonths.length > 0 ? line.seasonMonths : old.seasonMonths,
    availableFrom: line.availableFrom ?? old.availableFrom,
    availableTo: line.availableTo ?? old.availableTo,
    isActive: line.isActive,
  };
}

// A list has one place for what a unit holds: there our portion comes back to us.
function isPortion({ content, portionThousandths, priceUnitCode }: ProductFacts, line: ListedProduct): boolean {
  const said = line.content;
  return content === null && said?.quantityThousandths === portionThousandths && said?.unitCode === priceUnitCode;
}

// Lists count members' limits in sale units; where ours are in another unit (etti of a kilogram), they are converted.
function ownLimits(old: ProductFacts, line: ListedProduct) {
  const unit = old.orderUnitCode ?? line.saleUnitCode;
  const laid = (said: number | null, own: number | null) =>
    said === null ? own : (convertQuantity(said, line.saleUnitCode, unit) ?? own);
  return {
    stepThousandths: laid(line.stepThousandths, old.stepThousandths),
    minThousandths: laid(line.minThousandths, old.minThousandths),
    advisedMaxThousandths: laid(line.advisedMaxThousandths, old.advisedMaxThousandths),
    maxThousandths: laid(line.maxThousandths, old.maxThousandths),
  };
}

function ordering(old: ProductFacts, line: ListedProduct) {
  return {
    caseThousandths: line.caseThousandths ?? old.caseThousandths,
    caseMode: line.caseMode ?? old.caseMode,
    supplierMinThousandths: line.supplierMinThousandths ?? old.supplierMinThousandths,
    supplierStepThousandths: line.supplierStepThousandths ?? old.supplierStepThousandths,
    globalMinThousandths: line.globalMinThousandths ?? old.globalMinThousandths,
    availableThousandths: line.availableThousandths ?? old.availableThousandths,
    alertAtThousandths: line.alertAtThousandths ?? old.alertAtThousandths,
  };
}

/** One choice for each combination of the list's axes; those we have keep their offsets. */
function layVariants(old: readonly ProductVariant[], axes: readonly Variant[]): readonly ProductVariant[] {
  if (axes.length === 0) return old;
  let names = [""];
  for (const { values } of axes) {
    names = names.flatMap((name) => values.map((value) => (name ? `${name}, ${value}` : value)));
    names = names.slice(0, MAX_VARIANTS);
  }
  const known = new Map(old.map((variant) => [variant.name, variant]));
  if (names.length === old.length && names.every((name) => known.has(name))) return old;
  return names.map((name) => known.get(name) ?? startVariant(name));
}

/** A choice that costs and weighs what the product does. */
export function startVariant(name: string): ProductVariant {
  const free = { priceOffsetTenThousandths: 0, weightOffsetGrams: 0, availableThousandths: null };
  return { code: "", name, ...free, isActive: true };
}

/** The product as a list's line, for GDXP and CSV. Laid over the same facts it changes nothing. */
export function toListed(facts: ProductFacts, row: number): ListedProduct {
  const { orderUnitCode, portionThousandths, priceBreakdown, images, variants, ...same } = facts;
  const unit = orderUnitCode ?? facts.saleUnitCode;
  const inSale = (quantity: number | null) =>
    quantity === null ? null : convertQuantity(quantity, unit, facts.saleUnitCode);
  const portion = portionThousandths
    ? { quantityThousandths: portionThousandths, unitCode: facts.priceUnitCode }
    : null;
  return {
    ...startProduct(row, facts.name, facts.priceTenThousandths, facts.saleUnitCode),
    ...same,
    content: facts.content ?? portion,
    stepThousandths: inSale(facts.stepThousandths),
    minThousandths: inSale(facts.minThousandths),
    advisedMaxThousandths: inSale(facts.advisedMaxThousandths),
    maxThousandths: inSale(facts.maxThousandths),
    variants: variants.length > 0 ? [{ name: "Variante", values: variants.map(({ name }) => name) }] : [],
    certifications: facts.certifications.map(({ document: _, ...one }) => one),
    seasonMonths: [...facts.seasonMonths],
  };
}
