// Letters owed to people who have no account here. What one says is written as it leaves, from how things stand then.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, oneOf, sql, sqliteTable, text } from "../../db/drizzle.ts";
import { LETTER_KINDS } from "./letter.ts";

/**
 * A letter that is owed, or what became of it. `subjectId` is the row of its room that it is about, in which the address stands: here stands
 * nobody's. `facts` is what would be gone by the time it leaves. Times are epoch ms.
 */
export const letterQueue = sqliteTable(
  "letter_queue",
  {
    id: integer("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    kind: text("kind", { enum: LETTER_KINDS }).notNull(),
    subjectId: text("subject_id").notNull(),
    facts: text("facts", { mode: "json" }).$type<Readonly<Record<string, string>>>().notNull(),
    /** `uncertain`: handed to the server, whose answer never came; `void`: nothing to say any more. */
    state: text("state", { enum: ["pending", "sending", "sent", "uncertain", "failed", "void"] }).notNull(),
    attempts: integer("attempts").notNull(),
    nextAt: integer("next_at").notNull(),
    lastError: text("last_error"),
    createdAt: integer("created_at").notNull(),
    settledAt: integer("settled_at"),
  },
  (table) => [
    index("letter_due").on(table.nextAt).where(sql`state = 'pending'`),
    index("letter_sending").on(table.id).where(sql`state = 'sending'`),
    index("letter_subject").on(table.kind, table.subjectId).where(sql`state IN ('pending', 'sending')`),
    index("letter_settled").on(table.settledAt),
    check("letter_kind", oneOf(table.kind)),
    check("letter_state", oneOf(table.state)),
  ],
);
