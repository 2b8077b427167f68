// Queries of hot paths: built and prepared at their first use on a database, then run with the values of each call.
// Building one anew costs drizzle and SQLite some 100 µs, as much as all the rest of taking an activity.
//
// When to use this, and when to leave it to keepStatements.ts: that keeps what SQLite compiled for every query of drizzle's, by
// itself, as long as the text is the same; what it cannot spare is drizzle's building of the text, the greater half. So: prepareOnce
// where a query runs for each activity, each minute of the clock or each row of a list, and its text never changes (a list of values
// goes in as one JSON array, through json_each). Plain drizzle everywhere else: pages, forms, and what is put together as asked.
import { sql } from "./drizzle.ts";
import type { Tx } from "./transact.ts";

/**
 * Gives back what `build` made of the database behind `tx`, building it only the first time. The values of a call are
 * `asked("name")` in the query. A transaction is another `tx` on the same connection and shares its queries.
 */
export function prepareOnce<Prepared>(build: (tx: Tx) => Prepared): (tx: Tx) => Prepared {
  const made = new WeakMap<object, Prepared>();
  return (tx) => {
    const { session } = tx as unknown as { session: object };
    const known = made.get(session);
    if (known !== undefined) return known;
    const fresh = build(tx);
    made.set(session, fresh);
    return fresh;
  };
}

/** What a call hands over under that name, in a query that is prepared once. */
export const asked = sql.placeholder;

/** A placeholder for each of these columns, under the column's own name: the values of an insert. */
export function placeholders<Name extends string>(...names: Name[]): Record<Name, ReturnType<typeof sql.placeholder>> {
  const pairs = names.map((name) => [name, sql.placeholder(name)] as const);
  return Object.fromEntries(pairs) as Record<Name, (typeof pairs)[number][1]>;
}
