// Saves everything while the node serves, every night by itself, proves that what was saved can be put back, forgets old copies,
// and hands everything out as one file. SAFETY 12.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import type { Clock, ClockTask } from "../kernel/clock.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { finishBackup } from "./backup.ts";
import {
  copiesToDrop,
  countNights,
  hasRoom,
  type Kept,
  lastNight,
  NIGHTS_UNTIL_TOLD,
  nextNight,
} from "./backupPlan.ts";
import { deleteFact, loadFact, saveFact } from "./facts.ts";
import { openDatabase } from "./open.ts";
import { writeTar } from "./tar.ts";
import { type Db, type Tx, transact } from "./transact.ts";

/** A backup under `name`, a folder among the backups or a path. `at` is epoch ms. */
export type Saved = { readonly at: number; readonly name: string; readonly files: number; readonly bytes: number };
/** A restore that was tried: of which backup, when, and what was wrong with what came back. */
type Proof = { readonly at: number; readonly name: string; readonly problems: readonly string[] };

/** How the nights go. `goodAt`: the last night that was saved and proven, or the first the node knew of; `trouble` of the last attempt. */
type Nights = { readonly goodAt: number; readonly triedAt: number | null; readonly trouble: string | null };

type BackupState = {
  /** What is under way, with the part of the database copied so far, 0 to 100. */
  readonly running: { readonly startedAt: number; readonly percent: number } | null;
  readonly last: Saved | null;
  readonly proof: Proof | null;
  /** The last copy that came back sound. */
  readonly proven: { readonly at: number; readonly name: string } | null;
  /** Why the last attempt in this process came to nothing; null when it did not. `no-room`: it was not even begun. */
  readonly trouble: string | null;
  readonly isExporting: boolean;
  /** `time` null: the node does not save itself. `missed`: how many nights have no copy. `copies`: those made at night, newest first. */
  readonly nights: {
    readonly time: string | null;
    readonly nextAt: number | null;
    readonly missed: number;
    readonly trouble: string | null;
    readonly copies: readonly Kept[];
  };
};

/** Nights without a copy, for whoever is told: `key` names this mail, so that each is written once. */
export type MissedNights = {
  readonly nights: number;
  readonly trouble: string;
  readonly goodAt: number;
  readonly key: string;
};

export type BackupKeeper = {
  readonly state: () => BackupState;
  /** Begins to save and then to prove it; `state` tells how it goes. Refuses `backup-running`. */
  readonly save: () => Refusal<"backup-running"> | undefined;
  /** Says when the node saves itself: "HH:MM" in Rome, null not at all. Refuses `bad-hour`. */
  readonly chooseTime: (time: string | null, byId?: string) => Refusal<"bad-hour"> | undefined;
  /** Everything but the node's secrets as one tar, saved now. One at a time: refuses `export-running`. */
  readonly openExport: () => Promise<{ readonly stream: Readable; readonly name: string } | Refusal<"export-running">>;
  /** Resolves once nothing is under way. */
  readonly settled: () => Promise<void>;
  readonly tasks: readonly ClockTask[];
};

/** What the log knows of the copies that the clock makes. */
type NightEvent = "night-saved" | "night-failed" | "backup-hour";

type Parts = {
  readonly db: Db;
  readonly dataFolder: string;
  readonly clock: Clock;
  /** "HH:MM" in Rome, null not at all: until somebody chooses another time. */
  readonly time: string | null;
  /** Puts a backup back into an empty folder as a restore does, and says what is wrong with what came back. */
  readonly prove: (folder: string, target: string) => Promise<readonly string[]>;
  /** Owes a word to who looks after the node, inside the transaction. */
  readonly tellMissed: (tx: Tx, missed: MissedNights) => void;
  /** Writes into the log, inside the transaction, how a night went, or who chose which hour; `byId` null: the clock or the command line. */
  readonly note: (tx: Tx, what: NightEvent, byId: string | null, detail: string) => void;
  /** What is free on the disk of that folder. */
  readonly freeBytes?: (folder: string) => number;
};

const LAST = "backup-last";
const PROOF = "backup-proof";
const PROVEN = "backup-proven";
const TIME = "backup-time";
const NIGHTS = "backup-nights";
const OFF = "off";
const PAGES_AT_ONCE = 200;
const MINUTE = 60_000;
const DAY = 86_400_000;
const PROVE_EVERY_MS = 30 * DAY;
/** A night that went wrong is tried again so much later, until the next one. */
const AGAIN_AFTER_MS = 60 * MINUTE;
const AT_NIGHT = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})-night$/;

/** Makes the keeper of one node. Nothing runs yet. */
export function createBackupKeeper(parts: Parts): BackupKeeper {
  const { db, clock, dataFolder } = parts;
  let running: { startedAt: number; percent: number } | null = null;
  let trouble: string | null = null;
  const exporter = createExporter(parts);
  let underWay: Promise<void> = Promise.resolve();
  const act = (work: () => Promise<void>): Refusal<"backup-running"> | undefined => {
    if (running) return { refused: "backup-running" };
    running = { startedAt: clock.now(), percent: 0 };
    trouble = null;
    underWay = work()
      .catch((error: unknown) => {
        trouble = sayTrouble(error);
      })
      .finally(() => {
        running = null;
      });
    return undefined;
  };
  const copied = (percent: number) => {
    if (running) running = { ...running, percent };
  };
  const proveIfDue = (now: number) => {
    const [last, proof] = [readFact<Saved>(db, LAST), readFact<Proof>(db, PROOF)];
    const isDue = last !== null && now - (proof?.at ?? 0) >= PROVE_EVERY_MS;
    if (isDue && existsSync(resolve(dataFolder, "backups", last.name)))
      act(async () => void (await proveBackup(parts, last.name)));
  };
  let hasSwept = false;
  const runNight = async (now: number) => {
    if (!hasSwept && !running && !exporter.isBusy()) sweepUnfinished(dataFolder);
    hasSwept = true;
    const night = findDueNight(parts, now);
    // Waited for, so that whoever lets time pass sees what it brought.
    if (night !== null && act(() => saveNight(parts, night, copied)) === undefined) await underWay;
  };
  return {
    state: () => ({ running, trouble, isExporting: exporter.isBusy(), ...readState(parts) }),
    save: () =>
      act(async () => {
        const saved = await saveNow(parts, "", copied);
        await proveBackup(parts, saved.name);
      }),
    chooseTime: (time, byId) => chooseTime(parts, time, byId ?? null),
    openExport: exporter.open,
    settled: () => underWay,
    tasks: [
      { name: "prove the last backup", everyMs: DAY, run: (now) => proveIfDue(now) },
      { name: "save everything at night", everyMs: MINUTE, run: runNight },
    ],
  };
}

/** Hands everything out as one file, once at a time. */
function createExporter(parts: Parts): { isBusy: () => boolean; open: BackupKeeper["openExport"] } {
  let isBusy = false;
  const folder = join(parts.dataFolder, "backups", "export.unfinished");
  const end = () => {
    rmSync(folder, { recursive: true, force: true });
    isBusy = false;
  };
  return {
    isBusy: () => isBusy,
    open: async () => {
      if (isBusy) return { refused: "export-running" };
      isBusy = true;
      try {
        return await openTar(parts, folder, end);
      } catch (error) {
        end();
        throw error;
      }
    },
  };
}

/** Writes down that a backup was made, for the page that says so. The command line makes its own. */
export function noteBackup(db: Db, saved: Saved): void {
  transact(db, (tx) => saveFact(tx, LAST, JSON.stringify(saved)));
}

function readFact<T>({ orm }: Db, name: string): T | null {
  return JSON.parse(loadFact(orm, name) ?? "null");
}

function sayTrouble(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function plannedTime({ db, time }: Parts): string | null {
  const chosen = loadFact(db.orm, TIME) ?? time;
  return chosen === OFF ? null : chosen;
}

function readState(parts: Parts): Omit<BackupState, "running" | "trouble" | "isExporting"> {
  const { db, clock } = parts;
  const now = clock.now();
  const time = plannedTime(parts);
  const nights = readFact<Nights>(db, NIGHTS);
  const due = time === null ? null : lastNight(now, time);
  return {
    last: readFact<Saved>(db, LAST),
    proof: readFact<Proof>(db, PROOF),
    proven: readFact<{ at: number; name: string }>(db, PROVEN),
    nights: {
      time,
      nextAt: time === null ? null : nextNight(now, time),
      missed: due === null || nights === null ? 0 : countNights(nights.goodAt, due),
      trouble: nights?.trouble ?? null,
      copies: listCopies(parts),
    },
  };
}

/** The copies made at night, newest first. Those made by hand are their maker's: nothing here deletes them. */
function listCopies({ dataFolder }: Parts): Kept[] {
  const folder = join(dataFolder, "backups");
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, date, hour, minute, second, part] = AT_NIGHT.exec(name) ?? [];
      return date ? [{ name, at: Date.parse(`${date}T${hour}:${minute}:${second}.${part}Z`) }] : [];
    })
    .sort((one, other) => other.at - one.at);
}

function chooseTime(parts: Parts, time: string | null, byId: string | null): Refusal<"bad-hour"> | undefined {
  const { db, clock, note } = parts;
  const last = time === null ? null : lastNight(clock.now(), time);
  if (time !== null && last === null) return { refused: "bad-hour", text: time };
  const { missed } = readState(parts).nights;
  transact(db, (tx) => {
    saveFact(tx, TIME, time ?? OFF);
    note(tx, "backup-hour", byId, time ?? OFF);
    // Nobody waits for a night that was never planned; one that is missing stays missing.
    if (last === null) deleteFact(tx, NIGHTS);
    else if (missed === 0) saveNights(tx, { goodAt: last, triedAt: null, trouble: null });
  });
  return undefined;
}

function saveNights(tx: Tx, nights: Nights): void {
  saveFact(tx, NIGHTS, JSON.stringify(nights));
}

/** The night that has no copy yet and is to be tried now; null for none. A node that sees its first night begins with the next. */
function findDueNight(parts: Parts, now: number): number | null {
  const time = plannedTime(parts);
  const night = time === null ? null : lastNight(now, time);
  if (night === null) return null;
  const nights = readFact<Nights>(parts.db, NIGHTS);
  if (nights === null) {
    transact(parts.db, (tx) => saveNights(tx, { goodAt: night, triedAt: null, trouble: null }));
    return null;
  }
  const { goodAt, triedAt } = nights;
  if (goodAt >= night) return null;
  const isTried = triedAt !== null && triedAt >= night && now - triedAt < AGAIN_AFTER_MS;
  return isTried ? null : night;
}

/** Saves, proves and then forgets what has served; or writes down why not, and has somebody told after two nights. */
async function saveNight(parts: Parts, night: number, copied: (percent: number) => void): Promise<void> {
  const { db, clock, dataFolder, tellMissed, note } = parts;
  const trouble = await tryNight(parts, copied).catch(sayTrouble);
  const triedAt = clock.now();
  if (trouble === null) {
    transact(db, (tx) => {
      saveNights(tx, { goodAt: night, triedAt, trouble });
      note(tx, "night-saved", null, "");
    });
    const always = [readFact<{ name: string }>(db, PROVEN)?.name ?? ""];
    for (const { name } of copiesToDrop(listCopies(parts), always))
      rmSync(join(dataFolder, "backups", name), { recursive: true, force: true });
    return;
  }
  transact(db, (tx) => {
    const before = readFact<Nights>(db, NIGHTS);
    const goodAt = before?.goodAt ?? night;
    saveNights(tx, { goodAt, triedAt, trouble });
    // Tried again every hour: the log hears of a night once.
    if ((before?.triedAt ?? 0) < night) note(tx, "night-failed", null, trouble);
    const nights = countNights(goodAt, night);
    const week = Math.floor((nights - NIGHTS_UNTIL_TOLD) / 7);
    if (nights >= NIGHTS_UNTIL_TOLD)
      tellMissed(tx, { nights, trouble, goodAt, key: `backup-missed:${goodAt}:${week}` });
  });
  throw new Error(trouble);
}

/** Why the night has no good copy; null where it has one. */
async function tryNight(parts: Parts, copied: (percent: number) => void): Promise<string | null> {
  const saved = await saveNow(parts, "-night", copied);
  const { problems } = await proveBackup(parts, saved.name);
  return problems[0] ?? null;
}

async function saveNow(parts: Parts, suffix: string, copied: (percent: number) => void): Promise<Saved> {
  const { db, dataFolder, clock } = parts;
  if (!isThereRoom(parts)) throw new Error("no-room");
  const at = clock.now();
  const name = `${new Date(at).toISOString().slice(0, 23).replaceAll(/[:.]/g, "-")}${suffix}`;
  const folder = join(dataFolder, "backups", name);
  try {
    await copyDatabase(db, `${folder}.unfinished`, copied);
    const { files, bytes } = finishBackup(`${folder}.unfinished`, folder, dataFolder);
    const saved = { at, name, files, bytes };
    noteBackup(db, saved);
    return saved;
  } catch (error) {
    // Half a copy helps nobody, and may be what fills the disk.
    sweepUnfinished(dataFolder, `${name}.unfinished`);
    throw error;
  }
}

function isThereRoom({ db, dataFolder, freeBytes = freeBytesOf }: Parts): boolean {
  const pragma = (name: string) => Number(db.raw.pragma(name, { simple: true }));
  const files = ["secrets", "media"].map((name) => join(dataFolder, name)).filter((folder) => existsSync(folder));
  const sizes = files.flatMap((folder) => readdirSync(folder).map((name) => statSync(join(folder, name)).size));
  const data = pragma("page_count") * pragma("page_size") + sizes.reduce((sum, bytes) => sum + bytes, 0);
  return hasRoom(freeBytes(dataFolder), data);
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** What a process that died left half done; or the one thing named. */
function sweepUnfinished(dataFolder: string, only?: string): void {
  const folder = join(dataFolder, "backups");
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return;
  for (const name of readdirSync(folder))
    if (name.endsWith(".unfinished") && (only === undefined || name === only))
      rmSync(join(folder, name), { recursive: true, force: true });
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
async function proveBackup({ db, dataFolder, clock, prove }: Parts, name: string): Promise<Proof> {
  const target = join(dataFolder, "backups", "proof.unfinished");
  rmSync(target, { recursive: true, force: true });
  try {
    const problems = (await prove(resolve(dataFolder, "backups", name), target)).slice(0, 20);
    const proof = { at: clock.now(), name, problems };
    transact(db, (tx) => {
      saveFact(tx, PROOF, JSON.stringify(proof));
      if (problems.length === 0) saveFact(tx, PROVEN, JSON.stringify({ at: proof.at, name }));
    });
    return proof;
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
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
