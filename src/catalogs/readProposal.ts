// Another node's Proposal as values we can stand behind, or why not: checked, bounded, in plain text. PROTOCOL section 4.
import { isPlainIri } from "../activitypub/iri.ts";
import { isJsonObject, type Json, type JsonObject } from "../activitypub/json.ts";
import { parseEuros, parseUnitPrice } from "../kernel/money.ts";
import { parseQuantity } from "../kernel/quantity.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { parseInstant } from "../kernel/time.ts";
import { convertQuantity, findUnit, unitOfWire } from "../kernel/units.ts";
import { isVatRate, type VatRatePercent } from "../kernel/vat.ts";
import { readForeignLine, readForeignText } from "./foreignText.ts";
import { CERTIFICATION_IRI, PACKAGE_WEIGHT, SEPARATE_WEIGHTS, VAT_RATE } from "./proposal.ts";

const VAT_RATE_IRI = "https://w3id.org/filiera#vatRate";
const PACKAGE_WEIGHT_IRI = "https://w3id.org/filiera#packageWeight";
const SEPARATE_WEIGHTS_IRI = "https://w3id.org/filiera#separateWeights";
/** No package weighs more than a lorry. */
const PACKAGE_GRAMS_MAX = 40_000_000;

/** So much of a unit; `unitCode` is null for a word we do not know, which is then shown as it is. */
export type ForeignMeasure = {
  readonly quantityThousandths: number;
  readonly unitCode: string | null;
  readonly unitText: string;
};

/** A product as its producer's node shows it to us. Prices are null where we are no partners. Times are epoch ms. */
export type MirroredProduct = {
  readonly id: string;
  readonly name: string;
  readonly sku: string | null;
  readonly text: string;
  readonly updated: string;
  readonly package: ForeignMeasure;
  readonly packagePriceCents: number | null;
  readonly unitPrice: { readonly priceTenThousandths: number; readonly per: ForeignMeasure } | null;
  /** In percent; null where its node does not say, or says none that is in force here. Absent in copies from before it was read. */
  readonly vatRatePercent?: VatRatePercent | null;
  readonly minimum: ForeignMeasure | null;
  readonly available: ForeignMeasure | null;
  /** What one package weighs where its unit does not say it; absent where nobody said, and in copies from before it was read. */
  readonly packageGrams?: number;
  readonly isVariableWeight: boolean;
  /** Each piece is weighed by itself and keeps its weight. */
  readonly hasSeparateWeights?: true;
  readonly seasonMonths: readonly number[];
  /** Kinds we know; others stay out. */
  readonly certifications: readonly string[];
  readonly controlBody: string | null;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  /** "" or absent: it says none. */
  readonly category?: string;
  /** Its first picture, at its producer's own node, and what it shows. */
  readonly picture?: { readonly url: string; readonly alt: string };
  /** Where its certificates can be read, at its producer's own node. */
  readonly documents?: readonly { readonly url: string; readonly name: string }[];
};

/** One item of a catalog: a product, or the sign that one is gone. */
export type ForeignItem =
  | { readonly kind: "product"; readonly product: MirroredProduct }
  | { readonly kind: "gone"; readonly id: string; readonly updated: string };

export type BadItem = Refusal<"bad-item"> & { readonly field: string; readonly id: string };

/**
 * Reads an item of the catalog of `producerId`. It must lie on the producer's origin and be attributed to it; quantities
 * and prices are decimal strings, in euros; anything else is refused by the name of its field.
 */
export function readCatalogItem(item: Json | undefined, producerId: string): ForeignItem | BadItem {
  const { origin } = new URL(producerId);
  const id = isJsonObject(item) ? member(item, "id") : undefined;
  const bad = (field: string): BadItem => ({
    refused: "bad-item",
    field,
    id: typeof id === "string" ? id.slice(0, 300) : "",
  });
  if (!isJsonObject(item) || typeof id !== "string" || !isOnOrigin(id, origin)) return bad("id");
  const updated = member(item, "updated");
  if (typeof updated !== "string" || parseInstant(updated) === null) return bad("updated");
  if (isType(item, "Tombstone")) return { kind: "gone", id, updated };
  if (!isType(item, "Proposal")) return bad("type");
  const owner = member(item, "attributedTo");
  if ((isJsonObject(owner) ? member(owner, "id") : owner) !== producerId) return bad("attributedTo");
  const product = readProduct(item, id, updated);
  return typeof product === "string" ? bad(product) : { kind: "product", product };
}

/** The product, or the name of the field that does not hold. */
function readProduct(item: JsonObject, id: string, updated: string): MirroredProduct | string {
  const name = readForeignLine(member(item, "name"), 200);
  if (name === "") return "name";
  const publishes = member(item, "publishes");
  if (!isJsonObject(publishes)) return "publishes";
  const pack = readMeasure(member(publishes, "resourceQuantity"));
  if (!pack || pack.quantityThousandths === 0) return "resourceQuantity";
  const reciprocal = member(item, "reciprocal");
  const packagePriceCents = reciprocal === undefined ? null : readPackagePrice(reciprocal);
  if (packagePriceCents === undefined) return "reciprocal";
  const said = member(item, "unitPrice");
  const unitPrice = said === undefined ? null : readUnitPrice(said);
  if (unitPrice === undefined) return "unitPrice";
  const [minimum, available] = [member(publishes, "minimumQuantity"), member(publishes, "availableQuantity")];
  return {
    id,
    name,
    sku: readForeignLine(member(item, "sku"), 64) || null,
    text: readForeignText(member(item, "content") ?? member(item, "summary"), 4000),
    updated,
    package: pack,
    packagePriceCents,
    unitPrice,
    vatRatePercent: readVatRate(said),
    minimum: minimum === undefined ? null : readMeasure(minimum),
    available: available === undefined ? null : readMeasure(available),
    ...readPackageGrams(publishes[PACKAGE_WEIGHT] ?? publishes[PACKAGE_WEIGHT_IRI], pack),
    isVariableWeight: scalar(member(item, "variableWeight")) === true,
    ...(scalar(item[SEPARATE_WEIGHTS] ?? item[SEPARATE_WEIGHTS_IRI]) === true ? { hasSeparateWeights: true } : {}),
    seasonMonths: readMonths(member(item, "season")),
    certifications: readCertifications(member(item, "certification")),
    controlBody: readForeignLine(member(item, "controlBody"), 100) || null,
    startsAt: readTime(member(item, "startTime")),
    endsAt: readTime(member(item, "endTime")),
    ...readCategory(member(publishes, "resourceClassifiedAs")),
    ...readPicture(member(item, "image"), new URL(id).origin),
    ...readDocuments(member(item, "attachment"), new URL(id).origin),
  };
}

/** A quantity with its unit; null when it is none, negative or finer than a thousandth. */
export function readMeasure(value: Json | undefined): ForeignMeasure | null {
  if (!isJsonObject(value)) return null;
  const number = scalar(member(value, "hasNumericalValue"));
  const unit = scalar(member(value, "hasUnit"));
  const word = isJsonObject(unit) ? member(unit, "id") : unit;
  if (typeof number !== "string" || typeof word !== "string") return null;
  const quantityThousandths = parseQuantity(number);
  const unitText = readForeignLine(word.replace(/^.*[:#/]/, ""), 40);
  if (quantityThousandths === null || quantityThousandths < 0 || unitText === "") return null;
  return { quantityThousandths, unitCode: unitOfWire(word), unitText };
}

/** Cents; undefined when it is no price in euros. */
function readPackagePrice(reciprocal: Json): number | undefined {
  if (!isJsonObject(reciprocal)) return undefined;
  const currency = member(reciprocal, "resourceConformsTo");
  const iri = isJsonObject(currency) ? member(currency, "id") : currency;
  const quantity = member(reciprocal, "resourceQuantity");
  const number = isJsonObject(quantity) ? scalar(member(quantity, "hasNumericalValue")) : undefined;
  if (typeof number !== "string" || iri !== "https://www.wikidata.org/entity/Q4916") return undefined;
  const cents = parseEuros(number);
  return cents === null || cents < 0 ? undefined : cents;
}

function readUnitPrice(value: Json): MirroredProduct["unitPrice"] | undefined {
  if (!isJsonObject(value) || scalar(member(value, "priceCurrency")) !== "EUR") return undefined;
  if (scalar(member(value, "vatIncluded")) !== true) return undefined;
  const price = scalar(member(value, "price"));
  const priceTenThousandths = typeof price === "string" ? parseUnitPrice(price) : null;
  const per = readMeasure(member(value, "referenceQuantity"));
  if (priceTenThousandths === null || priceTenThousandths < 0 || !per || per.quantityThousandths === 0)
    return undefined;
  return { priceTenThousandths, per };
}

/** A rate never makes a Proposal bad: what is unknown stays unknown. */
function readVatRate(unitPrice: Json | undefined): VatRatePercent | null {
  const said = isJsonObject(unitPrice) ? scalar(unitPrice[VAT_RATE] ?? unitPrice[VAT_RATE_IRI]) : undefined;
  const percent = typeof said === "string" && /^\d{1,2}$/.test(said) ? Number(said) : null;
  return percent !== null && isVatRate(percent) ? percent : null;
}

/** A weight never makes a Proposal bad: what is none, or nonsense, is not known. Where the unit is one of weight it says enough. */
function readPackageGrams(value: Json | undefined, pack: ForeignMeasure): { packageGrams?: number } {
  const weight = readMeasure(value);
  if (weight?.unitCode == null || (pack.unitCode !== null && findUnit(pack.unitCode)?.base === "KGM")) return {};
  const packageGrams = convertQuantity(weight.quantityThousandths, weight.unitCode, "KGM");
  return packageGrams !== null && packageGrams > 0 && packageGrams <= PACKAGE_GRAMS_MAX ? { packageGrams } : {};
}

function readMonths(value: Json | undefined): number[] {
  const months = listOf(value).filter((month) => typeof month === "number" && Number.isInteger(month));
  const real = (months as number[]).filter((month) => month >= 1 && month <= 12);
  return [...new Set(real)].sort((one, other) => one - other);
}

function readCertifications(value: Json | undefined): string[] {
  const iris = listOf(value).map((item) => (isJsonObject(item) ? member(item, "id") : item));
  const ours = iris.filter((iri): iri is string => typeof iri === "string" && iri.startsWith(CERTIFICATION_IRI));
  return [...new Set(ours.map((iri) => iri.slice(CERTIFICATION_IRI.length)))].slice(0, 10);
}

/** Where it stands in its producer's list, by name; classes that are only addresses say nothing to people. */
function readCategory(value: Json | undefined): { category?: string } {
  const names = listOf(value).map((one) => (isJsonObject(one) ? readForeignLine(member(one, "name"), 100) : ""));
  const category = names.find((name) => name !== "");
  return category === undefined ? {} : { category };
}

const PICTURE_TYPES = ["image/jpeg", "image/png", "image/webp"];

function readPicture(value: Json | undefined, origin: string): Pick<MirroredProduct, "picture"> {
  for (const image of listOf(value).filter(isJsonObject)) {
    const url = member(image, "url");
    const type = member(image, "mediaType");
    if (typeof url !== "string" || !isOnOrigin(url, origin)) continue;
    if (type !== undefined && !PICTURE_TYPES.includes(String(type))) continue;
    return { picture: { url, alt: readForeignLine(member(image, "name"), 200) } };
  }
  return {};
}

const DOCUMENTS_MAX = 5;

function readDocuments(value: Json | undefined, origin: string): Pick<MirroredProduct, "documents"> {
  const documents = listOf(value)
    .filter(isJsonObject)
    .flatMap((one) => {
      const url = member(one, "url");
      const name = readForeignLine(member(one, "name"), 200);
      return isType(one, "Document") && typeof url === "string" && isOnOrigin(url, origin) && name !== ""
        ? [{ url, name }]
        : [];
    });
  return documents.length > 0 ? { documents: documents.slice(0, DOCUMENTS_MAX) } : {};
}

function readTime(value: Json | undefined): number | null {
  return typeof value === "string" ? parseInstant(value) : null;
}

const PREFIXES = [
  "",
  "as:",
  "https://www.w3.org/ns/activitystreams#",
  "vf:",
  "https://w3id.org/valueflows/ont/vf#",
  "om2:",
  "http://www.ontology-of-units-of-measure.org/resource/om-2/",
];

/** A member by its short, prefixed or full name. PROTOCOL section 12. */
function member(object: JsonObject, name: string): Json | undefined {
  if (name === "id" || name === "type") return object[name] ?? object[`@${name}`];
  for (const prefix of PREFIXES) if (Object.hasOwn(object, prefix + name)) return object[prefix + name];
  return undefined;
}

/** A value alone, out of an array of one or a JSON-LD value object. */
function scalar(value: Json | undefined): Json | undefined {
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isJsonObject(only) && Object.hasOwn(only, "@value") ? only["@value"] : only;
}

function listOf(value: Json | undefined): Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value.slice(0, 50) : [value];
}

function isType(object: JsonObject, name: string): boolean {
  return listOf(member(object, "type")).some(
    (type) => typeof type === "string" && type.replace(/^.*[:#]/, "") === name,
  );
}

function isOnOrigin(iri: string, origin: string): boolean {
  return (
    iri.length <= 2048 &&
    isPlainIri(iri) &&
    iri.startsWith(`${origin}/`) &&
    URL.canParse(iri) &&
    new URL(iri).origin === origin
  );
}
