// Saving while the node serves: what is copied can be put back, what is exported opens elsewhere, one thing at a time.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import t, { type Test } from "tap";
import { restoreBackup } from "../../src/db/backup.ts";
import { createBackupKeeper, type MissedNights } from "../../src/db/backupKeeper.ts";
import { loadFact, saveFact } from "../../src/db/facts.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase, openReadOnly } from "../../src/db/open.ts";
import type { Db } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";

const ORIGIN = "https://gas.example";
const PICTURE = `${"a".repeat(64)}.jpg`;

const GIGABYTE = 1024 ** 3;

function buildKeeper(t: Test, check: (db: Db) => string[] = () => [], time: string | null = null) {
  const dataFolder = t.testdir({ data: {} });
  const db = openDatabase(join(dataFolder, "db.sqlite"));
  t.teardown(() => db.raw.close());
  migrateDatabase(db, null);
  saveFact(db.orm, "origin", ORIGIN);
  for (const [name, file] of Object.entries({ secrets: "secret", media: PICTURE })) {
    mkdirSync(join(dataFolder, name));
    writeFileSync(join(dataFolder, name, file), name);
  }
  const clock = { at: Date.UTC(2026, 10, 23, 9), now: () => clock.at };
  const disk = { freeBytes: 20 * GIGABYTE };
  const told: MissedNights[] = [];
  const noted: [string, string | null, string][] = [];
  const keeper = createBackupKeeper({
    ...{ db, dataFolder, clock, time },
    prove: async (folder, target) => {
      const restored = restoreBackup(folder, target, ORIGIN, clock.now());
      if (isRefusal(restored)) return [restored.refused];
      const copy = openDatabase(join(target, "db.sqlite"));
      const problems = check(copy);
      copy.raw.close();
      return problems;
    },
    tellMissed: (_, missed) => void told.push(missed),
    note: (_, what, byId, detail) => void noted.push([what, byId, detail]),
    freeBytes: () => disk.freeBytes,
  });
  /** What the clock does at night. */
  const tick = async () => {
    for (const task of keeper.tasks) if (task.name.startsWith("save")) await task.run(clock.at);
  };
  return { dataFolder, db, clock, keeper, disk, told, noted, tick };
}

t.test("what is saved while the node works is proven by putting it back, and nothing of the proof stays", async (t) => {
  const { keeper, dataFolder, clock, db } = buildKeeper(t);
  t.match(keeper.state(), { running: null, last: null, proof: null, trouble: null });
  t.equal(keeper.save(), undefined);
  t.match(keeper.save(), { refused: "backup-running" }, "one at a time");
  saveFact(db.orm, "written-meanwhile", "yes");
  await keeper.settled();
  const { last, proof, trouble } = keeper.state();
  t.equal(trouble, null);
  t.match(last, { at: clock.at, files: 3 });
  t.match(proof, { at: clock.at, name: last?.name, problems: [] });
  t.same(readdirSync(join(dataFolder, "backups")), [last?.name]);
  const copy = openReadOnly(join(dataFolder, "backups", last?.name ?? "", "db.sqlite"));
  t.equal(loadFact(copy.orm, "origin"), ORIGIN);
  copy.raw.close();
});

t.test("books that do not add up in the copy are told with the proof", async (t) => {
  const { keeper } = buildKeeper(t, () => ["household x: 3 cents too many"]);
  keeper.save();
  await keeper.settled();
  t.same(keeper.state().proof?.problems, ["household x: 3 cents too many"]);
});

t.test("a backup that cannot be written is told, and the next attempt is free", async (t) => {
  const { keeper, dataFolder } = buildKeeper(t);
  writeFileSync(join(dataFolder, "backups"), "a file where the folder should be");
  keeper.save();
  await keeper.settled();
  t.match(keeper.state(), { running: null, last: null, trouble: /ENOTDIR|EEXIST/ });
  t.equal(keeper.save(), undefined);
  await keeper.settled();
});

t.test("the last backup is proven again after a month, by itself", async (t) => {
  const { keeper, clock } = buildKeeper(t);
  const [task] = keeper.tasks;
  await task?.run(clock.at);
  await keeper.settled();
  t.equal(keeper.state().proof, null, "nothing to prove yet");
  keeper.save();
  await keeper.settled();
  clock.at += 31 * 86_400_000;
  await task?.run(clock.at);
  await keeper.settled();
  t.equal(keeper.state().proof?.at, clock.at);
});

t.test(
  "an export opens with tar, holds data and pictures and never the secret, and is made one at a time",
  async (t) => {
    const { keeper, dataFolder } = buildKeeper(t);
    const opened = await keeper.openExport();
    if ("refused" in opened) return t.fail(String(opened.refused));
    t.match(await keeper.openExport(), { refused: "export-running" });
    t.equal(opened.name, "filiera-2026-11-23.tar");
    const file = join(dataFolder, "export.tar");
    writeFileSync(file, await buffer(opened.stream));
    t.same(execFileSync("tar", ["-tf", file], { encoding: "utf8" }).trim().split("\n").sort(), [
      "checksums.json",
      "db.sqlite",
      `media/${PICTURE}`,
    ]);
    t.equal(execFileSync("tar", ["-xOf", file, `media/${PICTURE}`], { encoding: "utf8" }), "media");
    t.equal(keeper.state().isExporting, false);
    t.same(readdirSync(join(dataFolder, "backups")), [], "and leaves nothing behind");
  },
);

t.test("whoever goes away in the middle of an export leaves the way free for the next", async (t) => {
  const { keeper } = buildKeeper(t);
  const opened = await keeper.openExport();
  if ("refused" in opened) return t.fail(String(opened.refused));
  const closed = new Promise((resolve) => opened.stream.once("close", resolve));
  opened.stream.destroy();
  await closed;
  const next = await keeper.openExport();
  if ("refused" in next) return t.fail(String(next.refused));
  await buffer(next.stream);
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

t.test(
  "every night by Rome's clocks the node saves itself once and proves it, and a node that was off catches up",
  async (t) => {
    const { keeper, clock, tick, dataFolder } = buildKeeper(t, () => [], "03:30");
    await tick();
    t.match(keeper.state(), { last: null, nights: { time: "03:30", missed: 0 } }, "the first night is the next one");
    t.equal(keeper.state().nights.nextAt, Date.UTC(2026, 10, 24, 2, 30));
    clock.at = Date.UTC(2026, 10, 24, 2, 29);
    await tick();
    t.equal(keeper.state().last, null);
    clock.at += 60_000;
    for (const _ of [1, 2, 3]) {
      await tick();
      clock.at += HOUR;
    }
    t.same(keeper.state().nights.copies.length, 1, "once, however often it is asked");
    t.match(keeper.state(), {
      trouble: null,
      proven: { name: "2026-11-24T02-30-00-000-night" },
      nights: { missed: 0 },
    });
    clock.at += 5 * DAY;
    t.equal(keeper.state().nights.missed, 5);
    await tick();
    t.match(keeper.state().nights, { missed: 0, trouble: null });
    t.same(readdirSync(join(dataFolder, "backups")).length, 2);
  },
);

t.test("A37 two nights without a good copy are told once, and once more each week, whatever the reason", async (t) => {
  const broken = { books: [] as string[] };
  const { keeper, clock, tick, told, noted, disk, dataFolder } = buildKeeper(t, () => broken.books, "03:30");
  await tick();
  const nextNight = async () => {
    clock.at = keeper.state().nights.nextAt! + 60_000;
    for (const _ of [1, 2]) {
      await tick();
      clock.at += 2 * HOUR;
    }
  };
  await nextNight();
  const good = keeper.state().proven;
  disk.freeBytes = 0.4 * GIGABYTE;
  await nextNight();
  t.match(keeper.state(), { trouble: "no-room", nights: { missed: 1, trouble: "no-room" } });
  t.same(told, [], "one night may go wrong");
  disk.freeBytes = 20 * GIGABYTE;
  broken.books = ["household x: 3 cents too many"];
  await nextNight();
  t.match(keeper.state().nights, { missed: 2, trouble: "household x: 3 cents too many" });
  t.same(keeper.state().proven, good, "the last one that came back whole is still named");
  t.same([...new Set(told.map(({ key }) => key))].length, 1);
  t.equal(told[0]?.nights, 2);
  const failed = noted.filter(([what]) => what === "night-failed").map(([, , detail]) => detail);
  t.same(failed.slice(0, 2), ["no-room", "household x: 3 cents too many"], "the log hears of each night once");
  for (const _ of Array(7)) await nextNight();
  t.same([...new Set(told.map(({ key }) => key))].length, 2, "a week later once more");
  t.ok(
    readdirSync(join(dataFolder, "backups")).includes(good!.name),
    "what is proven is not forgotten for what is not",
  );
  broken.books = [];
  await nextNight();
  t.match(keeper.state(), { trouble: null, nights: { missed: 0, trouble: null } });
});

t.test("a copy that fails half-way leaves nothing on the disk, nor does a process that died over one", async (t) => {
  const { keeper, dataFolder, tick, db } = buildKeeper(t, () => [], "03:30");
  mkdirSync(join(dataFolder, "backups", "2026-01-01T00-00-00-000-night.unfinished"), { recursive: true });
  await tick();
  t.same(readdirSync(join(dataFolder, "backups")), []);
  // The disk that is full: no copy of ours can be told to meet one.
  db.raw.backup = () => Promise.reject(new Error("database or disk is full"));
  keeper.save();
  await keeper.settled();
  t.match(keeper.state().trouble, /disk is full/);
  t.same(readdirSync(join(dataFolder, "backups")), []);
});

t.test("another hour, or none, is the choice of who looks after the node, and stays", async (t) => {
  const { keeper, clock, tick, noted } = buildKeeper(t, () => [], "03:30");
  await tick();
  t.match(keeper.chooseTime("25:00"), { refused: "bad-hour" });
  t.equal(keeper.chooseTime("09:15", "gino"), undefined);
  t.same(noted, [["backup-hour", "gino", "09:15"]]);
  await tick();
  t.equal(keeper.state().last, null, "an hour that has passed today is not a night that was missed");
  t.equal(keeper.state().nights.nextAt, Date.UTC(2026, 10, 24, 8, 15));
  t.equal(keeper.chooseTime(null), undefined);
  clock.at += 10 * DAY;
  await tick();
  t.match(keeper.state(), { last: null, nights: { time: null, nextAt: null, missed: 0 } });
});
