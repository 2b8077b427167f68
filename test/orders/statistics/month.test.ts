// What makes a month of figures: which orders belong to it, when it is told, how everybody's shopping becomes cells and rounded sums.
import t from "tap";
import { suppress } from "../../../src/kernel/cells.ts";
import type { Goods } from "../../../src/orders/order.ts";
import {
  boundsOf,
  cellsOf,
  type DeliveredOrder,
  dueAtOf,
  MONTHS_BACK,
  monthOf,
  openMonths,
  roundMonth,
} from "../../../src/orders/statistics/month.ts";
import { goods } from "../oranges.ts";

const at = (iso: string) => Date.parse(iso);
const pickup = (startAt: number) => ({ id: "d1", place: "Polisportiva", startAt, endAt: null });

t.test("an order belongs to the month of its first pickup in Rome, or of its closing where it has none", async (t) => {
  const closed = { closedAt: at("2026-09-30T20:00:00Z"), closesAt: at("2026-09-20T20:00:00Z") };
  const [late, later] = [pickup(at("2026-10-31T23:30:00Z")), pickup(at("2026-12-01T10:00:00Z"))];
  t.equal(monthOf({ ...closed, pickups: [later, late] }), "2026-11", "half past midnight of the first of November");
  t.equal(monthOf({ ...closed, pickups: [] }), "2026-09");
  t.equal(monthOf({ ...closed, closedAt: null, pickups: [] }), "2026-09");
});

t.test("a month is told forty-five days after its end, clocks of Rome counted", async (t) => {
  t.same(boundsOf("2026-10"), { from: at("2026-09-30T22:00:00Z"), until: at("2026-10-31T23:00:00Z") });
  t.equal(dueAtOf("2026-10"), at("2026-12-15T23:00:00Z"));
});

t.test(
  "months to come are those that are over and not written down, a year of due ones at most, none before the group",
  async (t) => {
    const now = at("2026-12-16T12:00:00Z");
    t.same(openMonths(now, at("2026-08-14T12:00:00Z"), ["2026-09"]), ["2026-11", "2026-10", "2026-08"]);
    t.same(openMonths(now, now, []), []);
    const all = openMonths(now, 0, []);
    t.equal(all.length, MONTHS_BACK + 1, "November is over and not due");
    t.equal(all.at(-1), "2025-11");
  },
);

const CHEESE: Partial<Goods> = { category: "Formaggi", packageThousandths: 1000, packagePriceCents: 1200 };

function order(producerId: string, sold: Partial<Goods>[], families: number, each = 2000): DeliveredOrder {
  return {
    ...{ id: `order of ${producerId}`, producerId, goods: new Map(sold.map((one, n) => [n + 1, goods(one)])) },
    taken: sold.flatMap((_, n) =>
      Array.from({ length: families }, (_, family) => ({
        ...{ householdId: `h${family}`, lineNumber: n + 1 },
        ...{ orderedThousandths: each, deliveredThousandths: each },
      })),
    ),
  };
}

t.test("grams and hectograms are kilograms, a jar is a jar, and what has no category is other things", async (t) => {
  const cells = cellsOf([
    order(
      "farm",
      [CHEESE, { ...CHEESE, unitCode: "HGM" }, { ...CHEESE, unitCode: "GRM", packageThousandths: 500_000 }],
      1,
    ),
    order(
      "mill",
      [
        { unitCode: "XJR", category: "  " },
        { unitCode: "MLT", category: "Olio d'oliva" },
      ],
      1,
      500,
    ),
  ]);
  t.same(
    cells.map(({ key, shares }) => [key, shares.map(({ delivered }) => delivered)]),
    [
      ["formaggi\nKGM", [2000, 200, 2]],
      ["altro\nXJR", [500]],
      ["olio d oliva\nLTR", [1]],
    ],
  );
  t.same(
    cells[0]?.shares.map(({ price, cents }) => [price, cents]),
    [
      [1.2, 2400],
      [12, 2400],
      [2.4, 5],
    ],
  );
});

t.test("lines nobody took and lines that are not there any more count nowhere", async (t) => {
  const [one] = [order("farm", [CHEESE], 1, 0)];
  t.same(cellsOf([one!]), []);
  t.same(cellsOf([{ ...order("farm", [CHEESE], 1), goods: new Map() }]), []);
});

t.test("sums leave in whole units and tens of euros, in the order of their names", async (t) => {
  const farms = ["a", "b", "c"].map((farm) => order(farm, [CHEESE, { category: "Agrumi", unitCode: "H87" }], 8, 1300));
  const shown = suppress(cellsOf(farms))!;
  t.match(roundMonth("2026-10", 3, shown), {
    ...{ month: "2026-10", families: 8, orders: 3, producers: 3, euros: 430, isWithheld: false },
    cells: [
      { category: "agrumi", unit: "H87", families: 8, lines: 24, ordered: 31, delivered: 31, euros: 50 },
      { category: "formaggi", unit: "KGM", families: 8, lines: 24, ordered: 31, delivered: 31, euros: 370 },
    ],
  });
  const one = { key: "x\nKGM", members: 5, lines: 5, ordered: null, delivered: 499, cents: null };
  const many = Array.from({ length: 501 }, (_, n) => ({ ...one, key: `x${n}\nKGM`, members: n === 7 ? 4 : 5 }));
  const told = roundMonth("2026-10", 1, { ...shown, cents: null, cells: many });
  t.match([told.cells.length, told.isWithheld, told.euros], [500, true, null]);
  t.match(told.cells[0], { category: "x0", delivered: 0, ordered: null, euros: null });
});
