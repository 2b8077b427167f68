// Many prices by a percentage, as values.
import fc from "fast-check";
import t from "tap";
import { type Product, type ProductFacts, startFacts } from "../../src/catalogs/product.ts";
import { isOut, isShort, isSoundPercent, planPrices } from "../../src/catalogs/quick.ts";

function priced(priceTenThousandths: number, facts: Partial<ProductFacts> = {}): Product {
  const times = { createdAt: 0, updatedAt: 0, removedAt: null };
  const all = { ...startFacts("Farro", priceTenThousandths, "KGM"), ...facts };
  return { id: "p", actorId: "a", slug: "farro", version: 1, facts: all, ...times };
}

t.test("five percent more on 2.45 is 2.57 to the cent, 2.55 to five cents, 2.60 to ten", async (t) => {
  const after = (step: number) => planPrices([priced(24_500)], 500, step)[0]?.after;
  t.same([100, 500, 1000].map(after), [25_700, 25_500, 26_000]);
});

t.test("a price never falls to nothing, one of nothing stays, and one that stays is not shown", async (t) => {
  t.equal(planPrices([priced(100)], -9000, 100).length, 0, "a cent stays a cent");
  t.equal(planPrices([priced(500)], -9000, 500).length, 0);
  t.equal(planPrices([priced(0)], 500, 100).length, 0);
});

t.test("nought and ninety-one percent less are slips", async (t) => {
  t.same([0, -9100, 500, -250].map(isSoundPercent), [false, false, true, true]);
});

t.test("new prices are whole steps, on the side the percentage says, at most a step from exact", async () => {
  const price = fc.integer({ min: 0, max: 10_000_000 });
  const percent = fc.integer({ min: -9000, max: 9000 });
  fc.assert(
    fc.property(price, percent, fc.constantFrom(100, 500, 1000), (before, hundredths, step) => {
      for (const { after } of planPrices([priced(before)], hundredths, step)) {
        const exact = before + (before * hundredths) / 10_000;
        if (after % step !== 0 || after <= 0 || Math.abs(after - exact) > step) return false;
        if (after > before !== hundredths > 0) return false;
      }
      return true;
    }),
  );
});

t.test("what is out is not running out, and without an alert nothing runs out", async (t) => {
  const stock = (availableThousandths: number | null, alertAtThousandths: number | null) =>
    priced(100, { availableThousandths, alertAtThousandths }).facts;
  t.same([stock(0, 5000), stock(4000, 5000), stock(4000, null), stock(null, 5000)].map(isShort), [
    false,
    true,
    false,
    false,
  ]);
  t.ok(isOut(stock(0, null)));
});
