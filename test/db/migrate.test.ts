// A new version meets the data of an older one: all of it or nothing, a copy first, and never the other way round.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import t, { type Test } from "tap";
import { findDamage } from "../../src/db/backup.ts";
import { drizzle, migrate } from "../../src/db/drizzle.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";

const OLD = 10;
const ORIGIN = "https://nodo.example";

/** A database as the version with the first ten migrations left it, with something in it. */
function makeOld(t: Test) {
  const folder = t.testdir();
  cpSync("migrations", `${folder}/migrations`, { recursive: true });
  const journal = JSON.parse(readFileSync("migrations/meta/_journal.json", "utf8"));
  const all = journal.entries.length;
  journal.entries = journal.entries.slice(0, OLD);
  writeFileSync(`${folder}/migrations/meta/_journal.json`, JSON.stringify(journal));
  const file = `${folder}/db.sqlite`;
  const db = openDatabase(file);
  migrate(drizzle(db.raw), { migrationsFolder: `${folder}/migrations` });
  db.raw.prepare("INSERT INTO node_facts VALUES ('origin', ?)").run(ORIGIN);
  db.raw.close();
  return { folder, file, backups: `${folder}/backups`, all };
}

/** What a database says of itself. */
function look(file: string) {
  const db = openDatabase(file);
  const count = (sql: string) => Number(db.raw.prepare(sql).pluck().get());
  const seen = {
    applied: count("SELECT count(*) FROM __drizzle_migrations"),
    origins: count(`SELECT count(*) FROM node_facts WHERE value = '${ORIGIN}'`),
    hasOrders: count("SELECT count(*) FROM sqlite_master WHERE name = 'orders'"),
    damage: findDamage(db),
  };
  db.raw.close();
  return seen;
}

const OLD_STATE = { applied: OLD, origins: 1, hasOrders: 0, damage: [] };

t.test(
  "A41 a migration killed before any of its statements leaves the data as they were, and the next start does it whole",
  async (t) => {
    const { file, backups, folder, all } = makeOld(t);
    let died = 0;
    for (const where of ["migration-copied", "before-migrate", 1, 2, 4, 9, 20, 45, 90, 140, "after-migrate"]) {
      const copy = `${folder}/${where}.sqlite`;
      copyFileSync(file, copy);
      const { signal } = spawnSync(process.execPath, ["test/tools/killedMigration.ts", copy, backups, String(where)]);
      died += signal === "SIGKILL" ? 1 : 0;
      const expected = where === "after-migrate" ? { ...OLD_STATE, applied: all, hasOrders: 1 } : OLD_STATE;
      t.same(look(copy), expected, `killed at ${where}`);
      const isCopied = existsSync(`${backups}/before-migration-${OLD}.sqlite`);
      t.equal(isCopied, where !== "migration-copied", "a copy has its name only once it is whole");
      const db = openDatabase(copy);
      migrateDatabase(db, backups);
      db.raw.close();
      t.same(look(copy), { ...OLD_STATE, applied: all, hasOrders: 1 }, `whole after ${where}`);
      t.same(look(`${backups}/before-migration-${OLD}.sqlite`), OLD_STATE, "and the copy of before is whole");
    }
    t.equal(died, 11, "each was killed");
    t.same(
      readdirSync(backups).filter((name) => name.endsWith(".unfinished")),
      [],
    );
  },
);

t.test("A41 data that a newer version has written are refused and stay byte for byte", async (t) => {
  const { file, backups } = makeOld(t);
  const later = openDatabase(file);
  migrateDatabase(later, backups);
  later.raw.prepare("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('tomorrow', ?)").run(Date.now() * 2);
  later.raw.close();
  const before = readFileSync(file);
  const db = openDatabase(file);
  t.throws(() => migrateDatabase(db, backups), /newer version of Filiera.*nothing was changed/);
  db.raw.close();
  t.ok(readFileSync(file).equals(before));
});
