// Brings a database file to this version's schema: a backup first, forward only, never a newer one.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { crashPoint } from "./crashPoint.ts";
import { drizzle, migrate } from "./drizzle.ts";
import type { Db } from "./transact.ts";

const here = dirname(fileURLToPath(import.meta.url));
// In a release bundle the folder lies beside the bundle, in the sources two levels up.
const folder = [resolve(here, "migrations"), resolve(here, "../../migrations")].find((path) => existsSync(path));

/** The database was written by a newer version of the software: nothing was touched. */
export class NewerSchemaError extends Error {}

/**
 * Applies what is missing. When the file already holds data and something is missing, `VACUUM INTO` writes
 * `backupFolder`/before-migration-N.sqlite first. Throws NewerSchemaError when the file knows migrations we do not.
 */
export function migrateDatabase(db: Db, backupFolder: string | null): void {
  const { entries, newest } = readJournal();
  const applied = appliedMigrations(db);
  if (isOfNewerVersion(db))
    throw new NewerSchemaError(
      "This database was written by a newer version of Filiera. Install that version again: nothing was changed.",
    );
  if (applied.length > 0 && applied.length < entries.length && backupFolder) {
    mkdirSync(backupFolder, { recursive: true, mode: 0o700 });
    const target = `${backupFolder}/before-migration-${applied.length}.sqlite`;
    if (!existsSync(target)) copyWhole(db, target);
  }
  crashPoint("before-migrate");
  // Where nothing is missing the texts are not even read: that would take as long as all the rest of opening a node's data.
  if (!applied.includes(newest)) migrate(drizzle(db.raw), { migrationsFolder: folder! });
  crashPoint("after-migrate");
}

/** Whether the file knows migrations that this version does not. */
export function isOfNewerVersion(db: Db): boolean {
  const { newest } = readJournal();
  return appliedMigrations(db).some((when) => when > newest);
}

function readJournal(): { readonly entries: readonly { readonly when: number }[]; readonly newest: number } {
  if (!folder) throw new Error("The migrations folder is missing from this installation.");
  const { entries } = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, "utf8")) as {
    entries: { when: number }[];
  };
  return { entries, newest: entries.at(-1)?.when ?? 0 };
}

/** Whoever finds a copy under its name finds a whole one, whatever happened while it was made. */
function copyWhole(db: Db, target: string): void {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { force: true });
  db.raw.prepare("VACUUM INTO ?").run(unfinished);
  crashPoint("migration-copied");
  renameSync(unfinished, target);
}

function appliedMigrations(db: Db): number[] {
  const exists = db.raw.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  return exists ? (db.raw.prepare("SELECT created_at FROM __drizzle_migrations").pluck().all() as number[]) : [];
}
