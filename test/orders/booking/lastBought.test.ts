// "Repeat the last order": what is still there, what costs otherwise, what is gone.
import t from "tap";
import { compareWithLast, wishesAgain } from "../../../src/orders/booking/lastBought.ts";
import { booking } from "../bookings.ts";
import { line, order } from "../oranges.ts";

const before = order({
  lines: [line(1, { lineIri: "l1", name: "Arance" }), line(2, { lineIri: "l2", name: "Limoni", productIri: "p2" })],
});
const bookings = [
  booking("rossi", 3000),
  booking("rossi", 2000, { lineNumber: 2 }),
  booking("rossi", 1000, { friendId: "anna" }),
];

t.test(
  "what is still on offer can be booked again, at its price of today, and what is gone is said to be",
  async (t) => {
    const dearer = line(7, { lineIri: "l1", name: "Arance", packagePriceCents: line(1).goods.packagePriceCents + 100 });
    const again = compareWithLast(order({ lines: [dearer] }), { order: before, bookings }, []);
    t.match(again, [
      { name: "Arance", line: { number: 7 }, quantityThousandths: 3000, isRepriced: true, isBooked: false },
      { name: "Limoni", line: null },
    ]);
    t.equal(again.length, 2, "a friend is asked first");
    const same = compareWithLast(order({ lines: [line(1, { lineIri: "l1" })] }), { order: before, bookings }, []);
    t.equal(same[0]?.isRepriced, false);
  },
);

t.test("a quantity that the new order does not take is brought to its nearest step", async (t) => {
  const coarse = line(1, { lineIri: "l1" }, { stepThousandths: 2000, minThousandths: 2000 });
  const [again] = compareWithLast(order({ lines: [coarse] }), { order: before, bookings }, []);
  t.equal(again?.quantityThousandths, 4000);
});

t.test("only what was ticked is booked, and what is booked already stays as it is", async (t) => {
  const now = order({ lines: before.lines });
  const saved = [booking("rossi", 9000)];
  const again = compareWithLast(now, { order: before, bookings }, saved);
  t.match(wishesAgain(again, new Set([1, 2]), saved), [
    { quantityThousandths: 9000 },
    { lineNumber: 2, quantityThousandths: 2000 },
  ]);
  t.same(wishesAgain(again, new Set(), saved), saved);
});
