// Many small effects in one fsync: each runs in its own savepoint, all commit together, and each promise settles only then.
import { crashPoint } from "./crashPoint.ts";
import { noteFailure, refuseAfterFailure } from "./diskFailure.ts";
import type { Db } from "./transact.ts";

/** The most effects in one commit: bounds how long the event loop is held. */
const GROUP_LIMIT = 128;

/** Runs `effect` with others in one transaction; resolves after the commit. A throw undoes only that effect. */
export type CommitTogether = <T>(effect: () => T) => Promise<T>;

type Job = { effect: () => unknown; resolve: (value: never) => void; reject: (error: unknown) => void };

export function createGroupCommit(db: Db): CommitTogether {
  const begin = db.raw.prepare("BEGIN IMMEDIATE");
  const commit = db.raw.prepare("COMMIT");
  const rollback = db.raw.prepare("ROLLBACK");
  const savepoint = db.raw.prepare("SAVEPOINT effect");
  const release = db.raw.prepare("RELEASE effect");
  const undo = db.raw.prepare("ROLLBACK TO effect");
  const waiting: Job[] = [];

  const flush = () => {
    const jobs = waiting.splice(0, GROUP_LIMIT);
    if (waiting.length > 0) setImmediate(flush);
    const settle: (() => void)[] = [];
    try {
      refuseAfterFailure(db);
      begin.run();
      for (const { effect, resolve, reject } of jobs) {
        savepoint.run();
        try {
          const value = effect();
          settle.push(() => resolve(value as never));
        } catch (error) {
          // A disk that is full or fails ends the whole transaction, and with it the savepoint.
          if (!db.raw.inTransaction) throw error;
          undo.run();
          settle.push(() => reject(error));
        }
        release.run();
      }
      crashPoint("before-group-commit");
      commit.run();
      crashPoint("after-group-commit");
    } catch (error) {
      // Nothing of the group is certain: everyone hears it, nobody is told that something was saved.
      noteFailure(db, error);
      if (db.raw.inTransaction) rollback.run();
      for (const { reject } of jobs) reject(error);
      return;
    }
    for (const tell of settle) tell();
  };

  return (effect) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ effect, resolve, reject });
    });
}
