// A pact between two nodes over real HTTP: signatures, proofs and receipts are the real ones.
import t, { type Test } from "tap";
import { saveDomainRule } from "../../src/activitypub/store.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { acceptPact, endPact, proposePact, suspendPact } from "../../src/partners/pacts/pactActions.ts";
import { findPact, listPacts, loadPact, refuseNewOrder, termsFor } from "../../src/partners/pacts/pactStore.ts";
import type { Terms } from "../../src/partners/pacts/terms.ts";
import { startNodes } from "../tools/nodes.ts";

async function propose(t: Test, names: readonly ["farm", "gas"] | readonly ["home"]) {
  const { nodes, clock, settle } = await startNodes<string>(t, names);
  const [farmHome, gasHome] = names.length === 2 ? [nodes.farm!, nodes.gas!] : [nodes.home!, nodes.home!];
  const farm = farmHome.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = gasHome.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const peer = await gasHome.node.wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const terms: Terms = {
    catalogSubset: [`${farm.id}/catalog`],
    priceDeltaHundredthsPercent: -500,
    minOrderCents: 10_000,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [{ name: "Referente farine", email: "farine@gas.example" }],
  };
  const held = proposePact(gasHome.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
  if (isRefusal(held)) throw new Error(held.refused);
  return { farmHome, gasHome, farm, gas, terms, iri: held.pact.iri, clock, settle };
}

const waiting = (home: { node: { db: { raw: import("better-sqlite3").Database } } }) =>
  home.node.db.raw.prepare("SELECT state, last_error FROM outbox WHERE state <> 'delivered'").all();

for (const names of [["farm", "gas"], ["home"]] as const)
  t.test(
    `a pact is proposed, accepted and ended ${names.length === 2 ? "between two nodes" : "on one node"}`,
    async (t) => {
      const { farmHome, gasHome, farm, gas, terms, iri, settle } = await propose(t, names);
      await settle();
      t.same(waiting(gasHome), []);
      t.match(loadPact(farmHome.node.db.orm, farm.id, iri), { state: "proposed", peer: gas.id });
      acceptPact(farmHome.node.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true });
      await settle();
      t.same(termsFor(gasHome.node.db.orm, gas.id, farm.id), terms);
      t.same(
        findPact(gasHome.node.db.orm, gas.id, farm.id)?.pact,
        findPact(farmHome.node.db.orm, farm.id, gas.id)?.pact,
      );
      suspendPact(farmHome.node.wire, { actorId: farm.id, iri }, null);
      await settle();
      t.equal(refuseNewOrder(gasHome.node.db.orm, gas.id, farm.id), "pact-suspended");
      endPact(gasHome.node.wire, { actorId: gas.id, iri });
      await settle();
      t.match(loadPact(farmHome.node.db.orm, farm.id, iri), { state: "ended" });
      t.same([...waiting(gasHome), ...waiting(farmHome)], []);
    },
  );

t.test(
  "A25 a GAS's node that is down hears the farm's yes when it is back, and the pact holds on both sides",
  async (t) => {
    const { farmHome, gasHome, farm, gas, iri, clock, settle } = await propose(t, ["farm", "gas"]);
    await settle();
    await gasHome.stop();
    acceptPact(farmHome.node.wire, { actorId: farm.id, iri }, { revision: 1, isCompared: true });
    await farmHome.node.runDue();
    t.match(waiting(farmHome), [{ state: "pending" }]);
    await gasHome.start();
    clock.advance({ hours: 2 });
    await settle();
    t.same(waiting(farmHome), []);
    t.equal(findPact(gasHome.node.db.orm, gas.id, farm.id)?.state, "live");
  },
);

t.test(
  "B15 a pact proposed from a domain that is blocked is refused at the gate, and nothing of it is shown",
  async (t) => {
    const { farmHome, gasHome, farm, gas, clock, settle } = await propose(t, ["farm", "gas"]);
    const { orm, raw } = farmHome.node.db;
    // All of this test's nodes are of one domain; the farm speaks to nobody here.
    saveDomainRule(orm, { domain: "127.0.0.1", rule: "block", reason: "spam", createdAt: clock.now() });
    await settle();
    t.match(waiting(gasHome), [{ state: "pending", last_error: "HTTP 403" }]);
    t.same(listPacts(orm, farm.id, 10), []);
    t.equal(refuseNewOrder(orm, farm.id, gas.id), "no-pact");
    t.equal(raw.prepare("SELECT count(*) FROM inbox_log").pluck().get(), 0);
    t.same(raw.prepare("SELECT DISTINCT code FROM security_events").pluck().all(), ["blocked"]);
  },
);
