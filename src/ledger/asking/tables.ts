// That a household was asked to pay what it owes: the last time of each.
import { actors } from "../../activitypub/tables.ts";
import { check, integer, primaryKey, sql, sqliteTable, text } from "../../db/drizzle.ts";

/** `how`: the group's words on how to pay. `at` epoch ms. It moves no money. */
export const paymentAsks = sqliteTable(
  "payment_asks",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    householdId: text("household_id").notNull(),
    cents: integer("cents").notNull(),
    how: text("how").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.householdId] }),
    check("payment_asks_cents", sql`${table.cents} > 0`),
  ],
);
