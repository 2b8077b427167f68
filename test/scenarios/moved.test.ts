// A farm moves to another name between real nodes: who follows it comes along once both addresses say so; its pact stays until people
// have compared keys again. FEP-7628, SAFETY B56.
import t, { type Test } from "tap";
import { loadActor } from "../../src/activitypub/store.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { fingerprintOf } from "../../src/partners/keys/fingerprint.ts";
import { claimFormer, moveActor } from "../../src/partners/leaving/moveActions.ts";
import { writeMove } from "../../src/partners/leaving/moveActivities.ts";
import { findMovedTo } from "../../src/partners/leaving/moveStore.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts, refuseNewOrder } from "../../src/partners/pacts/pactStore.ts";
import { isFollowing } from "../../src/partners/store.ts";
import { linkTo, sitDown } from "../partners/desks.ts";
import { sure } from "../sales/cycles.ts";
import { startNodes, type TestNode } from "../tools/nodes.ts";
import { makePact } from "./orderTown.ts";

const AS_JSON = { accept: "application/activity+json" };

const peerOf = async ({ node }: TestNode, id: string) => {
  const peer = await node.wire.senders.findActor(id, { fresh: true });
  if ("failed" in peer) throw new Error(peer.detail);
  return peer;
};

async function openStory(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["before", "after", "gas"]);
  const old = nodes.before.addActor({ kind: "producer", handle: "agrumeto", name: "Agrumeto Belvedere" });
  const fresh = nodes.after.addActor({ kind: "producer", handle: "belvedere", name: "Belvedere Agrumi" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  await makePact({ farmHome: nodes.before, gasHome: nodes.gas, farm: old, gas, settle });
  sure(followActor(nodes.gas.node.wire, gas.id, await peerOf(nodes.gas, old.id)));
  await settle();
  const later = async () => {
    clock.advance({ minutes: 2 });
    await settle();
  };
  return { nodes, old, fresh, gas, settle, later };
}

t.test(
  "FEP-7628 B56 a farm moves: followers follow, the pact stays until both sides have compared keys anew",
  async (t) => {
    const { nodes, old, fresh, gas, settle, later } = await openStory(t);
    const farmer = await sitDown(nodes.before, "piero", "agrumeto", "producer");
    const again = await sitDown(nodes.after, "piera", "belvedere", "producer");
    const [atOld, atNew] = ["/desk/agrumeto/leaving", "/desk/belvedere/leaving"];
    const early = await farmer.submit(await farmer.get(atOld), `${atOld}/target`, { target: fresh.id });
    t.equal(early.status, 409, "the new address has not said that it was the old one");
    t.match(await again.submit(await again.get(atNew), `${atNew}/former`, { former: "nobody" }), { status: 422 });
    const declared = await again.submit(await again.get(atNew), `${atNew}/former`, { former: old.id });
    t.match(declared.body, /Indirizzo di prima, dichiarato qui/);
    t.match(await farmer.submit(await farmer.get(atOld), `${atOld}/target`, { target: fresh.id }), {
      body: /Il nuovo indirizzo è/,
    });
    t.match((await nodes.before.node.app.inject({ url: "/agrumeto", headers: AS_JSON })).json(), { movedTo: fresh.id });
    t.match((await nodes.after.node.app.inject({ url: "/belvedere", headers: AS_JSON })).json(), {
      alsoKnownAs: [old.id],
    });
    t.match((await farmer.get("/agrumeto")).body, /si è spostato/);
    await later();
    await later();
    const { orm } = nodes.gas.node.db;
    t.equal(isFollowing(orm, gas.id, fresh.id), true, "the group follows the new address");
    t.equal(findMovedTo(orm, gas.id, old.id), fresh.id);
    t.equal(refuseNewOrder(orm, gas.id, old.id), null, "the old pact holds");
    t.equal(refuseNewOrder(orm, gas.id, fresh.id), "no-pact", "and none moved");

    const { pact } = listPacts(orm, gas.id, 1)[0]!;
    const laura = await sitDown(nodes.gas, "laura", "fano", "admin");
    const page = (await laura.get(`/desk/fano/partners/pact?iri=${encodeURIComponent(pact.iri)}`)).body;
    const key = (await peerOf(nodes.gas, fresh.id)).ed25519Keys[0]!.multibase;
    t.match(page, /si è spostato: confermi\?/);
    t.match(page, fingerprintOf(key));
    t.equal((await laura.get(linkTo(page, "/desk/fano/partners/propose"))).status, 200);
    const { terms } = pact.revisions[0]!;
    const proposal = {
      as: "buyer",
      terms: { ...terms, catalogSubset: [`${fresh.id}/catalog`] },
      endsAt: null,
    } as const;
    const made = sure(proposePact(nodes.gas.node.wire, gas.id, await peerOf(nodes.gas, fresh.id), proposal));
    await settle();
    sure(
      acceptPact(nodes.after.node.wire, { actorId: fresh.id, iri: made.pact.iri }, { revision: 1, isCompared: true }),
    );
    await settle();
    t.equal(refuseNewOrder(orm, gas.id, fresh.id), null, "people on both sides confirmed");
    t.match(moveActor(nodes.before.node.wire, { actorId: old.id, byId: null }, await peerOf(nodes.before, fresh.id)), {
      refused: "already-moved",
    });
  },
);

t.test("B56 a Move to an address that does not say so, or of one that does not, moves nobody", async (t) => {
  const { nodes, old, fresh, gas, later } = await openStory(t);
  const { wire } = nodes.before.node;
  const from = loadActor(wire.db.orm, old.id)!;
  const inbox = `${gas.id}/inbox`;
  const say = (id: string) =>
    wire.post(wire.db.orm, {
      ...{ from, activity: writeMove({ id, actor: old.id, target: fresh.id, now: wire.clock.now() }) },
      ...{ lane: "social", thread: null, isPublic: true, isProven: false, recipients: [{ inbox, actorUri: gas.id }] },
      now: wire.clock.now(),
    });
  const { orm } = nodes.gas.node.db;
  const state = () => nodes.gas.node.db.raw.prepare("SELECT state FROM peer_moves").pluck().get();
  say(`${old.id}/activities/one`);
  await later();
  await later();
  t.equal(state(), "refused", "neither document says so");
  sure(claimFormer(nodes.after.node.wire, { actorId: fresh.id, byId: null }, await peerOf(nodes.after, old.id)));
  say(`${old.id}/activities/two`);
  await later();
  await later();
  t.equal(state(), "refused", "the old one still lives where it lived");
  t.equal(isFollowing(orm, gas.id, fresh.id), false);
  t.equal(findMovedTo(orm, gas.id, old.id), null);
});
