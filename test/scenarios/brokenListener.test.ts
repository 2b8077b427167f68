// A bug of ours that one message meets each time: it is refused in the end, costs little, and is taken once the bug is mended.
import { pino } from "pino";
import t, { type Test } from "tap";
import { retryLetter } from "../../src/activitypub/outboxListStore.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { followActor } from "../../src/partners/follows/followActions.ts";
import { proposePact } from "../../src/partners/pacts/pactActions.ts";
import { listPacts } from "../../src/partners/pacts/pactStore.ts";
import { startNodes } from "../tools/nodes.ts";

/** A farm whose node cannot keep a pact, whatever it is asked, and a group that proposes one. */
async function proposeToBroken(t: Test, names: readonly ["farm", "gas"] | readonly ["home"]) {
  const said: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void said.push(line) });
  const { nodes, clock } = await startNodes<string>(t, names, { logger, chance: () => 0 });
  const [farmHome, gasHome] = names.length === 2 ? [nodes.farm!, nodes.gas!] : [nodes.home!, nodes.home!];
  const farm = farmHome.addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
  const gas = gasHome.addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
  farmHome.node.db.raw.exec(
    `CREATE TRIGGER broken BEFORE INSERT ON pacts WHEN NEW.actor_id = '${farm.id}' BEGIN SELECT raise(ABORT, 'a bug'); END`,
  );
  const peer = await gasHome.node.wire.senders.findActor(farm.id);
  if ("failed" in peer) throw new Error(peer.detail);
  const money = { priceDeltaHundredthsPercent: 0, minOrderCents: 0, deliveryCostCents: 0 };
  const terms = { ...money, catalogSubset: [`${farm.id}/catalog`], leadDays: 0, referents: [] };
  const pact = proposePact(gasHome.node.wire, gas.id, peer, { as: "buyer", terms, endsAt: null });
  if (isRefusal(pact)) throw new Error(pact.refused);
  const letter = () =>
    gasHome.node.db.raw
      .prepare("SELECT id, state, attempts, last_status, last_error FROM outbox WHERE lane = 'order' AND actor_id = ?")
      .get(gas.id) as { id: number; state: string; attempts: number; last_status: number };
  const runGas = async () => {
    clock.advance({ hours: 1 });
    await gasHome.node.runDue();
  };
  const askAgain = async () => {
    t.ok(transact(gasHome.node.db, (tx) => retryLetter(tx, gas.id, letter().id, clock.now())));
    await gasHome.node.runDue();
  };
  /** How often the rule ran, as the log has it. */
  const bugs = () => said.filter((line) => /an arrival cannot be taken/.test(line) && /a bug/.test(line)).length;
  return { farmHome, gasHome, farm, gas, peer, letter, runGas, askAgain, bugs };
}

for (const names of [["farm", "gas"], ["home"]] as const)
  t.test(
    `A32 a message whose rule always fails ${names.length === 2 ? "at a partner" : "on its own node"} is answered 500 four times and then refused for good, and both sides know`,
    async (t) => {
      const { farmHome, gasHome, farm, gas, peer, letter, runGas, askAgain, bugs } = await proposeToBroken(t, names);
      await gasHome.node.runDue();
      for (let attempt = 1; attempt <= 4; attempt++) {
        t.match(letter(), { state: "pending", attempts: attempt, last_status: 500 });
        await runGas();
      }
      t.match(letter(), { state: "needs-human", attempts: 5, last_status: 422, last_error: "refused" });
      t.equal(bugs(), 5);
      const { raw, orm } = farmHome.node.db;
      const codes = raw.prepare("SELECT code FROM security_events").pluck().all();
      t.same(codes, ["cannot-be-taken"], "the farm's administrator sees it once");
      t.same(listPacts(orm, farm.id, 10), [], "nothing half-done");

      for (let times = 0; times < 6; times++) await askAgain();
      t.equal(bugs(), 5, "asked again it costs a look into the log and no more");
      t.match(letter(), { state: "needs-human", last_error: "refused" });

      followActor(gasHome.node.wire, gas.id, peer);
      await runGas();
      const followers = raw.prepare("SELECT count(*) FROM follows WHERE actor_id = ?").pluck();
      t.equal(followers.get(farm.id), 1, "other messages of the same sender are taken");
    },
  );

t.test("A32 a message that was refused for a bug is taken when it comes again after the bug is mended", async (t) => {
  const { farmHome, farm, letter, runGas, askAgain } = await proposeToBroken(t, ["farm", "gas"]);
  for (let attempt = 1; attempt <= 5; attempt++) await runGas();
  t.match(letter(), { state: "needs-human" });
  farmHome.node.db.raw.exec("DROP TRIGGER broken");
  await askAgain();
  t.match(letter(), { state: "needs-human" }, "this process has given it up");
  await farmHome.stop();
  await farmHome.start();
  await askAgain();
  t.match(letter(), { state: "delivered" });
  const { orm, raw } = farmHome.node.db;
  t.match(listPacts(orm, farm.id, 10), [{ state: "proposed" }]);
  t.equal(raw.prepare("SELECT count(*) FROM inbox_log WHERE channel = 'order'").pluck().get(), 1);
});
