// A GAS loses its machine and puts yesterday's backup back: what it says of its pact afterwards still counts at the farm.
import t from "tap";
import { restoreBackup, writeBackup } from "../../src/db/backup.ts";
import { currentEpoch } from "../../src/db/facts.ts";
import { revisionInForce } from "../../src/partners/pacts/pact.ts";
import {
  acceptPact,
  changeTerms,
  endPact,
  proposePact,
  resumePact,
  suspendPact,
} from "../../src/partners/pacts/pactActions.ts";
import { findPact, loadPact, refuseNewOrder, termsFor } from "../../src/partners/pacts/pactStore.ts";
import type { Terms } from "../../src/partners/pacts/terms.ts";
import { held } from "../partners/pair.ts";
import { startNodes } from "../tools/nodes.ts";

t.test("A33 I17 a GAS put back to before its last words is heard again: its half, its terms, its end", async (t) => {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const peer = await nodes.gas.node.wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const terms: Terms = {
    catalogSubset: [`${farm.id}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 10_000,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  const { iri } = held(proposePact(nodes.gas.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null })).pact;
  const [ours, theirs] = [
    { actorId: gas.id, iri },
    { actorId: farm.id, iri },
  ];
  const atFarm = () => loadPact(nodes.farm.node.db.orm, farm.id, iri)!;
  await settle();
  held(acceptPact(nodes.farm.node.wire, theirs, { revision: 1, isCompared: true }));
  await settle();

  const backup = `${nodes.gas.config.dataFolder}-backup`;
  writeBackup(nodes.gas.node.db, nodes.gas.config.dataFolder, backup);
  // What the backup will not know: a pause, its end, and new terms that the farm has agreed to.
  held(suspendPact(nodes.gas.node.wire, ours, null));
  held(resumePact(nodes.gas.node.wire, ours));
  held(changeTerms(nodes.gas.node.wire, ours, { terms: { ...terms, leadDays: 5 }, endsAt: null }));
  await settle();
  held(acceptPact(nodes.farm.node.wire, theirs, { revision: 2, isCompared: false }));
  await settle();
  t.match(atFarm().pact.halves.buyer, { epoch: 1, sequence: 4, status: "active" });

  await nodes.gas.stop();
  const { dataFolder, origin } = nodes.gas.config;
  t.match(restoreBackup(backup, dataFolder, origin, clock.at), { epoch: 2 });
  await nodes.gas.start();
  t.equal(currentEpoch(nodes.gas.node.db.orm), 2);
  t.match(loadPact(nodes.gas.node.db.orm, gas.id, iri)?.pact.halves.buyer, { epoch: 1, sequence: 1 });

  held(suspendPact(nodes.gas.node.wire, ours, null));
  await settle();
  t.match(atFarm().pact.halves.buyer, { epoch: 2, sequence: 2, status: "suspended" }, "its pause is not stale");
  t.equal(refuseNewOrder(nodes.farm.node.db.orm, farm.id, gas.id), "pact-suspended");

  const changed = held(changeTerms(nodes.gas.node.wire, ours, { terms: { ...terms, leadDays: 6 }, endsAt: null }));
  const revision = changed.pact.revisions.at(-1)!.revision;
  await settle();
  held(acceptPact(nodes.farm.node.wire, theirs, { revision, isCompared: false }));
  await settle();
  const both = [atFarm(), findPact(nodes.gas.node.db.orm, gas.id, farm.id)!].map(({ pact }) => revisionInForce(pact));
  t.same(both[0], both[1], "both hold the new terms");
  t.equal(termsFor(nodes.farm.node.db.orm, farm.id, gas.id)?.leadDays, 6);

  held(endPact(nodes.gas.node.wire, ours));
  await settle();
  t.equal(atFarm().state, "ended");
});
