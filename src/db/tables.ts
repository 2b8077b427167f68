// The facts of the database itself: which origin it belongs to, its epoch; and the keys of forms that count once.
import { index, integer, primaryKey, sqliteTable, text } from "./drizzle.ts";

export const nodeFacts = sqliteTable("node_facts", { name: text("name").primaryKey(), value: text("value").notNull() });

/** A form that was taken: by whom, under which key, with a hash of what it asked and the answer it got. `createdAt` epoch ms. */
export const onceKeys = sqliteTable(
  "once_keys",
  {
    scope: text("scope").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    /** JSON. */
    answer: text("answer").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key] }), index("once_keys_age").on(table.createdAt)],
);
