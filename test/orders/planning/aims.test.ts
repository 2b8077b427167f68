import t from "tap";
import { findAimless } from "../../../src/orders/planning/aims.ts";
import type { Modifier } from "../../../src/orders/planning/modifiers.ts";
import { line, order } from "../oranges.ts";

function modifier(change: Partial<Modifier>): Modifier {
  return {
    ...{ id: "m", name: "Sala", kind: "transport", value: { cents: 500 }, splitBy: "head" },
    ...{ thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true },
    ...change,
  };
}

const PRICE = { kind: "discount", value: { priceTenThousandths: 15_000 } } as const;

t.test("a cost for a product or a place that the order has not is told by name", async (t) => {
  const modifiers = [
    modifier({ name: "Cassette", target: { product: "Limoni" } }),
    modifier({ name: "Sala", target: { pickup: "Polisportva" } }),
    modifier({ name: "Nafta" }),
    modifier({ name: "Busta", target: { each: "household" } }),
  ];
  t.same(findAimless(order({ modifiers })), [
    { reason: "no-product", name: "Cassette", about: "Limoni" },
    { reason: "no-place", name: "Sala", about: "Polisportva" },
  ]);
});

t.test("capitals and spaces around are no other product or place", async (t) => {
  const [{ goods }] = order().lines as [ReturnType<typeof line>];
  const place = order().pickups[0]?.place ?? "";
  const modifiers = [
    modifier({ target: { product: ` ${goods.name.toUpperCase()} ` } }),
    modifier({ target: { pickup: ` ${place.toUpperCase()}` } }),
  ];
  t.same(findAimless(order({ modifiers })), []);
});

t.test("an order without lines yet misses no product", async (t) => {
  t.same(findAimless(order({ lines: [], modifiers: [modifier({ target: { product: "Limoni" } })] })), []);
});

t.test(
  "a new price for a name that is sold by the kilogram and by the piece says that it holds for neither",
  async (t) => {
    const lines = [line(1), line(2, { wireUnit: "one" })];
    const target = { product: lines[0]!.goods.name };
    const about = target.product;
    t.same(findAimless(order({ lines, modifiers: [modifier({ ...PRICE, target })] })), [
      { reason: "several-units", name: "Sala", about },
    ]);
    t.same(
      findAimless(order({ lines, modifiers: [modifier({ target })] })),
      [],
      "a sum of money can be shared all the same",
    );
  },
);
