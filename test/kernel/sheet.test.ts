// How a cell reads on paper.
import t from "tap";
import { cellText } from "../../src/kernel/sheet.ts";

t.test("a number keeps its language's mark and the decimal places that money wants", async (t) => {
  t.equal(cellText({ decimal: "-12.5", digits: 2 }, "it"), "-12,50");
  t.equal(cellText({ decimal: "12.345", digits: 2 }, "en"), "12.345");
  t.equal(cellText({ decimal: "7", digits: 0 }, "it"), "7");
});

t.test("a text is read as it is, and a blank stays blank", async (t) => {
  t.equal(cellText("Farro", "it"), "Farro");
  t.equal(cellText(null, "it"), "");
});
