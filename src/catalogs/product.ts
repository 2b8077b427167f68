// What a product is (DOMAIN.md section 5): its facts, the package one orders, its price per kilogram or litre.
import { type CaseMode, type Certification, type Content, isUsableSku, startGoods } from "../exchange/priceList.ts";
import { divideHalfUp } from "../kernel/money.ts";
import { convertQuantity, findUnit, pricePerBase } from "../kernel/units.ts";
import type { VatRatePercent } from "../kernel/vat.ts";

/** A choice within a product ("Taglia M"), with what it adds to price and weight. */
export type ProductVariant = {
  readonly code: string;
  readonly name: string;
  readonly priceOffsetTenThousandths: number;
  readonly weightOffsetGrams: number;
  readonly availableThousandths: number | null;
  readonly isActive: boolean;
};

/** One item of the open price: what of it goes where, as a sum or a share. */
export type PricePart = {
  readonly label: string;
  readonly amount: { readonly cents: number } | { readonly hundredthsPercent: number };
};

/** A picture kept by this node: SHA-256 of its re-encoded bytes, and what it shows in words. */
export type ProductImage = { readonly hash: string; readonly alt: string };

/**
 * Everything a version of a product says. Quantities are thousandths of the **sale unit**, but for the member's step and
 * limits (of the order unit, the sale unit where none is named). The price is in ten-thousandths of a euro with VAT for
 * one price unit; one sale unit is `portionThousandths` of it, or its content. `null`: not said. Dates are "YYYY-MM-DD".
 */
export type ProductFacts = {
  readonly sku: string | null;
  readonly name: string;
  readonly description: string;
  readonly ingredients: string;
  readonly origin: string;
  readonly storage: string;
  readonly category: string;
  readonly saleUnitCode: string;
  readonly content: Content | null;
  readonly isVariableWeight: boolean;
  readonly hasSeparateWeights: boolean;
  readonly orderUnitCode: string | null;
  readonly stepThousandths: number | null;
  readonly minThousandths: number | null;
  readonly advisedMaxThousandths: number | null;
  readonly maxThousandths: number | null;
  readonly priceTenThousandths: number;
  readonly priceUnitCode: string;
  readonly vatRatePercent: VatRatePercent | null;
  readonly portionThousandths: number | null;
  readonly caseThousandths: number | null;
  readonly caseMode: CaseMode;
  readonly supplierMinThousandths: number | null;
  readonly supplierStepThousandths: number | null;
  readonly globalMinThousandths: number | null;
  readonly availableThousandths: number | null;
  readonly alertAtThousandths: number | null;
  readonly depositCents: number | null;
  readonly transportTenThousandths: number | null;
  readonly weightGrams: number | null;
  readonly variants: readonly ProductVariant[];
  readonly certifications: readonly Certification[];
  readonly priceBreakdown: readonly PricePart[];
  /** Months 1-12, ascending; empty = all year. */
  readonly seasonMonths: readonly number[];
  readonly availableFrom: string | null;
  readonly availableTo: string | null;
  readonly isActive: boolean;
  readonly images: readonly ProductImage[];
};

export type FactName = keyof ProductFacts;

/** A product as its list shows it now. Times are epoch ms; `updatedAt` is a whole second, unique to one change of the catalog. */
export type Product = {
  readonly id: string;
  readonly actorId: string;
  readonly slug: string;
  readonly version: number;
  readonly facts: ProductFacts;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly removedAt: number | null;
};

/** A product of which nothing is known but name, price and unit: what the editor starts from. */
export function startFacts(name: string, priceTenThousandths: number, unitCode: string): ProductFacts {
  const ofCatalog = { orderUnitCode: null, portionThousandths: null, variants: [], priceBreakdown: [], images: [] };
  return { ...startGoods(name, priceTenThousandths, unitCode), caseMode: "none", ...ofCatalog };
}

/** The pictures after one of them got new words, moved by one place, or went; one that is not there changes nothing. */
export function changeImages(
  images: readonly ProductImage[],
  image: ProductImage,
  act: "save" | "sooner" | "later" | "remove",
): ProductImage[] {
  const place = images.findIndex(({ hash }) => hash === image.hash);
  if (place < 0) return [...images];
  const rest = images.filter((_, i) => i !== place);
  if (act === "remove") return rest;
  const step = { save: 0, sooner: -1, later: 1 }[act];
  return rest.toSpliced(Math.max(0, place + step), 0, image);
}

/** The names of the facts in which two versions differ, in the order of the model. */
export function changedFacts(before: ProductFacts, after: ProductFacts): FactName[] {
  return FACT_NAMES.filter((name) => !isSame(before[name], after[name]));
}

const FACT_NAMES = Object.keys(startFacts("", 0, "KGM")) as FactName[];

// Compared by value whatever the order in which a row or a form named the members.
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [names, others] = [Object.keys(a), Object.keys(b)];
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return (
    names.length === others.length && names.every((name) => Object.hasOwn(b, name) && isSame(one[name], other[name]))
  );
}

/** What one orders: so much of a unit for so many cents with VAT. A variable weight is what it should be, about. */
export type Package = {
  readonly quantityThousandths: number;
  readonly unitCode: string;
  readonly priceCents: number;
};

/** The orderable package of PROTOCOL section 4: the producer's step, else a full case, else the member's step, else one unit. */
export function packageOf(facts: ProductFacts): Package {
  const saleThousandths = packageSaleThousandths(facts);
  const perPrice = priceUnitsThousandths(facts) ?? 1000;
  const numerator = BigInt(saleThousandths) * BigInt(perPrice) * BigInt(facts.priceTenThousandths);
  return { ...measureOf(facts, saleThousandths), priceCents: divideHalfUp(numerator, 100_000_000n) };
}

/** What the orderable package weighs where its unit does not say it: grams of its sale units; null where nobody said. */
export function packageGrams(facts: ProductFacts): number | null {
  const saleThousandths = packageSaleThousandths(facts);
  if (facts.weightGrams === null || findUnit(measureOf(facts, saleThousandths).unitCode)?.base === "KGM") return null;
  return divideHalfUp(BigInt(facts.weightGrams) * BigInt(saleThousandths), 1000n) || null;
}

/** How many thousandths of the sale unit the orderable package holds. */
function packageSaleThousandths(facts: ProductFacts): number {
  if (facts.supplierStepThousandths) return facts.supplierStepThousandths;
  const isWhole = facts.caseMode === "complete" || facts.caseMode === "multiple";
  if (isWhole && facts.caseThousandths) return facts.caseThousandths;
  const step = facts.stepThousandths;
  return (step && convertQuantity(step, facts.orderUnitCode ?? facts.saleUnitCode, facts.saleUnitCode)) || 1000;
}

/** So much of the sale unit as what it holds: a crate of 10 kg is 10 kg, a jar of which nothing is known is one jar. */
export function measureOf(
  facts: ProductFacts,
  saleThousandths: number,
): { quantityThousandths: number; unitCode: string } {
  const base = findUnit(facts.saleUnitCode)?.base;
  const inside =
    facts.content ??
    (facts.portionThousandths
      ? { quantityThousandths: facts.portionThousandths, unitCode: facts.priceUnitCode }
      : null);
  if (base === "KGM" || base === "LTR" || !inside || !findUnit(inside.unitCode)?.base)
    return { quantityThousandths: saleThousandths, unitCode: facts.saleUnitCode };
  const held = BigInt(saleThousandths) * BigInt(inside.quantityThousandths);
  return { quantityThousandths: divideHalfUp(held, 1000n), unitCode: inside.unitCode };
}

/** The price of one sale unit, ten-thousandths of a euro with VAT; `null` when sale and price unit do not convert. */
export function salePrice(facts: ProductFacts): number | null {
  const perPrice = priceUnitsThousandths(facts);
  return perPrice === null ? null : divideHalfUp(BigInt(perPrice) * BigInt(facts.priceTenThousandths), 1000n);
}

/** The price of a kilogram, a litre or a piece, to compare with; `null` for a package of unknown content. */
export function comparePrice(facts: ProductFacts): ReturnType<typeof pricePerBase> {
  const base = findUnit(facts.priceUnitCode)?.base;
  if (base === "KGM" || base === "LTR") return pricePerBase(facts.priceTenThousandths, 1000, facts.priceUnitCode);
  const perSale = salePrice(facts);
  const { content } = facts;
  if (content && perSale !== null && findUnit(content.unitCode)?.base)
    return pricePerBase(perSale, content.quantityThousandths, content.unitCode);
  return pricePerBase(facts.priceTenThousandths, 1000, facts.priceUnitCode);
}

/** How many thousandths of the price unit one sale unit is; `null` when nothing says it. */
export function priceUnitsThousandths(facts: ProductFacts): number | null {
  const { saleUnitCode, priceUnitCode, content, portionThousandths } = facts;
  if (saleUnitCode === priceUnitCode) return 1000;
  if (portionThousandths) return portionThousandths;
  const held = content && convertQuantity(content.quantityThousandths, content.unitCode, priceUnitCode);
  return held || convertQuantity(1000, saleUnitCode, priceUnitCode);
}

/** The code by which a list knows this product, or `null` for one that names nothing ("", "0", "1"). */
export function usableSku(facts: ProductFacts): string | null {
  return facts.sku !== null && isUsableSku(facts.sku) ? facts.sku : null;
}
