// A line that carries requests and loses every answer: what was asked happened, once, and whoever asked goes on asking.
import t from "tap";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { acceptPact, proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { startChaosProxy } from "../tools/chaosProxy.ts";
import { freePort, startNodes } from "../tools/nodes.ts";

t.test(
  "A18 while every answer is lost a proposal counts once at the farm, and its node is not called healthy though it writes to us",
  async (t) => {
    const clock = { at: Date.UTC(2026, 10, 23, 11), now: () => clock.at };
    const setting = { clock, chance: () => 0 };
    let isLossy = false;
    const port = await freePort();
    const line = await startChaosProxy(port, () => (isLossy ? { kind: "drop-answer" } : { kind: "none" }));
    t.teardown(() => line.close());
    const { farm: farmHome } = (
      await startNodes(t, ["farm"], setting, ["--origin", line.origin, "--port", String(port)])
    ).nodes;
    const { gas: gasHome } = (await startNodes(t, ["gas"], setting)).nodes;
    const farm = farmHome.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
    const gas = gasHome.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    const peer = await gasHome.node.wire.senders.findActor(farm.id);
    if ("failed" in peer) throw new Error(peer.detail);
    const money = { priceDeltaHundredthsPercent: 0, minOrderCents: 0, deliveryCostCents: 0 };
    const terms = { ...money, catalogSubset: [`${farm.id}/catalog`], leadDays: 0, referents: [] };
    const pact = proposePact(gasHome.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
    if (isRefusal(pact)) throw new Error(pact.refused);
    const letter = () =>
      gasHome.node.db.raw.prepare("SELECT state, last_status, last_error FROM outbox WHERE lane = 'order'").get();
    const host = () =>
      gasHome.node.db.raw
        .prepare("SELECT failures, last_heard_at, failing_since, last_delivered_at FROM peers WHERE host = ?")
        .get(new URL(farm.id).host) as { failures: number };
    const taken = () =>
      farmHome.node.db.raw.prepare("SELECT count(*) FROM inbox_log WHERE channel = 'order'").pluck().get();

    isLossy = true;
    for (let attempt = 1; attempt <= 4; attempt++) {
      await gasHome.node.runDue();
      t.match(letter(), { state: "pending", last_status: null, last_error: /./ });
      t.match(host(), { failures: attempt, last_delivered_at: null });
      clock.at += 600_000;
    }
    t.equal(line.log.filter(({ method }) => method === "POST").length, 4);
    t.same([taken(), listPacts(farmHome.node.db.orm, farm.id, 10).length], [1, 1], "one effect");

    const key = { actorId: farm.id, iri: pact.pact.iri };
    const yes = acceptPact(farmHome.node.wire, key, { revision: 1, isCompared: true });
    t.notOk(isRefusal(yes));
    await farmHome.node.runDue();
    t.match(listPacts(gasHome.node.db.orm, gas.id, 10), [{ state: "live" }], "what it writes reaches us");
    t.match(
      host(),
      { last_heard_at: Number, failing_since: Number, last_delivered_at: null },
      "and is no proof of the way there",
    );

    isLossy = false;
    // A connection that the line cut may be noticed only by the letter that takes it: the next one goes.
    for (let attempt = 1; attempt <= 3 && host().failures > 0; attempt++) {
      clock.at += 600_000;
      await gasHome.node.runDue();
    }
    t.match(letter(), { state: "delivered", last_status: 200, last_error: null }, "the stored answer, said again");
    t.match(host(), { failures: 0, failing_since: null, last_delivered_at: clock.at });
    t.equal(taken(), 1);
  },
);
