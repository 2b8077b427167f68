// Order cycles of our producers and their lines.
import { actors } from "../activitypub/tables.ts";
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
} from "../db/drizzle.ts";
import { ORDER_STATUSES } from "../partners/threads/agreement.ts";
import { RECEIVED_STATES } from "./received.ts";

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
    /** When the clock has dealt with its orders after closing. */
    settledAt: integer("settled_at"),
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
    index("cycles_settling").on(table.closesAt).where(sql`state = 'closed' AND settled_at IS NULL`),
    index("cycles_closing").on(table.closesAt).where(sql`state IN ('open', 'frozen')`),
    check("cycles_state", oneOf(table.state)),
    check("cycles_visibility", oneOf(table.visibility)),
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

/** An order as its seller holds it: what follows from the messages of its thread, which partners keep. */
export const receivedOrders = sqliteTable(
  "received_orders",
  {
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    thread: text("thread").notNull(),
    buyer: text("buyer").notNull(),
    cycleId: text("cycle_id").references(() => cycles.id),
    state: text("state", { enum: RECEIVED_STATES }).notNull(),
    /** JSON of LatestOffer, Counter, InForce and the request to take it back. */
    latest: text("latest").notNull(),
    counter: text("counter"),
    agreed: text("agreed"),
    request: text("request"),
    agreementIri: text("agreement_iri"),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    status: text("status", { enum: ORDER_STATUSES }),
    isWithdrawn: integer("is_withdrawn", { mode: "boolean" }).notNull(),
    priceDeltaHundredthsPercent: integer("price_delta_hundredths_percent").notNull(),
    pickup: integer("pickup"),
    /** JSON of Waiting[]. */
    waiting: text("waiting").notNull(),
    doubt: text("doubt"),
    answerBy: integer("answer_by"),
    paidAt: integer("paid_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.thread] }),
    index("received_orders_list").on(table.actorId, table.state, table.updatedAt),
    index("received_orders_cycle").on(table.actorId, table.cycleId, table.state),
    index("received_orders_buyer").on(table.actorId, table.buyer, table.createdAt),
    index("received_orders_answer_by").on(table.answerBy).where(sql`answer_by IS NOT NULL`),
    uniqueIndex("received_orders_agreement").on(table.agreementIri).where(sql`agreement_iri IS NOT NULL`),
    check("received_orders_state", oneOf(table.state)),
    check("received_orders_agreed", sql`(${table.agreed} IS NULL) = (${table.agreementIri} IS NULL)`),
    check("received_orders_status", sql`(${table.agreed} IS NULL) = (${table.status} IS NULL)`),
    check("received_orders_counter", sql`(${table.counter} IS NULL) = (${table.answerBy} IS NULL)`),
  ],
);

/** What came of an order and what is due for it: one note, of which the newest sequence counts. */
export const deliveryNotes = sqliteTable(
  "delivery_notes",
  {
    id: text("id").primaryKey(),
    actorId: text("actor_id")
      .notNull()
      .references(() => actors.id),
    thread: text("thread").notNull(),
    documentIri: text("document_iri").notNull(),
    sequence: integer("sequence").notNull(),
    epoch: integer("epoch").notNull(),
    /** JSON of AgreedLine[] and Charge[]. */
    fulfilments: text("fulfilments").notNull(),
    charges: text("charges").notNull(),
    state: text("state", { enum: ["sent", "accepted", "disputed"] }).notNull(),
    /** What the buyer said of it. */
    answer: text("answer"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("delivery_notes_thread").on(table.actorId, table.thread),
    uniqueIndex("delivery_notes_iri").on(table.documentIri),
    foreignKey({
      columns: [table.actorId, table.thread],
      foreignColumns: [receivedOrders.actorId, receivedOrders.thread],
    }),
    check("delivery_notes_state", oneOf(table.state)),
  ],
);
