import fc from "fast-check";
import t from "tap";
import { isRefusal } from "../../../src/kernel/refusal.ts";
import {
  type BasketContext,
  type BasketState,
  checkBasket,
  checkWish,
  lineMaximum,
  linesToComplete,
  missingForCase,
  missingToMinimum,
  mostCents,
  moveBasket,
  takeBasket,
  totalsOf,
  type Wish,
  type WishContext,
} from "../../../src/orders/booking/booking.ts";
import { booking } from "../bookings.ts";
import { CLOSING, HOUR, line, OPENING, order, policies } from "../oranges.ts";

const NOW = OPENING + HOUR;

function wish(quantityThousandths: number, change: Partial<Wish> = {}): Wish {
  return { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "", ...change };
}

function around(change: Partial<WishContext> = {}): WishContext {
  const nothing = { savedThousandths: 0, ownOthersThousandths: 0, ownOthersSavedThousandths: 0 };
  return { ...nothing, othersTotalThousandths: 0, now: NOW, ...change };
}

function basket(change: Partial<BasketContext> = {}): BasketContext {
  return { saved: [], totals: new Map(), friendIds: new Set(["zia"]), now: NOW, ...change };
}

t.test("a booking in the last millisecond is taken, one at the closing itself is not", async (t) => {
  t.equal(checkWish(order(), line(1), wish(3000), around({ now: CLOSING - 1 })), null);
  t.same(checkWish(order(), line(1), wish(3000), around({ now: CLOSING })), {
    refused: "order-not-open",
    state: "open",
  });
  for (const state of ["draft", "closed", "sent", "cancelled"] as const)
    t.match(checkWish(order({ state }), line(1), wish(3000), around()), { refused: "order-not-open", state });
});

t.test("a wish in between two steps is told the nearest ones", async (t) => {
  const half = line(1, {}, { stepThousandths: 500, minThousandths: 1500 });
  t.same(checkWish(order(), half, wish(1700), around()), {
    refused: "not-a-multiple",
    stepThousandths: 500,
    belowThousandths: 1500,
    aboveThousandths: 2000,
  });
  t.match(checkWish(order(), half, wish(2000, { toleranceThousandths: 300 }), around()), { refused: "not-a-multiple" });
  t.same(checkWish(order(), half, wish(1000), around()), { refused: "below-minimum", minThousandths: 1500 });
  t.equal(checkWish(order(), half, wish(1500), around()), null);
  t.equal(
    checkWish(order(), half, wish(0), around({ savedThousandths: 2000 })),
    null,
    "taking back is no small booking",
  );
});

t.test("C6 what is no quantity or too long a note is refused before anything else is asked", async (t) => {
  for (const amount of [-1000, 0.5, Number.NaN, 2 ** 60, 1_000_000_001])
    for (const bad of [wish(amount), wish(1000, { toleranceThousandths: amount })])
      t.match(checkWish(order(), line(1), bad, around()), { refused: "bad-quantity" });
  t.same(checkWish(order(), line(1), wish(1000, { note: "x".repeat(501) }), around()), {
    refused: "bad-note",
    limit: 500,
  });
});

t.test("a household's maximum counts its friends and what it would tolerate; lowering is always free", async (t) => {
  const few = line(1, {}, { maxThousandths: 10_000 });
  const high = { refused: "above-maximum", maxThousandths: 10_000 };
  t.same(checkWish(order(), few, wish(11_000), around()), high);
  t.same(checkWish(order(), few, wish(6000), around({ ownOthersThousandths: 5000 })), high);
  t.same(checkWish(order(), few, wish(9000, { toleranceThousandths: 2000 }), around()), high);
  t.equal(checkWish(order(), few, wish(10_000), around()), null);
  t.equal(checkWish(order(), few, wish(12_000), around({ savedThousandths: 20_000 })), null);
});

t.test("the last crate goes to whoever is first, and the other is told that nothing is left", async (t) => {
  const scarce = line(1, { availableThousandths: 100_000 }, { stepThousandths: 10_000 });
  t.equal(checkWish(order(), scarce, wish(10_000), around({ othersTotalThousandths: 90_000 })), null);
  t.same(checkWish(order(), scarce, wish(10_000), around({ othersTotalThousandths: 100_000 })), {
    refused: "not-available",
    leftThousandths: 0,
  });
  const capped = line(1, { availableThousandths: 100_000 }, { orderMaxThousandths: 50_000 });
  t.equal(lineMaximum(capped), 50_000);
  t.match(checkWish(order(), capped, wish(4000), around({ othersTotalThousandths: 47_000 })), {
    leftThousandths: 3000,
  });
  const shrunk = around({ savedThousandths: 9000, othersTotalThousandths: 99_000 });
  t.equal(checkWish(order(), scarce, wish(0), shrunk), null, "one may lower a booking when there is too much of it");
});

t.test("a line that is no longer offered keeps what was booked and takes no more", async (t) => {
  const gone = { ...line(1), isOffered: false };
  t.same(checkWish(order(), gone, wish(4000), around({ savedThousandths: 3000 })), { refused: "not-offered" });
  t.equal(checkWish(order(), gone, wish(2000), around({ savedThousandths: 3000 })), null);
});

t.test("a line sold in whole packages takes nothing else", async (t) => {
  const whole = line(1, { packageThousandths: 6000 }, { caseMode: "multiple" });
  t.match(checkWish(order(), whole, wish(8000), around()), { stepThousandths: 6000, belowThousandths: 6000 });
  t.equal(checkWish(order(), whole, wish(12_000), around()), null);
});

t.test(
  "while cases are completed exactly what misses can be added, whatever the step, and nothing taken back",
  async (t) => {
    const completing = order({ state: "completing" });
    const jars = line(1, {}, { caseMode: "complete", stepThousandths: 2000 });
    const at = around({ now: CLOSING + HOUR, othersTotalThousandths: 4000, savedThousandths: 3000 });
    t.equal(checkWish(completing, jars, wish(6000), at), null, "all three kilograms that miss");
    t.same(checkWish(completing, jars, wish(8000), at), { refused: "above-missing", missingThousandths: 3000 });
    t.same(checkWish(completing, jars, wish(2000), at), { refused: "only-grows" });
    t.match(checkWish(completing, jars, wish(5000), at), { refused: "not-a-multiple" });
    t.equal(checkWish(completing, jars, wish(4000), at), null);
    const capped = { ...jars, rules: { ...jars.rules, maxThousandths: 5000 } };
    t.match(checkWish(completing, capped, wish(6000), at), { refused: "above-maximum" });
    const full = { ...at, othersTotalThousandths: 7000 };
    t.same(checkWish(completing, jars, wish(4000), full), { refused: "above-missing", missingThousandths: 0 });
    t.match(checkWish(completing, line(1), wish(4000), at), { refused: "above-missing", missingThousandths: 0 });
  },
);

t.test("whoever completes cases, and however often, no case is ever opened again", async () => {
  const jars = line(1, {}, { caseMode: "complete" });
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (wishes, start) => {
      let total = start * 1000;
      for (const kilograms of wishes) {
        const context = around({ now: CLOSING + HOUR, othersTotalThousandths: total });
        const refusal = checkWish(order({ state: "completing" }), jars, wish(kilograms * 1000), context);
        if (!refusal) total += kilograms * 1000;
      }
      return total <= 10_000 && total >= start * 1000;
    }),
  );
});

t.test("a basket is taken whole, with a word on what a household may ignore", async (t) => {
  const lines = [
    line(1, {}, { advisedMaxThousandths: 4000, caseMode: "warn" }),
    line(2, { supplierMinThousandths: 20_000 }),
  ];
  const advice = checkBasket(order({ lines }), [wish(5000), wish(3000, { lineNumber: 2 })], basket());
  t.same(advice, [
    { advice: "above-advised", lineNumber: 1, advisedMaxThousandths: 4000 },
    { advice: "case-open", lineNumber: 1, missingThousandths: 5000 },
    { advice: "line-minimum-open", lineNumber: 2, missingThousandths: 17_000 },
  ]);
});

t.test("a basket with one bad wish changes nothing, and every bad wish is named", async (t) => {
  const bad = checkBasket(
    order(),
    [wish(1000), wish(500, { friendId: "zia" }), wish(1000, { lineNumber: 9 }), wish(1000, { friendId: "ignoto" })],
    basket(),
  );
  t.match(bad, {
    refused: "not-a-multiple",
    lineNumber: 1,
    friendId: "zia",
    wishes: [{ refused: "not-a-multiple" }, { refused: "no-such-line", lineNumber: 9 }, { refused: "no-such-friend" }],
  });
  t.match(checkBasket(order(), [wish(1000), wish(2000)], basket()), { refused: "twice" });
});

t.test("the same piece wanted twice in one basket is counted twice against what is left", async (t) => {
  const lines = [line(1, { availableThousandths: 10_000 }, { maxThousandths: 9000 })];
  const both = (own: number, friend: number) => [wish(own), wish(friend, { friendId: "zia" })];
  const totals = new Map([[1, 4000]]);
  t.match(checkBasket(order({ lines }), both(4000, 3000), basket({ totals })), { refused: "not-available" });
  t.same(checkBasket(order({ lines }), both(3000, 3000), basket({ totals })), []);
  t.match(checkBasket(order({ lines }), both(5000, 5000), basket()), { refused: "above-maximum" });
});

t.test("what a basket does not change is not asked again, what it leaves out is taken back", async (t) => {
  const saved = [wish(700), wish(2000, { friendId: "ex" })];
  const totals = new Map([[1, 2700]]);
  t.same(checkBasket(order(), saved, basket({ saved, totals })), [], "saved under older rules");
  t.same(checkBasket(order(), [], basket({ saved, totals })), []);
  const completing = order({ state: "completing" });
  t.match(checkBasket(completing, [saved[0]!], basket({ saved, totals })), { refused: "only-grows", friendId: "ex" });
  const noted = [wish(700, { note: "mature" }), saved[1]!];
  t.match(checkBasket(order(), noted, basket({ saved, totals })), { refused: "not-a-multiple" });
});

t.test("own and friend's wishes together complete a case, never more", async (t) => {
  const completing = order({ state: "completing", lines: [line(1, {}, { caseMode: "complete" })] });
  const totals = new Map([[1, 7000]]);
  const both = (own: number) => [wish(own), wish(1000, { friendId: "zia" })];
  t.same(checkBasket(completing, both(2000), basket({ totals })), []);
  t.match(checkBasket(completing, both(3000), basket({ totals })), {
    refused: "above-missing",
    missingThousandths: 3000,
  });
});

t.test("who raises a booking goes to the back of the queue, who lowers it keeps the place", async (t) => {
  const saved = [booking("a", 3000, { bookedAt: 5 }), booking("a", 3000, { bookedAt: 5, friendId: "zia" })];
  const taken = takeBasket("a", [wish(4000), wish(2000, { friendId: "zia" }), wish(0, { lineNumber: 2 })], saved, 9);
  t.same(taken, [booking("a", 4000, { bookedAt: 9 }), booking("a", 2000, { bookedAt: 5, friendId: "zia" })]);
});

t.test("what misses: to the case, to the lines' minimum, to the order's minimum", async (t) => {
  const lines = [
    line(1, { supplierMinThousandths: 30_000 }, { orderMinThousandths: 25_000, caseMode: "complete" }),
    line(2, {}, { caseMode: "complete" }),
    line(3, {}, { orderMinThousandths: 10_000 }),
  ];
  const dear = order({ lines, policies: policies({ minimumCents: 10_000 }) });
  const totals = totalsOf([booking("a", 12_000), booking("b", 11_000), booking("a", 10_000, { lineNumber: 2 })]);
  t.same(
    [...totals],
    [
      [1, 23_000],
      [2, 10_000],
    ],
  );
  t.equal(missingForCase(lines[0]!, 23_000), 7000);
  t.equal(missingForCase(lines[0]!, 20_000), 0);
  t.same(missingToMinimum(dear, totals), { cents: 10_000 - 4025 - 1750, lines: new Map([[1, 7000]]) });
  t.same(missingToMinimum(order(), totals).cents, 0);
  t.same([...linesToComplete(dear, totals)], [[1, 7000]]);
});

t.test("a basket goes the way of machine B, and each step has its movers", async (t) => {
  const states: BasketState[] = ["draft", "confirmed", "locked", "saved", "delivered", "not-collected", "cancelled"];
  const edges = (mover: "member" | "system" | "operator") =>
    states.flatMap((from) =>
      states.filter((to) => !isRefusal(moveBasket(from, to, mover))).map((to) => `${from} > ${to}`),
    );
  t.same(edges("member"), [
    "draft > confirmed",
    "draft > cancelled",
    "confirmed > draft",
    "confirmed > cancelled",
    "cancelled > draft",
    "cancelled > confirmed",
  ]);
  t.same(edges("system"), [
    "draft > locked",
    "draft > cancelled",
    "confirmed > locked",
    "confirmed > cancelled",
    "locked > draft",
    "locked > confirmed",
    "locked > cancelled",
    "saved > cancelled",
  ]);
  t.same(edges("operator"), [
    "locked > saved",
    "locked > delivered",
    "locked > not-collected",
    "saved > locked",
    "saved > delivered",
    "saved > not-collected",
    "delivered > saved",
    "not-collected > saved",
    "not-collected > delivered",
  ]);
  t.same(moveBasket("draft", "saved", "operator"), { refused: "wrong-state", state: "draft", to: "saved" });
  t.same(moveBasket("locked", "saved", "member"), { refused: "not-yours", mover: "member", to: "saved" });
});

t.test("what a basket may cost at most counts its tolerance, and friends with their household", async (t) => {
  const lines = [line(1, { packagePriceCents: 1, packageThousandths: 2000 }), line(2)];
  const wishes = [
    wish(1000),
    wish(2000, { friendId: "zia" }),
    wish(3000, { lineNumber: 2, toleranceThousandths: 2000 }),
  ];
  t.equal(mostCents({ lines }, wishes), 2 + 875);
  t.equal(mostCents({ lines }, []), 0);
});
