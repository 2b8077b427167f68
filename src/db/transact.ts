// One synchronous transaction per thing that happens. Nothing async ever runs inside.
import type { Database, RunResult } from "better-sqlite3";
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import { crashPoint } from "./crashPoint.ts";
import { noteFailure, refuseAfterFailure } from "./diskFailure.ts";

/** What a store reads and writes through: the node's database outside a transaction, or the one inside. */
export type Tx = BaseSQLiteDatabase<"sync", RunResult, Record<string, never>>;

/** An open database: `raw` for pragmas, backup and prepared hot paths; `orm` for the stores. */
export type Db = { readonly raw: Database; readonly orm: Tx };

/**
 * Runs `act` in one BEGIN IMMEDIATE transaction and returns what it returns. A throw rolls back. IMMEDIATE because a
 * deferred transaction that reads first can meet BUSY_SNAPSHOT when it then writes (SAFETY A12). After the disk has
 * failed, which may have kept what was rolled back here, it throws at once.
 */
export function transact<T>(db: Db, act: (tx: Tx) => T): T {
  refuseAfterFailure(db);
  crashPoint("before-begin");
  try {
    const result = db.orm.transaction(
      (tx) => {
        const made = act(tx);
        crashPoint("before-commit");
        return made;
      },
      { behavior: "immediate" },
    );
    crashPoint("after-commit");
    return result;
  } catch (error) {
    noteFailure(db, error);
    throw error;
  }
}
