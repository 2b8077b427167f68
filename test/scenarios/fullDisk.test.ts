// A disk that fills up under a running node: it says so, keeps what it promised, and goes on once there is room again.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, cpSync, openSync, rmSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { findDamage } from "../../src/db/backup.ts";
import { openDatabase } from "../../src/db/open.ts";
import { startEvilPeer } from "../tools/evilPeer.ts";
import { askReady, deliver, statusOf, writeLike } from "../tools/letters.ts";
import { freePort } from "../tools/nodes.ts";

const canMount =
  process.getuid?.() === 0 && spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

/** A node whose data lie on a small file system that nobody else sees; `folder` is the way to it from here. */
async function startOnSmallDisk(t: Test) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const base = t.testdir({ data: {}, copy: {} });
  const data = `${base}/data`;
  const flags = ["--origin", origin, "--port", String(port), "--data", data, "--allow-private"];
  const settings = flags.map((word) => `'${word}'`).join(" ");
  const script = [
    `mount -t tmpfs -o size=6m,mode=0700 none '${data}'`,
    `'${process.execPath}' src/cli.ts actor add --kind gas --handle fano --name 'GAS Fano' ${settings}`,
    `exec '${process.execPath}' src/main.ts ${settings}`,
  ];
  const child = spawn("unshare", ["-m", "sh", "-ec", script.join("\n")], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      said += text;
    });
  t.teardown(() => child.kill("SIGKILL"));
  for (let i = 0; (await statusOf(`${origin}/readyz`)) !== 200; i++) {
    if (i > 1200 || child.exitCode !== null) throw new Error(`the node did not get ready: ${said}`);
    await pause(50);
  }
  return {
    origin,
    inbox: `${origin}/fano/inbox`,
    child,
    folder: `/proc/${child.pid}/root${data}`,
    copy: `${base}/copy`,
    said: () => said,
  };
}

/** Writes until there is no room for one byte more. */
function fill(folder: string): string {
  const file = `${folder}/filler`;
  const handle = openSync(file, "w");
  try {
    for (const size of [65_536, 4096]) {
      try {
        while (writeSync(handle, Buffer.alloc(size)) === size);
      } catch {
        // Full for pieces of this size.
      }
    }
  } finally {
    closeSync(handle);
  }
  return file;
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

t.test(
  "A8 A9 a node whose disk is full thanks for nothing, shows its pages, and takes and sends again once there is room",
  { skip: canMount ? false : "needs root and a mount namespace of its own" },
  async (t) => {
    const { origin, inbox, child, folder, copy, said } = await startOnSmallDisk(t);
    const peer = await startEvilPeer();
    t.teardown(() => peer.close());
    const mill = peer.serveActor("mulino");
    let isHeld = true;
    peer.serve("/mulino/inbox", async () => {
      while (isHeld) await pause(10);
      return { status: 202 };
    });
    // A letter of ours is on its way, and ends only when its end can no longer be written.
    const follow = { ...writeLike(mill, 0), type: "Follow", object: `${origin}/fano` };
    t.equal((await deliver(inbox, mill, follow)).status, 202);
    const filler = fill(folder);
    const thanked: number[] = [];
    const refused: number[] = [];
    for (let number = 1; refused.length < 5 && number < 400; number++) {
      const { status, retryAfter } = await deliver(inbox, mill, writeLike(mill, number));
      if (status === 202) thanked.push(number);
      else {
        t.equal(status, 503);
        t.ok(Number(retryAfter) > 0, "with the time after which to try again");
        refused.push(number);
      }
    }
    t.equal(refused.length, 5, `full after ${thanked.length}`);
    // What it last found out may be a second old.
    await pause(1100);
    t.match(await askReady(origin), { status: 503, body: { status: "not ready", reason: "no-space" } });
    isHeld = false;
    for (const path of ["/", "/fano", "/livez"]) t.equal(await statusOf(origin + path), 200, path);
    // Longer than the second after which the relay looks for work again.
    await pause(1500);
    t.ok(isRunning(child), said());
    t.match(said(), /SQLITE_FULL.*letters cannot be written/, "the log says it");
    t.notMatch(said(), /letters are written again/);
    rmSync(filler);
    for (const number of [...refused, ...thanked.slice(0, 1)])
      t.equal((await deliver(inbox, mill, writeLike(mill, number))).status, 202, `${number} is taken now`);
    t.match(said(), /letters are written again/);
    await pause(1100);
    t.match(await askReady(origin), { status: 200, body: { status: "ready" } });
    t.ok(isRunning(child), said());
    // SQLite follows no path into another's mounts: a copy is looked at, of files that nobody writes to meanwhile.
    child.kill("SIGSTOP");
    for (const name of ["db.sqlite", "db.sqlite-wal"]) cpSync(`${folder}/${name}`, `${copy}/${name}`);
    const db = openDatabase(`${copy}/db.sqlite`);
    t.same(findDamage(db), []);
    const logged = db.raw.prepare("SELECT count(*) FROM inbox_log WHERE type = 'Like'").pluck().get();
    db.raw.close();
    t.equal(logged, thanked.length + refused.length, "all that was thanked for is there, once");
  },
);
