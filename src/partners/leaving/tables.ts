// How far those of our actors that close are on their way out.
import { actors } from "../../activitypub/tables.ts";
import { check, integer, sql, sqliteTable, text } from "../../db/drizzle.ts";

/** One row from the decision on, for ever; when its address closed stands at the actor. */
export const departures = sqliteTable(
  "departures",
  {
    actorId: text("actor_id")
      .primaryKey()
      .references(() => actors.id),
    decidedAt: integer("decided_at").notNull(),
    /** When the letters that end the pacts began to leave: from then on nothing is taken back. */
    lettersAt: integer("letters_at"),
    farewellAt: integer("farewell_at"),
  },
  (table) => [check("departures_in_order", sql`${table.farewellAt} IS NULL OR ${table.lettersAt} IS NOT NULL`)],
);
