// A list against the catalog: by code, by name, and what must hold whatever the list.
import fc from "fast-check";
import t from "tap";
import { startVariant, toListed } from "../../src/catalogs/listed.ts";
import { compareListing, isDoubtful, type Known, type Listing } from "../../src/catalogs/listing.ts";
import { type ProductFacts, startFacts } from "../../src/catalogs/product.ts";
import { settleProducts, startProduct } from "../../src/exchange/priceList.ts";

const known = (id: string, facts: ProductFacts): Known => ({ id, version: 1, facts });
const farro = known("farro", { ...startFacts("Farro perlato", 32_000, "KGM"), sku: "FAR1" });
const ceci = known("ceci", startFacts("Ceci di montagna", 45_000, "KGM"));

t.test("a new price for a known code is a change with the old and the new price", async (t) => {
  const { changed, gone } = compareListing(
    [farro, ceci],
    [{ ...startProduct(2, "Farro", 34_000, "KGM"), sku: "FAR1" }],
  );
  t.match(changed, [{ product: { id: "farro" }, fields: ["name", "priceTenThousandths"] }]);
  t.match(gone, [{ id: "ceci" }]);
});

t.test("a product without a usable code is found by its name and unit, whatever accents and blanks", async (t) => {
  const line = { ...startProduct(3, "  CÈCI di  montagna ", 45_000, "KGM"), sku: "1" };
  const { changed, added } = compareListing([ceci], [line]);
  t.same(added, []);
  t.match(changed, [{ product: { id: "ceci" } }]);
});

t.test("the same name in another unit is another product", async (t) => {
  const { added, gone } = compareListing([ceci], [startProduct(3, "Ceci di montagna", 30_000, "XPO")]);
  t.equal(added.length, 1);
  t.equal(gone.length, 1);
});

t.test("what the list does not say stays as it was", async (t) => {
  const rich = known("farro", { ...farro.facts, description: "Della valle", vatRatePercent: 4, seasonMonths: [7, 8] });
  t.equal(compareListing([rich], [{ ...startProduct(2, "Farro perlato", 32_000, "KGM"), sku: "FAR1" }]).same.length, 1);
});

t.test("a price of nothing, doubled, or a name that stands twice waits for a yes", async (t) => {
  const lines = settleProducts([
    { ...startProduct(2, "Farro perlato", 64_000, "KGM"), sku: "FAR1" },
    startProduct(3, "Ceci di montagna", 0, "KGM"),
    startProduct(4, "Noci", 90_000, "KGM"),
    startProduct(5, "noci", 95_000, "KGM"),
    startProduct(6, "Mele", 20_000, "KGM"),
  ]);
  const { added, changed } = compareListing([farro, ceci], lines);
  t.same(
    [...changed, ...added].map((line) => [line.row, isDoubtful(line)]),
    [
      [2, true],
      [3, true],
      [4, true],
      [5, true],
      [6, false],
    ],
  );
});

t.test("a line that no product can be is named by row and field, and the others stand", async (t) => {
  const { impossible, added } = compareListing(
    [],
    [{ ...startProduct(2, "Miele", 75_000, "XJR"), priceUnitCode: "KGM" }, startProduct(3, "Noci", 90_000, "KGM")],
  );
  t.same(impossible, [{ row: 2, name: "Miele", field: "portionThousandths", problem: "required" }]);
  t.equal(added.length, 1);
});

t.test("a cheese with its portion, ordered by the etto, comes back from a list as it was", async (t) => {
  const cheese = known("pecorino", {
    ...startFacts("Pecorino", 145_000, "H87"),
    priceUnitCode: "KGM",
    portionThousandths: 1200,
    variants: [startVariant("fresco"), { ...startVariant("stagionato"), priceOffsetTenThousandths: 20_000 }],
  });
  const lonza = known("lonza", { ...startFacts("Lonza", 190_000, "KGM"), orderUnitCode: "HGM", stepThousandths: 2000 });
  const lines = [cheese, lonza].map(({ facts }, i) => toListed(facts, i + 2));
  t.match(lines, [{ content: { quantityThousandths: 1200, unitCode: "KGM" } }, { stepThousandths: 200 }]);
  t.equal(compareListing([cheese, lonza], lines).same.length, 2);
});

t.test("a choice that the list names anew is added, one that was there keeps what it costs more", async (t) => {
  const stagionato = { ...startVariant("stagionato"), priceOffsetTenThousandths: 20_000 };
  const cheese = known("pecorino", { ...startFacts("Pecorino", 145_000, "KGM"), variants: [stagionato] });
  const line = {
    ...startProduct(2, "Pecorino", 145_000, "KGM"),
    variants: [{ name: "Età", values: ["stagionato", "fresco"] }],
  };
  const [change] = compareListing([cheese], [line]).changed;
  t.same(change?.fields, ["variants"]);
  t.same(change?.after.variants, [stagionato, startVariant("fresco")]);
});

const names = fc.constantFrom("Farro", "fàrro", "Ceci", "Olio", "Noci", "Mele rosse", "mele  rosse");
const line = fc.record({
  name: names,
  sku: fc.option(fc.constantFrom("", "0", "1", "A1", "B2", "C3")),
  price: fc.integer({ min: 0, max: 100_000 }),
  unit: fc.constantFrom("KGM", "XJR", "H87"),
  text: fc.constantFrom("", "buono"),
});
const list = fc.array(line, { maxLength: 12 }).map((lines) =>
  settleProducts(
    lines.map(({ name, sku, price, unit, text }, i) => ({
      ...startProduct(i + 2, name, price, unit),
      sku,
      description: text,
    })),
  ),
);

/** The catalog after every line of a listing was said yes to and what is gone was kept. */
function apply({ added, changed, same, gone }: Listing): Known[] {
  const kept = [...same, ...changed].map(({ product, after }) => known(product.id, after));
  return [...kept, ...gone, ...added.map(({ row, after }) => known(`new-${row}`, after))];
}

t.test("every line and every product is in exactly one place", async () => {
  fc.assert(
    fc.property(list, list, (first, second) => {
      const catalog = apply(compareListing([], first));
      const listing = compareListing(catalog, second);
      const { added, changed, same, gone, impossible } = listing;
      const rows = [...added, ...changed, ...same, ...impossible].map(({ row }) => row);
      const ids = [...changed.map((l) => l.product), ...same.map((l) => l.product), ...gone].map(({ id }) => id);
      return (
        rows.length === second.length &&
        new Set(rows).size === rows.length &&
        ids.length === catalog.length &&
        new Set(ids).size === ids.length
      );
    }),
  );
});

t.test("a list that was applied changes nothing when it comes again", async () => {
  fc.assert(
    fc.property(list, (lines) => {
      const again = compareListing(apply(compareListing([], lines)), lines);
      return again.added.length === 0 && again.changed.length === 0 && again.gone.length === 0;
    }),
  );
});

t.test("a catalog exported and read back is the same catalog", async () => {
  fc.assert(
    fc.property(list, (lines) => {
      const catalog = apply(compareListing([], lines));
      const back = compareListing(
        catalog,
        catalog.map(({ facts }, i) => toListed(facts, i + 1)),
      );
      return back.same.length === catalog.length && back.added.length + back.changed.length + back.gone.length === 0;
    }),
  );
});
