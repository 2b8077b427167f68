// Stands where the bot's Sequelize looks for the package sqlite3, which npm has only as source for a compiler: the part of its
// interface that Sequelize calls, over Node's own SQLite. Runs in the bot's process.
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

type Done = (this: { lastID: number; changes: number }, error: Error | null, rows?: unknown[]) => void;
type Bound = readonly SQLInputValue[] | Readonly<Record<string, SQLInputValue>>;

export const OPEN_READONLY = 1;
export const OPEN_READWRITE = 2;
export const OPEN_CREATE = 4;

const BUSY = 5;
const ATTEMPTS = 500;

/** One connection. Its statements run one after the other; each waits while another connection writes. */
export class Database {
  readonly #db: DatabaseSync;
  #queue: Promise<void> = Promise.resolve();

  constructor(filename: string, _mode: number, done: (error: Error | null) => void) {
    this.#db = new DatabaseSync(filename);
    queueMicrotask(() => done(null));
  }

  serialize(work: () => void): void {
    work();
  }

  run(sql: string, ...rest: [Bound?, Done?]): void {
    this.#add(rest, (values) => {
      const { changes, lastInsertRowid } = this.#db.prepare(sql).run(...values);
      return { own: { lastID: Number(lastInsertRowid), changes: Number(changes) }, rows: undefined };
    });
  }

  all(sql: string, ...rest: [Bound?, Done?] | [Done]): void {
    this.#add(rest, (values) => ({ own: { lastID: 0, changes: 0 }, rows: this.#db.prepare(sql).all(...values) }));
  }

  close(done?: (error: null) => void): void {
    this.#queue = this.#queue.then(() => {
      this.#db.close();
      done?.(null);
    });
  }

  #add(
    rest: readonly (Bound | Done | undefined)[],
    execute: (values: SQLInputValue[]) => { own: { lastID: number; changes: number }; rows: unknown[] | undefined },
  ): void {
    const done = rest.find((one): one is Done => typeof one === "function");
    const bound = rest.find((one): one is Bound => typeof one === "object");
    const values = Object.values(bound ?? []) as SQLInputValue[];
    this.#queue = this.#queue.then(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          const { own, rows } = execute(values);
          return done?.call(own, null, rows);
        } catch (error) {
          if ((error as { errcode?: number }).errcode !== BUSY || attempt === ATTEMPTS)
            return done?.call({ lastID: 0, changes: 0 }, error as Error);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    });
  }
}
