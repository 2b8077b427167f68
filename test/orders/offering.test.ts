// What a group starts from when it takes over a producer's line.
import t from "tap";
import type { MirroredProduct } from "../../src/catalogs/readProposal.ts";
import { goodsOf, startRules } from "../../src/orders/offering.ts";
import { goods } from "./oranges.ts";

t.test("a crate of kilograms is shared out kilogram by kilogram, with a warning while it is open", async (t) => {
  t.match(startRules(goods()), { stepThousandths: 1000, minThousandths: 1000, caseMode: "warn" });
});

t.test("a tin of oil, a bag of flour and a jar are taken whole", async (t) => {
  const tin = goods({ unitCode: "LTR", packageThousandths: 5000 });
  const bag = goods({ unitCode: "KGM", packageThousandths: 5000 });
  const grams = goods({ unitCode: "GRM", packageThousandths: 500_000 });
  const jar = goods({ unitCode: "H87", packageThousandths: 1000 });
  for (const one of [tin, bag, grams, jar])
    t.match(startRules(one), { stepThousandths: one.packageThousandths, caseMode: "none" });
});

t.test("what a producer says of its least and of what it has is told in the unit of the package", async (t) => {
  const measure = (quantityThousandths: number, unitCode: string | null) => ({
    quantityThousandths,
    unitCode,
    unitText: "",
  });
  const ceci: MirroredProduct = {
    id: "https://podere.example/catalog/ceci",
    name: "Ceci",
    sku: null,
    text: "",
    updated: "2026-11-02T09:00:00Z",
    package: measure(500, "KGM"),
    packagePriceCents: 310,
    unitPrice: null,
    minimum: measure(2_000_000, "GRM"),
    available: measure(40_000, null),
    isVariableWeight: false,
    seasonMonths: [],
    certifications: [],
    controlBody: null,
    startsAt: null,
    endsAt: null,
  };
  t.match(goodsOf(ceci), { unitCode: "KGM", supplierMinThousandths: 2000, availableThousandths: null });
  t.equal(goodsOf({ ...ceci, packagePriceCents: null }), null);
  const jars = { ...ceci, package: measure(6000, "H87"), packageGrams: 3000, hasSeparateWeights: true as const };
  t.match(goodsOf(jars), { gramsPerUnit: 500, hasSeparateWeights: true });
  t.match(goodsOf({ ...jars, packageGrams: 40_000_000 }), { gramsPerUnit: null });
});
