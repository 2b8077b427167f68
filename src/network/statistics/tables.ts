// Rows of the months that groups publish, as this node read them, and of what our networks' producers had to offer month by month.
import { actors } from "../../activitypub/tables.ts";
import { check, integer, primaryKey, sql, sqliteTable, text } from "../../db/drizzle.ts";

/** A group's month: the first text it signed under that address. What it takes back is deleted. */
export const networkMonths = sqliteTable(
  "network_months",
  {
    sourceUri: text("source_uri").notNull(),
    /** "YYYY-MM". */
    month: text("month").notNull(),
    iri: text("iri").notNull(),
    /** Six digits; null where the group says none that there is. */
    istat: text("istat"),
    families: integer("families").notNull(),
    orders: integer("orders").notNull(),
    producers: integer("producers").notNull(),
    /** Null: not told. */
    euros: integer("euros"),
    isWithheld: integer("is_withheld", { mode: "boolean" }).notNull(),
    /** JSON of MonthCell[]. */
    cells: text("cells").notNull(),
    /** SHA-256 of the document without its proof, hex. */
    digest: text("digest").notNull(),
    readAt: integer("read_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sourceUri, table.month] }),
    check("network_months_month", sql`${table.month} GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]'`),
    check("network_months_families", sql`${table.families} >= 5`),
  ],
);

/** What a network's index had on the first of a month: producers and their products in season, by comune ("" unknown) and category. */
export const networkSupply = sqliteTable(
  "network_supply",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    month: text("month").notNull(),
    istat: text("istat").notNull(),
    category: text("category").notNull(),
    producers: integer("producers").notNull(),
    products: integer("products").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actorId, table.month, table.istat, table.category] })],
);
