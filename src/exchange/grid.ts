// A sheet as its program shows it: rows of cells, from the first row and column on, whatever file it came from.
import type { Refusal } from "../kernel/refusal.ts";
import { LIST_LIMITS } from "./priceList.ts";

/** What a cell holds; a date is its text, "YYYY-MM-DD". */
export type Cell = string | number | boolean | null;
export type Grid = Cell[][];

/** The letter a spreadsheet gives a column (0 = "A", 27 = "AB"). */
export function columnLetter(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnLetter(Math.floor(column / 26) - 1) + last;
}

/** Whether nothing stands in the cell. */
export function isBlank(cell: Cell | undefined): boolean {
  return cell === null || cell === undefined || (typeof cell === "string" && cell.trim() === "");
}

/** The grid without trailing blank rows and cells, or the limit it breaks. */
export function trimGrid(grid: Grid): Grid | Refusal<"too-many-rows" | "too-many-columns"> {
  const rows = grid.map((row) => row.slice(0, row.findLastIndex((cell) => !isBlank(cell)) + 1));
  const kept = rows.slice(0, rows.findLastIndex((row) => row.length > 0) + 1);
  if (kept.length > LIST_LIMITS.rows) return { refused: "too-many-rows", rows: kept.length, limit: LIST_LIMITS.rows };
  const columns = kept.reduce((most, row) => Math.max(most, row.length), 0);
  if (columns > LIST_LIMITS.columns) return { refused: "too-many-columns", columns, limit: LIST_LIMITS.columns };
  return kept;
}
