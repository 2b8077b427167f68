// The catalog over HTTP: documents for nodes, pages for people, each with what it may see.
import { readFileSync } from "node:fs";
import sharp from "sharp";
import t, { type Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { listMirrorItems } from "../../src/catalogs/mirror/store.ts";
import { type ProductFacts, startFacts } from "../../src/catalogs/product.ts";
import { listCurrentProducts } from "../../src/catalogs/store.ts";
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { saveFollow } from "../../src/partners/store.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser } from "../web/browser.ts";
import { upload } from "../web/uploads.ts";
import { addPact } from "./farm.ts";

const JSON_ACCEPT = { accept: "application/activity+json" };

/** A farm on a node of its own, its farmer signed in. */
async function openHouse(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const actor = nodes.farm.addActor({ kind: "producer", handle: "valle", name: "Valle del Metauro" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const farmer = await signIn(nodes.farm, actor, "producer");
  const { orm } = nodes.farm.node.db;
  const sells = (facts: Partial<ProductFacts> & { name: string }) =>
    saveProduct(nodes.farm.node.wire, actor, {
      productId: null,
      expectedVersion: 0,
      facts: { ...startFacts(facts.name, 25_000, "KGM"), ...facts },
    });
  const products = () => listCurrentProducts(orm, actor.id);
  return { nodes, clock, settle, actor, gas, farmer, sells, products };
}

async function signIn(
  { node, config, origin }: TestNode,
  actor: LocalActor,
  role: "producer" | "member",
): Promise<Browser> {
  const email = `${role}@posta.example`;
  insertPerson(node.db.orm, { id: role, name: role, email, claimedEmail: email, nodeAdmin: false, createdAt: 0 });
  insertSeat(node.db.orm, { personId: role, actorId: actor.id, role, createdAt: 0 });
  const made = await signInLink(membersHouse(config, node.db, node.wire.clock), email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = openBrowser(node.app, origin);
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}

t.test("one address is a page for people and a Collection for nodes, whose id is the address as asked", async (t) => {
  const { nodes, actor, sells } = await openHouse(t);
  sells({ name: "Farro" });
  const browser = openBrowser(nodes.farm.node.app, nodes.farm.origin);
  const page = await browser.get("/valle/catalog");
  t.match(page.body, /<h1>Il listino di Valle del Metauro<\/h1>[\s\S]*Farro/);
  t.notMatch(page.body, /2,50/, "prices are for partners");
  const root = await browser.get("/valle/catalog", JSON_ACCEPT);
  t.match(JSON.parse(root.body), { type: "Collection", id: `${actor.id}/catalog`, totalItems: 1 });
  const first = await browser.get("/valle/catalog?after=start", JSON_ACCEPT);
  t.match(JSON.parse(first.body), { type: "CollectionPage", id: `${actor.id}/catalog?after=start` });
  const again = await browser.get("/valle/catalog", { ...JSON_ACCEPT, "if-none-match": String(root.headers.etag) });
  t.equal(again.status, 304);
  t.match((await browser.get("/valle/catalog/farro")).body, /<h1>Farro<\/h1>/);
  t.match(JSON.parse((await browser.get("/valle/catalog/farro", JSON_ACCEPT)).body), {
    id: `${actor.id}/catalog/farro`,
  });
});

t.test("B37 what is not there and what is not yours sound alike; a query nobody defined is not there", async (t) => {
  const { nodes, sells } = await openHouse(t);
  sells({ name: "Farro" });
  nodes.farm.addActor({ kind: "gas", handle: "gas", name: "Un GAS" });
  const browser = openBrowser(nodes.farm.node.app, nodes.farm.origin);
  const paths = [
    "/gas/catalog",
    "/nessuno/catalog",
    "/valle/catalog?after=x",
    "/valle/catalog?wide=1",
    "/valle/catalog/olio",
  ];
  const answers = await Promise.all(paths.map((path) => browser.get(path, JSON_ACCEPT)));
  for (const answer of answers) {
    t.equal(answer.status, 404);
    t.equal(answer.body, answers[0]!.body);
    t.match(answer.headers["cache-control"], "private, no-store");
  }
  t.equal((await browser.get("/valle/catalog?updatedAfter=2020-01-01T00:00:00Z", JSON_ACCEPT)).status, 410);
});

t.test("a group with a pact reads its prices over signed GET, hears of a change and reads it again", async (t) => {
  const { nodes, clock, settle, actor, gas, sells, products } = await openHouse(t);
  sells({ name: "Farro" });
  for (const [node, holder] of [
    [nodes.farm.node, actor.id],
    [nodes.gas.node, gas.id],
  ] as const)
    addPact({ wire: node.wire, actor }, gas.id, { priceDeltaHundredthsPercent: -1000 }, holder);
  t.notMatch(await nodes.gas.node.wire.senders.findActor(actor.id), { failed: /./ });
  const shown = () =>
    listMirrorItems(nodes.gas.node.db.orm, gas.id, actor.id, { limit: 10 }).map(({ product }) => product);
  clock.advance({ minutes: 1 });
  await settle();
  t.match(shown(), [{ name: "Farro", packagePriceCents: 225 }]);
  const [farro] = products();
  clock.advance({ minutes: 5 });
  saveProduct(nodes.farm.node.wire, actor, {
    productId: farro!.id,
    expectedVersion: 1,
    facts: { ...farro!.facts, priceTenThousandths: 30_000 },
  });
  await settle();
  clock.advance({ minutes: 1 });
  await settle();
  t.match(shown(), [{ name: "Farro", packagePriceCents: 270 }]);
  const member = await signIn(nodes.gas, gas, "member");
  const page = await member.get(`/desk/fano/mirrors?producer=${encodeURIComponent(actor.id)}`);
  t.match(page.body, /Il listino di Valle del Metauro[\s\S]*Copia di[\s\S]*2,70/);
});

t.test("the copy of a list is narrowed by what kind of thing it is, as the list itself is", async (t) => {
  const { nodes, clock, settle, actor, gas, sells } = await openHouse(t);
  sells({ name: "Farro", category: "Cereali" });
  sells({ name: "Orzo", category: "Cereali" });
  sells({ name: "Ceci", category: "Legumi & co" });
  await nodes.gas.node.wire.senders.findActor(actor.id);
  for (const [node, holder] of [
    [nodes.farm.node, actor.id],
    [nodes.gas.node, gas.id],
  ] as const)
    addPact({ wire: node.wire, actor }, gas.id, {}, holder);
  clock.advance({ minutes: 1 });
  await settle();
  const member = await signIn(nodes.gas, gas, "member");
  const path = `/desk/fano/mirrors?producer=${encodeURIComponent(actor.id)}`;
  const whole = await member.get(path);
  t.match(whole.body, /Farro[\s\S]*Orzo/);
  const [chip = ""] = /href="[^"]*category=Legumi[^"]*"/.exec(whole.body) ?? [];
  t.match(chip, /Legumi\+%26\+co/, "a chip for each kind");
  const narrowed = await member.get(`${path}&category=${encodeURIComponent("Legumi & co")}`);
  t.match(narrowed.body, /Ceci/);
  t.notMatch(narrowed.body, /Farro|Orzo/);
  t.match(narrowed.body, /aria-current="true">Legumi &amp; co/);
  t.match(narrowed.body, /type="hidden" name="category" value="Legumi &amp; co"/, "a search stays within the kind");
  t.match((await member.get(`${path}&category=Formaggi`)).body, /class="empty"/);
  const [, ceci = ""] = /name="star" value="([^"]*)"/.exec(narrowed.body) ?? [];
  const starred = await member.submit(narrowed, "/desk/fano/favourites", { star: ceci });
  t.match([starred.status, starred.path], [200, /category=Legumi/], "a star leads back to where one was");
  t.match(starred.body, /name="unstar"[^>]*aria-pressed="true"[^>]*Preferito: Ceci/);
  t.match((await member.get("/desk/fano/favourites")).body, "Ceci");
});

t.test("a follower without a pact copies the catalog without prices", async (t) => {
  const { nodes, clock, settle, actor, gas, sells } = await openHouse(t);
  sells({ name: "Farro" });
  await nodes.gas.node.wire.senders.findActor(actor.id);
  const peer = { peer: actor.id, host: new URL(actor.id).host, inbox: `${actor.id}/inbox`, sharedInbox: null };
  const times = { createdAt: 0, updatedAt: 0, followIri: `${gas.id}/follows/1` };
  saveFollow(nodes.gas.node.db.orm, { actorId: gas.id, direction: "out", state: "accepted", ...peer, ...times });
  clock.advance({ minutes: 1 });
  await settle();
  const shown = listMirrorItems(nodes.gas.node.db.orm, gas.id, actor.id, { limit: 10 });
  t.match(shown, [{ product: { name: "Farro", packagePriceCents: null, available: null } }]);
});

t.test(
  "a farmer adds a product, is told what is wrong beside the field, and finds the way to quick changes",
  async (t) => {
    const { farmer, products } = await openHouse(t);
    t.match((await farmer.get("/desk/valle/catalog")).body, /Qui ci sarà il vostro listino/);
    const blank = await farmer.get("/desk/valle/catalog/new");
    const fields = { name: "Ceci", saleUnitCode: "KGM", caseMode: "none", isActive: "on" };
    const wrong = await farmer.submit(blank, "/desk/valle/catalog/new", { ...fields, priceTenThousandths: "tre euro" });
    t.equal(wrong.status, 422);
    t.match(wrong.body, /value="tre euro"/, "what was typed is kept");
    t.match(wrong.body, /id="f-priceTenThousandths-error">non è un numero/);
    const saved = await farmer.submit(wrong, "/desk/valle/catalog/new", { ...fields, priceTenThousandths: "3,20" });
    t.match(saved.path, "/desk/valle/catalog/product/ceci?done=saved");
    t.match((await farmer.get("/desk/valle/catalog")).body, /href="\/desk\/valle\/catalog\/quick"/);
    t.match(products(), [{ version: 1, facts: { priceTenThousandths: 32_000 } }]);
  },
);

t.test("C16 whatever stands in a product's texts, pages show it as text", async (t) => {
  const { nodes, farmer, sells } = await openHouse(t);
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;
  const texts = { description: evil, ingredients: evil, origin: evil, storage: evil, category: evil };
  const cert = [{ kind: "organic" as const, body: evil, operatorCode: evil, validUntil: null }];
  sells({ name: evil, ...texts, certifications: cert, seasonMonths: [1] });
  const stranger = openBrowser(nodes.farm.node.app, nodes.farm.origin);
  const slug = "script-alert-1-script-img-src-x-onerror-alert-2";
  const paths = [
    "/desk/valle/catalog",
    `/desk/valle/catalog/product/${slug}`,
    "/desk/valle/catalog?category=%22%3E%3Cscript%3E&search=%3Cscript%3E",
  ];
  const pages = [await stranger.get("/valle/catalog"), await stranger.get(`/valle/catalog/${slug}`)];
  for (const path of paths) pages.push(await farmer.get(path));
  for (const page of pages) {
    t.equal(page.status, 200, page.path);
    t.notMatch(page.body, /<script>alert|<img src=x|"><script/, page.path);
  }
});

t.test("a sheet is uploaded, looked at, confirmed and taken back, all without script", async (t) => {
  const { farmer, products } = await openHouse(t);
  const bytes = readFileSync(new URL("../../examples/listino-fattoria.csv", import.meta.url));
  const start = await farmer.get("/desk/valle/catalog/import");
  const preview = await upload(farmer, start, "/desk/valle/catalog/import", {
    field: "file",
    name: "listino.csv",
    bytes,
  });
  t.match(preview.body, /<h1>Che cosa cambierebbe<\/h1>/);
  t.same(products(), []);
  const rows = [...preview.body.matchAll(/name="rows" value="(\d+)" checked/g)].map(([, row]) => row!);
  t.ok(rows.length > 40);
  const done = await farmer.submit(preview, preview.path, { rows, gone: "keep" });
  t.match(done.path, "/desk/valle/catalog?done=imported");
  t.equal(products().length, rows.length);
  const columns = await upload(farmer, start, "/desk/valle/catalog/import", {
    field: "file",
    name: "altro.csv",
    bytes: Buffer.from("A;B\nx;y\n"),
  });
  t.match(columns.path, /columns$/);
  t.match(columns.body, /name="column\.0"/);
  const undone = await farmer.submit(done, "/desk/valle/catalog/import/undo");
  t.match(undone.path, "/desk/valle/catalog?done=undone");
  t.same(products(), []);
  const bad = await upload(farmer, start, "/desk/valle/catalog/import", {
    field: "file",
    name: "x.xlsx",
    bytes: Buffer.from("\0\0\0"),
  });
  t.equal(bad.status, 422);
  t.match(bad.body, /Non si legge come listino/);
});

t.test("the list goes out as a file that a spreadsheet cannot be tricked by", async (t) => {
  const { farmer, sells } = await openHouse(t);
  sells({ name: "=HYPERLINK(1)" });
  const csv = await farmer.get("/desk/valle/catalog/export?format=csv");
  t.match(csv.headers["content-disposition"], /^attachment; filename="valle-2026-11-23\.csv"$/);
  t.notMatch(csv.body, /(^|;)"?=/m);
  t.match(JSON.parse((await farmer.get("/desk/valle/catalog/export?format=gdxp")).body), {
    applicationSignature: "Filiera",
  });
});

t.test("B35 C20 a picture is shown as a picture and nothing else, and no other name reaches a file", async (t) => {
  const { nodes, farmer, sells, products } = await openHouse(t);
  sells({ name: "Farro" });
  const path = "/desk/valle/catalog/product/farro";
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: "#aa7700" } })
    .png()
    .toBuffer();
  const file = { field: "picture", name: "../../farro.png", bytes };
  await upload(farmer, await farmer.get(path), `${path}/pictures`, file, { alt: "Un campo" });
  const hash = products()[0]?.facts.images[0]?.hash;
  t.match(hash, /^[0-9a-f]{64}$/);
  const stranger = openBrowser(nodes.farm.node.app, nodes.farm.origin);
  const shown = await stranger.get(`/media/${hash}.jpg`);
  t.match(shown.headers, {
    "content-type": "image/jpeg",
    "x-content-type-options": "nosniff",
    "content-disposition": "attachment",
  });
  t.match(shown.headers["content-security-policy"], /sandbox/);
  for (const name of [
    "..%2f..%2fdb.sqlite",
    `${"0".repeat(64)}.jpg`,
    `${hash}.png`,
    `${hash}.jpg%00`,
    "%2e%2e/db.sqlite",
  ])
    t.equal((await stranger.get(`/media/${name}`)).status, 404, name);
  const svg = { field: "picture", name: "x.jpg", bytes: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") };
  const refused = await upload(farmer, await farmer.get(path), `${path}/pictures`, svg, { alt: "x" });
  t.match(refused.body, /Non si legge come foto/);
});
