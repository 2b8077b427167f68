// A9 on the farm's side: its disk is full just as an Offer comes. The group keeps the Offer, and the farm has it whole or not at all.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, cpSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { retryAll } from "../../src/activitypub/outboxListStore.ts";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";
import { checkSales } from "../../src/sales/checkStore.ts";
import { statusOf } from "../tools/letters.ts";
import { freePort, startNodes } from "../tools/nodes.ts";
import { actAsGroup } from "../tools/orderPeople.ts";

const canMount =
  process.getuid?.() === 0 && spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

/** A farm whose people work by themselves, and whose data lie on a small file system; `folder` is the way to it from here. */
async function startFarm(t: Test) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const [data, copy] = [`${t.testdirName}/data`, `${t.testdirName}/copy`];
  for (const folder of [data, copy]) mkdirSync(folder, { mode: 0o700 });
  const args = ["test/tools/orderSide.ts", "farm", "", "0", "never", "--origin", origin, "--port", String(port)];
  const words = [process.execPath, ...args, "--data", data, "--allow-private"].map((word) => `'${word}'`).join(" ");
  const script = `mount -t tmpfs -o size=16m,mode=0700 none '${data}'; exec ${words}`;
  const child = spawn("unshare", ["-m", "sh", "-ec", script], { stdio: "ignore" });
  t.teardown(() => child.kill("SIGKILL"));
  const folder = `/proc/${child.pid}/root${data}`;
  /** SQLite follows no path into another's mounts: a copy is looked at, of files that nobody writes to meanwhile. */
  const look = <T>(see: (db: ReturnType<typeof openDatabase>) => T): T => {
    child.kill("SIGSTOP");
    for (const name of ["db.sqlite", "db.sqlite-wal"]) cpSync(`${folder}/${name}`, `${copy}/${name}`);
    child.kill("SIGCONT");
    const db = openDatabase(`${copy}/db.sqlite`);
    try {
      return see(db);
    } finally {
      db.raw.close();
    }
  };
  return { farm: `${origin}/mulino`, child, folder, look };
}

/** Writes until there is no room for one byte more. */
function fill(folder: string): string {
  const file = `${folder}/filler`;
  const handle = openSync(file, "w");
  for (const size of [65_536, 4096])
    try {
      while (writeSync(handle, Buffer.alloc(size)) === size);
    } catch {
      // Full for pieces of this size.
    }
  closeSync(handle);
  return file;
}

t.test(
  "A9 an Offer to a farm whose disk is full is kept by the group, half-known to nobody, and agreed once when there is room",
  { skip: canMount ? false : "needs root and a mount namespace of its own" },
  async (t) => {
    const { nodes } = await startNodes(t, ["gas"], { clock: { now: Date.now }, chance: () => 0 });
    const { node, addActor } = nodes.gas;
    const gas = addActor({ kind: "gas", handle: "fano", name: "GAS Fano" });
    const count = (sql: string) => Number(node.db.raw.prepare(sql).pluck().get());
    const { farm, child, folder, look } = await startFarm(t);
    const actUntil = async (isSo: () => boolean, what: string) => {
      for (const until = Date.now() + 60_000; !isSo(); await pause(50)) {
        if (Date.now() > until) throw new Error(`${what} did not happen`);
        await actAsGroup(node, gas, farm, 1);
      }
    };
    for (let i = 0; (await statusOf(farm)) !== 200; i++) {
      if (i > 600 || child.exitCode !== null) throw new Error("the farm did not get ready");
      await pause(50);
    }
    await actUntil(() => count("SELECT count(*) FROM bookings") === 1, "a booking");
    const filler = fill(folder);
    await actUntil(() => count("SELECT count(*) FROM outbox WHERE last_status = 503") > 0, "a refused Offer");
    t.equal(count("SELECT count(*) FROM orders WHERE state = 'sent'"), 1);
    t.equal(
      count("SELECT count(*) FROM outbox WHERE state = 'pending' AND lane = 'order'"),
      1,
      "the group owes it still",
    );
    const half = look(({ raw }) =>
      ["received_orders", "thread_messages", "outbox WHERE lane = 'order' AND state <> 'delivered'"].map((what) =>
        raw.prepare(`SELECT count(*) FROM ${what}`).pluck().get(),
      ),
    );
    t.same(half, [0, 0, 0], "nothing of it is half-saved");
    rmSync(filler);
    // A person asks to try at once what else would wait as long as the farm said.
    transact(node.db, (tx) => retryAll(tx, gas.id, Date.now()));
    await actUntil(() => count("SELECT count(*) FROM order_agreements WHERE status = 'closed'") === 1, "an end");
    const seen = look((db) => ({
      orders: db.raw.prepare("SELECT state FROM received_orders").pluck().all(),
      offers: db.raw.prepare("SELECT count(*) FROM thread_messages WHERE kind = 'order'").pluck().get(),
      damage: [...findDamage(db), ...checkSales(db.orm)],
    }));
    t.same(seen, { orders: ["closed"], offers: 2, damage: [] });
  },
);
