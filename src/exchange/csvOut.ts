// CSV out, as a spreadsheet in Italy opens it: BOM, semicolons, decimal commas, and no text that could run as a formula.
import { stringify } from "csv-stringify/sync";

/** A text, or a number given as a decimal string of the wire ("-12.50"), which stays a number. */
export type OutCell = string | { decimal: string };

/** What a spreadsheet may take for a formula, full-width forms included. SAFETY.md section 8, tests C26. */
const TRIGGER = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** Rows as the bytes' text: RFC 4180 quoting, CRLF. `readCsv` reads back the same texts, but for NUL, which is dropped. */
export function writeCsv(rows: readonly (readonly OutCell[])[]): string {
  const texts = rows.map((row) => row.map(writeCell));
  return stringify(texts, { bom: true, delimiter: ";", record_delimiter: "windows", quoted_match: /[\r\n\t]/ });
}

const ROWS_AT_ONCE = 500;

/**
 * One CSV file in pieces, for what is too long to be one string: a head, then the rows of each item. The byte-order mark stands once, before
 * the first piece.
 */
export function* writeCsvPieces<T>(
  head: readonly OutCell[],
  items: Iterable<T>,
  rowsOf: (item: T) => readonly (readonly OutCell[])[],
): Generator<string> {
  let rows: (readonly OutCell[])[] = [head];
  let isFirst = true;
  const flush = () => {
    const text = writeCsv(rows);
    rows = [];
    const piece = isFirst ? text : text.replace(/^\uFEFF/, "");
    isFirst = false;
    return piece;
  };
  for (const item of items) {
    rows.push(...rowsOf(item));
    if (rows.length >= ROWS_AT_ONCE) yield flush();
  }
  if (rows.length > 0) yield flush();
}

/** A text cell without the mark that `writeCsv` put before it. */
export function bareCell(text: string): string {
  return text.startsWith("'") && TRIGGER.test(text) ? text.slice(1) : text;
}

function writeCell(cell: OutCell): string {
  if (typeof cell !== "string") return cell.decimal.replace(".", ",");
  const text = cell.replaceAll("\0", "");
  // A text that already looks marked gets one mark more, so that taking one away always gives it back.
  return TRIGGER.test(text) ? `'${text}` : text;
}
