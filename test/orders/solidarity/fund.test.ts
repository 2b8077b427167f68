// The fund is shared out by points alone: to the cent, never beyond a cap, and however the families stand.
import fc from "fast-check";
import t from "tap";
import { allocateFund, giftOf, type Need, nextFamily, publicFund } from "../../../src/orders/solidarity/fund.ts";

const need = fc.record({
  points: fc.integer({ min: 1, max: 9 }),
  capCents: fc.integer({ min: 0, max: 30_000 }),
  usedCents: fc.integer({ min: 0, max: 20_000 }),
});
const needs = fc.array(need, { maxLength: 12 }).map((some) => some.map((one, i): Need => ({ id: `f${i}`, ...one })));
const fund = fc.integer({ min: 0, max: 200_000 });
const sumOf = (granted: ReadonlyMap<string, number>) => [...granted.values()].reduce((sum, cents) => sum + cents, 0);

t.test("I9 what is granted is no more than the fund, and no family has more than its cap leaves", async () => {
  fc.assert(
    fc.property(fund, needs, (cents, families) => {
      const granted = allocateFund(cents, families);
      const rooms = families.map(({ capCents, usedCents }) => Math.max(0, capCents - usedCents));
      const most = rooms.reduce((sum, room) => sum + room, 0);
      return (
        sumOf(granted) === Math.min(cents, most) &&
        families.every(({ id }, i) => Number.isInteger(granted.get(id)) && granted.get(id)! <= rooms[i]!)
      );
    }),
  );
});

t.test("allocation is blind: however the families stand, each gets the same", async () => {
  const shuffled = needs.chain((some) =>
    fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
  );
  fc.assert(
    fc.property(fund, shuffled, (cents, [some, others]) => {
      const [one, other] = [allocateFund(cents, some), allocateFund(cents, others)];
      return some.every(({ id }) => one.get(id) === other.get(id));
    }),
  );
});

t.test(
  "of families with as much room the same points get the same, to a cent, and more points never less",
  async () => {
    const equal = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fund, equal, fc.integer({ min: 0, max: 40_000 }), (cents, points, capCents) => {
        const families = points.map((one, i) => ({ id: `f${i}`, points: one, capCents, usedCents: 0 }));
        const granted = allocateFund(cents, families);
        const of = (i: number) => granted.get(`f${i}`)!;
        return points.every((mine, i) =>
          points.every((theirs, j) =>
            mine === theirs ? Math.abs(of(i) - of(j)) <= 1 : mine > theirs ? of(i) >= of(j) : true,
          ),
        );
      }),
    );
  },
);

t.test("ten euros for three and two points are six and four; what one may not have goes to the other", async (t) => {
  const family = (id: string, points: number, capCents: number) => ({ id, points, capCents, usedCents: 0 });
  t.same([...allocateFund(1000, [family("a", 3, 9000), family("b", 2, 9000)])].sort(), [
    ["a", 600],
    ["b", 400],
  ]);
  t.same([...allocateFund(1000, [family("a", 3, 100), family("b", 2, 9000)])].sort(), [
    ["a", 100],
    ["b", 900],
  ]);
  t.same([...allocateFund(1000, [])], []);
});

t.test("a gift is so much with an order, and what lacks to the euro", async (t) => {
  t.equal(giftOf({ centsPerOrder: 100, roundsUp: false }, 2340), 100);
  t.equal(giftOf({ centsPerOrder: 0, roundsUp: true }, 2340), 60);
  t.equal(giftOf({ centsPerOrder: 50, roundsUp: true }, 2400), 50);
});

t.test("the turn is of who needs most over what it had, then of who had least", async (t) => {
  t.equal(nextFamily([]), null);
  t.equal(
    nextFamily([
      { id: "b", points: 2, got: 0 },
      { id: "a", points: 5, got: 4 },
    ]),
    "b",
  );
  t.equal(
    nextFamily([
      { id: "b", points: 2, got: 0 },
      { id: "a", points: 5, got: 3 },
    ]),
    "b",
    "who had less",
  );
});

t.test("B38 everybody is told about ten euros more or less, and no number of few families", async (t) => {
  t.same(publicFund(12_345, 4), { cents: 12_000, families: "some" });
  t.same(publicFund(12_500, 5), { cents: 13_000, families: 5 });
  t.same(publicFund(-20, 0), { cents: 0, families: null });
});
