// What a network gives to others' software: its numbers with what they mean, its catalogue, its calendar, and the list of all of it.
import { parse } from "csv-parse/sync";
import t from "tap";
import { loadActor, updateActor } from "../../../src/activitypub/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { OPEN_ANSWERS } from "../../../src/network/opendata/openapi.ts";
import { findPlace } from "../../../src/network/places/places.ts";
import { newSource } from "../../../src/network/reading/source.ts";
import { markReach, saveReach, saveSource } from "../../../src/network/reading/store.ts";
import { insertMonth, keepOnlyMonths, replaceSupply } from "../../../src/network/statistics/store.ts";
import { NO_NETWORK, startNodes } from "../../tools/nodes.ts";
import { dataOf } from "../../web/browser.ts";
import { fillValley } from "../directory/valley.ts";
import { entryOf, MILL } from "../index/entries.ts";

const DAY = 86_400_000;
const { nodes, clock } = await startNodes(t, ["network"], { carrier: NO_NETWORK });
const { node, addActor, origin } = nodes.network;
const network = addActor({ kind: "district", handle: "metauro", name: "DES & Metauro" });
addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano" });
const farm = addActor({ kind: "producer", handle: "podere", name: "Podere" });
const index = await node.index.open();
await fillValley(index, network.id, clock.at);
const meeting = (name: string, days: number, some = {}) =>
  entryOf("event", name, {
    ...{ place: findPlace("Fano"), sourceId: MILL, url: MILL, readAt: clock.at },
    ...{ startsAt: clock.at + days * DAY, endsAt: clock.at + days * DAY + 3_600_000, ...some },
  });
await index.put([
  meeting("Il pane", 3),
  meeting("Potatura", 4),
  meeting("Assemblea", 40, { isCancelled: true }),
  meeting("Ieri", -1),
]);
transact(node.db, (tx) => {
  replaceSupply(tx, network.id, "2026-11", [
    { istat: "041013", category: '=HYPERLINK("http://x")', producers: 2, products: 14 },
  ]);
  const gas = "https://gasfano.example/gas";
  saveSource(tx, { ...newSource(gas, clock.at), kind: "gas", isDiscoverable: true });
  saveReach(tx, network.id, { uri: gas, via: network.id, depth: 1, standing: "agreed" }, clock.at);
  const cell = { category: "formaggi", unit: "KGM", families: 11, lines: 14, ordered: 31, delivered: 29, euros: 410 };
  insertMonth(tx, {
    ...{ sourceUri: gas, iri: `${gas}/statistics/2026-09`, month: "2026-09", istat: "041013", families: 23, orders: 6 },
    ...{ euros: 1840, producers: 5, isWithheld: true, cells: [cell], digest: "0".repeat(64), readAt: clock.at },
  });
});

const ask = (path: string, headers: Record<string, string> = {}) =>
  node.app.inject({ url: path, headers: { "accept-language": "it", ...headers } });
const rowsOf = async (name: string) => JSON.parse((await ask(`/metauro/open-data/${name}.json`)).body).rows;

t.test("each dataset says what its numbers mean, and says the same as a table and as JSON", async (t) => {
  const page = await ask("/metauro/open-data", { accept: "text/html" });
  t.match(dataOf(page.body), {
    ...{ "@type": "DataCatalog", license: /creativecommons\.org\/licenses\/by\/4\.0/ },
    dataset: [
      {
        "@type": "Dataset",
        distribution: [{ encodingFormat: "text/csv", contentUrl: /\/metauro\/open-data\/groups\.csv$/ }],
      },
    ],
  });
  t.equal(page.statusCode, 200);
  t.match(page.headers["cache-control"], /no-cache/);
  for (const name of ["groups", "demand", "supply", "events"]) {
    const json = JSON.parse((await ask(`/metauro/open-data/${name}.json`)).body);
    t.match(json, { source: network.id, updated: "2026-11-23", licence: /creativecommons.org\/licenses\/by\/4\.0/ });
    t.ok(json.definition.it.length > 20 && json.definition.en.length > 20, name);
    const csv = await ask(`/metauro/open-data/${name}.csv`);
    t.match(csv.headers["content-type"], /^text\/csv/);
    const [head, ...rows] = parse(csv.body, { bom: true, delimiter: ";" }) as string[][];
    t.same(head, Object.keys(json.columns), name);
    t.equal(rows.length, json.rows.length, name);
    t.match(page.body, `/metauro/open-data/${name}.csv`);
  }
});

t.test("the numbers are those of the index and of what groups published, by place, month and category", async (t) => {
  t.match(await rowsOf("groups"), [
    { comune: "Fano", groups: 2, producers: 1, networks: 1 },
    { comune: "Fossombrone", groups: 0, producers: 1 },
    { comune: "Urbino", groups: 1, producers: 1 },
    { comune: "Macerata", groups: 1 },
  ]);
  t.same(await rowsOf("events"), [{ month: "2026-11", istat: "041013", comune: "Fano", events: 2 }]);
  t.match(await rowsOf("demand"), [
    { by: "month", key: "2026-09", groups: 1, families: 23, orders: 6, euros: 1840, partial: true },
    { by: "comune", key: "041013", comune: "Fano", families: 23 },
    { by: "category", key: "formaggi", unit: "KGM", families: 11, ordered: 31, delivered: 29, orders: null },
  ]);
  t.match(await rowsOf("supply"), [{ month: "2026-11", comune: "Fano", producers: 2, products: 14 }]);
});

t.test("C26 a category that would be a formula stays text in the table", async (t) => {
  t.match((await ask("/metauro/open-data/supply.csv")).body, /"'=HYPERLINK/);
});

t.test("there are open data of a listed network alone, and no dataset by another name", async (t) => {
  for (const path of ["/gas-fano/open-data", "/metauro/open-data/people.csv", "/nobody/open-data/groups.csv"])
    t.equal((await ask(path)).statusCode, 404, path);
  const hide = (discoverable: boolean) =>
    transact(node.db, (tx) => updateActor(tx, network.id, { discoverable, updatedAt: clock.at }));
  hide(false);
  for (const path of ["", "/groups.csv", "/catalog.jsonld"])
    t.equal((await ask(`/metauro/open-data${path}`)).statusCode, 404, path);
  hide(true);
  t.equal(loadActor(node.db.orm, network.id)?.discoverable, true);
});

t.test("portals harvest a DCAT-AP_IT catalogue that needs nothing from elsewhere", async (t) => {
  const answer = await ask("/metauro/open-data/catalog.jsonld");
  t.match(answer.headers["content-type"], /^application\/ld\+json/);
  const catalogue = JSON.parse(answer.body);
  t.match(catalogue, {
    "@type": ["dcat:Catalog", "dcatapit:Catalog"],
    "dct:publisher": { "foaf:name": "DES & Metauro", "dct:identifier": network.id },
    "dct:spatial": { "@id": /territorial-classifications\/regions\/11$/ },
    "dcat:themeTaxonomy": { "@id": /data-theme$/ },
  });
  const datasets = catalogue["dcat:dataset"];
  t.equal(datasets.length, 4);
  const must = ["identifier", "title", "description", "modified", "rightsHolder", "accrualPeriodicity"];
  for (const dataset of datasets) {
    for (const name of must) t.ok(dataset[`dct:${name}`], `${dataset["@id"]} ${name}`);
    t.match(dataset["dcat:theme"], { "@id": /data-theme\/AGRI$/ });
    for (const file of dataset["dcat:distribution"]) {
      t.match(file["dct:license"], { "@id": /A21_CCBY40$/ });
      const path = file["dcat:downloadURL"]["@id"].replace(origin, "");
      t.equal((await ask(path)).statusCode, 200, path);
    }
  }
  // Whatever is named in it is named by a prefix of its own context, or is a keyword of JSON-LD.
  const prefixes = new Set(Object.keys(catalogue["@context"]));
  const unknown: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const isNamed = Array.isArray(value) || name.startsWith("@") || prefixes.has(name.split(":")[0] ?? "");
      if (!isNamed) unknown.push(name);
      if (name !== "@context") walk(inner);
    }
  };
  walk(catalogue);
  t.same(unknown, []);
});

t.test(
  "the calendar shows meetings to come, the nearest first, what was called off as such, in every form",
  async (t) => {
    const page = await ask("/metauro/calendar", { accept: "text/html" });
    t.ok(page.body.indexOf("Il pane") < page.body.indexOf("Potatura"));
    t.notMatch(page.body, /Ieri/);
    for (const ending of ["atom", "rss", "json"])
      t.match(page.body, new RegExp(`<link rel="alternate" [^>]*href="/metauro/calendar\\.${ending}"`));
    t.match((await ask("/metauro/directory", { accept: "text/html" })).body, /rel="alternate" [^>]*directory\.atom/);
    const { body } = await ask("/metauro/calendar.ics");
    t.equal(body.match(/BEGIN:VEVENT/g)?.length, 3);
    t.match(body, /STATUS:CANCELLED/);
    t.match(body, /SUMMARY:Annullato: Assemblea/);
    t.match(body, /LOCATION:Fano/);
    const feed = JSON.parse((await ask("/metauro/calendar.json")).body);
    t.equal(feed.items.length, 3);
  },
);

t.test("what anybody fetches twice comes once (304)", async (t) => {
  const paths = ["open-data/groups.csv", "open-data/demand.json", "open-data/catalog.jsonld", "calendar.ics"];
  for (const path of [...paths.map((one) => `/metauro/${one}`), "/podere/dfc/catalog_items", "/api/openapi.json"]) {
    const first = await ask(path);
    t.equal(first.statusCode, 200, path);
    clock.advance({ minutes: 1 });
    const again = await ask(path, { "if-none-match": String(first.headers.etag) });
    t.match({ status: again.statusCode, body: again.body }, { status: 304, body: "" }, path);
    t.match(first.headers["cache-control"], /^public, max-age=\d+$/);
  }
});

t.test("what was counted is kept for some minutes; what is taken back is in no count from that moment", async (t) => {
  const gas = "https://gasfano.example/gas";
  const inFano = async () =>
    (await rowsOf("groups")).find(({ comune }: { comune: string }) => comune === "Fano").groups;
  const isBought = async () => (await rowsOf("demand")).length > 0;
  t.same([await inFano(), await isBought()], [2, true]);
  const id = "https://gasnuovo.example/gas";
  await index.put([entryOf("gas", "GAS Nuovo", { id, ...{ sourceId: gas, url: gas, place: findPlace("Fano") } })]);
  t.equal(await inFano(), 2, "kept as it was");
  clock.advance({ minutes: 1 });
  t.equal(await inFano(), 3, "what is new is counted within the minute");
  await index.remove(gas, [id]);
  t.equal(await inFano(), 2, "what is gone at once");
  markReach(node.db.orm, { actorId: network.id, sourceUri: gas }, { isPaused: true });
  t.equal(await isBought(), false);
  markReach(node.db.orm, { actorId: network.id, sourceUri: gas }, { isPaused: false });
  t.equal(await isBought(), true);
  keepOnlyMonths(node.db.orm, gas, []);
  t.equal(await isBought(), false);
});

/** What a page brings along, and what is one person's own: no program is told to ask for them. */
const ELSEWHERE = /^\/(?:static\/|sw\.js$|media\/|certificates\/|calendar\/:token)/;

t.test("the OpenAPI document names every address for software, and no other", async (t) => {
  const document = JSON.parse((await ask("/api/openapi.json")).body);
  t.match(document, { openapi: "3.1.0", servers: [{ url: origin }] });
  const routes = node.app.routeMatrix.filter(({ method, policy }) => method === "GET" && "public" in policy);
  const paths = new Map(routes.map(({ url }) => [url.replaceAll(/:(\w+)/g, "{$1}"), url]));
  const named = Object.keys(document.paths).filter((path) => "get" in document.paths[path]);
  t.same(
    named.filter((path) => !paths.has(path)),
    [],
    "each is a route",
  );
  const unnamed: string[] = [];
  for (const [path, url] of paths) {
    if (named.includes(path) || ELSEWHERE.test(url)) continue;
    // What is for software has an ending, or answers a browser neither with a page nor with ActivityPub.
    const filled = url.replace(":handle", "metauro").replaceAll(/:\w+/g, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
    const answer = await ask(filled, { accept: "text/html" });
    const isPage = /^(?:text\/html|application\/activity)/.test(String(answer.headers["content-type"] ?? "text/html"));
    if (/\.\w+$/.test(url) || !isPage) unnamed.push(url);
  }
  t.same(unnamed, [], "each route is named");
  t.ok(document.paths["/api/push/{token}"].post.requestBody.required);
  t.ok(OPEN_ANSWERS.length > 25);
});

t.test("B37 a farm's list in DFC's words has no price until the farm shows prices", async (t) => {
  const answer = await ask("/podere/dfc/enterprise");
  t.match(answer.headers["content-type"], /^application\/ld\+json/);
  t.match(JSON.parse(answer.body), { "@id": `${farm.id}/dfc/enterprise`, "dfc-b:manages": [] });
  for (const path of [
    "/metauro/dfc/enterprise",
    "/podere/dfc/catalog_items?after=nothing",
    "/podere/dfc/catalog_items?after=a&after=b",
  ])
    t.equal((await ask(path)).statusCode, 404, path);
});
