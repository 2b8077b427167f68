// The table of what each save changed in a basket. Apart from tables.ts, which is full.

import { actors } from "../../activitypub/tables.ts";
import { foreignKey, integer, primaryKey, sqliteTable, text } from "../../db/drizzle.ts";
import { baskets } from "../tables.ts";

/**
 * What each save changed in a basket, line by line, as long as the order takes bookings: for undoing it, and for telling two
 * people of a household apart. `undoneBy`: the version that took this one back.
 */
export const basketChanges = sqliteTable(
  "basket_changes",
  {
    orderId: text("order_id").notNull(),
    householdId: text("household_id").notNull(),
    version: integer("version").notNull(),
    lineNumber: integer("line_number").notNull(),
    friendId: text("friend_id").notNull(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    personId: text("person_id").notNull(),
    at: integer("at").notNull(),
    /** The booking before, as JSON {quantityThousandths, toleranceThousandths, note}; null: there was none. */
    before: text("before"),
    /** Whether this save took an older one back. */
    isUndo: integer("is_undo", { mode: "boolean" }).notNull(),
    undoneBy: integer("undone_by"),
  },
  (table) => [
    primaryKey({
      columns: [table.orderId, table.householdId, table.version, table.lineNumber, table.friendId],
    }),
    foreignKey({
      columns: [table.orderId, table.householdId],
      foreignColumns: [baskets.orderId, baskets.householdId],
    }),
  ],
);
