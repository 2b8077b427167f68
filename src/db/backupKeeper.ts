// Saves everything while the node serves, proves that what was saved can be put back, and hands it out as one file. SAFETY 12.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import type { Clock, ClockTask } from "../kernel/clock.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { finishBackup, restoreBackup } from "./backup.ts";
import { loadFact, saveFact } from "./facts.ts";
import { openDatabase } from "./open.ts";
import { writeTar } from "./tar.ts";
import { type Db, transact } from "./transact.ts";

/** A backup under `name`, a folder among the backups or a path. `at` is epoch ms. */
export type Saved = { readonly at: number; readonly name: string; readonly files: number; readonly bytes: number };
/** A restore that was tried: of which backup, when, and what was wrong with what came back. */
type Proof = { readonly at: number; readonly name: string; readonly problems: readonly string[] };

type BackupState = {
  /** What is under way, with the part of the database copied so far, 0 to 100. */
  readonly running: { readonly startedAt: number; readonly percent: number } | null;
  readonly last: Saved | null;
  readonly proof: Proof | null;
  /** Why the last attempt in this process came to nothing; null when it did not. */
  readonly trouble: string | null;
  readonly isExporting: boolean;
};

export type BackupKeeper = {
  readonly state: () => BackupState;
  /** Begins to save and then to prove it; `state` tells how it goes. Refuses `backup-running`. */
  readonly save: () => Refusal<"backup-running"> | undefined;
  /** Everything but the node's secrets as one tar, saved now. One at a time: refuses `export-running`. */
  readonly openExport: () => Promise<{ readonly stream: Readable; readonly name: string } | Refusal<"export-running">>;
  /** Resolves once nothing is under way. */
  readonly settled: () => Promise<void>;
  readonly tasks: readonly ClockTask[];
};

type Parts = {
  readonly db: Db;
  readonly dataFolder: string;
  readonly origin: string;
  readonly clock: Clock;
  /** What is wrong with a database besides what SQLite finds: its ledger, its orders. */
  readonly check: (db: Db) => string[];
};

const LAST = "backup-last";
const PROOF = "backup-proof";
const PAGES_AT_ONCE = 200;
const DAY = 86_400_000;
const PROVE_EVERY_MS = 30 * DAY;

/** Makes the keeper of one node. Nothing runs yet. */
export function createBackupKeeper(parts: Parts): BackupKeeper {
  const { db, clock, dataFolder } = parts;
  let running: { startedAt: number; percent: number } | null = null;
  let trouble: string | null = null;
  let isExporting = false;
  let underWay: Promise<void> = Promise.resolve();
  const read = <T>(name: string): T | null => JSON.parse(loadFact(db.orm, name) ?? "null");
  const act = (work: () => Promise<void>): Refusal<"backup-running"> | undefined => {
    if (running) return { refused: "backup-running" };
    running = { startedAt: clock.now(), percent: 0 };
    trouble = null;
    underWay = work()
      .catch((error: unknown) => {
        trouble = error instanceof Error ? error.message : String(error);
      })
      .finally(() => {
        running = null;
      });
    return undefined;
  };
  const copied = (percent: number) => {
    if (running) running = { ...running, percent };
  };
  const prove = (name: string) => saveProof(parts, proveBackup(parts, name));
  const proveIfDue = (now: number) => {
    const [last, proof] = [read<Saved>(LAST), read<Proof>(PROOF)];
    const isDue = last !== null && now - (proof?.at ?? 0) >= PROVE_EVERY_MS;
    if (isDue && existsSync(resolve(dataFolder, "backups", last.name))) act(async () => prove(last.name));
  };
  return {
    state: () => ({ running, last: read<Saved>(LAST), proof: read<Proof>(PROOF), trouble, isExporting }),
    save: () =>
      act(async () => {
        const saved = await saveNow(parts, copied);
        noteBackup(db, saved);
        prove(saved.name);
      }),
    openExport: async () => {
      if (isExporting) return { refused: "export-running" };
      isExporting = true;
      const folder = join(dataFolder, "backups", "export.unfinished");
      const end = () => {
        rmSync(folder, { recursive: true, force: true });
        isExporting = false;
      };
      try {
        return await openTar(parts, folder, end);
      } catch (error) {
        end();
        throw error;
      }
    },
    settled: () => underWay,
    tasks: [{ name: "prove the last backup", everyMs: DAY, run: (now) => proveIfDue(now) }],
  };
}

/** Writes down that a backup was made, for the page that says so. The command line makes its own. */
export function noteBackup(db: Db, saved: Saved): void {
  transact(db, (tx) => saveFact(tx, LAST, JSON.stringify(saved)));
}

async function saveNow({ db, dataFolder, clock }: Parts, copied: (percent: number) => void): Promise<Saved> {
  const at = clock.now();
  const stamp = new Date(at).toISOString().slice(0, 23).replaceAll(/[:.]/g, "-");
  const folder = join(dataFolder, "backups", stamp);
  await copyDatabase(db, `${folder}.unfinished`, copied);
  const { files, bytes } = finishBackup(`${folder}.unfinished`, folder, dataFolder);
  return { at, name: stamp, files, bytes };
}

/** Page by page, so that people are served in between; what they change meanwhile is in the copy too. */
async function copyDatabase(db: Db, folder: string, copied: (percent: number) => void): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "db.sqlite");
  await db.raw.backup(file, {
    progress: ({ totalPages, remainingPages }) => {
      copied(totalPages === 0 ? 0 : Math.floor((100 * (totalPages - remainingPages)) / totalPages));
      return PAGES_AT_ONCE;
    },
  });
  // Looking at a file in WAL mode makes files beside it, which no list of checksums knows.
  const copy = openDatabase(file);
  copy.raw.pragma("journal_mode = DELETE");
  copy.raw.close();
}

/** Puts a backup back into an empty folder, by the same function as `filiera restore`, and looks at what came back. */
function proveBackup({ dataFolder, origin, clock, check }: Parts, name: string): Proof {
  const target = join(dataFolder, "backups", "proof.unfinished");
  rmSync(target, { recursive: true, force: true });
  try {
    const restored = restoreBackup(resolve(dataFolder, "backups", name), target, origin, clock.now());
    if (isRefusal(restored)) return { at: clock.now(), name, problems: [restored.refused] };
    const db = openDatabase(join(target, "db.sqlite"));
    try {
      return { at: clock.now(), name, problems: check(db).slice(0, 20) };
    } finally {
      db.raw.close();
    }
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

function saveProof({ db }: Parts, proof: Proof): void {
  transact(db, (tx) => saveFact(tx, PROOF, JSON.stringify(proof)));
}

// The keys in the database are sealed with the secret, which therefore never travels with them.
async function openTar({ db, dataFolder, clock }: Parts, folder: string, end: () => void) {
  const at = clock.now();
  await copyDatabase(db, `${folder}.unfinished`, () => {});
  rmSync(folder, { recursive: true, force: true });
  finishBackup(`${folder}.unfinished`, folder, dataFolder, ["media"]);
  const sums = JSON.parse(readFileSync(join(folder, "checksums.json"), "utf8")) as Record<string, string>;
  const stream = Readable.from(writeTar(folder, [...Object.keys(sums), "checksums.json"], at));
  stream.once("close", end);
  return { stream, name: `filiera-${new Date(at).toISOString().slice(0, 10)}.tar` };
}
