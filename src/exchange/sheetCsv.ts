// A sheet as CSV: one table under the other, each with its heading in the first column, so that a spreadsheet can filter.
import type { Sheet, SheetCell } from "../kernel/sheet.ts";
import { type OutCell, writeCsv } from "./csvOut.ts";

/** The sheet's text. All tables of a sheet have the same columns; the heading of each stands before its rows. */
export function writeSheetCsv(sheet: Sheet, headingLabel: string): string {
  const [first] = sheet.tables;
  const head = [headingLabel, ...(first?.columns.map(({ label }) => label) ?? [])];
  const rows = sheet.tables.flatMap(({ heading, rows }) => rows.map((row) => [heading, ...row.map(writeCell)]));
  return writeCsv([head, ...rows]);
}

function writeCell(cell: SheetCell): OutCell {
  if (cell === null) return "";
  return typeof cell === "string" ? cell : { decimal: cell.decimal };
}
