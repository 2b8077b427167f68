// A sheet of members to rows: who, in which household, with which balance; or why a row cannot be read.
import type { Refusal } from "../kernel/refusal.ts";
import { readDecimal } from "./cellValues.ts";
import { type Cell, isBlank } from "./grid.ts";
import { columnName } from "./headings.ts";
import {
  LISTED_ROLES,
  type ListedRole,
  MEMBER_NUMBERS,
  MEMBERS,
  type MemberColumn,
  type MemberField,
  ROLE_WORDS,
} from "./memberColumns.ts";
import { cleanLine } from "./plainText.ts";
import type { BadRow } from "./priceList.ts";
import { type FoundSheet, findSheet, type GuessedSheet, openBook, openCsv, type SheetOptions } from "./sheetSource.ts";
import { decodeText } from "./textFile.ts";

/** One row of a list of members. `row` as the sheet numbers it; `household` null where it names none; cents as people say them. */
export type MemberRow = {
  readonly row: number;
  readonly household: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly roles: readonly ListedRole[];
  readonly balanceCents: number | null;
};

/** Reading a list of members as a person settled it. */
export type MemberOptions = SheetOptions<MemberField>;

/** A list of members read. */
export type MemberSheet = {
  readonly rows: readonly MemberRow[];
  readonly badRows: readonly BadRow[];
  readonly sheet: GuessedSheet<MemberField>;
};

/** The largest balance of one household: a million euro, in cents. */
const BALANCE_MAX_CENTS = 100_000_000;
const ROLE_OF = new Map(LISTED_ROLES.flatMap((role) => ROLE_WORDS[role].map((word) => [word, role] as const)));

/** The members in a file of at most 5 MB, recognised by its bytes. Refusals as `readPriceList`. Runs in the list worker. */
export function readMemberBytes(bytes: Uint8Array, options: MemberOptions): MemberSheet | Refusal {
  const source = openBook(bytes) ?? openText(bytes, options);
  if ("refused" in source) return source;
  const found = findSheet(MEMBERS, source, options, MEMBER_NUMBERS);
  if ("refused" in found) return found;
  const read = readMemberRows(found);
  if (read.rows.length + read.badRows.length === 0) return { refused: "empty-list", format: source.format };
  return { ...read, sheet: found.guess };
}

function openText(bytes: Uint8Array, options: MemberOptions) {
  const decoded = decodeText(bytes);
  return "refused" in decoded ? decoded : openCsv(MEMBERS, decoded, options.delimiter);
}

/** The rows of a sheet whose columns are understood; blank rows, and rows with nothing in a column we read, are left out. */
function readMemberRows({
  grid,
  headerRow,
  columns,
  mark,
}: Pick<FoundSheet<MemberField>, "grid" | "headerRow" | "columns" | "mark">): Pick<MemberSheet, "rows" | "badRows"> {
  const at = new Map(columns.flatMap((guess) => (guess.field ? [[guess.field, guess] as const] : [])));
  const rows: MemberRow[] = [];
  const badRows: BadRow[] = [];
  for (const [index, cells] of grid.entries()) {
    if (index <= headerRow || [...at.values()].every(({ column }) => isBlank(cells[column]))) continue;
    const read = readRow(index + 1, cells, at, mark);
    if ("refused" in read) badRows.push(read);
    else rows.push(read);
  }
  return { rows, badRows };
}

type Columns = ReadonlyMap<MemberField, MemberColumn>;

function readRow(row: number, cells: readonly Cell[], at: Columns, mark: "," | "."): MemberRow | BadRow {
  const cellOf = (field: MemberField): Cell => {
    const guess = at.get(field);
    return guess ? (cells[guess.column] ?? null) : null;
  };
  const line = (field: MemberField) => cleanLine(String(cellOf(field) ?? ""), 500);
  const bad = (field: MemberField, problem: BadRow["problem"]): BadRow => {
    const guess = at.get(field);
    const column = guess ? columnName(guess) : field;
    return { refused: "bad-row", row, column, field, value: line(field).slice(0, 100), problem };
  };
  const household = line("household");
  const name = [line("name"), line("surname")].filter((part) => part !== "").join(" ") || household;
  if (name === "") return bad(at.has("name") ? "name" : "household", "missing");
  if (name.length > 80) return bad("name", "too-long");
  if (household.length > 80) return bad("household", "too-long");
  const [email, phone] = [line("email").replace(/^mailto:/i, ""), line("phone")];
  if (email.length > 254) return bad("email", "too-long");
  if (email !== "" && !/^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/.test(email)) return bad("email", "unreadable");
  if (phone.length > 40) return bad("phone", "too-long");
  if (phone !== "" && !/^[\d+()/.\s-]{4,}$/.test(phone)) return bad("phone", "unreadable");
  const roles = readRoles(line("role"));
  if (roles === null) return bad("role", "unreadable");
  const cell = cellOf("balance");
  const balanceCents = isBlank(cell) ? null : readDecimal(cell, 2, mark);
  if (!isBlank(cell) && balanceCents === null) return bad("balance", "not-a-number");
  if (balanceCents !== null && Math.abs(balanceCents) > BALANCE_MAX_CENTS) return bad("balance", "too-large");
  const orNull = (text: string) => (text === "" ? null : text);
  return { row, household: orNull(household), name, email: orNull(email), phone: orNull(phone), roles, balanceCents };
}

/** The roles a cell names, in our order, a member's always among them; null where a word is none of ours. */
function readRoles(text: string): readonly ListedRole[] | null {
  const words = text
    .toLowerCase()
    .split(/[,;/+&|]|\s+e\s+|\s+and\s+/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
  const found = words.map((word) => ROLE_OF.get(word));
  if (found.includes(undefined)) return null;
  return LISTED_ROLES.filter((role) => role === "member" || found.includes(role));
}
