// The relay against real peers on loopback: what is owed arrives, in order, once, and the dead do not starve the living.
import { pino } from "pino";
import t, { type Test } from "tap";
import type { LocalActor } from "../../src/activitypub/actor.ts";
import { mintIri } from "../../src/activitypub/outbox.ts";
import { listOutbox, retryLetter } from "../../src/activitypub/outboxListStore.ts";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { transact } from "../../src/db/transact.ts";
import { silence, startEvilPeer } from "../tools/evilPeer.ts";
import { startNodes, type TestClock, type TestNode } from "../tools/nodes.ts";

type Row = { state: string; attempts: number; last_status: number | null; last_error: string | null; next_at: number };

async function farmNode(t: Test) {
  const { nodes, clock } = await startNodes(t, ["farm"], { chance: () => 0.5 });
  const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino di prova" });
  return { farm: nodes.farm, mill, clock, rows: () => readRows(nodes.farm) };
}

function readRows(farm: TestNode): Row[] {
  return farm.node.db.raw.prepare("SELECT * FROM outbox ORDER BY id").all() as Row[];
}

function owe(
  farm: TestNode,
  from: LocalActor,
  inboxes: string[],
  clock: TestClock,
  thread: string | null = null,
): string {
  const id = mintIri(from, "activities");
  const activity = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id,
    type: "Like",
    actor: from.id,
    object: from.id,
  };
  const recipients = inboxes.map((inbox) => ({ inbox, actorUri: null }));
  const { db, wire } = farm.node;
  transact(db, (tx) =>
    wire.post(tx, {
      from,
      activity,
      lane: "social",
      thread,
      isPublic: false,
      isProven: false,
      recipients,
      now: clock.now(),
    }),
  );
  return id;
}

async function peer(t: Test) {
  const started = await startEvilPeer();
  t.teardown(() => started.close());
  return started;
}

t.test("a peer that is down gets the letter once it is back, after the wait and not before", async (t) => {
  const { farm, mill, clock, rows } = await farmNode(t);
  const gas = await peer(t);
  gas.serve("/inbox", { status: 503 });
  owe(farm, mill, [`${gas.origin}/inbox`], clock);
  await farm.node.runDue();
  t.match(rows(), [{ state: "pending", attempts: 1, last_status: 503 }]);
  gas.serve("/inbox", { status: 202 });
  await farm.node.runDue();
  t.equal(rows()[0]?.attempts, 1, "not before its time");
  clock.advance({ minutes: 1 });
  await farm.node.runDue();
  t.match(rows(), [{ state: "delivered", attempts: 2 }]);
});

t.test("every attempt sends the same bytes", async (t) => {
  const { farm, mill, clock } = await farmNode(t);
  const gas = await peer(t);
  gas.serve("/inbox", { status: 500 });
  owe(farm, mill, [`${gas.origin}/inbox`], clock);
  for (let i = 0; i < 4; i++) {
    await farm.node.runDue();
    clock.advance({ hours: 2 });
  }
  const bodies = gas.hits.filter((hit) => hit.method === "POST").map((hit) => hit.body.toString());
  t.ok(bodies.length >= 4);
  t.equal(new Set(bodies).size, 1);
});

t.test("letters of one thread arrive in order, also when the first one fails", async (t) => {
  const { farm, mill, clock } = await farmNode(t);
  const gas = await peer(t);
  let isDown = true;
  gas.serve("/inbox", () => ({ status: isDown ? 403 : 202 }));
  const sent = [1, 2, 3].map(() => owe(farm, mill, [`${gas.origin}/inbox`], clock, "thread"));
  await farm.node.runDue();
  isDown = false;
  const before = gas.hits.length;
  for (let i = 0; i < 4; i++) {
    clock.advance({ hours: 1 });
    await farm.node.runDue();
  }
  const arrived = gas.hits.slice(before).map((hit) => JSON.parse(hit.body.toString()).id);
  t.same(arrived, sent);
});

t.test("A23 a silent peer costs the others nothing, and gets one probe a step", async (t) => {
  const { farm, mill, clock, rows } = await farmNode(t);
  const [good, dead] = [await peer(t), await peer(t)];
  good.serve("/inbox", { status: 202 });
  dead.serve("/inbox", silence);
  for (let i = 0; i < 3; i++) owe(farm, mill, [`${dead.origin}/inbox`, `${good.origin}/inbox`], clock);
  const done = farm.node.runDue();
  await t.resolves(waitUntil(() => good.hits.length === 3));
  t.equal(dead.hits.length, 1, "one request in flight");
  await dead.close();
  await done;
  t.equal(rows().filter((row) => row.state === "delivered").length, 3);
  t.equal(rows().filter((row) => row.state === "pending").length, 3);
});

t.test("A5 a relay that lost its lease settles nothing, and the row is sent by who holds it", async (t) => {
  const { farm, mill, clock, rows } = await farmNode(t);
  const gas = await peer(t);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  gas.serve("/inbox", async () => {
    if (gas.hits.length === 1) await held;
    return { status: gas.hits.length === 1 ? 500 : 202 };
  });
  owe(farm, mill, [`${gas.origin}/inbox`], clock);
  const first = farm.node.runDue();
  await waitUntil(() => gas.hits.length === 1);
  // As if this process had slept past its lease and another one had sent and settled the row.
  farm.node.db.raw.prepare("UPDATE outbox SET token = token + 1, state = 'delivered'").run();
  release();
  await first;
  t.match(rows(), [{ state: "delivered" }]);
});

t.test("A6 a stop finishes what is in flight and releases the rest", async (t) => {
  const { farm, mill, clock } = await farmNode(t);
  const gas = await peer(t);
  gas.serve("/inbox", { status: 202, delayMs: 100 });
  for (let i = 0; i < 5; i++) owe(farm, mill, [`${gas.origin}/inbox`], clock);
  await waitUntil(() => gas.hits.length >= 1);
  await farm.stop();
  await farm.start();
  await farm.node.runDue();
  const rows = readRows(farm);
  t.equal(rows.filter((row) => row.state === "delivered").length, 5);
  t.equal(gas.hits.length, 5, "each once");
});

t.test("A4 leases of a process that died are released when their time is over", async (t) => {
  const { farm, mill, clock, rows } = await farmNode(t);
  const gas = await peer(t);
  gas.serve("/inbox", { status: 202 });
  await farm.node.runDue();
  const now = clock.now();
  owe(farm, mill, [`${gas.origin}/inbox`], clock);
  farm.node.db.raw.prepare("UPDATE outbox SET state = 'leased', lease_until = ?, token = 9").run(now + 60_000);
  farm.node.db.raw.prepare("UPDATE peers SET next_at = NULL").run();
  clock.advance({ minutes: 2 });
  await farm.node.runDue();
  t.match(rows(), [{ state: "delivered" }]);
});

async function waitUntil(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 6000 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  if (!isSo()) throw new Error("it did not happen within a minute");
}

t.test(
  "A9 while no letter can be written for want of space the log says so once, and once that they can again",
  async (t) => {
    const said: string[] = [];
    const logger = pino({ base: null }, { write: (line: string) => void said.push(line) });
    const { nodes, clock } = await startNodes(t, ["farm"], { chance: () => 0.5, logger });
    const mill = nodes.farm.addActor({ kind: "producer", handle: "mulino", name: "Mulino di prova" });
    const gas = await peer(t);
    gas.serve("/inbox", { status: 202 });
    owe(nodes.farm, mill, [`${gas.origin}/inbox`], clock);
    t.teardown(() => setCrashTrap(null));
    setCrashTrap((point) => {
      if (point.includes("before-commit")) throw Object.assign(new Error("the disk is full"), { code: "SQLITE_FULL" });
    });
    for (let turn = 0; turn < 3; turn++) await nodes.farm.node.runDue();
    const about = (words: RegExp) => said.filter((line) => words.test(line)).length;
    t.equal(about(/SQLITE_FULL.*letters cannot be written/), 1);
    t.equal(gas.hits.length, 0);
    setCrashTrap(null);
    await nodes.farm.node.runDue();
    t.equal(gas.hits.length, 1);
    t.equal(about(/letters are written again/), 1);
  },
);

const SPOILT = {
  "whose bytes are no JSON": "UPDATE activities SET json = substr(json, 1, 40) WHERE id = ?",
  "whose bytes are another activity":
    "UPDATE activities SET json = json_set(json, '$.id', 'https://altro.example/1') WHERE id = ?",
  "with an inbox that is no address": "UPDATE outbox SET inbox = 'nowhere' WHERE activity_id = ?",
  "of an actor without a key": "UPDATE actor_keys SET retired_at = 1 WHERE ? <> ''",
  "of an actor whose key another secret sealed":
    "UPDATE actor_keys SET sealed_private_key = zeroblob(60) WHERE ? <> ''",
};
for (const [what, spoil] of Object.entries(SPOILT))
  t.test(
    `A31 a letter ${what} is set aside with its cause, the others arrive, and asked for again it leaves once`,
    async (t) => {
      const { farm, mill, clock, rows } = await farmNode(t);
      const oven = farm.addActor({ kind: "producer", handle: "forno", name: "Forno di prova" });
      const gas = await peer(t);
      gas.serve("/inbox", { status: 202 });
      const { raw, orm } = farm.node.db;
      const [poison, good] = [mill, oven].map((from) => owe(farm, from, [`${gas.origin}/inbox`], clock));
      const tables = ["activities", "outbox", "actor_keys"];
      for (const table of tables)
        raw.exec(`CREATE TEMP TABLE sound_${table} AS SELECT rowid AS number, * FROM ${table}`);
      const mine = spoil.startsWith("UPDATE actor_keys") ? `${spoil} AND actor_id = '${mill.id}'` : spoil;
      t.ok(raw.prepare(mine).run(poison).changes > 0);
      await farm.node.runDue();
      t.match(rows(), [{ state: "needs-human", last_error: /^unsendable: ./, attempts: 1 }, { state: "delivered" }]);
      t.same(
        gas.hits.map(({ body }) => JSON.parse(body.toString()).id),
        [good],
      );
      t.match(listOutbox(orm, mill.id, "verify", clock.now(), 10), [{ activityId: poison }], "a person sees it");
      clock.advance({ days: 1 });
      await farm.node.runDue();
      t.equal(gas.hits.length, 1, "it is not tried again by itself");

      raw.exec("UPDATE activities SET json = (SELECT json FROM sound_activities s WHERE s.number = activities.rowid)");
      raw.exec("UPDATE outbox SET inbox = (SELECT inbox FROM sound_outbox s WHERE s.number = outbox.id)");
      raw.exec(
        "UPDATE actor_keys SET (retired_at, sealed_private_key) = (SELECT retired_at, sealed_private_key FROM sound_actor_keys s WHERE s.number = actor_keys.rowid)",
      );
      const again = () => transact(farm.node.db, (tx) => retryLetter(tx, mill.id, 1, clock.now()));
      t.same([again(), again()], [true, true], "asked for twice, as by a double click");
      await farm.node.runDue();
      t.same(again(), false, "what is delivered is not owed again");
      await farm.node.runDue();
      t.same(
        gas.hits.map(({ body }) => JSON.parse(body.toString()).id),
        [good, poison],
      );
      t.match(rows(), [{ state: "delivered" }, { state: "delivered" }]);
    },
  );
