// The log of what happened to people, roles, money, settings: written once, never changed (SAFETY C41, C42).
import { check, index, integer, oneOf, sqliteTable, text } from "../db/drizzle.ts";
import { AUDIT_KINDS } from "./audit.ts";

/**
 * Triggers refuse every change, and the removal of what is less than a year older than the youngest entry. `digest` chains each entry to
 * the one before. Ids, no names: who is erased has none any more. Times are epoch ms.
 */
export const auditLog = sqliteTable(
  "audit_log",
  {
    id: integer("id").primaryKey(),
    at: integer("at").notNull(),
    kind: text("kind", { enum: AUDIT_KINDS }).notNull(),
    what: text("what").notNull(),
    actorId: text("actor_id"),
    byId: text("by_id"),
    aboutId: text("about_id"),
    detail: text("detail").notNull(),
    /** SHA-256 of the digest before and of this entry, hex. */
    digest: text("digest").notNull(),
  },
  (table) => [
    index("audit_log_of_actor").on(table.actorId, table.id),
    index("audit_log_of_kind").on(table.kind, table.at),
    index("audit_log_age").on(table.at),
    check("audit_log_kind", oneOf(table.kind)),
  ],
);
