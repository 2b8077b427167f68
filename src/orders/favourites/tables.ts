// What a member put a star on, and whether they wait for it. Nobody else ever sees these rows.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, primaryKey, sql, sqliteTable, text } from "../../db/drizzle.ts";
import { people } from "../../members/tables.ts";

/** `askedAt`: since when the person waits to be told that it can be booked again; null: they do not. Times are epoch ms. */
export const favourites = sqliteTable(
  "favourites",
  {
    personId: text("person_id")
      .notNull()
      .references(() => people.id),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    productIri: text("product_iri").notNull(),
    producerId: text("producer_id").notNull(),
    /** As its producer called it then: it may be in no list any more. */
    name: text("name").notNull(),
    askedAt: integer("asked_at"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.personId, table.actorId, table.productIri] }),
    index("favourites_awaited").on(table.actorId, table.producerId).where(sql`asked_at IS NOT NULL`),
    check("favourites_name", sql`length(${table.name}) BETWEEN 1 AND 500`),
  ],
);
