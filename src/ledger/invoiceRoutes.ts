// Suppliers' invoices at the treasurer's desk: the list, a new one against one or more orders, one with its VAT.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../kernel/refusal.ts";
import { isDate } from "../kernel/time.ts";
import { VAT_RATES_PERCENT } from "../kernel/vat.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { sentenceOf } from "../web/refusals.ts";
import {
  actorOf,
  type IdRequest,
  makeKey,
  moneyOf,
  orderName,
  orderView,
  producerName,
  readMoney,
  senderOf,
  TREASURER,
} from "./deskRoutes.ts";
import { type MoneyDesk, sendCorrection, sendInvoice } from "./formActions.ts";
import { compareVat, type InvoiceWish } from "./invoice.ts";
import { AMOUNT, DAY, DONE_QUERY, KEY, REASON_FORM, readSignedAmount } from "./moneyForm.ts";
import { invoiceFormPage, invoicePage, invoicesPage } from "./orderPages.ts";
import { listInvoices, listKnownOrders, loadInvoice } from "./supplierStore.ts";

/** Invoices of some years. */
const MOST_LISTED = 1000;
const MAX_ORDERS = 60;
const ListQuery = Type.Object(LIST_QUERY);
const NewQuery = Type.Object({ producer: Type.Optional(Type.String({ maxLength: 2048 })) });
const ByRate = Type.Record(Type.String({ pattern: "^(0|4|5|10|22)$" }), AMOUNT);
const InvoiceForm = Type.Object({
  key: KEY,
  producer: Type.String({ maxLength: 2048 }),
  number: Type.String({ minLength: 1, maxLength: 40 }),
  issuedOn: Type.String({ maxLength: 10 }),
  dueOn: DAY,
  total: AMOUNT,
  order: Type.Record(Type.String({ pattern: "^[\\w-]{1,100}$" }), AMOUNT),
  taxable: ByRate,
  vat: ByRate,
  note: Type.Optional(Type.String({ maxLength: 500 })),
});

export function registerInvoiceRoutes(app: FastifyInstance, desk: MoneyDesk): void {
  registerList(app, desk);
  registerNew(app, desk);
  registerOne(app, desk);
}

function registerList(app: FastifyInstance, desk: MoneyDesk): void {
  app.get("/desk/:handle/money/invoices", TREASURER, (request, reply) => {
    const query = readForm(ListQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const actorId = actorOf(request);
    const named = (producerId: string) => producerName(desk, actorId, producerId);
    const all = listInvoices(desk.db.orm, actorId, MOST_LISTED, 0).map((one) => ({
      ...one,
      producerName: named(one.producerId),
    }));
    const sifted = sift(all, query.value, { text: (one) => `${one.producerName} ${one.number}` });
    const ids = new Set(ordersOf(desk, actorId).map(({ producerId }) => producerId));
    const view = {
      sifted,
      producers: [...ids].map((id) => ({ id, name: named(id) })).sort((a, b) => a.name.localeCompare(b.name, "it")),
    };
    return sendPage(request, reply, invoicesPage(pageContext(request, reply), view));
  });
}

/** Orders an invoice may be about: what closed, and what has money that is not settled. */
function ordersOf(desk: MoneyDesk, actorId: string): { orderId: string; producerId: string }[] {
  const tx = desk.db.orm;
  const all = listKnownOrders(tx, actorId, { isOpen: false, limit: MAX_ORDERS, offset: 0 });
  // What the group shares out among its households in its own name has no producer to write an invoice.
  const known = all.filter(({ producerId }) => producerId !== actorId);
  const heard = new Set(known.map(({ orderId }) => orderId));
  return [...desk.orders.listClosed(tx, actorId, MAX_ORDERS).filter(({ orderId }) => !heard.has(orderId)), ...known];
}

function registerNew(app: FastifyInstance, desk: MoneyDesk): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, producerId: string) => {
    const actorId = actorOf(request);
    const orders = ordersOf(desk, actorId)
      .filter((one) => one.producerId === producerId)
      .map(({ orderId }) => orderView(desk, actorId, orderId, producerId));
    if (orders.length === 0) return sendRefusal(request, reply, { refused: "not-found" });
    const view = { producerId, producerName: producerName(desk, actorId, producerId), orders, key: makeKey() };
    return sendPage(request, reply, invoiceFormPage(pageContext(request, reply), state, view));
  };
  app.get("/desk/:handle/money/invoices/new", TREASURER, (request, reply) => {
    const query = readForm(NewQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    if (query.value.producer === undefined) return reply.redirect(`${moneyOf(request)}/invoices`, 303);
    return show(request, reply, FRESH, query.value.producer);
  });
  app.post("/desk/:handle/money/invoices/new", TREASURER, (request, reply) => {
    const { producer: sent } = (request.body ?? {}) as { producer?: unknown };
    const producerId = typeof sent === "string" ? sent : "";
    const again = (state: FormState) => show(request, reply, state, producerId);
    const form = readMoney(request, reply, desk, { schema: InvoiceForm, show: again, check: invoiceErrors });
    if (!form) return reply;
    const kept = sendInvoice(desk, senderOf(request, form.value.key), wishOf(form.value));
    if (!isRefusal(kept)) return reply.redirect(`${moneyOf(request)}/invoices/${kept.id}?done=kept`, 303);
    // Sums that do not add up are mended where they were typed.
    const problem = sentenceOf(kept, pageContext(request, reply).say);
    return again({ typed: form.state.typed, errors: { form: problem } });
  });
}

type Typed = {
  producer: string;
  number: string;
  issuedOn: string;
  dueOn?: string;
  total: string;
  order: Record<string, string>;
  taxable: Record<string, string>;
  vat: Record<string, string>;
  note?: string;
};

function invoiceErrors({ issuedOn, dueOn, total, order, taxable, vat }: Typed): Record<string, string> {
  const errors: Record<string, string> = {};
  if (!isDate(issuedOn)) errors.issuedOn = "bad-day";
  if (dueOn !== undefined && !isDate(dueOn)) errors.dueOn = "bad-day";
  if (!readSignedAmount(total)) errors.total = "bad-amount";
  for (const [part, amounts] of Object.entries({ order, taxable, vat }))
    for (const [name, text] of Object.entries(amounts))
      if (readSignedAmount(text) === null) errors[`${part}.${name}`] = "bad-amount";
  return errors;
}

function wishOf({ producer, number, issuedOn, dueOn, total, order, taxable, vat, note = "" }: Typed): InvoiceWish {
  const cents = (text: string | undefined) => readSignedAmount(text) ?? 0;
  const rates = VAT_RATES_PERCENT.map((ratePercent) => ({
    ratePercent,
    taxableCents: cents(taxable[ratePercent]),
    vatCents: cents(vat[ratePercent]),
  }));
  const orders = Object.entries(order).map(([orderId, text]) => ({ orderId, cents: cents(text) }));
  return {
    producerId: producer,
    number,
    issuedOn,
    dueOn: dueOn ?? null,
    totalCents: cents(total),
    vat: rates.filter(({ taxableCents, vatCents }) => taxableCents !== 0 || vatCents !== 0),
    orders: orders.filter((one) => one.cents !== 0),
    note,
  };
}

function registerOne(app: FastifyInstance, desk: MoneyDesk): void {
  const show = (request: IdRequest, reply: FastifyReply, state: FormState, done?: string) => {
    const actorId = actorOf(request);
    const invoice = loadInvoice(desk.db.orm, actorId, request.params.id);
    if (!invoice) return sendRefusal(request, reply, { refused: "not-found" });
    const parts = invoice.orders.map(
      ({ orderId }) => desk.orders.find(desk.db.orm, actorId, orderId)?.delivered ?? null,
    );
    const delivered = parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
    const page = invoicePage(
      { ...pageContext(request, reply), path: `${moneyOf(request)}/invoices/${invoice.id}` },
      state,
      {
        ...invoice,
        producerName: producerName(desk, actorId, invoice.producerId),
        isCancelled: invoice.cancelledAt !== null,
        orders: invoice.orders.map((one) => ({ ...one, name: orderName(desk, actorId, one.orderId) })),
        vat: compareVat(invoice.vat, delivered),
        key: makeKey(),
        done,
      },
    );
    return sendPage(request, reply, page);
  };
  app.get("/desk/:handle/money/invoices/:id", TREASURER, (request: IdRequest, reply) => {
    const query = readForm(DONE_QUERY, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    return show(request, reply, FRESH, query.value.done);
  });
  app.post("/desk/:handle/money/invoices/:id/cancel", TREASURER, (request: IdRequest, reply) => {
    const form = readMoney(request, reply, desk, { schema: REASON_FORM, show: (state) => show(request, reply, state) });
    if (!form) return reply;
    const { key, memo } = form.value;
    const wish = { invoiceId: request.params.id, reason: memo };
    const asked = sendCorrection(desk, senderOf(request, key), wish);
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    return reply.redirect(`${moneyOf(request)}/requests?done=asked`, 303);
  });
}
