// The public pages of a network, as people without an account see them.
import t from "tap";
import { HIDDEN_AFTER } from "../../../src/network/index/networkIndex.ts";
import { NO_NETWORK, startNodes } from "../../tools/nodes.ts";
import { entryOf, MILL } from "../index/entries.ts";
import { fillValley } from "./valley.ts";

const { nodes, clock } = await startNodes(t, ["network"], { carrier: NO_NETWORK });
const { node, addActor } = nodes.network;
const network = addActor({ kind: "district", level: "region", handle: "marche", name: "Rete Marche", place: "Ancona" });
addActor({ kind: "gas", handle: "gas-fano", name: "GAS Fano", place: "Fano" });

const ask = (path: string, language = "it") =>
  node.app.inject({ url: path, headers: { "accept-language": language, accept: "text/html" } });
const titles = async (path: string) =>
  [...(await ask(path)).body.matchAll(/<h3><a [^>]*>([^<]*)<\/a>/g)].map(([, name]) => name!.replaceAll("&#39;", "'"));

t.test("before anything was read each page says what will be here", async (t) => {
  for (const path of ["directory", "search", "offers", "map"]) {
    const { statusCode, body } = await ask(`/marche/${path}`);
    t.equal(statusCode, 200, path);
    t.match(body, /class="empty"/, path);
  }
  await fillValley(await node.index.open(), network.id, clock.at);
});

t.test(
  "a comune's name, without accents or capitals, finds who is near, nearest first, with the distance",
  async (t) => {
    t.same(await titles("/marche/directory?kind=gas&comune=FANO&km=50"), ["GAS Fano", "Gasolina", "GAS Urbino"]);
    t.match((await ask("/marche/directory?kind=gas&comune=Fano&km=50")).body, /Urbino \(33 km\)/);
    t.same(await titles("/marche/directory?kind=gas&comune=Urbino&km=0"), ["GAS Urbino"]);
    const { body } = await ask("/marche/directory?kind=gas&comune=Ascoli+Piceno&km=20");
    t.match(body, /Niente entro 20 km da Ascoli Piceno: i più vicini sono GAS Macerata \(50 km\)/);
    t.match((await ask("/marche/directory?comune=Atlantide")).body, /«Atlantide» non è tra i comuni/);
  },
);

t.test("everything shown says whose it is and when it was read, and what is old says so", async (t) => {
  const { body } = await ask("/marche/directory?kind=producer");
  t.match(body, /da mulino\.example, letto <time datetime="[^"]+">lunedì 23 novembre alle 12:00/);
  t.equal(body.match(/non aggiornato/g)?.length, 1);
  clock.at += HIDDEN_AFTER - 5 * 86_400_000;
  t.notOk((await titles("/marche/directory?kind=producer")).includes("Podere Vecchio"));
  clock.at -= HIDDEN_AFTER - 5 * 86_400_000;
});

t.test("products are found by words, category, certification and season; orders come by closing", async (t) => {
  t.same(await titles("/marche/search?find=mela"), ["Mele Perché no"]);
  t.same(await titles("/marche/search?find=perche"), ["Mele Perché no"]);
  t.same(await titles("/marche/search?category=frutta"), ["Mele Perché no", "Pere Abate"]);
  t.same(await titles("/marche/search?month=11"), ["Mele Perché no"]);
  t.same(await titles("/marche/search?kind=all&find=mulino"), ["Mulino della Valle"]);
  t.match((await ask("/marche/search?find=farro")).body, /1 kg · 3,20\s€/);
  t.same(await titles("/marche/offers"), ["Mele d'autunno", "Farine di novembre"]);
  t.match((await ask("/marche/search?find=ananas")).body, /Non c&#39;è niente che risponda/);
});

t.test(
  "one source's page shows what the index has of it and when it was read; of a stranger there is none",
  async (t) => {
    const path = `/marche/at?source=${encodeURIComponent(MILL)}`;
    const { statusCode, body } = await ask(path);
    t.equal(statusCode, 200);
    t.match(body, /<h1>Mulino della Valle<\/h1>/);
    t.same(await titles(path), ["Farine di novembre", "Farina di farro"]);
    t.match(body, /da mulino\.example, letto <time /);
    t.match(body, `href="${MILL}"`);
    t.ok((await ask("/marche/directory")).body.includes(`href="/marche/at?source=${encodeURIComponent(MILL)}"`));
    t.match((await ask(path, "en")).body, /Open its site/);
    for (const other of ["https://nessuno.example/x", "%00", "javascript:alert(1)"])
      t.equal((await ask(`/marche/at?source=${encodeURIComponent(other)}`)).statusCode, 404, other);
    t.equal((await ask("/gas-fano/at?source=x")).statusCode, 404);
  },
);

t.test("how many there are is told of everybody, and not beside a list that shows some of them", async (t) => {
  const chip = /<a href="\/marche\/directory\?kind=gas[^"]*"[^>]*>GAS[^<]*(?:<[^>]*>)?\s*\(?(\d*)/;
  t.equal(chip.exec((await ask("/marche/directory")).body)?.[1], "4");
  t.equal(chip.exec((await ask("/marche/directory?comune=Urbino&km=0")).body)?.[1], "");
});

t.test("the map counts by comune and leads to its list, and the list beneath says the same", async (t) => {
  const region = (await ask("/marche/map")).body;
  t.match(region, /aria-label="Pesaro e Urbino: 3 GAS, 3 produttori e 1 rete"/);
  t.match(region, /Dati: ISTAT/);
  const province = (await ask("/marche/map?province=041")).body;
  t.match(
    province,
    /<li><a href="\/marche\/directory\?comune=Fano&amp;km=0">Fano: 2 GAS, 1 produttore e 1 rete<\/a><\/li>/,
  );
  t.equal(province.match(/class="map-dot"/g)?.length, 3);
});

t.test("B34 what a source writes is text, and its address is no script", async (t) => {
  const index = await node.index.open();
  const evil = { readAt: clock.at, url: "javascript:alert(1)", text: "<script>alert(2)</script>" };
  await index.put([entryOf("product", "<img src=x onerror=alert(3)>", { ...evil, sourceId: MILL })]);
  const { body } = await ask("/marche/search?find=onerror");
  t.notMatch(body, /<img src=x|<script>alert|javascript:/);
  t.match(body, /href="#"/);
});

t.test(
  "a network's page leads to these; a group has none; English is complete; odd questions are answered",
  async (t) => {
    const own = (await ask("/marche")).body;
    for (const path of ["directory", "map", "search", "offers"]) t.match(own, `href="/marche/${path}"`);
    t.equal((await ask("/gas-fano/directory")).statusCode, 404);
    t.match((await ask("/marche/directory", "en")).body, /Find a GAS near you/);
    const odd = "kind=x&comune=%00&km=-1&province=1%27&month=99&certification=%3C&category=%27&after=w1&find=%22)";
    for (const path of ["directory", "search", "offers", "map"])
      t.equal((await ask(`/marche/${path}?${odd}`)).statusCode, 200, path);
  },
);
