// Orders of our groups: what is on offer, what households booked of it, what was sent and agreed, what came and to whom.
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
  unique,
  uniqueIndex,
} from "../db/drizzle.ts";
import { households } from "../members/tables.ts";
import { ORDER_STATUSES } from "../partners/threads/agreement.ts";
import { ORDER_STATES } from "./order.ts";

const ownActor = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

const ofOrder = () =>
  text("order_id")
    .notNull()
    .references(() => orders.id);

/** What repeats: what each order is made of, when, and when the next is due. Times are epoch ms. */
export const recurrences = sqliteTable(
  "order_recurrences",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    producerId: text("producer_id").notNull(),
    state: text("state", { enum: ["active", "suspended", "ended"] }).notNull(),
    /** JSON of Recurrence: anchor, every so often, wall times in Rome. */
    rule: text("rule").notNull(),
    /** JSON of what each order is made of. */
    template: text("template").notNull(),
    /** When the next order is due to be thought of; null once it has ended. */
    nextAt: integer("next_at"),
    /** The number of the last order of the row that needs no more thought; -1 at first. */
    lastIndex: integer("last_index").notNull().default(-1),
    lastOrderId: text("last_order_id"),
    /** Why the order that is due could not be made yet; null when nothing is in the way. */
    trouble: text("trouble"),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("order_recurrences_actor").on(table.actorId, table.state),
    index("order_recurrences_due").on(table.nextAt).where(sql`next_at IS NOT NULL`),
    check("order_recurrences_state", oneOf(table.state)),
  ],
);

export const orders = sqliteTable(
  "orders",
  {
    id: text("id").primaryKey(),
    actorId: ownActor(),
    producerId: text("producer_id").notNull(),
    cycleIri: text("cycle_iri"),
    name: text("name").notNull(),
    note: text("note").notNull(),
    state: text("state", { enum: ORDER_STATES }).notNull(),
    opensAt: integer("opens_at"),
    closesAt: integer("closes_at").notNull(),
    completesUntil: integer("completes_until"),
    /** JSON of Pickup[]. */
    pickups: text("pickups").notNull(),
    /** JSON of Policies. */
    policies: text("policies").notNull(),
    /** JSON of Modifier[]. */
    modifiers: text("modifiers").notNull(),
    thread: text("thread"),
    revision: integer("revision").notNull(),
    closedAt: integer("closed_at"),
    cancelReason: text("cancel_reason"),
    needsPerson: text("needs_person"),
    createdBy: text("created_by"),
    /** The order it repeats, or was made from. */
    madeFrom: text("made_from"),
    recurrenceId: text("recurrence_id").references(() => recurrences.id),
    /** When its members were reminded of the closing, and when its silent producer was asked after. */
    remindedAt: integer("reminded_at"),
    askedAt: integer("asked_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("orders_actor").on(table.actorId, table.state, table.closesAt),
    index("orders_producer").on(table.actorId, table.producerId, table.closesAt),
    uniqueIndex("orders_thread").on(table.actorId, table.thread).where(sql`thread IS NOT NULL`),
    index("orders_opening").on(table.opensAt).where(sql`state = 'scheduled'`),
    index("orders_closing").on(table.closesAt).where(sql`state = 'open'`),
    index("orders_completing").on(table.completesUntil).where(sql`state = 'completing'`),
    index("orders_underway").on(table.state).where(sql`state IN ('closed', 'sent', 'delivered')`),
    check("orders_state", oneOf(table.state)),
    check("orders_minute", sql`${table.closesAt} % 60000 = 0`),
    check("orders_reason", sql`(${table.cancelReason} IS NULL) = (${table.state} <> 'cancelled')`),
    check("orders_sent", sql`(${table.thread} IS NULL) = (${table.revision} = 0)`),
  ],
);

export const orderLines = sqliteTable(
  "order_lines",
  {
    orderId: ofOrder(),
    number: integer("number").notNull(),
    actorId: ownActor(),
    lineIri: text("line_iri").notNull(),
    /** JSON of Goods, as the producer's node had them when the line was taken over. Never changed. */
    goods: text("goods").notNull(),
    /** JSON of LineRules. */
    rules: text("rules").notNull(),
    isOffered: integer("is_offered", { mode: "boolean" }).notNull(),
    /** What there is of it as its producer's node showed us last, and since when; null and null: as its goods say. */
    stockThousandths: integer("stock_thousandths"),
    stockAt: integer("stock_at"),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.number] })],
);

/** The basket of a household in an order. `version` grows with each save: who saved over another's change is told. */
export const baskets = sqliteTable(
  "baskets",
  {
    orderId: ofOrder(),
    householdId: text("household_id").notNull(),
    actorId: ownActor(),
    version: integer("version").notNull(),
    state: text("state", {
      enum: ["draft", "confirmed", "locked", "saved", "delivered", "not-collected", "cancelled"],
    }).notNull(),
    pickupId: text("pickup_id"),
    note: text("note").notNull(),
    /** What its bookings come to, tolerance included: what is reserved of the household's credit. */
    totalCents: integer("total_cents").notNull(),
    savedBy: text("saved_by"),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.householdId] }),
    index("baskets_household").on(table.actorId, table.householdId, table.updatedAt),
    foreignKey({
      columns: [table.actorId, table.householdId],
      foreignColumns: [households.actorId, households.id],
    }),
    check("baskets_state", oneOf(table.state)),
    check("baskets_total", sql`${table.totalCents} >= 0`),
  ],
);

/** What a household booked of a line, for itself (`friendId` "") or for a friend. */
export const bookings = sqliteTable(
  "bookings",
  {
    orderId: text("order_id").notNull(),
    householdId: text("household_id").notNull(),
    lineNumber: integer("line_number").notNull(),
    friendId: text("friend_id").notNull(),
    actorId: text("actor_id").notNull(),
    quantityThousandths: integer("quantity_thousandths").notNull(),
    toleranceThousandths: integer("tolerance_thousandths").notNull(),
    note: text("note").notNull(),
    /** When its quantity was last raised. */
    bookedAt: integer("booked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.householdId, table.lineNumber, table.friendId] }),
    // Covers the totals of an order's lines: they are counted at each save.
    index("bookings_line").on(table.orderId, table.lineNumber, table.quantityThousandths),
    foreignKey({
      columns: [table.orderId, table.householdId],
      foreignColumns: [baskets.orderId, baskets.householdId],
    }),
    foreignKey({ columns: [table.orderId, table.lineNumber], foreignColumns: [orderLines.orderId, orderLines.number] }),
    check("bookings_quantity", sql`${table.quantityThousandths} > 0 AND ${table.toleranceThousandths} >= 0`),
  ],
);

/** What an order was: 1 when it closed, 2 as it was agreed, 3 as it was delivered. Append-only; the highest version counts. */
export const orderSnapshots = sqliteTable(
  "order_snapshots",
  {
    orderId: ofOrder(),
    number: integer("number").notNull(),
    version: integer("version").notNull(),
    actorId: ownActor(),
    /** JSON of ClosedSnapshot, AgreedSnapshot or DeliveredSnapshot. */
    content: text("content").notNull(),
    /** SHA-256 of the content, hex. */
    digest: text("digest").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.number, table.version] }),
    check("order_snapshots_number", sql`${table.number} IN (1, 2, 3)`),
  ],
);

/** Every change of state, by whom and why; and what else happened within one (from = to, with its reason). Append-only. */
export const orderMoves = sqliteTable(
  "order_moves",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    orderId: ofOrder(),
    actorId: ownActor(),
    fromState: text("from_state").notNull(),
    toState: text("to_state").notNull(),
    mover: text("mover", { enum: ["referente", "clock", "producer", "system"] }).notNull(),
    personId: text("person_id"),
    reason: text("reason"),
    at: integer("at").notNull(),
  },
  (table) => [index("order_moves_order").on(table.orderId, table.id), check("order_moves_mover", oneOf(table.mover))],
);

/** Every Offer we sent: what it said, line by line. Its signed bytes lie with the thread. Append-only. */
export const sentOffers = sqliteTable(
  "sent_offers",
  {
    orderId: ofOrder(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    actorId: ownActor(),
    offerIri: text("offer_iri").notNull(),
    offerDigest: text("offer_digest").notNull(),
    agreementIri: text("agreement_iri").notNull(),
    /** JSON of AgreedLine[]. */
    lines: text("lines").notNull(),
    totalCents: integer("total_cents").notNull(),
    sentAt: integer("sent_at").notNull(),
    /** Why the producer said no to it, or "withdrawn" by us; null while neither. */
    refusedFor: text("refused_for"),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.epoch, table.revision] }),
    unique("sent_offers_iri").on(table.offerIri),
    check("sent_offers_revision", sql`${table.revision} >= 1 AND ${table.epoch} >= 1`),
  ],
);

/** What is in force with the producer: the last revision it accepted, and what it said of it since. */
export const agreements = sqliteTable(
  "order_agreements",
  {
    orderId: ofOrder().primaryKey(),
    actorId: ownActor(),
    agreementIri: text("agreement_iri").notNull(),
    acceptIri: text("accept_iri").notNull(),
    /** Of our Offer that it accepts. */
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    /** The seller's own numbers. */
    sellerEpoch: integer("seller_epoch").notNull(),
    sequence: integer("sequence").notNull(),
    status: text("status", {
      enum: ORDER_STATUSES,
    }).notNull(),
    note: text("note"),
    paymentUrl: text("payment_url"),
    /** JSON of AgreedLine[]. */
    lines: text("lines").notNull(),
    totalCents: integer("total_cents").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    unique("order_agreements_iri").on(table.actorId, table.agreementIri),
    check("order_agreements_status", oneOf(table.status)),
  ],
);

/** What a producer offered instead of what was ordered, and what became of that. One for each revision of ours. */
export const counters = sqliteTable(
  "order_counters",
  {
    orderId: ofOrder(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    actorId: ownActor(),
    answerIri: text("answer_iri").notNull(),
    answerBy: integer("answer_by").notNull(),
    reason: text("reason"),
    /** JSON of AgreedLine[]. */
    lines: text("lines").notNull(),
    totalCents: integer("total_cents").notNull(),
    state: text("state", { enum: ["open", "taken", "refused", "lapsed"] }).notNull(),
    at: integer("at").notNull(),
    settledAt: integer("settled_at"),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.epoch, table.revision] }),
    index("order_counters_open").on(table.answerBy).where(sql`state = 'open'`),
    check("order_counters_state", oneOf(table.state)),
    check("order_counters_settled", sql`(${table.settledAt} IS NULL) = (${table.state} = 'open')`),
  ],
);

/** The producer's delivery note as it last was, and our answer to it. */
export const deliveryNotes = sqliteTable(
  "order_delivery_notes",
  {
    orderId: ofOrder(),
    documentIri: text("document_iri").notNull(),
    actorId: ownActor(),
    activityIri: text("activity_iri").notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    url: text("url"),
    /** JSON of AgreedLine[]: what was delivered and what is due for it. */
    fulfilments: text("fulfilments").notNull(),
    /** JSON of { name, cents }[]. */
    charges: text("charges").notNull(),
    answer: text("answer", { enum: ["accepted", "disputed"] }),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.documentIri] }),
    check("order_delivery_notes_answer", oneOf(table.answer)),
  ],
);

/** How much of a line arrived. */
export const arrivals = sqliteTable(
  "order_arrivals",
  {
    orderId: text("order_id").notNull(),
    lineNumber: integer("line_number").notNull(),
    actorId: ownActor(),
    /** What can be handed out; `damagedThousandths` came too and cannot. */
    arrivedThousandths: integer("arrived_thousandths").notNull(),
    damagedThousandths: integer("damaged_thousandths").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.lineNumber] }),
    foreignKey({ columns: [table.orderId, table.lineNumber], foreignColumns: [orderLines.orderId, orderLines.number] }),
    check("order_arrivals_quantity", sql`${table.arrivedThousandths} >= 0`),
  ],
);

/** What a household is to get of a line, and what it got: the one delivered quantity that everything reads. */
export const deliveries = sqliteTable(
  "order_deliveries",
  {
    orderId: text("order_id").notNull(),
    householdId: text("household_id").notNull(),
    lineNumber: integer("line_number").notNull(),
    friendId: text("friend_id").notNull(),
    actorId: text("actor_id").notNull(),
    allocatedThousandths: integer("allocated_thousandths").notNull(),
    /** Null until it was weighed or handed out; then it is as allocated unless somebody says otherwise. */
    deliveredThousandths: integer("delivered_thousandths"),
    /** JSON of the pieces' weights in thousandths of the unit, where pieces are weighed apart. */
    weights: text("weights"),
    /** Added at the counter: nobody booked it. */
    isAdded: integer("is_added", { mode: "boolean" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.householdId, table.lineNumber, table.friendId] }),
    index("order_deliveries_line").on(table.orderId, table.lineNumber),
    foreignKey({ columns: [table.orderId, table.lineNumber], foreignColumns: [orderLines.orderId, orderLines.number] }),
    check(
      "order_deliveries_quantity",
      sql`${table.allocatedThousandths} >= 0 AND (${table.deliveredThousandths} IS NULL OR ${table.deliveredThousandths} >= 0)`,
    ),
  ],
);

/** A sum that a household owes or gets with this delivery, beside the goods. Append-only: another one undoes it. */
export const deliveryMoney = sqliteTable(
  "order_delivery_money",
  {
    id: text("id").primaryKey(),
    orderId: ofOrder(),
    householdId: text("household_id").notNull(),
    actorId: ownActor(),
    /** Positive: the household pays. */
    cents: integer("cents").notNull(),
    memo: text("memo").notNull(),
    personId: text("person_id").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    index("order_delivery_money_order").on(table.orderId),
    check("order_delivery_money_cents", sql`${table.cents} <> 0`),
  ],
);
