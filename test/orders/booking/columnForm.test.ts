// A column of the matrix: one product for all households, as typed.
import fc from "fast-check";
import t from "tap";
import { readColumn, shownIn, touchedIn } from "../../../src/orders/booking/columnForm.ts";
import { booking } from "../bookings.ts";

t.test("only the households whose number was changed are touched, an emptied field among them", async (t) => {
  const form = { quantity: { marta: "2", ada: "1,5", ugo: "1" }, was: { marta: "2", ada: "1", rita: "3" } };
  t.same(touchedIn(form).sort(), ["ada", "rita", "ugo"]);
});

t.test("the number takes the place of the household's own, note and friends stay", async (t) => {
  const own = booking("h", 2000, { lineNumber: 1, toleranceThousandths: 1000, note: "mature" });
  const friend = booking("h", 500, { lineNumber: 1, friendId: "z".repeat(26) });
  const other = booking("h", 4000, { lineNumber: 2 });
  const saved = [own, friend, other];
  t.equal(shownIn(saved, 1), "2");
  const read = readColumn(1, { typed: "2,5", was: "2" }, saved);
  t.match(read, {
    wishes: [friend, other, { quantityThousandths: 2500, toleranceThousandths: 500, note: "mature", friendId: null }],
  });
  t.match(readColumn(1, { typed: "", was: "2" }, saved), { wishes: [friend, other] }, "empty is none");
  t.match(readColumn(1, { typed: "4", was: "2" }, saved), { wishes: [{}, {}, { toleranceThousandths: 0 }] });
  t.match(readColumn(3, { typed: "1", was: "" }, saved), { wishes: [{}, {}, {}, { lineNumber: 3, note: "" }] });
});

t.test("what is no number, what stands there already and what somebody else changed are told apart", async (t) => {
  const saved = [booking("h", 3000, { lineNumber: 1 })];
  t.match(readColumn(1, { typed: "due", was: "3" }, saved), { refused: "not-a-quantity", lineNumber: 1 });
  t.match(readColumn(1, { typed: "3", was: "2" }, saved), { refused: "unchanged" }, "sent again, or said by both");
  const clash = readColumn(1, { typed: "4", was: "2" }, saved);
  t.match(clash, { refused: "stale-version", storedThousandths: 3000, typedThousandths: 4000 });
});

t.test("whatever is typed, the other lines of the basket stay as they are", async () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 6 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 99_000 }), (lines, line, typed) => {
      const saved = lines.map((lineNumber) => booking("h", lineNumber * 1000, { lineNumber }));
      const text = String(typed / 1000).replace(".", ",");
      const read = readColumn(line, { typed: text, was: shownIn(saved, line) }, saved);
      if ("refused" in read) return read.refused === "unchanged";
      const others = read.wishes.filter(({ lineNumber }) => lineNumber !== line);
      const own = read.wishes.find(({ lineNumber }) => lineNumber === line);
      return (
        others.length === lines.filter((number) => number !== line).length && (own?.quantityThousandths ?? 0) === typed
      );
    }),
  );
});
