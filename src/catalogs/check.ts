// What does not hold in a product's facts, field by field, in the words that forms use.
import { CASE_MODES, CERTIFICATION_KINDS } from "../exchange/priceList.ts";
import { isMultiple } from "../kernel/quantity.ts";
import { isDate } from "../kernel/time.ts";
import { convertQuantity, findUnit } from "../kernel/units.ts";
import { isVatRate } from "../kernel/vat.ts";
import { type FactName, type ProductFacts, priceUnitsThousandths } from "./product.ts";

/** Why a fact does not hold: the same words as a form's reasons. */
export type Problem =
  | "required"
  | "too-long"
  | "too-small"
  | "too-big"
  | "not-a-choice"
  | "bad-format"
  | "not-a-multiple";
export type Problems = Partial<Record<FactName, Problem>>;

/** Longest texts, in characters. A name also fits a label and the subject of a letter. */
export const TEXT_LIMITS = {
  sku: 64,
  name: 200,
  description: 5000,
  ingredients: 2000,
  origin: 200,
  storage: 500,
  category: 200,
} as const;

export const MAX_IMAGES = 6;
export const MAX_VARIANTS = 50;
const MAX_PRICE = 1_000_000_000;
const MAX_QUANTITY = 1_000_000_000;
const MAX_CERTIFICATIONS = 10;
const MAX_PRICE_PARTS = 12;

/** Everything that does not hold; an empty object when the product can be sold as it stands. */
export function findProblems(facts: ProductFacts): Problems {
  const problems: Problems = {};
  const note = (name: FactName, problem: Problem | null) => {
    if (problem !== null) problems[name] ??= problem;
  };
  for (const [name, limit] of Object.entries(TEXT_LIMITS)) {
    const text = facts[name as keyof typeof TEXT_LIMITS];
    if (text !== null && text.length > limit) note(name as FactName, "too-long");
  }
  if (facts.name.trim() === "") note("name", "required");
  for (const name of POSITIVE) note(name, judgeQuantity(facts[name], 1));
  for (const name of NOT_NEGATIVE) note(name, judgeQuantity(facts[name], 0));
  checkUnits(facts, note);
  checkSteps(facts, note);
  checkClaims(facts, note);
  return problems;
}

type Note = (name: FactName, problem: Problem | null) => void;

const POSITIVE = [
  "stepThousandths",
  "minThousandths",
  "advisedMaxThousandths",
  "maxThousandths",
  "portionThousandths",
  "caseThousandths",
  "supplierMinThousandths",
  "supplierStepThousandths",
  "globalMinThousandths",
  "weightGrams",
] as const;
const NOT_NEGATIVE = ["availableThousandths", "alertAtThousandths", "depositCents", "transportTenThousandths"] as const;

function judgeQuantity(quantity: number | null, least: number): Problem | null {
  if (quantity === null) return null;
  if (!Number.isSafeInteger(quantity)) return "bad-format";
  return quantity < least ? "too-small" : quantity > MAX_QUANTITY ? "too-big" : null;
}

function checkUnits(facts: ProductFacts, note: Note): void {
  const { saleUnitCode, priceUnitCode, orderUnitCode, content, priceTenThousandths: price } = facts;
  if (!findUnit(saleUnitCode)) note("saleUnitCode", "not-a-choice");
  if (!findUnit(priceUnitCode)) note("priceUnitCode", "not-a-choice");
  if (content && !findUnit(content.unitCode)) note("content", "not-a-choice");
  if (content) note("content", judgeQuantity(content.quantityThousandths, 1));
  if (orderUnitCode !== null && convertQuantity(1000, orderUnitCode, saleUnitCode) === null)
    note("orderUnitCode", "not-a-choice");
  if (!Number.isSafeInteger(price) || price < 0) note("priceTenThousandths", "too-small");
  if (price > MAX_PRICE) note("priceTenThousandths", "too-big");
  if (facts.vatRatePercent !== null && !isVatRate(facts.vatRatePercent)) note("vatRatePercent", "not-a-choice");
  // A jar sold by the kilogram says how much a jar holds, or nobody can say what a jar costs.
  if (priceUnitsThousandths(facts) === null) note("portionThousandths", "required");
}

function checkSteps(facts: ProductFacts, note: Note): void {
  const { stepThousandths, minThousandths, maxThousandths, caseThousandths, supplierStepThousandths } = facts;
  if (stepThousandths && minThousandths && !isMultiple(minThousandths, stepThousandths))
    note("minThousandths", "not-a-multiple");
  if (maxThousandths && minThousandths && maxThousandths < minThousandths) note("maxThousandths", "too-small");
  if (supplierStepThousandths && facts.supplierMinThousandths) {
    if (!isMultiple(facts.supplierMinThousandths, supplierStepThousandths))
      note("supplierMinThousandths", "not-a-multiple");
  }
  if (!CASE_MODES.includes(facts.caseMode)) note("caseMode", "not-a-choice");
  if (facts.caseMode !== "none" && caseThousandths === null) note("caseThousandths", "required");
}

function checkClaims(facts: ProductFacts, note: Note): void {
  const { certifications, variants, priceBreakdown, seasonMonths, availableFrom, availableTo, images } = facts;
  if (certifications.length > MAX_CERTIFICATIONS) note("certifications", "too-big");
  for (const { kind, body, operatorCode, validUntil } of certifications) {
    if (!CERTIFICATION_KINDS.includes(kind)) note("certifications", "not-a-choice");
    if ((body?.length ?? 0) > 100 || (operatorCode?.length ?? 0) > 100) note("certifications", "too-long");
    if (validUntil !== null && !isDate(validUntil)) note("certifications", "bad-format");
  }
  if (variants.length > MAX_VARIANTS) note("variants", "too-big");
  for (const variant of variants) {
    if (variant.name.trim() === "") note("variants", "required");
    if (variant.name.length > 100 || variant.code.length > 64) note("variants", "too-long");
    if (facts.priceTenThousandths + variant.priceOffsetTenThousandths < 0) note("variants", "too-small");
  }
  if (priceBreakdown.length > MAX_PRICE_PARTS) note("priceBreakdown", "too-big");
  if (priceBreakdown.some(({ label }) => label.trim() === "" || label.length > 100)) note("priceBreakdown", "required");
  const isSeason = seasonMonths.every((month, i) => month >= 1 && month <= 12 && month > (seasonMonths[i - 1] ?? 0));
  if (!isSeason) note("seasonMonths", "not-a-choice");
  if (availableFrom !== null && !isDate(availableFrom)) note("availableFrom", "bad-format");
  if (availableTo !== null && !isDate(availableTo)) note("availableTo", "bad-format");
  if (availableFrom !== null && availableTo !== null && availableTo < availableFrom) note("availableTo", "too-small");
  if (images.length > MAX_IMAGES) note("images", "too-big");
}
