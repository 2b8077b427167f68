// Holds migrations/ to the tables in src/: nothing missing, nothing edited, every table STRICT, every name a sentence.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import t from "tap";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { ROOT } from "./source.ts";

const FOLDER = join(ROOT, "migrations");
const sqlFiles = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();

t.test("the tables in the source and the migrations say the same", async (t) => {
  const copy = join(t.testdir(), "migrations");
  cpSync(FOLDER, copy, { recursive: true });
  // Relative, because drizzle-kit puts "./" before whatever it is given.
  const args = ["generate", "--dialect=sqlite", "--schema=./src/**/*ables.ts", `--out=${relative(ROOT, copy)}`];
  execFileSync(join(ROOT, "node_modules/.bin/drizzle-kit"), args, { cwd: ROOT, stdio: "pipe" });
  const added = sqlFiles(copy).filter((name) => !sqlFiles(FOLDER).includes(name));
  t.same(
    added.map((name) => readFileSync(join(copy, name), "utf8")),
    [],
    "npm run migration -- what-it-does writes what is missing",
  );
});

t.test("every table of a migrated database is STRICT", async (t) => {
  const db = openDatabase(":memory:");
  migrateDatabase(db, null);
  const tables = db.raw
    .prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .all() as { name: string; strict: 0 | 1 }[];
  const ours = tables.filter(({ name }) => !/^(?:sqlite_|__drizzle_)/.test(name));
  t.ok(ours.length > 0, "there are tables to check");
  t.same(
    ours.filter(({ strict }) => strict === 0).map(({ name }) => name),
    [],
  );
  db.raw.close();
});

t.test("the journal names every migration, in order, by what it does", async (t) => {
  type Journal = { entries: { idx: number; when: number; tag: string }[] };
  const { entries } = JSON.parse(readFileSync(join(FOLDER, "meta/_journal.json"), "utf8")) as Journal;
  t.same(
    entries.map(({ tag }) => `${tag}.sql`),
    sqlFiles(FOLDER),
  );
  entries.forEach(({ idx, when, tag }, i) => {
    t.equal(idx, i, tag);
    t.match(tag, /^\d{4}_[a-z0-9]+(?:-[a-z0-9]+)+$/);
    t.equal(Number(tag.slice(0, 4)), i, tag);
    t.ok(when > (entries[i - 1]?.when ?? 0), `${tag} is younger than the one before`);
  });
});
