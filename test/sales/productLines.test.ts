// A product with variants in a cycle: a line for each, at its own price and stock.
import t from "tap";
import { startFacts } from "../../src/catalogs/product.ts";
import { packagePriceFor } from "../../src/catalogs/proposal.ts";
import { NO_QUOTA } from "../../src/catalogs/quota.ts";
import { activeLines, addLines, draftCycle, openCycle } from "../../src/sales/cycle.ts";
import { productLines } from "../../src/sales/productLines.ts";
import { FARM, NOW, ORANGES, PLAN, sure } from "./cycles.ts";

const variant = (code: string, name: string, priceOffsetTenThousandths: number, isActive = true) => ({
  code,
  name,
  priceOffsetTenThousandths,
  weightOffsetGrams: 0,
  availableThousandths: 12_000,
  isActive,
});
const SHIRT = {
  id: `${FARM}/catalog/maglia`,
  actorId: FARM,
  slug: "maglia",
  version: 3,
  facts: {
    ...startFacts("Maglia", 200_000, "H87"),
    sku: "MAG",
    variants: [variant("M", "taglia M", 0), variant("L", "taglia L", 15_000), variant("S", "taglia S", 0, false)],
  },
  createdAt: NOW,
  updatedAt: NOW,
  removedAt: null,
};

t.test("each active variant is a line with its name, code, price and stock", async (t) => {
  const lines = productLines(SHIRT);
  t.same(
    lines.map(({ goods: { facts, variantCode, productIri }, availableThousandths }) => [
      productIri,
      variantCode,
      facts.name,
      facts.sku,
      packagePriceFor(facts, { priceDeltaHundredthsPercent: 0, includes: () => true, quotaOf: NO_QUOTA }),
      availableThousandths,
    ]),
    [
      [SHIRT.id, "M", "Maglia, taglia M", "MAG-M", 2000, 12_000],
      [SHIRT.id, "L", "Maglia, taglia L", "MAG-L", 2150, 12_000],
    ],
  );
});

t.test("a product without variants is one line, as the catalog has it", async (t) => {
  const plain = { ...SHIRT, facts: { ...SHIRT.facts, variants: [], availableThousandths: 5000 } };
  t.match(productLines(plain), [{ goods: { facts: { name: "Maglia" } }, availableThousandths: 5000 }]);
  t.equal(productLines(plain).length, 1);
});

t.test("a product added again in a newer version replaces all its variants, and no other product", async (t) => {
  const wishes = [...productLines(SHIRT), ORANGES];
  const cycle = sure(openCycle(sure(addLines(sure(draftCycle(PLAN, "c", FARM, NOW)), wishes, NOW)), "producer", NOW));
  t.equal(addLines(cycle, productLines(SHIRT), NOW), cycle, "the same again changes nothing");
  const fewer = { ...SHIRT, version: 4, facts: { ...SHIRT.facts, variants: SHIRT.facts.variants.slice(0, 1) } };
  const after = sure(addLines(cycle, productLines(fewer), NOW + 1));
  t.same(
    activeLines(after).map(({ number, goods }) => [number, goods.facts.name, goods.productVersion]),
    [
      [3, ORANGES.goods.facts.name, 1],
      [4, "Maglia, taglia M", 4],
    ],
  );
});
