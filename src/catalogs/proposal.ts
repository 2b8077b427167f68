// A product as the wire says it: Proposal, Tombstone, the catalog's pages and its digest. PROTOCOL.md sections 3 and 4.
import { html } from "hono/html";
import { DOCUMENT } from "../activitypub/context.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { formatDecimal } from "../kernel/decimal.ts";
import { changeUnitPrice, divideHalfUp, formatEuros, formatUnitPrice } from "../kernel/money.ts";
import { formatQuantity } from "../kernel/quantity.ts";
import { addDays, formatInstant, instantOfRome } from "../kernel/time.ts";
import { findUnit, wireUnit } from "../kernel/units.ts";
import { documentUrl } from "./certificate.ts";
import { pictureUrl } from "./pictures/addresses.ts";
import {
  measureOf,
  type Package,
  type Product,
  type ProductFacts,
  type ProductImage,
  packageGrams,
  packageOf,
  priceUnitsThousandths,
} from "./product.ts";
import { leftFor, type Quota, type QuotaOf } from "./quota.ts";

export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const EURO = "https://www.wikidata.org/entity/Q4916";

/** What a pact gives its reader: a change of every price, the products it may see, and the most it may have of each. */
export type ReaderTerms = {
  readonly priceDeltaHundredthsPercent: number;
  readonly includes: (productId: string) => boolean;
  readonly quotaOf: QuotaOf;
};

/** What a reader's terms say of prices. */
type PriceTerms = Pick<ReaderTerms, "priceDeltaHundredthsPercent">;
/** Of who shows prices to everybody: those of the list itself. */
const AS_LISTED: PriceTerms = { priceDeltaHundredthsPercent: 0 };

/** The member of a `unitPrice` that says the VAT rate in it, in percent as a decimal string. */
export const VAT_RATE = "filiera:vatRate";

/** The member of `publishes` that says what one package weighs where its unit is none of weight: a measure in kilograms. */
export const PACKAGE_WEIGHT = "filiera:packageWeight";
/** The member of a Proposal that says that each piece is weighed by itself and keeps its weight. */
export const SEPARATE_WEIGHTS = "filiera:separateWeights";

/** The addresses of a catalog, all under its actor. */
export function catalogUrls(actorId: string) {
  return { catalog: `${actorId}/catalog`, followers: `${actorId}/followers`, partners: `${actorId}/partners` };
}

/** Names for what a certificate says, as values of `certification`. */
export const CERTIFICATION_IRI = "https://w3id.org/filiera#certification-";

/**
 * The product for one reader: with `terms` all of it at that pact's prices, without them only what everybody may know.
 * One orderable package, its price and the price of one unit to compare by. `showsPrices`: its producer shows prices to everybody;
 * what is left of it is the partners' alone even then.
 */
export function writeProposal(product: Product, terms: ReaderTerms | null, showsPrices = false): JsonObject {
  const { id, actorId, facts, updatedAt } = product;
  const pack = packageOf(facts);
  const least = facts.supplierMinThousandths;
  const body = controlBody(facts);
  const priced = terms ?? (showsPrices ? AS_LISTED : null);
  const text = describe(facts, priced !== null);
  const grams = packageGrams(facts);
  return {
    type: "Proposal",
    id,
    attributedTo: actorId,
    purpose: "offer",
    unitBased: true,
    ...(facts.sku ? { sku: facts.sku } : {}),
    name: facts.name,
    ...(text ? { content: text } : {}),
    updated: formatInstant(updatedAt),
    ...(facts.seasonMonths.length > 0 ? { season: [...facts.seasonMonths] } : {}),
    ...availability(facts),
    ...(facts.certifications.length > 0 ? { certification: certificationIris(facts) } : {}),
    ...(body ? { controlBody: body } : {}),
    ...(facts.isVariableWeight ? { variableWeight: true } : {}),
    ...(facts.hasSeparateWeights ? { [SEPARATE_WEIGHTS]: true } : {}),
    ...pictures(product),
    ...documents(product),
    publishes: {
      type: "Intent",
      id: `${id}#primary`,
      action: "transfer",
      resourceQuantity: writeMeasure(pack),
      ...(grams === null ? {} : { [PACKAGE_WEIGHT]: writeMeasure({ unitCode: "KGM", quantityThousandths: grams }) }),
      ...(facts.category ? { resourceClassifiedAs: { name: facts.category } } : {}),
      ...(least ? { minimumQuantity: writeMeasure(measureOf(facts, least)) } : {}),
      ...(terms ? writeLeft(facts, terms.quotaOf(id)) : {}),
    },
    ...(priced ? writePrices(id, facts, priced) : {}),
    to: [terms ? catalogUrls(actorId).partners : PUBLIC],
  };
}

/** What is left for one reader, whom others leave so much less of it (thousandths of its wire unit); nothing where there is enough. */
export function writeLeft(facts: ProductFacts, quota: Quota | null, heldThousandths = 0): JsonObject {
  const { availableThousandths } = facts;
  const { unit } = wireMeasure(measureOf(facts, 1000));
  const inAll =
    availableThousandths === null ? null : wireMeasure(measureOf(facts, availableThousandths)).quantityThousandths;
  const left = leftFor(unit, inAll === null ? null : Math.max(0, inAll - heldThousandths), quota);
  return left === null ? {} : { availableQuantity: { hasUnit: unit, hasNumericalValue: formatQuantity(left) } };
}

/** What remains of a product that is no longer offered. */
export function writeTombstone({ id, updatedAt }: Pick<Product, "id" | "updatedAt">): JsonObject {
  const at = formatInstant(updatedAt);
  return {
    type: "Tombstone",
    id,
    formerType: "https://w3id.org/valueflows/ont/vf#Proposal",
    updated: at,
    deleted: at,
  };
}

/** A document served alone: with its context. */
export function asDocument(object: JsonObject): JsonObject {
  return { "@context": DOCUMENT, ...object };
}

/** The price of the whole package after the pact's change, in cents: rounded once. */
export function packagePriceFor(facts: ProductFacts, terms: ReaderTerms): number {
  return packageOf({ ...facts, priceTenThousandths: priceFor(facts, terms) }).priceCents;
}

function priceFor(facts: ProductFacts, { priceDeltaHundredthsPercent }: PriceTerms): number {
  return changeUnitPrice(facts.priceTenThousandths, priceDeltaHundredthsPercent);
}

function writePrices(id: string, facts: ProductFacts, terms: PriceTerms): JsonObject {
  const priced = { ...facts, priceTenThousandths: priceFor(facts, terms) };
  return {
    reciprocal: {
      type: "Intent",
      id: `${id}#reciprocal`,
      action: "transfer",
      resourceConformsTo: EURO,
      resourceQuantity: { hasUnit: "one", hasNumericalValue: formatEuros(packageOf(priced).priceCents) },
    },
    unitPrice: writeUnitPrice(priced),
  };
}

/** The price of one kilogram, litre or piece, or of one package where only that is known. */
function writeUnitPrice(facts: ProductFacts): JsonObject {
  const reference = referenceOf(facts);
  return {
    price: formatUnitPrice(reference.priceTenThousandths),
    priceCurrency: "EUR",
    vatIncluded: true,
    // No released map has a word for it: the prefix of ours names it, and who does not know it passes it over (ADR 0023).
    ...(facts.vatRatePercent === null ? {} : { [VAT_RATE]: String(facts.vatRatePercent) }),
    referenceQuantity: { hasUnit: reference.word, hasNumericalValue: "1" },
  };
}

function referenceOf(facts: ProductFacts): { word: string; priceTenThousandths: number } {
  const { priceTenThousandths, priceUnitCode } = facts;
  const base = findUnit(priceUnitCode)?.base;
  if (base === "KGM" || base === "LTR") {
    const { numerator, denominator } = findUnit(priceUnitCode)!;
    const price = divideHalfUp(BigInt(priceTenThousandths) * BigInt(denominator), BigInt(numerator));
    return { word: wireUnit(base)!.word, priceTenThousandths: price };
  }
  const inside = measureOf(facts, 1000);
  const unit = findUnit(inside.unitCode);
  const perSale = BigInt(priceTenThousandths) * BigInt(priceUnitsThousandths(facts) ?? 1000);
  if (!unit?.base || inside.quantityThousandths === 0)
    return { word: "one", priceTenThousandths: divideHalfUp(perSale, 1000n) };
  const held = BigInt(inside.quantityThousandths) * BigInt(unit.numerator);
  return {
    word: wireUnit(unit.base)!.word,
    priceTenThousandths: divideHalfUp(perSale * BigInt(unit.denominator), held),
  };
}

type Measure = Omit<Package, "priceCents">;

/** A quantity in the unit the wire has for it; packages and pieces are "one". */
export function wireMeasure({ quantityThousandths, unitCode }: Measure): { unit: string; quantityThousandths: number } {
  const { word, times } = wireUnit(unitCode) ?? { word: "one", times: 1 };
  return { unit: word, quantityThousandths: quantityThousandths * times };
}

function writeMeasure(measure: Measure): JsonObject {
  const { unit, quantityThousandths } = wireMeasure(measure);
  return { hasUnit: unit, hasNumericalValue: formatQuantity(quantityThousandths) };
}

function availability({ availableFrom, availableTo }: ProductFacts): JsonObject {
  const midnight = (date: string) => formatInstant(instantOfRome({ date, time: "00:00" })!);
  return {
    ...(availableFrom ? { startTime: midnight(availableFrom) } : {}),
    ...(availableTo ? { endTime: midnight(addDays(availableTo, 1)) } : {}),
  };
}

function certificationIris({ certifications }: ProductFacts): string[] {
  return [...new Set(certifications.map(({ kind }) => `${CERTIFICATION_IRI}${kind}`))];
}

function controlBody({ certifications }: ProductFacts): string | null {
  const certified = certifications.find(({ body }) => body);
  return certified?.body ?? null;
}

function pictures({ actorId, facts }: Product): JsonObject {
  const image = facts.images.map((one) => writePicture(actorId, one));
  return image.length > 0 ? { image } : {};
}

/** Certificates as their bodies issued them: only where they are. */
function documents({ actorId, facts }: Product): JsonObject {
  const attachment = facts.certifications.flatMap(({ document, kind, body }) =>
    document
      ? [
          {
            type: "Document",
            mediaType: document.type === "pdf" ? "application/pdf" : "image/jpeg",
            url: `${new URL(actorId).origin}${documentUrl(document)}`,
            name: [kind, body].filter(Boolean).join(", "),
          },
        ]
      : [],
  );
  return attachment.length > 0 ? { attachment } : {};
}

/** A picture where this node serves it to everyone, with its words for who cannot see it. */
export function writePicture(actorId: string, { hash, alt }: ProductImage): JsonObject {
  return { type: "Image", mediaType: "image/jpeg", url: `${new URL(actorId).origin}${pictureUrl(hash)}`, name: alt };
}

// What has no term of its own in the protocol is said in words, for people. Paragraphs of escaped text.
/** The open price: "Che cosa c'è nel prezzo: grano 35 %; trasporto 0,20 €"; "" where its producer does not say. */
function tellPrice({ priceBreakdown }: ProductFacts, isPriced: boolean): string {
  const parts = priceBreakdown.flatMap(({ label, amount }) => {
    if ("hundredthsPercent" in amount)
      return [`${label} ${formatDecimal(amount.hundredthsPercent, 2).replace(".", ",")} %`];
    return isPriced ? [`${label} ${formatDecimal(amount.cents, 2, 2).replace(".", ",")} €`] : [];
  });
  return parts.length === 0 ? "" : `Che cosa c'è nel prezzo: ${parts.join("; ")}`;
}

/** What is said of it in words. `isPriced`: its reader knows its price, and may know what of it goes where in euros too. */
function describe(facts: ProductFacts, isPriced: boolean): string {
  const variants = facts.variants.filter(({ isActive }) => isActive).map(({ name }) => name);
  const parts = [
    facts.description,
    facts.ingredients && `Ingredienti: ${facts.ingredients}`,
    facts.origin && `Origine: ${facts.origin}`,
    facts.storage && `Conservazione: ${facts.storage}`,
    variants.length > 0 && `Varianti: ${variants.join("; ")}`,
    facts.depositCents && `Vuoto a rendere: ${formatDecimal(facts.depositCents, 2, 2).replace(".", ",")} €`,
    tellPrice(facts, isPriced),
  ];
  return parts
    .filter((part) => typeof part === "string" && part !== "")
    .map((part) => String(html`<p>${part}</p>`))
    .join("");
}
