// A member's way into the group's orders: what is open, and what the household booked in all of them.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { SHEET_FILES } from "../exchange/writePdf.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { creditOf } from "../ledger/creditActions.ts";
import { listChargedTo } from "../ledger/statementStore.ts";
import { type Household, householdOf, listAllFriends } from "../members/households/householdStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type Html, html } from "../web/html.ts";
import { LIST_QUERY, type Sifted, sift } from "../web/lists.ts";
import { type DeskEntry, type PageContext, pageContext, sendPage, type View } from "../web/page.ts";
import { chips } from "../web/parts.ts";
import { readForm } from "../web/readForm.ts";
import { sendSheet } from "../web/sheetPage.ts";
import { holdsRole, producersInReach } from "../web/visitor.ts";
import { listToCharge, readOwnCosts } from "./aggregates/costActions.ts";
import { ownCostsPart } from "./aggregates/ownPages.ts";
import { type Basket, listBasketsOf, listHouseholdBookings, loadBasket } from "./booking/bookingStore.ts";
import { calendarPart } from "./calendar/calendarPages.ts";
import { calendarUrl } from "./calendar/calendarRoutes.ts";
import { HAND_OUT_ROLES, RUN_ROLES } from "./changeActions.ts";
import { listHouseholdPortions } from "./delivery/deliveryStore.ts";
import { previewSettlement } from "./delivery/settlementStore.ts";
import { favouritesLink } from "./favourites/pages.ts";
import { groupOrders, ORDERS_FIRST, type OrdersFirst } from "./group/settings.ts";
import { loadGroupSettings } from "./group/store.ts";
import {
  collectNote,
  type Due,
  factsOf,
  type HomeOrder,
  historyPage,
  kindOf,
  memberTabs,
  minePage,
  type OpenOrder,
  type OwnOrder,
  openOrdersPart,
  ownSums,
  type PastOrder,
  pickupsPage,
  sumOwn,
} from "./memberPages.ts";
import { nameOf } from "./namesStore.ts";
import { amountOf, type Order } from "./order.ts";
import { handOutPart, runnersPart } from "./orderPages.ts";
import { outsideRunPart } from "./outside/pages.ts";
import { listLatestOutside, listOpenOutside } from "./outside/store.ts";
import { historySheet } from "./reports/historySheetPages.ts";
import { runsOrders } from "./runRoutes.ts";
import { turnsOf } from "./shifts/actions.ts";
import { ownShiftsNote } from "./shifts/notePages.ts";
import { listNeedingPerson, listOrders, loadOrder, type OrderHead } from "./store.ts";

const PEOPLE = { config: { policy: { seat: ["member", "referente", "admin", "delivery"] as const } } };
const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const OPEN_SHOWN = 100;
const OWN_SHOWN = 60;
const RUNS_SHOWN = 30;
const OUTSIDE_SHOWN = 10;
const PAST_SHOWN = 500;
const HISTORY_PAGE = 20;
/** A sheet to keep holds the last two or three years of a household that orders every week. */
const SHEET_ORDERS = 150;
const ORDERS_QUERY = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0 })),
  by: Type.Optional(Type.Enum([...ORDERS_FIRST])),
});
const HISTORY_QUERY = Type.Object({ ...LIST_QUERY });

/** Where a group's desk leads to this room. */
export const ORDERS_DESK: readonly DeskEntry[] = [
  {
    path: "orders",
    also: ["aggregates"],
    label: "orders.nav",
    kinds: ["gas"],
    roles: ["member", "referente", "admin", "delivery"],
    landing: ["member", "referente", "delivery"],
  },
  { path: "pickups", label: "orders.pickups.nav", kinds: ["gas"], roles: ["member"] },
];

/** What other rooms tell or ask a person, on the page where they begin; "" for nothing. */
export type HomeNote = (tx: Tx, c: PageContext, actorId: string, personId: string) => Html | "";

/** Adds `/desk/{handle}/orders`, what a household has in all of them, what it collects, and what was. */
export function registerMemberOrders(app: FastifyInstance, wire: Wire, noteOf: HomeNote): void {
  const { orm } = wire.db;
  app.get("/desk/:handle/orders", PEOPLE, (request, reply) => {
    const c = pageContext(request, reply);
    const { actorId } = request.seat!;
    const query = readForm(ORDERS_QUERY, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const household = householdOf(orm, actorId, request.visitor!.personId);
    const mine = household ? memberHome(c, orm, household, query.value.by) : "";
    const reach = producersInReach(request.visitor, actorId, RUN_ROLES);
    const runs = runsOrders(request)
      ? html`${runnersPart(c, listRuns(orm, actorId, reach, query.value.after ?? 0))}${outsideRunPart(c, listLatestOutside(orm, actorId, OUTSIDE_SHOWN))}`
      : "";
    const isHelper = !runsOrders(request) && holdsRole(request.visitor, actorId, HAND_OUT_ROLES);
    const counter = isHelper ? handOutPart(c, listAtCounter(orm, actorId)) : "";
    const shifts = ownShiftsNote(c, turnsOf(orm, actorId, c.now));
    return sendPage(request, reply, {
      title: c.say("orders.list.title"),
      body: html`${counter}${shifts}${noteOf(orm, c, actorId, request.visitor!.personId)}${mine}${runs}`,
    });
  });
  const own = (
    path: string,
    show: (request: FastifyRequest, c: PageContext, household: Household) => View | Refusal | Promise<View | Refusal>,
  ): void => {
    type Desk = FastifyRequest<{ Params: { handle: string } }>;
    app.get(`/desk/:handle/${path}`, MEMBERS, async (request: Desk, reply) => {
      const household = householdOf(orm, request.seat!.actorId, request.visitor!.personId);
      if (!household) return sendRefusal(request, reply, { refused: "not-found" });
      const view = await show(request, pageContext(request, reply), household);
      return isRefusal(view) ? sendRefusal(request, reply, view) : sendPage(request, reply, view);
    });
  };
  own("orders/mine", (_request, c, household) => {
    const page = minePage(c, {
      own: listOwn(orm, household),
      friendNames: friendNamesOf(orm, household),
      credit: creditOf(orm, household.actorId, household.id),
      makeKey: () => encodeId(randomBytes(16)),
    });
    return withOwnCosts(c, orm, household, page);
  });
  own("pickups", async (request, c, household) => {
    const owner = { actorId: household.actorId, personId: request.visitor!.personId };
    const calendar = calendarPart(c, await calendarUrl(app, orm, owner));
    const page = pickupsPage(c, { own: listOwn(orm, household), friendNames: friendNamesOf(orm, household), calendar });
    return withOwnCosts(c, orm, household, page);
  });
  own("orders/history", (request, c, household) => {
    const list = listPast(orm, request, household, HISTORY_PAGE);
    if (isRefusal(list)) return list;
    return historyPage(c, { list, past: pastOf(orm, household, list), friendNames: friendNamesOf(orm, household) });
  });
  registerHistoryFiles(app, wire);
}

/** Below: what the household will owe beside the goods, for orders that come together. */
function withOwnCosts(c: PageContext, tx: Tx, { actorId, id: householdId }: Household, page: View): View {
  const part = ownCostsPart(c, readOwnCosts(tx, { actorId, householdId }));
  return part === "" ? page : { ...page, body: html`${page.body}${part}` };
}

/** The history as a file to keep. */
function registerHistoryFiles(app: FastifyInstance, { db: { orm } }: Wire): void {
  for (const ending of ["csv", "pdf"] as const)
    app.get(`/desk/:handle/orders/history.${ending}`, MEMBERS, async (request, reply) => {
      const household = householdOf(orm, request.seat!.actorId, request.visitor!.personId);
      const list = household ? listPast(orm, request, household, SHEET_ORDERS) : { refused: "not-found" };
      if (isRefusal(list) || !household) return sendRefusal(request, reply, list as Refusal);
      const c = pageContext(request, reply);
      const sheet = historySheet(c, household.name, pastOf(orm, household, list as Sifted<Basket>));
      const base = `/desk/${request.seat!.handle}/orders/history`;
      const back = { href: base, label: c.say("orders.history.title") };
      const wish = { ending, name: "history", headingLabel: c.say("orders.history.order"), base, back };
      return sendSheet(request, reply, sheet, wish, SHEET_FILES);
    });
}

/** A household's orders that are over, found as the address asks. */
function listPast(
  tx: Tx,
  request: FastifyRequest,
  household: Household,
  size: number,
): Sifted<ReturnType<typeof listBasketsOf>[number]> | Refusal<"bad-request"> {
  const query = readForm(HISTORY_QUERY, request.query);
  if ("refused" in query) return { refused: "bad-request" };
  const past = listBasketsOf(tx, household.actorId, household.id, PAST_SHOWN).filter(
    ({ orderState, state }) => kindOf(orderState, state) === "past",
  );
  const names = new Map<string, string>();
  const producerName = (id: string) => {
    const name = names.get(id) ?? nameOf(tx, id);
    names.set(id, name);
    return name;
  };
  const text = ({ orderName, producerId }: (typeof past)[number]) => `${orderName} ${producerName(producerId)}`;
  return sift(past, query.value, { text, size });
}

function pastOf(tx: Tx, household: Household, list: Sifted<Basket>): PastOrder[] {
  return ownOf(tx, household, list.items).map((one) => ({ ...one, ...deliveredOf(one) }));
}

/** The member's home: what waits to be collected, what the money does, what is open. */
function memberHome(c: PageContext, tx: Tx, household: Household, asked: OrdersFirst | undefined): Html {
  const own = listOwn(tx, household);
  const by = asked ?? loadGroupSettings(tx, household.actorId).ordersFirst;
  const open = listOpen(tx, household.actorId, household.id);
  const outside = listOpenOutside(tx, household.actorId, c.now, OPEN_SHOWN);
  const shown: HomeOrder[] = [...open, ...outside];
  const groups = groupOrders(shown, by, factsOf);
  const ways = ORDERS_FIRST.map((name) => ({
    href: `${c.path}?by=${name}`,
    label: c.say(`orders.list.by.${name}`),
    isCurrent: name === by,
  }));
  const sums = ownSums(c, sumOwn(own, creditOf(tx, household.actorId, household.id)));
  const sort = shown.length > 1 ? chips(c.say("orders.list.by.label"), ways) : "";
  return html`${memberTabs(c, "open")}${collectNote(c, own)}${sums}<h2 class="unseen">${c.say("orders.tabs.open")}</h2>${sort}${openOrdersPart(c, groups)}${favouritesLink(c)}`;
}

function friendNamesOf(tx: Tx, { actorId }: Household): Map<string, string> {
  return new Map(listAllFriends(tx, actorId).map(({ id, name }) => [id, name]));
}

/** What came of a household's bookings, goods alone, in cents: as confirmed, and as handed out; null where nobody said. */
function deliveredOf({ order, portions }: OwnOrder): { confirmedCents: number | null; deliveredCents: number | null } {
  const goods = new Map(order.lines.map((line) => [line.number, line.goods]));
  const sum = (amount: (portion: OwnOrder["portions"][number]) => number) =>
    portions.reduce((total, one) => total + amountOf(amount(one), goods.get(one.lineNumber)!), 0);
  const isWeighed = portions.length > 0 && portions.every(({ deliveredThousandths }) => deliveredThousandths !== null);
  return {
    confirmedCents: portions.length === 0 ? null : sum(({ allocatedThousandths }) => allocatedThousandths),
    deliveredCents: isWeighed ? sum(({ deliveredThousandths }) => deliveredThousandths ?? 0) : null,
  };
}

/** What those who run orders see: what waits for them apart, then all, a page at a time. */
function listRuns(tx: Tx, actorId: string, producerIds: readonly string[] | null, offset: number) {
  const named = (order: OrderHead) => ({ order, producerName: nameOf(tx, order.producerId) });
  const found = listOrders(tx, actorId, { producerIds, limit: RUNS_SHOWN + 1, offset });
  const waiting = listNeedingPerson(tx, actorId, OPEN_SHOWN).filter(
    ({ producerId }) => producerIds?.includes(producerId) ?? true,
  );
  return {
    waiting: offset === 0 ? waiting.map(named) : [],
    toCharge: offset === 0 ? listToCharge(tx, actorId, (id) => producerIds?.includes(id) ?? true) : [],
    all: found.slice(0, RUNS_SHOWN).map(named),
    next: found.length > RUNS_SHOWN ? `after=${offset + RUNS_SHOWN}` : null,
  };
}

/** Orders whose goods are on their way, here, or being handed out. */
function listAtCounter(tx: Tx, actorId: string) {
  const states = ["sent", "confirmed", "arrived", "delivering", "delivered"] as const;
  return listOrders(tx, actorId, { states, limit: RUNS_SHOWN }).map((order) => ({
    order,
    producerName: nameOf(tx, order.producerId),
  }));
}

function listOpen(tx: Tx, actorId: string, householdId: string): OpenOrder[] {
  const open = listOrders(tx, actorId, { states: ["open", "completing"], limit: OPEN_SHOWN });
  return open.map((order) => ({
    order,
    producerName: nameOf(tx, order.producerId),
    basket: loadBasket(tx, order.id, householdId),
  }));
}

/** What a household has in orders that are not over, the latest first. */
function listOwn(tx: Tx, household: Household): OwnOrder[] {
  const baskets = listBasketsOf(tx, household.actorId, household.id, OWN_SHOWN);
  return ownOf(
    tx,
    household,
    baskets.filter(({ orderState, state }) => kindOf(orderState, state) !== "past"),
  );
}

function ownOf(tx: Tx, { actorId, id: householdId }: Household, baskets: readonly Basket[]): OwnOrder[] {
  const orderIds = baskets.map(({ orderId }) => orderId);
  const charged = listChargedTo(tx, { actorId, householdId }, orderIds);
  return baskets.flatMap((basket) => {
    const order = loadOrder(tx, actorId, basket.orderId);
    if (!order) return [];
    return {
      ...{ order, basket, due: dueOf(tx, order, householdId, charged.get(order.id)) },
      producerName: nameOf(tx, order.producerId),
      bookings: listHouseholdBookings(tx, order.id, householdId),
      portions: listHouseholdPortions(tx, order.id, householdId),
    };
  });
}

/** The charge once there is one; while goods are handed out what they come to; nothing of an order that came to nothing. */
function dueOf(tx: Tx, order: Order, householdId: string, chargedCents: number | undefined): Due | null {
  if (chargedCents !== undefined) return { cents: chargedCents, isCharged: true };
  if (order.state === "delivered" || order.state === "archived") return { cents: 0, isCharged: true };
  if (order.state !== "arrived" && order.state !== "delivering") return null;
  const charge = previewSettlement(tx, order).charges.find((one) => one.householdId === householdId);
  return { cents: charge?.cents ?? 0, isCharged: false };
}
