// What one orders, what it costs, and what a product may not say.
import t from "tap";
import { findProblems } from "../../src/catalogs/check.ts";
import { changedFacts, comparePrice, packageOf, salePrice, startFacts } from "../../src/catalogs/product.ts";

const oranges = {
  ...startFacts("Arance Navel, cassetta 10 kg", 17500, "XCR"),
  priceUnitCode: "KGM",
  content: { quantityThousandths: 10_000, unitCode: "KGM" },
};
const cheese = {
  ...startFacts("Pecorino, forma da circa 1,2 kg", 145_000, "H87"),
  priceUnitCode: "KGM",
  portionThousandths: 1200,
  isVariableWeight: true,
};

t.test("a crate of 10 kg at 1.75 the kilogram is a package of 10 kg for 17.50", async (t) => {
  t.same(packageOf(oranges), { quantityThousandths: 10_000, unitCode: "KGM", priceCents: 1750 });
  t.same(comparePrice(oranges), { base: "KGM", priceTenThousandths: 17_500 });
  t.equal(salePrice(oranges), 175_000);
});

t.test("a cheese sold by the piece and priced by the kilogram costs its usual weight", async (t) => {
  t.same(packageOf(cheese), { quantityThousandths: 1200, unitCode: "KGM", priceCents: 1740 });
});

t.test("flour sold by the kilogram in steps of half a kilo is ordered by the half kilo", async (t) => {
  const flour = { ...startFacts("Farina di farro", 28_500, "KGM"), stepThousandths: 500 };
  t.same(packageOf(flour), { quantityThousandths: 500, unitCode: "KGM", priceCents: 143 });
});

t.test("speck ordered by the etto and priced by the kilogram has a package of one etto", async (t) => {
  const speck = { ...startFacts("Lonza", 190_000, "KGM"), orderUnitCode: "HGM", stepThousandths: 1000 };
  t.same(packageOf(speck), { quantityThousandths: 100, unitCode: "KGM", priceCents: 190 });
  t.same(findProblems(speck), {});
});

t.test("wine sold only by the case of six is ordered by the case", async (t) => {
  const wine = {
    ...startFacts("Verdicchio 0,75 l", 68_000, "XBO"),
    content: { quantityThousandths: 750, unitCode: "LTR" },
    caseThousandths: 6000,
    caseMode: "multiple" as const,
  };
  t.same(packageOf(wine), { quantityThousandths: 4500, unitCode: "LTR", priceCents: 4080 });
  t.same(comparePrice(wine), { base: "LTR", priceTenThousandths: 90_667 });
});

t.test("a jar of unknown content has no price per kilogram", async (t) => {
  const jar = startFacts("Miele", 75_000, "XJR");
  t.equal(comparePrice(jar), null);
  t.same(packageOf(jar), { quantityThousandths: 1000, unitCode: "XJR", priceCents: 750 });
});

t.test("a jar priced by the kilogram without its content cannot be sold", async (t) => {
  t.same(findProblems({ ...startFacts("Miele", 75_000, "XJR"), priceUnitCode: "KGM" }), {
    portionThousandths: "required",
  });
});

t.test("what a product may not say is refused beside its field", async (t) => {
  const bad = {
    ...oranges,
    name: " ",
    priceTenThousandths: -1,
    saleUnitCode: "cassettina",
    stepThousandths: 0,
    supplierMinThousandths: 2500,
    supplierStepThousandths: 1000,
    caseMode: "complete" as const,
    availableFrom: "2026-12-01",
    availableTo: "2026-11-01",
    seasonMonths: [3, 2],
    certifications: [{ kind: "organic" as const, body: null, operatorCode: null, validUntil: "31/12/2027" }],
  };
  t.match(findProblems(bad), {
    name: "required",
    priceTenThousandths: "too-small",
    saleUnitCode: "not-a-choice",
    stepThousandths: "too-small",
    supplierMinThousandths: "not-a-multiple",
    caseThousandths: "required",
    availableTo: "too-small",
    seasonMonths: "not-a-choice",
    certifications: "bad-format",
  });
  t.same(findProblems(oranges), {});
});

t.test("two versions differ in what was changed, not in the order in which it is written", async (t) => {
  const again = { ...oranges, content: { unitCode: "KGM", quantityThousandths: 10_000 } };
  t.same(changedFacts(oranges, again), []);
  t.same(changedFacts(oranges, { ...again, priceTenThousandths: 1, seasonMonths: [11] }), [
    "priceTenThousandths",
    "seasonMonths",
  ]);
});
