// A farm closes for good between real nodes: its pacts end, whoever knew it hears of it, its address answers 410, and what was signed
// stays where it is.
import t, { type Test } from "tap";
import { listOutbox } from "../../src/activitypub/outboxListStore.ts";
import { loadActor } from "../../src/activitypub/store.ts";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { raiseEpoch } from "../../src/db/facts.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { listAffairs } from "../../src/nodeCare.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { keepActor, keepNode, leavingClockTasks, retireActor, retireNode } from "../../src/partners/leaving/actions.ts";
import { loadDeparture } from "../../src/partners/leaving/store.ts";
import { acceptPact, changeTerms, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { describeAndTell } from "../../src/partners/profileActions.ts";
import { isFollowing, loadFollow } from "../../src/partners/store.ts";
import { createCycle } from "../../src/sales/actions.ts";
import { DEFAULT_RULES } from "../../src/sales/saleRules.ts";
import { sitDown } from "../partners/desks.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { makePact } from "./orderTown.ts";

const AS_JSON = { accept: "application/activity+json" };
const AS_PAGE = { accept: "text/html" };

const leavingOf = ({ node }: TestNode) => ({ wire: node.wire, affairsOf: listAffairs });
const peerOf = async ({ node }: TestNode, id: string) => {
  const peer = await node.wire.senders.findActor(id, { fresh: true });
  if ("failed" in peer) throw new Error(peer.detail);
  return peer;
};

/** A farm with a partner on one node and a follower on another. */
async function openFarm(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas", "other"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto Belvedere" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const other = nodes.other.addActor({ kind: "gas", handle: "jesi", name: "GAS Jesi" });
  await makePact({ farmHome: nodes.farm, gasHome: nodes.gas, farm, gas, settle });
  sure(followActor(nodes.other.node.wire, other.id, await peerOf(nodes.other, farm.id)));
  await settle();
  const inPact = () => listPacts(nodes.gas.node.db.orm, gas.id, 9)[0]?.state;
  const get = (path: string, headers: Record<string, string>) => nodes.farm.node.app.inject({ url: path, headers });
  return { nodes, clock, settle, farm, gas, other, inPact, get };
}

type Story = Awaited<ReturnType<typeof openFarm>>;

/** Each thing that would begin something at the farm. */
async function refuseBeginnings(t: Test, { nodes, clock, settle, farm, other, get }: Story): Promise<void> {
  const { wire } = nodes.farm.node;
  const plan = {
    name: "Nuova",
    note: "",
    opensAt: null,
    closesAt: clock.at + 9e7,
    deliveries: [],
    visibility: "public",
  } as const;
  const cycle = { ...plan, minimumOrderCents: null, rules: DEFAULT_RULES };
  const peer = await peerOf(nodes.farm, other.id);
  const terms = listPacts(wire.db.orm, farm.id, 1)[0]!.pact.revisions[0]!.terms;
  const proposal = { as: "seller", terms, endsAt: null } as const;
  const iri = listPacts(wire.db.orm, farm.id, 1)[0]!.pact.iri;
  for (const refused of [
    followActor(wire, farm.id, peer),
    proposePact(wire, farm.id, peer, proposal),
    changeTerms(wire, { actorId: farm.id, iri }, { terms, endsAt: null }),
    describeAndTell(wire, farm.id, { name: "Altro" }),
    createCycle(wire, farm.id, cycle, []),
  ])
    t.match(refused, { refused: "actor-retired", name: "Agrumeto Belvedere" });
  const otherWire = nodes.other.node.wire;
  sure(proposePact(otherWire, other.id, await peerOf(nodes.other, farm.id), { ...proposal, as: "buyer" }));
  await settle();
  t.equal(listPacts(wire.db.orm, farm.id, 9).length, 1, "a proposal that comes is not taken");
  t.match((await get("/agrumeto", AS_PAGE)).body, /sta chiudendo/);
  t.equal((await get("/agrumeto", AS_JSON)).statusCode, 200);
}

/** What stands at the farm's addresses once it is gone. */
async function findTombstone(t: Test, { farm, get }: Story): Promise<void> {
  const gone = await get("/agrumeto", AS_JSON);
  t.equal(gone.statusCode, 410);
  t.match(gone.json(), { id: farm.id, type: "Tombstone", formerType: "Organization" });
  t.match(await get("/agrumeto", AS_PAGE), { statusCode: 410, body: /ha chiuso/ });
  t.equal((await get("/agrumeto/outbox", AS_JSON)).statusCode, 410);
  for (const path of ["/agrumeto/catalog", "/agrumeto/cycles"]) t.equal((await get(path, AS_PAGE)).statusCode, 404);
  const name = `acct:agrumeto@${new URL(farm.id).host}`;
  t.equal((await get(`/.well-known/webfinger?resource=${encodeURIComponent(name)}`, {})).statusCode, 404);
  t.notMatch((await get("/actor", AS_JSON)).body, /agrumeto"/, "the node hosts it no more");
}

t.test(
  "a farm closes: nothing new begins, its partner hears the end first, its address is gone, papers stay",
  async (t) => {
    const story = await openFarm(t);
    const { nodes, clock, settle, farm, gas, other, inPact } = story;
    const { wire } = nodes.farm.node;
    const wish = { typed: "agrumeto", byId: null };
    t.match(retireActor(leavingOf(nodes.farm), farm.id, { ...wish, typed: "fano" }), { refused: "wrong-name" });
    sure(retireActor(leavingOf(nodes.farm), farm.id, wish));
    t.match(retireActor(leavingOf(nodes.farm), farm.id, wish), { refused: "already-retired" });

    await t.test("from the decision on each thing that would begin is refused with its sentence", (t) =>
      refuseBeginnings(t, story),
    );

    clock.advance({ hours: 23 });
    await settle();
    t.equal(inPact(), "live", "nothing leaves for a day");
    clock.advance({ hours: 1 });
    await settle();
    t.equal(inPact(), "ended");
    clock.advance({ minutes: 1 });
    await settle();
    t.equal(loadFollow(nodes.other.node.db.orm, other.id, "out", farm.id)?.state, "ended");
    t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), false);
    clock.advance({ minutes: 1 });
    await settle();
    t.equal(loadActor(wire.db.orm, farm.id)?.goneAt, clock.at);

    await findTombstone(t, story);

    const { orm } = nodes.gas.node.db;
    const { pact } = listPacts(orm, gas.id, 1)[0]!;
    const asked = await nodes.gas.node.wire.fetchDocument(
      pact.iri.startsWith(farm.id) ? pact.iri : `${farm.id}/threads`,
      gas.id,
    );
    t.ok("document" in asked, "the partner still reads what both signed");
    const clerk = await sitDown(nodes.gas, "laura", "fano", "admin");
    const page = await clerk.get(`/desk/fano/partners/pact?iri=${encodeURIComponent(pact.iri)}`);
    t.match(page.body, /Ha chiuso il suo nodo/);
    const seller = await sitDown(nodes.farm, "piero", "agrumeto", "producer");
    t.equal((await seller.get("/desk/agrumeto/sales/history")).status, 200, "its people still read their history");
    t.equal((await seller.get("/account/data")).status, 200);
    t.match((await seller.get("/desk/agrumeto/leaving")).body, /Arrivate \d lettere su 3/);
  },
);

t.test("a decision is taken back while nothing has left, and not afterwards", async (t) => {
  const { nodes, clock, settle, farm, inPact } = await openFarm(t);
  const leaving = leavingOf(nodes.farm);
  const wish = { typed: "agrumeto", byId: null };
  t.match(keepActor(leaving, farm.id, null), { refused: "not-retired" });
  sure(retireActor(leaving, farm.id, wish));
  t.match(keepActor(leaving, farm.id, null), { kept: [farm.id] });
  clock.advance({ days: 2 });
  await settle();
  t.equal(inPact(), "live");
  sure(retireActor(leaving, farm.id, wish));
  clock.advance({ days: 1 });
  await settle();
  t.match(keepActor(leaving, farm.id, null), { refused: "letters-left" });
});

t.test("a restore brings a decision back that people may have taken back: it waits another day for them", async (t) => {
  const { nodes, clock } = await startNodes(t, ["farm"]);
  const own = nodes.farm.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto Belvedere" });
  const other = nodes.farm.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const host = new URL(nodes.farm.origin).host;
  sure(retireActor(leavingOf(nodes.farm), own.id, { typed: "agrumeto", byId: null }));
  clock.advance({ hours: 1 });
  sure(retireNode(leavingOf(nodes.farm), { typed: host, byId: null }));
  transact(nodes.farm.node.db, (tx) => raiseEpoch(tx, 1));
  await nodes.farm.stop();
  clock.advance({ days: 9 });
  await nodes.farm.start();
  await nodes.farm.node.runDue();
  const begunAt = (id: string) => loadDeparture(nodes.farm.node.db.orm, id)?.lettersAt;
  t.same([begunAt(own.id), begunAt(other.id)], [null, null], "nine days of a forgotten past are no grace");
  t.match(keepNode(leavingOf(nodes.farm), null), { kept: [other.id] });
  await nodes.farm.stop();
  clock.advance({ days: 1 });
  await nodes.farm.start();
  await nodes.farm.node.runDue();
  t.equal(begunAt(own.id), clock.at, "once for each restore: what nobody took back goes on");
});

t.test(
  "the node dies at each commit of a departure in turn, its partner is down meanwhile: all of it is said once",
  async (t) => {
    const { nodes, clock, settle, farm, gas, other, inPact } = await openFarm(t);
    t.teardown(() => setCrashTrap(null));
    const dieAt = (point: string, run: () => void): boolean => {
      setCrashTrap((name) => {
        if (name === point) throw new Error(`dies ${point}`);
      });
      try {
        run();
        return false;
      } catch {
        return true;
      } finally {
        setCrashTrap(null);
      }
    };
    const tick = () => leavingClockTasks(nodes.farm.node.wire)[0]!.run(clock.at);
    sure(retireNode(leavingOf(nodes.farm), { typed: new URL(nodes.farm.origin).host, byId: null }));
    await nodes.gas.stop();
    clock.advance({ days: 1 });
    for (const point of ["before-commit", "after-commit", "before-commit", "after-commit"]) {
      t.ok(dieAt(point, tick), point);
      await nodes.farm.stop();
      await nodes.farm.start();
    }
    await nodes.farm.node.runDue();
    clock.advance({ hours: 2 });
    await nodes.farm.node.runDue();
    t.equal(
      loadDeparture(nodes.farm.node.db.orm, farm.id)?.farewellAt,
      null,
      "the farewell waits for the end of the pact",
    );
    await nodes.gas.start();
    clock.advance({ hours: 2 });
    await settle();
    t.equal(inPact(), "ended");
    clock.advance({ hours: 2 });
    for (const point of ["before-commit", "after-commit"]) dieAt(point, tick);
    await nodes.farm.stop();
    await nodes.farm.start();
    await settle();
    clock.advance({ hours: 2 });
    await settle();
    const count = (sql: string) => nodes.farm.node.db.raw.prepare(sql).pluck().get();
    t.equal(count("SELECT count(*) FROM activities WHERE type = 'Undo'"), 1);
    t.equal(count("SELECT count(*) FROM activities WHERE type = 'Delete'"), 1);
    t.equal(loadActor(nodes.farm.node.db.orm, farm.id)?.goneAt, clock.at);
    t.equal(loadFollow(nodes.other.node.db.orm, other.id, "out", farm.id)?.state, "ended");
    t.equal(
      isRefusal(acceptPact(nodes.gas.node.wire, { actorId: gas.id, iri: "x" }, { revision: 1, isCompared: true })),
      true,
    );
  },
);

t.test("who is not reached in fourteen days is named, and the address closes all the same", async (t) => {
  const { nodes, clock, farm } = await openFarm(t);
  sure(retireActor(leavingOf(nodes.farm), farm.id, { typed: "agrumeto", byId: null }));
  await nodes.gas.stop();
  for (let day = 0; day < 17; day++) {
    clock.advance({ days: 1 });
    await nodes.farm.node.runDue();
    await nodes.other.node.runDue();
  }
  await nodes.farm.node.runDue();
  t.ok(loadActor(nodes.farm.node.db.orm, farm.id)?.goneAt);
  t.equal(
    listOutbox(nodes.farm.node.db.orm, farm.id, "verify", clock.at, 9).length,
    1,
    "the end of the pact waits for a person",
  );
  const seller = await sitDown(nodes.farm, "piero", "agrumeto", "producer");
  const page = (await seller.get("/desk/agrumeto/leaving")).body;
  t.match(page, /non sono arrivate|non è arrivata/);
  t.match(page, new URL(nodes.gas.origin).host);
  t.match(page, /refused|ECONN|connect/i, "with its last error");
});
