// A price list as a CSV that people edit and we read back unchanged. It carries no order, supplier or modifiers.
import { formatDecimal } from "../kernel/decimal.ts";
import { formatEuros, formatUnitPrice } from "../kernel/money.ts";
import { formatQuantity } from "../kernel/quantity.ts";
import { unitLabel } from "../kernel/units.ts";
import { CERTIFICATION_WORDS, MONTHS_IT } from "./cellValues.ts";
import { FIELD_WORDS, type Field } from "./columnWords.ts";
import { type OutCell, writeCsv } from "./csvOut.ts";
import { CASE_MODE_LABELS } from "./listFromGrid.ts";
import { CASE_MODES, type ListedProduct } from "./priceList.ts";

/** Only read from other people's sheets. */
const READ_ONLY: readonly string[] = ["pricePerKg", "pricePerLitre", "netPrice", "weightKg"];
const FIELDS = (Object.keys(FIELD_WORDS) as Field[]).filter((field) => !READ_ONLY.includes(field));

/** The products as CSV text, one row each under headings in the language. Columns that no product fills are left out. */
export function writeListCsv(products: readonly ListedProduct[], language: "it" | "en"): string {
  const rows = products.map((product) => FIELDS.map((field) => writeField(product, field)));
  // "Contenuto" always: without it a reader would look for sizes in the names.
  const always: readonly Field[] = ["sku", "name", "category", "unit", "content", "price", "priceUnit", "vat"];
  const kept = FIELDS.map((field, index) => always.includes(field) || rows.some((row) => row[index] !== ""));
  const headings = FIELDS.map((field) => FIELD_WORDS[field][language]);
  return writeCsv([headings, ...rows].map((row) => row.filter((_, index) => kept[index])));
}

function writeField(product: ListedProduct, field: Field): OutCell {
  const writer = WRITERS[field];
  return writer ? writer(product) : "";
}

const quantity = (thousandths: number | null): OutCell =>
  thousandths === null ? "" : { decimal: formatQuantity(thousandths) };
const yes = (flag: boolean): OutCell => (flag ? "sì" : "");
const joined = (parts: readonly (string | null)[]): string =>
  parts.some(Boolean) ? parts.map((part) => (part ?? "").replaceAll("|", "/")).join(" | ") : "";

/** Units are written in Italian in both languages: every reader knows them. */
const WRITERS: Readonly<Partial<Record<Field, (product: ListedProduct) => OutCell>>> = {
  sku: ({ sku }) => sku ?? "",
  name: ({ name }) => name,
  category: ({ category }) => category,
  description: ({ description }) => description,
  unit: ({ saleUnitCode }) => unitLabel(saleUnitCode, 1000, "it"),
  content: ({ content }) => (content ? writeContent(content.quantityThousandths, content.unitCode) : ""),
  variableWeight: ({ isVariableWeight }) => yes(isVariableWeight),
  separateWeights: ({ hasSeparateWeights }) => yes(hasSeparateWeights),
  price: ({ priceTenThousandths }) => ({ decimal: formatUnitPrice(priceTenThousandths) }),
  priceUnit: ({ priceUnitCode, saleUnitCode }) =>
    priceUnitCode === saleUnitCode ? "" : unitLabel(priceUnitCode, 1000, "it"),
  vat: ({ vatRatePercent }) => (vatRatePercent === null ? "" : { decimal: String(vatRatePercent) }),
  case: ({ caseThousandths }) => quantity(caseThousandths),
  caseMode: ({ caseMode }) => (caseMode ? CASE_MODE_LABELS[CASE_MODES.indexOf(caseMode)]![0] : ""),
  step: ({ stepThousandths }) => quantity(stepThousandths),
  min: ({ minThousandths }) => quantity(minThousandths),
  advisedMax: ({ advisedMaxThousandths }) => quantity(advisedMaxThousandths),
  max: ({ maxThousandths }) => quantity(maxThousandths),
  supplierMin: ({ supplierMinThousandths }) => quantity(supplierMinThousandths),
  supplierStep: ({ supplierStepThousandths }) => quantity(supplierStepThousandths),
  globalMin: ({ globalMinThousandths }) => quantity(globalMinThousandths),
  available: ({ availableThousandths }) => quantity(availableThousandths),
  alertAt: ({ alertAtThousandths }) => quantity(alertAtThousandths),
  booked: ({ bookedThousandths }) => quantity(bookedThousandths),
  deposit: ({ depositCents }) => (depositCents === null ? "" : { decimal: formatEuros(depositCents) }),
  transport: ({ transportTenThousandths }) =>
    transportTenThousandths === null ? "" : { decimal: formatUnitPrice(transportTenThousandths) },
  weight: ({ weightGrams }) => (weightGrams === null ? "" : { decimal: formatDecimal(weightGrams, 0) }),
  // Names, because a spreadsheet takes "10-11" for a date.
  season: ({ seasonMonths }) => seasonMonths.map((month) => MONTHS_IT[month - 1]).join(", "),
  availableFrom: ({ availableFrom }) => availableFrom ?? "",
  availableTo: ({ availableTo }) => availableTo ?? "",
  certification: ({ certifications }) => joined(certifications.map(({ kind }) => labelOf(kind))),
  certificationBody: ({ certifications }) => joined(certifications.map(({ body }) => body)),
  certificationCode: ({ certifications }) => joined(certifications.map(({ operatorCode }) => operatorCode)),
  certificationUntil: ({ certifications }) => joined(certifications.map(({ validUntil }) => validUntil)),
  origin: ({ origin }) => origin,
  ingredients: ({ ingredients }) => ingredients,
  storage: ({ storage }) => storage,
  variants: ({ variants }) => joined(variants.map(({ name, values }) => `${name}: ${values.join(", ")}`)),
  active: ({ isActive }) => (isActive ? "sì" : "no"),
};

function writeContent(quantityThousandths: number, unitCode: string): string {
  return `${formatQuantity(quantityThousandths).replace(".", ",")} ${unitLabel(unitCode, quantityThousandths, "it")}`;
}

function labelOf(kind: string): string {
  return CERTIFICATION_WORDS.find(([one]) => one === kind)![1];
}
