// The producer's desk and the public pages, filled in and sent as a browser without script does.
import t, { type Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import { signInLink } from "../../src/members/actions.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { listCycles } from "../../src/sales/store.ts";
import type { Role } from "../../src/web/visitor.ts";
import { addPact } from "../partners/standing.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { type Browser, openBrowser, type Seen } from "../web/browser.ts";
import { sure } from "./cycles.ts";

/** A person with a seat, signed in by a link. */
async function signIn(
  { node, config, origin }: TestNode,
  name: string,
  actor: LocalActor,
  role: Role,
): Promise<Browser> {
  const email = `${name}@posta.example`;
  insertPerson(node.db.orm, { id: name, name, email, claimedEmail: email, nodeAdmin: false, createdAt: 0 });
  insertSeat(node.db.orm, { personId: name, actorId: actor.id, role, createdAt: 0 });
  const made = await signInLink(membersHouse(config, node.db, node.wire.clock), email);
  if ("refused" in made) throw new Error(made.refused);
  const browser = openBrowser(node.app, origin);
  const { pathname } = new URL(made.url);
  await browser.submit(await browser.get(pathname), pathname);
  return browser;
}

/** A farm with three products and a farmer at its desk; a group on the same node, with somebody in it. */
async function startFarm(t: Test) {
  const { nodes, clock } = await startNodes(t, ["farm"]);
  const { node } = nodes.farm;
  const farm = nodes.farm.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto Belvedere" });
  const gas = nodes.farm.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  for (const [name, price] of [
    ["Arance Navel", 17_500],
    ["Limoni", 22_000],
    ["Miele di zagara", 95_000],
  ] as const)
    sure(saveProduct(node.wire, farm, { productId: null, expectedVersion: 0, facts: startFacts(name, price, "KGM") }));
  const farmer = await signIn(nodes.farm, "adele", farm, "producer");
  const stranger = openBrowser(node.app, nodes.farm.origin);
  const cycles = () => listCycles(node.db.orm, farm.id, 10, 0);
  return { home: nodes.farm, node, farm, gas, clock, farmer, stranger, cycles };
}

const PLAN = {
  name: "Arance di dicembre",
  note: "Raccolte a mano.",
  visibility: "public",
  closesAt: "2026-12-01T20:00",
  minimumOrder: "150,00",
  "start.1": "2026-12-12T09:30",
  "end.1": "2026-12-12T11:30",
  "place.1": "Fano, cortile della scuola",
};
const DESK = "/desk/agrumeto/cycles";

type Farm = Awaited<ReturnType<typeof startFarm>>;

/** Makes a cycle of oranges and lemons through the pages, and gives the page of it. */
async function makeCycle({ farmer, cycles }: Farm, plan: Record<string, string> = PLAN): Promise<Seen> {
  const form = await farmer.get(`${DESK}/new`);
  const choose = await farmer.submit(form, `${DESK}/new`, plan);
  const path = `${DESK}/${cycles()[0]?.id}/products`;
  return farmer.submit(choose, path, { "product.arance-navel": "on", "product.limoni": "on" });
}

t.test("a farmer plans, chooses, says how much, opens: four forms, and everybody can read it", async (t) => {
  const farm = await startFarm(t);
  const { farmer, stranger, cycles } = farm;
  t.match((await farmer.get(DESK)).body, /Ancora nessun ordine/);
  const page = await makeCycle(farm);
  t.equal(page.status, 200);
  const path = `${DESK}/${cycles()[0]?.id}`;
  t.equal(page.path, path);
  t.match(page.body, /bozza/);
  const counted = await farmer.submit(page, `${path}/available`, { "available.1": "800", "available.2": "" });
  t.match(cycles()[0]?.lines, [{ availableThousandths: 800_000 }, { availableThousandths: null }]);
  const opened = await farmer.submit(counted, `${path}/open`);
  t.match(opened.body, /aperto/);
  const shown = await stranger.get(`/agrumeto/cycles/${cycles()[0]?.id}`);
  t.match(shown.body, /Arance di dicembre/);
  t.match(shown.body, /martedì 1 dicembre alle 20:00 \(tra 8 giorni\)/);
  t.match(shown.body, /Come si ordina/);
  t.notMatch(shown.body, /1,75/, "prices are for partners");
  t.notMatch(shown.body, /\{\{/, "every sentence has its facts");
  t.match((await stranger.get("/agrumeto/cycles")).body, /Arance di dicembre/);
  t.match((await stranger.get("/tags/GAS")).body, /Arance di dicembre/);
  t.equal((await stranger.get("/tags/unheard-of")).status, 404);
  const post = await stranger.get(`/agrumeto/posts/${cycles()[0]?.id}`);
  t.equal(post.path, `/agrumeto/cycles/${cycles()[0]?.id}`, "the Note's address leads people to the page");
});

t.test("prices are shown to the farm itself and to a partner's desk on this node, and kept by no cache", async (t) => {
  const farm = await startFarm(t);
  const { home, node, gas, farmer, cycles, stranger } = farm;
  const page = await makeCycle(farm, { ...PLAN, visibility: "partners" });
  await farmer.submit(page, `${page.path}/open`);
  const address = `/agrumeto/cycles/${cycles()[0]?.id}`;
  t.equal((await stranger.get(address)).status, 404);
  const member = await signIn(home, "bruno", gas, "referente");
  t.equal((await member.get(address)).status, 404);
  transact(node.db, (tx) => addPact(tx, gas.id, farm.farm.id, farm.farm.id, { priceDeltaHundredthsPercent: -1000 }));
  const shown = await member.get(address);
  t.match(shown.body, /1,58/);
  t.match(shown.headers["cache-control"], /no-store/);
  t.match((await farmer.get(address)).body, /1,75/);
  t.match((await member.get("/agrumeto/cycles")).body, /Arance di dicembre/);
});

t.test("what cannot be kept is said beside its field, and what was typed stays", async (t) => {
  const farm = await startFarm(t);
  const { farmer, cycles } = farm;
  const form = await farmer.get(`${DESK}/new`);
  const wrong = { ...PLAN, closesAt: "2027-03-28T02:30", minimumOrder: "tanto", "place.1": "" };
  const again = await farmer.submit(form, `${DESK}/new`, wrong);
  t.equal(again.status, 422);
  t.match(again.body, /quell&#39;ora non esiste/);
  t.match(again.body, /non è una somma in euro/);
  t.match(again.body, /value="Arance di dicembre"/);
  const late = await farmer.submit(form, `${DESK}/new`, { ...PLAN, closesAt: "2026-01-01T20:00" });
  t.match(late.body, /è già passato/);
  const before = await farmer.submit(form, `${DESK}/new`, { ...PLAN, "start.1": "2026-11-30T09:30" });
  t.match(before.body, /è prima della chiusura/);
  t.same(cycles(), []);
});

t.test("an open cycle is edited, loses a product, closes early and is cancelled with a reason", async (t) => {
  const farm = await startFarm(t);
  const { farmer, cycles, clock, stranger } = farm;
  const page = await makeCycle(farm);
  const { path } = page;
  let now = await farmer.submit(page, `${path}/open`);
  const edit = await farmer.get(`${path}/edit`);
  t.notMatch(edit.body, /name="opensAt"/, "an announced cycle has opened");
  now = await farmer.submit(edit, `${path}/edit`, { ...PLAN, closesAt: "2026-12-02T20:00" });
  t.equal(cycles()[0]?.closesAt, Date.UTC(2026, 11, 2, 19));
  now = await farmer.submit(now, `${path}/withdraw`);
  t.match(cycles()[0]?.lines, [{ withdrawnAt: clock.at }, { withdrawnAt: null }]);
  const refused = await farmer.submit(now, `${path}/available`, { "available.2": "tanti" });
  t.equal(refused.status, 422);
  t.match(refused.body, /non è un numero/);
  now = await farmer.submit(now, `${path}/close`);
  t.match(now.body, /chiuso/);
  const noReason = await farmer.submit(now, `${path}/cancel`, { reason: "" });
  t.equal(noReason.status, 422);
  now = await farmer.submit(now, `${path}/cancel`, { reason: "grandine" });
  t.match((await stranger.get(`/agrumeto/cycles/${cycles()[0]?.id}`)).body, /grandine/);
  const address = `/agrumeto/cycles/${cycles()[0]?.id}`;
  now = await farmer.submit(now, `${path}/remove`);
  t.equal(now.path, DESK);
  t.equal((await stranger.get(address)).status, 410);
});

t.test(
  "C46 of two hands at one cycle the slower sees both on every form of it, and keeps what was typed",
  async (t) => {
    const farm = await startFarm(t);
    const { farmer, clock, cycles } = farm;
    const page = await makeCycle(farm);
    const [edit, choose, old] = [`${page.path}/edit`, `${page.path}/products`, await farmer.get(page.path)];
    const [form, goods] = [await farmer.get(edit), await farmer.get(choose)];
    clock.advance({ minutes: 1 });
    await farmer.submit(form, edit, { ...PLAN, name: "Arance" });
    const slow = await farmer.submit(form, edit, { ...PLAN, name: "Limoni" });
    t.equal(slow.status, 409);
    t.match(slow.body, /là «Arance», tu «Limoni»/);
    t.match(slow.body, /name="name"[^>]* value="Limoni"/);
    const ticked = await farmer.submit(goods, choose, { "product.miele-di-zagara": "on" });
    t.equal(ticked.status, 409);
    t.match(ticked.body, /name="product\.miele-di-zagara" value="on" checked/);
    const counts = await farmer.submit(old, `${page.path}/available`, { "available.1": "80" });
    t.equal(counts.status, 409);
    t.match(counts.body, /là «—», tu «80»/);
    t.match(counts.body, /name="available\.1"[^>]* value="80"/);
    t.equal(cycles()[0]?.name, "Arance", "nothing was written over");
    t.equal((await farmer.submit(counts, `${page.path}/available`, { "available.1": "80" })).status, 200);
  },
);

t.test("the next cycle starts from the last one: whole weeks later, at today's prices", async (t) => {
  const farm = await startFarm(t);
  const { farmer, node, cycles, clock } = farm;
  await makeCycle(farm);
  const model = cycles()[0]?.id;
  const orange = sure(
    saveProduct(node.wire, farm.farm, {
      productId: `${farm.farm.id}/catalog/arance-navel`,
      expectedVersion: 1,
      facts: startFacts("Arance Navel", 20_000, "KGM"),
    }),
  );
  clock.advance({ days: 10 });
  const form = await farmer.get(`${DESK}/new?from=${model}`);
  t.match(form.body, /value="2026-12-08T20:00"/);
  const made = await farmer.submit(form, `${DESK}/new`, { ...PLAN, closesAt: "2026-12-08T20:00" });
  const copy = cycles().find(({ id }) => id !== model);
  t.equal(made.path, `${DESK}/${copy?.id}`);
  t.match(copy?.lines, [{ goods: { productVersion: orange.version } }, { goods: { facts: { name: "Limoni" } } }]);
});

t.test("a schedule is made, taken back, and the draft thrown away", async (t) => {
  const farm = await startFarm(t);
  const { farmer, cycles } = farm;
  let now = await makeCycle(farm, { ...PLAN, opensAt: "2026-11-25T08:00" });
  const { path } = now;
  now = await farmer.submit(now, `${path}/schedule`);
  t.match(now.body, /programmato/);
  now = await farmer.submit(now, `${path}/unschedule`);
  now = await farmer.submit(now, `${path}/discard`);
  t.equal(now.path, DESK);
  t.same(cycles(), []);
  t.equal((await farmer.get(path)).status, 404);
});

t.test("products are searched by words, and one already in the cycle says so", async (t) => {
  const farm = await startFarm(t);
  const { path } = await makeCycle(farm);
  const found = await farm.farmer.get(`${path}/products?q=zagara`);
  t.match(found.body, /Miele di zagara/);
  t.notMatch(found.body, /Limoni/);
  t.match((await farm.farmer.get(`${path}/products`)).body, /già nell&#39;ordine/);
  t.match((await farm.farmer.get(`${path}/products?q=pesche`)).body, /Nessun prodotto/);
  t.equal((await farm.farmer.get(`${DESK}/aaaaaaaaaaaaaaaaaaaaaaaaaa/products`)).status, 404);
});

t.test("a group's desk shows the offers its node has copied, with their age", async (t) => {
  const farm = await startFarm(t);
  const { home, gas, farmer, node } = farm;
  const member = await signIn(home, "bruno", gas, "referente");
  t.match((await member.get("/desk/fano/offers")).body, /Nessun ordine aperto/);
  transact(node.db, (tx) => {
    addPact(tx, gas.id, farm.farm.id, farm.farm.id);
    addPact(tx, gas.id, farm.farm.id, gas.id);
  });
  const page = await makeCycle(farm);
  await farmer.submit(page, `${page.path}/open`);
  for (let round = 0; round < 3; round++) await node.runDue();
  const desk = await member.get("/desk/fano/offers");
  t.match(desk.body, /Arance di dicembre/);
  t.match(desk.body, /Letto sul nodo del produttore/);
  const [, address = ""] = /href="(\/desk\/fano\/offers\/[^"]+)"/.exec(desk.body) ?? [];
  t.match((await member.get(address)).body, /1,75/);
  t.equal((await member.get("/desk/fano/offers/x")).status, 404);
});
