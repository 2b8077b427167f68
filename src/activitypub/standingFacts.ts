// What every delivery asks and what seldom changes (our actors, their keys, whom we shut out) is read once and kept until
// somebody changes it: a read of its own costs SQLite ten times what it gives, in locks.
import type { Db } from "../db/transact.ts";
import { countStandingChanges } from "./store.ts";

/** Bounds each table here: strangers choose some of the names. */
const KEPT = 1000;

/** Makes a reader of standing facts that asks again only after a change, by this process or by the command line. */
export type KeepStanding = <Value>(ask: (name: string) => Value) => (name: string) => Value;

/** One watch for all facts of a database. The readers are for use outside transactions, which might still be undone. */
export function createKeepStanding(db: Db): KeepStanding {
  const dataVersion = db.raw.prepare("PRAGMA data_version").pluck();
  let version: unknown = null;
  // data_version moves when another process commits, our own counter when this one does. Asked once a turn of the loop.
  const seeVersion = () => {
    if (version === null) {
      version = dataVersion.get();
      setImmediate(() => {
        version = null;
      });
    }
    return `${version}:${countStandingChanges()}`;
  };
  return <Value>(ask: (name: string) => Value) => {
    const kept = new Map<string, Value>();
    let seen = "";
    return (name: string): Value => {
      const current = seeVersion();
      if (current !== seen || kept.size >= KEPT) kept.clear();
      seen = current;
      const known = kept.get(name);
      if (known !== undefined) return known;
      const fresh = ask(name);
      kept.set(name, fresh);
      return fresh;
    };
  };
}
