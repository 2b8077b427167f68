// Households whose people go by the household's name: who joins one is asked for neither name nor address.
import { actors } from "../../activitypub/tables.ts";
import { foreignKey, integer, primaryKey, sqliteTable, text } from "../../db/drizzle.ts";
import { households } from "../tables.ts";

/** A household that is nobody's by name. `since` is epoch ms. */
export const namelessHouseholds = sqliteTable(
  "nameless_households",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    householdId: text("household_id").notNull(),
    since: integer("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.householdId] }),
    foreignKey({
      columns: [table.actorId, table.householdId],
      foreignColumns: [households.actorId, households.id],
    }),
  ],
);
