// What a group bought, added up for itself: by producer, category and household, over days it chooses.
import fc from "fast-check";
import t from "tap";
import {
  addUpTotals,
  type ChargedOrder,
  CUTS,
  centsOf,
  instantsOf,
  readSpan,
} from "../../../src/orders/statistics/totals.ts";
import { sum } from "../bookings.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const goods = new Map([
  [1, { category: "Formaggi" }],
  [2, { category: "formaggi " }],
  [3, {}],
]);
const charge = (householdId: string, cents: number, lines: readonly (readonly [number, number])[]) => ({
  ...{ householdId, cents },
  goodsCents: sum(lines.map(([, own]) => own)),
  lines: lines.map(([lineNumber, own]) => ({ lineNumber, cents: own })),
});

t.test("one shop is cut by who sold, by what it was and by who took it, the most money first", async (t) => {
  const orders: ChargedOrder[] = [
    {
      id: "o1",
      producerId: "casaro",
      goods,
      charges: [
        charge("a", 1100, [[1, 1000]]),
        charge("b", 500, [
          [2, 300],
          [3, 200],
        ]),
      ],
    },
    { id: "o2", producerId: "mulino", goods, charges: [charge("a", 250, [[3, 250]])] },
    { id: "o3", producerId: "casaro", goods, charges: [{ householdId: "c", cents: 900, goodsCents: 900, lines: [] }] },
  ];
  const rows = (cut: (typeof CUTS)[number]) =>
    addUpTotals(orders, cut).rows.map((row) => [row.key, row.orders, row.households, row.goodsCents, row.otherCents]);
  t.same(rows("producer"), [
    ["casaro", 2, 3, 2400, 100],
    ["mulino", 1, 1, 250, 0],
  ]);
  t.same(rows("household"), [
    ["a", 2, 1, 1250, 100],
    ["c", 1, 1, 900, 0],
    ["b", 1, 1, 500, 0],
  ]);
  t.same(rows("category"), [
    ["formaggi", 1, 2, 1300, 0],
    ["?", 1, 1, 900, 0],
    ["", 2, 2, 450, 0],
  ]);
  t.equal(addUpTotals(orders, "category").rows[0]?.name, "Formaggi");
  t.same(addUpTotals(orders, "household").all, { orders: 3, households: 3, goodsCents: 2650, otherCents: 100 });
});

t.test("whatever was charged, every cut sums to it", async () => {
  const anyLines = fc.array(fc.tuple(fc.constantFrom(1, 2, 3), fc.integer({ min: -500, max: 5000 })), { maxLength: 4 });
  const anyOrder = fc.record({
    ...{ id: fc.uuid(), producerId: fc.constantFrom("p", "q"), goods: fc.constant(goods) },
    charges: fc.uniqueArray(
      fc
        .tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: -300, max: 300 }), anyLines)
        .map(([name, other, lines]) => charge(name, sum(lines.map(([, own]) => own)) + other, lines)),
      { selector: ({ householdId }) => householdId },
    ),
  });
  fc.assert(
    fc.property(fc.array(anyOrder, { maxLength: 6 }), (orders) => {
      const charges = orders.flatMap((order) => order.charges);
      return CUTS.every((cut) => {
        const { rows, all } = addUpTotals(orders, cut);
        const due = cut === "category" ? all.goodsCents : centsOf(all);
        return sum(rows.map(centsOf)) === due && centsOf(all) === sum(charges.map(({ cents }) => cents));
      });
    }),
    { numRuns: 500 },
  );
});

t.test("a period is this year until today unless days are asked for, both counted, two years at most", async (t) => {
  t.same(readSpan({}, NOW), { from: "2026-01-01", to: "2026-11-23" });
  t.same(readSpan({ from: "2026-03-01", to: "2026-03-31" }, NOW), { from: "2026-03-01", to: "2026-03-31" });
  t.same(readSpan({ from: "1999-01-01" }, NOW), { from: "2024-11-23", to: "2026-11-23" });
  t.same(readSpan({ from: "2026-12-01", to: "2026-02-01" }, NOW), { from: "2026-01-01", to: "2026-02-01" });
  t.same(readSpan({ from: "<b>", to: "boh" }, NOW), readSpan({}, NOW));
  t.same(instantsOf({ from: "2026-03-29", to: "2026-03-29" }), {
    from: Date.UTC(2026, 2, 28, 23),
    until: Date.UTC(2026, 2, 29, 22),
  });
});
