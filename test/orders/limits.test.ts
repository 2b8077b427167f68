import t from "tap";
import { gramsOf, limitReached, progressOf } from "../../src/orders/limits.ts";
import { goods, line, order, policies } from "./oranges.ts";

t.test("what goods weigh is said by their unit, else by the producer, else unknown", async (t) => {
  t.equal(gramsOf(2500, goods()), 2500);
  t.equal(gramsOf(3000, goods({ unitCode: "HGM" })), 300);
  t.equal(gramsOf(500, goods({ unitCode: "TNE" })), 500_000);
  t.equal(gramsOf(3000, goods({ unitCode: "H87", gramsPerUnit: 750 })), 2250);
  t.equal(gramsOf(3000, goods({ unitCode: "H87" })), null);
  t.equal(gramsOf(3000, goods({ unitCode: "X??", gramsPerUnit: 1 })), 3);
});

t.test("an order says how far it has come in money and in weight", async (t) => {
  const lines = [line(1), line(2, { unitCode: "H87" }), line(3)];
  t.same(
    progressOf(
      { lines },
      new Map([
        [1, 20_000],
        [2, 10_000],
      ]),
    ),
    { cents: 5250, grams: 20_000 },
  );
});

t.test("an order closes by itself at the stated money or weight, not a cent or gram before", async (t) => {
  const at = (kilograms: number, change = {}) =>
    limitReached(order({ policies: policies(change) }), new Map([[1, kilograms * 1000]]));
  t.equal(at(1000), null);
  t.same([at(19, { autoCloseCents: 3500 }), at(20, { autoCloseCents: 3500 })], [null, "cents"]);
  t.same([at(19, { autoCloseGrams: 20_000 }), at(20, { autoCloseGrams: 20_000 })], [null, "grams"]);
});
