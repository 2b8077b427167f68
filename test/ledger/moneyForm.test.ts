// Amounts and days as a treasurer types them.
import t from "tap";
import { movementErrors, periodOf, readAmount, readDays, readSignedAmount } from "../../src/ledger/moneyForm.ts";
import { MAX_CENTS } from "../../src/ledger/movement.ts";
import { NOW } from "./books.ts";

t.test("an amount is read as it is written in Italy, above nothing and up to what one movement may be", async (t) => {
  t.equal(readAmount("1.234,50"), 123_450);
  t.equal(readAmount("€ 12"), 1200);
  t.equal(readAmount("10.000.000"), MAX_CENTS);
  for (const wrong of ["", "0", "-5", "cinque", "10.000.000,01"]) t.equal(readAmount(wrong), null, wrong);
});

t.test("a balance may be below nothing, and nothing where none is typed", async (t) => {
  t.equal(readSignedAmount("-12,30"), -1230);
  t.equal(readSignedAmount("7"), 700);
  t.equal(readSignedAmount(" "), 0);
  t.equal(readSignedAmount(undefined), 0);
  t.equal(readSignedAmount("molto"), null);
  t.equal(readSignedAmount("-10.000.000,01"), null);
});

t.test("a movement counts for a day of this century that is not ahead, or for today where none is typed", async (t) => {
  const errors = (valuedOn?: string) => movementErrors({ amount: "5", valuedOn }, NOW);
  for (const day of [undefined, "2026-11-23", "2000-01-01"]) t.same(errors(day), {}, day ?? "none");
  for (const day of ["2026-11-24", "1999-12-31", "2026-02-30", "ieri"])
    t.same(errors(day), { valuedOn: "bad-day" }, day);
  t.same(movementErrors({ amount: "0", valuedOn: "ieri" }, NOW), { amount: "bad-amount", valuedOn: "bad-day" });
});

t.test("just after midnight in Rome the new day is today, though elsewhere it is still yesterday", async (t) => {
  const midnight = Date.UTC(2026, 10, 23, 23);
  t.same(movementErrors({ amount: "5", valuedOn: "2026-11-24" }, midnight), {});
  t.same(movementErrors({ amount: "5", valuedOn: "2026-11-24" }, midnight - 1), { valuedOn: "bad-day" });
});

t.test("a statement covers its first and last day whole, also on the day of 25 hours", async (t) => {
  t.same(periodOf({ from: "2026-10-25", to: "2026-10-25" }), {
    fromAt: Date.UTC(2026, 9, 24, 22),
    untilAt: Date.UTC(2026, 9, 25, 23),
  });
});

t.test("an end of the period that was left out, or is no day, is open", async (t) => {
  t.same(readDays({ from: "2026-11-01" }), { from: "2026-11-01", to: "" });
  t.same(readDays({ from: "domani", to: "2026-02-30" }), { from: "", to: "" });
  t.same(periodOf({ from: "", to: "" }), { fromAt: null, untilAt: null });
});
