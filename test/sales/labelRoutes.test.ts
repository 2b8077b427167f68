// Labels from the desk: on the screen, as PDF, on a sheet that is half used, and with whatever stands in a name.
import t from "tap";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { writeLabelsPdf } from "../../src/exchange/writePdf.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { sitDown } from "../partners/desks.ts";
import { openMarket } from "./market.ts";

const LABELS = "/desk/agrumeto/sales/labels";
const count = (body: string) => body.split('class="label"').length - 1;

t.test("C58 labels name product, group, pickup, weight and lot, for a cycle, an order or a day", async (t) => {
  const { groups, oranges, honey, settle, farmHome, key, cycle } = await openMarket(t, { groups: 2 });
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  t.match((await farmer.get(LABELS)).body, /Nessuna etichetta/);
  groups[0]!.offer([oranges(3), honey(2)]);
  groups[1]!.offer([oranges(1)]);
  await settle();
  const all = await farmer.get(`${LABELS}?cycle=${key.cycleId}&pickup=1&skip=5&all=L12`);
  t.equal(count(all.body), 6);
  t.equal(all.body.split('class="label blank"').length - 1, 5);
  t.match(all.body, /<strong>Arance<\/strong><span>GAS 1<\/span><small>Fano, /);
  t.match(all.body, /<strong>10 kg<\/strong><small>Lotto L12 1\/3<\/small>/);
  t.notMatch(all.body.slice(all.body.indexOf('<ul class="labels"')), /adele/i, "nobody's name");
  t.equal(count((await farmer.get(`${LABELS}?order=${orderName(groups[1]!.thread)}`)).body), 1);
  t.equal(count((await farmer.get(`${LABELS}?cycle=${key.cycleId}&way=group`)).body), 3);
  const day = new Date(cycle().deliveries[0]!.startAt).toISOString().slice(0, 10);
  t.equal(count((await farmer.get(`${LABELS}?day=${day}`)).body), 6);
  t.equal(count((await farmer.get(`${LABELS}?day=2020-01-01`)).body), 0);
  const pdf = await farmer.get(`${LABELS}.pdf?cycle=${key.cycleId}&skip=23`);
  t.match(pdf.headers["content-type"], /pdf/);
  t.match(pdf.body, /^%PDF-1\.7/);
  const wrong = await farmer.get(`${LABELS}?cycle=${key.cycleId}&skip=24`);
  t.equal(wrong.status, 422);
  t.match(wrong.body, /value="24"/);
});

t.test("more labels than a hundred sheets are refused with their number", async (t) => {
  const { gas, honey, settle, farmHome } = await openMarket(t);
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  gas.offer([honey(3000)]);
  await settle();
  const page = await farmer.get(LABELS);
  t.equal(page.status, 422);
  t.match(page.body, /3000|3\.000/);
  t.equal((await farmer.get(`${LABELS}?way=group`)).status, 200);
});

t.test("C27 one person has two sheets of labels drawn at once, and is told to wait for the third", async (t) => {
  const { gas, honey, settle, farmHome } = await openMarket(t);
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  gas.offer([honey(1500)]);
  await settle();
  const asked = await Promise.all([1, 2, 3].map(() => farmer.get(`${LABELS}.pdf`)));
  t.same(asked.map(({ status }) => status).sort(), [200, 200, 503]);
  t.equal((await farmer.get(`${LABELS}.pdf?way=group`)).status, 200, "and afterwards there is room again");
  const page = await farmer.get(LABELS);
  t.match(page.body, /Qui ne vedi 6/, "a telephone is told that there are more");
});

t.test("C28 whatever a name holds, the labels hold its text and nothing that acts", async (t) => {
  const evil = `<script>alert(1)</script>(/URI (file:///etc/passwd)) \u202Eabc ${"parola lunghissima ".repeat(400)}`;
  const label = { product: evil, group: evil, pickup: evil, weight: evil, lot: evil, count: "1/2" };
  const sheet = { title: "Etichette", language: "it" as const, skip: 23, labels: [label, label] };
  const pdf = await writeLabelsPdf(sheet, 0);
  if ("refused" in pdf) throw new Error(pdf.refused);
  const text = Buffer.from(pdf).toString("latin1");
  t.notMatch(text, /\/(?:JavaScript|JS|URI|Launch|OpenAction|EmbeddedFile)\b\s*[(<[\d/]/);
  t.equal(text.match(/\/Type \/Page\b/g)?.length, 2, "each label stays in its place");
});

t.test("a product's new name does not change the labels of what was ordered before", async (t) => {
  const { gas, oranges, settle, farmHome, farm, cycle } = await openMarket(t);
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  gas.offer([oranges(1)]);
  await settle();
  const { productIri, facts } = cycle().lines[0]!.goods;
  saveProduct(farmHome.node.wire, farm, {
    productId: productIri,
    expectedVersion: 1,
    facts: { ...facts, name: "Altro" },
  });
  t.match((await farmer.get(LABELS)).body, /<strong>Arance/);
});
