// The matrix of an order as a form: which cells a person changed, in the order in which they are saved. Pure.
import Type, { type Static } from "typebox";
import { LIST_QUERY } from "../../web/lists.ts";
import { readAmount } from "./bookForm.ts";
import { touchedIn } from "./columnForm.ts";

/** What a page of it shows as rows. */
const By = Type.Optional(Type.Enum(["product", "household"]));
/** A household and a line: `ID.NUMBER`. */
const Cell = Type.String({ pattern: "^[a-z0-9-]{1,40}\\.[0-9]{1,6}$" });
const Amount = Type.String({ maxLength: 20 });

/** Which page of it is looked at. `saved`: how many cells just were. */
export const MATRIX_QUERY = Type.Object({
  ...LIST_QUERY,
  by: By,
  saved: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
});

/**
 * `quantity.CELL`, `was.CELL` how it was shown: an empty one is not sent. And the page it was typed on; `to`: the one to go on to once
 * all is saved.
 */
export const MATRIX_FORM = Type.Object({
  ...LIST_QUERY,
  to: LIST_QUERY.page,
  by: By,
  quantity: Type.Record(Cell, Amount),
  was: Type.Record(Cell, Amount),
});
export type MatrixForm = Static<typeof MATRIX_FORM>;

/** One cell as it was typed over. */
export type TypedCell = {
  readonly key: string;
  readonly householdId: string;
  readonly lineNumber: number;
  readonly typed: string;
  readonly was: string;
};

/** A household's cell of a line, as fields name it. */
export function cellKey(householdId: string, lineNumber: number): string {
  return `${householdId}.${lineNumber}`;
}

/**
 * The cells that were changed. What lessens comes first: who moves a household's money from one product to another, or goods
 * from one household to another, is not told that there is none left.
 */
export function readCells(form: Pick<MatrixForm, "quantity" | "was">): TypedCell[] {
  const cells = touchedIn(form).map((key) => {
    const [householdId = "", number = ""] = key.split(".");
    return {
      ...{ key, householdId, lineNumber: Number(number) },
      ...{ typed: form.quantity[key] ?? "", was: form.was[key] ?? "" },
    };
  });
  const isMore = ({ typed, was }: TypedCell) => (readAmount(typed || "0") ?? 0) > (readAmount(was || "0") ?? 0);
  return [...cells.filter((cell) => !isMore(cell)), ...cells.filter(isMore)];
}
