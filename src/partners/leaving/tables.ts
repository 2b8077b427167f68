// How far those of our actors that close are on their way out, and which of our peers said that they moved.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, oneOf, primaryKey, sql, sqliteTable, text } from "../../db/drizzle.ts";

/** One row from the decision on, for ever; when its address closed stands at the actor. */
export const departures = sqliteTable(
  "departures",
  {
    actorId: text("actor_id")
      .primaryKey()
      .references(() => actors.id),
    decidedAt: integer("decided_at").notNull(),
    /** When the letters that end the pacts began to leave: from then on nothing is taken back. */
    lettersAt: integer("letters_at"),
    farewellAt: integer("farewell_at"),
  },
  (table) => [check("departures_in_order", sql`${table.farewellAt} IS NULL OR ${table.lettersAt} IS NOT NULL`)],
);

/** What peers said of their move to another address, for each of our actors whom it concerns, and what came of looking into it. */
export const peerMoves = sqliteTable(
  "peer_moves",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    peer: text("peer").notNull(),
    target: text("target").notNull(),
    state: text("state", { enum: ["told", "proven", "refused"] }).notNull(),
    /** When it is looked into next. */
    dueAt: integer("due_at").notNull(),
    toldAt: integer("told_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.peer] }),
    index("peer_moves_due").on(table.dueAt).where(sql`state = 'told'`),
    check("peer_moves_state", oneOf(table.state)),
  ],
);
