// Money between the GAS and its producers: invoices, differences that are accepted, payments of one order or of many.
import { randomBytes } from "node:crypto";
import type { Tx } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { checkInvoice, type InvoiceWish } from "./invoice.ts";
import type { Till } from "./movement.ts";
import { orderMoney } from "./orderActions.ts";
import { type Posted, type PostRefusal, post } from "./postActions.ts";
import { findByKey } from "./store.ts";
import {
  hasInvoice,
  insertInvoice,
  insertInvoiceCancel,
  insertPayments,
  listDifferences,
  loadInvoice,
  loadOrderProducer,
} from "./supplierStore.ts";

/** Who acts and when, epoch ms. */
type Act = { readonly actorId: string; readonly at: number; readonly personId: string | null };

/**
 * Keeps an invoice or a credit note against one or more orders. Moves no money. `invoice-known`: this producer's number
 * stands already for that year; `other-producer`: an order is another's; else as `checkInvoice`.
 */
export function recordInvoice(tx: Tx, wish: InvoiceWish, act: Act): { id: string } | Refusal {
  const bad = checkInvoice(wish);
  if (bad) return bad;
  const { actorId, at, personId } = act;
  const { producerId, number, issuedOn } = wish;
  if (hasInvoice(tx, { actorId, producerId, number, year: issuedOn.slice(0, 4) }))
    return { refused: "invoice-known", number };
  const other = wish.orders.find(({ orderId }) => isOthers(tx, actorId, orderId, producerId));
  if (other) return { refused: "other-producer", orderId: other.orderId };
  const id = encodeId(randomBytes(16));
  insertInvoice(tx, { ...wish, id, actorId, at, personId, cancelledAt: null });
  return { id };
}

function isOthers(tx: Tx, actorId: string, orderId: string, producerId: string): boolean {
  const known = loadOrderProducer(tx, actorId, orderId);
  return known !== undefined && known !== producerId;
}

/**
 * Takes the difference between invoice and delivery into the rounding account, so that what is owed is what was invoiced.
 * Only ever by somebody's decision. `no-difference` where there is none. DOMAIN section 4 C.
 */
export function acceptDifference(
  tx: Tx,
  wish: { orderId: string; memo: string },
  act: Act,
): Posted | PostRefusal | Refusal<"no-difference"> {
  const { actorId } = act;
  const { orderId, memo } = wish;
  const { differenceCents } = orderMoney(tx, actorId, orderId);
  const producerId = loadOrderProducer(tx, actorId, orderId);
  if (differenceCents === 0 || producerId === undefined) return { refused: "no-difference" };
  // The count tells this decision from an earlier one about the same order, which may have been reversed.
  const businessKey = `difference:${orderId}:${listDifferences(tx, actorId, orderId).length + 1}`;
  const postings = [
    { account: { kind: "producer", ref: producerId } as const, cents: differenceCents },
    { account: { kind: "rounding" } as const, cents: -differenceCents },
  ];
  return post(tx, { ...act, businessKey, kind: "invoice-difference", memo, orderId, postings });
}

/** A payment to one producer for one order or many, in cents. A credit note that is still open goes in as a negative part. */
export type PaymentWish = {
  readonly businessKey: string;
  readonly producerId: string;
  readonly till: Till;
  readonly orders: readonly { readonly orderId: string; readonly cents: number }[];
  readonly memo: string;
  readonly valuedOn?: string | undefined;
};

/**
 * Pays. Each part lies between nothing and what is open of its order, seen in the same transaction: of two who pay the same
 * order at once, the second gets `not-open`. `nothing-to-post`, `other-producer`, `not-positive` (the whole). SAFETY A54.
 */
export function pay(tx: Tx, wish: PaymentWish, act: Act): Posted | PostRefusal | Refusal {
  const { actorId } = act;
  const { businessKey, producerId, till, memo, orders } = wish;
  const totalCents = orders.reduce((sum, { cents }) => sum + cents, 0);
  const isRepeat = findByKey(tx, actorId, businessKey) !== undefined;
  const refusal = isRepeat ? null : refusePayment(tx, wish, actorId, totalCents);
  if (refusal) return refusal;
  const postings = [
    { account: { kind: "producer", ref: producerId } as const, cents: -totalCents },
    { account: { kind: till } as const, cents: totalCents },
  ];
  const [only] = orders;
  const orderId = orders.length === 1 && only ? only.orderId : null;
  const movement = { ...act, businessKey, kind: "payment", memo, orderId, postings } as const;
  const posted = post(tx, wish.valuedOn === undefined ? movement : { ...movement, valuedOn: wish.valuedOn });
  if (isRefusal(posted) || isRepeat) return posted;
  insertPayments(
    tx,
    orders.map(({ orderId, cents }) => ({ transactionId: posted.id, orderId, actorId, producerId, cents })),
  );
  return posted;
}

function refusePayment(tx: Tx, wish: PaymentWish, actorId: string, totalCents: number): Refusal | null {
  const { orders, producerId } = wish;
  if (orders.length === 0) return { refused: "nothing-to-post" };
  if (new Set(orders.map(({ orderId }) => orderId)).size < orders.length) return { refused: "bad-request" };
  if (totalCents <= 0) return { refused: "not-positive" };
  for (const { orderId, cents } of orders) {
    if (isOthers(tx, actorId, orderId, producerId)) return { refused: "other-producer", orderId };
    const { openCents } = orderMoney(tx, actorId, orderId);
    const isWithin = cents !== 0 && Math.sign(cents) === Math.sign(openCents) && Math.abs(cents) <= Math.abs(openCents);
    if (!isWithin) return { refused: "not-open", orderId, openCents };
  }
  return null;
}

/**
 * Makes an invoice count no more, on the word of two people. `no-such-invoice`, `already-so`, `second-person`;
 * `difference-stands` while a difference was accepted because of it: that is reversed first.
 */
export function cancelInvoice(
  tx: Tx,
  wish: { invoiceId: string; reason: string; approvedBy: string },
  act: { actorId: string; at: number; personId: string },
): { id: string } | Refusal<"no-such-invoice" | "already-so" | "second-person" | "difference-stands"> {
  const { invoiceId, reason, approvedBy } = wish;
  const invoice = loadInvoice(tx, act.actorId, invoiceId);
  if (!invoice) return { refused: "no-such-invoice" };
  if (invoice.cancelledAt !== null) return { refused: "already-so" };
  if (approvedBy === act.personId) return { refused: "second-person" };
  const stands = invoice.orders.some(({ orderId }) =>
    listDifferences(tx, act.actorId, orderId).some(({ isReversed }) => !isReversed),
  );
  if (stands) return { refused: "difference-stands" };
  insertInvoiceCancel(tx, { invoiceId, reason, approvedBy, ...act });
  return { id: invoiceId };
}
