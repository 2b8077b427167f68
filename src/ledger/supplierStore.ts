// Rows of charges, invoices and payments <-> values; the only queries on them.
import { and, desc, eq, sql } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { OrderFigures } from "./orderMoney.ts";
import { invoiceCancels, invoiceOrders, invoices, invoiceVat, orderCharges, payments } from "./tables.ts";

export type ChargeRow = typeof orderCharges.$inferSelect;

const lastCharge = prepareOnce((tx) =>
  tx
    .select()
    .from(orderCharges)
    .where(and(eq(orderCharges.actorId, asked("actorId")), eq(orderCharges.orderId, asked("orderId"))))
    .orderBy(desc(orderCharges.version))
    .limit(1)
    .prepare(),
);

/** The last charge of an order, if it was not reversed since; and the highest version ever used. */
export function loadCharge(tx: Tx, actorId: string, orderId: string): { current: ChargeRow | null; version: number } {
  const last = lastCharge(tx).get({ actorId, orderId });
  if (!last) return { current: null, version: 0 };
  return { current: isReversed(tx, last.transactionId) ? null : last, version: last.version };
}

/** One charge of an order by its version. */
export function loadChargeVersion(
  tx: Tx,
  key: { actorId: string; orderId: string; version: number },
): ChargeRow | undefined {
  const { actorId, orderId, version } = key;
  return tx
    .select()
    .from(orderCharges)
    .where(and(eq(orderCharges.actorId, actorId), eq(orderCharges.orderId, orderId), eq(orderCharges.version, version)))
    .get();
}

function isReversed(tx: Tx, transactionId: number | null): boolean {
  if (transactionId === null) return false;
  return tx.get(sql`SELECT 1 FROM ledger_transactions WHERE reverses = ${transactionId}`) !== undefined;
}

export function insertCharge(tx: Tx, row: ChargeRow): void {
  tx.insert(orderCharges).values(row).run();
}

export type InvoiceRow = typeof invoices.$inferSelect;
export type Invoice = InvoiceRow & {
  readonly vat: readonly { ratePercent: number; taxableCents: number; vatCents: number }[];
  readonly orders: readonly { orderId: string; cents: number }[];
  readonly cancelledAt: number | null;
};

/** Writes an invoice with its VAT and its orders. */
export function insertInvoice(tx: Tx, { vat, orders, cancelledAt: _, ...row }: Invoice): void {
  tx.insert(invoices).values(row).run();
  for (const line of vat)
    tx.insert(invoiceVat)
      .values({ ...line, invoiceId: row.id })
      .run();
  for (const { orderId, cents } of orders)
    tx.insert(invoiceOrders).values({ invoiceId: row.id, orderId, actorId: row.actorId, cents }).run();
}

export function insertInvoiceCancel(tx: Tx, row: typeof invoiceCancels.$inferInsert): void {
  tx.insert(invoiceCancels).values(row).run();
}

/** An invoice of that actor with its VAT and orders, cancelled ones too. */
export function loadInvoice(tx: Tx, actorId: string, id: string): Invoice | undefined {
  const row = tx
    .select()
    .from(invoices)
    .where(and(eq(invoices.id, id), eq(invoices.actorId, actorId)))
    .get();
  if (!row) return undefined;
  const { ratePercent, taxableCents, vatCents } = invoiceVat;
  const vat = tx.select({ ratePercent, taxableCents, vatCents }).from(invoiceVat).where(eq(invoiceVat.invoiceId, id));
  const { orderId, cents } = invoiceOrders;
  const orders = tx.select({ orderId, cents }).from(invoiceOrders).where(eq(invoiceOrders.invoiceId, id));
  const cancel = tx.select().from(invoiceCancels).where(eq(invoiceCancels.invoiceId, id)).get();
  return {
    ...row,
    vat: vat.orderBy(ratePercent).all(),
    orders: orders.orderBy(orderId).all(),
    cancelledAt: cancel?.at ?? null,
  };
}

/** Whether an invoice of this number stands already for this producer and year ("YYYY"). */
export function hasInvoice(
  tx: Tx,
  key: { actorId: string; producerId: string; number: string; year: string },
): boolean {
  const { actorId, producerId, number, year } = key;
  const found = tx
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(
        eq(invoices.actorId, actorId),
        eq(invoices.producerId, producerId),
        eq(invoices.number, number),
        sql`substr(${invoices.issuedOn}, 1, 4) = ${year}`,
        sql`NOT EXISTS (SELECT 1 FROM invoice_cancels c WHERE c.invoice_id = ${invoices.id})`,
      ),
    )
    .get();
  return found !== undefined;
}

/** The latest invoices, newest first. */
export function listInvoices(
  tx: Tx,
  actorId: string,
  limit: number,
  offset: number,
): (InvoiceRow & { isCancelled: boolean })[] {
  const rows = tx
    .select({
      invoice: invoices,
      isCancelled: sql<number>`EXISTS (SELECT 1 FROM invoice_cancels c WHERE c.invoice_id = ${invoices.id})`,
    })
    .from(invoices)
    .where(eq(invoices.actorId, actorId))
    .orderBy(desc(invoices.at), invoices.id)
    .limit(limit)
    .offset(offset)
    .all();
  return rows.map(({ invoice, isCancelled }) => ({ ...invoice, isCancelled: isCancelled === 1 }));
}

/** The invoices of an order that stand, with the part that is the order's. */
export function listOrderInvoices(
  tx: Tx,
  actorId: string,
  orderId: string,
): { id: string; number: string; issuedOn: string; totalCents: number; cents: number }[] {
  const { id, number, issuedOn, totalCents } = invoices;
  return tx
    .select({ id, number, issuedOn, totalCents, cents: invoiceOrders.cents })
    .from(invoiceOrders)
    .innerJoin(invoices, eq(invoices.id, invoiceOrders.invoiceId))
    .where(
      and(
        eq(invoiceOrders.actorId, actorId),
        eq(invoiceOrders.orderId, orderId),
        sql`NOT EXISTS (SELECT 1 FROM invoice_cancels c WHERE c.invoice_id = ${invoices.id})`,
      ),
    )
    .orderBy(invoices.at, invoices.id)
    .all();
}

/** Writes which orders a payment is for. */
export function insertPayments(tx: Tx, rows: readonly (typeof payments.$inferInsert)[]): void {
  for (const row of rows) tx.insert(payments).values(row).run();
}

/** What was paid for an order, reversed payments left out, in cents. */
function loadPaid(tx: Tx, actorId: string, orderId: string): number {
  return (
    tx
      .select({ cents: sql<number>`coalesce(sum(${payments.cents}), 0)` })
      .from(payments)
      .where(
        and(
          eq(payments.actorId, actorId),
          eq(payments.orderId, orderId),
          sql`NOT EXISTS (SELECT 1 FROM ledger_transactions r WHERE r.reverses = ${payments.transactionId})`,
        ),
      )
      .get()?.cents ?? 0
  );
}

/** What the accepted invoice differences of an order added to what is owed for it, in cents. */
function loadDifferences(tx: Tx, actorId: string, orderId: string): number {
  const row = tx.get<{ cents: number }>(sql`
    SELECT coalesce(sum(p.cents), 0) AS cents
    FROM ledger_transactions t
    JOIN postings p ON p.transaction_id = t.id
    JOIN accounts a ON a.id = p.account_id AND a.kind = 'producer'
    WHERE t.actor_id = ${actorId} AND t.order_id = ${orderId} AND t.kind = 'invoice-difference'
      AND NOT EXISTS (SELECT 1 FROM ledger_transactions r WHERE r.reverses = t.id)`);
  return row?.cents ?? 0;
}

/** The figures of an order as they stand. */
export function loadFigures(tx: Tx, actorId: string, orderId: string): OrderFigures {
  const { current } = loadCharge(tx, actorId, orderId);
  const found = listOrderInvoices(tx, actorId, orderId);
  return {
    chargedCents: current?.chargedCents ?? null,
    payableCents: current ? current.payableCents + loadDifferences(tx, actorId, orderId) : null,
    invoicedCents: found.length === 0 ? null : found.reduce((sum, { cents }) => sum + cents, 0),
    paidCents: loadPaid(tx, actorId, orderId),
  };
}

/** Every invoice difference that was ever accepted for an order. */
export function listDifferences(tx: Tx, actorId: string, orderId: string): { id: number; isReversed: boolean }[] {
  const rows = tx.all<{ id: number; isReversed: number }>(sql`
    SELECT t.id, EXISTS (SELECT 1 FROM ledger_transactions r WHERE r.reverses = t.id) AS isReversed
    FROM ledger_transactions t
    WHERE t.actor_id = ${actorId} AND t.order_id = ${orderId} AND t.kind = 'invoice-difference' ORDER BY t.id`);
  return rows.map(({ id, isReversed }) => ({ id, isReversed: isReversed === 1 }));
}

/** Whose order it is, by its charge or its invoices; undefined while the ledger knows neither. */
export function loadOrderProducer(tx: Tx, actorId: string, orderId: string): string | undefined {
  const row = tx.get<{ producerId: string } | undefined>(sql`
    SELECT producer_id AS producerId FROM order_charges WHERE actor_id = ${actorId} AND order_id = ${orderId}
    UNION ALL
    SELECT i.producer_id FROM invoice_orders o JOIN invoices i ON i.id = o.invoice_id
    WHERE o.actor_id = ${actorId} AND o.order_id = ${orderId}
      AND NOT EXISTS (SELECT 1 FROM invoice_cancels c WHERE c.invoice_id = i.id)
    LIMIT 1`);
  return row?.producerId;
}

/** An order the ledger has heard of, with its figures. `lastAt` (epoch ms): its last charge or invoice. */
export type KnownOrder = OrderFigures & {
  readonly orderId: string;
  readonly producerId: string;
  readonly lastAt: number;
};

/**
 * Orders with money, those last moved first. `isOpen`: only where something is still to do (to charge, to pay, a
 * difference). Reads one row per charge, invoice and payment, never postings of households.
 */
export function listKnownOrders(
  tx: Tx,
  actorId: string,
  wish: { isOpen: boolean; limit: number; offset: number },
): KnownOrder[] {
  const onlyOpen = wish.isOpen
    ? sql`WHERE charged IS NULL OR payable <> coalesce(invoiced, payable) OR coalesce(invoiced, payable) <> paid`
    : sql``;
  return tx.all<KnownOrder>(sql`
    WITH charge AS (
      SELECT c.order_id, c.producer_id, c.charged_cents, c.payable_cents, max(c.version), c.at,
        (SELECT 1 FROM ledger_transactions r WHERE r.reverses = c.transaction_id) AS gone
      FROM order_charges c WHERE c.actor_id = ${actorId} GROUP BY c.order_id
    ), invoice AS (
      SELECT o.order_id, i.producer_id, sum(o.cents) AS cents, max(i.at) AS at
      FROM invoice_orders o JOIN invoices i ON i.id = o.invoice_id
      WHERE o.actor_id = ${actorId} AND NOT EXISTS (SELECT 1 FROM invoice_cancels x WHERE x.invoice_id = i.id)
      GROUP BY o.order_id
    ), paid AS (
      SELECT p.order_id, sum(p.cents) AS cents FROM payments p
      WHERE p.actor_id = ${actorId} AND NOT EXISTS (SELECT 1 FROM ledger_transactions r WHERE r.reverses = p.transaction_id)
      GROUP BY p.order_id
    ), difference AS (
      SELECT t.order_id, sum(p.cents) AS cents
      FROM ledger_transactions t JOIN postings p ON p.transaction_id = t.id JOIN accounts a ON a.id = p.account_id
      WHERE t.actor_id = ${actorId} AND t.order_id IS NOT NULL AND t.kind = 'invoice-difference' AND a.kind = 'producer'
        AND NOT EXISTS (SELECT 1 FROM ledger_transactions r WHERE r.reverses = t.id)
      GROUP BY t.order_id
    ), known AS (
      SELECT order_id FROM charge UNION SELECT order_id FROM invoice
    ), figures AS (
      SELECT k.order_id, coalesce(c.producer_id, i.producer_id) AS producer_id,
        max(coalesce(c.at, 0), coalesce(i.at, 0)) AS last_at,
        CASE WHEN c.gone IS NULL THEN c.charged_cents END AS charged,
        CASE WHEN c.gone IS NULL THEN c.payable_cents + coalesce(d.cents, 0) END AS payable,
        i.cents AS invoiced, coalesce(p.cents, 0) AS paid
      FROM known k LEFT JOIN charge c ON c.order_id = k.order_id LEFT JOIN invoice i ON i.order_id = k.order_id
        LEFT JOIN paid p ON p.order_id = k.order_id LEFT JOIN difference d ON d.order_id = k.order_id
    )
    SELECT order_id AS orderId, producer_id AS producerId, last_at AS lastAt, charged AS chargedCents,
      payable AS payableCents, invoiced AS invoicedCents, paid AS paidCents
    FROM figures ${onlyOpen} ORDER BY last_at DESC, order_id LIMIT ${wish.limit} OFFSET ${wish.offset}`);
}
