// A network's figures as everybody sees them: six, each with its definition, its groups, its picture, its table and its files.
import t from "tap";
import { transact } from "../../../src/db/transact.ts";
import { newSource } from "../../../src/network/reading/source.ts";
import { loadSource, saveReach, saveSource } from "../../../src/network/reading/store.ts";
import { FIGURES, makeFigures, spanUpTo } from "../../../src/network/statistics/figures.ts";
import type { MonthCell } from "../../../src/network/statistics/month.ts";
import { dropMonths, insertMonth, listSupply } from "../../../src/network/statistics/store.ts";
import { supplyClockTasks } from "../../../src/network/statistics/supplyActions.ts";
import { sumMonths } from "../../../src/network/statistics/totals.ts";
import { NO_NETWORK, startNodes } from "../../tools/nodes.ts";
import { fillValley } from "../directory/valley.ts";

const { nodes, clock } = await startNodes(t, ["network"], { carrier: NO_NETWORK });
const { node, addActor } = nodes.network;
const network = addActor({ kind: "district", level: "region", handle: "marche", name: "Rete Marche", place: "Ancona" });
const [FANO, URBINO] = ["https://gasfano.example/gas", "https://gasurbino.example/gas"] as const;

const ask = (path: string, headers: Record<string, string> = {}) =>
  node.app.inject({
    url: `/marche/statistics${path}`,
    headers: { "accept-language": "it", accept: "text/html", ...headers },
  });

const FLOUR: MonthCell = {
  ...{ category: "farine", unit: "KGM", families: 11, lines: 14, ordered: 1310, delivered: 1290, euros: 410 },
};

function publish(sourceUri: string, month: string, istat: string | null, cells: readonly MonthCell[]): void {
  const sums = { families: 23, orders: 6, producers: 5, euros: 1840, isWithheld: true };
  const iri = `${sourceUri}/statistics/${month}`;
  insertMonth(node.db.orm, { sourceUri, iri, month, istat, ...sums, cells, digest: "00", readAt: clock.at });
}

t.test("before anybody has published, the page says what each figure will be", async (t) => {
  const { statusCode, body } = await ask("");
  t.equal(statusCode, 200);
  t.equal(body.match(/<section class="figure"/g)?.length, FIGURES.length);
  t.match(body, /Nessun gruppo ha ancora pubblicato un mese/);
  t.match(body, /Ancora niente da contare/);
  t.notMatch(body, /<svg/);
});

t.test("six figures, each with what it counts, of how many groups, a picture with words and a table", async (t) => {
  await fillValley(await node.index.open(), network.id, clock.at);
  transact(node.db, (tx) => {
    for (const uri of [FANO, URBINO]) {
      saveSource(tx, { ...newSource(uri, clock.at), isDiscoverable: true, actorDueAt: null });
      saveReach(tx, network.id, { uri, via: network.id, depth: 1, standing: "agreed" }, clock.at);
    }
  });
  const eggs = { ...FLOUR, category: "uova", unit: "H87", ordered: null, delivered: 96, euros: null };
  publish(FANO, "2026-08", "041013", [FLOUR]);
  publish(FANO, "2026-09", "041013", [FLOUR, eggs]);
  publish(URBINO, "2026-09", "999014", [{ ...FLOUR, category: "<script>" }]);
  const count = () => supplyClockTasks(node.wire, node.index.open)[0]?.run(clock.at);
  await count();
  const { body: before } = await ask("");
  t.match(before, /si conta quando tutte le fonti della rete sono state lette: ne mancano 2/);
  t.notMatch(before, /farine · 1 produttore/, "nothing is counted of what is half read");
  for (const uri of [FANO, URBINO])
    saveSource(node.db.orm, { ...loadSource(node.db.orm, uri)!, kind: "gas", heard: { actor: clock.at } });
  await count();
  const { body } = await ask("");
  t.notMatch(body, /si conta quando/);
  t.match(body, /2 GAS su 4, mesi fino a settembre 2026/);
  t.match(body, /Qualche gruppo non può dire tutto/);
  t.match(body, /Ci sono 2 ordini aperti adesso/);
  t.match(body, /<th scope="row">Fano<\/th>/);
  t.match(body, /altro comune \(999014\)/);
  t.match(body, /Consegnato, in kg/);
  t.match(body, /2\.620 kg ordinati/);
  t.match(body, /&lt;script&gt;/);
  t.notMatch(body, /<script>/);
  t.match(body, /farine · 1 produttore/, "supply of this month");
  for (const svg of body.match(/<svg class="chart"[\s\S]*?<\/svg>/g) ?? [])
    t.match(svg, /<title id="[^"]+">[^<]+<\/title>/);
  t.notMatch(body, /style="/);
  t.match((await ask("", { "accept-language": "en" })).body, /Ordered and delivered/);
});

t.test("each figure is a file for spreadsheets and for programs, that comes once (304)", async (t) => {
  const csv = await ask("/goods.csv");
  t.match(csv.body, /category;unit;delivered;families;sources/);
  t.match(csv.body, /farine;KGM;2580;11;1/);
  t.equal((await ask("/goods.csv", { "if-none-match": String(csv.headers.etag) })).statusCode, 304);
  for (const name of FIGURES) {
    const figure = (await ask(`/${name}.json`)).json();
    t.ok(figure.definition.length > 40, name);
    t.same(
      Object.keys(figure.rows[0]),
      figure.columns.map((column: { name: string }) => column.name),
      name,
    );
  }
  t.match((await ask("/months.json")).json(), { from: "2025-10", to: "2026-09", groupsCounted: 2, groups: 4 });
  t.equal((await ask("/boh.csv")).statusCode, 404);
});

t.test("what is in season is counted once a month, from what everybody can see", async (t) => {
  const month = { from: "2026-11", to: "2026-11" };
  const supply = listSupply(node.db.orm, network.id, month);
  t.match(supply, [
    { category: "farine", producers: 1, products: 1 },
    { category: "frutta", istat: "041013", producers: 1, products: 1 },
  ]);
  await (await node.index.open()).scope(network.id, []);
  await supplyClockTasks(node.wire, node.index.open)[0]?.run(clock.at);
  t.same(listSupply(node.db.orm, network.id, month), supply);
});

t.test("a GAS that stops publishing is gone from the sums at once", async (t) => {
  dropMonths(node.db.orm, URBINO);
  const { body } = await ask("");
  t.notMatch(body, /999014/);
  t.notMatch(body, /&lt;script&gt;/);
});

t.test("only networks have such files, and an index that is away is said", async (t) => {
  addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  t.equal((await node.app.inject({ url: "/fano/statistics/goods.csv" })).statusCode, 404);
  t.equal((await node.app.inject({ url: "/fano/statistics" })).statusCode, 404);
  const asNode = { accept: "application/activity+json" };
  t.equal((await ask("", asNode)).statusCode, 404, "a network publishes no months of its own");
  await (await node.index.open()).close();
  t.equal((await ask("")).statusCode, 200, "for some minutes what was gathered is shown");
  clock.advance({ minutes: 6 });
  t.equal((await ask("")).statusCode, 503);
  t.equal((await ask("/goods.json")).statusCode, 503);
});

t.test("a figure without groups' months is made of the index alone", async (t) => {
  t.equal(spanUpTo(null), null);
  t.same(spanUpTo("2026-02"), { from: "2025-03", to: "2026-02" });
  const nothing = { byComune: [], byMonth: [], byCategory: [], demand: [], supply: [], sources: 0, groups: 2 };
  const count = { value: "041013", kind: "gas" as const, count: 2 };
  const figures = makeFigures({
    ...nothing,
    span: null,
    counts: [count, { ...count, value: "041067", kind: "district" }],
  });
  t.same(figures[0]?.rows, [["041013", 2, 0, null, null]]);
});

t.test("what producers have stands beside what households took of it that month, a line for each unit", async (t) => {
  const supply = [{ month: "2026-10", istat: "041013", category: "farine", producers: 2, products: 7 }];
  const months = [{ ...FLOUR }, { ...FLOUR, unit: "H87", families: 5, delivered: 3 }].map((cell) => ({
    ...{ sourceUri: FANO, month: "2026-10", istat: null, families: 23, orders: 6, producers: 5, euros: null },
    ...{ isWithheld: false, cells: [cell] },
  }));
  const demand = [{ month: "2026-10", totals: sumMonths(months, "category") }];
  const nothing = { span: null, byComune: [], byMonth: [], byCategory: [], counts: [], sources: 1, groups: 1 };
  const seasons = makeFigures({ ...nothing, supply, demand }).find(({ name }) => name === "seasons");
  t.same(seasons?.rows, [
    ["2026-10", "farine", 2, 7, 5, "H87", 3],
    ["2026-10", "farine", 2, 7, 11, "KGM", 1290],
  ]);
});
