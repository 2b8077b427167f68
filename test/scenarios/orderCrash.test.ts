// A1 over orders: a group's node that dies by SIGKILL at every crash point between basket and charge, one after the other.
import { spawn } from "node:child_process";
import t from "tap";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { readConfig } from "../../src/config.ts";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase } from "../../src/db/open.ts";
import { freePort, startNodes } from "../tools/nodes.ts";
import { actAsFarm } from "../tools/orderPeople.ts";

const OF_ORDERS = [
  "booking-reserved",
  "booking-before-commit",
  "order-locked",
  "offer-posted",
  "before-charge",
  "after-charge",
];

/** Where the n-th run dies; each run goes on where the one before died, with one order more when that is over. */
const DEATHS = [
  ...OF_ORDERS.map((point) => `${point}:1`),
  ...["before-send:2", "after-send:2", "before-group-commit:1", "after-group-commit:2"],
  ...["before-begin:15", "before-commit:12", "after-commit:9"],
];

type End = { signal: string | null; status: number | null; err: string };

function runGroup(farm: string, most: number, dieAt: string, settings: string[]): Promise<End> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["test/tools/orderSide.ts", "gas", farm, String(most), dieAt, ...settings]);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (status, signal) => resolve({ signal, status, err }));
  });
}

t.test(
  "A1 killed at each crash point between basket and charge, every order of the group is agreed once, delivered once, charged once",
  async (t) => {
    const { nodes } = await startNodes(t, ["farm"], { clock: { now: Date.now }, chance: () => 0 });
    const { node, addActor } = nodes.farm;
    const farm = addActor({ kind: "producer", handle: "mulino", name: "Mulino del Piano" });
    const farmer = setInterval(() => actAsFarm(node, farm), 50);
    t.teardown(() => clearInterval(farmer));
    const port = await freePort();
    const data = `${t.testdirName}/gas`;
    const origin = `http://127.0.0.1:${port}`;
    const settings = ["--origin", origin, "--port", String(port), "--data", data, "--allow-private"];
    const died: string[] = [];
    let orders = 0;
    for (const dieAt of DEATHS) {
      orders += 1;
      const end = await runGroup(farm.id, orders, dieAt, settings);
      if (end.signal === "SIGKILL") died.push(dieAt);
      else t.fail(`${dieAt} was never reached`, end);
    }
    t.same(died, DEATHS);
    t.match(await runGroup(farm.id, orders, "nowhere:1", settings), { status: 0 }, "left alone, it ends well");

    const gas = openDatabase(`${data}/db.sqlite`);
    t.teardown(() => gas.raw.close());
    const count = (db: typeof gas, sql: string) => Number(db.raw.prepare(sql).pluck().get());
    t.equal(count(gas, "SELECT count(*) FROM orders WHERE state = 'delivered'"), orders);
    t.equal(count(gas, "SELECT count(*) FROM orders"), orders, "and no other");
    t.equal(count(node.db, "SELECT count(*) FROM received_orders WHERE state = 'closed'"), orders);
    t.equal(count(node.db, "SELECT count(*) FROM received_orders"), orders, "and no other");
    t.equal(count(gas, "SELECT count(*) FROM ledger_transactions"), orders, "each charged once");
    t.equal(count(gas, "SELECT sum(cents) FROM postings"), 0);
    t.equal(count(gas, "SELECT count(*) FROM reservations"), 0, "no credit is held any more");
    t.equal(count(gas, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0, "nothing is owed");
    t.equal(count(node.db, "SELECT count(*) FROM inbox_log WHERE outcome <> 'applied'"), 0, "nothing was refused");
    const words = (db: typeof gas) =>
      db.raw.prepare("SELECT kind || ' ' || digest FROM thread_messages").pluck().all() as string[];
    const [here, there] = [words(gas), words(node.db)];
    const without = (some: string[], others: string[]) => some.filter((word) => !others.includes(word));
    t.same(without(here, there), [], "the farm keeps every word that the group keeps");
    // The group's process ends as soon as it has said everything; the farm's last news may still be on the way.
    t.ok(without(there, here).every((word) => word.startsWith("status ")));
    const { config } = readConfig(settings, {});
    for (const [db, home] of [
      [gas, config],
      [node.db, nodes.farm.config],
    ] as const)
      t.same([findDamage(db), checkWire(db, home.origin, home.secret).flatMap(({ broken }) => broken)], [[], []]);
  },
);
