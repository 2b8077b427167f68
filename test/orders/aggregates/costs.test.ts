// What several orders bear together: nothing is lost or made, whoever is in which order.
import fc from "fast-check";
import t from "tap";
import { differShares, joinParts, type OrderTaking, shareCosts } from "../../../src/orders/aggregates/costs.ts";
import type { Measure, Modifier, Part } from "../../../src/orders/planning/modifiers.ts";
import { sum } from "../bookings.ts";

const TRANSPORT: Modifier = {
  id: "m1",
  name: "Furgone",
  kind: "transport",
  value: { cents: 1000 },
  thresholdOn: null,
  thresholds: [],
  splitBy: "head",
  isRecomputedOnDelivery: true,
};

function part(householdId: string, cents: number, grams = 0): Part {
  return { householdId, quantityThousandths: 1000, cents, grams };
}

const taking = (booked: Part[], delivered: Part[] | null = null): OrderTaking => ({ booked, delivered });
const shares = (costs: Modifier[], takings: OrderTaking[], apart?: Set<string>) =>
  Object.fromEntries(shareCosts(costs, takings, apart).shares);

t.test("one transport over two producers: who is in both pays one head, who is in one only pays one too", async (t) => {
  const oranges = taking([part("a", 1000), part("b", 3000)]);
  const cheese = taking([part("b", 1000), part("c", 5000)]);
  t.same(shares([TRANSPORT], [oranges, cheese]), { a: 334, b: 333, c: 333 });
  t.same(shares([{ ...TRANSPORT, splitBy: "value" }], [oranges, cheese]), { a: 100, b: 400, c: 500 });
  t.same(shares([TRANSPORT], [oranges]), { a: 500, b: 500 }, "an order that was called off or taken out bears nothing");
  t.same(shares([TRANSPORT], []), {}, "where nobody takes anything nobody pays");
});

t.test("what is counted again goes by what came, what is kept by what was shared out, order by order", async (t) => {
  const came = taking([part("a", 1000), part("b", 1000)], [part("a", 1000)]);
  const waits = taking([part("c", 1000)]);
  t.same(shares([TRANSPORT], [came, waits]), { a: 500, c: 500 });
  const kept = { ...TRANSPORT, isRecomputedOnDelivery: false };
  t.same(shares([kept], [came, waits]), { a: 334, b: 333, c: 333 });
});

t.test("another group takes goods of ours and pays no trip; a discount is given back the same way", async (t) => {
  const all = taking([part("a", 1000), part("group", 9000)]);
  t.same(shares([TRANSPORT], [all], new Set(["group"])), { a: 1000 });
  const gift: Modifier = { ...TRANSPORT, id: "m2", kind: "discount", value: { hundredthsPercent: 1000 } };
  t.same(shares([gift], [all], new Set(["group"])), { a: -100 });
});

t.test("from a threshold over all orders together its own value holds", async (t) => {
  const free: Modifier = { ...TRANSPORT, thresholdOn: "value", thresholds: [{ from: 4000, value: { cents: 200 } }] };
  const [one, two] = [taking([part("a", 2000)]), taking([part("b", 2000)])];
  t.equal(shareCosts([free], [one]).cents, 1000);
  t.equal(shareCosts([free], [one, two]).cents, 200);
});

t.test("a correction names those whom it changes, those who are new and those who are out of it", async (t) => {
  const before = new Map(Object.entries({ a: 500, b: 500 }));
  t.same(
    [...differShares(before, new Map(Object.entries({ a: 500, c: 500 })))],
    [
      ["b", -500],
      ["c", 500],
    ],
  );
});

const MEASURES: readonly Measure[] = ["quantity", "value", "weight", "head"];
const anyPart: fc.Arbitrary<Part> = fc.record({
  householdId: fc.constantFrom("a", "b", "c", "d", "e"),
  quantityThousandths: fc.nat(50_000),
  cents: fc.nat(50_000),
  grams: fc.nat(20_000),
});
const anyTaking = fc.record({
  booked: fc.array(anyPart, { maxLength: 6 }),
  delivered: fc.option(fc.array(anyPart, { maxLength: 6 })),
});
const anyCost: fc.Arbitrary<Modifier> = fc.record({
  id: fc.constant("m"),
  name: fc.constant("Furgone"),
  kind: fc.constantFrom("transport", "discount"),
  target: fc.constantFrom(undefined, { each: "household" as const }),
  value: fc.oneof(
    fc.nat(9999).map((cents) => ({ cents })),
    fc.nat(3000).map((hundredthsPercent) => ({ hundredthsPercent })),
    fc.nat(300).map((centsPerKg) => ({ centsPerKg })),
  ),
  thresholdOn: fc.constant(null),
  thresholds: fc.constant([]),
  splitBy: fc.constantFrom(...MEASURES),
  isRecomputedOnDelivery: fc.boolean(),
}) as fc.Arbitrary<Modifier>;

t.test("whatever orders there are: shares sum to the costs, and the order of the orders changes no cent", async () => {
  fc.assert(
    fc.property(fc.array(anyCost, { maxLength: 3 }), fc.array(anyTaking, { maxLength: 4 }), (costs, takings) => {
      const shared = shareCosts(costs, takings);
      const turned = shareCosts(costs, takings.toReversed());
      return (
        sum(shared.shares.values()) === shared.cents &&
        sum(shared.splits.map(({ cents }) => cents)) === shared.cents &&
        JSON.stringify([...shared.shares].sort()) === JSON.stringify([...turned.shares].sort())
      );
    }),
  );
});

t.test(
  "whatever orders there are: who takes nothing pays nothing, and one order or many of the same goods are one",
  async () => {
    fc.assert(
      fc.property(anyCost, fc.array(anyTaking, { maxLength: 4 }), (cost, takings) => {
        const parts = joinParts(
          takings.map(({ booked, delivered }) => (cost.isRecomputedOnDelivery ? (delivered ?? booked) : booked)),
        );
        const takers = new Set(
          parts.filter((one) => one.cents !== 0 || one.quantityThousandths !== 0).map(({ householdId }) => householdId),
        );
        const shared = shareCosts([cost], takings);
        const atOnce = shareCosts([cost], [{ booked: parts, delivered: null }]);
        return [...shared.shares.keys()].every((id) => takers.has(id)) && shared.cents === atOnce.cents;
      }),
    );
  },
);
