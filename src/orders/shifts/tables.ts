// Who helps on the days of delivery: how many are needed for what, and who said they come.
import { actors } from "../../activitypub/tables.ts";
import { check, foreignKey, index, integer, primaryKey, sql, sqliteTable, text, unique } from "../../db/drizzle.ts";
import { people } from "../../members/tables.ts";
import { orders } from "../tables.ts";

/** So many for one task at one pickup of an order; where and when is the pickup's own. */
export const shifts = sqliteTable(
  "shifts",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    pickupId: text("pickup_id").notNull(),
    task: text("task").notNull(),
    needed: integer("needed").notNull(),
  },
  (table) => [
    unique("shifts_task").on(table.orderId, table.pickupId, table.task),
    index("shifts_actor").on(table.actorId),
    check("shifts_needed", sql`${table.needed} BETWEEN 1 AND 50`),
  ],
);

export const shiftPeople = sqliteTable(
  "shift_people",
  {
    shiftId: text("shift_id").notNull(),
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.shiftId, table.personId] }),
    index("shift_people_person").on(table.personId),
    foreignKey({ columns: [table.shiftId], foreignColumns: [shifts.id] }).onDelete("cascade"),
  ],
);
