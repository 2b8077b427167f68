// A member's way into the group's orders: what is open, and what the household booked in all of them.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { creditOf } from "../ledger/creditActions.ts";
import { listChargedTo } from "../ledger/statementStore.ts";
import { householdOf, listAllFriends } from "../members/householdStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { html } from "../web/html.ts";
import { type DeskEntry, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { holdsRole, producersInReach } from "../web/visitor.ts";
import { listBasketsOf, listHouseholdBookings, loadBasket } from "./bookingStore.ts";
import { HAND_OUT_ROLES, RUN_ROLES } from "./changeActions.ts";
import { listHouseholdPortions } from "./deliveryStore.ts";
import { sortOrders } from "./group/settings.ts";
import { loadGroupSettings } from "./group/store.ts";
import { type Due, memberChips, minePage, type OpenOrder, type OwnOrder, openOrdersPart } from "./memberPages.ts";
import { nameOf } from "./namesStore.ts";
import type { Order } from "./order.ts";
import { handOutPart, runnersPart } from "./orderPages.ts";
import { runsOrders } from "./runRoutes.ts";
import { previewSettlement } from "./settlementStore.ts";
import { listNeedingPerson, listOrders, loadOrder, type OrderHead } from "./store.ts";

const PEOPLE = { config: { policy: { seat: ["member", "referente", "admin", "delivery"] as const } } };
const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const OPEN_SHOWN = 100;
const OWN_SHOWN = 60;
const RUNS_SHOWN = 30;
const LIST_QUERY = Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) });

/** Where a group's desk leads to this room. */
export const ORDERS_DESK: readonly DeskEntry[] = [
  { path: "orders", label: "orders.nav", kinds: ["gas"], roles: ["member", "referente", "admin", "delivery"] },
];

/** Adds `/desk/{handle}/orders` and `/desk/{handle}/orders/mine`. */
export function registerMemberOrders(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get("/desk/:handle/orders", PEOPLE, (request, reply) => {
    const c = pageContext(request, reply);
    const { actorId } = request.seat!;
    const query = readForm(LIST_QUERY, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const household = householdOf(orm, actorId, request.visitor!.personId);
    const mine = household
      ? html`${memberChips(c, "open")}${openOrdersPart(c, listOpen(orm, actorId, household.id))}`
      : "";
    const reach = producersInReach(request.visitor, actorId, RUN_ROLES);
    const runs = runsOrders(request) ? runnersPart(c, listRuns(orm, actorId, reach, query.value.after ?? 0)) : "";
    const isHelper = !runsOrders(request) && holdsRole(request.visitor, actorId, HAND_OUT_ROLES);
    const counter = isHelper ? handOutPart(c, listAtCounter(orm, actorId)) : "";
    return sendPage(request, reply, { title: c.say("orders.list.title"), body: html`${counter}${mine}${runs}` });
  });
  app.get("/desk/:handle/orders/mine", MEMBERS, (request, reply) => {
    const { actorId } = request.seat!;
    const household = householdOf(orm, actorId, request.visitor!.personId);
    if (!household) return sendRefusal(request, reply, { refused: "not-found" });
    const view = {
      own: listOwn(orm, actorId, household.id),
      friendNames: new Map(listAllFriends(orm, actorId).map(({ id, name }) => [id, name])),
      credit: creditOf(orm, actorId, household.id),
    };
    return sendPage(request, reply, minePage(pageContext(request, reply), view));
  });
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
  const { ordersFirst } = loadGroupSettings(tx, actorId);
  return sortOrders(open, ordersFirst, (order) => order).map((order) => ({
    order,
    producerName: nameOf(tx, order.producerId),
    basket: loadBasket(tx, order.id, householdId),
  }));
}

function listOwn(tx: Tx, actorId: string, householdId: string): OwnOrder[] {
  const baskets = listBasketsOf(tx, actorId, householdId, OWN_SHOWN);
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
