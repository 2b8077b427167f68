// A farm opens an order cycle and a group on another node reads it, over real HTTP with real signatures.
import t, { type Test } from "tap";
import { request } from "undici";
import type { JsonObject } from "../../src/activitypub/json.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { listOpenOffers, listOtherOffers } from "../../src/catalogs/announced/store.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { acceptPact, endPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import {
  addLines,
  closeEarly,
  createCycle,
  editCycle,
  openCycle,
  removeCycle,
  scheduleCycle,
} from "../../src/sales/actions.ts";
import { cancelCycle } from "../../src/sales/closingActions.ts";
import type { Plan } from "../../src/sales/cycle.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";

const DAY = 86_400_000;

/** A farm with oranges, and a group that follows it, on two nodes or on one. */
async function startSeason(t: Test, names: readonly ["farm", "gas"] | readonly ["home"] = ["farm", "gas"]) {
  const { nodes, clock, settle } = await startNodes<string>(t, names);
  const [farmHome, gasHome] = names.length === 2 ? [nodes.farm!, nodes.gas!] : [nodes.home!, nodes.home!];
  const farm = farmHome.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto Belvedere" });
  const gas = gasHome.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { wire } = farmHome.node;
  const facts = {
    ...startFacts("Arance Navel", 17_500, "KGM"),
    supplierStepThousandths: 10_000,
    availableThousandths: 800_000,
  };
  const oranges = sure(saveProduct(wire, farm, { productId: null, expectedVersion: 0, facts }));
  const line = {
    goods: { productIri: oranges.id, productVersion: oranges.version, facts },
    availableThousandths: 800_000,
  };
  sure(followActor(gasHome.node.wire, gas.id, await peerOf(gasHome, farm.id)));
  await settle();
  const plan: Plan = {
    name: "Arance di fine anno",
    note: "Raccolte a mano.",
    opensAt: null,
    closesAt: clock.at + 8 * DAY,
    deliveries: [
      {
        number: 1,
        startAt: clock.at + 19 * DAY,
        endAt: clock.at + 19 * DAY + 7_200_000,
        place: "Fano, cortile della scuola",
        position: null,
      },
    ],
    minimumOrderCents: 15_000,
    visibility: "public",
  };
  const start = (change: Partial<Plan> = {}) => {
    const cycle = sure(createCycle(wire, farm.id, { ...plan, ...change }, [line]));
    return { actorId: farm.id, cycleId: cycle.id };
  };
  const open = () => listOpenOffers(gasHome.node.db.orm, gas.id, clock.at, 10).map(({ copy }) => copy);
  const others = () => listOtherOffers(gasHome.node.db.orm, gas.id, clock.at, 10);
  return { farmHome, gasHome, farm, gas, wire, clock, settle, start, open, others, line };
}

async function peerOf(home: TestNode, id: string) {
  const peer = await home.node.wire.senders.findActor(id);
  if ("failed" in peer) throw new Error(peer.detail);
  return peer;
}

type Season = Awaited<ReturnType<typeof startSeason>>;

async function makePact({ farmHome, gasHome, farm, gas, settle }: Season): Promise<string> {
  const terms = {
    catalogSubset: [`${farm.id}/catalog`],
    priceDeltaHundredthsPercent: -1000,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  const { wire } = gasHome.node;
  const { pact } = sure(
    proposePact(wire, gas.id, await peerOf(gasHome, farm.id), { as: "buyer", terms, endsAt: null }),
  );
  await settle();
  sure(acceptPact(farmHome.node.wire, { actorId: farm.id, iri: pact.iri }, { revision: 1, isCompared: true }));
  await settle();
  return pact.iri;
}

/** An unsigned GET, as a stranger's server sends it. */
async function look(url: string, headers: Record<string, string> = {}) {
  const answer = await request(url, { headers: { accept: "application/activity+json", ...headers } });
  const text = await answer.body.text();
  const json = (): JsonObject => JSON.parse(text);
  return { status: answer.statusCode, headers: answer.headers, text, json };
}

for (const names of [["farm", "gas"], ["home"]] as const)
  t.test(
    `a group reads the offer of a farm it follows, and its new date, and its end, ${names.length === 2 ? "between two nodes" : "on one node"}`,
    async (t) => {
      const season = await startSeason(t, names);
      const { wire, clock, settle, start, open, others } = season;
      const key = start();
      sure(openCycle(wire, key));
      await settle();
      t.match(open(), [
        { name: "Arance di fine anno", status: "open", lines: [{ name: "Arance Navel", packagePriceCents: null }] },
      ]);
      sure(editCycle(wire, key, { closesAt: clock.at + 9 * DAY }));
      await settle();
      t.match(open(), [{ endsAt: clock.at + 9 * DAY, sequence: 2, revision: 1 }]);
      clock.advance({ hours: 1 });
      sure(closeEarly(wire, key));
      await settle();
      t.same(open(), []);
      t.match(others(), [{ status: "closed", copy: { endsAt: clock.at } }]);
    },
  );

t.test("with a pact the group reads its own prices and what there is", async (t) => {
  const season = await startSeason(t);
  await makePact(season);
  sure(openCycle(season.wire, season.start()));
  await season.settle();
  t.match(season.open(), [
    {
      lines: [
        {
          packagePriceCents: 1575,
          available: { quantityThousandths: 800_000 },
          basedOn: `${season.farm.id}/catalog/arance-navel`,
        },
      ],
    },
  ]);
});

t.test("a corrected price comes as another line, and the group reads the new one alone", async (t) => {
  const season = await startSeason(t);
  await makePact(season);
  const key = season.start();
  sure(openCycle(season.wire, key));
  await season.settle();
  const dearer = {
    ...season.line.goods,
    productVersion: 2,
    facts: { ...season.line.goods.facts, priceTenThousandths: 20_000 },
  };
  sure(addLines(season.wire, key, [{ ...season.line, goods: dearer }]));
  await season.settle();
  const [copy] = season.open();
  t.match(copy, { revision: 2, lines: [{ id: `${season.farm.id}/cycles/${key.cycleId}/2`, packagePriceCents: 1800 }] });
  t.equal(copy?.lines.length, 1);
});

t.test("a cancelled cycle is told with its reason, and a removed one is gone from the group's desk", async (t) => {
  const { wire, settle, start, open, others, farm } = await startSeason(t);
  const key = start();
  sure(openCycle(wire, key));
  await settle();
  sure(cancelCycle(wire, key, "grandine"));
  await settle();
  t.match(others(), [{ status: "cancelled" }]);
  const note = await look(`${farm.id}/posts/${key.cycleId}`);
  t.match(note.json().content, /annullato.*grandine/);
  sure(removeCycle(wire, key));
  await settle();
  t.same([...open(), ...others()], []);
  for (const path of [`posts/${key.cycleId}`, `cycles/${key.cycleId}`]) {
    const gone = await look(`${farm.id}/${path}`);
    t.equal(gone.status, 410, path);
    t.match(gone.json(), { type: "Tombstone" });
  }
});

t.test(
  "B37 a cycle for partners is not there for anybody else: no letter, no listing, the same answer as for nothing",
  async (t) => {
    const season = await startSeason(t);
    const { wire, gasHome, gas, farm, settle, start, open, others } = season;
    const key = start({ visibility: "partners" });
    sure(openCycle(wire, key));
    await settle();
    t.same([...open(), ...others()], [], "who only follows hears nothing");
    const iri = `${farm.id}/cycles/${key.cycleId}`;
    const nothing = `${farm.id}/cycles/aaaaaaaaaaaaaaaaaaaaaaaaaa`;
    const answers: string[] = [];
    for (const url of [iri, nothing, `${iri}/lines`, `${iri}/1`, iri.replace("/cycles/", "/posts/")]) {
      const answer = await look(url);
      answers.push(`${answer.status} ${answer.headers["cache-control"]} ${answer.text}`);
    }
    t.same([...new Set(answers)], ['404 private, no-store {"error":"not found"}']);
    t.match(await gasHome.node.wire.fetchDocument(iri, gas.id), { failed: "unreachable", detail: "HTTP 404" });
    t.equal((await look(iri, { accept: "text/html" })).status, 404);
    t.same((await look(`${farm.id}/cycles`)).json().items, []);
    await makePact(season);
    t.match(await gasHome.node.wire.fetchDocument(iri, gas.id), { document: { id: iri, cycleStatus: "open" } });
    t.match(await gasHome.node.wire.fetchDocument(`${farm.id}/cycles`, gas.id), { document: { items: [iri] } });
    t.match(await gasHome.node.wire.fetchDocument(iri), { failed: "unreachable" }, "not for the instance actor");
  },
);

t.test("of two groups on one node each hears what is for it: both partners, or one who only follows", async (t) => {
  const season = await startSeason(t);
  const { wire, gasHome, clock, settle, start, open } = season;
  const other = gasHome.addActor({ kind: "gas", handle: "pesaro", name: "GAS Pesaro" });
  const othersOpen = () => listOpenOffers(gasHome.node.db.orm, other.id, clock.at, 10).map(({ copy }) => copy?.name);
  await makePact({ ...season, gas: other });
  sure(openCycle(wire, start({ name: "Per tutti" })));
  await settle();
  t.same([open().map((copy) => copy?.name), othersOpen()], [["Per tutti"], ["Per tutti"]]);
  sure(openCycle(wire, start({ name: "Per chi ha un patto", visibility: "partners" })));
  await settle();
  t.equal(open().length, 1, "who only follows hears nothing of it");
  t.equal(othersOpen().length, 2);
  await makePact(season);
  sure(openCycle(wire, start({ name: "Per i due", visibility: "partners" })));
  await settle();
  t.ok(open().some((copy) => copy?.name === "Per i due"));
  t.ok(othersOpen().includes("Per i due"));
});

for (const names of [["farm", "gas"], ["home"]] as const)
  t.test(
    `a group whose pact begins while a cycle for partners is open hears of it, ${names.length === 2 ? "between two nodes" : "on one node"}`,
    async (t) => {
      const season = await startSeason(t, names);
      const { wire, clock, settle, start, open } = season;
      sure(openCycle(wire, start({ visibility: "partners" })));
      await settle();
      t.same(open(), [], "it is for partners");
      clock.advance({ hours: 2 });
      await settle();
      await makePact(season);
      clock.advance({ minutes: 2 });
      await settle();
      t.match(open(), [{ name: "Arance di fine anno" }]);
      clock.advance({ days: 1, hours: 1 });
      await settle();
      t.equal(open().length, 1, "told again it is still one");
    },
  );

t.test("when the pact ends, what was for partners fades from the group's desk", async (t) => {
  const season = await startSeason(t);
  const { wire, gasHome, gas, clock, settle, start, open, others } = season;
  const pact = await makePact(season);
  sure(openCycle(wire, start({ visibility: "partners" })));
  await settle();
  t.equal(open().length, 1);
  sure(endPact(gasHome.node.wire, { actorId: gas.id, iri: pact }));
  for (let visit = 0; visit < 14; visit++) {
    clock.advance({ hours: 7 });
    await settle();
  }
  t.same([...open(), ...others()], []);
});

t.test("the clock opens and closes at the minute, and a group that was down hears it later", async (t) => {
  const { wire, farmHome, gasHome, clock, settle, start, open, others } = await startSeason(t);
  sure(scheduleCycle(wire, start({ opensAt: clock.at + 3_600_000 })));
  await settle();
  t.same(open(), []);
  await gasHome.stop();
  clock.advance({ hours: 1 });
  await farmHome.node.runDue();
  await gasHome.start();
  clock.advance({ hours: 7 });
  await settle();
  t.equal(open().length, 1);
  clock.advance({ days: 8 });
  await settle();
  t.same(open(), []);
  t.match(others(), [{ status: "closed" }]);
});

t.test("a reader that has this very version is told so without the bytes", async (t) => {
  const { wire, start, farm } = await startSeason(t);
  const key = start();
  sure(openCycle(wire, key));
  const iri = `${farm.id}/cycles/${key.cycleId}`;
  const etag = String((await look(iri)).headers.etag);
  t.equal((await look(iri, { "if-none-match": etag })).status, 304);
  sure(editCycle(wire, key, { name: "Arance" }));
  t.match((await look(iri, { "if-none-match": etag })).json(), { name: "Arance", revision: 2 });
});
