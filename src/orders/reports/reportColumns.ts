// Which columns of an order's sheets a group wants, by name: the rest is left out on the screen, on paper and in files. Pure.
// GD#342.
import type { Sheet } from "../../kernel/sheet.ts";

/** The columns of each sheet whose columns are always the same, in their order. The first names the row and always stays. */
export const REPORT_COLUMNS = {
  households: ["product", "booked", "toGive", "unit", "euro", "notes"],
  products: ["product", "booked", "ordered", "packages", "toGive", "unit", "families", "euro"],
  producer: ["product", "ordered", "unit", "packages", "packagePrice", "euro"],
} as const;
export type ColumnedReport = keyof typeof REPORT_COLUMNS;

/** The sheet of that name, where its columns can be chosen. */
export function findColumned(name: string): ColumnedReport | undefined {
  return (Object.keys(REPORT_COLUMNS) as ColumnedReport[]).find((one) => one === name);
}

/** The columns of a sheet that are left out when only `shown` ones are wanted. */
export function hiddenOf(report: ColumnedReport, shown: readonly string[]): string[] {
  return REPORT_COLUMNS[report].slice(1).filter((column) => !shown.includes(column));
}

/** The sheet without the hidden columns; names that it does not have hide nothing. */
export function leaveOut(sheet: Sheet, report: ColumnedReport, hidden: readonly string[]): Sheet {
  const names: readonly string[] = REPORT_COLUMNS[report];
  const stays = (_: unknown, place: number) => place === 0 || !hidden.includes(names[place] ?? "");
  const tables = sheet.tables.map((table) => ({
    ...table,
    columns: table.columns.filter(stays),
    rows: table.rows.map((row) => row.filter(stays)),
    total: table.total?.filter(stays) ?? null,
  }));
  return { ...sheet, tables };
}
