// What to prepare, over all groups, by product and by delivery.
import fc from "fast-check";
import t from "tap";
import type { AgreedLine } from "../../src/partners/threads/agreement.ts";
import { isToPrepare, type SheetGoods, type SheetOrder, sumUp } from "../../src/sales/productionSheet.ts";
import { RECEIVED_STATES } from "../../src/sales/received.ts";
import { honey, oranges, termsWith } from "./orderArbitrary.ts";

const GOODS = new Map<string, SheetGoods>([...termsWith(null)]);
const order = (thread: string, lines: AgreedLine[], change: Partial<SheetOrder> = {}): SheetOrder => ({
  thread,
  buyerName: `GAS ${thread}`,
  state: "accepted",
  pickup: 1,
  lines,
  ...change,
});

t.test("agreed quantities are added up by product, open ones stand beside them, refused ones nowhere", async (t) => {
  const sheet = sumUp(
    [
      order("a", [oranges(100), honey(3)]),
      order("b", [oranges(40)], { state: "confirmed" }),
      order("c", [oranges(20)], { state: "received" }),
      order("d", [oranges(500)], { state: "rejected" }),
    ],
    GOODS,
  );
  t.match(sheet.rows, [
    { goods: { name: "Arance" }, agreedThousandths: 140_000, openThousandths: 20_000, agreedCents: 24_500 },
    { goods: { name: "Miele" }, agreedThousandths: 3000, openThousandths: 0, agreedCents: 2700 },
  ]);
  t.same(
    [...sheet.rows[0]!.byThread],
    [
      ["a", 100_000],
      ["b", 40_000],
    ],
  );
});

t.test("each delivery has its orders by name; those of which it is not known come last", async (t) => {
  const sheet = sumUp(
    [
      order("b", [oranges(40)], { pickup: 2 }),
      order("a", [oranges(100)], { pickup: 2 }),
      order("z", [honey(1)], { pickup: null }),
      order("c", [oranges(30)]),
    ],
    GOODS,
  );
  t.same(
    sheet.pickups.map(({ pickup, orders }) => [pickup, orders.map(({ thread }) => thread)]),
    [
      [1, ["c"]],
      [2, ["a", "b"]],
      [null, ["z"]],
    ],
  );
});

t.test("goods that were deleted since are still prepared and stand under their address", async (t) => {
  const gone: AgreedLine = { ...honey(4), lineIri: "https://p.example/p/catalog/gone" };
  const { rows } = sumUp([order("a", [gone, oranges(10)])], GOODS);
  t.match(rows, [
    { goods: { name: "Arance" } },
    { goods: { name: gone.lineIri, packageThousandths: 1000 }, agreedThousandths: 4000, agreedCents: 3600 },
  ]);
});

t.test("two lines or two groups of one name stand always in the same order", async (t) => {
  const [first, second] = [oranges(10), { ...oranges(20), lineIri: `${oranges(1).lineIri}0` }];
  const goods = new Map([...GOODS, [second.lineIri, { ...GOODS.get(first.lineIri)!, lineIri: second.lineIri }]]);
  const [a, b] = ["a", "b"].map((thread) => order(thread, [first], { buyerName: "GAS Fano" })) as [
    SheetOrder,
    SheetOrder,
  ];
  for (const orders of [
    [a, { ...b, lines: [second, first] }],
    [{ ...b, lines: [second, first] }, a],
  ]) {
    const { rows, pickups } = sumUp(orders, goods);
    t.same(
      rows.map(({ goods }) => goods.lineIri),
      [first.lineIri, second.lineIri],
    );
    t.same(
      pickups[0]!.orders.map(({ thread }) => thread),
      ["a", "b"],
    );
  }
});

t.test("a group's quantities are to be prepared from its yes on, until the order is done", async (t) => {
  const states = RECEIVED_STATES.filter(isToPrepare);
  t.same(new Set(states), new Set(["accepted", "confirmed", "shipped", "delivered", "closed"]));
});

t.test("whatever is ordered, the deliveries together are the whole, to the gram and the cent", async (t) => {
  const someLines = fc.tuple(fc.nat(50), fc.nat(20)).map(([crates, jars]) => [oranges(crates * 10), honey(jars)]);
  const someOrders = fc.array(
    fc.record({
      lines: someLines,
      state: fc.constantFrom(...RECEIVED_STATES),
      pickup: fc.option(fc.integer({ min: 1, max: 3 })),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(someOrders, (wishes) => {
      const sheet = sumUp(
        wishes.map(({ lines, ...rest }, i) => order(String(i), lines, rest)),
        GOODS,
      );
      for (const row of sheet.rows) {
        const parts = sheet.pickups.flatMap(({ rows }) => rows.filter(({ goods }) => goods === row.goods));
        const sum = (of: "agreedThousandths" | "openThousandths" | "agreedCents") =>
          parts.reduce((total, part) => total + part[of], 0);
        t.equal(sum("agreedThousandths"), row.agreedThousandths);
        t.equal(sum("openThousandths"), row.openThousandths);
        t.equal(sum("agreedCents"), row.agreedCents);
        t.equal(
          [...row.byThread.values()].reduce((a, b) => a + b, 0),
          row.agreedThousandths,
        );
      }
    }),
    { numRuns: 100 },
  );
});
