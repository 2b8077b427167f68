// The browser sessions of this node, in rows a person can list and kill. No other room reads them.
import { check, index, integer, sql, sqliteTable, text } from "../db/drizzle.ts";

/** `idHash` is the SHA-256 of the cookie's id, in hex: a copied database opens no session. Times are epoch ms. */
export const sessions = sqliteTable(
  "sessions",
  {
    idHash: text("id_hash").primaryKey(),
    personId: text("person_id").notNull(),
    /** Browser and system in words ("Firefox, Android"), never the whole user agent. */
    device: text("device").notNull(),
    createdAt: integer("created_at").notNull(),
    seenAt: integer("seen_at").notNull(),
    /** When the second factor was given in this session. */
    secondStepAt: integer("second_step_at"),
  },
  (table) => [
    index("sessions_of_person").on(table.personId),
    check("session_hash_is_sha256", sql`length(${table.idHash}) = 64`),
  ],
);
