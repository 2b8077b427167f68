// All orders with their money at the treasurer's desk: found, narrowed, paged, and as sheets; and the year's balance as a sheet.
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import { SHEET_FILES } from "../exchange/writePdf.ts";
import { romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { sendSheet, splitEnding } from "../web/sheetPage.ts";
import { actorOf, moneyOf, orderName, producerName, TREASURER } from "./deskRoutes.ts";
import type { MoneyDesk } from "./formActions.ts";
import { type OrderMoney, weighOrder } from "./orderMoney.ts";
import { type OrderView, ordersPage } from "./orderPages.ts";
import { balanceSheet, ordersSheet } from "./sheets.ts";
import { readYear } from "./statementStore.ts";
import { listKnownOrders, loadFigures } from "./supplierStore.ts";

/** Orders of some years: what lies further back is in the file of its year. */
const MOST_ORDERS = 1000;
const MOST_FRESH = 100;

const OrdersQuery = Type.Object(LIST_QUERY);
const SheetQuery = Type.Object({ year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2200 })) });

type Listed = Omit<OrderView, "bookedCents">;
type SheetRequest = FastifyRequest<{ Params: { handle: string; name: string } }>;

/** What of the orders one may want to see alone. */
const CHIPS: Readonly<Record<string, (order: { readonly money: OrderMoney }) => boolean>> = {
  open: ({ money }) => money.state !== "settled",
  unpaid: ({ money }) => money.state !== "none" && money.openCents !== 0,
  differs: ({ money }) => money.differenceCents !== 0,
};

/** Adds `/desk/{handle}/money/orders` and `/money/sheets/{orders|balance}` with its `.csv` and `.pdf`. */
export function registerMoneyOverview(app: FastifyInstance, desk: MoneyDesk): void {
  app.get("/desk/:handle/money/orders", TREASURER, (request, reply) => {
    const query = readForm(OrdersQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const text = ({ name, producerName: producer }: Listed) => `${name} ${producer}`;
    const sifted = sift(listOrders(desk, actorOf(request)), query.value, { text, chips: CHIPS });
    const orders = sifted.items.map((order) => withBooked(desk, request, order));
    return sendPage(
      request,
      reply,
      ordersPage(pageContext(request, reply), { orders, sifted, chips: Object.keys(CHIPS) }),
    );
  });
  app.get("/desk/:handle/money/sheets/:name", TREASURER, (request: SheetRequest, reply) => {
    const query = readForm(SheetQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const asked = splitEnding(request.params.name);
    const c = pageContext(request, reply);
    const { year = Number(romeTime(c.now).date.slice(0, 4)) } = query.value;
    const sheet = asked?.name === "orders" ? ordersOf(desk, request, c) : balanceOf(desk, request, c, year);
    if (!asked || (asked.name !== "orders" && asked.name !== "balance"))
      return sendRefusal(request, reply, { refused: "not-found" });
    const isBalance = asked.name === "balance";
    const wish = {
      ...asked,
      ...{ headingLabel: c.say("ledger.orders.producer"), base: `${moneyOf(request)}/sheets/${asked.name}` },
      query: isBalance ? `?year=${year}` : "",
      back: isBalance
        ? { href: `${moneyOf(request)}/year?year=${year}`, label: c.say("ledger.year.title", { year }) }
        : { href: `${moneyOf(request)}/orders`, label: c.say("ledger.orders.title") },
    };
    return sendSheet(request, reply, sheet, wish, SHEET_FILES);
  });
}

/** Orders with something to do: to charge, to invoice, to pay, or a difference. */
export function countOpenOrders(desk: MoneyDesk, actorId: string): number {
  return listOrders(desk, actorId).filter(CHIPS.open!).length;
}

/** Orders with money, and before them what closed and was not charged yet: it is the next. */
function listOrders(desk: MoneyDesk, actorId: string): Listed[] {
  const tx = desk.db.orm;
  const names = new Map<string, string>();
  const producer = (id: string) => {
    const name = names.get(id) ?? producerName(desk, actorId, id);
    names.set(id, name);
    return name;
  };
  const known = listKnownOrders(tx, actorId, { isOpen: false, limit: MOST_ORDERS, offset: 0 });
  const heard = new Set(known.map(({ orderId }) => orderId));
  const fresh = desk.orders
    .listClosed(tx, actorId, MOST_FRESH)
    .filter(({ orderId }) => !heard.has(orderId))
    .map(({ orderId, producerId }) => ({ orderId, producerId, ...loadFigures(tx, actorId, orderId) }));
  return [...fresh, ...known].map(({ orderId, producerId, ...figures }) => ({
    ...{ orderId, producerId, producerName: producer(producerId) },
    name: orderName(desk, actorId, orderId),
    money: weighOrder(figures),
  }));
}

function withBooked(desk: MoneyDesk, request: FastifyRequest, order: Listed): OrderView {
  const facts = desk.orders.find(desk.db.orm, actorOf(request), order.orderId);
  return { ...order, bookedCents: facts?.bookedCents ?? null };
}

function ordersOf(desk: MoneyDesk, request: FastifyRequest, c: PageContext) {
  const orders = listOrders(desk, actorOf(request)).map((order) => withBooked(desk, request, order));
  return ordersSheet(voiceOf(c), orders);
}

function balanceOf(desk: MoneyDesk, request: FastifyRequest, c: PageContext, year: number) {
  return balanceSheet(voiceOf(c), year, readYear(desk.db.orm, actorOf(request), year));
}

function voiceOf(c: PageContext) {
  return { say: c.say, language: c.language, groupName: c.seat?.actorName ?? "" };
}
