// A supplier on the hub: what a producer shows to everybody as a price list's block, and what of a list sent by others is kept. Pure.
import { isJsonObject, type JsonObject } from "../../activitypub/json.ts";
import { readForeignLine } from "../../catalogs/foreignText.ts";
import {
  CERTIFICATION_KINDS,
  type CertificationKind,
  type ListedProduct,
  type Modifier,
  type OrderBlock,
  type Party,
  type PriceList,
  startProduct,
} from "../../exchange/priceList.ts";
import { formatQuantity } from "../../kernel/quantity.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { unitLabel } from "../../kernel/units.ts";
import { bareVatNumber, isVatNumber } from "../../kernel/vat.ts";
import type { Entry } from "../index/networkIndex.ts";

/** One supplier's part of a GDXP file. */
export type Block = {
  readonly supplier: Party;
  readonly products: ListedProduct[];
  readonly modifiers: Modifier[];
  readonly order: OrderBlock | null;
};

/** The name of the field of an actor's document that holds its VAT number. */
const VAT_FIELD = "Partita IVA";
const PACKAGE = "XPK";
const FIELDS_MAX = 20;

/** The VAT number an actor writes beside its name, digits only; null where it writes none that is one. */
export function readVat(document: JsonObject): string | null {
  const vat = bareVatNumber(fieldOf(document, VAT_FIELD));
  return isVatNumber(vat) ? vat : null;
}

/** A field of an actor's document as one line of plain text; "" where there is none. */
function fieldOf({ attachment }: JsonObject, name: string): string {
  const fields = Array.isArray(attachment) ? attachment.slice(0, FIELDS_MAX) : [attachment];
  const field = fields.find((one) => isJsonObject(one) && one.type === "PropertyValue" && one.name === name);
  return isJsonObject(field) ? readForeignLine(field.value, 200) : "";
}

/** The producer as a supplier: what its own document and its entry in the index say to everybody. */
export function partyOf(entry: Pick<Entry, "name" | "url" | "place">, document: JsonObject, vat: string): Party {
  const mail = fieldOf(document, "Contatto");
  return {
    name: entry.name,
    vatNumber: vat,
    taxCode: null,
    street: "",
    locality: entry.place?.name ?? "",
    zipCode: "",
    contacts: [
      ...(/^\S+@\S+$/.test(mail) ? [{ kind: "emailAddress" as const, value: mail }] : []),
      { kind: "webSite" as const, value: entry.url },
    ],
    note: "",
  };
}

/**
 * A product of the index as a line of a price list, or null without a price for everybody: in GDXP a price that is left out is
 * read as 0. A package of one kilogram, litre or piece is sold by that unit, any other as a package that says what it holds.
 */
export function listedOf(entry: Entry, row: number): ListedProduct | null {
  const { name, text, category, pack, packagePriceCents, months, certifications } = entry;
  if (packagePriceCents === null || packagePriceCents <= 0) return null;
  const isUnit = pack !== null && pack.unitCode !== null && pack.quantityThousandths === 1000;
  const unitCode = isUnit ? (pack.unitCode ?? PACKAGE) : PACKAGE;
  const kinds = CERTIFICATION_KINDS.filter((kind) => certifications.includes(kind));
  return {
    ...startProduct(row, name, packagePriceCents * 100, unitCode),
    description: [isUnit ? "" : sizeOf(pack), text].filter((part) => part !== "").join("\n"),
    category: category ?? "",
    content:
      !isUnit && pack?.unitCode ? { quantityThousandths: pack.quantityThousandths, unitCode: pack.unitCode } : null,
    certifications: kinds.map((kind: CertificationKind) => ({
      kind,
      body: null,
      operatorCode: null,
      validUntil: null,
    })),
    seasonMonths: [...months],
  };
}

/** GDXP has no word for what a package holds: said in the description, as PortAlGas loses it otherwise. */
function sizeOf(pack: Entry["pack"]): string {
  if (pack === null) return "";
  const { quantityThousandths, unitCode, unitText } = pack;
  const unit = unitCode ? unitLabel(unitCode, quantityThousandths, "it") : unitText;
  return `Confezione: ${formatQuantity(quantityThousandths).replace(".", ",")} ${unit}`;
}

/** What of a list that another program sent is kept, and under which number. */
export type SentList = { readonly vat: string; readonly block: Block };

/**
 * The lists of a file, each under its supplier's VAT number, or why not: all or nothing. Left out are orders and bookings, which are
 * somebody's; telephones, mail and street, which the supplier has not given to us itself; and products without a price.
 * Refuses `hub-list-unclear` (why, name).
 */
export function readSentLists(lists: readonly PriceList[]): readonly SentList[] | Refusal<"hub-list-unclear"> {
  const sent = new Map<string, SentList>();
  for (const list of lists) {
    const name = list.supplier?.name ?? "";
    const unclear = (why: string): Refusal<"hub-list-unclear"> => ({ refused: "hub-list-unclear", why, name });
    const vat = list.supplier?.vatNumber ?? "";
    if (list.supplier === null || name === "") return unclear("no-name");
    if (!isVatNumber(vat)) return unclear("no-vat");
    if (sent.has(vat)) return unclear("same-vat");
    if (list.badRows.length > 0) return unclear("bad-rows");
    const products = list.products.filter(({ priceTenThousandths }) => priceTenThousandths > 0).map(withoutOrder);
    if (products.length === 0) return unclear("no-prices");
    const supplier = { ...list.supplier, taxCode: null, street: "", zipCode: "", contacts: [], note: "" };
    sent.set(vat, { vat, block: { supplier, products, modifiers: list.modifiers, order: null } });
  }
  return sent.size === 0 ? { refused: "hub-list-unclear", why: "no-name", name: "" } : [...sent.values()];
}

/** What was booked of a product is the matter of the group that booked it, doubts of who reads. */
function withoutOrder(product: ListedProduct): ListedProduct {
  return { ...product, bookedThousandths: null, doubts: [] };
}
