import fc from "fast-check";
import t from "tap";
import type { Terms } from "../../../src/partners/pacts/terms.ts";
import { readTermsForm, showTermsForm } from "../../../src/partners/pacts/termsForm.ts";

const SELLER = "https://farm.example/mulino";
const CATALOG = `${SELLER}/catalog`;
const NOW = Date.UTC(2026, 10, 23, 11);
const place = { seller: SELLER, catalog: CATALOG, now: NOW };

t.test("the terms of a pact come back as they were typed", async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000, max: 10_000 }),
      fc.nat(100_000_000),
      fc.nat(100_000_000),
      fc.nat(365),
      fc.constantFrom([], [{ name: "Referente agrumi", email: "agrumi@gas.example" }]),
      fc.constantFrom([CATALOG], [`${CATALOG}/arance`, `${CATALOG}/limoni`]),
      (priceDeltaHundredthsPercent, minOrderCents, deliveryCostCents, leadDays, referents, catalogSubset) => {
        const terms: Terms = {
          catalogSubset,
          priceDeltaHundredthsPercent,
          minOrderCents,
          deliveryCostCents,
          leadDays,
          referents,
        };
        const { leadDays: days, ...typed } = showTermsForm(terms, null, CATALOG);
        t.same(readTermsForm({ ...typed, leadDays: Number(days) }, place), { terms, endsAt: null });
      },
    ),
    { numRuns: 50 },
  );
});

t.test("the last day counts whole, in Rome, also when the clocks change", async (t) => {
  for (const [lastDay, endsAt] of [
    ["2026-12-31", Date.UTC(2026, 11, 31, 23)],
    ["2027-03-28", Date.UTC(2027, 2, 28, 22)],
  ] as const) {
    t.match(readTermsForm({ leadDays: 0, lastDay }, place), { endsAt });
    const read = readTermsForm({ leadDays: 0, lastDay }, place);
    t.ok("terms" in read && showTermsForm(read.terms, read.endsAt, CATALOG).lastDay === lastDay);
  }
});

t.test("what does not hold is named by its field", async (t) => {
  const errorsOf = (typed: Partial<Parameters<typeof readTermsForm>[0]>) => {
    const read = readTermsForm({ leadDays: 0, ...typed }, place);
    return "errors" in read ? Object.keys(read.errors) : [];
  };
  t.same(errorsOf({ delta: "molto" }), ["delta"]);
  t.same(errorsOf({ minOrder: "1,234,5" }), ["minOrder"]);
  t.same(errorsOf({ lastDay: "2026-02-30" }), ["lastDay"]);
  t.same(errorsOf({ lastDay: "2026-11-01" }), ["lastDay"], "a day that is over");
  t.same(errorsOf({ referents: "senza indirizzo" }), ["referents"]);
  t.same(errorsOf({ subset: "https://altrove.example/catalog" }), ["subset"]);
});
