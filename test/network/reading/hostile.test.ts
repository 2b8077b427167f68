// Sources that mean harm: what they cost is bounded, what they say of others is ignored and shown, and nobody else waits for them.
import type { ServerResponse } from "node:http";
import t, { type Test } from "tap";
import { NetworkReader } from "../../../src/network/reading/actions.ts";
import { createMeter, DAILY_BUDGET } from "../../../src/network/reading/budget.ts";
import { listStaleParts } from "../../../src/network/reading/freshness.ts";
import { readCatalogPart } from "../../../src/network/reading/readActivities.ts";
import type { Source } from "../../../src/network/reading/source.ts";
import { type EvilPeer, endlessBody, silence, startEvilPeer } from "../../tools/evilPeer.ts";
import { startNodes, type TestNode } from "../../tools/nodes.ts";
import { claim, offer, shown, sourcesOf, takeIn } from "./district.ts";

const IMPLEMENTS = {
  type: "Application",
  implements: [{ href: "https://w3id.org/filiera#profile-1", name: "Filiera 1" }],
};

/** A producer that says everything a real one says, with a catalog of its own making. */
function serveProducer(peer: EvilPeer, handle: string, claims: readonly string[], more: Record<string, unknown> = {}) {
  const id = `${peer.origin}/${handle}`;
  peer.serve(`/${handle}/inbox`, { status: 202 });
  return peer.serveActor(handle, {
    ...{ role: "producer", generator: { ...IMPLEMENTS, id: `${peer.origin}/actor` }, memberOf: claims },
    ...{ discoverable: true, indexable: true, catalog: `${id}/catalog`, ...more },
  });
}

function item(owner: string, n: number | string, origin = owner) {
  return {
    ...{
      type: "Proposal",
      id: `${origin}/p/${n}`,
      attributedTo: owner,
      name: `Mela ${n}`,
      updated: "2026-11-02T08:00:00Z",
    },
    publishes: { type: "Intent", resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: "1" } },
  };
}

const page = (id: string, items: unknown[], next?: string) => ({
  body: { type: "CollectionPage", id, items, ...(next ? { next } : {}) },
});

/** A producer of the district whose catalog begins at its first page; that one and what follows it, each test serves itself. */
function serveCatalog(peer: EvilPeer, handle: string, networkId: string, more: object = {}) {
  const { id } = serveProducer(peer, handle, [networkId]);
  const iri = `${id}/catalog`;
  const head = { type: "Collection", id: iri, attributedTo: id, totalItems: 3, updated: "2026-11-02T08:00:00Z" };
  peer.serve(`/${handle}/catalog`, { body: { ...head, first: `${iri}/1`, ...more } });
  return { id, iri };
}

/** Its second page leads back to the first. */
function serveLoop(peer: EvilPeer, networkId: string): string {
  const { id, iri } = serveCatalog(peer, "cerchio", networkId, { totalItems: 1_000_000_000 });
  peer.serve("/cerchio/catalog/1", page(`${iri}/1`, [item(id, 1)], `${iri}/2`));
  peer.serve("/cerchio/catalog/2", page(`${iri}/2`, [item(id, 2)], `${iri}/1`));
  return id;
}

/** Each page has a hundred new items, the first of them ten less, and leads to another: so a day ends within a page. */
function serveAvalanche(peer: EvilPeer, networkId: string): string {
  const { id, iri } = serveCatalog(peer, "valanga", networkId);
  const items = (n: number) => Array.from({ length: n === 0 ? 90 : 100 }, (_, m) => item(id, `${n}-${m}`));
  peer.serve("/valanga/catalog/1", page(`${iri}/1`, items(0), `${iri}/more?n=1`));
  peer.serve("/valanga/catalog/more", ({ path }) => {
    const n = Number(path.split("=")[1]);
    return page(`${peer.origin}${path}`, items(n), `${iri}/more?n=${n + 1}`);
  });
  return id;
}

/** Speaks for another origin and for another owner of its own. */
function serveImpostor(peer: EvilPeer, networkId: string, farmId: string): string {
  const { id, iri } = serveCatalog(peer, "spia", networkId);
  const strangers = [item(farmId, "falsa"), item(`${peer.origin}/altro`, 9), item(id, 7, "https://famous.example/x")];
  peer.serve("/spia/catalog/1", page(`${iri}/1`, [...strangers, item(id, "sua")]));
  return id;
}

/** A network that lists as its members who never joined it: a farm, and a producer that is in none. */
function serveLiar(peer: EvilPeer, networkId: string, members: readonly string[]): string {
  const { id } = peer.serveActor("rete", {
    ...{ type: "Group", role: "des", generator: { ...IMPLEMENTS, id: `${peer.origin}/actor` }, memberOf: [networkId] },
    ...{ discoverable: true, indexable: true, members: `${peer.origin}/rete/members` },
  });
  peer.serve("/rete/inbox", { status: 202 });
  peer.serve("/rete/members", {
    body: { type: "Collection", id: `${id}/members`, attributedTo: id, items: [...members] },
  });
  return id;
}

/** Hangs up without a word. */
const cut = { write: (response: ServerResponse) => void response.destroy() };

const BROKEN_LISTS = [
  ["rotto", { status: 500 }],
  ["altrotipo", { body: "<p>", headers: { "content-type": "text/html" } }],
  ["lento", cut],
] as const;

type Beside = {
  readonly home: TestNode;
  readonly peer: EvilPeer;
  readonly networkId: string;
  readonly pass: (hours: number) => Promise<void>;
  readonly handle: string;
  readonly broken: Parameters<EvilPeer["serve"]>[1];
};

/** A producer whose meetings are never to be had, and which takes back its only product. */
async function takeBackBeside(t: Test, { home, peer, networkId, pass, handle, broken }: Beside) {
  const { id, iri } = serveCatalog(peer, handle, networkId);
  serveProducer(peer, handle, [networkId], { upcomingEvents: `${id}/events` });
  peer.serve(`/${handle}/events`, broken);
  peer.serve(`/${handle}/catalog/1`, page(`${iri}/1`, [{ ...item(id, 1), name: `Pere ${handle}` }]));
  takeIn(home, networkId, id);
  await pass(1);
  await pass(1);
  t.same(await shown(home, networkId, { find: handle, kinds: ["product"] }), [`Pere ${handle}`]);
  const tombstone = { type: "Tombstone", id: `${id}/p/1`, updated: "2026-11-03T08:00:00Z" };
  peer.serve(`/${handle}/catalog`, ({ path }) => ({
    body: {
      type: "Collection",
      id: `${peer.origin}${path}`,
      attributedTo: id,
      updated: "2026-11-03T08:00:00Z",
      items: [tombstone],
    },
  }));
  await pass(24);
  t.match(sourcesOf(home, networkId)[handle]!.lastError, /HTTP|media|network|refused/);
  await pass(24);
  t.same(await shown(home, networkId, { find: handle, kinds: ["product"] }), []);
}

type Aside = Omit<Beside, "handle" | "broken">;

/** A producer that answers for itself while its list fails for ever. */
async function growOld(t: Test, { home, peer, networkId, pass }: Aside) {
  const { id, iri } = serveCatalog(peer, "sospeso", networkId);
  peer.serve("/sospeso/catalog/1", page(`${iri}/1`, [{ ...item(id, 1), name: "Pere sospese" }]));
  takeIn(home, networkId, id);
  await pass(1);
  await pass(1);
  const products = () => shown(home, networkId, { find: "sospese", kinds: ["product"] });
  const at = `/des/at?${new URLSearchParams({ source: id })}`;
  const body = async () => (await home.node.app.inject({ url: at, headers: { accept: "text/html" } })).body;
  t.same(await products(), ["Pere sospese"]);
  t.notMatch(await body(), /non aggiornato/);
  peer.serve("/sospeso/catalog", { status: 500 });
  await pass(8 * 24);
  t.equal((await body()).match(/non aggiornato/g)?.length, 1, "its list, and not the producer itself");
  const now = home.node.wire.clock.now();
  t.match(listStaleParts(sourcesOf(home, networkId).sospeso!, now), [{ part: "catalog" }], "and so at the desk");
  await pass(23 * 24);
  t.same(await products(), []);
  t.match(await body(), /sospeso/, "the producer itself is there");
  serveCatalog(peer, "sospeso", networkId);
  await pass(25);
  await pass(25);
  t.same(await products(), ["Pere sospese"]);
}

/** A producer with three cycles, of which the middle one is never to be had. */
async function readBeside(t: Test, { home, peer, networkId, pass }: Aside) {
  const id = `${peer.origin}/guasto`;
  serveProducer(peer, "guasto", [networkId], { catalog: undefined, cycles: `${id}/cycles` });
  const iri = (n: number) => `${id}/cycles/${n}`;
  const serveList = (...numbers: number[]) =>
    peer.serve("/guasto/cycles", {
      body: { type: "Collection", id: `${id}/cycles`, attributedTo: id, items: numbers.map(iri) },
    });
  for (const n of [1, 2, 3])
    peer.serve(`/guasto/cycles/${n}`, {
      body: {
        ...{ type: "Event", id: iri(n), attributedTo: id, name: `Giro ${n}`, cycleStatus: "open", revision: 1 },
        ...{ sequence: 1, startTime: "2020-01-01T08:00:00Z", endTime: "2099-01-01T08:00:00Z", deliveries: [] },
      },
    });
  peer.serve("/guasto/cycles/2", { status: 500 });
  serveList(3, 2, 1);
  takeIn(home, networkId, id);
  await pass(1);
  await pass(1);
  const cycles = () => shown(home, networkId, { find: "giro", kinds: ["cycle"] });
  t.same((await cycles()).sort(), ["Giro 1", "Giro 3"]);
  t.match(sourcesOf(home, networkId).guasto, { failures: 0, lastError: /HTTP 500/ }, "and what is wrong is told");
  serveList(2, 1);
  await pass(25);
  t.same(await cycles(), ["Giro 1"], "what left the list is gone all the same");
}

/** A producer that speaks for another origin, and stops doing so. */
async function clearMark(t: Test, { home, peer, networkId, pass }: Aside) {
  const { id, iri } = serveCatalog(peer, "bugiardo", networkId);
  const [own, lie] = [item(id, 1), item(id, 7, "https://famous.example/x")];
  peer.serve("/bugiardo/catalog/1", page(`${iri}/1`, [own, lie]));
  takeIn(home, networkId, id);
  await pass(1);
  await pass(1);
  const source = () => sourcesOf(home, networkId).bugiardo;
  t.match(source(), { lies: 1, liePart: "catalog", catalogSeen: null }, "it is read whole again each day");
  await pass(25);
  t.match(source(), { lies: 1 });
  peer.serve("/bugiardo/catalog/1", page(`${iri}/1`, [own]));
  await pass(25);
  t.match(source(), { lies: 0, lie: null, catalogSeen: /^2026/ });
}

type Peers = [EvilPeer, EvilPeer, EvilPeer, EvilPeer, EvilPeer, EvilPeer, EvilPeer];

/** A district with one honest farm, and six members that mean harm, each on a host of its own. */
async function startBesieged(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["des", "farm"]);
  const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Due Valli", level: "des" });
  const farm = nodes.farm.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto" });
  offer(nodes.farm, farm, "Arance Navel");
  claim(nodes.farm, farm.id, [des.id]);
  const peers = await Promise.all(Array.from({ length: 7 }, startEvilPeer));
  t.teardown(() => Promise.all(peers.map((peer) => peer.close())));
  const [circle, avalanche, impostor, whale, wall, liar, loner] = peers as Peers;
  // Three hundred megabytes, or as many as one takes.
  const whaleId = serveCatalog(whale, "balena", des.id).id;
  whale.serve("/balena/catalog/1", endlessBody());
  // Takes every request and never answers.
  const wallId = serveProducer(wall, "muro", [des.id]).id;
  wall.serve("/muro/catalog", silence);
  const liarId = serveLiar(liar, des.id, [farm.id, serveProducer(loner, "solitario", []).id]);
  const harm = [serveLoop(circle, des.id), serveAvalanche(avalanche, des.id), serveImpostor(impostor, des.id, farm.id)];
  for (const id of [...harm, whaleId, wallId, liarId, farm.id]) takeIn(nodes.des, des.id, id);
  return { nodes, clock, settle, des, wall, liarId };
}

t.test(
  "B24 sources that lie, loop, drown or keep silent cost their share and no more, and honest ones do not wait",
  async (t) => {
    const { nodes, clock, settle, des, wall, liarId } = await startBesieged(t);
    const found = () => shown(nodes.des, des.id, { find: "arance" }).catch(() => []);
    const before = process.memoryUsage().rss;
    const reading = settle();
    // The farm is found while the wall is still silent.
    for (let look = 0; look < 400 && (await found()).length === 0; look++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    t.same(await found(), ["Arance Navel"]);
    t.equal(sourcesOf(nodes.des, des.id).muro!.lastError, null, "the silent one has not even failed yet");
    await reading;
    t.ok(process.memoryUsage().rss - before < 150 * 1024 * 1024, "nothing was kept that was too long");

    const sources = sourcesOf(nodes.des, des.id);
    t.match(sources.cerchio, { lies: 1, lie: "catalog loop", entries: 3 }, "both pages once, and the loop is told");
    t.match(sources.valanga, { lastError: "day-spent", spent: { items: 2000 } });
    t.ok(sources.valanga!.spent.pages <= 50 && sources.valanga!.entries <= 2001);
    t.match(sources.spia, { lies: 3, entries: 2 });
    t.match(sources.spia!.lie, /id http/);
    t.same(await shown(nodes.des, des.id, { find: "falsa" }), []);
    t.match(sources.balena, { failures: 1, lastError: /too-large/, entries: 1 });
    t.match(sources.muro, { failures: 1, lastError: /timeout/ });
    t.match(sources.solitario, { via: liarId, standing: "one-sided" });
    t.match(sources.agrumeto, { via: des.id, standing: "agreed" });
    t.notOk((await shown(nodes.des, des.id)).includes("solitario"));

    await t.test("the next day goes on where the first one ended, up to a source's share of the disk", async (t) => {
      wall.serve("/muro/catalog", { status: 404 });
      for (let day = 0; day < 4; day++) {
        clock.advance({ hours: 25 });
        await nodes.des.node.runDue();
      }
      const { entries, lastError } = sourcesOf(nodes.des, des.id).valanga!;
      t.ok(entries > 4000 && entries <= 6000, `${entries} entries`);
      const cut = await shown(nodes.des, des.id, { find: "mela 20 99" });
      t.ok(cut.includes("Mela 20-99"), "also the rest of the page within which the first day ended");
      t.match(lastError, /too-many-items|day-spent/);
    });
  },
);

type Stopping = { home: TestNode; peer: EvilPeer; id: string; iri: string; known: Source };

async function stopWithin(t: Test, { home, peer, id, iri, known }: Stopping) {
  let asked = 0;
  peer.serve("/lungo/catalog/more", ({ path }) => {
    asked += 1;
    const n = Number(path.split("=")[1]);
    return page(`${peer.origin}${path}`, [item(id, n)], `${iri}/more?n=${n + 1}`);
  });
  const source = { ...known, catalogResume: `${iri}/more?n=0` };
  const meter = createMeter(DAILY_BUDGET, () => performance.now());
  const { wire } = home.node;
  const read = await readCatalogPart({ wire, readOwn: () => null, source, meter, isStopped: () => asked >= 3 });
  t.match(read, { stop: { because: "failure" } });
  t.equal(asked, 3);
}

t.test("a catalog too long for a day is known whole after two, and what it lost meanwhile with it", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["des"]);
  const peer = await startEvilPeer();
  t.teardown(() => peer.close());
  const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Due Valli", level: "des" });
  const { id, iri } = serveCatalog(peer, "lungo", des.id);
  takeIn(nodes.des, des.id, id);
  const pages = 21;
  let first = 0;
  peer.serve("/lungo/catalog/1", () => page(`${iri}/1`, [], `${iri}/more?n=${first}`));
  peer.serve("/lungo/catalog/more", ({ path }) => {
    const n = Number(path.split("=")[1]);
    const items = Array.from({ length: 100 }, (_, m) => item(id, `${n}-${m}`));
    return page(`${peer.origin}${path}`, items, n < pages ? `${iri}/more?n=${n + 1}` : undefined);
  });
  const whole = { type: "Collection", id: iri, attributedTo: id, updated: "2026-11-02T08:00:00Z", first: `${iri}/1` };
  peer.serve("/lungo/catalog", ({ path }) =>
    path.includes("?") ? { body: { ...whole, id: `${peer.origin}${path}`, first: undefined } } : { body: whole },
  );
  const lungo = () => sourcesOf(nodes.des, des.id).lungo!;
  const pass = async (hours: number) => {
    clock.advance({ hours });
    await settle();
  };
  await settle();
  t.match(lungo(), { lastError: "day-spent" });
  await pass(25);
  t.match(lungo(), { lastError: null, entries: 2201 });
  // Another comune: everything is written anew, and of 100 products nothing is heard any more, not even that they are gone.
  first = 1;
  const attachment = [{ type: "PropertyValue", name: "Comune", value: "Fano" }];
  serveProducer(peer, "lungo", [des.id], { attachment });
  await pass(25);
  await pass(25);
  await pass(25);
  t.match(lungo(), { lastError: null, entries: 2101 });

  for (const [handle, broken] of BROKEN_LISTS)
    await t.test(`a list of meetings that is never had (${handle}) keeps no product that was taken back`, (t) =>
      takeBackBeside(t, { home: nodes.des, peer, networkId: des.id, pass, handle, broken }),
    );

  const aside = { home: nodes.des, peer, networkId: des.id, pass };
  await t.test("a list that fails for ever grows old, and is hidden after 30 days", (t) => growOld(t, aside));

  await t.test("a cycle that is never had keeps no other of its source waiting", (t) => readBeside(t, aside));
  await t.test("the mark of who lied goes with one whole reading without lies", (t) => clearMark(t, aside));

  await t.test("whoever says when to come again is not asked before", async (t) => {
    peer.serve("/lungo/catalog", { status: 429, headers: { "retry-after": "40000" } });
    await pass(25);
    const { retryAt, triedAt, failures } = lungo();
    t.equal(failures, 1);
    t.ok(retryAt - triedAt! >= 40_000_000, `${retryAt - triedAt!} ms`);
  });

  await t.test("a node that stops asks for no further page", (t) =>
    stopWithin(t, { home: nodes.des, peer, id, iri, known: lungo() }),
  );
});

t.test("a reader of a node without networks opens no index", async (t) => {
  const { nodes } = await startNodes(t, ["farm"]);
  const openIndex = () => Promise.reject(new Error("opened"));
  const { wire } = nodes.farm.node;
  const parts = {
    wire,
    openIndex,
    membersOf: () => [],
    readOwn: () => null,
    tellFailure: (error: unknown) => void t.fail(String(error)),
  };
  const reader = new NetworkReader(parts);
  await reader.readDue();
  reader.wake(true);
  await reader.stop();
  t.pass("nothing was opened");
});
