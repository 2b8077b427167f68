// The product as a form has it: texts a person types, and back to facts. Names of fields are names of facts.
import Type, { type Static } from "typebox";
import { CASE_MODES, CERTIFICATION_KINDS, type Certification } from "../exchange/priceList.ts";
import { formatDecimal, parseWrittenDecimal } from "../kernel/decimal.ts";
import { isVatRate } from "../kernel/vat.ts";
import { keepDocuments } from "./certificate.ts";
import { TEXT_LIMITS } from "./check.ts";
import type { PricePart, ProductFacts, ProductVariant } from "./product.ts";

/** Facts that are one number: how many decimals a person may type. */
const NUMBERS = {
  priceTenThousandths: 4,
  transportTenThousandths: 4,
  depositCents: 2,
  weightGrams: 0,
  portionThousandths: 3,
  stepThousandths: 3,
  minThousandths: 3,
  advisedMaxThousandths: 3,
  maxThousandths: 3,
  caseThousandths: 3,
  supplierMinThousandths: 3,
  supplierStepThousandths: 3,
  globalMinThousandths: 3,
  availableThousandths: 3,
  alertAtThousandths: 3,
} as const;
type NumberName = keyof typeof NUMBERS;
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

const TEXTS = ["sku", "name", "description", "ingredients", "origin", "storage", "category"] as const;
const FLAGS = ["isVariableWeight", "hasSeparateWeights", "isActive"] as const;

const Text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const Rows = Type.Optional(Type.Record(Type.String({ pattern: "^[0-9]{1,2}$" }), Type.String({ maxLength: 200 })));
const Code = Text(10);
const Flag = Type.Optional(Type.Boolean());

export const ProductForm = Type.Object({
  version: Type.Optional(Type.Integer({ minimum: 0 })),
  name: Type.String({ maxLength: TEXT_LIMITS.name }),
  sku: Text(TEXT_LIMITS.sku),
  description: Text(TEXT_LIMITS.description),
  ingredients: Text(TEXT_LIMITS.ingredients),
  origin: Text(TEXT_LIMITS.origin),
  storage: Text(TEXT_LIMITS.storage),
  category: Text(TEXT_LIMITS.category),
  ...(Object.fromEntries(NUMBER_NAMES.map((name) => [name, Text(20)])) as Record<NumberName, ReturnType<typeof Text>>),
  saleUnitCode: Type.String({ maxLength: 10 }),
  priceUnitCode: Code,
  orderUnitCode: Code,
  contentQuantity: Text(20),
  contentUnit: Code,
  vatRatePercent: Text(3),
  caseMode: Type.Union(CASE_MODES.map((mode) => Type.Literal(mode))),
  isVariableWeight: Flag,
  hasSeparateWeights: Flag,
  isActive: Flag,
  seasonMonths: Type.Optional(Type.Array(Type.String({ pattern: "^([1-9]|1[0-2])$" }), { maxItems: 12 })),
  availableFrom: Text(10),
  availableTo: Text(10),
  certKind: Rows,
  certBody: Rows,
  certCode: Rows,
  certUntil: Rows,
  variantName: Rows,
  variantCode: Rows,
  variantPrice: Rows,
  variantWeight: Rows,
  variantAvailable: Rows,
  partLabel: Rows,
  partAmount: Rows,
});
export type ProductFormValue = Static<typeof ProductForm>;

/** What was typed, by field, as a form shows it again. */
export type TypedFields = Record<string, string | string[]>;

type Errors = Record<string, string>;
type Mark = "," | ".";

/**
 * The facts a form says, over those it does not speak of (pictures), or the reason beside each field that is no number.
 * Whether they make a product that can be sold is for `findProblems`.
 */
export function readProductForm(
  form: ProductFormValue,
  before: ProductFacts,
  mark: Mark,
): { facts: ProductFacts } | { errors: Errors } {
  const errors: Errors = {};
  const number = (name: string, text: string | undefined, places: number): number | null => {
    if (text === undefined || text === "") return null;
    const value = parseWrittenDecimal(text, places, mark);
    if (value === null) errors[name] = "not-a-number";
    return value;
  };
  const numbers = Object.fromEntries(NUMBER_NAMES.map((name) => [name, number(name, form[name], NUMBERS[name])]));
  if (numbers.priceTenThousandths === null && !errors.priceTenThousandths) errors.priceTenThousandths = "required";
  const contentThousandths = number("contentQuantity", form.contentQuantity, 3);
  const vat = form.vatRatePercent ? Number(form.vatRatePercent) : null;
  if (vat !== null && !isVatRate(vat)) errors.vatRatePercent = "not-a-choice";
  const facts: ProductFacts = {
    ...before,
    ...Object.fromEntries(TEXTS.map((name) => [name, form[name] ?? ""])),
    ...(numbers as Record<NumberName, number | null>),
    sku: form.sku || null,
    priceTenThousandths: numbers.priceTenThousandths ?? 0,
    saleUnitCode: form.saleUnitCode,
    priceUnitCode: form.priceUnitCode || form.saleUnitCode,
    orderUnitCode: form.orderUnitCode || null,
    content:
      contentThousandths === null
        ? null
        : { quantityThousandths: contentThousandths, unitCode: form.contentUnit || "KGM" },
    vatRatePercent: vat !== null && isVatRate(vat) ? vat : null,
    caseMode: form.caseMode,
    ...Object.fromEntries(FLAGS.map((name) => [name, form[name] ?? false])),
    seasonMonths: [...new Set((form.seasonMonths ?? []).map(Number))].sort((one, other) => one - other),
    availableFrom: form.availableFrom || null,
    availableTo: form.availableTo || null,
    certifications: keepDocuments(before.certifications, readCertifications(form, errors)),
    variants: readVariants(form, before.variants, number),
    priceBreakdown: readParts(form, number),
  };
  return Object.keys(errors).length > 0 ? { errors } : { facts };
}

type ReadNumber = (name: string, text: string | undefined, places: number) => number | null;

/** The rows of a repeated group in which something was typed. */
function rowsOf(...columns: (Record<string, string> | undefined)[]): string[] {
  const keys = new Set(
    columns.flatMap((column) => Object.entries(column ?? {}).flatMap(([key, text]) => (text ? [key] : []))),
  );
  return [...keys].sort((one, other) => Number(one) - Number(other));
}

function readCertifications(form: ProductFormValue, errors: Errors): Certification[] {
  const { certKind, certBody, certCode, certUntil } = form;
  return rowsOf(certKind, certBody, certCode, certUntil).flatMap((key) => {
    const kind = CERTIFICATION_KINDS.find((one) => one === certKind?.[key]);
    if (!kind) {
      errors[`certKind.${key}`] = certKind?.[key] ? "not-a-choice" : "required";
      return [];
    }
    const body = certBody?.[key] || null;
    return [{ kind, body, operatorCode: certCode?.[key] || null, validUntil: certUntil?.[key] || null }];
  });
}

function readVariants(form: ProductFormValue, before: readonly ProductVariant[], number: ReadNumber): ProductVariant[] {
  const { variantName, variantCode, variantPrice, variantWeight, variantAvailable } = form;
  return rowsOf(variantName, variantCode).map((key) => {
    const name = variantName?.[key] ?? "";
    return {
      code: variantCode?.[key] ?? "",
      name,
      priceOffsetTenThousandths: number(`variantPrice.${key}`, variantPrice?.[key], 4) ?? 0,
      weightOffsetGrams: number(`variantWeight.${key}`, variantWeight?.[key], 0) ?? 0,
      availableThousandths: number(`variantAvailable.${key}`, variantAvailable?.[key], 3),
      isActive: before.find((variant) => variant.name === name)?.isActive ?? true,
    };
  });
}

function readParts(form: ProductFormValue, number: ReadNumber): PricePart[] {
  return rowsOf(form.partLabel, form.partAmount).map((key) => {
    const text = form.partAmount?.[key] ?? "";
    const value = number(`partAmount.${key}`, text.replace("%", "").trim(), 2) ?? 0;
    const amount = text.includes("%") ? { hundredthsPercent: value } : { cents: value };
    return { label: form.partLabel?.[key] ?? "", amount };
  });
}

/** The facts as a form shows them, decimals with that mark. */
export function typedOf(facts: ProductFacts, version: number, mark: Mark): TypedFields {
  const write = (value: number | null, places: number, least = 0) =>
    value === null ? "" : formatDecimal(value, places, least).replace(".", mark);
  const typed: TypedFields = {
    version: String(version),
    ...Object.fromEntries(TEXTS.map((name) => [name, facts[name] ?? ""])),
    ...Object.fromEntries(NUMBER_NAMES.map((name) => [name, write(facts[name], NUMBERS[name])])),
    priceTenThousandths: write(facts.priceTenThousandths, 4, 2),
    depositCents: write(facts.depositCents, 2, 2),
    saleUnitCode: facts.saleUnitCode,
    priceUnitCode: facts.priceUnitCode,
    orderUnitCode: facts.orderUnitCode ?? "",
    contentQuantity: write(facts.content?.quantityThousandths ?? null, 3),
    contentUnit: facts.content?.unitCode ?? "",
    vatRatePercent: facts.vatRatePercent === null ? "" : String(facts.vatRatePercent),
    caseMode: facts.caseMode,
    ...Object.fromEntries(FLAGS.map((name) => [name, facts[name] ? "on" : ""])),
    seasonMonths: facts.seasonMonths.map(String),
    availableFrom: facts.availableFrom ?? "",
    availableTo: facts.availableTo ?? "",
  };
  for (const [i, { kind, body, operatorCode, validUntil }] of facts.certifications.entries()) {
    typed[`certKind.${i}`] = kind;
    typed[`certBody.${i}`] = body ?? "";
    typed[`certCode.${i}`] = operatorCode ?? "";
    typed[`certUntil.${i}`] = validUntil ?? "";
  }
  for (const [i, variant] of facts.variants.entries()) {
    typed[`variantName.${i}`] = variant.name;
    typed[`variantCode.${i}`] = variant.code;
    typed[`variantPrice.${i}`] = variant.priceOffsetTenThousandths
      ? write(variant.priceOffsetTenThousandths, 4, 2)
      : "";
    typed[`variantWeight.${i}`] = variant.weightOffsetGrams ? write(variant.weightOffsetGrams, 0) : "";
    typed[`variantAvailable.${i}`] = write(variant.availableThousandths, 3);
  }
  for (const [i, { label, amount }] of facts.priceBreakdown.entries()) {
    typed[`partLabel.${i}`] = label;
    typed[`partAmount.${i}`] = "cents" in amount ? write(amount.cents, 2, 2) : `${write(amount.hundredthsPercent, 2)}%`;
  }
  return typed;
}

/** Where the form shows a problem of a fact that it asks for in several fields. */
export function fieldOfFact(name: string): string {
  return FIELDS[name] ?? name;
}

const FIELDS: Readonly<Record<string, string>> = {
  content: "contentQuantity",
  certifications: "certKind.0",
  variants: "variantName.0",
  priceBreakdown: "partLabel.0",
};
