// What everybody gets and got as a table that comes back: written for a spreadsheet, read again, compared with what is there now.
// Read twice it changes nothing (SAFETY A51). Pure.
import type { OutCell } from "../../exchange/csvOut.ts";
import { formatDecimal } from "../../kernel/decimal.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { portionField, readPortionField, readWeights, writeWeights } from "../delivery/weightForm.ts";
import { isPlausible } from "./plausible.ts";

/** As deliveryStore.ts reads it. */
type Portion = {
  readonly householdId: string;
  readonly lineNumber: number;
  readonly friendId: string | null;
  readonly allocatedThousandths: number;
  readonly deliveredThousandths: number | null;
  readonly weights: readonly number[] | null;
  readonly isAdded: boolean;
};

/** A portion with its words and the number of its last change. */
export type NamedPortion = {
  readonly portion: Portion;
  readonly version: number;
  readonly family: string;
  readonly friend: string;
  readonly product: string;
  readonly unit: string;
};

/** The headings, in the order in which they are written. */
export const PORTION_COLUMNS = [
  "family",
  "friend",
  "product",
  "unit",
  "expected",
  "delivered",
  "code",
  "version",
] as const;
type Column = (typeof PORTION_COLUMNS)[number];
export type Headings = Readonly<Record<Column, string>>;

/** The table with its headings: what nobody has weighed yet is blank. */
export function writePortionRows(portions: readonly NamedPortion[], headings: Headings): OutCell[][] {
  const rows = portions.map(({ portion, version, family, friend, product, unit }): OutCell[] => [
    ...[family, friend, product, unit],
    { decimal: formatDecimal(portion.allocatedThousandths, 3) },
    writeWeights(portion),
    portionField(portion),
    String(version),
  ]);
  return [PORTION_COLUMNS.map((column) => headings[column]), ...rows];
}

/** A row that was filled in: its number in the file, from 1. `version` null: the file does not say. */
type ReadRow = {
  readonly row: number;
  readonly code: string;
  readonly version: number | null;
  readonly text: string;
};

/** The rows of a table of ours, whatever a spreadsheet did to the order of its columns. Refuses `no-portion-columns`. */
export function readPortionRows(
  grid: readonly (readonly string[])[],
  headings: readonly Headings[],
): ReadRow[] | Refusal<"no-portion-columns"> {
  const [head = [], ...rest] = grid;
  const find = (column: Column) => head.findIndex((cell) => headings.some((one) => one[column] === cell.trim()));
  const [code, delivered, version] = [find("code"), find("delivered"), find("version")];
  if (code < 0 || delivered < 0) return { refused: "no-portion-columns" };
  return rest.map((cells, i) => {
    const seen = cells[version]?.trim() ?? "";
    return {
      ...{ row: i + 2, code: cells[code]?.trim() ?? "", text: cells[delivered]?.trim() ?? "" },
      version: /^\d{1,9}$/.test(seen) ? Number(seen) : null,
    };
  });
}

/** What a file would change. `isOdd`: no weight one would expect there; `isClashing`: somebody wrote it since the file was made. */
export type PortionChange = {
  readonly named: NamedPortion;
  readonly text: string;
  readonly isOdd: boolean;
  readonly isClashing: boolean;
};
export type PortionPreview = {
  readonly changes: readonly PortionChange[];
  readonly bad: readonly {
    readonly row: number;
    readonly text: string;
    readonly reason: "no-such-portion" | "not-a-number" | "twice";
  }[];
  readonly unchangedCount: number;
};

/** Compares a file's rows with the portions as they are. A blank cell says nothing. */
export function comparePortions(portions: readonly NamedPortion[], rows: readonly ReadRow[]): PortionPreview {
  const byCode = new Map(portions.map((named) => [portionField(named.portion), named]));
  const seen = new Set<string>();
  const changes: PortionChange[] = [];
  const bad: PortionPreview["bad"][number][] = [];
  let unchangedCount = 0;
  for (const { row, code, version, text } of rows) {
    const named = readPortionField(code) ? byCode.get(code) : undefined;
    const numbers = readWeights(text);
    if (text === "") unchangedCount += named ? 1 : 0;
    else if (!named) bad.push({ row, text, reason: "no-such-portion" });
    else if (!numbers || numbers.length === 0) bad.push({ row, text, reason: "not-a-number" });
    else if (seen.has(code)) bad.push({ row, text, reason: "twice" });
    else if (isThere(named.portion, numbers)) unchangedCount += 1;
    else {
      const sum = numbers.reduce((all, one) => all + one, 0);
      const isOdd = !isPlausible(named.portion.allocatedThousandths, sum);
      changes.push({ named, text, isOdd, isClashing: version !== null && version !== named.version });
    }
    seen.add(code);
  }
  return { changes, bad, unchangedCount };
}

function isThere({ deliveredThousandths, weights }: Portion, numbers: readonly number[]): boolean {
  if (deliveredThousandths === null) return false;
  const stored = weights && weights.length > 0 ? weights : [deliveredThousandths];
  return stored.length === numbers.length && stored.every((one, i) => one === numbers[i]);
}
