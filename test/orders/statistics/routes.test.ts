// The pages and documents of a group's figures as they are asked for: by its administrator, by everybody, by others' nodes.
import t from "tap";
import { transact } from "../../../src/db/transact.ts";
import { insertSeat } from "../../../src/members/store.ts";
import { START_POLICIES } from "../../../src/orders/planning/plan.ts";
import { writeMonth } from "../../../src/orders/statistics/activities.ts";
import type { ToldMonth } from "../../../src/orders/statistics/month.ts";
import { insertWritten } from "../../../src/orders/statistics/store.ts";
import { insertOrder, insertSnapshot } from "../../../src/orders/store.ts";
import { startNodes } from "../../tools/nodes.ts";
import { openBrowser } from "../../web/browser.ts";
import { deskBrowser } from "../../web/deskBrowser.ts";
import { line } from "../oranges.ts";

const { nodes } = await startNodes(t, ["home"]);
const { node, addActor } = nodes.home;
const gas = addActor({ kind: "gas", handle: "fano", name: "GAS Fano", place: "Fano" });
const TOLD: ToldMonth = {
  ...{ month: "2026-09", families: 1023, orders: 6, producers: 5, euros: 18400, isWithheld: true },
  cells: [
    { category: "formaggi", unit: "KGM", families: 11, lines: 14, ordered: 31, delivered: 29, euros: 410 },
    { category: "<b>uova", unit: "H87", families: 7, lines: 7, ordered: null, delivered: 1, euros: null },
  ],
};
const admin = await deskBrowser(nodes.home, ["fano"]);
const anybody = openBrowser(node.app, nodes.home.origin);
const PAGE = "/desk/fano/statistics";
const ask = (path: string, headers: Record<string, string> = {}) =>
  node.app.inject({ url: path, headers: { accept: "application/activity+json", ...headers } });

t.test("nothing is shown before the group decides, and its administrator sees what would leave", async (t) => {
  t.equal((await anybody.get("/fano/statistics")).status, 404);
  t.equal((await ask("/fano/statistics")).statusCode, 404);
  t.equal((await ask("/fano/statistics/2026-09")).statusCode, 404);
  t.notMatch((await anybody.get("/fano")).body, /\/fano\/statistics/);
  const page = await admin.get(`${PAGE}?month=2026-10`);
  t.match(page.body, /non si pubblicano/);
  t.match(page.body, /Non c&#39;è ancora un mese finito/);
  t.equal((await admin.get(`${PAGE}?month=boh`)).status, 400);
});

t.test("who chooses to publish says so to everybody, and the months stand there as tables", async (t) => {
  const page = await admin.submit(await admin.get(PAGE), PAGE, { shows: "yes" });
  t.match(page.body, /Smetti di pubblicare/);
  t.match((await anybody.get("/fano/statistics")).body, /Ancora nessun mese/);
  transact(node.db, (tx) => {
    const document = writeMonth(gas, TOLD, { istat: "041013", at: 0 });
    insertWritten(tx, gas.id, { month: TOLD.month, document, createdAt: Date.UTC(2026, 10, 15) }, []);
    insertWritten(tx, gas.id, { month: "2026-08", document: null, createdAt: 0 }, []);
  });
  t.match((await anybody.get("/fano")).body, /href="\/fano\/statistics"/);
  const { body } = await anybody.get("/fano/statistics");
  t.match(body, /settembre 2026/);
  t.match(body, /<dd>1\.023<\/dd>/);
  t.match(body, /<dd>18\.400 €<\/dd>/);
  t.match(body, /29 kg/);
  t.match(body, /non indicato/);
  t.match(body, /&lt;b&gt;uova/);
  const month = await anybody.get("/fano/statistics/2026-09", { "accept-language": "en" });
  t.match(month.body, /Published .*15 November 2026/);
  t.equal((await anybody.get("/fano/statistics/2026-08")).status, 404, "too few to tell anything");
});

/** An order that was delivered in October 2026, as its last snapshot has it. */
function keepDelivered(): void {
  const at = Date.UTC(2026, 9, 10, 18);
  const past = { cycleIri: null, thread: null, revision: 0, closedAt: at, cancelReason: null, needsPerson: null };
  const head = { id: "deliveredaaaaaaaaaaaaaaaaa", actorId: gas.id, producerId: "https://mulino.example/m" };
  const plan = { name: "Agrumi", note: "", opensAt: null, closesAt: at, completesUntil: null, pickups: [] };
  const rest = { createdAt: at, updatedAt: at, modifiers: [], policies: START_POLICIES };
  const lines = [line(1, { category: "Agrumi" }), line(2)];
  const order = { ...head, ...plan, ...past, ...rest, lines, state: "delivered" } as const;
  const charges = [
    { householdId: "h1", cents: 1900, goodsCents: 1750, lines: [{ lineNumber: 1, cents: 1750 }] },
    { householdId: "h2", cents: 300, goodsCents: 300, lines: [{ lineNumber: 2, cents: 300 }] },
  ];
  transact(node.db, (tx) => {
    insertOrder(tx, order, { createdBy: null, madeFrom: null, recurrenceId: null });
    insertSnapshot(tx, order, 3, { settlement: { charges } }, at);
  });
}

t.test("what the group bought stands on its own desk, for who runs orders, and nowhere else", async (t) => {
  const own = `${PAGE}/own`;
  const page = await admin.get(`${own}?by=household&from=2026-01-01&to=2026-06-30`);
  t.match(page.body, /Nessun ordine consegnato in questo periodo/);
  t.match(page.body, /Dal giovedì 1 gennaio 2026 al martedì 30 giugno 2026/);
  t.notMatch(page.body, /produttori che segui tu/);
  t.equal((await admin.get(`${own}?by=person`)).status, 400);
  const csv = await admin.get(`${own}.csv?by=category`);
  t.match(csv.body, /Categoria;Ordini;Famiglie;Prodotti/);
  keepDelivered();
  const byCategory = await admin.get(`${own}?by=category&from=2026-01-01&to=2026-12-31`);
  t.match(byCategory.body, /<svg class="chart"[\s\S]*Agrumi[\s\S]*17,50/);
  const byProducer = await admin.get(`${own}.csv?from=2026-01-01&to=2026-12-31`);
  t.match(byProducer.body, /mulino\.example;1;2;20,50;1,50;22\r?\n|mulino\.example;1;2;20,50;1,50;22,00/);
  const rita = await deskBrowser(nodes.home, [], "rita");
  const seat = { personId: "rita", actorId: gas.id, role: "referente", createdAt: 0 } as const;
  insertSeat(node.db.orm, { ...seat, producers: JSON.stringify(["https://casaro.example/c"]) });
  const hers = await rita.get(`${own}?from=2026-01-01&to=2026-12-31`);
  t.match(hers.body, /produttori che segui tu/);
  t.notMatch(hers.body, /mulino/, "another producer's orders are not hers to see");
  t.equal((await ask(own)).statusCode, 401);
});

t.test("the columns a group chose stay chosen, on the screen and in files", async (t) => {
  const sheet = "/desk/fano/orders/deliveredaaaaaaaaaaaaaaaaa/reports/products";
  const columns = (body: string) => (body.split("</thead>")[0]!.match(/<th /g) ?? []).length;
  const whole = await admin.get(sheet);
  t.equal(columns(whole.body), 8);
  const form = new URLSearchParams({ "show.unit": "on", "show.euro": "on" });
  form.set("_token", /name="_token" value="([^"]+)"/.exec(whole.body)?.[1] ?? "");
  await admin.post(`${sheet}/columns`, String(form));
  t.equal(columns((await admin.get(sheet)).body), 3);
  t.match((await admin.get(`${sheet}.csv`)).body, /Prodotto;[^;\n]*;[^;\n]*\r?\n/);
  t.equal((await admin.post(`${sheet.replace("products", "table")}/columns`, String(form))).status, 404);
});

t.test("other nodes read a list and signed months, once (304)", async (t) => {
  const list = await ask("/fano/statistics");
  t.same(list.json().orderedItems, [`${gas.id}/statistics/2026-09`]);
  t.equal((await ask("/fano/statistics", { "if-none-match": String(list.headers.etag) })).statusCode, 304);
  const month = await ask("/fano/statistics/2026-09");
  t.match(month.json(), { type: "Page", proof: { cryptosuite: "eddsa-jcs-2022" }, "filiera:families": "1023" });
  t.equal((await ask("/fano/statistics/2026-09", { "if-none-match": String(month.headers.etag) })).statusCode, 304);
  t.equal((await ask("/fano")).json()["filiera:statistics"], `${gas.id}/statistics`);
  t.equal((await ask("/fano/statistics/2026-08")).statusCode, 404);
  t.equal((await ask("/nessuno/statistics")).statusCode, 404);
});

t.test("a month taken back answers 410 with its tombstone, and a group that stops publishing 404", async (t) => {
  const page = await admin.submit(await admin.get(PAGE), `${PAGE}/revoke`, { month: "2026-09" });
  t.match(page.body, /ritirato/);
  const gone = await ask("/fano/statistics/2026-09");
  t.equal(gone.statusCode, 410);
  t.match(gone.json(), { type: "Tombstone", formerType: "https://www.w3.org/ns/activitystreams#Page" });
  t.equal((await anybody.get("/fano/statistics/2026-09")).status, 410);
  t.same((await ask("/fano/statistics")).json().orderedItems, []);
  t.equal((await admin.submit(await admin.get(PAGE), PAGE, { shows: "maybe" })).status, 400);
  await admin.submit(await admin.get(PAGE), PAGE, { shows: "no" });
  t.equal((await ask("/fano/statistics")).statusCode, 404);
  t.equal((await ask("/fano")).json()["filiera:statistics"], undefined);
});
