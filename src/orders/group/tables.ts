// What a group decides once for all its orders: how new ones begin, what members see first, where it usually hands out.
import { actors } from "../../activitypub/tables.ts";
import { check, index, integer, primaryKey, sql, sqliteTable, text, uniqueIndex } from "../../db/drizzle.ts";
import { MAIL_KINDS } from "./mailTexts.ts";

/** A group that never chose has no row. */
export const groupSettings = sqliteTable(
  "group_settings",
  {
    actorId: text("actor_id")
      .primaryKey()
      .references(() => actors.id),
    ordersFirst: text("orders_first", { enum: ["closing", "pickup", "producer"] }).notNull(),
    /** JSON of Policies: how a new order deals with minimum, cases and answers. */
    policies: text("policies").notNull(),
    /** JSON of Modifier[]. */
    modifiers: text("modifiers").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [check("group_settings_first", sql`${table.ordersFirst} IN ('closing', 'pickup', 'producer')`)],
);

/** The columns a group leaves out of a sheet of its orders, until it wants them again. No row: all of them stand. */
export const reportColumns = sqliteTable(
  "report_columns",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    report: text("report", { enum: ["households", "products", "producer"] }).notNull(),
    /** JSON of names of columns. */
    hidden: text("hidden").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.report] }),
    check("report_columns_report", sql`${table.report} IN ('households', 'products', 'producer')`),
  ],
);

/** Usual places of pickup. Orders carry a place's name as text, so that a retired place changes none of them. */
export const pickupPlaces = sqliteTable(
  "pickup_places",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    name: text("name").notNull(),
    address: text("address").notNull(),
    /** 1 Monday to 7 Sunday; null: no usual day. */
    weekday: integer("weekday"),
    /** "HH:MM" on the clocks of Rome. */
    fromTime: text("from_time"),
    untilTime: text("until_time"),
    createdAt: integer("created_at").notNull(),
    retiredAt: integer("retired_at"),
  },
  (table) => [
    index("pickup_places_actor").on(table.actorId, table.name),
    uniqueIndex("pickup_places_name").on(table.actorId, table.name).where(sql`retired_at IS NULL`),
    check("pickup_places_weekday", sql`${table.weekday} IS NULL OR ${table.weekday} BETWEEN 1 AND 7`),
    check(
      "pickup_places_hours",
      sql`(${table.weekday} IS NULL) = (${table.fromTime} IS NULL) AND (${table.untilTime} IS NULL OR ${table.untilTime} > ${table.fromTime})`,
    ),
  ],
);

/** A group's own words for a mail; a kind without a row says ours. */
export const mailTexts = sqliteTable(
  "mail_texts",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    kind: text("kind", { enum: MAIL_KINDS }).notNull(),
    language: text("language", { enum: ["it", "en"] }).notNull(),
    subject: text("subject").notNull(),
    body: text("body").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.kind, table.language] }),
    check("mail_texts_language", sql`${table.language} IN ('it', 'en')`),
    check(
      "mail_texts_kind",
      sql`${table.kind} IN ('opened', 'reminder', 'closed', 'agreed', 'changed', 'refused', 'cancelled', 'delivery', 'asked')`,
    ),
    check("mail_texts_length", sql`length(${table.subject}) <= 150 AND length(${table.body}) <= 4000`),
  ],
);
