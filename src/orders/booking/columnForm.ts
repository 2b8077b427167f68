// One product for all households at once, a column of the matrix: what was typed, as one wish for each household. Pure.
import Type, { type Static } from "typebox";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { retypeLine, writeAmount } from "./bookForm.ts";
import { type Booking, type Wish, wishKey } from "./booking.ts";

const HouseholdId = Type.String({ pattern: "^[a-z0-9-]{1,40}$" });
const Amount = Type.String({ maxLength: 20 });

/** `quantity.ID` by household, `was.ID` how it was shown. */
export const COLUMN_FORM = Type.Object({
  quantity: Type.Record(HouseholdId, Amount),
  was: Type.Record(HouseholdId, Amount),
});
export type ColumnForm = Static<typeof COLUMN_FORM>;

/** The households whose number is another than the page had shown. An emptied field is not among the values of a form. */
export function touchedIn({ quantity, was }: ColumnForm): string[] {
  return Object.keys({ ...was, ...quantity }).filter((id) => (quantity[id] ?? "") !== (was[id] ?? ""));
}

/** A household's own quantity of a line as its field shows it; nothing is an empty field. */
export function shownIn(saved: readonly Booking[], lineNumber: number): string {
  const own = saved.find((one) => one.lineNumber === lineNumber && one.friendId === null);
  return own ? writeAmount(own.quantityThousandths) : "";
}

/**
 * The household's basket with the typed number in the place of the saved one; note and "up to" stay. Refuses `not-a-quantity`,
 * `stale-version` {storedThousandths, typedThousandths} where somebody changed it meanwhile to something else, `unchanged`.
 */
export function readColumn(
  lineNumber: number,
  { typed, was }: { readonly typed: string; readonly was: string },
  saved: readonly Booking[],
): { wishes: Wish[] } | Refusal {
  const key = wishKey({ lineNumber, friendId: null });
  const own = saved.find((one) => wishKey(one) === key);
  const read = retypeLine(own, { typed, was });
  if (isRefusal(read)) return { ...read, lineNumber };
  if (read.quantityThousandths === (own?.quantityThousandths ?? 0)) return { refused: "unchanged" };
  const others = saved.filter((one) => wishKey(one) !== key);
  return { wishes: read.quantityThousandths === 0 ? others : [...others, { lineNumber, friendId: null, ...read }] };
}
