// What GDXP cannot say of our products, in one extra object per product (the schema allows it, others pass it over), so
// that a list moves between Filiera nodes whole. Decimal strings, as on the wire.
import { formatEuros, parseEuros } from "../kernel/money.ts";
import { formatQuantity, parseQuantity } from "../kernel/quantity.ts";
import { isDate } from "../kernel/time.ts";
import { findUnit } from "../kernel/units.ts";
import { asArray, asRecord, type Foreign, own } from "./foreignJson.ts";
import { cleanLine, cleanText } from "./plainText.ts";
import {
  CASE_MODES,
  type CaseMode,
  CERTIFICATION_KINDS,
  type Certification,
  type CertificationKind,
  type Content,
  LIST_LIMITS,
  type ListedProduct,
} from "./priceList.ts";

const QUANTITIES = {
  step: "stepThousandths",
  min: "minThousandths",
  advisedMax: "advisedMaxThousandths",
  max: "maxThousandths",
  case: "caseThousandths",
  supplierMin: "supplierMinThousandths",
  supplierStep: "supplierStepThousandths",
  globalMin: "globalMinThousandths",
  available: "availableThousandths",
  alertAt: "alertAtThousandths",
  booked: "bookedThousandths",
} as const;
const TEXTS = ["ingredients", "origin", "storage"] as const;

/** Everything of a product that standard GDXP fields do not carry exactly. */
export function writeExtension(product: ListedProduct): Foreign {
  const quantities = Object.entries(QUANTITIES).flatMap(([word, field]) => {
    const quantity = product[field];
    return quantity === null ? [] : [[word, formatQuantity(quantity)]];
  });
  return {
    saleUnit: product.saleUnitCode,
    ...(product.content && {
      content: { quantity: formatQuantity(product.content.quantityThousandths), unit: product.content.unitCode },
    }),
    ...(product.isVariableWeight && { variableWeight: true }),
    ...(product.hasSeparateWeights && { separateWeights: true }),
    ...Object.fromEntries(quantities),
    ...(product.caseMode && { caseMode: product.caseMode }),
    ...(product.depositCents !== null && { deposit: formatEuros(product.depositCents) }),
    ...(product.weightGrams !== null && { weightGrams: product.weightGrams }),
    ...Object.fromEntries(TEXTS.filter((word) => product[word] !== "").map((word) => [word, product[word]])),
    ...(product.seasonMonths.length > 0 && { season: product.seasonMonths }),
    ...(product.availableFrom && { availableFrom: product.availableFrom }),
    ...(product.availableTo && { availableTo: product.availableTo }),
    ...(product.certifications.length > 0 && { certifications: product.certifications }),
    ...(product.variants.length > 0 && { variants: product.variants }),
  };
}

/** The fields of an extension, each read only if it has the form we write. */
export function readExtension(extension: Foreign): Partial<ListedProduct> {
  const saleUnit = own(extension, "saleUnit");
  const quantities = Object.entries(QUANTITIES).map(([word, field]) => [field, readQuantity(own(extension, word))]);
  const caseMode = own(extension, "caseMode");
  const deposit = own(extension, "deposit");
  const weightGrams = own(extension, "weightGrams");
  const isWeight = Number.isSafeInteger(weightGrams) && Number(weightGrams) >= 0 && Number(weightGrams) <= 10 ** 9;
  return {
    ...(typeof saleUnit === "string" && findUnit(saleUnit) && { saleUnitCode: saleUnit }),
    content: readContent(asRecord(own(extension, "content"))),
    isVariableWeight: own(extension, "variableWeight") === true,
    hasSeparateWeights: own(extension, "separateWeights") === true,
    ...Object.fromEntries(quantities),
    caseMode: (CASE_MODES as readonly unknown[]).includes(caseMode) ? (caseMode as CaseMode) : null,
    depositCents: typeof deposit === "string" ? parseEuros(deposit) : null,
    weightGrams: isWeight ? Number(weightGrams) : null,
    ...Object.fromEntries(TEXTS.map((word) => [word, cleanText(own(extension, word), 5000)])),
    seasonMonths: readMonths(own(extension, "season")),
    availableFrom: readDate(own(extension, "availableFrom")),
    availableTo: readDate(own(extension, "availableTo")),
    certifications: asArray(own(extension, "certifications")).slice(0, 20).flatMap(readCertification),
    variants: asArray(own(extension, "variants"))
      .slice(0, 20)
      .map(asRecord)
      .map((variant) => ({
        name: cleanLine(own(variant, "name"), 100),
        values: asArray(own(variant, "values"))
          .slice(0, 100)
          .map((value) => cleanLine(value, 100)),
      })),
  };
}

function readQuantity(value: unknown): number | null {
  const quantity = typeof value === "string" ? parseQuantity(value) : null;
  return quantity !== null && quantity >= 0 && quantity <= LIST_LIMITS.quantityThousandths ? quantity : null;
}

function readContent(content: Foreign): Content | null {
  const quantityThousandths = readQuantity(own(content, "quantity"));
  const unitCode = own(content, "unit");
  const isKnown = typeof unitCode === "string" && findUnit(unitCode);
  return quantityThousandths && isKnown ? { quantityThousandths, unitCode } : null;
}

function readMonths(value: unknown): number[] {
  const months = asArray(value).filter((month): month is number => {
    return Number.isInteger(month) && Number(month) >= 1 && Number(month) <= 12;
  });
  return [...new Set(months)].sort((one, other) => one - other);
}

function readDate(value: unknown): string | null {
  return typeof value === "string" && isDate(value) ? value : null;
}

function readCertification(value: unknown): Certification[] {
  const record = asRecord(value);
  const kind = own(record, "kind");
  if (!(CERTIFICATION_KINDS as readonly unknown[]).includes(kind)) return [];
  return [
    {
      kind: kind as CertificationKind,
      body: cleanLine(own(record, "body"), 200) || null,
      operatorCode: cleanLine(own(record, "operatorCode"), 100) || null,
      validUntil: readDate(own(record, "validUntil")),
    },
  ];
}
