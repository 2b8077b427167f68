// The rows that say something of one person, read and wiped as the data map says. The statements are made of the map's own names, never of
// what somebody sent. SAFETY 9, C51, C52.
import assert from "node:assert/strict";
import type { Db } from "../../db/transact.ts";
import { type Link, PERSONAL_TABLES, type PersonalTable } from "./dataMap.ts";

export type DataRow = Readonly<Record<string, unknown>>;

/** The households a person is in, and those they were the last to leave. */
const HOUSEHOLDS =
  "SELECT household_id FROM household_people WHERE person_id = @person UNION SELECT id FROM households WHERE left_by = @person";
const ADDRESSES = "SELECT email FROM people WHERE id = @person AND email IS NOT NULL";
const LINKS = new Map(PERSONAL_TABLES.map(({ table, link }) => [table, link]));

/** A person's rows of one table, with the columns they are given. */
export function listPersonRows({ raw }: Db, { table, link, exported }: PersonalTable, personId: string): DataRow[] {
  if (link === null || exported.length === 0) return [];
  const columns = exported.map(name).join(", ");
  return raw
    .prepare(`SELECT ${columns} FROM ${name(table)} WHERE ${condition(link)}`)
    .all({ person: personId }) as DataRow[];
}

/** How many such rows there are. */
export function countPersonRows({ raw }: Db, { table, link, exported }: PersonalTable, personId: string): number {
  if (link === null || exported.length === 0) return 0;
  const found = raw.prepare(`SELECT count(*) FROM ${name(table)} WHERE ${condition(link)}`).pluck();
  return Number(found.get({ person: personId }));
}

/** What the orders and products of a person's bookings are called: facts of the group that make the rest readable. */
export function listBookedNames({ raw }: Db, personId: string): { orders: DataRow[]; lines: DataRow[] } {
  const booked = `(SELECT order_id FROM baskets WHERE household_id IN (${HOUSEHOLDS}))`;
  const orders = raw.prepare(`SELECT id, actor_id, producer_id, name, closes_at FROM orders WHERE id IN ${booked}`);
  const lines = raw.prepare(
    `SELECT order_id, number, json_extract(goods, '$.name') AS name FROM order_lines WHERE (order_id, number) IN
       (SELECT order_id, line_number FROM bookings WHERE household_id IN (${HOUSEHOLDS})
        UNION SELECT order_id, line_number FROM order_deliveries WHERE household_id IN (${HOUSEHOLDS}))`,
  );
  const who = { person: personId };
  return { orders: orders.all(who) as DataRow[], lines: lines.all(who) as DataRow[] };
}

/**
 * Wipes a person's rows as the map says, inside the caller's transaction; `nameOfGone` stands where their name was. Their seats and
 * households must be left before: of a household in which somebody stays nothing is touched. What mail to others says of them is emptied.
 */
export function wipePersonRows({ raw }: Db, personId: string, nameOfGone: string): void {
  const who = { person: personId, gone: nameOfGone };
  // Rows that name rows which go too are in any order; at the commit everything must fit again.
  raw.pragma("defer_foreign_keys = ON");
  emptyMailsAbout(raw, personId);
  const [people, others] = [
    PERSONAL_TABLES.filter(({ table }) => table === "people"),
    PERSONAL_TABLES.filter(({ table }) => table !== "people"),
  ];
  // The row of the person last: by it the others are found.
  for (const { table, link, erased } of [...others, ...people]) {
    if (link === null || erased === "kept") continue;
    const where = `WHERE ${condition(link)}`;
    if (erased === "row") raw.prepare(`DELETE FROM ${name(table)} ${where}`).run(who);
    else {
      const { blank = [], empty = [], name: named = [] } = erased;
      const changes = [
        ...blank.map((column) => `${name(column)} = ''`),
        ...empty.map((column) => `${name(column)} = NULL`),
        ...named.map((column) => `${name(column)} = @gone`),
      ];
      raw.prepare(`UPDATE ${name(table)} SET ${changes.join(", ")} ${where}`).run(who);
    }
  }
}

/** Mails to others that name this person, as the one that somebody asked to join: what was sent is emptied, what waits about that is let go. */
function emptyMailsAbout(raw: Db["raw"], personId: string): void {
  raw
    .prepare(
      `UPDATE notice_queue SET subject = '', body = '', settled_at = NULL,
         state = CASE WHEN state IN ('pending', 'sending') THEN 'failed' ELSE state END
       WHERE person_id <> @person AND (state NOT IN ('pending', 'sending') OR kind = 'join-asked')
         AND EXISTS (SELECT 1 FROM people p WHERE p.id = @person AND (
           (length(p.name) > 2 AND instr(subject || body, p.name) > 0) OR instr(subject || body, p.email) > 0))`,
    )
    .run({ person: personId });
}

function condition({ column, of }: Link): string {
  if (of === "person") return `${name(column)} = @person`;
  if (of === "household") return `${name(column)} IN (${HOUSEHOLDS})`;
  if (of === "address") return `${name(column)} IN (${ADDRESSES})`;
  const link = LINKS.get(of.table);
  assert(link, `${of.table} leads to people`);
  return `${name(column)} IN (SELECT ${name(of.column)} FROM ${name(of.table)} WHERE ${condition(link)})`;
}

function name(identifier: string): string {
  assert.match(identifier, /^[a-z_]+$/);
  return `"${identifier}"`;
}
