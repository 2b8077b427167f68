// Fills every table that says something of people with rows of a person whose every word is known: what is exported and what is wiped can
// then be read off the whole database.
import type { Db } from "../../src/db/transact.ts";
import { PERSONAL_TABLES, type PersonalTable } from "../../src/members/privacy/dataMap.ts";

type Column = { readonly name: string; readonly type: string; readonly notnull: number };
type Cell = string | number | Buffer;

/** The mark of a person's words. */
export const MARK = "~canary~";
const JSON_COLUMNS = ["producers", "weights", "before", "before_weights", "after_weights"];

/** A row of the person in each table that leads to people. Nothing holds it but its columns: no trigger, no check, no foreign key. */
export function plantPerson({ raw }: Db, person: string): void {
  const triggers = raw.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as {
    name: string;
    sql: string;
  }[];
  raw.pragma("foreign_keys = OFF");
  raw.pragma("ignore_check_constraints = ON");
  for (const { name } of triggers) raw.exec(`DROP TRIGGER ${name}`);
  for (const map of PERSONAL_TABLES.filter(({ link }) => link !== null)) {
    const columns = raw.prepare('SELECT name, type, "notnull" FROM pragma_table_info(?)').all(map.table) as Column[];
    const row = Object.fromEntries(columns.map((column) => [column.name, cellOf(map, column, person)]));
    const names = Object.keys(row);
    const text = `INSERT INTO ${map.table} (${names.map((one) => `"${one}"`)}) VALUES (${names.map((one) => `@${one}`)})`;
    raw.prepare(text).run(row);
  }
  for (const { sql } of triggers) raw.exec(sql);
  raw.pragma("ignore_check_constraints = OFF");
  raw.pragma("foreign_keys = ON");
}

/** The words of a person in a column. */
export function canaryOf(person: string, table: string, column: string): string {
  return `${person}${MARK}${table}.${column}`;
}

/** Every text of the database that holds a mark of this person, by "table.column". */
export function findCanaries({ raw }: Db, person: string): string[] {
  const tables = raw
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .pluck()
    .all();
  return (tables as string[]).flatMap((table) => {
    const rows = raw.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[];
    const found = rows.flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) =>
        String(value).includes(`${person}${MARK}`) ? [`${table}.${column}`] : [],
      ),
    );
    return [...new Set(found)];
  });
}

function cellOf(map: PersonalTable, column: Column, person: string): Cell | null {
  const { link, table } = map;
  if (column.name === "erased_at" || column.name === "disabled_at" || column.name === "left_at") return null;
  if (link?.column === column.name) {
    if (link.of === "person") return person;
    if (link.of === "household") return `${person}-home`;
    if (link.of === "address") return addressOf(person);
    return wordOf(person, link.of.table, link.of.column, column.type);
  }
  if (column.name === "actor_id") return `${person}-gas`;
  if (table === "people" && column.name === "email") return addressOf(person);
  if (table === "household_people" && column.name === "household_id") return `${person}-home`;
  if (table === "people" && column.name === "node_admin") return 0;
  return wordOf(person, table, column.name, column.type);
}

function addressOf(person: string): string {
  return `${person}${MARK}@posta.example`;
}

function wordOf(person: string, table: string, column: string, type: string): Cell {
  const text = canaryOf(person, table, column);
  if (type === "BLOB") return Buffer.from(text);
  if (type !== "INTEGER" && type !== "REAL") return JSON_COLUMNS.includes(column) ? JSON.stringify([text]) : text;
  // The same number wherever the same column of the same person is named.
  return 1000 + [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}
