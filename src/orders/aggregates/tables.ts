// Several orders that a group runs as one: what they have in common, which they are, and what was done to them together.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, oneOf, sql, sqliteTable, text } from "../../db/drizzle.ts";
import { orders } from "../tables.ts";
import { AGGREGATE_DEEDS } from "./plan.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

const ofAggregate = () =>
  text("aggregate_id")
    .notNull()
    .references(() => orderAggregates.id);

/** One plan over several orders. Times are epoch ms. */
export const orderAggregates = sqliteTable(
  "order_aggregates",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    name: text("name").notNull(),
    opensAt: integer("opens_at"),
    closesAt: integer("closes_at").notNull(),
    /** JSON of Pickup[]. */
    pickups: text("pickups").notNull(),
    /** JSON of Modifier[]: what all of them bear together, beside what each has of its own. */
    costs: text("costs").notNull(),
    dissolvedAt: integer("dissolved_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("order_aggregates_actor").on(table.actorId, table.closesAt),
    check("order_aggregates_minute", sql`${table.closesAt} % 60000 = 0`),
  ],
);

/** An order is in one aggregate at most; a draft that is thrown away leaves by itself. */
export const aggregatedOrders = sqliteTable(
  "order_aggregate_orders",
  {
    orderId: text("order_id")
      .primaryKey()
      .references(() => orders.id, { onDelete: "cascade" }),
    aggregateId: ofAggregate(),
    actorId: ownActor(),
    joinedAt: integer("joined_at").notNull(),
  },
  (table) => [index("order_aggregate_orders_of").on(table.aggregateId)],
);

/** What was done to an aggregate, by whom. `about`: the order's name, or the reason. Append-only. */
export const aggregateMoves = sqliteTable(
  "order_aggregate_moves",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    aggregateId: ofAggregate(),
    actorId: ownActor(),
    what: text("what", { enum: AGGREGATE_DEEDS }).notNull(),
    about: text("about").notNull(),
    personId: text("person_id"),
    at: integer("at").notNull(),
  },
  (table) => [
    index("order_aggregate_moves_of").on(table.aggregateId, table.id),
    check("order_aggregate_moves_what", oneOf(table.what)),
  ],
);
