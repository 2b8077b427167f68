// What was written at the counter, change by change: who wrote which weight when, so that two phones never overwrite each other
// unseen and everything can be undone.
import { check, foreignKey, integer, primaryKey, sql, sqliteTable, text } from "../../db/drizzle.ts";
import { orderLines, orders } from "../tables.ts";

/**
 * A change of one portion (household, line, friend "" none). `version` counts them from 1. Before and after: the delivered
 * thousandths, null not yet weighed, and JSON of the pieces' weights, null where they were not weighed apart. Append-only.
 */
export const handoutChanges = sqliteTable(
  "order_handout_changes",
  {
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    householdId: text("household_id").notNull(),
    lineNumber: integer("line_number").notNull(),
    friendId: text("friend_id").notNull(),
    version: integer("version").notNull(),
    actorId: text("actor_id").notNull(),
    beforeThousandths: integer("before_thousandths"),
    beforeWeights: text("before_weights"),
    afterThousandths: integer("after_thousandths"),
    afterWeights: text("after_weights"),
    personId: text("person_id"),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.householdId, table.lineNumber, table.friendId, table.version] }),
    foreignKey({ columns: [table.orderId, table.lineNumber], foreignColumns: [orderLines.orderId, orderLines.number] }),
    check("order_handout_changes_version", sql`${table.version} >= 1`),
  ],
);
