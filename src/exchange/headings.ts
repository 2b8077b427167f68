// Which column of a sheet says what, for any kind of sheet: its headings in both languages, and what a person once chose, which wins.
import { type Cell, columnLetter, type Grid, isBlank } from "./grid.ts";

/** How a field is headed: as we write it in both languages, and what else people write. */
export type HeadingWords = { it: string; en: string; also: readonly string[] };

/** What the columns of one kind of sheet can be. */
export type Vocabulary<F extends string> = {
  readonly words: Readonly<Record<F, HeadingWords>>;
  /** Keys of known headings by field. Whole headings win over headings that contain them, longer words over shorter. */
  readonly known: readonly { readonly field: F; readonly key: string }[];
  /** Whether a sheet with columns of these fields can be read. */
  readonly isEnough: (fields: ReadonlySet<F>) => boolean;
  /** A field that is the other one where no column is. */
  readonly standsFor: readonly [field: F, other: F] | null;
};

/** A choice to remember for the next file of the same kind: field (or "ignore") by heading key. */
export type ColumnMapping<F extends string> = {
  hasHeader: boolean;
  fields: Readonly<Record<string, F | "ignore">>;
};

/** One column as understood. `key` names it in a mapping; `samples` are its first values, for the page that asks. */
export type ColumnGuess<F extends string> = {
  column: number;
  heading: string;
  key: string;
  field: F | null;
  from: "remembered" | "recognised" | null;
  samples: string[];
};

const HEADER_ROWS = 20;

/** The vocabulary of a kind of sheet. */
export function makeVocabulary<F extends string>(
  words: Readonly<Record<F, HeadingWords>>,
  isEnough: Vocabulary<F>["isEnough"],
  standsFor: Vocabulary<F>["standsFor"] = null,
): Vocabulary<F> {
  const entries = Object.entries(words) as [F, HeadingWords][];
  const known = entries.flatMap(([field, { it, en, also }]) =>
    [it, en, ...also].map((word) => ({ field, key: plainHeading(word) })),
  );
  return { words, known, isEnough, standsFor };
}

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
export function recogniseIn<F extends string>(
  vocabulary: Vocabulary<F>,
  row: readonly Cell[],
  remembered: ColumnMapping<F> | null,
): ColumnGuess<F>[] {
  const keys = headingKeys(row);
  const taken = new Set<F>();
  const columns = Array.from(row, (cell, column) => {
    const heading = isBlank(cell) ? "" : String(cell).trim().slice(0, 100);
    const key = keys[column]!;
    const wished = remembered && Object.hasOwn(remembered.fields, key) ? remembered.fields[key]! : null;
    // Chosen twice, the column further left has it.
    const chosen = wished && wished !== "ignore" && taken.has(wished) ? "ignore" : wished;
    if (chosen && chosen !== "ignore") taken.add(chosen);
    return { column, heading, key, chosen, match: chosen ? null : matchHeading(vocabulary, key) };
  });
  const winners = new Map<number, F>();
  for (const { column, match } of columns.toSorted(
    (one, other) => (other.match?.score ?? 0) - (one.match?.score ?? 0),
  )) {
    if (!match || taken.has(match.field)) continue;
    taken.add(match.field);
    winners.set(column, match.field);
  }
  const guesses = columns.map(({ column, heading, key, chosen }): ColumnGuess<F> => {
    const field = chosen === "ignore" ? null : (chosen ?? winners.get(column) ?? null);
    const from = chosen ? "remembered" : field ? "recognised" : null;
    return { column, heading, key, field, from, samples: [] };
  });
  return substitute(vocabulary, guesses);
}

/**
 * The columns of a sheet and the row of their headings (0-based, -1 if it has none). `null` when neither the headings
 * nor the mapping tell where the least stands that is needed.
 */
export function findIn<F extends string>(
  vocabulary: Vocabulary<F>,
  grid: Grid,
  remembered: ColumnMapping<F> | null,
): { headerRow: number; columns: ColumnGuess<F>[] } | null {
  if (remembered && !remembered.hasHeader) {
    const columns = recogniseIn(
      vocabulary,
      widestRow(grid).map(() => null),
      remembered,
    );
    return isEnough(vocabulary, columns) ? { headerRow: -1, columns: withSamples(columns, grid, 0) } : null;
  }
  const found = grid.slice(0, HEADER_ROWS).map((row, headerRow) => {
    const columns = recogniseIn(vocabulary, row, remembered);
    return { headerRow, columns, known: columns.filter(({ field }) => field).length };
  });
  const enough = found.filter(({ columns }) => isEnough(vocabulary, columns));
  const best = enough.toSorted((one, other) => other.known - one.known)[0];
  if (!best) return null;
  const { headerRow, columns } = best;
  return { headerRow, columns: withSamples(columns, grid, headerRow + 1) };
}

/** The columns for a page that must ask: as if the first wide row were the headings. */
export function showIn<F extends string>(vocabulary: Vocabulary<F>, grid: Grid): ColumnGuess<F>[] {
  const wide = widestRow(grid);
  return withSamples(recogniseIn(vocabulary, wide, null), grid, grid.indexOf(wide));
}

/** The mapping that reads the same sheet the same way next time. */
export function rememberColumns<F extends string>(
  columns: readonly ColumnGuess<F>[],
  hasHeader: boolean,
): ColumnMapping<F> {
  const fields: Record<string, F | "ignore"> = Object.fromEntries(
    columns.map(({ key, field }) => [key, field ?? "ignore"]),
  );
  return { hasHeader, fields };
}

/** What a person chose for each column of a sheet, as a mapping to read it with and to remember. */
export function chooseColumns<F extends string>(
  columns: readonly Pick<ColumnGuess<F>, "column" | "heading">[],
  chosen: readonly (F | "ignore")[],
  hasHeader: boolean,
): ColumnMapping<F> {
  const row = Array.from({ length: Math.max(0, ...columns.map(({ column }) => column + 1)) }, () => "");
  if (hasHeader) for (const { column, heading } of columns) row[column] = heading;
  const keys = headingKeys(row);
  const keyed = columns.map(({ column }, index): [string, F | "ignore"] => [keys[column]!, chosen[index] ?? "ignore"]);
  return { hasHeader, fields: Object.fromEntries(keyed) };
}

/** Whether a word from a form names a field. */
export function isFieldOf<F extends string>({ words }: Vocabulary<F>, word: string): word is F {
  return Object.hasOwn(words, word);
}

/** How a message names a column: its heading, or its letter. */
export function columnName({ heading, column }: Pick<ColumnGuess<string>, "heading" | "column">): string {
  return heading || columnLetter(column);
}

function isEnough<F extends string>(vocabulary: Vocabulary<F>, columns: readonly ColumnGuess<F>[]): boolean {
  return vocabulary.isEnough(new Set(columns.flatMap(({ field }) => (field === null ? [] : [field]))));
}

// Many lists have only a "Descrizione": it is the name.
function substitute<F extends string>({ standsFor }: Vocabulary<F>, columns: ColumnGuess<F>[]): ColumnGuess<F>[] {
  if (!standsFor) return columns;
  const [substitute, wanted] = standsFor;
  if (columns.some(({ field }) => field === wanted)) return columns;
  return columns.map((guess) =>
    guess.field === substitute && guess.from === "recognised" ? { ...guess, field: wanted } : guess,
  );
}

function widestRow(grid: Grid): Cell[] {
  const head = grid.slice(0, HEADER_ROWS);
  return head.toSorted((one, other) => other.length - one.length)[0] ?? [];
}

function withSamples<F extends string>(
  columns: readonly ColumnGuess<F>[],
  grid: Grid,
  fromRow: number,
): ColumnGuess<F>[] {
  return columns.map((guess) => {
    const cells = grid.slice(fromRow, fromRow + 50).map((row) => row[guess.column]);
    const samples = cells.filter((cell) => !isBlank(cell)).slice(0, 3);
    return { ...guess, samples: samples.map((cell) => String(cell).slice(0, 60)) };
  });
}

function matchHeading<F extends string>(vocabulary: Vocabulary<F>, key: string): { field: F; score: number } | null {
  const padded = ` ${key} `;
  let best: { field: F; score: number } | null = null;
  for (const known of vocabulary.known) {
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
