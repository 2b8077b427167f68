// The one door to drizzle. Loaded through require: as ES modules it costs 450 ms and 220 MB more at start, because
// Node reads drizzle's 5,000-line package.json once per module.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

import type { SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";

const require = createRequire(import.meta.url);
const core: typeof import("drizzle-orm/sqlite-core") = require("drizzle-orm/sqlite-core");
const driver: typeof import("drizzle-orm/better-sqlite3") = require("drizzle-orm/better-sqlite3");
const migrator: typeof import("drizzle-orm/better-sqlite3/migrator") = require("drizzle-orm/better-sqlite3/migrator");
const orm: typeof import("drizzle-orm") = require("drizzle-orm");

export const { blob, check, foreignKey, index, integer, primaryKey, real, sqliteTable, text, unique, uniqueIndex } =
  core;
export const { drizzle } = driver;
export const { migrate } = migrator;
export const {
  and,
  asc,
  count,
  desc,
  eq,
  exists,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  like,
  lt,
  lte,
  max,
  min,
  ne,
  notInArray,
  or,
  sql,
} = orm;

/** What a CHECK says of a text column: it holds one of the words of its own `enum`, which stand written once. */
export function oneOf(column: SQLiteColumn): SQL {
  const words = column.enumValues ?? [];
  assert(words.length > 0, `${column.name} has an enum`);
  const list = sql.join(
    words.map((word) => sql`${word}`),
    sql`, `,
  );
  return sql`${column} IN (${list.inlineParams()})`;
}
