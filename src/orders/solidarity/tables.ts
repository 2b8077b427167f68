// Solidarity in a group: families known by a tree and a code alone, what others give with their orders, goods left for whoever needs them.
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
  unique,
} from "../../db/drizzle.ts";
import { friends, households } from "../../members/tables.ts";
import { orders } from "../tables.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/**
 * A family that the group knows by the name of a tree: its household's. Who it is knows the service that holds the code, of which a hash
 * and the last four letters stand here. `points` weigh its need; `capCents`: the most it is granted in a month. Times are epoch ms.
 */
export const solidarityFamilies = sqliteTable(
  "solidarity_families",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    householdId: text("household_id").notNull(),
    codeHash: text("code_hash").notNull().unique(),
    codeTail: text("code_tail").notNull(),
    points: integer("points").notNull(),
    capCents: integer("cap_cents").notNull(),
    service: text("service").notNull(),
    state: text("state", { enum: ["active", "paused", "ended"] }).notNull(),
    createdAt: integer("created_at").notNull(),
    endedAt: integer("ended_at"),
  },
  (table) => [
    unique("solidarity_families_household").on(table.actorId, table.householdId),
    foreignKey({
      columns: [table.actorId, table.householdId],
      foreignColumns: [households.actorId, households.id],
    }),
    check("solidarity_families_state", oneOf(table.state)),
    check("solidarity_families_points", sql`${table.points} BETWEEN 1 AND 9`),
    check("solidarity_families_cap", sql`${table.capCents} >= 0`),
  ],
);

/** How a group's fund works: the gift it proposes with an order, and how much of the fund is shared out in a month. */
export const solidarityRules = sqliteTable(
  "solidarity_rules",
  {
    actorId: ownActor().primaryKey(),
    perOrderCents: integer("per_order_cents").notNull(),
    roundsUp: integer("rounds_up", { mode: "boolean" }).notNull(),
    monthlyPercent: integer("monthly_percent").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    check("solidarity_rules_gift", sql`${table.perOrderCents} >= 0`),
    check("solidarity_rules_percent", sql`${table.monthlyPercent} BETWEEN 0 AND 100`),
  ],
);

/** What a household gives with each order that is charged since then, by its own choice. */
export const solidarityGifts = sqliteTable(
  "solidarity_gifts",
  {
    actorId: ownActor(),
    householdId: text("household_id").notNull(),
    centsPerOrder: integer("cents_per_order").notNull(),
    roundsUp: integer("rounds_up", { mode: "boolean" }).notNull(),
    since: integer("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.householdId] }),
    foreignKey({
      columns: [table.actorId, table.householdId],
      foreignColumns: [households.actorId, households.id],
    }),
    check("solidarity_gifts_cents", sql`${table.centsPerOrder} >= 0`),
  ],
);

/** What became of the gift of a household with an order, once and for all: given, or skipped because its credit was too low. */
export const solidarityGiftRuns = sqliteTable(
  "solidarity_gift_runs",
  {
    actorId: ownActor(),
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    householdId: text("household_id").notNull(),
    state: text("state", { enum: ["given", "skipped"] }).notNull(),
    cents: integer("cents").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.householdId] }),
    index("solidarity_gift_runs_household").on(table.actorId, table.householdId),
    check("solidarity_gift_runs_state", oneOf(table.state)),
    check("solidarity_gift_runs_cents", sql`${table.cents} > 0`),
  ],
);

/** The friend of a household who stands for whoever needs it: what is booked for that friend is left at the counter. */
export const suspendedFriends = sqliteTable(
  "suspended_friends",
  {
    actorId: ownActor(),
    householdId: text("household_id").notNull(),
    friendId: text("friend_id")
      .notNull()
      .unique()
      .references(() => friends.id),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.householdId, table.friendId] }),
    foreignKey({
      columns: [table.actorId, table.householdId],
      foreignColumns: [households.actorId, households.id],
    }),
  ],
);

/** Families that were not at an order's counter when their turn came: it goes past them, until they come after all. */
export const suspendedPasses = sqliteTable(
  "suspended_passes",
  {
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    familyId: text("family_id")
      .notNull()
      .references(() => solidarityFamilies.id),
    actorId: ownActor(),
    personId: text("person_id").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.familyId] })],
);

/** What became at the counter of a line that a household left: given to a family, back to the household, or kept by the group. */
export const suspendedLines = sqliteTable(
  "suspended_lines",
  {
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id),
    householdId: text("household_id").notNull(),
    lineNumber: integer("line_number").notNull(),
    actorId: ownActor(),
    quantityThousandths: integer("quantity_thousandths").notNull(),
    state: text("state", { enum: ["given", "returned", "kept"] }).notNull(),
    givenTo: text("given_to").references(() => solidarityFamilies.id),
    personId: text("person_id").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.householdId, table.lineNumber] }),
    index("suspended_lines_family").on(table.givenTo, table.at),
    check("suspended_lines_state", oneOf(table.state)),
    check("suspended_lines_family", sql`(${table.state} = 'given') = (${table.givenTo} IS NOT NULL)`),
    check("suspended_lines_quantity", sql`${table.quantityThousandths} > 0`),
  ],
);
