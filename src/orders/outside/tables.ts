// Orders that people book elsewhere: what they are called, where, until when. No bookings and no money stand here.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, sql, sqliteTable, text } from "../../db/drizzle.ts";

export const outsideOrders = sqliteTable(
  "outside_orders",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    title: text("title").notNull(),
    producer: text("producer").notNull(),
    url: text("url").notNull(),
    note: text("note").notNull(),
    closesAt: integer("closes_at").notNull(),
    /** JSON of its pickup; null: nobody said. */
    pickup: text("pickup"),
    calledOffAt: integer("called_off_at"),
    toldAt: integer("told_at"),
    remindedFor: integer("reminded_for"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("outside_orders_closing").on(table.actorId, table.closesAt),
    index("outside_orders_all").on(table.closesAt),
    check("outside_orders_url", sql`${table.url} LIKE 'https://%'`),
  ],
);
