// The treasurer's desk towards producers: one order with its figures, invoices, payments of one order or many.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import {
  actorOf,
  type IdRequest,
  makeKey,
  moneyOf,
  orderView,
  producerName,
  readMoney,
  senderOf,
  TREASURER,
} from "./deskRoutes.ts";
import { type MoneyDesk, sendDifference, sendPayment } from "./formActions.ts";
import { compareVat } from "./invoice.ts";
import { registerInvoiceRoutes } from "./invoiceRoutes.ts";
import { AMOUNT, DAY, DONE_QUERY, KEY, MEMO, movementErrors, readAmount, TILL } from "./moneyForm.ts";
import { weighOrder } from "./orderMoney.ts";
import { orderPage, payPage } from "./orderPages.ts";
import { listKnownOrders, listOrderInvoices, loadCharge, loadInvoice, loadOrderProducer } from "./supplierStore.ts";

const DifferenceForm = Type.Object({ key: KEY });
const PayOneForm = Type.Object({ key: KEY, amount: AMOUNT, till: TILL, valuedOn: DAY, memo: MEMO });
const PayForm = Type.Object({
  key: KEY,
  producer: Type.String({ maxLength: 2048 }),
  till: TILL,
  valuedOn: DAY,
  memo: MEMO,
  pay: Type.Record(Type.String({ pattern: "^[\\w-]{1,100}$" }), Type.Integer()),
});

export function registerSupplierRoutes(app: FastifyInstance, desk: MoneyDesk): void {
  registerOrder(app, desk);
  registerPay(app, desk);
  registerInvoiceRoutes(app, desk);
}

function registerOrder(app: FastifyInstance, desk: MoneyDesk): void {
  const producerOf = (actorId: string, orderId: string) =>
    loadOrderProducer(desk.db.orm, actorId, orderId) ?? desk.orders.find(desk.db.orm, actorId, orderId)?.producerId;
  const show = (request: IdRequest, reply: FastifyReply, state: FormState, done?: string) => {
    const actorId = actorOf(request);
    const orderId = request.params.id;
    const producerId = producerOf(actorId, orderId);
    if (producerId === undefined) return sendRefusal(request, reply, { refused: "not-found" });
    const tx = desk.db.orm;
    const invoices = listOrderInvoices(tx, actorId, orderId);
    // The VAT of an invoice over several orders cannot be told apart: it is compared on the invoice's own page.
    const vat = invoices.flatMap(({ id }) => {
      const invoice = loadInvoice(tx, actorId, id);
      return invoice && invoice.orders.length === 1 ? invoice.vat : [];
    });
    const facts = desk.orders.find(tx, actorId, orderId);
    const page = orderPage({ ...pageContext(request, reply), path: `${moneyOf(request)}/orders/${orderId}` }, state, {
      order: orderView(desk, actorId, orderId, producerId),
      vat: compareVat(vat, facts?.delivered ?? null),
      invoices,
      sumsAt: facts?.sumsAt ?? null,
      chargeId: loadCharge(tx, actorId, orderId).current?.transactionId ?? null,
      keys: { difference: makeKey(), pay: makeKey() },
      done,
    });
    return sendPage(request, reply, page);
  };
  app.get("/desk/:handle/money/orders/:id", TREASURER, (request: IdRequest, reply) => {
    const query = readForm(DONE_QUERY, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    return show(request, reply, FRESH, query.value.done);
  });
  app.post("/desk/:handle/money/orders/:id/difference", TREASURER, (request: IdRequest, reply) => {
    const form = readMoney(request, reply, desk, {
      schema: DifferenceForm,
      show: () => sendRefusal(request, reply, { refused: "bad-request" }),
    });
    if (!form) return reply;
    const { id: orderId } = request.params;
    const done = sendDifference(desk, senderOf(request, form.value.key), { orderId, memo: "" });
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`${moneyOf(request)}/orders/${orderId}?done=moved`, 303);
  });
  app.post("/desk/:handle/money/orders/:id/pay", TREASURER, (request: IdRequest, reply) => {
    const form = readMoney(request, reply, desk, {
      schema: PayOneForm,
      show: (state) => show(request, reply, state),
      check: (value) => movementErrors(value, desk.clock.now()),
    });
    if (!form) return reply;
    const { id: orderId } = request.params;
    const producerId = producerOf(actorOf(request), orderId);
    if (producerId === undefined) return sendRefusal(request, reply, { refused: "not-found" });
    const { key, amount, till, valuedOn, memo = "" } = form.value;
    const orders = [{ orderId, cents: readAmount(amount) ?? 0 }];
    const paid = sendPayment(desk, senderOf(request, key), { producerId, till, orders, memo, valuedOn });
    if (isRefusal(paid)) return sendRefusal(request, reply, paid);
    return reply.redirect(`${moneyOf(request)}/orders/${orderId}?done=paid`, 303);
  });
}

const MAX_TO_PAY = 200;

function registerPay(app: FastifyInstance, desk: MoneyDesk): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, done?: string) => {
    const view = { producers: listToPay(desk, request), done };
    return sendPage(request, reply, payPage(pageContext(request, reply), state, view));
  };
  app.get("/desk/:handle/money/pay", TREASURER, (request, reply) => {
    const query = readForm(DONE_QUERY, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    return show(request, reply, FRESH, query.value.done);
  });
  app.post("/desk/:handle/money/pay", TREASURER, (request, reply) => {
    const form = readMoney(request, reply, desk, {
      schema: PayForm,
      show: (state) => show(request, reply, state),
      check: ({ valuedOn }) => movementErrors({ valuedOn }, desk.clock.now()),
    });
    if (!form) return reply;
    const { key, producer: producerId, till, valuedOn, memo = "", pay } = form.value;
    const orders = Object.entries(pay).map(([orderId, cents]) => ({ orderId, cents }));
    const paid = sendPayment(desk, senderOf(request, key), { producerId, till, orders, memo, valuedOn });
    if (isRefusal(paid)) return sendRefusal(request, reply, paid);
    return reply.redirect(`${moneyOf(request)}/pay?done=paid`, 303);
  });
}

/** What is open, producer by producer, by name. */
function listToPay(desk: MoneyDesk, request: FastifyRequest) {
  const actorId = actorOf(request);
  const open = listKnownOrders(desk.db.orm, actorId, { isOpen: true, limit: MAX_TO_PAY, offset: 0 });
  const due = open.filter((figures) => weighOrder(figures).openCents !== 0);
  return [...Map.groupBy(due, ({ producerId }) => producerId)]
    .map(([id, orders]) => ({
      id,
      name: producerName(desk, actorId, id),
      orders: orders.map(({ orderId }) => orderView(desk, actorId, orderId, id)),
      key: makeKey(),
    }))
    .sort((a, b) => a.name.localeCompare(b.name, "it"));
}
