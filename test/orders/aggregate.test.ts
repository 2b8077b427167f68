import fc from "fast-check";
import t from "tap";
import { aggregate } from "../../src/orders/aggregate.ts";
import { anyBookings, booking, sum } from "./bookings.ts";
import { line, order, policies } from "./oranges.ts";

const UP = policies({ whenCaseOpen: "up" });
const DOWN = policies({ whenCaseOpen: "down" });

t.test("whole crates leave as they were booked, nothing added and nothing cut", async (t) => {
  const { lines, ...cut } = aggregate(order({ policies: DOWN }), [booking("a", 12_000), booking("b", 8000)]);
  t.same(cut, { orderedCents: 3500, missingCents: 0, next: "send" });
  t.match(lines, [
    {
      lineNumber: 1,
      bookedThousandths: 20_000,
      orderedThousandths: 20_000,
      remainderThousandths: 0,
      orderedCents: 3500,
    },
  ]);
});

t.test("a case is filled by tolerance before any policy is asked", async (t) => {
  const bookings = [
    booking("a", 5000, { toleranceThousandths: 2000 }),
    booking("b", 3000, { toleranceThousandths: 1000 }),
  ];
  for (const chosen of [UP, DOWN]) {
    const [filled] = aggregate(order({ policies: chosen }), bookings).lines;
    t.match(filled, { orderedThousandths: 10_000, filledThousandths: 2000, remainderThousandths: 0 });
    t.same(
      filled?.shares.map((share) => share.quantityThousandths),
      [6333, 3667],
    );
  }
});

t.test(
  "tolerance is used as far as it goes when the rest of the case goes to stock, and not at all when it is cut",
  async (t) => {
    const bookings = [booking("a", 5000, { toleranceThousandths: 2000 })];
    t.match(aggregate(order({ policies: UP }), bookings).lines, [
      {
        orderedThousandths: 10_000,
        filledThousandths: 2000,
        stockThousandths: 3000,
        cutThousandths: 0,
        remainderThousandths: 3000,
      },
    ]);
    t.match(aggregate(order({ policies: DOWN }), bookings).lines, [
      { orderedThousandths: 0, filledThousandths: 0, cutThousandths: 5000, droppedBecause: "case-open" },
    ]);
  },
);

t.test("what is over the last full case is cut by the order's policy", async (t) => {
  const bookings = [booking("a", 8000, { bookedAt: 1 }), booking("b", 4000, { bookedAt: 2 })];
  const shares = (allocation: "arrival" | "proportional") =>
    aggregate(order({ policies: { ...DOWN, allocation } }), bookings).lines[0]?.shares.map(
      (share) => share.quantityThousandths,
    );
  t.same(shares("arrival"), [8000, 2000]);
  t.same(shares("proportional"), [6667, 3333]);
});

t.test("a line whose order-wide minimum is missed is dropped, and says so", async (t) => {
  const bookings = [booking("a", 10_000)];
  const strict = order({ policies: UP, lines: [line(1, {}, { orderMinThousandths: 15_000 })] });
  const cut = aggregate(strict, bookings);
  t.match(cut.lines, [
    { orderedThousandths: 0, cutThousandths: 10_000, droppedBecause: "below-minimum", orderedCents: 0 },
  ]);
  t.equal(cut.next, "empty");
  const supplier = order({ policies: DOWN, lines: [line(1, { supplierMinThousandths: 15_000 })] });
  t.match(aggregate(supplier, [booking("a", 16_000)]).lines, [{ droppedBecause: "below-minimum" }]);
  t.match(aggregate(supplier, [booking("a", 14_000, { toleranceThousandths: 6000 })]).lines, [
    { orderedThousandths: 20_000, filledThousandths: 6000 },
  ]);
});

t.test("no more is ordered than there is, nor half a package of it", async (t) => {
  const scarce = order({ policies: UP, lines: [line(1, { availableThousandths: 25_000 })] });
  t.match(aggregate(scarce, [booking("a", 22_000)]).lines, [{ orderedThousandths: 20_000, cutThousandths: 2000 }]);
  const none = order({ policies: UP, lines: [line(1, { availableThousandths: 9000 })] });
  t.match(aggregate(none, [booking("a", 22_000)]).lines, [{ orderedThousandths: 0, droppedBecause: "not-available" }]);
});

t.test("what there is, and the least that is taken, are still taken themselves", async (t) => {
  const last = order({ policies: DOWN, lines: [line(1, { availableThousandths: 10_000 })] });
  t.match(aggregate(last, [booking("a", 8000, { toleranceThousandths: 2000 })]).lines, [
    { orderedThousandths: 10_000, filledThousandths: 2000 },
  ]);
  const least = order({ policies: DOWN, lines: [line(1, { supplierMinThousandths: 10_000 })] });
  t.match(aggregate(least, [booking("a", 12_000)]).lines, [{ orderedThousandths: 10_000, cutThousandths: 2000 }]);
});

t.test("tolerance that whole pieces cannot use fills no case", async (t) => {
  const pieces = line(1, { packageThousandths: 5000 }, { isCut: false, stepThousandths: 2000 });
  const bookings = [booking("a", 4000, { toleranceThousandths: 2000 })];
  t.match(aggregate(order({ policies: DOWN, lines: [pieces] }), bookings).lines, [{ orderedThousandths: 0 }]);
  t.match(aggregate(order({ policies: UP, lines: [pieces] }), bookings).lines, [
    { orderedThousandths: 5000, filledThousandths: 0, stockThousandths: 1000 },
  ]);
});

t.test("an order below its minimum is sent, asked about or cancelled, as the GAS decided", async (t) => {
  for (const whenMinimumMissed of ["send", "ask", "cancel"] as const) {
    const poor = order({ policies: policies({ minimumCents: 5000, whenMinimumMissed }) });
    t.match(aggregate(poor, [booking("a", 20_000)]), {
      orderedCents: 3500,
      missingCents: 1500,
      next: whenMinimumMissed,
    });
    t.match(aggregate(poor, []), { lines: [], next: "empty" });
    t.match(aggregate(poor, [booking("a", 30_000)]), { missingCents: 0, next: "send" });
  }
});

t.test("a booking of a line that is none is a bug, one of nothing is no booking", async (t) => {
  t.throws(() => aggregate(order(), [booking("a", 1000, { lineNumber: 7 })]), /the order has a line 7/);
  t.same(aggregate(order(), [booking("a", 0)]).lines, []);
});

t.test("I1 ordered is booked, filled and an explicit remainder, in whole packages, whatever was booked", async () => {
  const anyOrder = fc.record({
    packageThousandths: fc.constantFrom(1000, 5000, 12_000, 333),
    packagePriceCents: fc.integer({ min: -500, max: 5000 }),
    availableThousandths: fc.option(fc.nat(300_000), { nil: null }),
    supplierMinThousandths: fc.constantFrom(0, 0, 20_000),
    isCut: fc.boolean(),
    chosen: fc.constantFrom(UP, DOWN),
    allocation: fc.constantFrom("proportional", "arrival", "equal"),
    bookings: anyBookings(1000),
  });
  fc.assert(
    fc.property(anyOrder, ({ chosen, allocation, isCut, bookings, ...goods }) => {
      const one = line(1, goods, { isCut });
      const cut = aggregate(
        order({ lines: [one], policies: { ...chosen, allocation: allocation as "equal" } }),
        bookings,
      );
      const [total] = cut.lines;
      if (!total) return false;
      const { bookedThousandths: booked, filledThousandths: filled, orderedThousandths: ordered } = total;
      const { stockThousandths: stock, cutThousandths: lost, remainderThousandths: remainder } = total;
      return (
        booked === sum(bookings.map((each) => each.quantityThousandths)) &&
        ordered === booked + filled + remainder &&
        remainder === stock - lost &&
        Math.min(filled, stock, lost, ordered) >= 0 &&
        ordered % goods.packageThousandths === 0 &&
        (ordered === 0 || ordered >= goods.supplierMinThousandths) &&
        ordered <= (goods.availableThousandths ?? Number.MAX_SAFE_INTEGER) &&
        total.orderedCents === (ordered / goods.packageThousandths) * goods.packagePriceCents &&
        (ordered === 0) === (total.droppedBecause !== null) &&
        sum(total.shares.map((share) => share.quantityThousandths)) === ordered - stock &&
        // Never both filled and cut; a case is bought for stock only where that was decided or pieces cannot be parted.
        (filled === 0 || lost === 0) &&
        (chosen === UP || !isCut || stock === 0)
      );
    }),
    { numRuns: 20_000 },
  );
});

t.test("the order in which people booked is all that counts, not the order in which rows are read", async () => {
  const both = anyBookings(1000).map((bookings) =>
    bookings.map((one, index) => ({ ...one, lineNumber: 1 + (index % 2) })),
  );
  const two = order({ lines: [line(2, { packageThousandths: 7000 }), line(1)] });
  fc.assert(
    fc.property(
      both.chain((bookings) =>
        fc.tuple(fc.constant(bookings), fc.shuffledSubarray(bookings, { minLength: bookings.length })),
      ),
      ([bookings, shuffled]) => JSON.stringify(aggregate(two, bookings)) === JSON.stringify(aggregate(two, shuffled)),
    ),
  );
});

t.test(
  "45,000 bookings, ten times a large order and all of one line, are summed without a quadratic loop",
  async (t) => {
    const bookings = Array.from({ length: 45_000 }, (_, index) =>
      booking(`h${index}`, 1000 + (index % 7) * 1000, { bookedAt: index % 999 }),
    );
    for (const allocation of ["proportional", "arrival", "equal"] as const) {
      const started = performance.now();
      aggregate(order({ policies: { ...DOWN, allocation } }), bookings);
      t.ok(performance.now() - started < 3000, allocation);
    }
  },
);
