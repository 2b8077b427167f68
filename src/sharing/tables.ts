// Orders that a group leads for others: the cycle in which the others order, and the order of its own that it fills.
import { actors } from "../activitypub/tables.ts";
import { check, foreignKey, index, integer, primaryKey, sql, sqliteTable, text, uniqueIndex } from "../db/drizzle.ts";
import { households, people } from "../members/tables.ts";
import { orders } from "../orders/tables.ts";
import { cycles, receivedOrders } from "../sales/tables.ts";

export const sharedOrders = sqliteTable(
  "shared_orders",
  {
    cycleId: text("cycle_id")
      .primaryKey()
      .references(() => cycles.id),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    /** How far each group may owe us, in cents, where the treasurer has said nothing else. */
    creditCents: integer("credit_cents").notNull(),
    createdBy: text("created_by")
      .notNull()
      .references(() => people.id),
    createdAt: integer("created_at").notNull(),
    /** When there was nothing left to carry between the two. */
    endedAt: integer("ended_at"),
  },
  (table) => [
    uniqueIndex("shared_orders_order").on(table.orderId),
    index("shared_orders_running").on(table.actorId).where(sql`ended_at IS NULL`),
    check("shared_orders_credit", sql`${table.creditCents} >= 0`),
  ],
);

/** What a group ordered, as it stands in our own order. `problem`: why it does not (a refusal as JSON); null: it does. */
export const sharedGroups = sqliteTable(
  "shared_groups",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    thread: text("thread").notNull(),
    cycleId: text("cycle_id")
      .notNull()
      .references(() => sharedOrders.cycleId),
    householdId: text("household_id").notNull(),
    problem: text("problem"),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.thread] }),
    index("shared_groups_cycle").on(table.cycleId),
    foreignKey({
      columns: [table.actorId, table.thread],
      foreignColumns: [receivedOrders.actorId, receivedOrders.thread],
    }),
    foreignKey({ columns: [table.actorId, table.householdId], foreignColumns: [households.actorId, households.id] }),
  ],
);
