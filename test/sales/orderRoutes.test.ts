// Orders answered from the farmer's desk, by forms alone, and read at their addresses by whom they concern.
import t from "tap";
import { contractPath } from "../../src/partners/threads/contractRoutes.ts";
import { closeEarly } from "../../src/sales/actions.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { sitDown } from "../partners/desks.ts";
import { openBrowser } from "../web/browser.ts";
import { sure } from "./cycles.ts";
import { openMarket } from "./market.ts";

const DESK = "/desk/agrumeto/sales";

t.test("a farmer sees who waits, accepts with one tap, proposes less line by line, and confirms all", async (t) => {
  const market = await openMarket(t, { groups: 2, stock: 80, rules: { answers: "hand" } });
  const { groups, oranges, honey, settle, order, said, farmHome, wire, key } = market;
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  t.match((await farmer.get(DESK)).body, /Nessun ordine aspetta la tua risposta/);
  groups[0]!.offer([oranges(5), honey(2)]);
  await settle();
  groups[1]!.offer([oranges(5)]);
  await settle();
  let list = await farmer.get(DESK);
  t.match(list.body, /2 ordini aspettano la tua risposta/);
  const first = `${DESK}/${orderName(groups[0]!.thread)}`;
  list = await farmer.submit(list, `${first}/answer`);
  t.equal(list.path, DESK, "back to the list");
  t.match(order(groups[0]), { status: "accepted" });
  const path = `${DESK}/${orderName(groups[1]!.thread)}`;
  let page = await farmer.get(path);
  t.match(page.body, /Non ce n&#39;è abbastanza: Arance/);
  t.match(page.body, /name="quantity\.0" type="text" value="30"/, "what is left is proposed");
  page = await farmer.submit(page, `${path}/answer`, { kind: "change", "quantity.0": "45", note: "" });
  t.equal(page.status, 422);
  t.match(page.body, /non è un multiplo/);
  page = await farmer.submit(page, `${path}/answer`, {
    kind: "change",
    "quantity.0": "30",
    note: "Gelata: ne restano 30 kg",
  });
  t.match(page.body, /proposta inviata/);
  t.match(said(groups[1]), [{ kind: "countered", note: "Gelata: ne restano 30 kg", lines: [oranges(3)] }]);
  groups[1]!.offer([oranges(3)], 2);
  await settle();
  sure(closeEarly(wire(), key));
  const cycle = await farmer.get(`/desk/agrumeto/cycles/${key.cycleId}`);
  const done = await farmer.submit(cycle, `/desk/agrumeto/cycles/${key.cycleId}/confirm`);
  t.match(done.body, /confermato/);
  for (const group of groups) t.match(order(group), { status: "confirmed" });
});

t.test("the production sheet adds all groups up and shows each delivery, on screen, as CSV and as PDF", async (t) => {
  const { groups, oranges, honey, settle, farmHome, key } = await openMarket(t, { groups: 2 });
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  groups[0]!.offer([oranges(5), honey(2)]);
  groups[1]!.offer([oranges(3)]);
  await settle();
  const sheet = await farmer.get(`${DESK}/sheet?cycle=${key.cycleId}`);
  t.match(sheet.body, /Foglio di produzione: Agrumi/);
  t.match(sheet.body, /<td class="number"[^>]*>80<\/td><td class="text"[^>]*>kg<\/td><td class="number"[^>]*>8<\/td>/);
  t.match(sheet.body, /Fano, /);
  t.match(sheet.body, /GAS 1/);
  const csv = await farmer.get(`${DESK}/sheet.csv?cycle=${key.cycleId}`);
  t.match(csv.body, /Tutti i gruppi insieme;Arance;"?"?;80;kg;8/);
  const pdf = await farmer.get(`${DESK}/sheet.pdf?cycle=${key.cycleId}`);
  t.match(pdf.headers["content-type"], /pdf/);
  t.match((await farmer.get(`${DESK}/sheet`)).body, /80/);
  t.equal((await farmer.get(`${DESK}/sheet?cycle=none`)).status, 404);
});

t.test("an order that waits for its answer draws no table of its delivery", async (t) => {
  const { groups, oranges, settle, farmHome, key } = await openMarket(t, { groups: 1, rules: { answers: "hand" } });
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  groups[0]!.offer([oranges(5)]);
  await settle();
  const sheet = await farmer.get(`${DESK}/sheet?cycle=${key.cycleId}`);
  t.match(sheet.body, /<td class="number"[^>]*>50<\/td>/, "what is to be decided");
  t.equal(sheet.body.split("<table").length - 1, 1);
});

t.test("the sheet of a cycle that ended without orders promises none", async (t) => {
  const { farmHome, key, wire } = await openMarket(t, { groups: 1 });
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  const address = `${DESK}/sheet?cycle=${key.cycleId}`;
  t.match((await farmer.get(address)).body, /Ancora niente da preparare/);
  sure(closeEarly(wire(), key));
  t.match((await farmer.get(address)).body, /Per questa apertura non è stato concordato niente/);
});

t.test("the contract of an order names its goods, not their addresses", async (t) => {
  const { groups, oranges, settle, farmHome } = await openMarket(t, { groups: 1 });
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  groups[0]!.offer([oranges(5)]);
  await settle();
  const { body } = await farmer.get(contractPath("agrumeto", groups[0]!.thread));
  t.match(body, /<th scope="row">Arance<\/th>/);
  t.notMatch(body, oranges(5).lineIri);
});

t.test("a delivery note is written by what came, read by both sides, and by nobody else", async (t) => {
  const market = await openMarket(t, { groups: 2 });
  const { groups, oranges, honey, settle, order, farmHome, wire, farm, said } = market;
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  const buyer = await sitDown(farmHome, "bruno", "gas1", "referente");
  const other = await sitDown(farmHome, "carla", "gas2", "referente");
  groups[0]!.offer([oranges(5), honey(2)]);
  await settle();
  const path = `${DESK}/${orderName(groups[0]!.thread)}`;
  let page = await farmer.get(path);
  t.match(page.body, /Il contratto firmato/);
  page = await farmer.submit(page, `${path}/move`, { act: "confirm" });
  t.match(order(), { status: "confirmed" });
  const form = await farmer.get(`${path}/note`);
  t.match(form.body, /value="50"/);
  const wrong = await farmer.submit(form, `${path}/note`, { "quantity.0": "tanti", "quantity.1": "2", "cents.1": "5" });
  t.equal(wrong.status, 422);
  t.match(wrong.body, /non è un numero/);
  const fields = { "quantity.0": "49,7", "quantity.1": "2", "charge.1": "Trasporto", "cents.1": "5,00" };
  page = await farmer.submit(form, `${path}/note`, fields);
  t.match(page.body, /Bolla, versione 1/);
  t.match(said().at(-1), { kind: "delivery-note", charges: [{ name: "Trasporto", cents: 500 }] });
  const [, address = ""] = /href="(\/agrumeto\/delivery-notes\/[^"]+)"/.exec(page.body) ?? [];
  for (const reader of [farmer, buyer]) {
    const seen = await reader.get(address);
    t.match(seen.body, /49,7/);
    t.match(seen.body, /118,43/, "94,43 and 19,00 and 5,00");
    t.match(seen.headers["cache-control"], /no-store/);
  }
  t.match((await buyer.get(`${address}.csv`)).body, /Trasporto/);
  t.match((await buyer.get(`${address}.pdf`)).headers["content-type"], /pdf/);
  t.equal((await other.get(address)).status, 404);
  const stranger = openBrowser(farmHome.node.app, farmHome.origin);
  t.equal((await stranger.get(address)).status, 404);
  t.equal((await stranger.get(address, { accept: "application/activity+json" })).status, 404);
  t.ok(wire() && farm);
});

t.test("B37 the note's Document is served to the buyer's signature alone", async (t) => {
  const market = await openMarket(t, { where: "two", groups: 2 });
  const { groups, oranges, settle, farmHome, gasHome } = market;
  const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
  groups[0]!.offer([oranges(5)]);
  await settle();
  const path = `${DESK}/${orderName(groups[0]!.thread)}`;
  await farmer.submit(await farmer.get(path), `${path}/move`, { act: "confirm" });
  await farmer.submit(await farmer.get(`${path}/note`), `${path}/note`, { "quantity.0": "50" });
  const [, address = ""] = /href="(\/agrumeto\/delivery-notes\/[^"]+)"/.exec((await farmer.get(path)).body) ?? [];
  const iri = `${farmHome.origin}${address}`;
  const read = (actorId: string) => gasHome.node.wire.fetchDocument(iri, actorId);
  t.match(await read(groups[0]!.actor.id), { document: { type: "Document", id: iri } });
  t.match(await read(groups[1]!.actor.id), { failed: String });
});

t.test(
  "an order is refused with a word, cancelled with a reason, and a request to take it back is answered",
  async (t) => {
    const { groups, oranges, settle, farmHome, said, order } = await openMarket(t, {
      groups: 2,
      rules: { answers: "hand" },
    });
    const farmer = await sitDown(farmHome, "adele", "agrumeto", "producer");
    for (const group of groups) group.offer([oranges(1)]);
    await settle();
    const [one, two] = groups.map(({ thread }) => `${DESK}/${orderName(thread)}`) as [string, string];
    let page = await farmer.submit(await farmer.get(one), `${one}/answer`, { kind: "refuse", why: "Finite" });
    t.match(page.body, /rifiutato/);
    t.match(said(groups[0]), [{ kind: "rejected", reason: "refused-by-producer", note: "Finite" }]);
    page = await farmer.submit(await farmer.get(two), `${two}/answer`, { kind: "accept" });
    page = await farmer.submit(page, `${two}/move`, { act: "confirm" });
    groups[1]!.undo();
    await settle();
    page = await farmer.get(two);
    t.match(page.body, /Il gruppo chiede di ritirare/);
    const unsaid = await farmer.submit(page, `${two}/move`, { act: "cancel", reason: "" });
    t.equal(unsaid.status, 422);
    page = await farmer.submit(page, `${two}/request`, { granted: "yes" });
    t.match(order(groups[1]), { status: "cancelled", request: null });
    t.match((await farmer.get(`${DESK}?only=over`)).body, /annullato/);
    const stale = await farmer.post(`${two}/move`, "act=cancel&seen=1");
    t.equal(stale.status, 403, "without the form's token nothing happens");
  },
);
