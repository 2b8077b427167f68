// One GDXP product, read the way its writer meant it: the same fields mean different things in each program.
// DOMAIN.md section 6.5, traps 6 to 8, 12, 14 and 15.
import { findUnit, readUnit } from "../kernel/units.ts";
import { isVatRate } from "../kernel/vat.ts";
import { findContent, guessContent, readUnitCell } from "./content.ts";
import { asArray, asRecord, type Foreign, own, readFlag, readLimit, readNumber } from "./foreignJson.ts";
import { readExtension } from "./gdxpExtension.ts";
import { readModifiers } from "./modifiers.ts";
import { FOREIGN_WORDS, OUR_WORDS, readLine, type Words } from "./plainText.ts";
import { type BadRow, type Doubt, LIST_LIMITS, type ListedProduct, startProduct, type Variant } from "./priceList.ts";

/** Who wrote the file, as far as it changes the meaning of a product. "v1" is the documented reading, also GASdotto's. */
export type Dialect = "filiera" | "gasdotto" | "portalgas" | "gasista-felice" | "v0" | "v1";

/** The product, not yet settled with its neighbours, or the field that cannot be read. `row` is its ordinal. */
export function readGdxpProduct(product: Foreign, row: number, dialect: Dialect): ListedProduct | BadRow {
  const info = asRecord(own(product, "orderInfo"));
  const words = dialect === "filiera" ? OUR_WORDS : FOREIGN_WORDS;
  const name = words.line(own(product, "name"), 200);
  if (name === "") return badRow(row, "name", own(product, "name"), "missing");
  const umPrice = own(info, "umPrice");
  const price = readNumber(umPrice, 4);
  if (price === null) return badRow(row, "umPrice", umPrice, umPrice === undefined ? "missing" : "not-a-number");
  if (price < 0) return badRow(row, "umPrice", umPrice, "negative");
  if (price > LIST_LIMITS.priceTenThousandths) return badRow(row, "umPrice", umPrice, "too-large");
  const listed = { ...startProduct(row, name, price, "H87"), ...commonFields(product, words) };
  const vat = readVatRate(own(info, "vatRate"));
  const read = { ...listed, vatRatePercent: vat.rate, doubts: [...vat.doubts, ...doubtLengths(product)] };
  const um = readLine(own(product, "um"), 60);
  if (dialect === "filiera") return readOwn(read, product, um, info);
  if (dialect === "portalgas") return readPortalgas(read, um, info);
  if (dialect === "gasista-felice") return readGasistaFelice(read, um, info, asRecord(own(product, "extraFields")));
  return readPlain(read, um, info, dialect);
}

function badRow(row: number, field: string, value: unknown, problem: BadRow["problem"]): BadRow {
  return { refused: "bad-row", row, column: field, field, value: readLine(value, 100), problem };
}

function commonFields(product: Foreign, words: Words) {
  const booked = readNumber(own(asRecord(own(product, "bookingInfo")), "totalQty"), 3);
  const category = words.line(own(product, "category"), 200);
  return {
    sku: words.line(own(product, "sku"), 100) || null,
    category: /^non specificato$/i.test(category) ? "" : category,
    description: words.text(own(product, "description"), 5000),
    isActive: readFlag(own(product, "active"), true),
    bookedThousandths: booked !== null && booked >= 0 && booked <= LIST_LIMITS.quantityThousandths ? booked : null,
    variants: asArray(own(product, "variants")).slice(0, 20).flatMap(readVariant),
    modifiers: readModifiers(own(product, "transformations")),
  };
}

function doubtLengths(product: Foreign): Doubt[] {
  const [name, description] = [String(own(product, "name")), String(own(product, "description") ?? "")];
  return name.length > 200 || description.length > 5000 ? [{ doubt: "text-shortened" }] : [];
}

function readVariant(value: unknown): Variant[] {
  const record = asRecord(value);
  const name = readLine(own(record, "name"), 100);
  const values = asArray(own(record, "values"))
    .slice(0, 100)
    .map((one) => readLine(one, 100));
  return name === "" ? [] : [{ name, values: values.filter((one) => one !== "") }];
}

function readVatRate(value: unknown): { rate: ListedProduct["vatRatePercent"]; doubts: Doubt[] } {
  const text = readLine(value, 20);
  if (text === "") return { rate: null, doubts: [] };
  const percent = readNumber(value, 2);
  const rate = percent === null ? Number.NaN : percent / 100;
  return isVatRate(rate) ? { rate, doubts: [] } : { rate: null, doubts: [{ doubt: "vat-unknown", value: text }] };
}

// The documented meaning: a price for one um, and packageQty of them in a case.
function readPlain(listed: ListedProduct, um: string, info: Foreign, dialect: Dialect): ListedProduct {
  const unit = readUm(um);
  const units = { saleUnitCode: unit.unitCode, priceUnitCode: unit.unitCode, content: unit.content };
  const max = readLimit(own(info, "maxQty"));
  return guessContent({
    ...listed,
    ...units,
    stepThousandths: aboveOne(info, "mulQty"),
    // GASdotto writes 1 where no minimum is set, and the hub passes it on.
    minThousandths: aboveOne(info, "minQty"),
    // In v0 it bounds the whole order, in v1 it is advice to each member.
    advisedMaxThousandths: dialect === "v0" ? null : max,
    availableThousandths: dialect === "v0" ? max : readLimit(own(info, "availableQty")),
    caseThousandths: aboveOne(info, "packageQty"),
    transportTenThousandths: transportOf(info),
    doubts: [...listed.doubts, ...unit.doubts],
  });
}

function readOwn(listed: ListedProduct, product: Foreign, um: string, info: Foreign): ListedProduct {
  const extension = own(product, "filiera");
  if (extension === undefined) return readPlain(listed, um, info, "v1");
  const unitCode = readUnit(um) ?? "H87";
  const units = { saleUnitCode: unitCode, priceUnitCode: unitCode, transportTenThousandths: transportOf(info) };
  return { ...listed, ...units, ...readExtension(asRecord(extension)) };
}

// The price is for a package of "qta x um", and the export drops qta: um GR at 2.50 is never 2.50 a gram.
function readPortalgas(listed: ListedProduct, um: string, info: Foreign): ListedProduct {
  const unit = readUm(um);
  const base = findUnit(unit.unitCode)?.base;
  const isMeasure = base === "KGM" || base === "LTR";
  const isWhole = unit.unitCode === "KGM" || unit.unitCode === "LTR";
  const named = findContent(listed.name, ",");
  const soldBy = isMeasure && isWhole && !named ? unit.unitCode : isMeasure ? "H87" : unit.unitCode;
  const read = { ...listed, saleUnitCode: soldBy, priceUnitCode: soldBy };
  const doubts: Doubt[] = isMeasure ? [{ doubt: "package-price-ambiguous", value: um }] : [];
  return guessContent({
    ...read,
    stepThousandths: aboveOne(info, "mulQty"),
    minThousandths: aboveOne(info, "minQty"),
    advisedMaxThousandths: readLimit(own(info, "maxQty")),
    caseThousandths: aboveOne(info, "packageQty"),
    transportTenThousandths: transportOf(info),
    doubts: [...listed.doubts, ...unit.doubts, ...doubts],
  });
}

// packageQty is what one package holds, in um; the price is for one um; the case is among the extra fields.
function readGasistaFelice(listed: ListedProduct, um: string, info: Foreign, extra: Foreign): ListedProduct {
  const unit = readUm(um);
  const held = readLimit(own(info, "packageQty"));
  const packageName = readLine(own(extra, "pu"), 60);
  const isPacked = held !== null && (held !== 1000 || packageName !== "");
  const saleUnitCode = isPacked ? (readUnit(packageName) ?? "XPK") : unit.unitCode;
  const isSame = saleUnitCode === unit.unitCode;
  return {
    ...listed,
    saleUnitCode,
    priceUnitCode: unit.unitCode,
    content: isPacked && !isSame ? { quantityThousandths: held, unitCode: unit.unitCode } : null,
    stepThousandths: aboveOne(extra, "detail_step"),
    minThousandths: aboveOne(extra, "detail_minimum_amount"),
    supplierMinThousandths: aboveOne(info, "minQty"),
    supplierStepThousandths: aboveOne(info, "mulQty"),
    availableThousandths: readLimit(own(info, "maxQty")),
    caseThousandths: aboveOne(extra, "units_per_box"),
    transportTenThousandths: transportOf(info),
    doubts: [...listed.doubts, ...unit.doubts],
  };
}

function readUm(um: string) {
  const unit = readUnitCell(um, ",");
  if (unit) return { unitCode: unit.unitCode, content: unit.content, doubts: [] };
  const isUnsaid = um === "" || /^non specificat[oa]$/i.test(um);
  const doubt: Doubt = isUnsaid ? { doubt: "unit-missing" } : { doubt: "unit-unknown", value: um };
  return { unitCode: "H87", content: null, doubts: [doubt] };
}

// Zero and one both say "no such rule", in every program but ours.
function aboveOne(info: Foreign, key: string): number | null {
  const limit = readLimit(own(info, key));
  return limit === 1000 ? null : limit;
}

function transportOf(info: Foreign): number | null {
  const transport = readNumber(own(info, "shippingCost"), 4);
  return transport !== null && transport > 0 && transport <= LIST_LIMITS.priceTenThousandths ? transport : null;
}
