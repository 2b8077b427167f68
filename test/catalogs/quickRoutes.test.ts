// Prices and stock from a phone in the field, by forms alone and by presses.
import t, { type Test } from "tap";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { listCurrentProducts } from "../../src/catalogs/store.ts";
import { sitDown } from "../partners/desks.ts";
import { openMarket } from "../sales/market.ts";
import { startNodes } from "../tools/nodes.ts";

const QUICK = "/desk/valle/catalog/quick";

async function openHouse(t: Test) {
  const { nodes } = await startNodes(t, ["farm"]);
  const { node } = nodes.farm;
  const actor = nodes.farm.addActor({ kind: "producer", handle: "valle", name: "Valle" });
  const farmer = await sitDown(nodes.farm, "adele", "valle", "producer");
  const sells = (name: string, priceTenThousandths: number, category = "") => {
    const facts = { ...startFacts(name, priceTenThousandths, "KGM"), category };
    saveProduct(node.wire, actor, { productId: null, expectedVersion: 0, facts });
  };
  const prices = () => listCurrentProducts(node.db.orm, actor.id).map(({ facts }) => facts.priceTenThousandths);
  const stock = () => listCurrentProducts(node.db.orm, actor.id).map(({ facts }) => facts.availableThousandths);
  return { farmer, sells, prices, stock };
}

t.test("a farmer saves a row, takes it back, and is told what is no number beside it", async (t) => {
  const { farmer, sells, prices, stock } = await openHouse(t);
  sells("Ceci", 32_000);
  sells("Perché no", 10_000);
  const list = await farmer.get(QUICK);
  t.match(list.body, /value="3,20"/);
  const saved = await farmer.submit(list, `${QUICK}/ceci`, { price: "3,4", available: "50" });
  t.same(
    [prices(), stock()],
    [
      [34_000, 10_000],
      [50_000, null],
    ],
  );
  t.match(saved.body, /Salvato\./);
  const back = await farmer.submit(saved, `${QUICK}/ceci/undo`);
  t.same(
    [prices(), stock()],
    [
      [32_000, 10_000],
      [null, null],
    ],
  );
  t.match(back.body, /È tornato come prima/);
  const wrong = await farmer.submit(back, `${QUICK}/ceci`, { price: "tre euro", available: "" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, /value="tre euro"/, "what was typed is kept");
  t.match(wrong.body, /Non salvato\. Prezzo/);
  t.equal((await farmer.submit(list, `${QUICK}/ceci`, { price: "9", available: "" })).status, 409, "an old page");
  const found = await farmer.get(`${QUICK}?find=perche`);
  t.match(found.body, /Perché no/);
  t.notMatch(found.body, /id="p-ceci"/);
});

t.test("a row sent again because the answer got lost is done once and refused never", async (t) => {
  const { farmer, sells, prices } = await openHouse(t);
  sells("Ceci", 32_000);
  const list = await farmer.get(QUICK);
  for (const _ of [1, 2])
    t.equal((await farmer.submit(list, `${QUICK}/ceci`, { price: "3,4", available: "" })).status, 200);
  t.same(prices(), [34_000]);
});

t.test("sold out and back, by one tap each, and the chip finds what is out", async (t) => {
  const { farmer, sells, stock } = await openHouse(t);
  sells("Ceci", 32_000);
  const out = await farmer.submit(await farmer.get(QUICK), `${QUICK}/ceci`, {
    price: "3,20",
    available: "",
    act: "out",
  });
  t.same(stock(), [0]);
  t.match(out.body, /esaurito/);
  t.match((await farmer.get(`${QUICK}?only=out`)).body, /id="p-ceci"/);
  await farmer.submit(out, `${QUICK}/ceci`, { price: "3,20", available: "0", act: "back" });
  t.same(stock(), [null]);
});

t.test(
  "C56 a row that waited in a phone hears how the product stands, and of two words about it asks which",
  async (t) => {
    const { farmer, sells, prices } = await openHouse(t);
    sells("Ceci", 32_000);
    const list = await farmer.get(QUICK);
    t.match(list.headers["x-filiera-keep"], /./, "the list is there without network");
    t.match(list.body, /<form[^>]+class="quick-form" data-queue="ceci" data-label="Ceci" data-stays/);
    const late = { accept: "application/json" };
    const saved = await farmer.submit(list, `${QUICK}/ceci`, { price: "3,4", available: "7" }, late);
    t.match(JSON.parse(saved.body), { carry: { version: "2" }, fields: { price: "3,40", available: "7" } });
    const other = await farmer.submit(list, `${QUICK}/ceci`, { price: "9", available: "" }, late);
    t.equal(other.status, 409);
    t.match(JSON.parse(other.body), { refused: "stale-version", carry: { version: "2" }, fields: { price: "3,40" } });
    const wrong = await farmer.submit(list, `${QUICK}/ceci`, { price: "tanto", available: "" }, late);
    t.match(JSON.parse(wrong.body), { refused: "invalid-product", message: /prezzo/i });
    t.same(prices(), [34_000]);
  },
);

t.test("a press is answered by its row alone, also when somebody was faster", async (t) => {
  const { farmer, sells } = await openHouse(t);
  sells("Ceci", 32_000);
  const list = await farmer.get(QUICK);
  const press = { "hx-request": "true", "hx-request-type": "partial" };
  const saved = await farmer.submit(list, `${QUICK}/ceci`, { price: "3,4", available: "" }, press);
  t.match(saved.body, /^<hx-partial hx-target="#p-ceci"/);
  t.match(saved.body, /Salvato\./);
  const late = await farmer.submit(list, `${QUICK}/ceci`, { price: "9", available: "" }, press);
  t.equal(late.status, 422);
  t.match(late.body, /class="wrong"/);
});

t.test("many prices by a percentage: looked at first, without the unticked, and taken back together", async (t) => {
  const { farmer, sells, prices } = await openHouse(t);
  sells("Ceci", 30_000, "Legumi");
  sells("Farro", 20_000, "Cereali");
  sells("Lenticchie", 40_000, "Legumi");
  t.equal((await farmer.get(`${QUICK}/percent?percent=tanto`)).status, 422);
  const preview = await farmer.get(`${QUICK}/percent?percent=%2B10&category=Legumi&step=100`);
  t.match(preview.body, /Cambierebbero 2 prezzi/);
  t.notMatch(preview.body, /Farro/);
  t.same(prices(), [30_000, 20_000, 40_000], "nothing has changed yet");
  const done = await farmer.submit(preview, `${QUICK}/percent`, { "version.ceci": "1" });
  t.match(done.body, /Un prezzo cambiato/);
  t.same(prices(), [33_000, 20_000, 40_000]);
  const both = await farmer.get(`${QUICK}/percent?percent=10&category=Legumi`);
  const all = await farmer.submit(both, `${QUICK}/percent`, { "version.ceci": "2", "version.lenticchie": "1" });
  t.same(prices(), [36_300, 20_000, 44_000]);
  const back = await farmer.submit(all, `${QUICK}/percent/undo`);
  t.match(back.body, /2 prezzi sono tornati come prima/);
  t.same(prices(), [33_000, 20_000, 40_000]);
  t.equal((await farmer.submit(all, `${QUICK}/percent/undo`)).status, 409, "once");
});

t.test("a row says at which price an open cycle goes on", async (t) => {
  const { farmHome } = await openMarket(t);
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  const list = await farmer.get("/desk/agrumeto/catalog/quick");
  const saved = await farmer.submit(list, "/desk/agrumeto/catalog/quick/arance", { price: "3", available: "" });
  t.match(saved.body, /Resta 2,00\s€ \/ kg in <a href="\/desk\/agrumeto\/cycles\/[a-z0-9]+">Agrumi<\/a>/);
});
