// From a file's bytes to lists: what kind of file it is, what its columns mean. Synchronous; runs in the list worker.
import type { Refusal } from "../kernel/refusal.ts";
import { GOODS } from "./columns.ts";
import type { Field } from "./columnWords.ts";
import { readGdxp } from "./gdxp.ts";
import { NUMBER_FIELDS, readSheet } from "./listFromGrid.ts";
import type { Party, PriceList } from "./priceList.ts";
import { findSheet, type GuessedSheet, openBook, openCsv, type SheetOptions, type Source } from "./sheetSource.ts";
import { decodeText } from "./textFile.ts";
import type { WorkbookFormat } from "./workbook.ts";

/** What a person may settle by hand instead of our guesses. */
export type ReadOptions = SheetOptions<Field>;

/** What was guessed of a price list's sheet. */
export type SheetGuess = GuessedSheet<Field>;

/** A file read: one list per supplier (a sheet has one, without supplier). */
export type PriceListRead = {
  format: "gdxp-1" | "gdxp-0" | "csv" | WorkbookFormat;
  lists: PriceList[];
  gdxp: { signature: string; createdOn: string | null; subject: Party } | null;
  sheet: SheetGuess | null;
};

/** The lists in a file of at most 5 MB, recognised by its bytes, whatever its name. Refusals as `readPriceList`. */
export function readListBytes(bytes: Uint8Array, options: ReadOptions): PriceListRead | Refusal {
  const book = openBook(bytes);
  if (book) return "refused" in book ? book : readSheets(book, options);
  const decoded = decodeText(bytes);
  if ("refused" in decoded) return decoded;
  if (/^\s*[{<]/.test(decoded.text)) return readGdxpText(decoded.text);
  const csv = openCsv(GOODS, decoded, options.delimiter);
  return "refused" in csv ? csv : readSheets(csv, options);
}

function readGdxpText(text: string): PriceListRead | Refusal {
  const read = readGdxp(text);
  if ("refused" in read) return read;
  const { format, lists, signature, createdOn, subject } = read;
  const holdsNothing = lists.every(({ products, badRows }) => products.length + badRows.length === 0);
  if (holdsNothing) return { refused: "empty-list", format };
  return { format, lists, gdxp: { signature, createdOn, subject }, sheet: null };
}

function readSheets(source: Source, options: ReadOptions): PriceListRead | Refusal {
  const found = findSheet(GOODS, source, options, NUMBER_FIELDS);
  if ("refused" in found) return found;
  const { format } = source;
  const list = readSheet(found);
  if (list.products.length + list.badRows.length === 0) return { refused: "empty-list", format };
  return { format, lists: [list], gdxp: null, sheet: found.guess };
}
