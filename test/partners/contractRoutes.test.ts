// The contract at a desk, its file, and the notice that a restored node waits for its partners.
import t, { type Test } from "tap";
import { isOrderLaneHeld } from "../../src/activitypub/laneStore.ts";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { raiseEpoch } from "../../src/db/facts.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { readContractFile, verifyContract } from "../../src/partners/contract.ts";
import { contractPath } from "../../src/partners/contractRoutes.ts";
import { acceptPact, proposePact } from "../../src/partners/pactActions.ts";
import { sayOnThread } from "../../src/partners/threadActivities.ts";
import { startNodes } from "../tools/nodes.ts";
import { SAID } from "./agreementArbitrary.ts";
import { linkTo, sitDown } from "./desks.ts";

async function partners(t: Test) {
  const { nodes, clock, settle } = await startNodes(t, ["farm", "gas"]);
  const farm = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = nodes.gas.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  const { wire } = nodes.gas.node;
  const peer = await wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const terms = {
    catalogSubset: [`${farm.id}/catalog`],
    priceDeltaHundredthsPercent: 0,
    minOrderCents: 0,
    deliveryCostCents: 0,
    leadDays: 4,
    referents: [],
  };
  const held = proposePact(wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
  if (isRefusal(held)) throw new Error(held.refused);
  await settle();
  acceptPact(nodes.farm.node.wire, { actorId: farm.id, iri: held.pact.iri }, { revision: 1, isCompared: true });
  await settle();
  const message = {
    ...SAID.order,
    offerIri: mintIri(gas, "activities"),
    agreementIri: mintIri(gas, "orders"),
    thread: mintIri(gas, "threads"),
    revision: 1,
    supersedes: null,
  };
  transact(wire.db, (tx) => sayOnThread(wire, tx, { from: gas, peer: farm.id, message }));
  return { nodes, clock, settle, farm, gas, thread: message.thread, wire };
}

t.test("a desk reads who signed what, takes the contract away as a file, and others see nothing of it", async (t) => {
  const { nodes, thread } = await partners(t);
  const atGas = await sitDown(nodes.gas, "gino", "fano", "referente");
  const page = await atGas.get(contractPath("fano", thread));
  t.equal(page.status, 200);
  t.match(page.body, /Non c'è ancora un accordo|Non c&#39;è ancora un accordo/);
  t.match(page.body, /Ordine/);
  t.match(page.body, /regge/);
  const file = await atGas.get(linkTo(page.body, "/desk/fano/contract/file"));
  t.match(file.headers["content-disposition"], /attachment/);
  const contract = readContractFile(file.body);
  t.match(verifyContract(contract!), { thread, messages: [{ flaw: null }] });
  t.equal((await atGas.get(contractPath("fano", `${thread}-other`))).status, 404);
  t.equal((await atGas.get("/desk/fano/contract/file?thread=none")).status, 404);
  const member = await sitDown(nodes.gas, "mia", "fano", "member");
  t.not((await member.get(contractPath("fano", thread))).status, 200, "the referenti's business");
});

t.test(
  "A33 a restored node says for whom it waits; going on without them wants a telephone call confirmed",
  async (t) => {
    const { nodes, gas, farm, wire } = await partners(t);
    await nodes.farm.stop();
    transact(wire.db, (tx) => raiseEpoch(tx, 1));
    const atGas = await sitDown(nodes.gas, "gino", "fano", "admin");
    const page = await atGas.get("/desk/fano/outbox");
    t.match(page.body, /Fermo dopo un ripristino/);
    t.match(page.body, new RegExp(farm.id));
    t.equal((await atGas.submit(page, "/desk/fano/outbox/release")).status, 422);
    t.ok(isOrderLaneHeld(wire.db.orm, gas.id));
    const after = await atGas.submit(page, "/desk/fano/outbox/release", { called: "on" });
    t.notMatch(after.body, /Fermo dopo un ripristino/);
    t.notOk(isOrderLaneHeld(wire.db.orm, gas.id));
  },
);
