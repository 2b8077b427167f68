// A district reads its members, over real HTTP with real signatures: what they offer is found, what they take back is gone at once.
import { rmSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { updateActor } from "../../../src/activitypub/store.ts";
import { removeProduct, saveProduct } from "../../../src/catalogs/actions.ts";
import { listAllMirrors } from "../../../src/catalogs/mirror/store.ts";
import { transact } from "../../../src/db/transact.ts";
import { addLinks, countLinks, removeLinks } from "../../../src/network/reading/store.ts";
import { describeAndTell } from "../../../src/partners/profileActions.ts";
import { listFollows } from "../../../src/partners/store.ts";
import { cancelCycle } from "../../../src/sales/closingActions.ts";
import { sure } from "../../sales/cycles.ts";
import { startNodes } from "../../tools/nodes.ts";
import { claim, now, offer, openPublicCycle, shown, sourcesOf, takeIn } from "./district.ts";

/** A farm with oranges and an open cycle, and a group, both members of a district on a node of its own. */
async function startDistrict(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas", "des"]);
  const des = nodes.des.addActor({ kind: "district", handle: "des", name: "Distretto delle Due Valli", level: "des" });
  const farm = nodes.farm.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto", place: "Fano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const oranges = offer(nodes.farm, farm, "Arance Navel", "Frutta");
  const cycle = openPublicCycle(nodes.farm, farm, oranges, "Arance di fine anno");
  for (const [home, actor] of [
    [nodes.farm, farm],
    [nodes.gas, gas],
  ] as const) {
    takeIn(nodes.des, des.id, actor.id);
    claim(home, actor.id, [des.id]);
  }
  await settle();
  const show = (wish?: Parameters<typeof shown>[2]) => shown(nodes.des, des.id, wish);
  return { nodes, clock, settle, des, farm, gas, oranges, cycle, show };
}

/** Who keeps the producer's list: in its own words, and in the keeper's. */
async function showKeeper(t: Test, { nodes, clock, settle, farm, gas }: Awaited<ReturnType<typeof startDistrict>>) {
  await t.test("who keeps a list stands on the page of its source while both say so, and no longer", async (t) => {
    const say = (keptBy: string | null, keeps: readonly string[]) => {
      const updatedAt = clock.at;
      transact(nodes.farm.node.db, (tx) => updateActor(tx, farm.id, { keptBy, updatedAt }));
      transact(nodes.gas.node.db, (tx) => updateActor(tx, gas.id, { keeps, updatedAt }));
    };
    const stands = async () => {
      // The keeper's document is a day old at most when the producer's is read again.
      clock.advance({ days: 1 });
      await settle();
      const url = `/des/at?source=${encodeURIComponent(farm.id)}`;
      const { statusCode, body } = await nodes.des.node.app.inject({ url, headers: { accept: "text/html" } });
      t.equal(statusCode, 200);
      return body.includes("Il listino è tenuto da GAS Fano");
    };
    say(gas.id, []);
    t.equal(await stands(), false, "the producer alone");
    say(gas.id, [farm.id]);
    t.equal(await stands(), true);
    say(gas.id, []);
    t.equal(await stands(), false, "taken back");
    say(null, [farm.id]);
    t.equal(await stands(), false, "the keeper alone");
    say(null, []);
  });
}

/** The producer's own entry stands for its products. */
async function findByGoods(t: Test, { nodes, clock, settle, show, farm }: Awaited<ReturnType<typeof startDistrict>>) {
  await t.test("a producer is found by what its products are: certified, of a season", async (t) => {
    const certified = offer(nodes.farm, farm, "Olive");
    const facts = {
      ...certified.facts,
      certifications: [{ kind: "organic" as const, body: "IT-BIO-000", operatorCode: null, validUntil: null }],
      seasonMonths: [10],
    };
    const change = { productId: certified.id, expectedVersion: certified.version, facts };
    const olives = sure(saveProduct(nodes.farm.node.wire, farm, change));
    await settle();
    const producers = { kinds: ["producer"] as const };
    t.same(await show({ ...producers, certification: "organic", month: 10 }), ["Agrumeto"]);
    t.same(await show({ ...producers, month: 7 }), []);
    t.same(await show({ ...producers, find: "frutta" }), ["Agrumeto"], "and by their category");
    const tell = (indexable: boolean) =>
      transact(nodes.farm.node.db, (tx) => updateActor(tx, farm.id, { indexable, updatedAt: clock.at }));
    tell(false);
    clock.advance({ days: 1 });
    await settle();
    t.same(await show({ ...producers, certification: "organic" }), [], "not by goods that are not to be found");
    tell(true);
    clock.advance({ days: 1 });
    await settle();
    t.same(await show({ ...producers, certification: "organic" }), ["Agrumeto"]);
    sure(removeProduct(nodes.farm.node.wire, farm, { productId: olives.id, expectedVersion: olives.version }));
    await settle();
    t.same(await show({ ...producers, certification: "organic" }), []);
    t.same(await show(producers), ["Agrumeto"]);
  });
}

/** What a crash or a list without end would leave behind. */
async function findLostAgain(t: Test, { nodes, settle, show, farm }: Awaited<ReturnType<typeof startDistrict>>) {
  await t.test("a source lost and reached again before it was taken out of the index is read again", async (t) => {
    const dues = ["actor", "members", "catalog", "cycles"].map((part) => `${part}_due_at = NULL`).join();
    await nodes.des.stop();
    await nodes.des.start();
    nodes.des.node.db.raw
      .prepare(`UPDATE network_sources SET is_drop_due = 1, due_at = 0, ${dues} WHERE uri = ?`)
      .run(farm.id);
    await settle();
    t.same(await show({ kinds: ["product", "producer"] }), ["Agrumeto Belvedere", "Arance Tarocco"]);
  });

  await t.test("a list of members that never ends grows no longer than it may", async (t) => {
    const { db } = nodes.des.node;
    const list = "https://senza-fine.example/rete";
    transact(db, (tx) => {
      addLinks(tx, list, ["https://a.example/a", "https://b.example/b"], 3);
      addLinks(tx, list, ["https://a.example/a", "https://c.example/c", "https://d.example/d"], 3);
    });
    t.equal(countLinks(db.orm, list), 3);
    transact(db, (tx) => removeLinks(tx, list));
  });
}

async function findByComune(t: Test, { nodes, clock, settle, farm, show }: Awaited<ReturnType<typeof startDistrict>>) {
  transact(nodes.farm.node.db, (tx) => updateActor(tx, farm.id, { place: "Fano (PU)", updatedAt: clock.at }));
  clock.advance({ days: 1 });
  await settle();
  t.same(await show({ kinds: ["producer", "product"], comune: "041013" }), ["Agrumeto", "Arance Tarocco"]);
  t.same(await show({ comune: "043023" }), []);
}

t.test("a district shows its members, what they offer and what is open, and keeps no priced copy", async (t) => {
  const story = await startDistrict(t);
  const { nodes, des, show, settle, farm, oranges, clock } = story;
  t.same(await show({ kinds: ["gas", "producer", "district"] }), ["GAS Fano", "Agrumeto"]);
  t.same(await show({ find: "arance", kinds: ["product"] }), ["Arance Navel"]);
  t.same(await show({ kinds: ["cycle"] }), ["Arance di fine anno"]);
  t.equal(listFollows(nodes.des.node.db.orm, des.id, "out", "accepted", 10).length, 2, "it follows both");
  t.same(listAllMirrors(nodes.des.node.db.orm), []);
  t.match(sourcesOf(nodes.des, des.id).agrumeto, {
    via: des.id,
    depth: 1,
    standing: "agreed",
    failures: 0,
    entries: 3,
  });

  await t.test("a product changed, added or removed at the farm is found so at once", async (t) => {
    const { id: productId, version: expectedVersion, facts } = oranges;
    sure(
      saveProduct(nodes.farm.node.wire, farm, {
        productId,
        expectedVersion,
        facts: { ...facts, name: "Arance Tarocco" },
      }),
    );
    const lemons = offer(nodes.farm, farm, "Limoni");
    await settle();
    t.same(await show({ kinds: ["product"] }), ["Arance Tarocco", "Limoni"]);
    sure(removeProduct(nodes.farm.node.wire, farm, { productId: lemons.id, expectedVersion: lemons.version }));
    await settle();
    t.same(await show({ kinds: ["product"] }), ["Arance Tarocco"]);
  });

  await findByGoods(t, story);

  await t.test("who says in which comune it is is found there, and so are its products", (t) => findByComune(t, story));

  await t.test("what nobody told us of is found within a day", async (t) => {
    transact(nodes.farm.node.db, (tx) => updateActor(tx, farm.id, { name: "Agrumeto Belvedere", updatedAt: clock.at }));
    await settle();
    t.same(await show({ kinds: ["producer"] }), ["Agrumeto"]);
    clock.advance({ days: 1 });
    await settle();
    t.same(await show({ kinds: ["producer"] }), ["Agrumeto Belvedere"]);
  });

  await findLostAgain(t, story);

  await t.test("an index thrown away is made again by itself", async (t) => {
    await nodes.des.stop();
    for (const end of ["", "-wal", "-shm"])
      rmSync(join(nodes.des.config.dataFolder, `index.sqlite${end}`), { force: true });
    await nodes.des.start();
    await settle();
    t.same(await show({ kinds: ["product", "cycle", "gas"] }), ["GAS Fano", "Arance Tarocco", "Arance di fine anno"]);
  });
  await showKeeper(t, story);
});

t.test("what a source takes back is gone at once: a cycle, being found, being listed, being a member", async (t) => {
  const { nodes, des, show, settle, farm, gas, cycle } = await startDistrict(t);
  sure(cancelCycle(nodes.farm.node.wire, { actorId: farm.id, cycleId: cycle.id }, "Grandine."));
  await settle();
  t.same(await show({ kinds: ["cycle"] }), []);

  const hide = async (change: { indexable?: boolean; discoverable?: boolean }) => {
    transact(nodes.farm.node.db, (tx) => updateActor(tx, farm.id, change));
    sure(describeAndTell(nodes.farm.node.wire, farm.id, { summary: JSON.stringify(change) }));
    await settle();
  };
  await hide({ indexable: false });
  t.same(await show({ kinds: ["producer", "product"] }), ["Agrumeto"], "listed, with nothing to be found");
  t.same(await show({ find: "agrumeto" }), []);
  await hide({ indexable: true });
  t.same(await show({ kinds: ["producer", "product"] }), ["Agrumeto", "Arance Navel"]);
  await hide({ discoverable: false });
  t.same(await show(), ["GAS Fano"]);
  await hide({ discoverable: true });
  t.same(await show({ find: "arance" }), ["Arance Navel"]);

  claim(nodes.farm, farm.id, []);
  sure(describeAndTell(nodes.farm.node.wire, farm.id, { summary: "Per conto nostro." }));
  await settle();
  t.same(await show(), ["GAS Fano"], "one side alone makes no member");
  t.match(sourcesOf(nodes.des, des.id).agrumeto, { standing: "one-sided" });

  takeIn(nodes.des, des.id, gas.id, false);
  await settle();
  t.same(await show(), []);
  t.same(Object.keys(sourcesOf(nodes.des, des.id)), ["agrumeto"]);
  t.match(
    listFollows(nodes.des.node.db.orm, des.id, "out", "ended", 10),
    [{ peer: gas.id }],
    "and is followed no more",
  );
  t.equal(now(nodes.gas, gas).id, gas.id);
});
