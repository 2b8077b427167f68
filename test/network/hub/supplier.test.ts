// A producer of the index as a supplier of a price list: what GDXP can say of it, and what it must not be taken for.
import t from "tap";
import { startProduct } from "../../../src/exchange/priceList.ts";
import { listedOf, partyOf, readVat } from "../../../src/network/hub/supplier.ts";
import { findPlace } from "../../../src/network/places/places.ts";
import { entryOf } from "../index/entries.ts";

const pack = (quantityThousandths: number, unitCode: string | null, unitText = "") => ({
  ...{ quantityThousandths, unitCode, unitText },
});

t.test("one kilogram is sold by the kilogram, any other package as a package that says what it holds", async (t) => {
  const flour = entryOf("product", "Farina", { pack: pack(1000, "KGM"), packagePriceCents: 320, category: "Farine" });
  t.match(listedOf(flour, 1), { saleUnitCode: "KGM", priceTenThousandths: 32_000, content: null, category: "Farine" });
  const jar = entryOf("product", "Miele", { pack: pack(500, "KGM"), packagePriceCents: 650, text: "Di girasole." });
  t.match(listedOf(jar, 2), {
    ...{ saleUnitCode: "XPK", content: { quantityThousandths: 500, unitCode: "KGM" } },
    description: "Confezione: 0,5 kg\nDi girasole.",
  });
  const basket = entryOf("product", "Cesto", { pack: pack(2000, null, "cesti"), packagePriceCents: 900 });
  t.match(listedOf(basket, 3), { saleUnitCode: "XPK", content: null, description: "Confezione: 2 cesti" });
  const unsaid = entryOf("product", "Uova", {
    packagePriceCents: 300,
    months: [3, 4],
    certifications: ["organic", "x"],
  });
  t.match(listedOf(unsaid, 4), {
    ...{ saleUnitCode: "XPK", description: "", seasonMonths: [3, 4] },
    certifications: [{ kind: "organic", body: null }],
  });
  t.same(Object.keys(listedOf(unsaid, 4) ?? {}), Object.keys(startProduct(4, "Uova", 1, "XPK")));
});

t.test("what has no price for everybody, or one of nothing, is no line", async (t) => {
  t.equal(listedOf(entryOf("product", "Farina", { pack: pack(1000, "KGM") }), 1), null);
  t.equal(listedOf(entryOf("product", "Farina", { pack: pack(1000, "KGM"), packagePriceCents: 0 }), 1), null);
});

t.test("a supplier has the mail and page it shows itself, and a number that is one", async (t) => {
  const field = (name: string, value: string) => ({ type: "PropertyValue", name, value });
  const document = { attachment: [field("Comune", "Fano"), field("Contatto", "ordini@podere.example")] };
  const entry = entryOf("producer", "Podere", { place: findPlace("Fano"), url: "https://podere.example/podere" });
  t.match(partyOf(entry, document, "01234567897"), {
    ...{ name: "Podere", vatNumber: "01234567897", locality: "Fano" },
    contacts: [
      { kind: "emailAddress", value: "ordini@podere.example" },
      { kind: "webSite", value: "https://podere.example/podere" },
    ],
  });
  t.equal(
    partyOf(entryOf("producer", "Podere"), { attachment: field("Contatto", "al mercato") }, "x").contacts.length,
    1,
  );
  t.equal(readVat({ attachment: field("Partita IVA", "IT 0123 456 7897") }), "01234567897");
  for (const attachment of [field("Partita IVA", "01234567890"), field("Partita IVA", "<b>x"), "x", null])
    t.equal(readVat({ attachment }), null);
  t.equal(readVat({}), null);
});
