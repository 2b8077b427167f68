// A backup is a folder: the database as SQLite copies it while in use, the secrets, the media, and a list of checksums.
// It counts only once it can be restored, so restoring verifies everything before it touches anything.
import { createHash } from "node:crypto";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Refusal } from "../kernel/refusal.ts";
import { isDamage } from "./dataFolder.ts";
import { mergeErasures } from "./erasureList.ts";
import { currentEpoch, loadFact, raiseEpoch } from "./facts.ts";
import { isOfNewerVersion } from "./migrate.ts";
import { openDatabase, openReadOnly } from "./open.ts";
import { forgetTail } from "./tail.ts";
import { type Db, transact } from "./transact.ts";

const FOLDERS = ["secrets", "media"] as const;
const MANIFEST = "checksums.json";
const PIECE_BYTES = 1024 * 1024;

/** What was copied, for whoever asked. Sizes in bytes. */
export type BackupReport = { readonly folder: string; readonly files: number; readonly bytes: number };

/** Copies a live database with its secrets and media into a new folder, readable by its owner alone. Throws when it exists. */
export function writeBackup(db: Db, dataFolder: string, folder: string): BackupReport {
  if (existsSync(folder)) throw new Error(`${folder} exists already: a backup never overwrites another.`);
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  db.raw.prepare("VACUUM INTO ?").run(join(unfinished, "db.sqlite"));
  return finishBackup(unfinished, folder, dataFolder);
}

/** Puts the other folders and the checksums beside a copied database, and gives the whole its name: from then on it is a backup. */
export function finishBackup(
  unfinished: string,
  folder: string,
  dataFolder: string,
  folders: readonly string[] = FOLDERS,
): BackupReport {
  for (const name of folders)
    if (existsSync(join(dataFolder, name))) cpSync(join(dataFolder, name), join(unfinished, name), { recursive: true });
  // Where the copy is put back, those who were erased before stay so.
  mergeErasures(unfinished, dataFolder);
  const sums = Object.fromEntries(listFiles(unfinished).map((file) => [file, sha256(join(unfinished, file))]));
  writeFileSync(join(unfinished, MANIFEST), `${JSON.stringify(sums, null, 2)}\n`, { mode: 0o600 });
  // Whoever sees the folder under its name sees a whole backup.
  renameSync(unfinished, folder);
  const files = Object.keys(sums);
  return {
    folder,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0),
  };
}

export type BadBackup = Refusal<"not-a-backup" | "backup-damaged" | "backup-of-another" | "backup-newer">;

/**
 * Puts a backup back: checksums, integrity, foreign keys, version and origin first; then the present data are set aside beside their
 * folder (never deleted) and the copy takes their place in an epoch later than its own and theirs, because partners may have
 * heard what it has forgotten (SAFETY 6). Refuses without having changed anything.
 */
export function restoreBackup(
  folder: string,
  dataFolder: string,
  origin: string,
  now: number,
): { aside: string | null; epoch: number } | BadBackup {
  const damage = checkBackup(folder, origin);
  if (damage) return damage;
  const target = resolve(dataFolder);
  const staged = `${target}.restoring`;
  rmSync(staged, { recursive: true, force: true });
  cpSync(folder, staged, { recursive: true });
  rmSync(join(staged, MANIFEST));
  const db = openDatabase(join(staged, "db.sqlite"));
  const epoch = transact(db, (tx) => raiseEpoch(tx, readEpoch(join(target, "db.sqlite"))));
  forgetTail(db);
  db.raw.pragma("wal_checkpoint(TRUNCATE)");
  db.raw.close();
  // And those who were erased since.
  mergeErasures(staged, target);
  const isEmpty = !existsSync(target) || readdirSync(target).length === 0;
  const aside = isEmpty ? null : `${target}.before-restore-${now}`;
  if (aside) renameSync(target, aside);
  else rmSync(target, { recursive: true, force: true });
  renameSync(staged, target);
  return { aside, epoch };
}

/** The epoch of the data about to be set aside; 1 where there are none, or none that can be read. */
function readEpoch(file: string): number {
  try {
    const present = openReadOnly(file);
    try {
      return currentEpoch(present.orm);
    } finally {
      present.raw.close();
    }
  } catch {
    return 1;
  }
}

/** Why a backup cannot be put back here; null where it can. Nothing is changed. */
export function checkBackup(folder: string, origin: string): BadBackup | null {
  const manifest = join(folder, MANIFEST);
  if (!existsSync(manifest)) return { refused: "not-a-backup", folder };
  let sums: Record<string, string>;
  try {
    sums = JSON.parse(readFileSync(manifest, "utf8"));
  } catch {
    return { refused: "backup-damaged", file: MANIFEST };
  }
  const present = listFiles(folder).filter((file) => file !== MANIFEST);
  const wrong = [...new Set([...Object.keys(sums), ...present])].find(
    (file) => !existsSync(join(folder, file)) || sha256(join(folder, file)) !== sums[file],
  );
  if (wrong || !sums["db.sqlite"]) return { refused: "backup-damaged", file: wrong ?? "db.sqlite" };
  const copy = openReadOnly(join(folder, "db.sqlite"));
  try {
    const [detail] = findDamage(copy);
    if (detail) return { refused: "backup-damaged", file: "db.sqlite", detail };
    if (isOfNewerVersion(copy)) return { refused: "backup-newer" };
    const owner = loadFact(copy.orm, "origin");
    return owner === origin ? null : { refused: "backup-of-another", owner, origin };
  } finally {
    copy.raw.close();
  }
}

/** What SQLite itself finds wrong with a database: broken pages, orphans. Empty when sound. */
export function findDamage(db: Db): string[] {
  try {
    const integrity = db.raw.pragma("integrity_check(10)") as { integrity_check: string }[];
    const orphans = db.raw.pragma("foreign_key_check") as { table: string; rowid: number }[];
    return [
      ...integrity.map((row) => row.integrity_check).filter((line) => line !== "ok"),
      ...orphans.slice(0, 10).map(({ table, rowid }) => `${table} row ${rowid} points to nothing`),
    ];
  } catch (error) {
    // So damaged that it cannot even be checked.
    if (!isDamage(error)) throw error;
    return [(error as Error).message];
  }
}

/** Puts one more file beside a checked backup, and on its list. */
export function addToBackup(folder: string, name: string, content: string): void {
  const manifest = join(folder, MANIFEST);
  mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  const sums = { ...JSON.parse(readFileSync(manifest, "utf8")), [name]: sha256(join(folder, name)) };
  writeFileSync(manifest, `${JSON.stringify(sums, null, 2)}\n`, { mode: 0o600 });
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

// Piece by piece: a database of a gigabyte does not pass through the memory of a small machine at once.
function sha256(file: string): string {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(PIECE_BYTES);
  const handle = openSync(file, "r");
  try {
    for (let read = readSync(handle, piece); read > 0; read = readSync(handle, piece))
      hash.update(piece.subarray(0, read));
  } finally {
    closeSync(handle);
  }
  return hash.digest("hex");
}
