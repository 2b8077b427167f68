// A GAS on one node follows a farm on another, over real HTTP with real signatures.
import t from "tap";
import { describeActor } from "../../src/activitypub/actors.ts";
import type { Wire } from "../../src/activitypub/wire.ts";
import { transact } from "../../src/db/transact.ts";
import { approveFollower, followActor, unfollow } from "../../src/partners/follows/followActions.ts";
import { countFollows, followerInboxes, isFollowing, loadFollow } from "../../src/partners/store.ts";
import { startNodes } from "../tools/nodes.ts";

async function find(wire: Wire, iri: string) {
  const found = await wire.senders.findActor(iri);
  if ("failed" in found) throw new Error(found.detail);
  return found;
}

t.test("the GAS asks, the farm's node says yes, the news will come to the GAS's shared inbox", async (t) => {
  const { nodes, settle } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  followActor(nodes.gas.node.wire, gas.id, await find(nodes.gas.node.wire, farm.id));
  await settle();
  t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), true);
  t.same(followerInboxes(nodes.farm.node.db.orm, farm.id), [{ inbox: `${nodes.gas.origin}/inbox`, actorUri: null }]);
  unfollow(nodes.gas.node.wire, gas.id, farm.id);
  await settle();
  t.same(followerInboxes(nodes.farm.node.db.orm, farm.id), []);
});

t.test("the farm's node is down when the GAS asks, and answers once a person there has looked", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  transact(nodes.farm.node.db, (tx) => describeActor(tx, farm.id, { approvesFollowers: true }, clock.at));
  const peer = await find(nodes.gas.node.wire, farm.id);
  await nodes.farm.stop();
  followActor(nodes.gas.node.wire, gas.id, peer);
  await nodes.gas.node.runDue();
  t.match(loadFollow(nodes.gas.node.db.orm, gas.id, "out", farm.id), { state: "requested" });
  await nodes.farm.start();
  clock.advance({ hours: 1 });
  await settle();
  t.equal(countFollows(nodes.farm.node.db.orm, farm.id, "in", "requested"), 1);
  approveFollower(nodes.farm.node.wire, farm.id, gas.id);
  await settle();
  t.equal(isFollowing(nodes.gas.node.db.orm, gas.id, farm.id), true);
});

t.test("a farm and a GAS that share a node follow each other by the same letters", async (t) => {
  const { nodes, settle } = await startNodes(t, ["home"]);
  const farm = nodes.home.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.home.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  followActor(nodes.home.node.wire, gas.id, await find(nodes.home.node.wire, farm.id));
  await settle();
  t.equal(isFollowing(nodes.home.node.db.orm, gas.id, farm.id), true);
  t.same(followerInboxes(nodes.home.node.db.orm, farm.id), [{ inbox: `${nodes.home.origin}/inbox`, actorUri: null }]);
});
