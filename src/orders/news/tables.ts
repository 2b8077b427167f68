// News of groups for their members. Who wrote a piece stands in the audit log alone.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, sql, sqliteTable, text } from "../../db/drizzle.ts";

/** `endsAt`: from then on it is shown to nobody. Times are epoch ms. */
export const groupNews = sqliteTable(
  "group_news",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    title: text("title").notNull(),
    text: text("text").notNull(),
    endsAt: integer("ends_at").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("group_news_shown").on(table.actorId, table.endsAt),
    check("group_news_title", sql`length(${table.title}) BETWEEN 3 AND 120`),
  ],
);
