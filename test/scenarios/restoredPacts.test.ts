// A machine is lost and a backup put back: what its people and its partner said about their pact since then comes back too.
import t, { type Test } from "tap";
import { isOrderLaneHeld } from "../../src/activitypub/laneStore.ts";
import { restoreBackup, writeBackup } from "../../src/db/backup.ts";
import {
  acceptPact,
  changeTerms,
  endPact,
  proposePact,
  refusePact,
  resumePact,
  suspendPact,
} from "../../src/partners/pacts/pactActions.ts";
import { listPacts, loadPinnedKey, termsFor } from "../../src/partners/pacts/pactStore.ts";
import { sidesWith } from "../../src/partners/threads/threadStore.ts";
import { held } from "../partners/pair.ts";
import { startNodes } from "../tools/nodes.ts";

type Side = "farm" | "gas";

/** A farm and a group on two nodes with a pact between them. */
async function town(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const actors = {
    farm: nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" }),
    gas: nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" }),
  };
  const peer = await nodes.gas.node.wire.senders.findActor(actors.farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const terms = {
    catalogSubset: [`${actors.farm.id}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 10_000,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  const propose = async () => {
    const { pact } = held(proposePact(nodes.gas.node.wire, actors.gas.id, peer, { as: "buyer", terms, endsAt: null }));
    await settle();
    return pact.iri;
  };
  const wireOf = (side: Side) => nodes[side].node.wire;
  const nameOf = (side: Side, iri: string) => ({ actorId: actors[side].id, iri });
  const pactsOf = (side: Side) => listPacts(nodes[side].node.db.orm, actors[side].id, 10).map(({ pact }) => pact);
  const backUp = (side: Side): string => {
    const folder = `${nodes[side].config.dataFolder}-backup`;
    writeBackup(nodes[side].node.db, nodes[side].config.dataFolder, folder);
    return folder;
  };
  const putBack = async (side: Side, folder: string) => {
    await nodes[side].stop();
    t.match(restoreBackup(folder, nodes[side].config.dataFolder, nodes[side].origin, clock.at), { epoch: 2 });
    await nodes[side].start();
    clock.advance({ minutes: 6 });
    await settle();
    t.notOk(isOrderLaneHeld(nodes[side].node.db.orm, actors[side].id), "it has asked");
  };
  const agree = async () => {
    const iri = await propose();
    held(acceptPact(wireOf("farm"), nameOf("farm", iri), { revision: 1, isCompared: true }));
    await settle();
    return iri;
  };
  return { nodes, clock, actors, terms, settle, propose, agree, wireOf, nameOf, pactsOf, backUp, putBack };
}

for (const side of ["gas", "farm"] as const) {
  const id = side === "gas" ? "A33" : "A34";
  const other = side === "gas" ? "farm" : "gas";

  t.test(`${id} a restored ${side} holds again what both sides did with their halves and their terms`, async (t) => {
    const { nodes, actors, terms, settle, agree, wireOf, nameOf, pactsOf, backUp, putBack } = await town(t);
    const iri = await agree();
    const backup = backUp(side);
    held(suspendPact(wireOf(side), nameOf(side, iri), null));
    held(suspendPact(wireOf(other), nameOf(other, iri), null));
    await settle();
    held(resumePact(wireOf(other), nameOf(other, iri)));
    held(changeTerms(wireOf("gas"), nameOf("gas", iri), { terms: { ...terms, leadDays: 7 }, endsAt: null }));
    await settle();
    held(acceptPact(wireOf("farm"), nameOf("farm", iri), { revision: 2, isCompared: false }));
    await settle();
    held(changeTerms(wireOf("farm"), nameOf("farm", iri), { terms: { ...terms, leadDays: 9 }, endsAt: null }));
    await settle();
    held(refusePact(wireOf("gas"), nameOf("gas", iri), { revision: 3 }));
    await settle();
    const before = pactsOf(side);
    t.same(before, pactsOf(other));

    await putBack(side, backup);
    t.same(pactsOf(side), before, "the texts, the halves, the answers, whoever gave them");
    t.same(pactsOf(other), before, "and nothing was said twice");
    t.equal(termsFor(nodes[side].node.db.orm, actors[side].id, actors[other].id)?.leadDays, 7);
    held(resumePact(wireOf(side), nameOf(side, iri)));
    await settle();
    t.same(pactsOf(side), pactsOf(other), "what it says next counts");
    t.match(pactsOf(other)[0]?.halves[side === "gas" ? "buyer" : "seller"], { epoch: 2, status: "active" });
  });

  for (const ender of ["gas", "farm"] as const)
    t.test(`${id} a restored ${side} knows again that the ${ender} ended their pact`, async (t) => {
      const { settle, agree, wireOf, nameOf, pactsOf, backUp, putBack } = await town(t);
      const iri = await agree();
      const backup = backUp(side);
      held(endPact(wireOf(ender), nameOf(ender, iri)));
      await settle();
      await putBack(side, backup);
      t.match(pactsOf(side), [{ endedBy: ender === "gas" ? "buyer" : "seller" }]);
      t.same(pactsOf(side), pactsOf(other));
    });

  t.test(
    `${id} a restored ${side} asks a partner that it does not know any more and that writes about their pact`,
    async (t) => {
      const { nodes, clock, settle, agree, wireOf, nameOf, pactsOf, backUp, putBack } = await town(t);
      const backup = backUp(side);
      const iri = await agree();
      await putBack(side, backup);
      t.same(pactsOf(side), [], "nobody was known to be asked");
      held(suspendPact(wireOf(other), nameOf(other, iri), null));
      for (let round = 0; round < 3; round++) {
        await settle();
        clock.advance({ minutes: 2 });
      }
      t.same(pactsOf(side), pactsOf(other));
      t.equal(pactsOf(side).length, 1);
      t.match(pactsOf(side)[0]?.halves[other === "gas" ? "buyer" : "seller"], { status: "suspended" });
      const refused = "SELECT count(*) FROM outbox WHERE state = 'needs-human'";
      t.equal(nodes[other].node.db.raw.prepare(refused).pluck().get(), 0, "its letter was only asked to come again");
    },
  );

  t.test(`${id} a restored ${side} holds the second pact again that came after the first had ended`, async (t) => {
    const { nodes, actors, settle, agree, wireOf, nameOf, pactsOf, backUp, putBack } = await town(t);
    const first = await agree();
    held(endPact(wireOf("gas"), nameOf("gas", first)));
    await settle();
    const backup = backUp(side);
    await agree();
    t.equal(pactsOf(side).length, 2);
    await putBack(side, backup);
    t.same(pactsOf(side), pactsOf(other));
    const { orm } = nodes[side].node.db;
    t.ok(loadPinnedKey(orm, actors[side].id, actors[other].id));
    t.same(sidesWith(orm, actors[side].id, actors[other].id), [side === "gas" ? "buyer" : "seller"]);
  });
}
