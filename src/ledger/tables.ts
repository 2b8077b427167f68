// The ledger: accounts, movements and their postings, which triggers keep append-only and balanced (SAFETY section 7), and
// beside them what they are about: reservations, charges, invoices, payments, requests for a second pair of eyes.
import { actors } from "../activitypub/tables.ts";
import { check, index, integer, oneOf, primaryKey, sql, sqliteTable, text, unique } from "../db/drizzle.ts";
import { ACCOUNT_KINDS, MOVEMENT_KINDS } from "./movement.ts";

const actorId = () =>
  text("actor_id")
    .notNull()
    .references(() => actors.id);

/** `ref`: id of the household or producer whose account it is, else "". Names live elsewhere. Append-only. */
export const accounts = sqliteTable(
  "accounts",
  {
    id: integer("id").primaryKey(),
    actorId: actorId(),
    kind: text("kind", { enum: ACCOUNT_KINDS }).notNull(),
    ref: text("ref").notNull(),
  },
  (table) => [
    unique("accounts_key").on(table.actorId, table.kind, table.ref),
    check("accounts_kind", oneOf(table.kind)),
    check("accounts_ref", sql`(${table.ref} <> '') = (${table.kind} IN ('household', 'producer', 'deposit'))`),
  ],
);

/**
 * A movement. Its row is its seal: the postings are written first, in the same database transaction, and the row goes in
 * only if they are two or more and sum to zero. Ids have no gaps; `at` (epoch ms) never goes back within an actor; `digest`
 * chains each movement to the one before. Append-only.
 */
export const ledgerTransactions = sqliteTable(
  "ledger_transactions",
  {
    id: integer("id").primaryKey(),
    actorId: actorId(),
    businessKey: text("business_key").notNull(),
    kind: text("kind", { enum: MOVEMENT_KINDS }).notNull(),
    memo: text("memo").notNull(),
    at: integer("at").notNull(),
    /** The day it counts for, "YYYY-MM-DD". */
    valuedOn: text("valued_on").notNull(),
    orderId: text("order_id"),
    personId: text("person_id"),
    approvedBy: text("approved_by"),
    reverses: integer("reverses"),
    digest: text("digest").notNull(),
  },
  (table) => [
    unique("ledger_transactions_key").on(table.actorId, table.businessKey),
    unique("ledger_transactions_reverses").on(table.reverses),
    index("ledger_transactions_at").on(table.actorId, table.at),
    index("ledger_transactions_day").on(table.actorId, table.valuedOn),
    index("ledger_transactions_order").on(table.actorId, table.orderId).where(sql`order_id IS NOT NULL`),
    check("ledger_transactions_kind", oneOf(table.kind)),
    check("ledger_transactions_reversal", sql`(${table.kind} = 'reversal') = (${table.reverses} IS NOT NULL)`),
    // Four eyes: whoever asked is not the one who said yes.
    check(
      "ledger_transactions_eyes",
      sql`(${table.approvedBy} IS NULL AND ${table.kind} NOT IN ('reversal', 'refund')) OR (${table.approvedBy} IS NOT NULL AND ${table.personId} IS NOT NULL AND ${table.approvedBy} <> ${table.personId})`,
    ),
  ],
);

/**
 * One side of a movement. `balanceCents`: the account's balance after it, so that a balance or a page of a statement costs
 * the same at ten rows and at a million. In the migration the reference is DEFERRABLE (a posting that no movement seals
 * fails the commit) and the table WITHOUT ROWID (REPLACE finds no second key by which to take a row away). Append-only.
 */
export const postings = sqliteTable(
  "postings",
  {
    accountId: integer("account_id")
      .notNull()
      .references(() => accounts.id),
    transactionId: integer("transaction_id")
      .notNull()
      .references(() => ledgerTransactions.id),
    cents: integer("cents").notNull(),
    balanceCents: integer("balance_cents").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.transactionId] }),
    index("postings_transaction").on(table.transactionId),
    check("postings_cents", sql`${table.cents} <> 0`),
  ],
);

/** What a household's bookings of one order hold of its credit. Gone once charged or cancelled. */
export const reservations = sqliteTable(
  "reservations",
  {
    actorId: actorId(),
    householdId: text("household_id").notNull(),
    orderId: text("order_id").notNull(),
    cents: integer("cents").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.householdId, table.orderId] }),
    index("reservations_order").on(table.actorId, table.orderId),
    check("reservations_cents", sql`${table.cents} > 0`),
  ],
);

/** How far below zero a household may go; the row of household "" is the rule for all others. Without rows: zero. */
export const creditLimits = sqliteTable(
  "credit_limits",
  {
    actorId: actorId(),
    householdId: text("household_id").notNull(),
    cents: integer("cents").notNull(),
    personId: text("person_id"),
    setAt: integer("set_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.householdId] }),
    check("credit_limits_cents", sql`${table.cents} >= 0`),
  ],
);

/** What the households were charged for an order, and what the GAS owes for it. A correction is a higher version. Append-only. */
export const orderCharges = sqliteTable(
  "order_charges",
  {
    actorId: actorId(),
    orderId: text("order_id").notNull(),
    version: integer("version").notNull(),
    producerId: text("producer_id").notNull(),
    chargedCents: integer("charged_cents").notNull(),
    payableCents: integer("payable_cents").notNull(),
    /** Null where nothing was charged and nothing is owed. */
    transactionId: integer("transaction_id").references(() => ledgerTransactions.id),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.actorId, table.orderId, table.version] }),
    index("order_charges_transaction").on(table.transactionId),
  ],
);

/** A supplier's invoice, or credit note (negative), as a document: it moves no money. Days are "YYYY-MM-DD". Append-only. */
export const invoices = sqliteTable(
  "invoices",
  {
    id: text("id").primaryKey(),
    actorId: actorId(),
    producerId: text("producer_id").notNull(),
    number: text("number").notNull(),
    issuedOn: text("issued_on").notNull(),
    dueOn: text("due_on"),
    totalCents: integer("total_cents").notNull(),
    note: text("note").notNull(),
    personId: text("person_id"),
    at: integer("at").notNull(),
  },
  (table) => [
    index("invoices_number").on(table.actorId, table.producerId, table.number),
    index("invoices_at").on(table.actorId, table.at),
    check("invoices_total", sql`${table.totalCents} <> 0`),
  ],
);

/** The VAT of an invoice, rate by rate (percent). Append-only. */
export const invoiceVat = sqliteTable(
  "invoice_vat",
  {
    invoiceId: text("invoice_id")
      .notNull()
      .references(() => invoices.id),
    ratePercent: integer("rate_percent").notNull(),
    taxableCents: integer("taxable_cents").notNull(),
    vatCents: integer("vat_cents").notNull(),
  },
  (table) => [primaryKey({ columns: [table.invoiceId, table.ratePercent] })],
);

/** How much of an invoice is for which order. Append-only. */
export const invoiceOrders = sqliteTable(
  "invoice_orders",
  {
    invoiceId: text("invoice_id")
      .notNull()
      .references(() => invoices.id),
    orderId: text("order_id").notNull(),
    actorId: actorId(),
    cents: integer("cents").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.invoiceId, table.orderId] }),
    index("invoice_orders_order").on(table.actorId, table.orderId),
  ],
);

/** An invoice that was recorded by mistake: it stays, and counts no more. Append-only. */
export const invoiceCancels = sqliteTable(
  "invoice_cancels",
  {
    invoiceId: text("invoice_id")
      .primaryKey()
      .references(() => invoices.id),
    actorId: actorId(),
    reason: text("reason").notNull(),
    personId: text("person_id").notNull(),
    approvedBy: text("approved_by").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [check("invoice_cancels_eyes", sql`${table.approvedBy} <> ${table.personId}`)],
);

/** How much of a payment to a producer is for which order. `transactionId` is the payment's movement. Append-only. */
export const payments = sqliteTable(
  "payments",
  {
    transactionId: integer("transaction_id")
      .notNull()
      .references(() => ledgerTransactions.id),
    orderId: text("order_id").notNull(),
    actorId: actorId(),
    producerId: text("producer_id").notNull(),
    cents: integer("cents").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.transactionId, table.orderId] }),
    index("payments_order").on(table.actorId, table.orderId),
  ],
);

/** A correction that somebody asks for: JSON of what would be done. Append-only. */
export const moneyRequests = sqliteTable(
  "money_requests",
  {
    id: text("id").primaryKey(),
    actorId: actorId(),
    kind: text("kind", {
      enum: ["reversal", "refund", "own-movement", "recharge", "invoice-cancel"],
    }).notNull(),
    wish: text("wish").notNull(),
    /** Whose balance it touches; they do not approve it either. */
    householdId: text("household_id"),
    reason: text("reason").notNull(),
    personId: text("person_id").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [index("money_requests_at").on(table.actorId, table.at), check("money_requests_kind", oneOf(table.kind))],
);

/** What became of a request: approved by somebody else, refused, or taken back by who asked. Append-only. */
export const moneyDecisions = sqliteTable(
  "money_decisions",
  {
    requestId: text("request_id")
      .primaryKey()
      .references(() => moneyRequests.id),
    actorId: actorId(),
    decision: text("decision", { enum: ["approved", "rejected", "withdrawn"] }).notNull(),
    reason: text("reason").notNull(),
    personId: text("person_id").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [check("money_decisions_decision", oneOf(table.decision))],
);
