// What a producer shows to everybody of its list: nothing of its prices until it decides so, and never what is left.
import { readFileSync } from "node:fs";
import t from "tap";
import { loadActor } from "../../../src/activitypub/store.ts";
import { answerCatalog, answerProduct, type CatalogAnswer } from "../../../src/catalogs/activities.ts";
import { chooseOpen } from "../../../src/catalogs/open/actions.ts";
import { dfcProducer, dfcProduct } from "../../../src/catalogs/open/dfc.ts";
import { loadProductBySlug } from "../../../src/catalogs/store.ts";
import { writeDfcCatalog, writeDfcEnterprise } from "../../../src/exchange/dfcWrite.ts";
import { sure } from "../../sales/cycles.ts";
import { addFollower, addPact, openFarm } from "../farm.ts";
import { NAVEL } from "../navel.ts";

const GAS = "https://g.example/g";
const VAT = "01234567897";
const documentOf = (answer: ReturnType<typeof answerCatalog>) => (answer as CatalogAnswer).document;

t.test("who shows prices to everybody says them in its Proposals, and what is left to partners alone", async (t) => {
  const farm = openFarm(t);
  farm.sells(NAVEL);
  sure(chooseOpen(farm.wire, farm.actor.id, { vatNumber: "", showsPrices: true }, "p1"));
  const answer = answerProduct(farm.wire, farm.actor.id, null, "nav10");
  t.equal(answer?.isRestricted, false);
  const { "@context": _, updated, ...said } = answer?.document ?? {};
  const golden = JSON.parse(readFileSync(new URL("../../golden/proposal-public-priced.json", import.meta.url), "utf8"));
  const { updated: before, ...expected } = golden;
  t.same(said, expected);
  t.not(updated, before, "its readers see that something changed");
  addPact(farm, GAS, { priceDeltaHundredthsPercent: -400 });
  const partner = answerProduct(farm.wire, farm.actor.id, { id: GAS }, "nav10");
  t.equal(partner?.isRestricted, true, "a partner reads the price of its pact");
  t.match(partner?.document, { reciprocal: { resourceQuantity: { hasNumericalValue: "16.80" } } });
});

t.test("the choice makes all of the list new to who asks since then, once, and is told by one digest", async (t) => {
  const farm = openFarm(t);
  addFollower(farm, GAS);
  farm.sells(NAVEL);
  const since = String(documentOf(answerCatalog(farm.wire, farm.actor.id, null, {}, "x")).updated);
  const changed = () => {
    const { first } = documentOf(answerCatalog(farm.wire, farm.actor.id, null, { updatedAfter: since }, "x"));
    return (first as { items: unknown[] }).items.length;
  };
  t.equal(changed(), 0);
  const before = farm.posted().length;
  const choice = { vatNumber: VAT, showsPrices: true };
  sure(chooseOpen(farm.wire, farm.actor.id, choice, "p1"));
  t.equal(changed(), 1);
  const sent = farm.posted().slice(before);
  t.match(sent, [
    { activity: { object: { preferredUsername: farm.actor.handle } } },
    { activity: { object: { type: "Collection" } } },
  ]);
  sure(chooseOpen(farm.wire, farm.actor.id, choice, "p1"));
  t.equal(farm.posted().length, before + 2, "the same once more is nothing");
  sure(chooseOpen(farm.wire, farm.actor.id, { vatNumber: "", showsPrices: false }, "p1"));
  t.notHas(answerProduct(farm.wire, farm.actor.id, null, "nav10")?.document, { reciprocal: {} });
});

t.test("a number that is no VAT number is not kept", async (t) => {
  const farm = openFarm(t);
  for (const vatNumber of ["01234567890", "123", "abc", "00000000000"])
    t.match(chooseOpen(farm.wire, farm.actor.id, { vatNumber, showsPrices: false }, "p1"), {
      refused: "bad-vat-number",
    });
  t.equal(loadActor(farm.wire.db.orm, farm.actor.id)?.vatNumber, "");
});

t.test("B37 in DFC's words there is a price only where everybody may see it, an etto is 100 grams", async (t) => {
  const farm = openFarm(t);
  farm.sells(NAVEL);
  farm.sells({ name: "Pecorino", saleUnitCode: "HGM", priceUnitCode: "HGM", priceTenThousandths: 25_000 });
  farm.sells({ name: "Damigiana", saleUnitCode: "XDJ", priceUnitCode: "XDJ", priceTenThousandths: 90_000 });
  const product = (slug: string) => loadProductBySlug(farm.wire.db.orm, farm.actor.id, slug)!;
  const producer = dfcProducer({ ...farm.actor, vatNumber: VAT, place: "Fano" });
  const slugs = ["nav10", "pecorino", "damigiana"];
  const graph = (isPriced: boolean) => {
    const products = slugs.map((slug) => dfcProduct(product(slug), isPriced));
    return writeDfcCatalog(producer, products, null)["@graph"] as Record<string, unknown>[];
  };
  const typesOf = (nodes: Record<string, unknown>[]) => nodes.map((node) => node["@type"]);
  t.notOk(typesOf(graph(false)).includes("dfc-b:Offer"));
  t.notMatch(JSON.stringify(graph(false)), /hasPrice|VATrate|offeredThrough/);
  const priced = graph(true);
  t.same(typesOf(priced).slice(0, 4), [
    "dfc-b:Enterprise",
    "dfc-b:SuppliedProduct",
    "dfc-b:CatalogItem",
    "dfc-b:Offer",
  ]);
  t.match(priced[3], { "dfc-b:hasPrice": { "dfc-b:value": 17.5, "dfc-b:hasUnit": "dfc-m:Euro" } });
  t.match(priced[1], { "dfc-b:hasCertification": ["dfc-f:Organic-EU"] });
  t.match(priced[4], { "dfc-b:hasQuantity": { "dfc-b:value": 100, "dfc-b:hasUnit": "dfc-m:Gram" } });
  t.match(priced[7], { "dfc-b:description": "damigiana", "dfc-b:hasQuantity": { "dfc-b:hasUnit": "dfc-m:Piece" } });
  const ids = new Set(priced.map((node) => node["@id"]));
  const named = priced.flatMap((node) => [node["dfc-b:references"], node["dfc-b:offeredThrough"]].filter(Boolean));
  t.ok(
    named.every((id) => ids.has(id)),
    "what is referred to is there",
  );
  t.match(writeDfcEnterprise(producer, [{ slug: "nav10" }]), {
    "@context": "https://w3id.org/dfc/ontology/context/context_1.16.0.json",
    "dfc-b:VATnumber": VAT,
    "dfc-b:manages": [/#item-nav10$/],
  });
});
