// GDXP in: v1 JSON with its dialects ("2" among them) and v0 XML, into price lists. DOMAIN.md section 6.
import type { Refusal } from "../kernel/refusal.ts";
import { bareVatNumber, isVatNumber } from "../kernel/vat.ts";
import { asArray, asRecord, type Foreign, own, readDay, readNumber } from "./foreignJson.ts";
import { type Dialect, readGdxpProduct } from "./gdxpProduct.ts";
import { parseGdxpXml } from "./gdxpXml.ts";
import { readModifiers } from "./modifiers.ts";
import { FOREIGN_WORDS, OUR_WORDS, readLine, type Words } from "./plainText.ts";
import {
  type BadRow,
  type ContactKind,
  type Doubt,
  LIST_LIMITS,
  type ListedProduct,
  type OrderBlock,
  type Party,
  type PriceList,
  settleProducts,
} from "./priceList.ts";

/** What a GDXP file holds. `createdOn` is a day in Italy; `subject` wrote the file, which need not be the supplier. */
export type GdxpRead = {
  format: "gdxp-1" | "gdxp-0";
  signature: string;
  createdOn: string | null;
  subject: Party;
  lists: PriceList[];
};

const MAX_BLOCKS = 200;
const CONTACT_KINDS: readonly string[] = ["phoneNumber", "faxNumber", "mobileNumber", "emailAddress", "webSite"];
const PHASES: readonly string[] = ["preorder", "order", "booking"];

/** A GDXP file's text as lists, one per supplier block; a refusal when it is no GDXP or holds too much. */
export function readGdxp(text: string): GdxpRead | Refusal<"unreadable-file" | "too-many-rows"> {
  const fromXml = /^\s*</.test(text);
  const parsed = fromXml ? parseGdxpXml(text) : parseJson(text);
  if ("refused" in parsed) return parsed;
  const { document } = parsed;
  const blocks = asArray(own(document, "blocks")).map(asRecord);
  const products = blocks.reduce((sum, block) => sum + productsOf(block).length, 0);
  if (blocks.length > MAX_BLOCKS || products > LIST_LIMITS.rows)
    return { refused: "too-many-rows", rows: products, limit: LIST_LIMITS.rows };
  if (!Array.isArray(own(document, "blocks"))) return { refused: "unreadable-file", format: "gdxp", why: "not-gdxp" };
  const signature = readLine(own(document, "applicationSignature"), 100);
  const subject = asRecord(own(document, "subject"));
  const dialect = dialectOf(signature, fromXml);
  const words = dialect === "filiera" ? OUR_WORDS : FOREIGN_WORDS;
  const versionDoubts = doubtVersion(own(document, "protocolVersion"));
  return {
    format: fromXml ? "gdxp-0" : "gdxp-1",
    signature,
    createdOn: readDay(own(document, "creationDate")),
    // PortAlGas nests it once more when it pushes over HTTP, and only then.
    subject: readParty(Object.hasOwn(subject, "subject") ? asRecord(own(subject, "subject")) : subject, words),
    lists: blocks.map((block) => readBlock(block, dialect, versionDoubts)),
  };
}

function parseJson(text: string): { document: Foreign } | Refusal<"unreadable-file"> {
  try {
    return { document: asRecord(JSON.parse(text)) };
  } catch {
    // Bad syntax, or nesting that exhausts the stack: either way no list.
    return { refused: "unreadable-file", format: "gdxp", why: "not-json" };
  }
}

function dialectOf(signature: string, fromXml: boolean): Dialect {
  const name = signature.toLowerCase().replace(/\s/g, "");
  if (name === "filiera") return "filiera";
  if (name.startsWith("portalgas")) return "portalgas";
  if (name.startsWith("gasistafelice")) return "gasista-felice";
  if (fromXml) return "v0";
  return name.startsWith("gasdotto") ? "gasdotto" : "v1";
}

// Number or string, "1.0" or 1 or "0.2": all are met, and none decides how the rest is read.
function doubtVersion(version: unknown): Doubt[] {
  const tenths = readNumber(version, 1);
  if (tenths === 10 || (tenths !== null && tenths >= 0 && tenths < 10)) return [];
  const text = readLine(version, 20);
  if (/^0\.\d+(?:\.\d+)?$/.test(text)) return [];
  return [{ doubt: "protocol-version-unknown", value: text }];
}

function productsOf(block: Foreign): readonly unknown[] {
  return asArray(own(asRecord(own(block, "supplier")), "products"));
}

function readBlock(block: Foreign, dialect: Dialect, versionDoubts: Doubt[]): PriceList {
  const supplier = asRecord(own(block, "supplier"));
  const party = readParty(supplier, dialect === "filiera" ? OUR_WORDS : FOREIGN_WORDS);
  const rows = productsOf(block).map((product, index) => readGdxpProduct(asRecord(product), index + 1, dialect));
  const attachmentNames = asArray(own(supplier, "attachments")).map((one) => readLine(own(asRecord(one), "name"), 200));
  return {
    supplier: party,
    products: settleProducts(rows.filter((row): row is ListedProduct => !("refused" in row))),
    badRows: rows.filter((row): row is BadRow => "refused" in row),
    order: readOrder(block, supplier),
    modifiers: readModifiers(own(supplier, "transformations")),
    attachmentNames,
    doubts: [
      ...versionDoubts,
      ...doubtVatNumber(party.vatNumber),
      ...(attachmentNames.length > 0 ? [{ doubt: "attachments-left-out" as const }] : []),
      ...(Number(own(supplier, "extraContacts") ?? 0) > 0 ? [{ doubt: "contacts-left-out" as const }] : []),
    ],
  };
}

function doubtVatNumber(vatNumber: string | null): Doubt[] {
  if (vatNumber === null) return [{ doubt: "vat-number-missing" }];
  return isVatNumber(vatNumber) ? [] : [{ doubt: "vat-number-invalid", value: vatNumber }];
}

// Four places in the wild: the documents and PortAlGas, the schema, GASdotto's export, and v0's list.
function readOrder(block: Foreign, supplier: Foreign): OrderBlock | null {
  const places = [own(supplier, "orderInfo"), own(supplier, "order"), own(block, "orderInfo"), own(block, "order")];
  const found = [...places, asArray(own(supplier, "orders"))[0]]
    .map(asRecord)
    .find((one) => ["phase", "openDate", "closeDate", "deliveryDate"].some((key) => Object.hasOwn(one, key)));
  if (!found) return null;
  const phase = own(found, "phase");
  return {
    phase: PHASES.includes(String(phase)) ? (phase as OrderBlock["phase"]) : null,
    openDate: readDay(own(found, "openDate")),
    closeDate: readDay(own(found, "closeDate")),
    deliveryDate: readDay(own(found, "deliveryDate")),
  };
}

function readParty(record: Foreign, { line, text }: Words): Party {
  const address = asRecord(own(record, "address"));
  return {
    name: line(own(record, "name"), 200),
    vatNumber: bareVatNumber(line(own(record, "vatNumber"), 30)) || null,
    taxCode: line(own(record, "taxCode"), 30).replace(/\s/g, "") || null,
    street: line(own(address, "street"), 200),
    locality: line(own(address, "locality"), 200),
    zipCode: line(own(address, "zipCode") ?? own(address, "zipcode"), 20),
    contacts: asArray(own(record, "contacts"))
      .slice(0, 50)
      .flatMap((contact) => readContact(contact, line)),
    note: text(own(record, "note"), 5000),
  };
}

function readContact(contact: unknown, line: Words["line"]): Party["contacts"] {
  const record = asRecord(contact);
  const [kind, value] = [String(own(record, "type")), line(own(record, "value"), 200)];
  return CONTACT_KINDS.includes(kind) && value !== "" ? [{ kind: kind as ContactKind, value }] : [];
}
