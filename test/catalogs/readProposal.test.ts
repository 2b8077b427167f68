// Other nodes' Proposals: what is read, what is refused by the name of its field, and text that must not bite.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import t from "tap";
import type { Json, JsonObject } from "../../src/activitypub/json.ts";
import { packageOf, startFacts } from "../../src/catalogs/product.ts";
import { writeProposal } from "../../src/catalogs/proposal.ts";
import { hashProposal } from "../../src/catalogs/proposalHash.ts";
import { NO_QUOTA } from "../../src/catalogs/quota.ts";
import { readCatalogItem } from "../../src/catalogs/readProposal.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";

const FARM = "https://p.example/valle";
const oranges: JsonObject = JSON.parse(
  readFileSync(new URL("../golden/proposal-partner.json", import.meta.url), "utf8"),
);
const read = (change: Record<string, Json>) => readCatalogItem({ ...oranges, ...change }, FARM);

t.test("the golden oranges are read whole", async (t) => {
  t.same(read({}), {
    kind: "product",
    product: {
      id: "https://p.example/valle/catalog/nav10",
      name: "Arance Navel, cassetta 10 kg",
      sku: "NAV10",
      text: "Raccolte il giorno prima.\nIngredienti: arance & basta",
      updated: "2026-11-23T11:00:00Z",
      package: { quantityThousandths: 10_000, unitCode: "KGM", unitText: "kilogram" },
      packagePriceCents: 1680,
      unitPrice: {
        priceTenThousandths: 16_800,
        per: { quantityThousandths: 1000, unitCode: "KGM", unitText: "kilogram" },
      },
      vatRatePercent: null,
      minimum: { quantityThousandths: 20_000, unitCode: "KGM", unitText: "kilogram" },
      available: { quantityThousandths: 1_500_000, unitCode: "KGM", unitText: "kilogram" },
      isVariableWeight: false,
      seasonMonths: [1, 2, 3, 11, 12],
      certifications: ["organic"],
      controlBody: "IT-BIO-000",
      startsAt: Date.UTC(2026, 10, 1, 23),
      endsAt: Date.UTC(2027, 2, 20, 23),
    },
  });
});

t.test("a VAT rate is read where it is one in force, and never makes a Proposal bad", async (t) => {
  const unitPrice = oranges.unitPrice as JsonObject;
  const rateOf = (said: Json) => read({ unitPrice: { ...unitPrice, "filiera:vatRate": said } });
  t.match(rateOf("4"), { product: { vatRatePercent: 4 } });
  const full = { ...unitPrice, "https://w3id.org/filiera#vatRate": { "@value": "22" } };
  t.match(read({ unitPrice: full }), { product: { vatRatePercent: 22 } });
  for (const said of ["7", "4.0", "-4", "venti", 4, null, { a: 1 }])
    t.match(rateOf(said), { kind: "product", product: { vatRatePercent: null } });
});

t.test("a jar says what it weighs, as in the golden Proposal; a weight that is nonsense is not known", async (t) => {
  const facts = { ...startFacts("Miele di sulla, vasetto", 90_000, "H87"), weightGrams: 500, hasSeparateWeights: true };
  const versions = { slug: "miele", version: 1, createdAt: 0, updatedAt: Date.UTC(2026, 10, 23, 11), removedAt: null };
  const jar = { id: `${FARM}/catalog/miele`, actorId: FARM, facts, ...versions };
  const golden = JSON.parse(readFileSync(new URL("../golden/proposal-jar.json", import.meta.url), "utf8"));
  t.same(writeProposal(jar, null), golden);
  t.match(readCatalogItem(golden, FARM), { product: { packageGrams: 500, hasSeparateWeights: true } });
  t.notMatch(writeProposal({ ...jar, facts: { ...facts, supplierStepThousandths: 6000, saleUnitCode: "KGM" } }, null), {
    publishes: { "filiera:packageWeight": {} },
  });
  const { publishes } = golden;
  const weighs = (said: Json, name = "filiera:packageWeight") => {
    const found = readCatalogItem(
      { ...golden, publishes: { ...publishes, "filiera:packageWeight": null, [name]: said } },
      FARM,
    );
    return "refused" in found || found.kind === "gone" ? "refused" : (found.product.packageGrams ?? null);
  };
  const measure = (hasNumericalValue: Json, hasUnit = "kilogram") => ({ hasUnit, hasNumericalValue });
  t.equal(weighs(measure("1.25"), "https://w3id.org/filiera#packageWeight"), 1250);
  t.equal(weighs(measure("250", "gram")), 250);
  for (const said of [
    measure("0"),
    measure("-1"),
    measure("40000.001"),
    measure(0.5),
    measure("1", "litre"),
    "500",
    null,
    [],
  ])
    t.equal(weighs(said), null, JSON.stringify(said));
});

t.test("short, prefixed and full names of ValueFlows and om2 are the same words", async (t) => {
  const { publishes, ...rest } = oranges;
  const other = {
    ...rest,
    type: ["https://w3id.org/valueflows/ont/vf#Proposal"],
    "vf:publishes": {
      "https://w3id.org/valueflows/ont/vf#resourceQuantity": {
        "om2:hasUnit": "om2:kilogram",
        "vf:hasNumericalValue": { "@value": "10" },
      },
    },
  };
  t.match(readCatalogItem(other, FARM), { product: { package: { quantityThousandths: 10_000, unitCode: "KGM" } } });
});

t.test("a unit we do not know is kept as its word", async (t) => {
  const publishes = { resourceQuantity: { hasUnit: "om2:firkin", hasNumericalValue: "2" } };
  t.match(read({ publishes }), {
    product: { package: { unitCode: null, unitText: "firkin", quantityThousandths: 2000 } },
  });
});

t.test("what is not sound is refused by the name of its field", async (t) => {
  const price = (hasNumericalValue: Json, resourceConformsTo = "https://www.wikidata.org/entity/Q4916") => ({
    reciprocal: { resourceConformsTo, resourceQuantity: { hasUnit: "one", hasNumericalValue } },
  });
  const cases: [Record<string, Json>, string][] = [
    [{ id: "https://evil.example/1" }, "id"],
    [{ id: "https://p.example.evil.example/1" }, "id"],
    [{ attributedTo: "https://p.example/other" }, "attributedTo"],
    [{ type: "Note" }, "type"],
    [{ updated: "yesterday" }, "updated"],
    [{ name: "<b></b>\u200b" }, "name"],
    [{ publishes: { resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: "0" } } }, "resourceQuantity"],
    [{ publishes: { resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: "-3" } } }, "resourceQuantity"],
    [price("17,50"), "reciprocal"],
    [price(17.5), "reciprocal"],
    [price("1e3"), "reciprocal"],
    [price("-1.00"), "reciprocal"],
    [price("17.505"), "reciprocal"],
    [price("17.50", "https://www.wikidata.org/entity/Q4917"), "reciprocal"],
    [{ unitPrice: { price: "1.75", priceCurrency: "USD", vatIncluded: true } }, "unitPrice"],
  ];
  for (const [change, field] of cases) t.match(read(change), { refused: "bad-item", field }, JSON.stringify(change));
});

t.test(
  "B34 names and texts of another node are plain words: no markup, no hidden or turning letters, no megabytes",
  async (t) => {
    const found = read({
      name: "<img src=x onerror=alert(1)>Me\u202ele\u200b <script>alert(1)</script>rosse",
      content: `<p onclick="x()">Uno<svg><script>1</script></svg></p><style>b{}</style><p>due &lt;b&gt;</p>${"z".repeat(1_000_000)}`,
    });
    t.match(found, { product: { name: "Mele rosse" } });
    const { text } = (found as { product: { text: string } }).product;
    t.match(text, /^Uno\ndue <b>/);
    t.ok(text.length <= 4000);
    t.notMatch(text, /script|svg|style|onclick/);
  },
);

t.test("whatever the item is, reading it neither throws nor lets another origin speak", async () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(oranges)), fc.jsonValue()), (change) => {
      const found = readCatalogItem({ ...oranges, ...(change as JsonObject) }, FARM);
      const id = "refused" in found ? null : found.kind === "gone" ? found.id : found.product.id;
      return id === null || id.startsWith("https://p.example/");
    }),
  );
});

t.test("what a farm writes reads back as the same package and price", async () => {
  const facts = fc.record({
    price: fc.integer({ min: 0, max: 10_000_000 }),
    unit: fc.constantFrom("KGM", "HGM", "GRM", "LTR", "H87", "DZN", "XJR", "XCR"),
    step: fc.option(fc.integer({ min: 1, max: 50_000 })),
    content: fc.option(
      fc.record({
        quantityThousandths: fc.integer({ min: 1, max: 100_000 }),
        unitCode: fc.constantFrom("KGM", "GRM", "CLT", "H87"),
      }),
    ),
  });
  fc.assert(
    fc.property(facts, ({ price, unit, step, content }) => {
      const all = { ...startFacts("Prova", price, unit), stepThousandths: step, content };
      const product = { id: `${FARM}/catalog/x`, actorId: FARM, slug: "x", version: 1, facts: all };
      const times = { createdAt: 0, updatedAt: 0, removedAt: null };
      const terms = { priceDeltaHundredthsPercent: 0, includes: () => true, quotaOf: NO_QUOTA };
      const pack = packageOf(all);
      if (pack.quantityThousandths === 0) return true;
      const found = readCatalogItem(writeProposal({ ...product, ...times }, terms), FARM);
      return (
        "product" in found &&
        !("refused" in found) &&
        found.product.packagePriceCents === pack.priceCents &&
        found.product.unitPrice !== null
      );
    }),
  );
});

t.test("a farm's open price is read in words: shares by everybody, euros by who sees its prices", async (t) => {
  const priceBreakdown = [
    { label: "grano", amount: { hundredthsPercent: 3550 } },
    { label: "trasporto", amount: { cents: 20 } },
  ];
  const facts = { ...startFacts("Farina", 18_000, "KGM"), priceBreakdown };
  const product = { id: `${FARM}/catalog/farina`, actorId: FARM, slug: "farina", version: 1, facts };
  const whole = { ...product, createdAt: 0, updatedAt: 0, removedAt: null };
  const textFor = (terms: Parameters<typeof writeProposal>[1]) => {
    const found = readCatalogItem(writeProposal(whole, terms), FARM);
    return "product" in found && !("refused" in found) ? found.product.text : null;
  };
  const terms = { priceDeltaHundredthsPercent: 0, includes: () => true, quotaOf: NO_QUOTA };
  t.equal(textFor(terms), "Che cosa c'è nel prezzo: grano 35,5 %; trasporto 0,20 €");
  t.equal(textFor(null), "Che cosa c'è nel prezzo: grano 35,5 %");
});

t.test("two prices of one version differ in the whole hash and not in the public one", async (t) => {
  const dear = hashProposal({ ...oranges, unitPrice: { price: "2.00" } });
  const cheap = hashProposal(oranges);
  t.not(dear.hash, cheap.hash);
  t.equal(dear.publicHash, cheap.publicHash);
  t.not(hashProposal({ ...oranges, name: "Limoni" }).publicHash, cheap.publicHash);
});

t.test(
  "certificates are links of the farm's own node with a name: what is none is left out, and there are few",
  async (t) => {
    const url = "https://p.example/documents/a.pdf";
    const one = (change: Record<string, Json> = {}) => ({
      type: "Document",
      url,
      name: "organic, IT-BIO-000",
      ...change,
    });
    const documentsOf = (attachment: Json) => {
      const item = read({ attachment });
      return isRefusal(item) || item.kind === "gone" ? item : item.product.documents;
    };
    t.same(documentsOf([one()]), [{ url: "https://p.example/documents/a.pdf", name: "organic, IT-BIO-000" }]);
    const others: Record<string, Json>[] = [
      { url: "https://q.example/a.pdf" },
      { type: "Image" },
      { name: " " },
      { url: 4 },
    ];
    t.equal(documentsOf(["https://p.example/a.pdf", ...others.map(one)]), undefined);
    const many = documentsOf(Array.from({ length: 9 }, () => one()));
    t.equal(Array.isArray(many) && many.length, 5);
  },
);
