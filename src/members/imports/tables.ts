// Lists of members on their way in, and what each brought: so that it is taken back whole.
import { actors } from "../../activitypub/tables.ts";
import { blob, check, index, integer, oneOf, primaryKey, sqliteTable, text } from "../../db/drizzle.ts";

const ownedBy = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** Times are epoch ms. */
export const memberImports = sqliteTable(
  "member_imports",
  {
    id: text("id").primaryKey(),
    actorId: ownedBy(),
    state: text("state", { enum: ["open", "confirmed", "undone", "discarded"] }).notNull(),
    fileName: text("file_name").notNull(),
    /** The file and what was read of it (JSON): dropped once the import is no longer open. */
    bytes: blob("bytes", { mode: "buffer" }),
    list: text("list"),
    /** JSON of the columns chosen for this file: the next one is read so too. */
    columnMapping: text("column_mapping"),
    byId: text("by_id").notNull(),
    createdAt: integer("created_at").notNull(),
    confirmedAt: integer("confirmed_at"),
    undoneAt: integer("undone_at"),
  },
  (table) => [
    index("member_imports_actor").on(table.actorId, table.createdAt),
    check("member_imports_state", oneOf(table.state)),
  ],
);

/** What a confirmed import did for a row of its list: a person it made, the household it touched, the opening it posted. */
export const memberImportSteps = sqliteTable(
  "member_import_steps",
  {
    importId: text("import_id")
      .notNull()
      .references(() => memberImports.id),
    row: integer("row").notNull(),
    actorId: ownedBy(),
    /** Null where they were here already. */
    personId: text("person_id"),
    householdId: text("household_id").notNull(),
    /** The opening balance; null where there was none, or a second person was asked. Cents as people say them. */
    transactionId: integer("transaction_id"),
    cents: integer("cents"),
    /** When the person was written to; null: not yet. */
    welcomedAt: integer("welcomed_at"),
  },
  (table) => [primaryKey({ columns: [table.importId, table.row] })],
);
