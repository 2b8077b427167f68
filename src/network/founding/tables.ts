// Who looks for a group near them, who founds one, and a group that becomes two. What people write here stays on this node.
import { actors } from "../../activitypub/tables.ts";
import {
  check,
  foreignKey,
  index,
  integer,
  oneOf,
  primaryKey,
  sql,
  sqliteTable,
  text,
  uniqueIndex,
} from "../../db/drizzle.ts";
import { households, people } from "../../members/tables.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** Who looks for a group and wants to hear of one; `provenAt` once they opened the link in their mail. Forgetting is deleting. */
export const seekers = sqliteTable(
  "seekers",
  {
    id: text("id").primaryKey(),
    /** The network on whose page they asked. */
    actorId: ownActor(),
    istat: text("istat").notNull(),
    comune: text("comune").notNull(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    language: text("language", { enum: ["it", "en"] }).notNull(),
    wantsToFound: integer("wants_to_found", { mode: "boolean" }).notNull(),
    /** When the last link was owed to them. */
    askedAt: integer("asked_at").notNull(),
    provenAt: integer("proven_at"),
    /** When they were told of a group near them: once, for ever. */
    toldAt: integer("told_at"),
    createdAt: integer("created_at").notNull(),
    /** From which network it was asked, as a keyed hash, until the address is proven: so that nobody fills the list alone. */
    fromHash: text("from_hash"),
  },
  (table) => [
    uniqueIndex("seekers_address").on(table.actorId, table.email),
    index("seekers_untold").on(table.actorId, table.istat).where(sql`proven_at IS NOT NULL AND told_at IS NULL`),
    index("seekers_created").on(table.createdAt),
    check("seekers_language", oneOf(table.language)),
  ],
);

/** Who wants to found a group with a network's help: how far they are, and how it ends. */
export const foundings = sqliteTable(
  "foundings",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    /** What the group shall be called. */
    name: text("name").notNull(),
    istat: text("istat").notNull(),
    comune: text("comune").notNull(),
    wish: text("wish", { enum: ["hosted", "own-node"] }).notNull(),
    state: text("state", { enum: ["asked", "agreed", "refused", "made"] }).notNull(),
    byName: text("by_name").notNull(),
    byEmail: text("by_email").notNull(),
    language: text("language", { enum: ["it", "en"] }).notNull(),
    /** The numbers of the steps they have ticked, a JSON list. */
    steps: text("steps", { mode: "json" }).$type<readonly number[]>().notNull(),
    /** The group that came of it, ours or another node's. */
    madeUri: text("made_uri"),
    createdAt: integer("created_at").notNull(),
    decidedAt: integer("decided_at"),
    decidedBy: text("decided_by").references(() => people.id),
    /** When its page was first opened: whoever did reads that mailbox. Until then the network is not told. */
    openedAt: integer("opened_at"),
    /** When the last letter about it was owed. */
    writtenAt: integer("written_at"),
    /** From which network it was asked, as a keyed hash, until its page is opened. */
    fromHash: text("from_hash"),
  },
  (table) => [
    index("foundings_of_actor").on(table.actorId, table.state, table.createdAt),
    check("foundings_wish", oneOf(table.wish)),
    check("foundings_state", oneOf(table.state)),
    check("foundings_language", oneOf(table.language)),
    check("foundings_made", sql`(${table.state} = 'made') = (${table.madeUri} IS NOT NULL)`),
  ],
);

/** A group that grows a second one: proposed, answered by its households, made or dropped. */
export const buddings = sqliteTable(
  "buddings",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    name: text("name").notNull(),
    istat: text("istat").notNull(),
    comune: text("comune").notNull(),
    handle: text("handle").notNull(),
    state: text("state", { enum: ["open", "made", "dropped"] }).notNull(),
    /** The new group, on this node. */
    madeId: text("made_id").references(() => actors.id),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").references(() => people.id),
    endedAt: integer("ended_at"),
    /** When those who waited for the old group were told of the new one. */
    toldAt: integer("told_at"),
  },
  (table) => [
    uniqueIndex("buddings_one_open").on(table.actorId).where(sql`state = 'open'`),
    uniqueIndex("buddings_made").on(table.madeId).where(sql`made_id IS NOT NULL`),
    index("buddings_of_actor").on(table.actorId, table.createdAt),
    check("buddings_state", oneOf(table.state)),
    check("buddings_made_into", sql`(${table.state} = 'made') = (${table.madeId} IS NOT NULL)`),
  ],
);

/** What each household says to going with the new group. `newHouseholdId` once it is there. */
export const buddingAnswers = sqliteTable(
  "budding_answers",
  {
    buddingId: text("budding_id")
      .notNull()
      .references(() => buddings.id),
    actorId: ownActor(),
    householdId: text("household_id").notNull(),
    says: text("says", { enum: ["yes", "no"] }).notNull(),
    /** Who answered; who of them would administer the new group. */
    byId: text("by_id")
      .notNull()
      .references(() => people.id),
    offersToRun: integer("offers_to_run", { mode: "boolean" }).notNull(),
    newHouseholdId: text("new_household_id").references(() => households.id),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.buddingId, table.householdId] }),
    foreignKey({ columns: [table.actorId, table.householdId], foreignColumns: [households.actorId, households.id] }),
    check("budding_answers_says", oneOf(table.says)),
    check("budding_answers_run", sql`${table.says} = 'yes' OR NOT ${table.offersToRun}`),
  ],
);
