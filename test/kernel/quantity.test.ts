import fc from "fast-check";
import t from "tap";
import {
  countPackages,
  formatQuantity,
  isMultiple,
  nearestMultiples,
  parseQuantity,
} from "../../src/kernel/quantity.ts";

t.test("a quantity on the wire reads back to the same thousandths", async (t) => {
  fc.assert(fc.property(fc.integer(), (quantity) => parseQuantity(formatQuantity(quantity)) === quantity));
  t.equal(formatQuantity(10_000), "10");
  t.equal(formatQuantity(1500), "1.5");
  t.equal(parseQuantity("0.0005"), null, "half a gram of a kilogram price is finer than we weigh");
});

t.test("the nearest multiples stand around a quantity, and on it when it is one", async (t) => {
  t.same(nearestMultiples(1300, 500), { belowThousandths: 1000, aboveThousandths: 1500 });
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 100_000 }), (quantity, step) => {
      const { belowThousandths, aboveThousandths } = nearestMultiples(quantity, step);
      const tight =
        belowThousandths === aboveThousandths
          ? isMultiple(quantity, step)
          : aboveThousandths - belowThousandths === step;
      return (
        belowThousandths <= quantity && quantity <= aboveThousandths && isMultiple(belowThousandths, step) && tight
      );
    }),
  );
});

t.test("cases hold the quantity, the last one perhaps in part", async (t) => {
  t.equal(countPackages(24_000, 12_000), 2);
  t.equal(countPackages(25_000, 12_000), 3);
  t.equal(countPackages(0, 12_000), 0);
});
