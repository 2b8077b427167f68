// Servers of other projects follow a farm, read its announcement, see its edit and its removal, and are followed by a group.
// Run by interop.ts inside namespaces of its own: `node interop.test.ts FOLDER PROGRAMS`, or `--skip REASON`.
import { readFileSync } from "node:fs";
import t, { type Test } from "tap";
import { cancelGathering, publishGathering, saveGathering } from "../../src/gatherings/actions.ts";
import { eventUrls } from "../../src/gatherings/activities.ts";
import { articleIri } from "../../src/gatherings/training/activities.ts";
import { movePath, removePath, saveModule, savePath } from "../../src/gatherings/training/pathActions.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { followActor, unfollow } from "../../src/partners/follows/followActions.ts";
import { countFollows, isFollowing, loadFollow } from "../../src/partners/store.ts";
import { createCycle, editCycle, openCycle, removeCycle } from "../../src/sales/actions.ts";
import { cancelCycle } from "../../src/sales/closingActions.ts";
import { cycleUrls } from "../../src/sales/offer.ts";
import { startBot } from "./bot.ts";
import { EVENING, type Farm, PLAN, startFarm } from "./farm.ts";
import { HOSTS, layNetwork, stopAll } from "./lan.ts";
import type { Programs } from "./packages.ts";
import { type Peer, until } from "./peer.ts";
import { startSnac } from "./snac.ts";

const [folder = "", rest = ""] = process.argv.slice(2);

t.setTimeout(150_000);

if (folder === "--skip") {
  t.test("servers of other projects follow a farm", { skip: rest }, () => {});
} else {
  const programs: Programs = JSON.parse(readFileSync(rest, "utf8"));
  await layNetwork(folder);
  const farm = await startFarm(folder);
  const peers = [await startSnac(folder, programs.snac), startBot(folder, programs.bot)];
  for (const peer of peers) {
    await t.test(`${peer.name} ${peer.version} and a farm`, (t) => meet(t, farm, peer));
  }
  await farm.stop();
  stopAll();
}

async function meet(t: Test, farm: Farm, peer: Peer): Promise<void> {
  await t.test("each finds the other by its handle", async (t) => {
    const found = await until(`${peer.name} answers`, async () => {
      const actor = await farm.wire.discover(peer.handle);
      return "failed" in actor ? null : actor;
    });
    t.equal(found.id, peer.actorUri);
    t.equal(await peer.lookUp(`${farm.producer.handle}@${HOSTS.farm}`), farm.producer.id);
  });

  await t.test("it follows the farm, and is told that it may", async (t) => {
    await peer.follow(farm.producer.id);
    await until("the Accept arrives", () => peer.isFollowing(farm.producer.id));
    t.match(loadFollow(farm.orm, farm.producer.id, "in", peer.actorUri), { state: "accepted" });
  });

  await t.test("it has the announcement, its edit, the cancellation, and after the removal nothing", (t) =>
    announce(t, farm, peer),
  );

  await t.test("it has an evening at the farm, its change and the cancellation", (t) => gather(t, farm, peer));

  await t.test("it has a path the farm teaches, its change and its closing, and after the removal nothing", (t) =>
    teach(t, farm, peer),
  );

  await t.test("a group follows it, is let in, and reads its post", async (t) => {
    const actor = await farm.wire.discover(peer.handle);
    if ("failed" in actor) throw new Error(actor.detail);
    sure(followActor(farm.wire, farm.gas.id, actor));
    await until("the Accept arrives", () => isFollowing(farm.orm, farm.gas.id, peer.actorUri));
    // snac answers before it has written the follower down.
    t.ok(await until("it has the group among its followers", () => peer.hasFollower(farm.gas.id)));
    const post = await peer.publish("Domenica si pota insieme");
    const heard = await until("the post arrives", () => farm.heardOf(peer.actorUri, post));
    t.match(heard, { outcome: "ignored", refusal: null });
    const read = await farm.wire.fetchDocument(post, farm.gas.id);
    t.match(read, { document: { id: post, content: /Domenica si pota insieme/ } });
  });

  await t.test("both stop following", async (t) => {
    await peer.unfollow(farm.producer.id);
    await until("its Undo arrives", () => countFollows(farm.orm, farm.producer.id, "in", "accepted") === 0);
    sure(unfollow(farm.wire, farm.gas.id, peer.actorUri));
    await until("our Undo arrives", async () => !(await peer.hasFollower(farm.gas.id)));
    t.equal(isFollowing(farm.orm, farm.gas.id, peer.actorUri), false);
  });

  await t.test("everything we owed is delivered, and nothing of theirs was refused", async (t) => {
    const host = new URL(peer.actorUri).host;
    t.same(farm.undelivered(host), []);
    t.same(farm.refusedFrom(host), []);
  });
}

async function announce(t: Test, farm: Farm, peer: Peer): Promise<void> {
  const { wire, producer } = farm;
  const draft = sure(createCycle(wire, producer.id, PLAN, [farm.oranges]));
  const key = { actorId: producer.id, cycleId: draft.id };
  const { note } = cycleUrls(producer.id, draft.id);
  const says = (what: RegExp) =>
    until(`${peer.name} has ${what}`, async () => what.test((await peer.readStored(note)) ?? ""));
  sure(openCycle(wire, key));
  t.ok(await says(/Agrumi di dicembre/), "the announcement");
  sure(editCycle(wire, key, { name: "Agrumi di gennaio" }));
  t.ok(await says(/Agrumi di gennaio/), "the edit");
  sure(cancelCycle(wire, key, "Gelata sugli aranci"));
  t.ok(await says(/Gelata sugli aranci/), "the cancellation");
  sure(removeCycle(wire, key));
  t.ok(await until("the removal", async () => (await peer.readStored(note)) === null), "the removal");
}

async function gather(t: Test, farm: Farm, peer: Peer): Promise<void> {
  const { wire, producer } = farm;
  const { id } = sure(saveGathering(wire, producer.id, EVENING, "gino"));
  const key = { actorId: producer.id, id, byId: "gino" };
  const { event } = eventUrls(producer.id, id);
  const says = (what: RegExp) =>
    until(`${peer.name} has ${what}`, async () => what.test((await peer.readStored(event)) ?? ""));
  sure(publishGathering(wire, key));
  t.ok(await says(/Si impara potando/), "the evening");
  sure(saveGathering(wire, producer.id, { ...EVENING, id, venue: "Aia nuova" }, "gino"));
  t.ok(await says(/Aia nuova/), "its change");
  sure(cancelGathering(wire, key, "Gelata"));
  t.ok(await says(/Gelata/), "the cancellation");
}

async function teach(t: Test, farm: Farm, peer: Peer): Promise<void> {
  const { wire, producer } = farm;
  const wish = {
    name: `Potare con ${peer.name}`,
    forWhom: "people",
    hoursThousandths: 6000,
    requiredPercent: 80,
  } as const;
  const path = sure(savePath(wire, producer.id, null, { ...wish, summary: "Dalle forbici al taglio." }));
  const reading = { kind: "reading", name: "Le forbici", content: "", gatheringId: null, questions: [] } as const;
  sure(saveModule(wire, path, null, reading));
  const says = (what: RegExp) =>
    until(`${peer.name} has ${what}`, async () => what.test((await peer.readStored(articleIri(path))) ?? ""));
  sure(movePath(wire, producer.id, path.id, "published"));
  t.ok(await says(/Dalle forbici al taglio/), "the path");
  sure(savePath(wire, producer.id, path.id, { ...wish, summary: "Dal ramo al taglio." }));
  t.ok(await says(/Dal ramo al taglio/), "its change");
  sure(movePath(wire, producer.id, path.id, "closed"));
  t.ok(await says(/iscrizioni a questo percorso sono chiuse/), "its closing");
  sure(removePath(wire, producer.id, path.id));
  t.ok(await until("the removal", async () => (await peer.readStored(articleIri(path))) === null), "the removal");
}

function sure<T extends object>(result: T | Refusal): T {
  if (isRefusal(result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
}
