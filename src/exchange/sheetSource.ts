// From a file's bytes to one sheet of it with its columns understood, whatever the sheet is about. Synchronous; runs in the list worker.
import type { Refusal } from "../kernel/refusal.ts";
import type { Mark } from "./cellValues.ts";
import { type Delimiter, readCsv } from "./csvIn.ts";
import type { Cell, Grid } from "./grid.ts";
import {
  type ColumnGuess,
  type ColumnMapping,
  findIn,
  recogniseIn,
  rememberColumns,
  showIn,
  type Vocabulary,
} from "./headings.ts";
import type { Encoding } from "./textFile.ts";
import { type NamedGrid, readWorkbook, type WorkbookFormat, workbookFormat } from "./workbook.ts";

/** What a person may settle by hand instead of our guesses. A remembered mapping wins over the headings. */
export type SheetOptions<F extends string> = {
  mapping?: ColumnMapping<F>;
  sheetName?: string;
  delimiter?: Delimiter;
  decimalMark?: Mark;
};

/** What was guessed of a sheet, to be shown. `mapping` reads it the same way again; `headerRow` is as numbered, or null. */
export type GuessedSheet<F extends string> = {
  encoding: Encoding | null;
  delimiter: Delimiter | null;
  decimalMark: Mark;
  sheetName: string | null;
  sheetNames: string[];
  headerRow: number | null;
  columns: ColumnGuess<F>[];
  mapping: ColumnMapping<F>;
};

/** The sheets of a file. */
export type Source = {
  readonly format: "csv" | WorkbookFormat;
  readonly encoding: Encoding | null;
  readonly delimiter: Delimiter | null;
  readonly sheets: NamedGrid[];
};

/** The sheet that was found: `headerRow` is 0-based, -1 where there is none; the decimals are written with `mark`. */
export type FoundSheet<F extends string> = {
  readonly grid: Grid;
  readonly headerRow: number;
  readonly columns: ColumnGuess<F>[];
  readonly mark: Mark;
  readonly guess: GuessedSheet<F>;
};

/** The sheets of a workbook; null where the bytes are none. */
export function openBook(bytes: Uint8Array): Source | Refusal | null {
  if (workbookFormat(bytes) === null) return null;
  const book = readWorkbook(bytes);
  return "refused" in book ? book : { ...book, encoding: null, delimiter: null };
}

/** A text as a source of one sheet; the delimiter is guessed by the headings it makes appear, where none is given. */
export function openCsv<F extends string>(
  vocabulary: Vocabulary<F>,
  { text, encoding }: { text: string; encoding: Encoding },
  delimiter?: Delimiter,
): Source | Refusal {
  const countHeadings = (row: readonly string[]) =>
    recogniseIn(vocabulary, row, null).filter(({ field }) => field).length;
  const csv = readCsv(text, delimiter, countHeadings);
  if ("refused" in csv) return csv;
  const sheets = csv.grid.length > 0 ? [{ name: "", grid: csv.grid }] : [];
  return { format: "csv", sheets, encoding, delimiter: csv.delimiter };
}

/**
 * The first sheet whose columns are understood; `numbers` are the fields whose cells tell the decimal mark. Refuses `empty-list`,
 * `columns-unclear` (columns, rows: to ask a person).
 */
export function findSheet<F extends string>(
  vocabulary: Vocabulary<F>,
  source: Source,
  options: SheetOptions<F>,
  numbers: ReadonlySet<F>,
): FoundSheet<F> | Refusal {
  const { format, encoding, delimiter, sheets } = source;
  const wanted = options.sheetName === undefined ? sheets : sheets.filter(({ name }) => name === options.sheetName);
  if (wanted.length === 0) return { refused: "empty-list", format };
  for (const { name, grid } of wanted) {
    const found = findIn(vocabulary, grid, options.mapping ?? null);
    if (!found) continue;
    const { headerRow, columns } = found;
    const mark = options.decimalMark ?? guessMark(grid, columns, numbers, delimiter === "," ? "." : ",");
    const guess: GuessedSheet<F> = {
      encoding,
      delimiter,
      decimalMark: mark,
      sheetName: name || null,
      sheetNames: sheets.map((one) => one.name).filter((one) => one !== ""),
      headerRow: headerRow < 0 ? null : headerRow + 1,
      columns,
      mapping: rememberColumns(columns, headerRow >= 0),
    };
    return { grid, headerRow, columns, mark, guess };
  }
  return askForColumns(vocabulary, source, wanted[0]!);
}

/** The decimal mark that the cells of number columns use; `otherwise` where they do not tell. */
function guessMark<F extends string>(
  grid: Grid,
  columns: readonly ColumnGuess<F>[],
  numbers: ReadonlySet<F>,
  otherwise: Mark,
): Mark {
  const numeric = columns.filter(({ field }) => field && numbers.has(field)).map(({ column }) => column);
  let commas = 0;
  let points = 0;
  for (const row of grid)
    for (const column of numeric) {
      const text = typeof row[column] === "string" ? row[column].slice(0, 40) : "";
      if (/\d,\d{1,2}(?!\d)/.test(text) || /\.\d{3},/.test(text)) commas++;
      else if (/\d\.\d{1,2}(?!\d)/.test(text) || /,\d{3}\./.test(text)) points++;
    }
  return commas === points ? otherwise : commas > points ? "," : ".";
}

// Not a failure: the page shows these columns and rows, and a person says what they mean.
function askForColumns<F extends string>(
  vocabulary: Vocabulary<F>,
  { format, encoding, delimiter }: Source,
  { name, grid }: NamedGrid,
): Refusal {
  const columns = showIn(vocabulary, grid);
  const rows = head(grid);
  return { refused: "columns-unclear", format, encoding, delimiter, sheetName: name || null, columns, rows };
}

function head(grid: Grid): Cell[][] {
  return grid.slice(0, 8).map((row) => row.map((cell) => (typeof cell === "string" ? cell.slice(0, 60) : cell)));
}
