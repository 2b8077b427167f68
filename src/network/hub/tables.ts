// Rows of the GDXP hub: who may send lists to it, the lists that were sent, the numbers by which its list names suppliers, and whose
// each VAT number is.
import { actors } from "../../activitypub/tables.ts";
import {
  check,
  index,
  integer,
  oneOf,
  primaryKey,
  sql,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from "../../db/drizzle.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** What another program shows to send lists in the name of nobody: its own word. `name` is how the network calls it. */
export const hubTokens = sqliteTable("hub_tokens", {
  id: text("id").primaryKey(),
  actorId: ownActor(),
  name: text("name").notNull(),
  /** SHA-256 of the token in hex: who reads the table can send nothing. */
  tokenHash: text("token_hash").notNull().unique(),
  createdAt: integer("created_at").notNull(),
  usedAt: integer("used_at"),
  revokedAt: integer("revoked_at"),
});

/** A number for ever for whoever was ever listed: a source's IRI, or `list:` and a VAT number. */
export const hubNumbers = sqliteTable("hub_numbers", {
  no: integer("no").primaryKey({ autoIncrement: true }),
  subject: text("subject").notNull().unique(),
});

/** A word is no proof: the first producer that says a VAT number holds it, who says it later waits until a coordinator decides. */
export const hubClaims = sqliteTable(
  "hub_claims",
  {
    vat: text("vat").notNull(),
    /** The producer's IRI. */
    subject: text("subject").notNull(),
    /** "refused": a coordinator gave the number to another. That stays, also while it says no such number. */
    standing: text("standing", { enum: ["holds", "claims", "refused"] }).notNull(),
    since: integer("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.vat, table.subject] }),
    index("hub_claims_subject").on(table.subject),
    uniqueIndex("hub_claims_holder").on(table.vat).where(sql`standing = 'holds'`),
    check("hub_claims_standing", oneOf(table.standing)),
  ],
);

/** The list of one supplier as another program sent it last; nobody here has checked it. */
export const hubLists = sqliteTable(
  "hub_lists",
  {
    vat: text("vat").primaryKey(),
    actorId: ownActor(),
    tokenId: text("token_id")
      .notNull()
      .references(() => hubTokens.id),
    name: text("name").notNull(),
    locality: text("locality").notNull(),
    /** The supplier and its products, as JSON of exchange's price list. */
    block: text("block").notNull(),
    products: integer("products").notNull(),
    /** When what it says changed last: the same list sent again changes nothing. */
    changedAt: integer("changed_at").notNull(),
    sentAt: integer("sent_at").notNull(),
  },
  (table) => [index("hub_lists_token").on(table.tokenId), unique("hub_lists_owner").on(table.actorId, table.vat)],
);
