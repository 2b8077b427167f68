// The data of a node, opened: sound enough to be served, migrated, of this origin. For the server and the command line.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensureNodeActor } from "./activitypub/actors.ts";
import { openKey } from "./activitypub/keys.ts";
import { type Config, ConfigError } from "./config.ts";
import { addToBackup, checkBackup, findDamage, restoreBackup } from "./db/backup.ts";
import { damageOf, isDamage } from "./db/dataFolder.ts";
import { readErasures } from "./db/erasureList.ts";
import { currentEpoch, loadFact, saveFact } from "./db/facts.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { openDatabase, openReadOnly } from "./db/open.ts";
import { noteLostTail, standsAlone } from "./db/tail.ts";
import { type Db, transact } from "./db/transact.ts";
import { readTar } from "./db/untar.ts";
import type { Clock } from "./kernel/clock.ts";
import { isRefusal, type Refusal } from "./kernel/refusal.ts";
import { checkLedger, countMovements } from "./ledger/checkStore.ts";
import { replayErasures } from "./members/privacy/erasureActions.ts";
import { checkOrders } from "./orders/checkStore.ts";
import { checkThreads } from "./partners/threads/contractActions.ts";
import { checkSales } from "./sales/checkStore.ts";
import { checkAudit, recordAudit } from "./web/auditStore.ts";
import { RESERVED_HANDLES } from "./web/reserved.ts";

/** A ledger of so many movements is read anew in about a second; a longer one is left to doctor. */
const LEDGER_AT_START = 20_000;

/** So much is read whole in about a second; more would make people wait at each start (SAFETY D11). */
const READ_AT_START_BYTES = 128 * 1024 * 1024;

/** The epoch that the log knows of: one more was a restore. */
const NOTED_EPOCH = "audit-epoch";

/** The file of a node's database. */
export function databaseFile({ dataFolder }: Pick<Config, "dataFolder">): string {
  return resolve(dataFolder, "db.sqlite");
}

/**
 * Opens the data of a node: migrated, of this origin, with its instance actor. Throws ConfigError when they are another's, DataError when
 * they cannot be read at all.
 */
export function openNodeData(config: Config, clock: Clock): Db {
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  const file = databaseFile(config);
  const isAlone = standsAlone(file);
  let db: Db | null = null;
  try {
    db = openDatabase(file);
    migrateDatabase(db, resolve(config.dataFolder, "backups"));
    claimOrigin(db, config.origin);
    if (isAlone) noteLostTail(db);
    const { origin, secret } = config;
    ensureNodeActor(db, { origin, secret, now: clock.now(), reserved: RESERVED_HANDLES });
    noteRestore(db, clock.now());
    replayErasures({ db, language: config.language }, readErasures(config.dataFolder), clock.now());
    return db;
  } catch (error) {
    db?.raw.close();
    throw isDamage(error) ? damageOf(file, (error as Error).message) : error;
  }
}

/** Writes into the log that these data were put back from a backup: at the first opening after it, in its own words. */
function noteRestore(db: Db, at: number): void {
  transact(db, (tx) => {
    const epoch = currentEpoch(tx);
    const noted = loadFact(tx, NOTED_EPOCH);
    if (noted === String(epoch)) return;
    saveFact(tx, NOTED_EPOCH, String(epoch));
    if (noted === undefined) return;
    recordAudit(tx, { what: "restored", actorId: null, byId: null, aboutId: null, detail: String(epoch), at });
  });
}

/**
 * Serves no page and takes no message on a database that is broken or a ledger that was changed: closes it and throws DataError. False
 * where the file is so big that it is to be read after the start, apart (ADR 0024): more than `mostBytes`.
 */
export function refuseDamage(config: Config, db: Db, mostBytes = READ_AT_START_BYTES): boolean {
  const pragma = (name: string) => Number(db.raw.pragma(name, { simple: true }));
  if (pragma("page_count") * pragma("page_size") > mostBytes) return false;
  const [detail] = findBroken(db);
  if (detail === undefined) return true;
  db.raw.close();
  throw damageOf(databaseFile(config), detail);
}

/** What is wrong with the file of a node that runs, as SQLite and the ledger see it: the first thing, null for none. */
export function examineFile(file: string): string | null {
  const db = openReadOnly(file);
  try {
    return findBroken(db)[0] ?? null;
  } finally {
    db.raw.close();
  }
}

/** What does not add up in the books of a database: money, threads, orders bought and sold. */
function checkBooks({ orm }: Db): string[] {
  return [...checkLedger(orm), ...checkThreads(orm), ...checkOrders(orm), ...checkSales(orm), ...checkAudit(orm)];
}

/** A backup that is put back to see whether it can be. `now` is epoch ms. */
export type ProofWork = {
  readonly folder: string;
  readonly target: string;
  readonly origin: string;
  readonly now: number;
};

/** Puts a backup back into an empty folder, by the same function as `filiera restore`, and says what is wrong with what came back. */
export function proveBackup({ folder, target, origin, now }: ProofWork): string[] {
  const restored = restoreBackup(folder, target, origin, now);
  if (isRefusal(restored)) return [[restored.refused, restored.file, restored.detail].filter(Boolean).join(" ")];
  const db = openDatabase(resolve(target, "db.sqlite"));
  try {
    return checkBooks(db);
  } finally {
    db.raw.close();
  }
}

function findBroken(db: Db): string[] {
  const damage = findDamage(db);
  if (damage.length > 0) return damage;
  return countMovements(db.orm) > LEDGER_AT_START ? [] : checkLedger(db.orm);
}

function claimOrigin(db: Db, origin: string): void {
  transact(db, (tx) => {
    const stored = loadFact(tx, "origin");
    if (stored === undefined) return saveFact(tx, "origin", origin);
    if (stored !== origin)
      throw new ConfigError(
        `These data belong to ${stored}, and FILIERA_ORIGIN says ${origin}. Addresses are for ever: start with FILIERA_ORIGIN=${stored}, ` +
          "or choose an empty FILIERA_DATA for a new node. Nothing was changed.",
      );
  });
}

/** Where an export goes and which secret opens its keys; `keepsSecret`: it is written beside them, because no setting has it. */
export type ImportWish = {
  readonly file: string;
  readonly dataFolder: string;
  readonly origin: string;
  readonly secret: Buffer;
  readonly keepsSecret: boolean;
  /** Epoch ms. */
  readonly now: number;
};

/**
 * Makes a node again from the one file of "take everything home": the same node under the same name, by the same checks and in the same
 * new epoch as a restore. Refuses `data-in-use` where there is a database already, `not-an-export`, `secret-of-another` where the secret is
 * not the one that sealed its keys, and what `restoreBackup` refuses; nothing has changed then.
 */
export function importExport(wish: ImportWish): ReturnType<typeof restoreBackup> | Refusal {
  const { file, dataFolder, origin, secret, keepsSecret, now } = wish;
  const target = resolve(dataFolder);
  if (existsSync(databaseFile({ dataFolder }))) return { refused: "data-in-use", folder: target };
  const staged = `${target}.importing`;
  rmSync(staged, { recursive: true, force: true });
  try {
    const taken = readTar(file, staged);
    if (isRefusal(taken)) return taken;
    const bad = checkBackup(staged, origin);
    if (bad) return bad;
    if (!opensKeys(join(staged, "db.sqlite"), secret)) return { refused: "secret-of-another" };
    if (keepsSecret) addToBackup(staged, "secrets/secret", `${secret.toString("base64url")}\n`);
    return restoreBackup(staged, dataFolder, origin, now);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

function opensKeys(file: string, secret: Buffer): boolean {
  const { raw } = openReadOnly(file);
  try {
    const sealed = raw.prepare("SELECT sealed_private_key FROM actor_keys").pluck().all() as Buffer[];
    for (const key of sealed) openKey(secret, key);
    return true;
  } catch {
    return false;
  } finally {
    raw.close();
  }
}
