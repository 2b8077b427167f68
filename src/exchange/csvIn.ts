// CSV in: the delimiter is guessed by what it makes of the file, rows keep the numbers a spreadsheet gives them.
import { CsvError, parse } from "csv-parse/sync";
import type { Refusal } from "../kernel/refusal.ts";
import { recogniseColumns } from "./columns.ts";
import { bareCell } from "./csvOut.ts";
import { type Grid, trimGrid } from "./grid.ts";
import { LIST_LIMITS } from "./priceList.ts";

export type Delimiter = ";" | "," | "\t" | "|";

const DELIMITERS: readonly Delimiter[] = [";", ",", "\t", "|"];
const SAMPLE_ROWS = 20;
/** Longer records than 200 columns of long text are no list. */
const MAX_RECORD = 1_000_000;

/** The text as a grid of texts, with the delimiter found by how many known headings it makes (or given). Refused: an open quote, too many rows or columns. */
export function readCsv(
  text: string,
  given?: Delimiter,
  countHeadings: (row: readonly string[]) => number = countOfGoods,
): { grid: Grid; delimiter: Delimiter } | Refusal<"unreadable-file" | "too-many-rows" | "too-many-columns"> {
  const delimiter = given ?? guessDelimiter(text, countHeadings);
  const rows = parseRows(text, delimiter, LIST_LIMITS.rows + 2);
  if ("refused" in rows) return rows;
  const grid = trimGrid(rows.map((row) => row.map(bareCell)));
  if ("refused" in grid) return grid;
  // Nothing but blank lines up to the limit, and perhaps a list below: not a file to guess about.
  if (rows.length > LIST_LIMITS.rows) return { refused: "too-many-rows", rows: rows.length, limit: LIST_LIMITS.rows };
  return { grid, delimiter };
}

function countOfGoods(row: readonly string[]): number {
  return recogniseColumns(row, null).filter(({ field }) => field).length;
}

// The one that makes headings appear; where none does, the one that makes the rows alike and wide.
function guessDelimiter(text: string, countHeadings: (row: readonly string[]) => number): Delimiter {
  const head = text.slice(0, 50_000);
  const scores = DELIMITERS.map((delimiter) => {
    const rows = parseRows(head, delimiter, SAMPLE_ROWS);
    if ("refused" in rows) return 0;
    const headings = Math.max(0, ...rows.map((row) => countHeadings(row)));
    const widths = rows.map((row) => row.length).filter((width) => width > 1);
    const usual = widths.toSorted((one, other) => one - other)[widths.length >> 1] ?? 1;
    const alike = widths.filter((width) => width === usual).length / rows.length;
    return (headings > 1 ? headings * 1000 : 0) + alike * Math.min(usual, 30);
  });
  return DELIMITERS[scores.indexOf(Math.max(...scores))]!;
}

function parseRows(text: string, delimiter: Delimiter, rows: number): string[][] | Refusal<"unreadable-file"> {
  try {
    return parse(text, { delimiter, bom: true, to: rows, relax_column_count: true, max_record_size: MAX_RECORD });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const why = error.code === "CSV_QUOTE_NOT_CLOSED" ? "open-quote" : "not-csv";
    return { refused: "unreadable-file", format: "csv", why, row: Number(error.lines ?? 1) };
  }
}
