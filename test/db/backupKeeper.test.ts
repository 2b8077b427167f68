// Saving while the node serves: what is copied can be put back, what is exported opens elsewhere, one thing at a time.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import t, { type Test } from "tap";
import { createBackupKeeper } from "../../src/db/backupKeeper.ts";
import { loadFact, saveFact } from "../../src/db/facts.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase, openReadOnly } from "../../src/db/open.ts";
import type { Db } from "../../src/db/transact.ts";

const ORIGIN = "https://gas.example";
const PICTURE = `${"a".repeat(64)}.jpg`;

function buildKeeper(t: Test, check: (db: Db) => string[] = () => []) {
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
  return { dataFolder, db, clock, keeper: createBackupKeeper({ db, dataFolder, origin: ORIGIN, clock, check }) };
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
