// How long things are kept: limits that hold whatever was stored, and what becomes shorter.
import fc from "fast-check";
import t from "tap";
import {
  limitsOf,
  PERIODS,
  type Period,
  type Periods,
  readPeriods,
  shortenedPeriods,
  writePeriods,
} from "../../src/kernel/retention.ts";

const chosen = fc.record(
  Object.fromEntries(
    PERIODS.map((period) => [period, fc.integer({ min: limitsOf(period).least, max: limitsOf(period).most })]),
  ),
) as fc.Arbitrary<Periods>;

t.test("C53 what nobody chose is kept as usual, and the usual is within the limits", async (t) => {
  const usual = readPeriods(undefined);
  for (const period of PERIODS) {
    const { usual: days, least, most } = limitsOf(period);
    t.equal(usual[period], days, period);
    t.ok(least <= days && days <= most, period);
  }
  t.equal(limitsOf("audit").least, 365, "the log stays a year at least");
  t.ok(limitsOf("session").most <= 90 && limitsOf("idle").most <= 30, "no sign-in is longer than SAFETY 8 allows");
  t.ok(limitsOf("arrivals").least > 14, "a letter that is tried again for 14 days still counts once");
});

t.test("C53 chosen periods come back as they were chosen", async () => {
  fc.assert(
    fc.property(chosen, (periods) => PERIODS.every((p) => readPeriods(writePeriods(periods))[p] === periods[p])),
  );
});

t.test("C53 what was stored outside the limits counts as not chosen", async (t) => {
  const odd = { audit: 30, idle: 400, notices: "7", links: 2.5, gone: 3 };
  t.same(readPeriods(JSON.stringify(odd)), readPeriods(undefined));
});

t.test("C53 only what ends earlier is named as shortened", async () => {
  fc.assert(
    fc.property(chosen, chosen, (before, after) => {
      const named = new Set<Period>(shortenedPeriods(before, after));
      return PERIODS.every((period) => named.has(period) === after[period] < before[period]);
    }),
  );
});
