// The statements of drizzle's queries, kept by their text: SQLite compiles one in 50 to 150 µs, longer than most take to run, and
// drizzle asks for a new one at each call. When a query deserves more than this: prepareOnce.ts.
import type { Database, RunResult, Statement, Transaction } from "better-sqlite3";

/** A node asks some 700 questions, of which a few hundred again and again; lists of many sizes make more texts. A statement is some KB. */
const MOST_KEPT = 400;

/** What drizzle uses of a connection. */
export class StatementKeeper {
  readonly #raw: Database;
  readonly #kept = new Map<string, KeptStatement>();

  constructor(raw: Database) {
    this.#raw = raw;
  }

  /** The statement of that text, as it was left by its last run. Throws for a wrong text. */
  prepare(text: string): KeptStatement {
    const statement = this.#kept.get(text) ?? new KeptStatement(this.#raw, text);
    // What was asked for last stands last; the first goes.
    this.#kept.delete(text);
    this.#kept.set(text, statement);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value as string);
    return statement;
  }

  // biome-ignore lint/suspicious/noExplicitAny: any function can run in a transaction.
  transaction<Act extends (...args: any[]) => unknown>(act: Act): Transaction<Act> {
    return this.#raw.transaction(act);
  }
}

/** One statement for rows as objects and one for rows as arrays: `raw` would turn a kept one for whoever comes next. */
class KeptStatement {
  readonly #raw: Database;
  readonly #text: string;
  /** Prepared at once, so that a wrong text is heard of, and used by who comes first. */
  #unused: Statement | null;
  #objects: Statement | null = null;
  #arrays: Statement | null = null;

  constructor(raw: Database, text: string) {
    this.#raw = raw;
    this.#text = text;
    this.#unused = raw.prepare(text);
  }

  raw(): Statement {
    this.#arrays ??= this.#take().raw();
    return this.#arrays;
  }

  run(...values: unknown[]): RunResult {
    this.#objects ??= this.#take();
    return this.#objects.run(...values);
  }

  get(...values: unknown[]): unknown {
    this.#objects ??= this.#take();
    return this.#objects.get(...values);
  }

  all(...values: unknown[]): unknown[] {
    this.#objects ??= this.#take();
    return this.#objects.all(...values);
  }

  #take(): Statement {
    const taken = this.#unused ?? this.#raw.prepare(this.#text);
    this.#unused = null;
    return taken;
  }
}
