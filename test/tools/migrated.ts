// Databases at this version's schema, as migrating makes them: made once and kept, because that takes longer than most tests do.
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import type { Db } from "../../src/db/transact.ts";

const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/filiera-migrated", import.meta.url));

/** A new database under the hand of one test; `file` ":memory:" keeps it nowhere. */
export function openMigrated(file = ":memory:"): Db {
  if (file === ":memory:") return openDatabase(readFileSync(template()));
  placeMigrated(file);
  return openDatabase(file);
}

/** Lays a new database there for a node to find, where there is none. */
export function placeMigrated(file: string): void {
  if (existsSync(file)) return;
  copyFileSync(template(), file);
  chmodSync(file, 0o600);
}

let made: string | null = null;

/** Its name is what it was made from. Several processes may make it: whoever sees it sees a whole one. */
function template(): string {
  if (made !== null) return made;
  const hash = createHash("sha256").update(process.versions.modules);
  const files = readdirSync(MIGRATIONS, { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => /\.sql$|_journal\.json$/.test(name)).sort())
    hash.update(`${file}\n`).update(readFileSync(`${MIGRATIONS}/${file}`));
  const path = `${CACHE}/${hash.digest("hex").slice(0, 16)}.sqlite`;
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true });
    const db = openDatabase(":memory:");
    migrateDatabase(db, null);
    const unfinished = `${path}.${process.pid}`;
    db.raw.prepare("VACUUM INTO ?").run(unfinished);
    db.raw.close();
    renameSync(unfinished, path);
  }
  made = path;
  return path;
}
