// Members never federate (I20, B39): people with unmistakable names live on a GAS's node while it does all it can do, and
// every byte that leaves it for others is searched for them.
import t, { type Test } from "tap";
import { request } from "undici";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { createSigner } from "../../src/activitypub/signHttp.ts";
import { saveProduct } from "../../src/catalogs/actions.ts";
import { startFacts } from "../../src/catalogs/product.ts";
import { transact } from "../../src/db/transact.ts";
import { cancelGathering, publishGathering, saveGathering } from "../../src/gatherings/actions.ts";
import { bookByHand, bookForPerson } from "../../src/gatherings/bookingActions.ts";
import type { Gathering } from "../../src/gatherings/gathering.ts";
import { publishNews } from "../../src/gatherings/news/actions.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { insertPerson, insertSeat } from "../../src/members/store.ts";
import { membersHouse } from "../../src/node.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { acceptPact, proposePact, suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { factsOf } from "../gatherings/hall.ts";
import { type EvilPeer, startEvilPeer } from "../tools/evilPeer.ts";
import { startNodes, type TestClock, type TestNode } from "../tools/nodes.ts";

const CANARIES = ["Zafferana", "Ginestrelli", "zafferana.ginestrelli@posta.example", "3331234567"];

function housePeople({ node, config }: TestNode, actorId: string): void {
  transact(node.db, (tx) => {
    const id = "canaryzafferanaginestrelli";
    const createdAt = node.wire.clock.now();
    insertPerson(tx, {
      id,
      name: `${CANARIES[0]} ${CANARIES[1]} ${CANARIES[3]}`,
      email: CANARIES[2]!,
      language: "it",
      nodeAdmin: true,
      createdAt,
    });
    for (const role of ["admin", "member"] as const) insertSeat(tx, { personId: id, actorId, role, createdAt });
  });
  if (!config.allowPrivate) throw new Error("a test node speaks with loopback");
}

type Town = {
  gas: TestNode;
  farm: TestNode;
  group: LocalActor;
  garden: LocalActor;
  mill: LocalActor;
  settle: () => Promise<void>;
};

async function buildTown(t: Test): Promise<Town & { clock: TestClock }> {
  const { nodes, clock, settle } = await startNodes(t, ["gas", "farm"]);
  const group = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const garden = nodes.gas.addActor({ kind: "producer", handle: "orto", name: "Orto del gruppo" });
  const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  housePeople(nodes.gas, group.id);
  return { ...nodes, group, garden, mill, clock, settle };
}

/** A foreign server that follows both, asks for nonsense, and keeps what it hears, headers included. */
async function listenFrom(t: Test, { group, garden }: Town, clock: TestClock, said: string[]): Promise<EvilPeer> {
  const peer = await startEvilPeer();
  t.teardown(() => peer.close());
  const stranger = peer.serveActor("ascolta");
  peer.serve("/ascolta/inbox", { status: 202 });
  const base = { "@context": "https://www.w3.org/ns/activitystreams", actor: stranger.id };
  for (const [activity, inbox] of [
    [{ ...base, id: `${stranger.id}/1`, type: "Follow", object: group.id }, `${group.id}/inbox`],
    [{ ...base, id: `${stranger.id}/2`, type: "Follow", object: garden.id }, `${garden.id}/inbox`],
    [{ ...base, id: `${stranger.id}/3`, type: "Undo", object: `${group.id}/nothing` }, `${group.id}/inbox`],
  ] as const) {
    const body = Buffer.from(JSON.stringify(activity));
    const headers = { "content-type": "application/activity+json" };
    const signed = await createSigner(
      stranger,
      "draft-cavage",
      clock.now,
    )({ method: "POST", url: inbox, headers, body });
    const answer = await request(inbox, { method: "POST", headers: { ...headers, ...signed }, body });
    said.push(JSON.stringify(answer.headers), await answer.body.text());
  }
  return peer;
}

/** The group follows a farm, makes and suspends a pact, and publishes what grows in its garden. */
async function live({ gas, farm, group, garden, mill, settle }: Town): Promise<void> {
  const { wire } = gas.node;
  const peer = await wire.discover(mill.id);
  if ("failed" in peer) throw new Error(peer.detail);
  followActor(wire, group.id, peer);
  const referents = [{ name: "Referente farine", email: "farine@gas.example" }];
  const money = { priceDeltaHundredthsPercent: 0, minOrderCents: 0, deliveryCostCents: 0 };
  const terms = { catalogSubset: [`${mill.id}/catalog`], ...money, leadDays: 1, referents };
  proposePact(wire, group.id, peer, { as: "buyer", terms, endsAt: null });
  await settle();
  const [pact] = listPacts(farm.node.db.orm, mill.id, 1);
  acceptPact(farm.node.wire, { actorId: mill.id, iri: pact!.pact.iri }, { revision: 1, isCompared: true });
  await settle();
  suspendPact(wire, { actorId: group.id, iri: pact!.pact.iri }, null);
  gather(gas, group.id);
  writeNews(gas, group.id);
  saveProduct(wire, garden, { productId: null, expectedVersion: 0, facts: startFacts("Zucchine", 20_000, "KGM") });
  await settle();
}

/** An evening to which a member comes, and somebody who called. */
function gather({ node: { wire } }: TestNode, actorId: string): void {
  const byId = "canaryzafferanaginestrelli";
  const startsAt = wire.clock.now() + 86_400_000;
  const made = saveGathering(wire, actorId, { ...factsOf(), startsAt, endsAt: startsAt + 3_600_000 }, byId);
  if (isRefusal(made)) throw new Error(made.refused);
  const { id } = publishGathering(wire, { actorId, id: (made as Gathering).id, byId }) as Gathering;
  bookForPerson(wire, id, { personId: byId, guests: 1, language: "it" });
  const name = `${CANARIES[0]} ${CANARIES[1]}`;
  bookByHand(wire, { actorId, gatheringId: id }, { name, organisation: name, guests: 0, language: "it" });
  cancelGathering(wire, { actorId, id, byId }, "neve");
}

/** A piece of news for members, which says who is who, and one for everybody. */
function writeNews({ node: { wire, db }, config }: TestNode, actorId: string): void {
  const desk = { wire, house: membersHouse(config, db, wire.clock) };
  const by = { actorId, byId: "canaryzafferanaginestrelli" };
  const plan = { title: "Chiavi della sede", text: CANARIES.join(" "), until: "2026-11-30" };
  const made = [
    publishNews(desk, by, { ...plan, isPublic: false }, true),
    publishNews(desk, by, { ...plan, title: "Mulino aperto", text: "Sabato alle 9.", isPublic: true }, true),
  ];
  if (made.some(isRefusal)) throw new Error("no news");
}

/** Every public address, for people and for machines. */
async function readAllPublic({ gas }: Town, said: string[]): Promise<number> {
  const { app } = gas.node;
  const open = app.routeMatrix.filter(({ method, policy }) => method === "GET" && "public" in policy);
  for (const { url } of open)
    for (const handle of ["fano", "orto", "actor"])
      for (const accept of ["application/activity+json", "text/html"]) {
        const path = url.replace(":handle", handle).replaceAll(/:\w+|\*/g, "1");
        const answer = await app.inject({ url: path, headers: { accept } });
        said.push(JSON.stringify(answer.headers), answer.body);
      }
  return open.length;
}

t.test("B39 whatever a GAS says, serves or refuses, no byte of it names a member", async (t) => {
  const town = await buildTown(t);
  const said: string[] = [];
  const listener = await listenFrom(t, town, town.clock, said);
  await live(town);
  said.push(...(town.gas.node.db.raw.prepare("SELECT json FROM activities").pluck().all() as string[]));
  for (const { headers, body } of listener.hits) said.push(JSON.stringify(headers), body.toString());
  const heard = town.farm.node.db.raw.prepare("SELECT bytes FROM inbox_log WHERE bytes IS NOT NULL").pluck().all();
  said.push(...(heard as Buffer[]).map(String));
  const open = await readAllPublic(town, said);
  t.ok(said.length > 100 && open > 15 && listener.hits.length >= 4, `${said.length} pieces searched`);
  const found = said.filter((piece) => CANARIES.some((canary) => piece.toLowerCase().includes(canary.toLowerCase())));
  t.same(
    found.map((piece) => piece.slice(0, 300)),
    [],
  );
});
