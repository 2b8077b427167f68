// XLSX, ODS and XLS to grids of typed cells. Runs in the list worker only: SheetJS is given what zip.ts has counted.
import * as Sheets from "@e965/xlsx";
import type { Refusal } from "../kernel/refusal.ts";
import { type Cell, type Grid, trimGrid } from "./grid.ts";
import { judgeOdsSize } from "./odsSize.ts";
import { openZip } from "./zip.ts";

export type WorkbookFormat = "xlsx" | "ods" | "xls";
export type NamedGrid = { name: string; grid: Grid };
export type WorkbookRefusal = Refusal<"unreadable-file" | "file-too-heavy" | "too-many-rows" | "too-many-columns">;

/** Sheets longer than this are cut before they are counted; the limit of a list is far below. */
const ROWS_PARSED = 20_000;
const SHEETS_READ = 30;

/** The format of a workbook by its first bytes and parts; `null` when it is none of ours. */
export function workbookFormat(bytes: Uint8Array): "zip" | "xls" | null {
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) return "zip";
  return startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) ? "xls" : null;
}

/** The visible sheets of a workbook that hold anything, in their order. */
export function readWorkbook(bytes: Uint8Array): { format: WorkbookFormat; sheets: NamedGrid[] } | WorkbookRefusal {
  const opened = workbookFormat(bytes) === "xls" ? { format: "xls" as const, bytes } : repack(bytes);
  if ("refused" in opened) return opened;
  const book = parse(opened.bytes);
  if (!book) return { refused: "unreadable-file", format: opened.format, why: "not-a-workbook" };
  const sheets: NamedGrid[] = [];
  for (const name of visibleSheets(book).slice(0, SHEETS_READ)) {
    const grid = trimGrid(toGrid(book.Sheets[name]));
    if ("refused" in grid) return { ...grid, sheet: name };
    if (grid.length > 0) sheets.push({ name, grid });
  }
  return { format: opened.format, sheets };
}

// The parts go on in a fresh zip without compression: what was counted is all that the reader can meet.
function repack(bytes: Uint8Array): { format: "xlsx" | "ods"; bytes: Uint8Array } | WorkbookRefusal {
  const parts = openZip(bytes);
  if (!(parts instanceof Map)) return parts;
  const format = parts.has("content.xml") ? "ods" : parts.has("xl/workbook.xml") ? "xlsx" : null;
  if (!format) return { refused: "unreadable-file", format: "zip", why: "not-a-workbook" };
  const tooLarge = judgeOdsSize(parts.get("content.xml")?.toString("utf8") ?? "");
  if (tooLarge) return tooLarge;
  const fresh = Sheets.CFB.utils.cfb_new({ fileType: "zip" });
  for (const [name, part] of parts) Sheets.CFB.utils.cfb_add(fresh, `/${name}`, part);
  return { format, bytes: Sheets.CFB.write(fresh, { type: "buffer", fileType: "zip", compression: false }) };
}

function parse(bytes: Uint8Array): Sheets.WorkBook | null {
  try {
    return Sheets.read(bytes, {
      type: "buffer",
      dense: true,
      sheetRows: ROWS_PARSED,
      cellNF: true,
      cellFormula: false,
      cellHTML: false,
      cellText: false,
      bookVBA: false,
      WTF: false,
    });
  } catch {
    // SheetJS throws whatever a broken, encrypted or hostile file leads it into.
    return null;
  }
}

function visibleSheets(book: Sheets.WorkBook): string[] {
  return book.SheetNames.filter((_, index) => !book.Workbook?.Sheets?.[index]?.Hidden);
}

// By the cells that exist, not by the dimension a file claims.
function toGrid(sheet: Sheets.WorkSheet | undefined): Grid {
  const rows = (sheet?.["!data"] ?? []) as (Sheets.CellObject | undefined)[][];
  const grid: Grid = [];
  rows.forEach((cells, row) => {
    while (grid.length < row) grid.push([]);
    grid.push(Array.from(cells ?? [], toCell));
  });
  return grid;
}

function toCell(cell: Sheets.CellObject | undefined): Cell {
  if (!cell || cell.v === undefined || cell.v === null) return null;
  if (cell.t === "e") return String(cell.w ?? "#N/A");
  if (cell.v instanceof Date) return cell.v.toISOString().slice(0, 10);
  if (typeof cell.v !== "number" || cell.z === undefined || !Sheets.SSF.is_date(cell.z)) return cell.v;
  const date = Sheets.SSF.parse_date_code(cell.v);
  const [year, month, day] = [date.y, date.m, date.d].map((part) => String(part).padStart(2, "0"));
  return `${year}-${month}-${day}`;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
