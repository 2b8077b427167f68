// Which column of a sheet says what: headings in Italian and English, and what a person once chose, which wins.
import { FIELD_WORDS, type Field } from "./columnWords.ts";
import { type Cell, columnLetter, type Grid, isBlank } from "./grid.ts";

/** A choice to remember for the next file of the same producer: field (or "ignore") by heading key. */
export type ColumnMapping = { hasHeader: boolean; fields: Readonly<Record<string, Field | "ignore">> };

/** One column as understood. `key` names it in a mapping; `samples` are its first values, for the page that asks. */
export type ColumnGuess = {
  column: number;
  heading: string;
  key: string;
  field: Field | null;
  from: "remembered" | "recognised" | null;
  samples: string[];
};

const HEADER_ROWS = 20;
const PRICES: readonly (Field | null)[] = ["price", "pricePerKg", "pricePerLitre", "netPrice"];

/**
 * The keys of a row of headings: each without case, accents and punctuation, "#3" where there is none, and "prezzo #4" for
 * one that stood further left already.
 */
function headingKeys(row: readonly (Cell | undefined)[]): string[] {
  const seen = new Set<string>();
  return Array.from(row, (heading, column) => {
    const plain = plainHeading(
      String(heading ?? "")
        .trim()
        .slice(0, 100),
    );
    const key = seen.has(plain) || plain === "" ? `${plain} #${column + 1}`.trim() : plain;
    seen.add(plain);
    return key;
  });
}

/** What each cell of a heading row means; no field is given twice, the best match has it. */
export function recogniseColumns(row: readonly Cell[], remembered: ColumnMapping | null): ColumnGuess[] {
  const keys = headingKeys(row);
  const taken = new Set<Field>();
  const columns = Array.from(row, (cell, column) => {
    const heading = isBlank(cell) ? "" : String(cell).trim().slice(0, 100);
    const key = keys[column]!;
    const wished = remembered && Object.hasOwn(remembered.fields, key) ? remembered.fields[key]! : null;
    // Chosen twice, the column further left has it.
    const chosen = wished && wished !== "ignore" && taken.has(wished) ? "ignore" : wished;
    if (chosen && chosen !== "ignore") taken.add(chosen);
    return { column, heading, key, chosen, match: chosen ? null : matchHeading(key) };
  });
  const winners = new Map<number, Field>();
  for (const { column, match } of columns.toSorted(
    (one, other) => (other.match?.score ?? 0) - (one.match?.score ?? 0),
  )) {
    if (!match || taken.has(match.field)) continue;
    taken.add(match.field);
    winners.set(column, match.field);
  }
  const guesses = columns.map(({ column, heading, key, chosen }): ColumnGuess => {
    const field = chosen === "ignore" ? null : (chosen ?? winners.get(column) ?? null);
    const from = chosen ? "remembered" : field ? "recognised" : null;
    return { column, heading, key, field, from, samples: [] };
  });
  return nameByDescription(guesses);
}

/**
 * The columns of a sheet and the row of their headings (0-based, -1 if it has none). `null` when neither the headings
 * nor the mapping tell where name and price stand.
 */
export function findColumns(
  grid: Grid,
  remembered: ColumnMapping | null,
): { headerRow: number; columns: ColumnGuess[] } | null {
  if (remembered && !remembered.hasHeader) {
    const columns = recogniseColumns(
      widestRow(grid).map(() => null),
      remembered,
    );
    return isEnough(columns) ? { headerRow: -1, columns: withSamples(columns, grid, 0) } : null;
  }
  const found = grid.slice(0, HEADER_ROWS).map((row, headerRow) => {
    const columns = recogniseColumns(row, remembered);
    return { headerRow, columns, known: columns.filter(({ field }) => field).length };
  });
  const enough = found.filter(({ columns }) => isEnough(columns));
  const best = enough.toSorted((one, other) => other.known - one.known)[0];
  if (!best) return null;
  const { headerRow, columns } = best;
  return { headerRow, columns: withSamples(columns, grid, headerRow + 1) };
}

/** The columns for a page that must ask: as if the first wide row were the headings. */
export function showColumns(grid: Grid): ColumnGuess[] {
  const wide = widestRow(grid);
  return withSamples(recogniseColumns(wide, null), grid, grid.indexOf(wide));
}

/** The mapping that reads the same sheet the same way next time. */
export function rememberColumns(columns: readonly ColumnGuess[], hasHeader: boolean): ColumnMapping {
  return { hasHeader, fields: Object.fromEntries(columns.map(({ key, field }) => [key, field ?? "ignore"])) };
}

/** What a person chose for each column of a sheet, as a mapping to read it with and to remember. */
export function chooseColumns(
  columns: readonly Pick<ColumnGuess, "column" | "heading">[],
  chosen: readonly (Field | "ignore")[],
  hasHeader: boolean,
): ColumnMapping {
  const row = Array.from({ length: Math.max(0, ...columns.map(({ column }) => column + 1)) }, () => "");
  if (hasHeader) for (const { column, heading } of columns) row[column] = heading;
  const keys = headingKeys(row);
  const keyed = columns.map(({ column }, index) => [keys[column]!, chosen[index] ?? "ignore"]);
  return { hasHeader, fields: Object.fromEntries(keyed) };
}

/** Whether a word from a form names a field. */
export function isField(word: string): word is Field {
  return Object.hasOwn(FIELD_WORDS, word);
}

/** How a message names a column: its heading, or its letter. */
export function columnName({ heading, column }: Pick<ColumnGuess, "heading" | "column">): string {
  return heading || columnLetter(column);
}

function isEnough(columns: readonly ColumnGuess[]): boolean {
  return columns.some(({ field }) => field === "name") && columns.some(({ field }) => PRICES.includes(field));
}

// Many lists have only a "Descrizione": it is the name.
function nameByDescription(columns: ColumnGuess[]): ColumnGuess[] {
  if (columns.some(({ field }) => field === "name")) return columns;
  return columns.map((guess) =>
    guess.field === "description" && guess.from === "recognised" ? { ...guess, field: "name" } : guess,
  );
}

function widestRow(grid: Grid): Cell[] {
  const head = grid.slice(0, HEADER_ROWS);
  return head.toSorted((one, other) => other.length - one.length)[0] ?? [];
}

function withSamples(columns: readonly ColumnGuess[], grid: Grid, fromRow: number): ColumnGuess[] {
  return columns.map((guess) => {
    const cells = grid.slice(fromRow, fromRow + 50).map((row) => row[guess.column]);
    const samples = cells.filter((cell) => !isBlank(cell)).slice(0, 3);
    return { ...guess, samples: samples.map((cell) => String(cell).slice(0, 60)) };
  });
}

/** Keys of known headings by field. Whole headings win over headings that contain them, longer words over shorter. */
const KNOWN = Object.entries(FIELD_WORDS).flatMap(([field, { it, en, also }]) =>
  [it, en, ...also].map((word) => ({ field: field as Field, key: plainHeading(word) })),
);

function matchHeading(key: string): { field: Field; score: number } | null {
  const padded = ` ${key} `;
  let best: { field: Field; score: number } | null = null;
  for (const known of KNOWN) {
    const score =
      known.key === key ? 1000 : known.key.length >= 3 && padded.includes(` ${known.key} `) ? known.key.length : 0;
    if (score > (best?.score ?? 0)) best = { field: known.field, score };
  }
  return best;
}

function plainHeading(heading: string): string {
  const bare = heading
    .slice(0, 200)
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return bare
    .replace(/€/g, " euro ")
    .replace(/%/g, " percento ")
    .replace(/[^a-z0-9#]+/g, " ")
    .trim();
}
