// The table of calendars that people subscribed to. Apart from tables.ts, which is full.
import { actors } from "../../activitypub/tables.ts";
import { integer, sqliteTable, text, uniqueIndex } from "../../db/drizzle.ts";
import { people } from "../../members/tables.ts";

/** One person's calendar of one group. Its signed address works as long as the row is there. */
export const calendarFeeds = sqliteTable(
  "calendar_feeds",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    personId: text("person_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [uniqueIndex("calendar_feeds_person").on(table.actorId, table.personId)],
);
