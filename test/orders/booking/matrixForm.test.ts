// The matrix of an order as typed: which cells were changed, and in which order they are saved.
import t from "tap";
import { cellKey, MATRIX_FORM, readCells } from "../../../src/orders/booking/matrixForm.ts";
import { readForm } from "../../../src/web/readForm.ts";

t.test("only what was changed is a change, an emptied cell among it, and what lessens is saved first", async (t) => {
  const quantity = { "ada.1": "3", "ada.2": "1", "ugo.1": "2", "ugo.9": "molti" };
  const cells = readCells({ quantity, was: { "ada.1": "1", "ada.2": "2,5", "ugo.1": "2", "rita.12": "4" } });
  t.same(
    cells.map(({ householdId, lineNumber, typed, was }) => [householdId, lineNumber, typed, was]),
    [
      ["ada", 2, "1", "2,5"],
      ["rita", 12, "", "4"],
      ["ugo", 9, "molti", ""],
      ["ada", 1, "3", "1"],
    ],
  );
  t.equal(cells[0]?.key, cellKey("ada", 2));
});

t.test("a cell is a household and a line, and a form with any other name is none of ours", async (t) => {
  const sent = { by: "household", page: "2", "quantity.ada.1": "3", "was.ada.1": "" };
  t.match(readForm(MATRIX_FORM, sent), { value: { by: "household", page: 2, quantity: { "ada.1": "3" } } });
  for (const name of ["quantity.ada", "quantity.ada.x", "quantity.ada.1.2", "quantity.__proto__"])
    t.match(readForm(MATRIX_FORM, { ...sent, [name]: "1" }), { refused: "unexpected-field" }, name);
});
