import fc from "fast-check";
import t from "tap";
import { bareVatNumber, isVatNumber, isVatRate, sumByRate, VAT_RATES_PERCENT } from "../../src/kernel/vat.ts";

t.test("the check digit of a Partita IVA catches every single wrong digit", async (t) => {
  t.ok(isVatNumber("01234567897"));
  fc.assert(
    fc.property(fc.nat(10), fc.integer({ min: 1, max: 9 }), (place, shift) => {
      const digits = [..."01234567897"];
      digits[place] = String((Number(digits[place]) + shift) % 10);
      return !isVatNumber(digits.join(""));
    }),
  );
});

t.test("a Partita IVA is eleven digits, not all zero", async (t) => {
  for (const text of ["00000000000", "0123456789", "012345678970", "IT01234567897", ""])
    t.notOk(isVatNumber(text), text);
  t.ok(isVatNumber(bareVatNumber(" IT 0123 456 7897 ")));
});

t.test("the rates in force are 0, 4, 5, 10 and 22 percent", async (t) => {
  t.same(VAT_RATES_PERCENT.filter(isVatRate), [0, 4, 5, 10, 22]);
  for (const percent of [-4, 1, 20, 21, 4.5]) t.notOk(isVatRate(percent), String(percent));
});

t.test("amounts are summed by rate, and net and VAT make the total to the cent, the unknown rate last", async (t) => {
  const amount = fc.integer({ min: -100_000, max: 100_000 });
  const line = fc.record({ ratePercent: fc.constantFrom(null, ...VAT_RATES_PERCENT), grossCents: amount });
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const sums = sumByRate(lines);
      const total = (values: readonly { grossCents: number }[]) => values.reduce((sum, one) => sum + one.grossCents, 0);
      return total(sums) === total(lines) && sums.every((one) => one.netCents + one.vatCents === one.grossCents);
    }),
  );
  t.same(
    sumByRate([
      { ratePercent: null, grossCents: 5 },
      { ratePercent: 4, grossCents: 3686 },
    ]),
    [
      { ratePercent: 4, grossCents: 3686, netCents: 3544, vatCents: 142 },
      { ratePercent: null, grossCents: 5, netCents: 5, vatCents: 0 },
    ],
  );
});
