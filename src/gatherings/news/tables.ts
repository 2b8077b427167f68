// News of our actors, and where a piece stands for everybody. Who wrote it stands in the audit log alone.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from "../../db/drizzle.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** `endsAt`: from then on it is shown to nobody. Times are epoch ms. */
export const groupNews = sqliteTable(
  "group_news",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
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

/** A row stays for ever, as the tombstone at its address; `newsId` may name a piece that is no more. */
export const newsNotes = sqliteTable(
  "news_notes",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    newsId: text("news_id").notNull(),
    publishedAt: integer("published_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    withdrawnAt: integer("withdrawn_at"),
  },
  (table) => [
    uniqueIndex("news_notes_standing").on(table.newsId).where(sql`withdrawn_at IS NULL`),
    index("news_notes_told").on(table.actorId, table.publishedAt),
    check("news_notes_forwards", sql`${table.updatedAt} >= ${table.publishedAt}`),
  ],
);
