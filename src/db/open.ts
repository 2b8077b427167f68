// Opens the node's one SQLite file the way a ledger needs it, and proves that it is so.
import assert from "node:assert/strict";
import { closeSync, existsSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { drizzle } from "./drizzle.ts";
import { StatementKeeper } from "./keepStatements.ts";
import type { Db, Tx } from "./transact.ts";

/** The oldest SQLite without the WAL-reset corruption of 3.7.0 to 3.51.2. */
const SQLITE_FLOOR = [3, 51, 3] as const;

/** Opens `file` (or ":memory:", or the bytes of one, kept in memory alone), creating it if absent. Throws when SQLite is too old or a setting did not take. */
export function openDatabase(file: string | Buffer): Db {
  // Its owner's alone whatever the umask says; SQLite gives the -wal the same mode.
  if (typeof file === "string" && file !== ":memory:" && !existsSync(file)) closeSync(openSync(file, "a", 0o600));
  const raw = new Database(file);
  assertSqliteFloor(String(raw.prepare("SELECT sqlite_version()").pluck().get()));
  raw.pragma("journal_mode = WAL");
  // After WAL, because opening a WAL file sets NORMAL, which may forget a commit at a power cut.
  raw.pragma("synchronous = FULL");
  raw.pragma("foreign_keys = ON");
  raw.pragma("busy_timeout = 5000");
  raw.pragma("trusted_schema = OFF");
  raw.pragma("cell_size_check = ON");
  raw.pragma("journal_size_limit = 67108864");
  assert.equal(raw.pragma("synchronous", { simple: true }), 2, "synchronous=FULL did not take");
  assert.equal(raw.pragma("foreign_keys", { simple: true }), 1, "foreign_keys=ON did not take");
  return { raw, orm: drizzle(new StatementKeeper(raw) as unknown as Database.Database) as unknown as Tx };
}

/** Opens an existing file to look at it: nothing in it can change, not even its journal mode. */
export function openReadOnly(file: string): Db {
  const raw = new Database(file, { readonly: true, fileMustExist: true });
  return { raw, orm: drizzle(raw) as unknown as Tx };
}

function assertSqliteFloor(version: string): void {
  const parts = version.split(".").map(Number);
  const difference = SQLITE_FLOOR.map((floor, i) => (parts[i] ?? 0) - floor).find((d) => d !== 0) ?? 0;
  assert(difference >= 0, `SQLite ${version} is older than ${SQLITE_FLOOR.join(".")}`);
}
