// A node whose clock is wrong: its partner's letters wait, both sides can see why, and they arrive once the clock is right.
import t from "tap";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { troubleOf } from "../../src/partners/hosts/health.ts";
import { proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { startNodes } from "../tools/nodes.ts";

const HOUR = 3_600_000;

for (const [words, off] of [
  ["two hours slow", -2 * HOUR],
  ["two hours fast", 2 * HOUR],
  ["400 days fast", 400 * 24 * HOUR],
] as const)
  t.test(
    `A15 a letter to a farm whose clock is ${words} waits, both sides see that a clock is wrong, and it arrives once that is right`,
    async (t) => {
      const ours = { at: Date.UTC(2026, 10, 23, 11), now: () => ours.at };
      const theirs = { off: 0, now: () => ours.at + theirs.off };
      const { gas: gasHome } = (await startNodes(t, ["gas"], { clock: ours, chance: () => 0 })).nodes;
      const { farm: farmHome } = (await startNodes(t, ["farm"], { clock: theirs, chance: () => 0 })).nodes;
      const farm = farmHome.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
      const gas = gasHome.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
      const peer = await gasHome.node.wire.senders.findActor(farm.id);
      if ("failed" in peer) throw new Error(peer.detail);
      const money = { priceDeltaHundredthsPercent: 0, minOrderCents: 0, deliveryCostCents: 0 };
      const terms = { ...money, catalogSubset: [`${farm.id}/catalog`], leadDays: 0, referents: [] };
      theirs.off = off;
      const pact = proposePact(gasHome.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
      if (isRefusal(pact)) throw new Error(pact.refused);
      const letter = () =>
        gasHome.node.db.raw.prepare("SELECT state, last_error FROM outbox WHERE lane = 'order'").get() as {
          last_error: string;
        };
      await gasHome.node.runDue();
      t.match(letter(), { state: "pending", last_error: /^clock: 2026-11-23T11:00 here, 202\d-.* there/ });
      t.equal(troubleOf(letter().last_error), "clock", "the group's page says so");
      const seen = farmHome.node.db.raw.prepare("SELECT DISTINCT code FROM security_events").pluck().all();
      t.same(seen, ["signature-stale"], "the farm's administrator sees it");
      t.same(listPacts(farmHome.node.db.orm, farm.id, 10), []);
      theirs.off = 0;
      ours.at += HOUR;
      await gasHome.node.runDue();
      t.match(letter(), { state: "delivered", last_error: null });
      t.match(listPacts(farmHome.node.db.orm, farm.id, 10), [{ state: "proposed" }]);
    },
  );
