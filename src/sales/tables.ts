// Order cycles of our producers and their lines.
import { actors } from "../activitypub/tables.ts";
import { check, index, integer, primaryKey, sql, sqliteTable, text } from "../db/drizzle.ts";

/** Of the cycles that were there before rules were: never changed, because a migration holds it too. */
const DEFAULT_RULES_JSON = '{"answers":"automatic","confirms":"hand","answerHours":48,"threshold":null}';

export const cycles = sqliteTable(
  "cycles",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    state: text("state", {
      enum: ["draft", "scheduled", "open", "frozen", "closed", "confirmed", "cancelled"],
    }).notNull(),
    visibility: text("visibility", { enum: ["public", "partners"] }).notNull(),
    name: text("name").notNull(),
    note: text("note").notNull(),
    opensAt: integer("opens_at"),
    closesAt: integer("closes_at").notNull(),
    /** JSON of Delivery[]. */
    deliveries: text("deliveries").notNull(),
    minimumOrderCents: integer("minimum_order_cents"),
    /** JSON of SaleRules. */
    rules: text("rules").notNull().default(DEFAULT_RULES_JSON),
    extendedAt: integer("extended_at"),
    /** JSON of Progress, as last told. */
    progress: text("progress"),
    toldAt: integer("told_at"),
    tellAt: integer("tell_at"),
    revision: integer("revision").notNull(),
    sequence: integer("sequence").notNull(),
    openedAt: integer("opened_at"),
    endedAt: integer("ended_at"),
    cancelReason: text("cancel_reason"),
    removedAt: integer("removed_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("cycles_actor").on(table.actorId, table.state, table.closesAt),
    index("cycles_opening").on(table.opensAt).where(sql`state = 'scheduled'`),
    index("cycles_telling").on(table.tellAt).where(sql`tell_at IS NOT NULL`),
    index("cycles_settling").on(table.closesAt).where(sql`state = 'closed'`),
    index("cycles_closing").on(table.closesAt).where(sql`state IN ('open', 'frozen')`),
    check(
      "cycles_state",
      sql`${table.state} IN ('draft', 'scheduled', 'open', 'frozen', 'closed', 'confirmed', 'cancelled')`,
    ),
    check("cycles_visibility", sql`${table.visibility} IN ('public', 'partners')`),
    check("cycles_minute", sql`${table.closesAt} % 60000 = 0`),
    check(
      "cycles_announced",
      sql`(${table.openedAt} IS NULL) = (${table.state} IN ('draft', 'scheduled')) AND (${table.openedAt} IS NULL) = (${table.sequence} = 0)`,
    ),
    check("cycles_reason", sql`(${table.cancelReason} IS NULL) = (${table.state} <> 'cancelled')`),
  ],
);

export const cycleLines = sqliteTable(
  "cycle_lines",
  {
    cycleId: text("cycle_id")
      .notNull()
      .references(() => cycles.id),
    number: integer("number").notNull(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    productIri: text("product_iri").notNull(),
    /** JSON of Goods, as the catalog had them when the line was made. Never changed. */
    goods: text("goods").notNull(),
    availableThousandths: integer("available_thousandths"),
    updatedAt: integer("updated_at").notNull(),
    withdrawnAt: integer("withdrawn_at"),
  },
  (table) => [
    primaryKey({ columns: [table.cycleId, table.number] }),
    check("cycle_lines_available", sql`${table.availableThousandths} IS NULL OR ${table.availableThousandths} >= 0`),
  ],
);
