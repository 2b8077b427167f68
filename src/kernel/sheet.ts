// A sheet of paper as plain values: headed tables of written cells, the same for the screen, for print, CSV and PDF.
import { formatEuros } from "./money.ts";
import { formatQuantity } from "./quantity.ts";

/** How a column is set: words to the left, numbers to the right. A number is a decimal string ("-12.50"). */
export type SheetColumn = { readonly label: string; readonly kind: "text" | "number" };

/** A cell: text as it is read, or a decimal number; `digits` are its least decimal places on paper. Null is left blank. */
export type SheetCell = string | { readonly decimal: string; readonly digits: number } | null;

/** One table under its heading. `total` closes it; `note` stands below. */
export type SheetTable = {
  readonly heading: string;
  readonly note: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly SheetCell[])[];
  readonly total: readonly SheetCell[] | null;
};

/** The whole document. `warnings` are read before anything else; `language` is that of its words. */
export type Sheet = {
  readonly title: string;
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
  readonly language: "it" | "en";
  readonly isWide: boolean;
  /** On paper alone: an address as a code for a phone, and what it is for. */
  readonly qr?: { readonly url: string; readonly label: string };
  readonly tables: readonly SheetTable[];
};

/** A column of words. */
export function textColumn(label: string): SheetColumn {
  return { label, kind: "text" };
}

/** A column of numbers. */
export function numberColumn(label: string): SheetColumn {
  return { label, kind: "number" };
}

/** A quantity, in thousandths of its unit, as short as it can be written. */
export function quantityCell(thousandths: number): SheetCell {
  return { decimal: formatQuantity(thousandths), digits: 0 };
}

/** An amount in cents, with two decimals. */
export function moneyCell(cents: number): SheetCell {
  return { decimal: formatEuros(cents), digits: 2 };
}

/** What stands above a column where people read it: sums of money say that they are euros. */
export function headOf({ columns, rows, total }: SheetTable, at: number): string {
  const { label = "", kind } = columns[at] ?? {};
  const isMoney = [...rows, ...(total ? [total] : [])].some((row) => {
    const cell = row[at] ?? null;
    return cell !== null && typeof cell !== "string" && cell.digits === 2;
  });
  return kind === "number" && isMoney && !label.includes("€") ? `${label} (€)` : label;
}

/** A number of things. */
export function countCell(count: number): SheetCell {
  return { decimal: String(count), digits: 0 };
}

/** A cell as people read it: the language's decimal mark, zeros kept up to `digits`. */
export function cellText(cell: SheetCell, language: "it" | "en"): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  const [whole = "0", part = ""] = cell.decimal.split(".");
  const digits = part.padEnd(cell.digits, "0");
  return digits === "" ? whole : `${whole}${language === "it" ? "," : "."}${digits}`;
}
