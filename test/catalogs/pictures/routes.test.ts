// A product's pictures over HTTP: several in an order, each with its words; and how those of another node come to be shown here.
import sharp from "sharp";
import t, { type Test } from "tap";
import { saveProduct } from "../../../src/catalogs/actions.ts";
import { listMirrorItems } from "../../../src/catalogs/mirror/store.ts";
import { findPictures } from "../../../src/catalogs/pictures/copyActions.ts";
import { findCopies } from "../../../src/catalogs/pictures/copyStore.ts";
import { startFacts } from "../../../src/catalogs/product.ts";
import { listCurrentProducts } from "../../../src/catalogs/store.ts";
import { goodsOf } from "../../../src/orders/offering.ts";
import { saveFollow } from "../../../src/partners/store.ts";
import { startNodes } from "../../tools/nodes.ts";
import { type Browser, openBrowser } from "../../web/browser.ts";
import { deskBrowser } from "../../web/deskBrowser.ts";
import { upload } from "../../web/uploads.ts";

const PATH = "/desk/valle/catalog/product/farro";
const photo = (shade: string, width = 60) =>
  sharp({ create: { width, height: 40, channels: 3, background: shade } })
    .jpeg()
    .toBuffer();

/** A farm with one product on its own node, and a group on another. */
async function openFarm(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "valle", name: "Valle del Metauro" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { wire, db } = nodes.farm.node;
  const facts = { ...startFacts("Farro", 25_000, "KGM"), category: "Cereali" };
  saveProduct(wire, farm, { productId: null, expectedVersion: 0, facts });
  const farmer = await deskBrowser(nodes.farm, ["valle"]);
  const images = () => listCurrentProducts(db.orm, farm.id)[0]!.facts.images;
  return { nodes, clock, settle, farm, gas, farmer, images };
}

/** Sends a photograph, as a browser without script does. */
async function add(browser: Browser, bytes: Buffer, alt: string, name = "foto.jpg") {
  return upload(browser, await browser.get(PATH), `${PATH}/pictures`, { field: "picture", name, bytes }, { alt });
}
type House = Awaited<ReturnType<typeof openFarm>>;

t.test("C30 a farm's photographs from a phone to another node's order", async (t) => {
  const house = await openFarm(t);
  await t.test("several stand in an order that can be changed, each with words that can", (t) =>
    orderPictures(t, house),
  );
  await t.test("the public list shows the first one small, the product's page all of them", (t) => showThem(t, house));
  await t.test("a file of more than 10 MB is cut off, one of 6 MB is taken where no script made it smaller", (t) =>
    limitThem(t, house),
  );
  await t.test(
    "B36 the group's node fetches a copy and shows that; what it is told of elsewhere it leaves alone",
    (t) => copyThem(t, house),
  );
});

async function orderPictures(t: Test, { farmer, images }: House): Promise<void> {
  for (const [i, shade] of ["#aa7700", "#007700", "#0000aa"].entries())
    t.equal((await add(farmer, await photo(shade), `Foto ${i + 1}`)).status, 200);
  t.same(
    images().map(({ alt }) => alt),
    ["Foto 1", "Foto 2", "Foto 3"],
  );
  const change = async (place: number, fields: Record<string, string>) => {
    const { body } = await farmer.get(PATH);
    const token = /name="_token" value="([^"]+)"/.exec(body)![1]!;
    const version = /name="version" value="(\d+)"/.exec(body)![1]!;
    const { hash, alt } = images()[place]!;
    const form = new URLSearchParams({ _token: token, version, hash, alt, ...fields });
    return farmer.post(`${PATH}/pictures/change`, String(form));
  };
  await change(2, { act: "sooner" });
  await change(1, { act: "save", alt: "Il campo a giugno" });
  await change(2, { act: "remove" });
  t.same(
    images().map(({ alt }) => alt),
    ["Foto 1", "Il campo a giugno"],
  );
  const mute = await change(0, { act: "save", alt: " " });
  t.equal(mute.status, 422);
  t.match(mute.body, /Scrivi che cosa si vede/);
}

async function showThem(t: Test, { nodes, images }: House): Promise<void> {
  const stranger = openBrowser(nodes.farm.node.app, nodes.farm.origin);
  const [first, second] = images();
  const list = await stranger.get("/valle/catalog");
  const [, src = ""] = /<img class="thumb" src="([^"]+)" alt="Foto 1" width="72" height="72" loading="lazy">/.exec(
    list.body,
  )!;
  const small = await stranger.get(src);
  t.match(small.headers, { "content-type": "image/webp", "x-content-type-options": "nosniff" });
  t.equal(small.headers["content-disposition"], "attachment");
  const page = await stranger.get("/valle/catalog/farro");
  for (const { hash } of [first!, second!]) t.match(page.body, `/media/${hash}.jpg`);
}

async function limitThem(t: Test, { farmer, images }: House): Promise<void> {
  const before = images().length;
  const large = Buffer.concat([await photo("#445566"), Buffer.alloc(6 * 1024 * 1024, "x")]);
  t.equal((await add(farmer, large, "Sei mega")).status, 200);
  t.equal(images().length, before + 1);
  const refused = await add(farmer, Buffer.alloc(10 * 1024 * 1024 + 1, "x"), "Troppo");
  t.equal(refused.status, 413);
  t.match(refused.body, /al massimo 10 MB/);
  const page = await add(farmer, Buffer.from("<html><script>alert(1)</script>"), "x", "<script>.html");
  t.equal(page.status, 422, "a page is no picture, whatever it is called");
  t.notMatch(page.body, "<script>alert");
  t.equal(images().length, before + 1);
}

async function copyThem(t: Test, { nodes, clock, settle, farm, gas, images }: House): Promise<void> {
  const { db } = nodes.gas.node;
  await nodes.gas.node.wire.senders.findActor(farm.id);
  const peer = { peer: farm.id, host: new URL(farm.id).host, inbox: `${farm.id}/inbox`, sharedInbox: null };
  const times = { followIri: `${gas.id}#f`, createdAt: 0, updatedAt: 0 };
  saveFollow(db.orm, { actorId: gas.id, direction: "out", state: "accepted", ...peer, ...times });
  for (const _ of ["its catalog is read", "its pictures are fetched"]) {
    clock.advance({ minutes: 1 });
    await settle();
  }
  await settle();
  const [item] = listMirrorItems(db.orm, gas.id, farm.id, { limit: 9 });
  const { picture, category } = item!.product;
  t.equal(category, "Cereali");
  t.match(picture, { alt: "Foto 1", url: `${nodes.farm.origin}/media/${images()[0]!.hash}.jpg` });
  const hash = findCopies(db.orm, gas.id, [picture!.url]).get(picture!.url);
  t.match(hash, /^[0-9a-f]{64}$/);
  t.same(
    [...findPictures(db.orm, nodes.gas.origin, gas.id, [picture!.url, "https://spy.example/1.gif"])],
    [[picture!.url, hash]],
  );
  const shown = await openBrowser(nodes.gas.node.app, nodes.gas.origin).get(`/media/${hash!.slice(0, 16)}.webp`);
  t.equal(shown.headers["content-type"], "image/webp");
  t.match(goodsOf({ ...item!.product, packagePriceCents: 250 }), { picture, category: "Cereali" });
}
