// Rows of what a group publishes of its months, frozen for ever, and of which orders were counted in which.
import { actors } from "../../activitypub/tables.ts";
import { check, integer, primaryKey, sql, sqliteTable, text } from "../../db/drizzle.ts";
import { orders } from "../tables.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** A month as it left, once: a second version beside the first would tell what was corrected, and for whom. */
export const statisticsMonths = sqliteTable(
  "statistics_months",
  {
    actorId: ownActor(),
    /** "YYYY-MM". */
    month: text("month").notNull(),
    /** JSON of the document without its proof; null: there were too few families to tell anything, or it was taken back. */
    document: text("document"),
    createdAt: integer("created_at").notNull(),
    /** When it was taken back, for ever; null: it stands. */
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.month] }),
    check("statistics_months_month", sql`${table.month} GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]'`),
    check("statistics_months_revoked", sql`${table.revokedAt} IS NULL OR ${table.document} IS NULL`),
  ],
);

/** An order counts in one month: moved to another and counted again, the difference of the two would tell of the few beside it. */
export const statisticsOrders = sqliteTable("statistics_orders", {
  orderId: text("order_id")
    .primaryKey()
    .references(() => orders.id),
  actorId: ownActor(),
  month: text("month").notNull(),
});
