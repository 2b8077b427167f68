// Where those who run orders work: the page of an order, and each of its acts as one form.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { findLetter } from "../activitypub/outboxListStore.ts";
import type { Wire } from "../activitypub/wire.ts";
import { doubtNotice } from "../catalogs/announced/pages.ts";
import type { Tx } from "../db/transact.ts";
import { readLocalMinute } from "../kernel/localTime.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { orderMoney } from "../ledger/orderActions.ts";
import { type Household, listHouseholds } from "../members/households/householdStore.ts";
import { loadPersonRow } from "../members/store.ts";
import { readPause } from "../partners/hosts/pauseActions.ts";
import { type Deadline, pausePart } from "../partners/hosts/pausePages.ts";
import { contractPath } from "../partners/threads/contractRoutes.ts";
import { troublePart } from "../partners/threads/troublePages.ts";
import { readTrouble } from "../partners/threads/troubleStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type Html, html } from "../web/html.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { holdsRole } from "../web/visitor.ts";
import { discardOrder, openOrder, scheduleOrder, unscheduleOrder } from "./actions.ts";
import { joinedPart } from "./aggregates/joinedPages.ts";
import { findAggregateOf } from "./aggregates/store.ts";
import {
  confirmByHand,
  markVerified,
  refusalNote,
  refuseCounter,
  takeCounter,
  weighCounter,
} from "./answers/answerActions.ts";
import { answersPart } from "./answers/answerPages.ts";
import { readAmount } from "./booking/bookForm.ts";
import { bookedTotals, countBookers, listBaskets, listBookings } from "./booking/bookingStore.ts";
import { carryBookings, findCarriable } from "./booking/carryActions.ts";
import { carryPart } from "./booking/carryPages.ts";
import { isToConfirm } from "./booking/confirming.ts";
import { type ToConfirm, toConfirmPart } from "./booking/confirmPages.ts";
import { bookedPart } from "./booking/forOthersPages.ts";
import { bookLate } from "./booking/lateActions.ts";
import { type Buying, type OrderKey, RUN_ROLES } from "./changeActions.ts";
import { closeOrder, completeCases, reopenOrder, sendOrder, takeBackOrder } from "./closeActions.ts";
import { listCounters, loadDealing } from "./dealingStore.ts";
import { correctDelivery } from "./delivery/deliveryActions.ts";
import { countOverCredit } from "./delivery/settlementStore.ts";
import { nameOf } from "./namesStore.ts";
import { listUnbooked, remindByHand, type TellingHouse } from "./notices/noticeActions.ts";
import { offerChangePart } from "./offerChangePages.ts";
import { compareOffer } from "./offerChanges.ts";
import { type Order, possibleMoves, takesBookings } from "./order.ts";
import { orderPage } from "./orderPages.ts";
import { turnsOf } from "./shifts/actions.ts";
import { orderShiftsPart } from "./shifts/notePages.ts";
import { loadOffer, loadSource } from "./sourceStore.ts";
import { listMoves, loadOrder } from "./store.ts";
import { answerNote, cancelOrder } from "./withdrawActions.ts";

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type ActKey = OrderKey & { readonly personId: string };

const PEOPLE = { config: { policy: { seat: ["admin", "referente", "member"], of: "order" } as const } };
/** Who runs the order that the address names; where it names none, RUN_DESK. */
export const RUNNERS = { config: { policy: { seat: ["admin", "referente"], of: "order" } as const } };
/** Who may book for others in the order that the address names. */
export const HELPERS = { config: { policy: { seat: ["referente"], of: "order" } as const } };
/** Who runs orders here, of whichever producer: what they see or make is held to their producers. */
export const RUN_DESK = { config: { policy: { seat: ["admin", "referente"] } as const } };
export const HANDLER_ROLES = ["admin", "referente", "delivery"] as const;
/** Who stands at the counter of the order that the address names. */
export const HANDLERS = { config: { policy: { seat: HANDLER_ROLES, of: "order" } as const } };

const Seen = Type.Integer({ minimum: 0 });
const ActForm = Type.Object({
  seen: Seen,
  reason: Type.Optional(Type.String({ maxLength: 500 })),
  closesAt: Type.Optional(Type.String({ maxLength: 30 })),
});
const NoteForm = Type.Object({
  seen: Seen,
  document: Type.String({ maxLength: 1000 }),
  text: Type.Optional(Type.String({ maxLength: 500 })),
  answer: Type.Union([Type.Literal("accept"), Type.Literal("dispute")]),
});

const Nothing = Type.Object({});
const Count = Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 }));
const Done = Type.Object({ reminded: Count, carried: Count, left: Count });
const LateForm = Type.Object({
  seen: Seen,
  household: Type.String({ maxLength: 40 }),
  line: Type.Integer({ minimum: 1 }),
  quantity: Type.String({ maxLength: 20 }),
});

/** What a person typed beside the button. */
type Words = { readonly reason: string; readonly closesAt: string };

/** What one button does, by the last words of its address. */
const ACTS: Readonly<Record<string, (buying: Buying, key: ActKey, words: Words) => object | Refusal>> = {
  open: openOrder,
  schedule: scheduleOrder,
  unschedule: unscheduleOrder,
  discard: discardOrder,
  close: closeOrder,
  complete: completeCases,
  send: sendOrder,
  reopen: reopenUntil,
  takeBack: (buying, key, { reason }) => takeBackOrder(buying, key, reason),
  cancel: (buying, key, { reason }) => cancelOrder(buying, key, reason),
  confirm: (buying, key) => confirmByHand(buying, key),
  verified: markVerified,
  correct: (buying, key, { reason }) => correctDelivery(buying, key, reason),
  "counter/take": takeCounter,
  "counter/refuse": (buying, key, { reason }) => refuseCounter(buying, key, reason),
};

function reopenUntil(buying: Buying, key: ActKey, { reason, closesAt }: Words): object | Refusal {
  const read = readLocalMinute(closesAt);
  return isRefusal(read) ? read : reopenOrder(buying, key, { reason, closesAt: read.at });
}

/** Adds `/desk/{handle}/orders/{id}` and its acts. Members are shown what they booked. */
export function registerOrderRuns(app: FastifyInstance, wire: Wire, house: TellingHouse): void {
  app.get("/desk/:handle/orders/:id", PEOPLE, (request: OrderRequest, reply) => {
    const { actorId, handle } = request.seat!;
    const order = loadOrder(wire.db.orm, actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    if (!runsOrders(request, order.producerId)) return reply.redirect(`/desk/${handle}/orders/${order.id}/book`, 303);
    return showOrder(wire, house, request, reply, order);
  });
  app.post("/desk/:handle/orders/:id/remind", RUNNERS, (request: OrderRequest, reply) => {
    const form = readForm(Nothing, request.body);
    const done = "refused" in form ? form : remindByHand(house, wire, keyOf(request));
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    const { handle, id } = request.params;
    return reply.redirect(`/desk/${handle}/orders/${id}?reminded=${done.count}`, 303);
  });
  app.post("/desk/:handle/orders/:id/carry", HELPERS, (request: OrderRequest, reply) => {
    const form = readForm(Nothing, request.body);
    const done = "refused" in form ? form : carryBookings(wire, house, keyOf(request));
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    const { handle, id } = request.params;
    return reply.redirect(`/desk/${handle}/orders/${id}?carried=${done.carried}&left=${done.left}`, 303);
  });
  for (const [name, act] of Object.entries(ACTS))
    app.post(`/desk/:handle/orders/:id/${name}`, RUNNERS, (request: OrderRequest, reply) => {
      const form = readForm(ActForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const { seen, reason = "", closesAt = "" } = form.value;
      const done = act(wire, { ...keyOf(request), seenUpdatedAt: seen }, { reason, closesAt });
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      return reply.redirect(
        `/desk/${request.params.handle}/orders${"discarded" in done ? "" : `/${request.params.id}`}`,
        303,
      );
    });
  app.post("/desk/:handle/orders/:id/late", HELPERS, (request: OrderRequest, reply) => {
    const form = readForm(LateForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { seen, household: householdId, line: lineNumber, quantity } = form.value;
    const quantityThousandths = readAmount(quantity);
    if (quantityThousandths === null) return sendRefusal(request, reply, { refused: "bad-quantity" });
    const wish = { householdId, lineNumber, quantityThousandths };
    const done = bookLate(wire, { ...keyOf(request), seenUpdatedAt: seen }, wish);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${request.params.handle}/orders/${request.params.id}`, 303);
  });
  app.post("/desk/:handle/orders/:id/note", RUNNERS, (request: OrderRequest, reply) => {
    const form = readForm(NoteForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { seen, document, text = "", answer } = form.value;
    const said = { documentIri: document, isAccepted: answer === "accept", text };
    const done = answerNote(wire, { ...keyOf(request), seenUpdatedAt: seen }, said);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${request.params.handle}/orders/${request.params.id}`, 303);
  });
}

/** The order an address names, and who acts on it. */
export function keyOf(request: OrderRequest): ActKey {
  return { actorId: request.seat!.actorId, orderId: request.params.id, personId: request.visitor!.personId };
}

/** Whether the visitor runs orders at this desk, of that producer or (none given) of any, whichever seat let them in. */
export function runsOrders({ seat, visitor }: FastifyRequest, producerId?: string): boolean {
  return holdsRole(visitor, seat?.actorId ?? "", RUN_ROLES, producerId);
}

function showOrder(
  wire: Wire,
  house: TellingHouse,
  request: OrderRequest,
  reply: FastifyReply,
  order: Order,
): FastifyReply {
  const tx = wire.db.orm;
  const c = pageContext(request, reply);
  const money = orderMoney(tx, order.actorId, order.id).state;
  const areAccountsClosed = money !== "none" && money !== "charged";
  const bookings = listBookings(tx, order.id);
  const isBooked = order.state !== "draft" && order.state !== "scheduled";
  const query = readForm(Done, request.query);
  const { reminded = null, carried, left = 0 } = "value" in query ? query.value : {};
  const carriable = mayHelp(c, order) ? findCarriable(tx, order, c.now) : null;
  const households = listHouseholds(tx, order.actorId, true);
  const toConfirm = listToConfirm(tx, order, households);
  const { actorId, thread, producerId } = order;
  const producerName = nameOf(tx, producerId);
  const view = {
    order,
    // Where no mail leaves the node nobody can be reminded from here.
    unbookedCount: house.mailer && takesBookings(order, c.now) ? listUnbooked(tx, order).length : 0,
    reminded,
    producerName,
    totals: bookedTotals(tx, order.id),
    bookersCount: countBookers(tx, order.id),
    unconfirmedCount: toConfirm.length,
    overCreditCount: takesBookings(order, c.now) ? countOverCredit(tx, order, bookings) : 0,
    moves: possibleMoves(order, "referente", c.now, areAccountsClosed),
    log: listMoves(tx, order.id).map((move) => ({
      ...move,
      personName: move.personId === null ? null : (loadPersonRow(tx, move.personId)?.name ?? null),
    })),
    parts: {
      joined: joinedPart(c, findAggregateOf(tx, order.id)),
      trouble: html`${pausePart(c, readPause(tx, { actorId, thread, peer: producerId }), deadlinesOf(tx, order))}${doubtNotice(c, loadOffer(tx, order))}${offerPart(c, tx, order)}${
        thread === null ? "" : troublePart(c, readTrouble(wire.db, { actorId, thread, peer: producerId }), producerName)
      }`,
      toConfirm: toConfirmPart(c, { baskets: toConfirm, helps: mayHelp(c, order) }),
      carry: carryPart(
        c,
        carriable && { name: carriable.from.name, count: carriable.byHousehold.size },
        carried === undefined ? null : { carried, left },
      ),
      answers: answersPart(c, answersOf(wire, c, order)),
      shifts: orderShiftsPart(
        c,
        turnsOf(tx, actorId, c.now).filter(({ orderId }) => orderId === order.id),
      ),
      booked: isBooked ? bookedPart(c, { order, bookings, households, helps: mayHelp(c, order) }) : ("" as const),
    },
  };
  return sendPage(request, reply, orderPage(c, view));
}

/** The baskets that are still to be confirmed, by the names of their households. */
function listToConfirm(tx: Tx, order: Order, households: readonly Household[]): ToConfirm[] {
  const names = new Map(households.map(({ id, name }) => [id, name]));
  return listBaskets(tx, order.id)
    .filter((basket) => isToConfirm(order, basket))
    .map(({ householdId, version, totalCents }) => {
      return { householdId, version, totalCents, name: names.get(householdId) ?? "" };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name, "it"));
}

/** What our list has that its seller no longer offers, while the list can still be changed. */
function offerPart(c: PageContext, tx: Tx, order: Order): Html | "" {
  if (!["draft", "scheduled", "open"].includes(order.state)) return "";
  const source = loadSource(tx, order.actorId, order, c.now);
  const isLed = loadOffer(tx, order)?.copy?.collectsFor !== undefined;
  const base = `/desk/${c.seat?.handle ?? ""}/orders/${order.id}`;
  return offerChangePart(c, base, source ? compareOffer(order, source.goods) : null, isLed);
}

/** What runs out while nothing of ours leaves: of an order that is not over. */
function deadlinesOf(tx: Tx, order: Order): Deadline[] {
  if (["delivered", "archived", "cancelled"].includes(order.state)) return [];
  const endsAt = loadOffer(tx, order)?.copy?.endsAt;
  const pickup = order.pickups.map(({ startAt }) => startAt).toSorted((a, b) => a - b)[0];
  const counters = listCounters(tx, order.id).filter(({ state }) => state === "open");
  return [
    ...(endsAt === undefined ? [] : [{ what: "cycle" as const, at: endsAt }]),
    ...counters.map(({ answerBy }) => ({ what: "counter" as const, at: answerBy })),
    ...(pickup === undefined ? [] : [{ what: "pickup" as const, at: pickup }]),
  ];
}

function mayHelp({ visitor, seat }: PageContext, { producerId }: Order): boolean {
  return holdsRole(visitor, seat?.actorId ?? "", ["referente"], producerId);
}

function answersOf(wire: Wire, c: PageContext, order: Order) {
  const tx = wire.db.orm;
  const dealing = loadDealing(tx, order.id);
  return {
    order,
    dealing,
    refusalNote: refusalNote(tx, order),
    letter: dealing.offer && findLetter(tx, order.actorId, dealing.offer.offerIri),
    counters: listCounters(tx, order.id),
    verdict: weighCounter(tx, order)?.verdict ?? null,
    contractHref: order.thread === null ? null : contractPath(c.seat?.handle ?? "", order.thread),
  };
}
