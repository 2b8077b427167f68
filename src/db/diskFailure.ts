// A disk that fails under a commit: nobody knows whether the commit was kept, so nothing more is done on that database.
// What the next start finds in the file is the truth (SAFETY 6, A7).
import { accessSync, constants } from "node:fs";
import type { Database } from "better-sqlite3";

// Not the kinds that mean a full disk or another process: those keep nothing, and going on is safe.
const FAILURE = /^SQLITE_IOERR_(FSYNC|DIR_FSYNC|WRITE|TRUNCATE|READ|SHORT_READ|DATA|CORRUPTFS)$/;

type Held = { readonly raw: Database };
type Tell = (failure: Error) => void;

const failures = new WeakMap<Database, Error>();
const watchers = new WeakMap<Database, Tell>();

/** From now on `tell` hears, once, that the disk under this database has failed. The process should end soon. */
export function watchDisk({ raw }: Held, tell: Tell): void {
  watchers.set(raw, tell);
}

/** Throws the disk's failure again, if there was one: nothing is begun after it. */
export function refuseAfterFailure({ raw }: Held): void {
  const failure = failures.get(raw);
  if (failure) throw failure;
}

/**
 * Whether the file system under this database takes no writes at all now, as Linux makes one whose device had errors. SQLite only says
 * that a write failed.
 */
export function isReadOnlyNow({ raw }: Held): boolean {
  try {
    accessSync(raw.name, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EROFS";
  }
}

/** Remembers that the disk failed, if that is what `error` says. For whoever commits. */
export function noteFailure(db: Held, error: unknown): void {
  const { raw } = db;
  if (!(error instanceof Error && "code" in error && FAILURE.test(String(error.code)))) return;
  if (failures.has(raw)) return;
  // A write that a read-only file system refused has left nothing anywhere: the same may be tried again (SAFETY A13).
  if (error.code === "SQLITE_IOERR_WRITE" && isReadOnlyNow(db)) return;
  failures.set(raw, error);
  watchers.get(raw)?.(error);
}
