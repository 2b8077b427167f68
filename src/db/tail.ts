// A database in use is two files: what was committed last is in the -wal beside it. Whoever copies the main file alone copies a state
// that partners have heard newer words from. A mark in the main file, set while a node runs, tells such a copy (SAFETY A39).

import { closeSync, existsSync, openSync, readSync } from "node:fs";
import Database from "better-sqlite3";
import { deleteFact, loadFact, raiseEpoch, saveFact } from "./facts.ts";
import { isStorageTrouble } from "./storageTrouble.ts";
import { type Db, transact } from "./transact.ts";

const IN_USE = "in-use";
const LOST = "tail-lost";
// Offset 18 of the header: 2 where the file is half of a pair. What VACUUM INTO writes is whole and says 1.
const FORMAT_AT = 18;
const PAIRED = 2;

/** Whether a file that is made to have a -wal beside it has none. To be asked before the file is opened, which makes one. */
export function standsAlone(file: string): boolean {
  if (!existsSync(file) || existsSync(`${file}-wal`)) return false;
  const byte = Buffer.alloc(1);
  const handle = openSync(file, "r");
  try {
    return readSync(handle, byte, 0, 1, FORMAT_AT) === 1 && byte[0] === PAIRED;
  } finally {
    closeSync(handle);
  }
}

/** Says in the main file itself that a node runs on it. */
export function markInUse(db: Db): void {
  transact(db, (tx) => saveFact(tx, IN_USE, "1"));
  db.raw.pragma("wal_checkpoint(TRUNCATE)");
}

/** Says that the node is about to close the file whole. Where that cannot be written, the next start asks partners in vain. */
export function unmarkInUse(db: Db): void {
  try {
    transact(db, (tx) => deleteFact(tx, IN_USE));
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
  }
}

/**
 * Looks at a file that stood alone: where a node ran on it, what was written last is missing. Then a new epoch begins, as after a restore:
 * partners are asked what was forgotten before anything is sent to them. True where it is so.
 */
export function noteLostTail(db: Db): boolean {
  return transact(db, (tx) => {
    if (loadFact(tx, IN_USE) === undefined) return false;
    deleteFact(tx, IN_USE);
    saveFact(tx, LOST, String(raiseEpoch(tx, 1)));
    return true;
  });
}

/** What doctor says of it, until a backup is restored. */
export function findLostTail({ orm }: Db): string[] {
  const epoch = loadFact(orm, LOST);
  return epoch === undefined ? [] : [`db.sqlite came without its db.sqlite-wal: epoch ${epoch}`];
}

/** A copy that is whole needs no marks; to be called on what a restore puts back. */
export function forgetTail(db: Db): void {
  transact(db, (tx) => {
    deleteFact(tx, IN_USE);
    deleteFact(tx, LOST);
  });
}

/** Closes the file of a node that is not running. Whoever closes it last folds the -wal into it: then it is whole. */
export function closeWhole(db: Db, file: string): void {
  db.raw.close();
  if (!standsAlone(file)) return;
  const again = new Database(file);
  again.prepare("DELETE FROM node_facts WHERE name = ?").run(IN_USE);
  again.close();
}
