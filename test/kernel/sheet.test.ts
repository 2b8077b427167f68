// How a cell reads on paper.
import t from "tap";
import {
  cellText,
  countCell,
  headOf,
  moneyCell,
  numberColumn,
  quantityCell,
  textColumn,
} from "../../src/kernel/sheet.ts";

t.test("a number keeps its language's mark and the decimal places that money wants", async (t) => {
  t.equal(cellText({ decimal: "-12.5", digits: 2 }, "it"), "-12,50");
  t.equal(cellText({ decimal: "12.345", digits: 2 }, "en"), "12.345");
  t.equal(cellText({ decimal: "7", digits: 0 }, "it"), "7");
});

t.test("a text is read as it is, and a blank stays blank", async (t) => {
  t.equal(cellText("Farro", "it"), "Farro");
  t.equal(cellText(null, "it"), "");
});

t.test(
  "quantities stand as short as they can, amounts with their cents, counts whole; words to the left",
  async (t) => {
    t.same(
      [quantityCell(1500), quantityCell(2000)].map((cell) => cellText(cell, "it")),
      ["1,5", "2"],
    );
    t.same(
      [moneyCell(1250), moneyCell(-5)].map((cell) => cellText(cell, "it")),
      ["12,50", "-0,05"],
    );
    t.equal(cellText(countCell(12), "it"), "12");
    t.same(
      [textColumn("Prodotto"), numberColumn("Euro")].map(({ kind }) => kind),
      ["text", "number"],
    );
  },
);

t.test("above sums of money stands that they are euros, unless it says so itself", async (t) => {
  const columns = [textColumn("Famiglia"), numberColumn("Prenotato"), numberColumn("€"), numberColumn("Ordini")];
  const rows = [["Rossi", null, moneyCell(100), countCell(2)]];
  const total = ["Totale", moneyCell(1050), moneyCell(100), countCell(2)];
  const table = { heading: "", note: "", columns, rows, total };
  t.same(
    columns.map((_, i) => headOf(table, i)),
    ["Famiglia", "Prenotato (€)", "€", "Ordini"],
  );
});
