// Which column of a price list says what.
import { FIELD_WORDS, type Field } from "./columnWords.ts";
import type { Cell, Grid } from "./grid.ts";
import * as headings from "./headings.ts";

export { chooseColumns, rememberColumns } from "./headings.ts";

/** As `headings.ColumnMapping`, of a price list. */
export type ColumnMapping = headings.ColumnMapping<Field>;
/** As `headings.ColumnGuess`, of a price list. */
export type ColumnGuess = headings.ColumnGuess<Field>;

const PRICES: readonly Field[] = ["price", "pricePerKg", "pricePerLitre", "netPrice"];

/** The columns of a price list: a name and a price it must have. */
export const GOODS = headings.makeVocabulary<Field>(
  FIELD_WORDS,
  (fields) => fields.has("name") && PRICES.some((price) => fields.has(price)),
  ["description", "name"],
);

/** What each cell of a heading row means; no field is given twice, the best match has it. */
export function recogniseColumns(row: readonly Cell[], remembered: ColumnMapping | null): ColumnGuess[] {
  return headings.recogniseIn(GOODS, row, remembered);
}

/** As `findIn`: `null` when neither the headings nor the mapping tell where name and price stand. */
export function findColumns(
  grid: Grid,
  remembered: ColumnMapping | null,
): { headerRow: number; columns: ColumnGuess[] } | null {
  return headings.findIn(GOODS, grid, remembered);
}

/** Whether a word from a form names a field. */
export function isField(word: string): word is Field {
  return headings.isFieldOf(GOODS, word);
}
