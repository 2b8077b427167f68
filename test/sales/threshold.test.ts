// The common minimum: what counts towards it, and what may be said of it while few have ordered.
import fc from "fast-check";
import t from "tap";
import type { Threshold } from "../../src/sales/saleRules.ts";
import { collect, type HeldLine, isReached, publishable, tellAt } from "../../src/sales/threshold.ts";
import { NOW } from "./cycles.ts";

const PALLET: Threshold = { unitCode: "KGM", quantityThousandths: 800_000, whenMissed: "cancel", extensionHours: 0 };
const of = (buyer: string, quantityThousandths: number, unit = "kilogram"): HeldLine => ({
  buyer,
  unit,
  quantityThousandths,
});

t.test("what all groups hold is added up in the unit of the minimum, jars beside kilograms do not count", async (t) => {
  const held = [of("a", 120_000), of("b", 500_000, "gram"), of("a", 12_000, "one"), of("c", 40_000)];
  t.same(collect(PALLET, held), { collectedThousandths: 160_500, groupsCount: 3 });
});

t.test("three groups are said to the kilogram, with how many they are", async (t) => {
  const collected = collect(PALLET, [of("a", 400_000), of("b", 130_000), of("c", 100_000)]);
  t.same(publishable(PALLET, collected), {
    collectedThousandths: 630_000,
    missingThousandths: 170_000,
    groupsCount: 3,
  });
});

t.test("two groups are rounded down to a tenth and not counted", async (t) => {
  const collected = collect(PALLET, [of("a", 400_000), of("b", 130_000)]);
  t.same(publishable(PALLET, collected), {
    collectedThousandths: 480_000,
    missingThousandths: 320_000,
    groupsCount: null,
  });
});

t.test("one group that reaches the goal alone is said to have reached it, and no more", async (t) => {
  const collected = collect(PALLET, [of("a", 912_000)]);
  t.ok(isReached(PALLET, collected));
  t.same(publishable(PALLET, collected), { collectedThousandths: 800_000, missingThousandths: 0, groupsCount: null });
});

t.test("progress is told every ten minutes at most, and at once when the goal is reached or lost again", async (t) => {
  const told = { at: NOW, isReached: false };
  t.equal(tellAt(null, false, NOW), NOW);
  t.equal(tellAt(told, false, NOW + 60_000), NOW + 600_000);
  t.equal(tellAt(told, false, NOW + 900_000), NOW + 900_000);
  t.equal(tellAt(told, true, NOW + 60_000), NOW + 60_000);
  t.equal(tellAt({ at: NOW, isReached: true }, false, NOW + 60_000), NOW + 60_000);
});

t.test("below three groups no more than the tenth of what they hold can be read out of it", async (t) => {
  const held = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(2_000_000)), { maxLength: 6 });
  fc.assert(
    fc.property(held, (lines) => {
      const collected = collect(
        PALLET,
        lines.map(([buyer, quantity]) => of(buyer, quantity)),
      );
      const shown = publishable(PALLET, collected);
      t.equal(shown.groupsCount, null);
      t.equal(shown.collectedThousandths % 80_000, 0);
      t.ok(shown.collectedThousandths <= collected.collectedThousandths);
      t.equal(shown.missingThousandths === 0, isReached(PALLET, collected));
    }),
    { numRuns: 100 },
  );
});
