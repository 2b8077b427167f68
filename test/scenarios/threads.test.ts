// What partners keep of their orders, over real HTTP: who may read it, how it is read in parts, and how it brings back what a
// restored node forgot before that node says anything.
import { cpSync, rmSync } from "node:fs";
import t, { type Test } from "tap";
import { request } from "undici";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { isOrderLaneHeld } from "../../src/activitypub/laneStore.ts";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { restoreBackup, writeBackup } from "../../src/db/backup.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import type { MessageOf } from "../../src/partners/threads/agreement.ts";
import { verifyContract } from "../../src/partners/threads/contract.ts";
import { loadContract } from "../../src/partners/threads/contractActions.ts";
import { listUnasked, releaseOrderLane } from "../../src/partners/threads/threadActions.ts";
import { sayOnThread } from "../../src/partners/threads/threadActivities.ts";
import { type ReadThreadItem, readThreadItem } from "../../src/partners/threads/threadDocument.ts";
import { listThreadMessages } from "../../src/partners/threads/threadStore.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";

async function join(
  gasHome: TestNode,
  gas: LocalActor,
  farmHome: TestNode,
  farm: LocalActor,
  settle: () => Promise<void>,
) {
  const peer = await gasHome.node.wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const terms = {
    catalogSubset: [`${farm.id}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  const held = proposePact(gasHome.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
  if (isRefusal(held)) throw new Error(held.refused);
  await settle();
  acceptPact(farmHome.node.wire, { actorId: farm.id, iri: held.pact.iri }, { revision: 1, isCompared: true });
  await settle();
}

/** A farm and a group on two nodes, partners; more groups on nodes of their own, strangers at first. */
async function town(t: Test, others: readonly "other"[] = []) {
  const { nodes, clock, settle } = await startNodes<"farm" | "gas" | "other">(t, ["farm", "gas", ...others]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  await join(nodes.gas, gas, nodes.farm, farm, settle);
  return { nodes, clock, settle, farm, gas };
}

/** An order for something the farm does not have: it answers by itself, with a Reject. */
function order(home: TestNode, gas: LocalActor, farm: LocalActor): MessageOf<"order"> {
  const message: MessageOf<"order"> = {
    kind: "order",
    offerIri: mintIri(gas, "activities"),
    agreementIri: mintIri(gas, "orders"),
    thread: mintIri(gas, "threads"),
    epoch: 1,
    revision: 1,
    supersedes: null,
    lines: [{ lineIri: `${farm.id}/catalog/grano`, unit: "kilogram", quantityThousandths: 5000, amountCents: 1000 }],
  };
  const { wire } = home.node;
  transact(wire.db, (tx) => sayOnThread(wire, tx, { from: gas, peer: farm.id, message }));
  return message;
}

const kinds = (home: TestNode, actor: LocalActor, thread: string) =>
  listThreadMessages(home.node.db.orm, actor.id, thread).map(({ direction, kind }) => `${direction} ${kind}`);

async function readList(home: TestNode, actor: LocalActor, iri: string): Promise<ReadThreadItem[] | null> {
  const list = await home.node.wire.fetchCollection(iri, actor.id);
  if ("failed" in list || !list.isWhole) return null;
  return list.items.map((item) => readThreadItem(item)!);
}

/** What the list tells of orders; the words about the pact stand before. */
const idsOf = (items: readonly ReadThreadItem[] | null) =>
  items
    ?.filter(({ thread }) => !thread.includes("/pacts/"))
    .flatMap(({ activities }) => activities.map(({ type, context }) => `${type} ${context}`));

t.test(
  "a partner reads its own threads, both sides' words, proofs and all; another partner reads only its own",
  async (t) => {
    const { nodes, settle, farm, gas } = await town(t, ["other"]);
    const other = nodes.other.addActor({ kind: "gas", handle: "jesi", name: "GAS Jesi" });
    await join(nodes.other, other, nodes.farm, farm, settle);
    const ours = order(nodes.gas, gas, farm);
    const theirs = order(nodes.other, other, farm);
    await settle();
    const list = `${farm.id}/threads`;
    t.same(idsOf(await readList(nodes.gas, gas, list)), [`Offer ${ours.thread}`, `Reject ${ours.thread}`]);
    t.same(idsOf(await readList(nodes.other, other, list)), [`Offer ${theirs.thread}`, `Reject ${theirs.thread}`]);
    const all = (await readList(nodes.gas, gas, list))!;
    t.same(
      all[0]?.activities.map(({ type }) => type),
      ["Offer", "Accept"],
      "their pact",
    );
    const read = all.filter(({ thread }) => thread === ours.thread);
    const contract = loadContract(nodes.gas.node.db.orm, gas.id, ours.thread)!;
    const messages = read.flatMap(({ activities }) => activities.map((activity) => JSON.stringify(activity)));
    t.same(
      verifyContract({ ...contract, messages }).messages.map(({ flaw }) => flaw),
      [null, null],
      "what was read proves itself",
    );
  },
);

t.test(
  "B37 B57 to strangers, to readers without a signature and for a name that is not there it is the same 404",
  async (t) => {
    const { nodes, settle, farm, gas } = await town(t, ["other"]);
    const stranger = nodes.other.addActor({ kind: "gas", handle: "jesi", name: "GAS Jesi" });
    const { thread } = order(nodes.gas, gas, farm);
    await settle();
    const answers = [];
    for (const url of [
      `${farm.id}/threads`,
      `${farm.id}/threads?after=start`,
      `${nodes.farm.origin}/nobody/threads`,
      thread,
      `${gas.id}/threads/none`,
    ]) {
      const { statusCode, headers, body } = await request(url, { headers: { accept: "application/activity+json" } });
      answers.push([statusCode, headers["cache-control"], await body.text()]);
    }
    t.same(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1, "they sound alike");
    t.equal(answers[0]![0], 404);
    t.equal(await readList(nodes.other, stranger, `${farm.id}/threads`), null);
    t.equal(await readList(nodes.other, stranger, `${farm.id}/threads?after=start`), null);
    t.equal(await readList(nodes.other, stranger, thread), null);
  },
);

t.test("FEP-7888 the context of an order resolves for its parties", async (t) => {
  const { nodes, settle, farm, gas } = await town(t);
  const { thread } = order(nodes.gas, gas, farm);
  order(nodes.gas, gas, farm);
  await settle();
  t.same(idsOf(await readList(nodes.farm, farm, thread)), [`Offer ${thread}`, `Reject ${thread}`]);
});

t.test(
  "the list is read in parts: what is older than asked for is left out, and pages follow each other",
  async (t) => {
    const { nodes, clock, settle, farm, gas } = await town(t);
    for (let i = 0; i < 12; i++) order(nodes.gas, gas, farm);
    await settle();
    const first = (await readList(nodes.gas, gas, `${farm.id}/threads`))!;
    t.equal(idsOf(first)?.length, 24);
    clock.advance({ hours: 3 });
    const late = order(nodes.gas, gas, farm);
    await settle();
    const since = encodeURIComponent(first.at(-1)!.updated);
    t.ok(
      idsOf(await readList(nodes.gas, gas, `${farm.id}/threads?updatedAfter=${since}`))!.length > 2,
      "a little is told twice",
    );
    const now = encodeURIComponent(new Date(clock.now()).toISOString());
    t.same(idsOf(await readList(nodes.gas, gas, `${farm.id}/threads?updatedAfter=${now}`)), [
      `Offer ${late.thread}`,
      `Reject ${late.thread}`,
    ]);
  },
);

/** Puts a node back to the copy in `folder`, as `filiera restore` does. */
async function restore(home: TestNode, folder: string, now: number): Promise<void> {
  await home.stop();
  const restored = restoreBackup(folder, home.config.dataFolder, home.origin, now);
  if (isRefusal(restored)) throw new Error(restored.refused);
  await home.start();
}

for (const side of ["gas", "farm"] as const)
  t.test(
    `${side === "gas" ? "A33" : "A34"} a restored ${side} asks its partner before it says anything, and gets back what it forgot`,
    async (t) => {
      const { nodes, clock, settle, farm, gas } = await town(t);
      const [home, actor, away] = side === "gas" ? [nodes.gas, gas, nodes.farm] : [nodes.farm, farm, nodes.gas];
      const copy = `${home.config.dataFolder}-copy`;
      writeBackup(home.node.db, home.config.dataFolder, copy);
      const { thread } = order(nodes.gas, gas, farm);
      await settle();
      const before = kinds(home, actor, thread);
      t.equal(before.length, 2);
      await away.stop();
      clock.advance({ hours: 1 });
      await restore(home, copy, clock.now());
      t.same(kinds(home, actor, thread), [], "the copy is older than the order");
      t.ok(isOrderLaneHeld(home.node.db.orm, actor.id));
      await home.node.runDue();
      t.ok(isOrderLaneHeld(home.node.db.orm, actor.id), "the partner did not answer");
      await away.start();
      clock.advance({ minutes: 20 });
      await settle();
      t.same(kinds(home, actor, thread), before, "both sides' words are back");
      t.notOk(isOrderLaneHeld(home.node.db.orm, actor.id));
      t.same(kinds(away, side === "gas" ? farm : gas, thread).length, 2, "and nothing was said twice");
    },
  );

t.test("A33 while the lane is held no order leaves; a person who knows better lets it", async (t) => {
  const { nodes, clock, settle, farm, gas } = await town(t);
  const copy = `${nodes.gas.config.dataFolder}-copy`;
  writeBackup(nodes.gas.node.db, nodes.gas.config.dataFolder, copy);
  await nodes.farm.stop();
  await restore(nodes.gas, copy, clock.now());
  // The farm is back under its address, but its threads are not to be read: it was restored to before the pact, too.
  await nodes.farm.start();
  nodes.farm.node.db.raw.exec(
    "PRAGMA foreign_keys = OFF; DELETE FROM pact_halves; DELETE FROM pact_revisions; DELETE FROM pacts",
  );
  const { thread } = order(nodes.gas, gas, farm);
  clock.advance({ minutes: 20 });
  await settle();
  const { db } = nodes.gas.node;
  const states = () => db.raw.prepare("SELECT state FROM outbox WHERE thread = ?").pluck().all(thread);
  t.same(states(), ["pending"]);
  t.same(listUnasked(db.orm, nodes.gas.origin, gas.id), [farm.id]);
  t.same(
    transact(db, (tx) => releaseOrderLane(tx, gas.id, "cli", clock.now())),
    [farm.id],
  );
  clock.advance({ minutes: 2 });
  await settle();
  t.notSame(states(), ["pending"]);
});

t.test("A36 a clone that spoke under the same numbers is found out when the partner's copies are read", async (t) => {
  const { nodes, clock, settle, farm, gas } = await town(t);
  const copy = `${nodes.gas.config.dataFolder}-copy`;
  writeBackup(nodes.gas.node.db, nodes.gas.config.dataFolder, copy);
  const said = order(nodes.gas, gas, farm);
  await settle();
  // The clone is the same data under the same epoch, which no restore of ours ever makes.
  await nodes.gas.stop();
  rmSync(nodes.gas.config.dataFolder, { recursive: true });
  cpSync(copy, nodes.gas.config.dataFolder, { recursive: true });
  await nodes.gas.start();
  const { wire } = nodes.gas.node;
  const twin = { ...said, offerIri: mintIri(gas, "activities"), agreementIri: mintIri(gas, "orders") };
  transact(wire.db, (tx) => sayOnThread(wire, tx, { from: gas, peer: farm.id, message: twin }));
  clock.advance({ days: 1, hours: 2 });
  await settle();
  const codes = (home: TestNode) => home.node.db.raw.prepare("SELECT DISTINCT code FROM security_events").pluck().all();
  t.ok(codes(nodes.farm).includes("conflict"), "the farm heard two texts under one number");
  t.ok(codes(nodes.gas).includes("conflict"), "the clone reads what it never said");
});

t.test("A35 both sides restored to different points ask each other and end with the same words", async (t) => {
  const { nodes, clock, settle, farm, gas } = await town(t);
  const copyOf = (home: TestNode) => `${home.config.dataFolder}-copy`;
  const copy = (home: TestNode) => writeBackup(home.node.db, home.config.dataFolder, copyOf(home));
  copy(nodes.gas);
  const first = order(nodes.gas, gas, farm);
  await settle();
  copy(nodes.farm);
  const second = order(nodes.gas, gas, farm);
  await settle();
  clock.advance({ hours: 1 });
  await restore(nodes.gas, copyOf(nodes.gas), clock.now());
  await restore(nodes.farm, copyOf(nodes.farm), clock.now());
  clock.advance({ minutes: 20 });
  await settle();
  t.same(kinds(nodes.gas, gas, first.thread), ["out order", "in rejected"]);
  t.same(kinds(nodes.farm, farm, first.thread), ["in order", "out rejected"]);
  t.same(kinds(nodes.gas, gas, second.thread), [], "what both forgot is gone on both sides alike");
  t.same(kinds(nodes.farm, farm, second.thread), []);
  for (const [home, actor] of [[nodes.gas, gas] as const, [nodes.farm, farm] as const])
    t.notOk(isOrderLaneHeld(home.node.db.orm, actor.id));
});
