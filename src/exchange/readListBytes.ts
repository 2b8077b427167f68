// From a file's bytes to lists: what kind of file it is, what its columns mean. Synchronous; runs in the list worker.
import type { Refusal } from "../kernel/refusal.ts";
import { type ColumnGuess, type ColumnMapping, findColumns, rememberColumns, showColumns } from "./columns.ts";
import { type Delimiter, readCsv } from "./csvIn.ts";
import { readGdxp } from "./gdxp.ts";
import type { Cell, Grid } from "./grid.ts";
import { guessMark, readSheet } from "./listFromGrid.ts";
import type { Party, PriceList } from "./priceList.ts";
import { decodeText, type Encoding } from "./textFile.ts";
import { type NamedGrid, readWorkbook, type WorkbookFormat, workbookFormat } from "./workbook.ts";

/** What a person may settle by hand instead of our guesses. A remembered mapping wins over the headings. */
export type ReadOptions = {
  mapping?: ColumnMapping;
  sheetName?: string;
  delimiter?: Delimiter;
  decimalMark?: "," | ".";
};

/** What was guessed of a sheet, to be shown. `mapping` reads it the same way again; `headerRow` is as numbered, or null. */
export type SheetGuess = {
  encoding: Encoding | null;
  delimiter: Delimiter | null;
  decimalMark: "," | ".";
  sheetName: string | null;
  sheetNames: string[];
  headerRow: number | null;
  columns: ColumnGuess[];
  mapping: ColumnMapping;
};

/** A file read: one list per supplier (a sheet has one, without supplier). */
export type PriceListRead = {
  format: "gdxp-1" | "gdxp-0" | "csv" | WorkbookFormat;
  lists: PriceList[];
  gdxp: { signature: string; createdOn: string | null; subject: Party } | null;
  sheet: SheetGuess | null;
};

type Source = Pick<SheetGuess, "encoding" | "delimiter"> & { format: PriceListRead["format"]; sheets: NamedGrid[] };

/** The lists in a file of at most 5 MB, recognised by its bytes, whatever its name. Refusals as `readPriceList`. */
export function readListBytes(bytes: Uint8Array, options: ReadOptions): PriceListRead | Refusal {
  const isBook = workbookFormat(bytes) !== null;
  if (isBook) {
    const book = readWorkbook(bytes);
    return "refused" in book ? book : readSheets({ ...book, encoding: null, delimiter: null }, options);
  }
  const decoded = decodeText(bytes);
  if ("refused" in decoded) return decoded;
  const { text, encoding } = decoded;
  if (/^\s*[{<]/.test(text)) return readGdxpText(text);
  const csv = readCsv(text, options.delimiter);
  if ("refused" in csv) return csv;
  const sheets = csv.grid.length > 0 ? [{ name: "", grid: csv.grid }] : [];
  return readSheets({ format: "csv", sheets, encoding, delimiter: csv.delimiter }, options);
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
  const { format, sheets } = source;
  const wanted = options.sheetName === undefined ? sheets : sheets.filter(({ name }) => name === options.sheetName);
  if (wanted.length === 0) return { refused: "empty-list", format };
  for (const sheet of wanted) {
    const found = findColumns(sheet.grid, options.mapping ?? null);
    if (found) return readFound(source, sheet, found, options);
  }
  return askForColumns(source, wanted[0]!);
}

function readFound(
  { format, encoding, delimiter, sheets }: Source,
  { name, grid }: NamedGrid,
  { headerRow, columns }: { headerRow: number; columns: ColumnGuess[] },
  options: ReadOptions,
): PriceListRead | Refusal {
  const mark = options.decimalMark ?? guessMark(grid, columns, delimiter === "," ? "." : ",");
  const list = readSheet({ grid, headerRow, columns, mark });
  if (list.products.length + list.badRows.length === 0) return { refused: "empty-list", format };
  const sheet: SheetGuess = {
    encoding,
    delimiter,
    decimalMark: mark,
    sheetName: name || null,
    sheetNames: sheets.map((one) => one.name).filter((one) => one !== ""),
    headerRow: headerRow < 0 ? null : headerRow + 1,
    columns,
    mapping: rememberColumns(columns, headerRow >= 0),
  };
  return { format, lists: [list], gdxp: null, sheet };
}

// Not a failure: the page shows these columns and rows, and a person says what they mean.
function askForColumns({ format, encoding, delimiter }: Source, { name, grid }: NamedGrid): Refusal {
  const columns = showColumns(grid);
  return {
    refused: "columns-unclear",
    format,
    encoding,
    delimiter,
    sheetName: name || null,
    columns,
    rows: head(grid),
  };
}

function head(grid: Grid): Cell[][] {
  return grid.slice(0, 8).map((row) => row.map((cell) => (typeof cell === "string" ? cell.slice(0, 60) : cell)));
}
