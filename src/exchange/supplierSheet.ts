// A sheet of suppliers to rows: what they are called and how they are reached; or why a row cannot be read.
import type { Refusal } from "../kernel/refusal.ts";
import { bareVatNumber, isVatNumber } from "../kernel/vat.ts";
import { type Cell, isBlank } from "./grid.ts";
import { type ColumnGuess, columnName } from "./headings.ts";
import { cleanLine } from "./plainText.ts";
import type { BadRow } from "./priceList.ts";
import { type FoundSheet, findSheet, type GuessedSheet, openBook, openCsv, type SheetOptions } from "./sheetSource.ts";
import { SUPPLIER_WORDS, SUPPLIERS, type SupplierField } from "./supplierColumns.ts";
import { decodeText } from "./textFile.ts";

/** One supplier. `row` as the sheet numbers it; what it does not say is "". `website` is an http(s) address, `vatNumber` eleven digits. */
export type SupplierRow = { readonly row: number } & Readonly<Record<SupplierField, string>>;

/** Reading a list of suppliers as a person settled it. */
export type SupplierOptions = SheetOptions<SupplierField>;

/** A list of suppliers read. */
export type SupplierSheet = {
  readonly rows: readonly SupplierRow[];
  readonly badRows: readonly BadRow[];
  readonly sheet: GuessedSheet<SupplierField>;
};

const FIELDS = Object.keys(SUPPLIER_WORDS) as SupplierField[];
const LONGEST: Readonly<Record<SupplierField, number>> = {
  ...{ name: 100, email: 254, phone: 40, website: 300, place: 80 },
  ...{ vatNumber: 20, address: 300, referent: 80, note: 500 },
};
const MAILBOX = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;
const HANDLE = /^@?[a-z0-9_.-]{1,100}@[a-z0-9.-]+(?::\d{1,5})?$/i;

/** The suppliers in a file of at most 5 MB, recognised by its bytes. Runs in the list worker. */
export function readSupplierBytes(bytes: Uint8Array, options: SupplierOptions): SupplierSheet | Refusal {
  const source = openBook(bytes) ?? openText(bytes, options);
  if ("refused" in source) return source;
  const found = findSheet(SUPPLIERS, source, options, new Set());
  if ("refused" in found) return found;
  const read = readRows(found);
  if (read.rows.length + read.badRows.length === 0) return { refused: "empty-list", format: source.format };
  return { ...read, sheet: found.guess };
}

function openText(bytes: Uint8Array, options: SupplierOptions) {
  const decoded = decodeText(bytes);
  return "refused" in decoded ? decoded : openCsv(SUPPLIERS, decoded, options.delimiter);
}

function readRows({ grid, headerRow, columns }: Pick<FoundSheet<SupplierField>, "grid" | "headerRow" | "columns">) {
  const at = new Map(columns.flatMap((guess) => (guess.field ? [[guess.field, guess] as const] : [])));
  const rows: SupplierRow[] = [];
  const badRows: BadRow[] = [];
  for (const [index, cells] of grid.entries()) {
    if (index <= headerRow || [...at.values()].every(({ column }) => isBlank(cells[column]))) continue;
    const read = readRow(index + 1, cells, at);
    if ("refused" in read) badRows.push(read);
    else rows.push(read);
  }
  return { rows, badRows };
}

type Columns = ReadonlyMap<SupplierField, ColumnGuess<SupplierField>>;

function readRow(row: number, cells: readonly Cell[], at: Columns): SupplierRow | BadRow {
  const line = (field: SupplierField) => {
    const guess = at.get(field);
    return guess ? cleanLine(String(cells[guess.column] ?? ""), 1000) : "";
  };
  const bad = (field: SupplierField, problem: BadRow["problem"]): BadRow => {
    const guess = at.get(field);
    const column = guess ? columnName(guess) : field;
    return { refused: "bad-row", row, column, field, value: line(field).slice(0, 100), problem };
  };
  const read = Object.fromEntries(FIELDS.map((field) => [field, line(field)])) as Record<SupplierField, string>;
  if (read.name === "") return bad("name", "missing");
  const tooLong = FIELDS.find((field) => read[field].length > LONGEST[field]);
  if (tooLong) return bad(tooLong, "too-long");
  const email = read.email.replace(/^mailto:/i, "");
  if (email !== "" && !MAILBOX.test(email)) return bad("email", "unreadable");
  const website = readWebsite(read.website);
  if (website === null) return bad("website", "unreadable");
  const vatNumber = bareVatNumber(read.vatNumber);
  if (vatNumber !== "" && !isVatNumber(vatNumber)) return bad("vatNumber", "unreadable");
  const { address } = read;
  if (address !== "" && !HANDLE.test(address) && !isWebAddress(address)) return bad("address", "unreadable");
  return { row, ...read, email, website, vatNumber };
}

/** "www.forno.it" -> "https://www.forno.it/"; null for what is no address. */
function readWebsite(text: string): string | null {
  if (text === "") return "";
  const address = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  return isWebAddress(address) && new URL(address).hostname.includes(".") ? new URL(address).href : null;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
