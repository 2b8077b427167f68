// One side of a pact in a process of its own, to be killed at any moment and started again on the same data:
// `node pactSide.ts farm|gas FARM busy|calm SETTINGS...`. The farm says yes to what it is offered; the GAS proposes, and while
// busy suspends and resumes again and again. It never ends by itself.
import { loadActorByHandle } from "../../src/activitypub/store.ts";
import { readConfig } from "../../src/config.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { buildNode, makeActor } from "../../src/node.ts";
import { acceptPact, proposePact, resumePact, suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";

const [side = "", farm = "", mood = "", ...settings] = process.argv.slice(2);
const { config } = readConfig(settings, {});
const node = await buildNode(config, { chance: () => 0, busyAfterMs: 0 });
await node.start();
const { wire, db } = node;
const wish =
  side === "farm"
    ? ({ kind: "producer", handle: "mulino", name: "Mulino del Piano" } as const)
    : ({ kind: "gas", handle: "fano", name: "GAS Fano" } as const);
const us = loadActorByHandle(db.orm, wish.handle) ?? transact(db, (tx) => makeActor(tx, wish, config, wire.clock));
if (isRefusal(us)) throw new Error(us.refused);

const terms = {
  catalogSubset: [`${farm}/catalog`],
  priceDeltaHundredthsPercent: 0,
  minOrderCents: 0,
  deliveryCostCents: 0,
  leadDays: 3,
  referents: [],
};
for (;;) {
  const [held] = listPacts(db.orm, us.id, 10);
  const name = { actorId: us.id, iri: held?.pact.iri ?? "" };
  if (side === "farm") {
    if (held?.state === "proposed") acceptPact(wire, name, { revision: 1, isCompared: true });
  } else if (!held) {
    const peer = await wire.senders.findActor(farm);
    if (!("failed" in peer)) proposePact(wire, us.id, peer, { as: "buyer", terms, endsAt: null });
  } else if (held.state === "live" && mood === "busy") {
    if (isRefusal(suspendPact(wire, name, null))) resumePact(wire, name);
  }
  await node.runDue();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
