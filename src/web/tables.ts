// The browser sessions of this node, in rows a person can list and kill. No other room reads them.
import { blob, check, index, integer, sql, sqliteTable, text } from "../db/drizzle.ts";

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

/**
 * What a person had written in a form when their session was over, until they have signed in again: sealed with a key that only
 * their browser has (unsent.ts). Times are epoch ms.
 */
export const unsentForms = sqliteTable(
  "unsent_forms",
  {
    id: text("id").primaryKey(),
    personId: text("person_id").notNull(),
    sealed: blob("sealed", { mode: "buffer" }).notNull(),
    madeAt: integer("made_at").notNull(),
  },
  (table) => [
    index("unsent_forms_of_person").on(table.personId, table.madeAt),
    check("unsent_form_is_bounded", sql`length(${table.sealed}) <= 70000`),
  ],
);
