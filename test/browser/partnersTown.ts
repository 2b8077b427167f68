// Neighbours for the pages of partners: two farms on the lived-in node, one that waits for an answer, one in force.
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { loadActorByHandle } from "../../src/activitypub/store.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { acceptPact, proposePact, suspendPact } from "../../src/partners/pacts/pactActions.ts";
import type { Town } from "./town.ts";

/** Addresses of the pages that speak of a neighbour. */
export type Neighbours = {
  readonly find: string;
  readonly propose: string;
  readonly asked: string;
  readonly inForce: string;
};

const made = new WeakMap<Town, Promise<Neighbours>>();

/** Makes them once for each town. */
export function neighbours(town: Town): Promise<Neighbours> {
  const known = made.get(town) ?? settle(town);
  made.set(town, known);
  return known;
}

async function settle({ lived }: Town): Promise<Neighbours> {
  const { wire } = lived.node;
  const gas = loadActorByHandle(wire.db.orm, "gas-fano");
  if (!gas) throw new Error("the group lives here");
  const mill = lived.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano", place: "Fano" });
  const grove = lived.addActor({ kind: "producer", handle: "oliveto", name: "Oliveto Colle Alto", place: "Cartoceto" });
  for (const farm of [mill, grove]) followActor(wire, gas.id, await known(lived, farm.id));
  const asked = await propose(lived, mill, gas);
  const inForce = await propose(lived, grove, gas);
  for (let round = 0; round < 3; round++) await lived.node.runDue();
  acceptPact(wire, { actorId: gas.id, iri: inForce }, { revision: 1, isCompared: true });
  for (let round = 0; round < 3; round++) await lived.node.runDue();
  suspendPact(wire, { actorId: gas.id, iri: inForce }, wire.clock.now() + 86_400_000);
  const desk = `${lived.origin}/desk/gas-fano/partners`;
  return {
    find: `${desk}/find?who=${encodeURIComponent(mill.id)}`,
    propose: `${desk}/propose?peer=${encodeURIComponent(mill.id)}`,
    asked: `${desk}/pact?iri=${encodeURIComponent(asked)}`,
    inForce: `${desk}/pact?iri=${encodeURIComponent(inForce)}`,
  };
}

async function known({ node }: Town["lived"], id: string) {
  const peer = await node.wire.senders.findActor(id);
  if ("failed" in peer) throw new Error(peer.detail);
  return peer;
}

async function propose(lived: Town["lived"], farm: LocalActor, gas: LocalActor): Promise<string> {
  const terms = {
    catalogSubset: [`${farm.id}/catalog`],
    priceDeltaHundredthsPercent: -250,
    minOrderCents: 15_000,
    deliveryCostCents: 1500,
    leadDays: 10,
    referents: [{ name: "Referente del gruppo", email: "ordini@gas.example" }],
  };
  const held = proposePact(lived.node.wire, farm.id, await known(lived, gas.id), { as: "seller", terms, endsAt: null });
  if (isRefusal(held)) throw new Error(held.refused);
  return held.pact.iri;
}
