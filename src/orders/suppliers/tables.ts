// Suppliers a group knows, on Filiera or not, and the lists by which they came in.
import { actors } from "../../activitypub/tables.ts";
import { blob, check, index, integer, oneOf, sqliteTable, text } from "../../db/drizzle.ts";
import { CONTACT_STATES } from "./plan.ts";

const ownedBy = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** Times are epoch ms. */
export const supplierImports = sqliteTable(
  "supplier_imports",
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
  },
  (table) => [
    index("supplier_imports_actor").on(table.actorId, table.createdAt),
    check("supplier_imports_state", oneOf(table.state)),
  ],
);

/** A supplier as a list of the group says it, and what became of it. */
export const supplierContacts = sqliteTable(
  "supplier_contacts",
  {
    id: text("id").primaryKey(),
    actorId: ownedBy(),
    /** The import that made it. */
    importId: text("import_id")
      .notNull()
      .references(() => supplierImports.id),
    name: text("name").notNull(),
    email: text("email").notNull(),
    phone: text("phone").notNull(),
    website: text("website").notNull(),
    place: text("place").notNull(),
    vatNumber: text("vat_number").notNull(),
    address: text("address").notNull(),
    referent: text("referent").notNull(),
    note: text("note").notNull(),
    state: text("state", { enum: CONTACT_STATES }).notNull(),
    /** Who it is on Filiera, once known; and whether the group began to follow it because of the list. */
    peer: text("peer"),
    isFollowedByList: integer("is_followed_by_list", { mode: "boolean" }).notNull(),
    /** How often it was looked for in vain, when next, and why it was not found. */
    attempts: integer("attempts").notNull(),
    nextAt: integer("next_at"),
    problem: text("problem"),
    invitedAt: integer("invited_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("supplier_contacts_actor").on(table.actorId, table.name),
    index("supplier_contacts_due").on(table.nextAt),
    check("supplier_contacts_state", oneOf(table.state)),
  ],
);
