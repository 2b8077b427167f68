// What a buyer must keep to, ordering in a cycle or straight from the catalog.
import fc from "fast-check";
import t from "tap";
import { type Product, type ProductFacts, startFacts } from "../../src/catalogs/product.ts";
import type { ReaderTerms } from "../../src/catalogs/proposal.ts";
import { NO_QUOTA } from "../../src/catalogs/quota.ts";
import { checkLines } from "../../src/sales/answer.ts";
import { withdrawLine } from "../../src/sales/cycle.ts";
import { catalogTerms, cycleTerms, type Stock } from "../../src/sales/lineTerms.ts";
import { FARM, HONEY, NOW, ORANGES, openOf, sure } from "./cycles.ts";

const LINE = `${FARM}/cycles/c12/1`;
const PACT: ReaderTerms = { priceDeltaHundredthsPercent: -1000, includes: () => true, quotaOf: NO_QUOTA };
const ONLY_HONEY: ReaderTerms = { ...PACT, includes: (iri) => iri === HONEY.goods.productIri };
const NOTHING_HELD: Stock = { held: new Map(), besides: new Map(), own: [] };
const agreed = (lineIri: string, kilograms: number): Stock => ({
  held: new Map(),
  besides: new Map(),
  own: [{ lineIri, unit: "kilogram", quantityThousandths: kilograms * 1000, amountCents: kilograms * 175 }],
});

/** A product of the catalog; `facts` are what the test changes. */
function product(
  { goods }: typeof ORANGES,
  facts: Partial<ProductFacts> = {},
  removedAt: number | null = null,
): Product {
  const slug = goods.productIri.slice(`${FARM}/catalog/`.length);
  const times = { createdAt: NOW, updatedAt: NOW, removedAt };
  return { id: goods.productIri, actorId: FARM, slug, version: 1, facts: { ...goods.facts, ...facts }, ...times };
}
const NAVEL = product(ORANGES).id;

t.test("a line of a cycle has the package, the price of the pact, the minimum and what others leave", async (t) => {
  const stock: Stock = { held: new Map([[LINE, 1_200_000]]), besides: new Map(), own: [] };
  t.match(cycleTerms(openOf(), PACT, stock).get(LINE), {
    sku: "NAV10",
    unit: "kilogram",
    packageThousandths: 10_000,
    packagePriceCents: 1575,
    minimumThousandths: 20_000,
    freeThousandths: 300_000,
    hasVariants: false,
  });
  const overdrawn: Stock = { held: new Map([[LINE, 1_600_000]]), besides: new Map(), own: [] };
  t.equal(cycleTerms(openOf(), PACT, overdrawn).get(LINE)!.freeThousandths, 0, "never less than nothing");
});

t.test("of a line taken off the cycle a buyer keeps what was agreed and gets no more", async (t) => {
  const cycle = sure(withdrawLine(openOf(), 1, NOW));
  t.equal(cycleTerms(cycle, PACT, agreed(LINE, 30)).get(LINE)!.freeThousandths, 30_000);
  t.equal(cycleTerms(cycle, PACT, NOTHING_HELD).get(LINE)!.freeThousandths, 0);
});

t.test(
  "straight from the catalog a buyer orders what its pact is about, enough for everyone where nobody counts",
  async (t) => {
    const terms = catalogTerms([product(ORANGES), product(HONEY)], ONLY_HONEY, NOTHING_HELD);
    t.same([...terms.keys()], [HONEY.goods.productIri]);
    t.match(terms.get(HONEY.goods.productIri), {
      unit: "one",
      packagePriceCents: 810,
      minimumThousandths: null,
      freeThousandths: null,
    });
  },
);

t.test("of what left the catalog, or is not on sale now, a buyer keeps what was agreed and gets no more", async (t) => {
  const counted = { availableThousandths: 500_000 };
  const free = (goods: Product, stock: Stock) => catalogTerms([goods], PACT, stock).get(NAVEL)!.freeThousandths;
  t.equal(free(product(ORANGES, counted), agreed(NAVEL, 20)), 500_000);
  for (const gone of [product(ORANGES, counted, NOW), product(ORANGES, { ...counted, isActive: false })]) {
    t.equal(free(gone, agreed(NAVEL, 20)), 20_000);
    t.equal(free(gone, NOTHING_HELD), 0);
  }
});

t.test("a product whose variants are on sale says so, as an order from the catalog does not name one", async (t) => {
  const size = { code: "M", name: "Taglia M", priceOffsetTenThousandths: 0, weightOffsetGrams: 0 };
  const shirt = (isActive: boolean): ProductFacts => ({
    ...startFacts("Maglia di lana", 450_000, "H87"),
    variants: [{ ...size, availableThousandths: null, isActive }],
  });
  const hasVariants = (isActive: boolean) =>
    catalogTerms([product(HONEY, shirt(isActive))], PACT, NOTHING_HELD).get(HONEY.goods.productIri)!.hasVariants;
  t.equal(hasVariants(true), true);
  t.equal(hasVariants(false), false);
});

t.test("I15 a quota is never overdrawn, whoever orders in what order, and binds nobody else", async (t) => {
  const crate = 10_000;
  const asked = fc.array(fc.record({ isMine: fc.boolean(), crates: fc.integer({ min: 2, max: 40 }) }), {
    maxLength: 12,
  });
  const most = fc.option(fc.integer({ min: 0, max: 80 }));
  fc.assert(
    fc.property(asked, most, fc.integer({ min: 0, max: 120 }), (orders, quotaCrates, stockCrates) => {
      const quota = quotaCrates === null ? null : { unit: "kilogram", mostThousandths: quotaCrates * crate };
      const counted = { availableThousandths: stockCrates * 1000 * (crate / 1000) };
      const sums = { mine: 0, others: 0 };
      for (const { isMine, crates } of orders) {
        const held = new Map([[NAVEL, sums.mine + sums.others]]);
        const besides = new Map([[NAVEL, isMine ? sums.mine : sums.others]]);
        const terms = { ...PACT, quotaOf: () => (isMine ? quota : null) };
        const lines = catalogTerms([product(ORANGES, counted)], terms, { held, besides, own: [] });
        const { packagePriceCents, freeThousandths } = lines.get(NAVEL)!;
        const quantityThousandths = crates * crate;
        const line = { lineIri: NAVEL, unit: "kilogram", quantityThousandths, amountCents: crates * packagePriceCents };
        const isTaken = checkLines([line], lines).length === 0;
        const left = stockCrates * crate - sums.mine - sums.others;
        const share = isMine && quota ? quota.mostThousandths - sums.mine : left;
        t.equal(freeThousandths, Math.max(0, Math.min(left, share)));
        if (isTaken) sums[isMine ? "mine" : "others"] += quantityThousandths;
      }
      return sums.mine <= (quota?.mostThousandths ?? Infinity) && sums.mine + sums.others <= stockCrates * crate;
    }),
    { numRuns: 60 },
  );
});

t.test(
  "a quota said in another unit than the product is sold in now leaves nothing until it is said anew",
  async (t) => {
    const terms = { ...PACT, quotaOf: () => ({ unit: "one", mostThousandths: 5000 }) };
    t.equal(cycleTerms(openOf(), terms, NOTHING_HELD).get(LINE)!.freeThousandths, 0);
  },
);
