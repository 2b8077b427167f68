// Where those who run orders join several into one, give them one plan, move them together and charge what all bear.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { moveByDays } from "../../kernel/localTime.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { listPlaces } from "../group/store.ts";
import type { Order } from "../order.ts";
import { planErrors } from "../planning/planForm.ts";
import { RUN_DESK, runsOrders } from "../runRoutes.ts";
import {
  type AggregateKey,
  actTogether,
  createAggregate,
  dissolveAggregate,
  followAggregate,
  joinAggregate,
  leaveAggregate,
  planAggregate,
} from "./actions.ts";
import { copyAggregate } from "./copyActions.ts";
import { chargeCosts } from "./costActions.ts";
import { AGGREGATE_FIELDS, CHOSEN_ORDERS, readAggregatePlan, writeAggregatePlan } from "./form.ts";
import { type AggregateView, aggregatePage, aggregatesPage } from "./pages.ts";
import { type Aggregate, type AggregatePlan, aggregatePlanOf, TOGETHER_ACTS } from "./plan.ts";
import { aggregatePlanPage, type PlanView } from "./planPages.ts";
import { listAggregated, listAggregates, listParts, loadAggregate } from "./store.ts";
import { readJoinable, readView } from "./viewStore.ts";

export type AggregateRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

export const PATH = "/desk/:handle/aggregates";
const SHOWN = 50;
const WEEK_DAYS = 7;
const HOUR = 3_600_000;
const Seen = Type.Integer({ minimum: 0 });
const NewForm = Type.Object({ ...AGGREGATE_FIELDS, order: CHOSEN_ORDERS });
const PlanForm = Type.Object({ ...AGGREGATE_FIELDS, seen: Seen });
const AgainForm = Type.Object(AGGREGATE_FIELDS);
const JoinForm = Type.Object({ seen: Seen, order: CHOSEN_ORDERS });
const OneForm = Type.Object({ seen: Type.Optional(Seen), order: Type.String({ pattern: "^[a-z2-7]{26}$" }) });
const SeenForm = Type.Object({ seen: Seen, reason: Type.Optional(Type.String({ maxLength: 500 })) });
const Nothing = Type.Object({});
const TOLD = [...TOGETHER_ACTS, "copied"] as const;
const ToldQuery = Type.Object({
  did: Type.Optional(Type.Enum([...TOLD])),
  count: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
});

/** Adds `/desk/{handle}/aggregates` and everything below but its papers. */
export function registerAggregates(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get(PATH, RUN_DESK, (request, reply) => {
    const { actorId } = request.seat!;
    const parts = listParts(orm, actorId);
    const list = listAggregates(orm, actorId, SHOWN)
      .map((aggregate) => ({ aggregate, orders: parts.get(aggregate.id) ?? [] }))
      .filter(({ orders }) => sees(request, orders))
      .map(({ aggregate, orders }) => ({ aggregate, count: orders.length }));
    return sendPage(request, reply, aggregatesPage(pageContext(request, reply), list));
  });
  app.get(`${PATH}/:id`, RUN_DESK, (request: AggregateRequest, reply) => {
    const found = findAggregate(wire, request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const query = readForm(ToldQuery, request.query);
    const { did, count = 0 } = "value" in query ? query.value : {};
    return showAggregate(wire, request, reply, found, did ? { what: did, count, left: [] } : null);
  });
  registerNew(app, wire);
  registerPlan(app, wire);
  registerAgain(app, wire);
  registerActs(app, wire);
  registerTogether(app, wire);
}

type Found = { readonly aggregate: Aggregate; readonly orders: readonly Order[] };

/** The aggregate an address names, for whoever runs one of its orders. */
export function findAggregate(wire: Wire, request: AggregateRequest): Found | undefined {
  const aggregate = loadAggregate(wire.db.orm, request.seat!.actorId, request.params.id);
  if (!aggregate) return undefined;
  const orders = listAggregated(wire.db.orm, aggregate);
  return sees(request, orders) ? { aggregate, orders } : undefined;
}

function sees(request: FastifyRequest, orders: readonly Pick<Order, "producerId">[]): boolean {
  return orders.length === 0 || orders.some(({ producerId }) => runsOrders(request, producerId));
}

/** Whether who asks runs every one of its orders. */
export function runsThemAll(request: FastifyRequest, { orders }: Pick<Found, "orders">): boolean {
  return orders.every(({ producerId }) => runsOrders(request, producerId));
}

/** Its page's address. */
export function pathOf({ params }: AggregateRequest): string {
  return `/desk/${params.handle}/aggregates/${params.id}`;
}

/** The aggregate a request names, for its acts; `seen`: its `updatedAt` as who asks saw it. */
export function keyOf(request: AggregateRequest, seen?: number): AggregateKey {
  const { seat, visitor, params } = request;
  const key = { actorId: seat!.actorId, id: params.id, personId: visitor!.personId };
  return seen === undefined ? key : { ...key, seenUpdatedAt: seen };
}

function showAggregate(
  wire: Wire,
  request: AggregateRequest,
  reply: FastifyReply,
  { aggregate, orders }: Found,
  told: AggregateView["told"],
): FastifyReply {
  const runs = (producerId: string) => runsOrders(request, producerId);
  const view = readView(wire.db.orm, aggregate, orders, { runs, now: wire.clock.now() });
  return sendPage(request, reply, aggregatePage(pageContext(request, reply), pathOf(request), { ...view, told }));
}

/** The form's page with what it is about. */
function showPlan(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  state: FormState,
  about: (c: PageContext) => Omit<PlanView, "places" | "backHref"> & { readonly backHref?: string },
): FastifyReply {
  const c = pageContext(request, reply);
  const places = listPlaces(wire.db.orm, request.seat!.actorId).map(({ name }) => name);
  const view = { places, backHref: `/desk/${request.seat!.handle}/aggregates`, ...about(c) };
  return sendPage(request, reply, aggregatePlanPage(c, state, view));
}

function registerNew(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) =>
    showPlan(wire, request, reply, state, ({ say }) => ({
      ...{ title: say("aggregates.new"), lead: say("aggregates.newLead"), isSaved: false },
      joinable: readJoinable(orm, request.seat!.actorId, (producerId) => runsOrders(request, producerId)),
      button: say("aggregates.create"),
    }));
  app.get(`${PATH}/new`, RUN_DESK, (request, reply) =>
    show(request, reply, formOf(writeAggregatePlan(startPlan(wire.clock.now())))),
  );
  app.post(`${PATH}/new`, RUN_DESK, (request, reply) => {
    const form = readForm(NewForm, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    const isChosen = Object.keys(form.typed).some((name) => name.startsWith("order."));
    const chosen: Record<string, string> = isChosen ? {} : { orders: "required" };
    if ("refused" in form) return show(request, reply, { ...form, errors: { ...form.errors, ...chosen } });
    const orderIds = Object.keys(form.value.order);
    const read = readAggregatePlan(form.value, null);
    if ("errors" in read || orderIds.length === 0)
      return show(request, reply, {
        typed: form.typed,
        errors: { ...chosen, ...("errors" in read ? read.errors : {}) },
      });
    const { actorId, handle } = request.seat!;
    const wish = { actorId, personId: request.visitor!.personId, plan: read.plan, orderIds };
    const made = createAggregate(wire, wish);
    if (!isRefusal(made)) return reply.redirect(`/desk/${handle}/aggregates/${made.id}`, 303);
    const errors = planErrors(made);
    return errors ? show(request, reply, { typed: form.typed, errors }) : sendRefusal(request, reply, made);
  });
}

/** Nothing but a closing in a week: the orders that come in have their own names. */
function startPlan(now: number): AggregatePlan {
  const closesAt = moveByDays(Math.ceil(now / HOUR) * HOUR, WEEK_DAYS);
  return { name: "", opensAt: null, closesAt, pickups: [], costs: [] };
}

function registerPlan(app: FastifyInstance, wire: Wire): void {
  const show = (request: AggregateRequest, reply: FastifyReply, state: FormState, { name }: Aggregate) =>
    showPlan(wire, request, reply, state, ({ say }) => ({
      ...{ title: say("aggregates.editPlan"), lead: name, joinable: null, isSaved: true },
      ...{ button: say("orders.plan.save"), backHref: pathOf(request) },
    }));
  app.get(`${PATH}/:id/plan`, RUN_DESK, (request: AggregateRequest, reply) => {
    const found = findAggregate(wire, request);
    if (!found || found.aggregate.dissolvedAt !== null) return sendRefusal(request, reply, { refused: "not-found" });
    if (!runsThemAll(request, found)) return sendRefusal(request, reply, { refused: "aggregate-of-others" });
    const { aggregate } = found;
    const typed = writeAggregatePlan(aggregatePlanOf(aggregate));
    return show(request, reply, savedForm(typed, aggregate.updatedAt), aggregate);
  });
  app.post(`${PATH}/:id/plan`, RUN_DESK, (request: AggregateRequest, reply) => {
    const found = findAggregate(wire, request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const { aggregate } = found;
    const form = readForm(PlanForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, form, aggregate) : sendRefusal(request, reply, form);
    const plan = aggregatePlanOf(aggregate);
    const read = readAggregatePlan(form.value, plan);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors }, aggregate);
    const done = planAggregate(wire, keyOf(request, form.value.seen), read.plan);
    if (!isRefusal(done)) return reply.redirect(pathOf(request), 303);
    if (done.refused === "stale-version") {
      const clash = clashWith(writeAggregatePlan(plan), form.typed, aggregate.updatedAt, "place");
      const same = { ...form, errors: {}, seen: String(aggregate.updatedAt), theirs: {} };
      return show(request, reply, clash ?? same, aggregate);
    }
    const errors = planErrors(done);
    return errors ? show(request, reply, { typed: form.typed, errors }, aggregate) : sendRefusal(request, reply, done);
  });
}

function registerAgain(app: FastifyInstance, wire: Wire): void {
  const show = (request: AggregateRequest, reply: FastifyReply, state: FormState) =>
    showPlan(wire, request, reply, state, ({ say }) => ({
      ...{ title: say("aggregates.again"), lead: say("aggregates.againLead"), joinable: null, isSaved: false },
      ...{ button: say("aggregates.copy"), backHref: pathOf(request) },
    }));
  app.get(`${PATH}/:id/again`, RUN_DESK, (request: AggregateRequest, reply) => {
    const found = findAggregate(wire, request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, formOf(writeAggregatePlan(nextPlan(found.aggregate, wire.clock.now()))));
  });
  app.post(`${PATH}/:id/again`, RUN_DESK, (request: AggregateRequest, reply) => {
    const found = findAggregate(wire, request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(AgainForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const read = readAggregatePlan(form.value, aggregatePlanOf(found.aggregate));
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors });
    const made = copyAggregate(wire, keyOf(request), read.plan);
    const errors = isRefusal(made) ? planErrors(made) : null;
    if (errors) return show(request, reply, { typed: form.typed, errors });
    if (isRefusal(made)) return sendRefusal(request, reply, made);
    const told = { what: "copied", count: made.count, left: made.left };
    const path = `/desk/${request.params.handle}/aggregates/${made.aggregate.id}`;
    if (made.left.length === 0) return reply.redirect(`${path}?did=copied&count=${made.count}`, 303);
    const orders = listAggregated(wire.db.orm, made.aggregate);
    request.params.id = made.aggregate.id;
    return showAggregate(wire, request, reply, { aggregate: made.aggregate, orders }, told);
  });
}

/** The same dates by whole weeks later, the first that lies ahead. */
function nextPlan(aggregate: Aggregate, now: number): AggregatePlan {
  const plan = aggregatePlanOf(aggregate);
  const weeks = Math.max(1, Math.ceil((now - plan.closesAt) / (WEEK_DAYS * 24 * HOUR)));
  const later = <T extends number | null>(at: T): T => (at === null ? at : (moveByDays(at, WEEK_DAYS * weeks) as T));
  const pickups = plan.pickups.map((one) => ({ ...one, startAt: later(one.startAt), endAt: later(one.endAt) }));
  return { ...plan, opensAt: null, closesAt: later(plan.closesAt), pickups };
}

function registerActs(app: FastifyInstance, wire: Wire): void {
  const answer = (request: AggregateRequest, reply: FastifyReply, done: object | Refusal, path = pathOf(request)) =>
    isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(path, 303);
  app.post(`${PATH}/:id/join`, RUN_DESK, (request: AggregateRequest, reply) => {
    const form = readForm(JoinForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { seen, order } = form.value;
    return answer(request, reply, joinAggregate(wire, keyOf(request, seen), Object.keys(order)));
  });
  for (const [name, act] of [
    ["leave", leaveAggregate],
    ["follow", followAggregate],
  ] as const)
    app.post(`${PATH}/:id/${name}`, RUN_DESK, (request: AggregateRequest, reply) => {
      const form = readForm(OneForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      return answer(request, reply, act(wire, keyOf(request, form.value.seen), form.value.order));
    });
  app.post(`${PATH}/:id/dissolve`, RUN_DESK, (request: AggregateRequest, reply) => {
    const form = readForm(SeenForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const list = `/desk/${request.params.handle}/aggregates`;
    return answer(request, reply, dissolveAggregate(wire, keyOf(request, form.value.seen)), list);
  });
  app.post(`${PATH}/:id/charge`, RUN_DESK, (request: AggregateRequest, reply) => {
    const form = readForm(SeenForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { seen, reason = "" } = form.value;
    return answer(request, reply, chargeCosts(wire, keyOf(request, seen), reason));
  });
}

/** Where one could not, the page says which and why; where all could, its address is the page's own. */
function registerTogether(app: FastifyInstance, wire: Wire): void {
  for (const what of TOGETHER_ACTS)
    app.post(`${PATH}/:id/${what}`, RUN_DESK, (request: AggregateRequest, reply) => {
      const form = readForm(Nothing, request.body);
      const done = "refused" in form ? form : actTogether(wire, keyOf(request), what);
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      const count = done.done.length;
      if (done.left.length === 0) return reply.redirect(`${pathOf(request)}?did=${what}&count=${count}`, 303);
      return showAggregate(wire, request, reply, findAggregate(wire, request)!, { what, count, left: done.left });
    });
}
