import fc from "fast-check";
import t from "tap";
import { aggregate } from "../../../src/orders/aggregate.ts";
import { allocateOrder } from "../../../src/orders/answers/allocate.ts";
import { type CounterReason, judgeCounter, offerLines, quantitiesOf } from "../../../src/orders/answers/counter.ts";
import type { AgreedLine } from "../../../src/partners/threads/agreement.ts";
import { anyBookings, booking, sum } from "../bookings.ts";
import { line, order, policies } from "../oranges.ts";

const ORANGES = "https://p.example/c/12/1";
const JARS = "https://p.example/c/12/2";
const LINES = [
  line(1),
  line(2, { unitCode: "H87", wireUnit: "one", packageThousandths: 6000, packagePriceCents: 1800 }),
];
const ASKED = offerLines(
  { lines: LINES },
  new Map([
    [1, 120_000],
    [2, 12_000],
  ]),
);

function buyer(acceptShortPercent: number, change = {}) {
  return order({ lines: LINES, policies: policies({ acceptShortPercent, ...change }) });
}

/** What was asked with another quantity of oranges, at their price. */
function withOranges(quantityThousandths: number, change: Partial<AgreedLine> = {}): AgreedLine[] {
  const oranges = { ...ASKED[0]!, quantityThousandths, amountCents: (quantityThousandths / 10_000) * 1750, ...change };
  return [oranges, ASKED[1]!];
}

function reasonsOf(counter: readonly AgreedLine[], percent = 80, change = {}): string[] {
  const judged = judgeCounter(buyer(percent, change), ASKED, counter);
  return judged.verdict === "take" ? [] : judged.reasons.map((reason: CounterReason) => reason.why);
}

t.test("an order leaves as whole packages at the price of their line, without lines of nothing", async (t) => {
  t.same(
    offerLines(
      { lines: [...LINES].reverse() },
      new Map([
        [1, 30_000],
        [2, 0],
      ]),
    ),
    [{ lineIri: ORANGES, unit: "kilogram", quantityThousandths: 30_000, amountCents: 5250 }],
  );
  t.same(
    [...quantitiesOf({ lines: LINES }, ASKED.slice(0, 1))],
    [
      [1, 120_000],
      [2, 0],
    ],
  );
});

t.test("a counter that keeps the stated share is taken, a kilogram below it a person decides", async (t) => {
  t.same(judgeCounter(buyer(80), ASKED, withOranges(100_000)), { verdict: "take", lines: withOranges(100_000) });
  t.same(judgeCounter(buyer(84), ASKED, withOranges(100_000)), {
    verdict: "ask",
    lines: withOranges(100_000),
    reasons: [{ why: "too-short", lineIri: ORANGES, askedThousandths: 120_000 }],
  });
  t.same(reasonsOf(ASKED, 100), []);
  t.same(reasonsOf(withOranges(110_000), 100), ["too-short"]);
});

t.test("a line that is missing altogether is only taken by a GAS that takes anything", async (t) => {
  t.same(reasonsOf([ASKED[1]!], 1), ["too-short"]);
  t.same(reasonsOf([ASKED[1]!], 0), []);
  t.same(reasonsOf([], 0), ["nothing-left"]);
});

t.test("B14 more than was asked, what nobody asked, or another price waits for a person", async (t) => {
  t.same(reasonsOf(withOranges(130_000)), ["more"]);
  t.match(judgeCounter(buyer(0), [ASKED[0]!], ASKED), {
    verdict: "ask",
    lines: ASKED,
    reasons: [{ why: "more", lineIri: JARS, askedThousandths: 0 }],
  });
  const dearer = judgeCounter(buyer(0), ASKED, withOranges(100_000, { amountCents: 17_501 }));
  const amount = { why: "amount", lineIri: ORANGES, dueCents: 17_500, amountCents: 17_501 };
  t.same(dearer, { verdict: "ask", lines: null, reasons: [amount] });
  t.same(reasonsOf(withOranges(100_000, { amountCents: 17_499 })), ["amount"], "cheaper is no less a surprise");
});

t.test("a counter in other words than ours can be taken by nobody", async (t) => {
  t.same(reasonsOf(withOranges(100_000, { unit: "gram" })), ["unit"]);
  t.same(reasonsOf(withOranges(99_000)), ["not-multiple"]);
  t.same(reasonsOf(withOranges(-10_000)), ["not-multiple"]);
  t.same(reasonsOf(withOranges(100_000, { lineIri: "https://p.example/c/12/99" })), ["unknown-line"]);
  t.same(reasonsOf([ASKED[0]!, ASKED[0]!]), ["twice"]);
});

t.test(
  "a counter that breaks a minimum waits for a person, unless the GAS sends below its minimum anyway",
  async (t) => {
    t.same(reasonsOf(withOranges(100_000), 80, { minimumCents: 30_000 }), ["order-minimum"]);
    t.same(reasonsOf(withOranges(100_000), 80, { minimumCents: 30_000, whenMinimumMissed: "send" }), []);
    const strict = order({
      lines: [line(1, { supplierMinThousandths: 110_000 })],
      policies: policies({ acceptShortPercent: 0 }),
    });
    t.match(judgeCounter(strict, ASKED.slice(0, 1), withOranges(100_000).slice(0, 1)), {
      reasons: [{ why: "below-minimum", lineIri: ORANGES, minThousandths: 110_000 }],
    });
  },
);

t.test("what is taken at once is never more, never dearer, and keeps the share of every line", async () => {
  const packages = fc.tuple(fc.nat(15), fc.nat(4));
  fc.assert(
    fc.property(packages, packages, fc.nat(100), ([oranges, jars], [fewer, less], percent) => {
      const text = (one: number, other: number) =>
        offerLines(
          { lines: LINES },
          new Map([
            [1, one * 10_000],
            [2, other * 6000],
          ]),
        );
      const [asked, counter] = [text(oranges, jars), text(fewer, less)];
      const judged = judgeCounter(buyer(percent), asked, counter);
      const isWithin = (was: number, is: number) => is <= was && is * 100 >= was * percent;
      const shouldTake = isWithin(oranges, fewer) && isWithin(jars, less) && fewer + less > 0;
      return (judged.verdict === "take") === shouldTake && JSON.stringify(judged.lines) === JSON.stringify(counter);
    }),
    { numRuns: 2000 },
  );
});

t.test("I2 what is agreed is shared exactly, and an order accepted as it is gives what the cut-off gave", async (t) => {
  const whole = { lines: LINES, policies: policies() };
  t.same(allocateOrder(whole, [], new Map()), []);
  t.match(allocateOrder(whole, [], new Map([[1, 10_000]])), [{ lineNumber: 1, shares: [], stockThousandths: 10_000 }]);
  t.match(allocateOrder(whole, [booking("a", 3000)], new Map()), [{ agreedThousandths: 0, stockThousandths: 0 }]);
  fc.assert(
    fc.property(anyBookings(1000), fc.constantFrom("up", "down"), fc.nat(50), (bookings, whenCaseOpen, agreed) => {
      const chosen = { lines: LINES, policies: policies({ whenCaseOpen: whenCaseOpen as "up" }) };
      const [total] = aggregate(chosen, bookings).lines;
      const [same] = allocateOrder(chosen, bookings, new Map([[1, total!.orderedThousandths]]));
      const [other] = allocateOrder(chosen, bookings, new Map([[1, agreed * 10_000]]));
      const given = sum(other!.shares.map((share) => share.quantityThousandths));
      return (
        JSON.stringify(same!.shares) === JSON.stringify(total!.shares) &&
        given + other!.stockThousandths === agreed * 10_000
      );
    }),
    { numRuns: 2000 },
  );
});
