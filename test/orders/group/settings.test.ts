// What a group decides once, on real nodes: its page and its network hear it, and new orders begin with it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import type { Wire } from "../../../src/activitypub/wire.ts";
import { groupOrders, START_SETTINGS } from "../../../src/orders/group/settings.ts";
import { listPlaces, loadGroupSettings } from "../../../src/orders/group/store.ts";
import { followActor } from "../../../src/partners/follows/followActions.ts";
import { describeAndTell } from "../../../src/partners/profileActions.ts";
import { sitDown } from "../../partners/desks.ts";
import { startNodes } from "../../tools/nodes.ts";
import type { Browser } from "../../web/browser.ts";

const SETTINGS = "/desk/fano/settings";
const PLACES = `${SETTINGS}/places`;
const ORDERS = {
  ...{ ordersFirst: "closing", whenMinimumMissed: "ask", whenCaseOpen: "down", sendBy: "hand" },
  ...{ allocation: "proportional", acceptShortPercent: "70" },
};

async function find(wire: Wire, iri: string) {
  const found = await wire.senders.findActor(iri);
  if ("failed" in found) throw new Error(found.detail);
  return found;
}

async function submit(browser: Browser, path: string, fields: Record<string, string>, action = path) {
  return browser.submit(await browser.get(path), action, fields);
}

t.test(
  "a group describes itself anew: its page shows it and a follower on another node reads the new name",
  async (t) => {
    const { nodes, settle } = await startNodes(t, ["farm", "gas"]);
    const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
    followActor(nodes.farm.node.wire, farm.id, await find(nodes.farm.node.wire, gas.id));
    await settle();
    const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
    const change = {
      name: "GAS Fano e Colli",
      summary: "Compriamo <insieme>.",
      place: "Fano",
      contact: "ordini@fano.example",
    };
    const saved = await submit(laura, SETTINGS, change);
    t.equal(saved.path, SETTINGS);
    const page = await laura.get("/fano");
    t.match(page.body, /Compriamo &lt;insieme&gt;\./);
    t.match(page.body, /mailto:ordini@fano\.example/);
    await settle();
    t.match(await find(nodes.farm.node.wire, gas.id), {
      name: "GAS Fano e Colli",
      document: { attachment: [{ value: "Fano" }, { name: "Contatto", value: "ordini@fano.example" }] },
    });
  },
);

/** A web server whose one page says what a test lets it say, and how often it was asked. */
async function startSite(t: Test) {
  const site = { page: "", asked: 0, url: "" };
  const server = createServer((_request, response) => {
    site.asked += 1;
    response.setHeader("content-type", "text/html; charset=utf-8").end(site.page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return site;
}

t.test("a website is shown as verified only while it links back, and is asked rarely", async (t) => {
  const { nodes, clock } = await startNodes(t, ["gas"]);
  const { node, origin } = nodes.gas;
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  const site = await startSite(t);
  const said = { name: "GAS Fano", website: "gasfano" };
  const pass = async (by: Parameters<typeof clock.advance>[0]) => {
    clock.advance(by);
    await node.runDue();
  };
  t.match((await submit(laura, SETTINGS, said)).body, /non è un indirizzo web/);
  await submit(laura, SETTINGS, { ...said, website: site.url });
  const shown = async () => (await laura.get("/fano")).body;
  t.match(await shown(), `href="${site.url}" rel="me noopener noreferrer"`);
  await pass({ minutes: 1 });
  t.notMatch(await shown(), /verificato/, "the site says nothing of us");
  await pass({ hours: 2 });
  t.equal(site.asked, 1, "it is not asked again the same day");
  site.page = `<a rel="me" href="${origin}/fano">Siamo anche qui</a>`;
  await laura.submit(await laura.get(SETTINGS), `${SETTINGS}/website`);
  await pass({ minutes: 1 });
  t.match(await shown(), /verificato/);
  await pass({ days: 6 });
  t.equal(site.asked, 2, "a site that links back is trusted for a week");
  site.page = "<p>Pagina nuova</p>";
  await pass({ days: 2 });
  t.equal(site.asked, 3);
  t.notMatch(await shown(), /verificato/, "no more than the site says so");
  const found = await find(node.wire, gas.id);
  t.match(found.document.attachment, [{ name: "Sito", value: /rel="me / }]);
});

t.test("saving the same description again sends nothing", async (t) => {
  const { nodes, settle } = await startNodes(t, ["farm", "gas"]);
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  followActor(nodes.farm.node.wire, farm.id, await find(nodes.farm.node.wire, gas.id));
  await settle();
  const { wire } = nodes.gas.node;
  const updates = () =>
    nodes.gas.node.db.raw.prepare("SELECT count(*) FROM activities WHERE type = 'Update'").pluck().get();
  describeAndTell(wire, gas.id, { summary: "Compriamo insieme." });
  describeAndTell(wire, gas.id, { summary: "Compriamo insieme." });
  t.equal(updates(), 1);
});

t.test("C29 a contact that would begin another header, or is none, is refused beside its field", async (t) => {
  const { nodes } = await startNodes(t, ["gas"]);
  nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  for (const contact of ["a@b, c@d", "a@b.example\nBcc: c@d.example", "Laura <laura@fano.example>"]) {
    const wrong = await submit(laura, SETTINGS, { name: "GAS Fano", contact });
    t.equal(wrong.status, 422, contact);
    t.match(wrong.body, /aria-describedby="f-contact-hint f-contact-error"/);
  }
});

t.test("what the group decides about orders is kept, and a share of 120 percent is not", async (t) => {
  const { nodes } = await startNodes(t, ["gas"]);
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { orm } = nodes.gas.node.db;
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  t.same(loadGroupSettings(orm, gas.id), START_SETTINGS);
  const wish = {
    ...{ ordersFirst: "pickup", minimum: "150,00", whenMinimumMissed: "cancel", whenCaseOpen: "up", sendBy: "clock" },
    ...{ allocation: "equal", acceptShortPercent: "80", "modName.1": "Furgone", "modValue.1": "12,50" },
    ...{ "modKind.1": "transport", "modUnit.1": "euro", "modSplit.1": "weight" },
  };
  t.equal((await submit(laura, `${SETTINGS}/orders`, { ...wish, acceptShortPercent: "120" })).status, 422);
  t.equal((await submit(laura, `${SETTINGS}/orders`, wish)).path, `${SETTINGS}/orders`);
  t.match(loadGroupSettings(orm, gas.id), {
    ordersFirst: "pickup",
    policies: { minimumCents: 15_000, whenMinimumMissed: "cancel", whenCaseOpen: "up", allocation: "equal" },
    modifiers: [{ id: "m1", name: "Furgone", value: { cents: 1250 }, splitBy: "weight" }],
  });
});

t.test("members see what closes first, or orders under their next pickup, or under their producer", async (t) => {
  const order = (name: string, closesAt: number, producer: string, ...startAt: number[]) => ({
    ...{ name, closesAt, producer },
    pickups: startAt.map((at) => ({ startAt: at, place: "Circolo" })),
  });
  const some = [
    order("arance", 3, "Rossi", 9),
    order("pane", 2, "Forno", 7),
    order("miele", 1, "Rossi"),
    order("uova", 4, "Aia", 9),
  ];
  const names = (first: "closing" | "pickup" | "producer") =>
    groupOrders(some, first, (one) => one).map(({ orders, pickup, producer }) => [
      pickup?.startAt ?? producer,
      ...orders.map(({ name }) => name),
    ]);
  t.same(names("closing"), [["", "miele", "pane", "arance", "uova"]]);
  t.same(
    names("pickup"),
    [
      [7, "pane"],
      [9, "arance", "uova"],
      ["", "miele"],
    ],
    "what nobody knows where to collect comes last",
  );
  t.same(names("producer"), [
    ["Aia", "uova"],
    ["Forno", "pane"],
    ["Rossi", "miele", "arance"],
  ]);
  t.same(
    groupOrders([], "closing", (one: (typeof some)[0]) => one),
    [],
  );
});

t.test("a place is added, changed, retired and comes back; two in use never share a name", async (t) => {
  const { nodes } = await startNodes(t, ["gas"]);
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { orm } = nodes.gas.node.db;
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  const friday = { name: "Centro sociale", address: "Via Verdi 3", weekday: "5", from: "18", until: "19.30" };
  t.match((await submit(laura, PLACES, friday)).body, /Di solito venerdì, dalle 18:00 alle 19:30/);
  const twice = await submit(laura, PLACES, friday);
  t.equal(twice.status, 422);
  t.match(twice.body, /c&#39;è già un luogo con questo nome/);
  const [{ id } = { id: "" }] = listPlaces(orm, gas.id);
  const changed = await submit(laura, `${PLACES}/${id}`, { ...friday, from: "17:30" });
  t.match(changed.body, /dalle 17:30/);
  await submit(laura, PLACES, {}, `${PLACES}/${id}/retire`);
  t.same(listPlaces(orm, gas.id), []);
  t.equal((await submit(laura, PLACES, friday)).status, 200, "its name is free again");
  const back = await submit(laura, PLACES, {}, `${PLACES}/${id}/restore`);
  t.equal(back.status, 409);
  t.equal(listPlaces(orm, gas.id).length, 1);
});

t.test("a foreign group's place is not there", async (t) => {
  const { nodes } = await startNodes(t, ["gas"]);
  const fano = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  nodes.gas.addActor({ kind: "gas", handle: "pesaro", name: "GAS Pesaro" });
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  const pia = await sitDown(nodes.gas, "pia", "pesaro", "admin");
  await submit(laura, PLACES, { name: "Centro sociale" });
  const [{ id } = { id: "" }] = listPlaces(nodes.gas.node.db.orm, fano.id);
  t.equal((await pia.get(`/desk/pesaro/settings/places/${id}`)).status, 404);
});

t.test("C46 of two administrators the slower sees both hands on every page of settings, and decides", async (t) => {
  const { nodes } = await startNodes(t, ["gas"]);
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
  await submit(laura, PLACES, { name: "Porta Maggiore", weekday: "5", from: "18:00" });
  const [place] = listPlaces(nodes.gas.node.db.orm, gas.id);
  const pages: [path: string, first: Record<string, string>, slower: Record<string, string>, told: RegExp][] = [
    [SETTINGS, { name: "GAS Rita" }, { name: "GAS Piero" }, /là «GAS Rita», tu «GAS Piero»/],
    [
      `${SETTINGS}/orders`,
      { ...ORDERS, acceptShortPercent: "80", sendBy: "clock" },
      { ...ORDERS, acceptShortPercent: "90" },
      /là «80», tu «90»/,
    ],
    [
      `${PLACES}/${place!.id}`,
      { name: "Porta Maggiore", weekday: "6", from: "18:00" },
      { name: "Piazza", weekday: "" },
      /là «sabato», tu «—»/,
    ],
    [
      `${SETTINGS}/mail/opened`,
      { subject: "Rita", body: "{dettagli}", act: "save" },
      { subject: "Piero", body: `{dettagli} ${"lungo ".repeat(30)}`, act: "save" },
      /là «Rita», tu «Piero»[\s\S]*che cosa è salvato ora<\/summary>/,
    ],
    ["/desk/fano/joining/settings", { how: "Una sera", isOpen: "on" }, { how: "Due sere" }, /là «sì», tu «—»/],
  ];
  for (const [path, first, slower, told] of pages) {
    const [one, two] = [await laura.get(path), await laura.get(path)];
    t.equal((await laura.submit(one, path, first)).status, 200, path);
    const clash = await laura.submit(two, path, slower);
    t.equal(clash.status, 409, path);
    t.match(clash.body, told, path);
    for (const text of Object.values(slower).slice(0, 1)) t.ok(clash.body.includes(text), `${path}: kept`);
    const wrong = await laura.submit(two, path, path === SETTINGS ? { name: "" } : { ...slower, seen: "" });
    t.not(wrong.status, 200, "an error in between does not make the change seen");
    t.equal((await laura.submit(clash, path, slower)).status, 200, `${path}: who has seen it decides`);
  }
});
