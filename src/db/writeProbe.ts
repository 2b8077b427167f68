// Whether a commit would be kept now, found out by making one: a disk that fails says so only to whoever writes.
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { isReadOnlyNow } from "./diskFailure.ts";
import { loadFact, saveFact } from "./facts.ts";
import { isStorageTrouble } from "./storageTrouble.ts";
import { type Db, transact } from "./transact.ts";

/** Anyone may ask, so that it is tried at most so often. */
const TRY_EVERY_MS = 1000;
const PROBE = "write-probe";
/** A letter with what it causes takes some ten pages: with less room than this some of them fail. */
const LEAST_FREE_BYTES = 64 * 1024;

/**
 * Makes a question that answers null where the database can be written, or why not: `no-space`, `read-only`, `disk`. `elapsed` is a
 * monotonic count of ms.
 */
export function createWriteProbe(db: Db, elapsed: () => number): () => string | null {
  let triedAt: number | null = null;
  let trouble: string | null = null;
  return () => {
    if (triedAt !== null && elapsed() - triedAt < TRY_EVERY_MS) return trouble;
    triedAt = elapsed();
    trouble = tryWrite(db);
    return trouble;
  };
}

function tryWrite(db: Db): string | null {
  // Another process may write just now: nobody waits for it here, and it is no trouble of the disk.
  const patience = db.raw.pragma("busy_timeout", { simple: true });
  db.raw.pragma("busy_timeout = 0");
  try {
    // Another value each time: SQLite writes no page that would be as it was.
    transact(db, (tx) => saveFact(tx, PROBE, loadFact(tx, PROBE) === "0" ? "1" : "0"));
    const { bavail, bsize } = statfsSync(dirname(db.raw.name));
    return bavail * bsize < LEAST_FREE_BYTES ? "no-space" : null;
  } catch (error) {
    return isReadOnlyNow(db) ? "read-only" : nameTrouble(error);
  } finally {
    db.raw.pragma(`busy_timeout = ${patience}`);
  }
}

function nameTrouble(error: unknown): string | null {
  if (!isStorageTrouble(error)) throw error;
  const { code } = error as Error & { code: string };
  if (/BUSY|LOCKED/.test(code)) return null;
  if (/READONLY|EROFS/.test(code)) return "read-only";
  return /FULL|ENOSPC|EDQUOT|SHMSIZE/.test(code) ? "no-space" : "disk";
}
