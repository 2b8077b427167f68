import fc from "fast-check";
import t from "tap";
import { allocate, type Claim, sharingStep } from "../../../src/orders/answers/allocate.ts";
import type { AllocationPolicy } from "../../../src/orders/order.ts";
import { anyBookings, booking, sum } from "../bookings.ts";
import { line } from "../oranges.ts";

const POLICIES: readonly AllocationPolicy[] = ["proportional", "arrival", "equal"];
const anyStep = fc.constantFrom(1, 250, 333, 1000, 1500);

/** What each household gets, by its name. */
function shared(agreed: number, claims: readonly Claim[], policy: AllocationPolicy, step: number) {
  const { shares, stockThousandths } = allocate(agreed, claims, policy, step);
  return {
    ...Object.fromEntries(shares.map((one) => [one.claim.householdId, one.quantityThousandths])),
    stockThousandths,
  };
}

t.test(
  "A52 10 crates booked by 9 and 7 agreed: to the gram where they can be cut, nobody a whole gram off",
  async (t) => {
    const claims = Array.from({ length: 9 }, (_, index) => booking(`h${index}`, index === 0 ? 20_000 : 10_000));
    const { shares, stockThousandths } = allocate(70_000, claims, "proportional", 1);
    t.equal(stockThousandths, 0);
    t.same(
      shares.map((share) => share.quantityThousandths),
      [14_000, ...Array(8).fill(7000)],
    );
  },
);

t.test("A52 7 crates for 9 who booked one each, whole ones only: the first seven, by any policy", async (t) => {
  const claims = Array.from({ length: 9 }, (_, index) => booking(`h${index}`, 10_000, { bookedAt: 9 - index }));
  for (const policy of POLICIES) {
    const { shares, stockThousandths } = allocate(70_000, claims, policy, 10_000);
    t.equal(stockThousandths, 0, policy);
    t.same(
      shares.filter((share) => share.quantityThousandths === 0).map((share) => share.claim.householdId),
      ["h1", "h0"],
      policy,
    );
  }
});

t.test("A52 a kilogram among three is 334, 333 and 333 g, and the odd gram has its place", async (t) => {
  const claims = [booking("c", 1000), booking("a", 1000), booking("b", 1000)];
  for (const policy of ["proportional", "equal"] as const)
    t.same(shared(1000, claims, policy, 1), { a: 334, b: 333, c: 333, stockThousandths: 0 }, policy);
  t.same(shared(999, claims, "equal", 1), { a: 333, b: 333, c: 333, stockThousandths: 0 });
});

t.test("80 kg agreed on 100: each gets four fifths", async (t) => {
  const claims = [booking("a", 50_000), booking("b", 30_000), booking("c", 20_000)];
  t.same(shared(80_000, claims, "proportional", 1), { a: 40_000, b: 24_000, c: 16_000, stockThousandths: 0 });
});

t.test(
  "first come, first served: the last who gets something gets whole steps, and what is less than a step stays",
  async (t) => {
    const claims = [
      booking("late", 5000, { bookedAt: 3 }),
      booking("first", 4000, { bookedAt: 1 }),
      booking("next", 4000, { bookedAt: 2 }),
    ];
    t.same(shared(6500, claims, "arrival", 1000), { first: 4000, next: 2000, late: 0, stockThousandths: 500 });
    t.same(shared(6500, claims, "arrival", 1), { first: 4000, next: 2500, late: 0, stockThousandths: 0 });
  },
);

t.test("as equal as it goes: who asked for less than the level keeps all, the others share alike", async (t) => {
  const claims = [booking("small", 2000), booking("big", 20_000), booking("bigger", 30_000)];
  t.same(shared(12_000, claims, "equal", 1), { small: 2000, big: 5000, bigger: 5000, stockThousandths: 0 });
  t.same(shared(13_000, claims, "equal", 2000), { small: 2000, big: 6000, bigger: 4000, stockThousandths: 1000 });
});

t.test("more comes than was booked: tolerance takes it first, the rest is the GAS's stock", async (t) => {
  const claims = [booking("a", 5000, { toleranceThousandths: 2000 }), booking("b", 5000)];
  t.same(shared(11_000, claims, "equal", 1), { a: 6000, b: 5000, stockThousandths: 0 });
  t.same(shared(14_000, claims, "equal", 1), { a: 7000, b: 5000, stockThousandths: 2000 });
  t.same(shared(3000, [], "equal", 1), { stockThousandths: 3000 });
});

t.test("nothing agreed: nobody gets anything", async (t) => {
  for (const policy of POLICIES)
    t.same(shared(0, [booking("a", 1000), booking("b", 0)], policy, 1), { a: 0, b: 0, stockThousandths: 0 });
  t.throws(() => allocate(-1, [], "equal", 1), /not negative/);
});

t.test(
  "I2 every gram is accounted for, nobody gets more than asked, all in whole steps or the whole wish",
  async () => {
    const anyCase = fc.tuple(anyStep, anyStep).chain(([bookedIn, step]) =>
      fc.record({
        step: fc.constant(step),
        claims: anyBookings(bookedIn),
        agreed: fc.nat(500_000),
        policy: fc.constantFrom(...POLICIES),
      }),
    );
    fc.assert(
      fc.property(anyCase, ({ step, claims, agreed, policy }) => {
        const { shares, stockThousandths } = allocate(agreed, claims, policy, step);
        const asked = sum(claims.map((claim) => claim.quantityThousandths));
        const given = sum(shares.map((share) => share.quantityThousandths));
        if (given + stockThousandths !== agreed || stockThousandths < 0 || shares.length !== claims.length)
          return false;
        // Of what is short only less than a step may stay; nothing where it can be cut to the gram.
        if (agreed < asked && stockThousandths >= step) return false;
        return shares.every(({ claim, quantityThousandths: part }) => {
          const { quantityThousandths: wish, toleranceThousandths: more } = claim;
          if (agreed >= asked) return part >= wish && part <= wish + more;
          return part >= 0 && (part === wish || (part < wish && (part % step === 0 || wish % step !== 0)));
        });
      }),
      { numRuns: 20_000 },
    );
  },
);

t.test("the order in which bookings are read changes no share", async () => {
  fc.assert(
    fc.property(
      anyBookings(1000).chain((claims) =>
        fc.tuple(fc.constant(claims), fc.shuffledSubarray(claims, { minLength: claims.length })),
      ),
      fc.nat(400_000),
      fc.constantFrom(...POLICIES),
      anyStep,
      ([claims, shuffled], agreed, policy, step) =>
        JSON.stringify(allocate(agreed, claims, policy, step)) ===
        JSON.stringify(allocate(agreed, shuffled, policy, step)),
    ),
    { numRuns: 2000 },
  );
});

t.test("in proportion nobody is a step away from the exact share; equal shares differ by a step at most", async () => {
  fc.assert(
    fc.property(anyBookings(1000, 2), fc.double({ min: 0, max: 1, noNaN: true }), anyStep, (claims, part, step) => {
      const asked = sum(claims.map((claim) => claim.quantityThousandths));
      const agreed = Math.floor(asked * part);
      const near = allocate(agreed, claims, "proportional", step).shares.every(
        ({ claim, quantityThousandths }) =>
          Math.abs(quantityThousandths - (claim.quantityThousandths * agreed) / asked) < step + 1e-6,
      );
      const cut = allocate(agreed, claims, "equal", step).shares.filter(
        ({ claim, quantityThousandths }) => quantityThousandths < claim.quantityThousandths,
      );
      const amounts = cut.map((share) => share.quantityThousandths);
      return near && (cut.length === 0 || Math.max(...amounts) - Math.min(...amounts) <= step);
    }),
    { numRuns: 5000 },
  );
});

t.test(
  "what can be cut is shared by gram or millilitre in any unit, what cannot by its steps or packages",
  async (t) => {
    const step = (unitCode: string) => sharingStep(line(1, { unitCode }));
    t.same(["KGM", "GRM", "HGM", "TNE", "LTR", "H87"].map(step), [1, 1000, 10, 1, 1, 1]);
    t.equal(sharingStep(line(1, {}, { isCut: false, stepThousandths: 2000 })), 2000);
    t.equal(sharingStep(line(1, {}, { isCut: false, caseMode: "multiple" })), 10_000);
  },
);
