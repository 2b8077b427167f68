// Data that came to harm while the node was off: it finds out before it shows a page or takes a message.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import t, { type Test } from "tap";
import { type Config, readConfig } from "../../src/config.ts";
import { restoreBackup, writeBackup } from "../../src/db/backup.ts";
import { DataError } from "../../src/db/dataFolder.ts";
import { currentEpoch } from "../../src/db/facts.ts";
import { openDatabase, openReadOnly } from "../../src/db/open.ts";
import { closeWhole, findLostTail } from "../../src/db/tail.ts";
import { transact } from "../../src/db/transact.ts";
import { post } from "../../src/ledger/postActions.ts";
import { makeActor } from "../../src/node.ts";
import { databaseFile, openNodeData, refuseDamage } from "../../src/nodeData.ts";
import { sure } from "../ledger/books.ts";
import { statusOf } from "../tools/letters.ts";
import { freePort } from "../tools/nodes.ts";

async function openHouse(t: Test) {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const folder = t.testdir();
  const data = `${folder}/data`;
  const settings = ["--origin", origin, "--port", String(port), "--data", data, "--allow-private", "--language", "en"];
  const cli = (...argv: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["src/cli.ts", ...argv, ...settings], {
      encoding: "utf8",
    });
    return { status, said: stdout + stderr };
  };
  t.match(cli("actor", "add", "--kind", "gas", "--handle", "fano", "--name", "GAS Fano"), { status: 0 });
  /** Starts the node; resolves once it is ready, or with how it ended. */
  const start = async (more: readonly string[] = []) => {
    const child = spawn(process.execPath, ["src/main.ts", ...settings, ...more], { stdio: ["ignore", "pipe", "pipe"] });
    t.teardown(() => child.kill("SIGKILL"));
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const isOver = () => child.exitCode !== null || child.signalCode !== null;
    while (!isOver() && (await statusOf(`${origin}/readyz`)) !== 200) await pause(50);
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    };
    if (isOver()) await ended;
    return { isRunning: !isOver(), exitCode: child.exitCode, said: () => said, end };
  };
  const { config } = readConfig(settings, {});
  const open = () => openNodeData(config, { now: Date.now });
  /** As another process would, while the node runs or not. */
  const addFarm = () => {
    const db = open();
    const farm = { kind: "producer", handle: "mulino", name: "Mulino" } as const;
    sure(transact(db, (tx) => makeActor(tx, farm, config, { now: Date.now })));
    closeWhole(db, databaseFile(config));
  };
  const look = () => {
    const db = open();
    const farms = db.raw.prepare("SELECT count(*) FROM actors WHERE kind = 'producer'").pluck().get();
    const seen = { lost: findLostTail(db), farms, epoch: currentEpoch(db.orm) };
    closeWhole(db, databaseFile(config));
    return seen;
  };
  return { config, open, addFarm, look, folder, data, file: `${data}/db.sqlite`, settings, origin, cli, start };
}

const isRoot = process.getuid?.() === 0;
const canMount = isRoot && spawnSync("unshare", ["-m", "true"]).status === 0;

/** Bytes of the pages in which that part of the database lies. */
function pagesOf(file: string, name: string): number[] {
  const db = openReadOnly(file);
  const size = Number(db.raw.pragma("page_size", { simple: true }));
  const pages = db.raw.prepare("SELECT pageno FROM dbstat WHERE name = ?").pluck().all(name) as number[];
  db.raw.close();
  return pages.flatMap((page) => Array.from({ length: size }, (_, i) => (page - 1) * size + i));
}

function readLedger(file: string): unknown[] {
  const db = openReadOnly(file);
  const rows = ["ledger_transactions", "postings", "accounts"].map((table) =>
    db.raw.prepare(`SELECT * FROM ${table}`).all(),
  );
  db.raw.close();
  return rows;
}

t.test(
  "A40 a bit that flipped in a page of the ledger or of an index is found at start, wherever it changes anything",
  async (t) => {
    const { file, settings } = await openHouse(t);
    const { config } = readConfig(settings, {});
    const db = openNodeData(config, { now: Date.now });
    const actorId = `${config.origin}/fano`;
    transact(db, (tx) => {
      for (let number = 1; number <= 60; number++) {
        const postings = [
          { account: { kind: "household", ref: `famiglia-${number % 7}` }, cents: 1000 + number },
          { account: { kind: "bank" }, cents: -1000 - number },
        ] as const;
        const key = { actorId, businessKey: `top-up:${number}`, kind: "top-up", memo: `Ricarica ${number}` } as const;
        sure(post(tx, { ...key, at: 1_700_000_000_000 + number, personId: "tesoriera", postings: [...postings] }));
      }
    });
    db.raw.pragma("wal_checkpoint(TRUNCATE)");
    db.raw.close();
    const sound = readFileSync(file);
    const before = readLedger(file);
    let found = 0;
    for (const name of ["ledger_transactions", "postings", "ledger_transactions_key"]) {
      const places = pagesOf(file, name);
      t.ok(places.length > 0, name);
      for (let flip = 1; flip <= 12; flip++) {
        const at = places[(flip * 7919) % places.length]!;
        const spoilt = Buffer.from(sound);
        spoilt[at] = spoilt[at]! ^ (1 << (flip % 8));
        writeFileSync(file, spoilt);
        for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
        const isRefused = refuses(config);
        found += isRefused ? 1 : 0;
        if (!isRefused) t.same(readLedger(file), before, `${name}: byte ${at} is not used`);
      }
    }
    t.ok(found >= 12, `${found} of 36 flips changed something`);
  },
);

function refuses(config: Config): boolean {
  try {
    const db = openNodeData(config, { now: Date.now });
    refuseDamage(config, db);
    db.raw.close();
    return false;
  } catch (error) {
    if (error instanceof DataError) return true;
    throw error;
  }
}

t.test(
  "A40 a node whose database is damaged says so, ends before it listens, and leaves the file as it is",
  async (t) => {
    const { file, start, cli } = await openHouse(t);
    const [place] = pagesOf(file, "actors");
    const spoilt = readFileSync(file);
    spoilt.fill(255, place!, place! + 16);
    writeFileSync(file, spoilt);
    const node = await start();
    t.match(node, { isRunning: false, exitCode: 2 });
    t.match(node.said(), /db\.sqlite is damaged .* Nothing was changed.* filiera restore/s);
    t.notMatch(node.said(), / at .*\.ts:\d+/, "a sentence and no stack");
    t.ok(readFileSync(file).equals(spoilt));
    t.match(cli("doctor"), { status: 1, said: /damaged|NO {3}the database is sound/ });
  },
);

t.test(
  "A39 of a copy of the main file alone, made while the node ran, doctor says that the newest writes are missing",
  async (t) => {
    const { data, file, folder, cli, start, addFarm, look, origin } = await openHouse(t);
    const node = await start();
    addFarm();
    copyFileSync(file, `${folder}/main`);
    await node.end("SIGKILL");
    for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    copyFileSync(`${folder}/main`, file);
    chmodSync(file, 0o600);
    t.match(cli("doctor"), {
      status: 1,
      said: /NO {3}the database is whole.*db\.sqlite came without its db\.sqlite-wal/s,
    });
    t.match(look(), { lost: [/epoch 2/], farms: 0, epoch: 2 }, "partners are asked before anything is sent");
    const again = await start();
    t.ok(again.isRunning, again.said());
    t.equal(await again.end("SIGTERM"), 0);
    t.match(look(), { lost: [/epoch 2/], epoch: 2 }, "it is still said, and counted once");
    const db = openDatabase(file);
    writeBackup(db, data, `${folder}/backup`);
    db.raw.close();
    sure(restoreBackup(`${folder}/backup`, data, origin, Date.now()));
    t.match(look(), { lost: [], epoch: 3 }, "until a backup is restored");
  },
);

t.test("A39 a node that was killed, stopped, or whose two files were copied together misses nothing", async (t) => {
  const { data, file, folder, start, addFarm, look } = await openHouse(t);
  const whole = { lost: [], farms: 1, epoch: 1 };
  const node = await start();
  addFarm();
  cpSync(data, `${folder}/both`, { recursive: true });
  t.match(look(), whole, "while it runs");
  await node.end("SIGKILL");
  t.match(look(), whole, "killed");
  t.match(look(), whole, "killed, and looked at before");
  rmSync(data, { recursive: true });
  cpSync(`${folder}/both`, data, { recursive: true });
  t.match(look(), whole, "copied together");
  const again = await start();
  const db = openDatabase(file);
  writeBackup(db, data, `${folder}/backup`);
  db.raw.close();
  t.equal(await again.end("SIGTERM"), 0);
  for (const copy of [file, `${folder}/backup/db.sqlite`]) {
    copyFileSync(copy, `${folder}/copy`);
    for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    copyFileSync(`${folder}/copy`, file);
    t.match(look(), whole, `a copy of ${copy === file ? "the stopped node's file" : "a backup's"}`);
  }
});

t.test(
  "A14 a node whose database, secret or settings others may read does not start, and prints no secret",
  async (t) => {
    const { data, folder, file, start, cli } = await openHouse(t);
    const secret = readFileSync(`${data}/secrets/secret`, "utf8").trim();
    const settings = `${folder}/settings.json`;
    writeFileSync(settings, JSON.stringify({ secret: "s".repeat(43) }), { mode: 0o600 });
    for (const [path, more] of [
      [file, []],
      [`${data}/secrets/secret`, []],
      [settings, ["--config", settings]],
    ] as const) {
      chmodSync(path, 0o640);
      const node = await start(more);
      t.match(node, { isRunning: false, exitCode: 2 }, path);
      t.match(node.said(), `${path}`);
      t.match(node.said(), /chmod 600/);
      t.notMatch(node.said(), new RegExp(`${secret}|sssss`));
      t.notMatch(node.said(), / at .*\.ts:\d+/, "a sentence and no stack");
      chmodSync(path, 0o600);
    }
    chmodSync(data, 0o777);
    t.match((await start()).said(), /Others may write to .*data: run chmod 700/);
    t.match(cli("actor", "list"), { status: 1, said: /chmod 700/ }, "nor does the command line");
    chmodSync(data, 0o700);
    const node = await start();
    t.ok(node.isRunning, node.said());
  },
);

t.test(
  "A14 data of another user are not touched, not even by root",
  { skip: isRoot ? false : "needs root, to give files away" },
  async (t) => {
    const { file, start, cli } = await openHouse(t);
    chownSync(file, 12_345, 12_345);
    const node = await start();
    t.match(node, { isRunning: false, exitCode: 2 });
    t.match(node.said(), /db\.sqlite belongs to user 12345, and this process is user 0/);
    t.match(cli("actor", "list"), { status: 1, said: /belongs to user 12345/ });
  },
);

t.test(
  "A13 on a file system that is read-only the node says which and ends",
  { skip: canMount ? false : "needs root and a mount namespace of its own" },
  async (t) => {
    const { data, settings } = await openHouse(t);
    const quoted = settings.map((word) => `'${word}'`).join(" ");
    const mount = `mount --bind '${data}' '${data}' && mount -o remount,bind,ro '${data}'`;
    for (const program of ["src/main.ts", "src/cli.ts doctor"]) {
      const script = `${mount} && exec '${process.execPath}' ${program} ${quoted}`;
      const { status, stderr } = spawnSync("unshare", ["-m", "sh", "-ec", script], { encoding: "utf8" });
      t.match(stderr, /db\.sqlite is on a file system that is read-only.*Nothing was changed/);
      t.equal(status, program === "src/main.ts" ? 2 : 1);
      t.notMatch(stderr, / at .*\.ts:\d+/, "a sentence and no stack");
    }
  },
);
