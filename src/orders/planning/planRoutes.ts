// Where those who run orders make one, change its plan and its lines, and begin another from it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { readPriceList } from "../../exchange/readPriceList.ts";
import { moveByDays } from "../../kernel/localTime.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { loadKeeper } from "../../partners/keeperStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { takeUpload } from "../../web/readUpload.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { createOrder, duplicateOrder, editOrder } from "../actions.ts";
import { nextTimeOf } from "../group/places.ts";
import { listPlaces, loadGroupSettings } from "../group/store.ts";
import { nameOf } from "../namesStore.ts";
import { alignedLines, compareOffer } from "../offerChanges.ts";
import type { Source } from "../offering.ts";
import type { Order } from "../order.ts";
import { keyOf, RUN_DESK, RUNNERS, runsOrders } from "../runRoutes.ts";
import { listSources, loadSource, openCycleOf } from "../sourceStore.ts";
import { loadOrder } from "../store.ts";
import { chooseByFile } from "./fileChoice.ts";
import { LINES_MAX, type Plan, planOf } from "./plan.ts";
import {
  LINES_FORM,
  lineKey,
  PLAN_FIELDS,
  planErrors,
  readLines,
  readPlan,
  writeLines,
  writePlan,
} from "./planForm.ts";
import { linesPage, planPage, sourcesPage } from "./planPages.ts";

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const UPLOAD = { config: { ...RUNNERS.config, upload: true as const } };
const HOUR = 3_600_000;
const NewForm = Type.Object({ ...PLAN_FIELDS, source: Type.String({ maxLength: 2000 }) });
const EditForm = Type.Object({ ...PLAN_FIELDS, seen: Type.Integer({ minimum: 0 }) });
const AgainForm = Type.Object({ ...PLAN_FIELDS });
const Query = Type.Object({ source: Type.Optional(Type.String({ maxLength: 2000 })) });

/** Adds `/desk/{handle}/orders/new` and, for an order, `/edit`, `/lines` and `/again`. */
export function registerOrderPlans(app: FastifyInstance, wire: Wire): void {
  registerNew(app, wire);
  registerEdit(app, wire);
  registerLines(app, wire);
  registerAlign(app, wire);
  registerAgain(app, wire);
}

function registerNew(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, source: Source) => {
    const c = pageContext(request, reply);
    const name = nameOf(orm, source.producerId);
    return sendPage(
      request,
      reply,
      planPage(c, state, {
        title: c.say("orders.new.title"),
        lead: c.say(source.cycleIri === null ? "orders.new.onCatalog" : "orders.new.onCycle", { name }),
        keeperName: loadKeeper(orm, source.producerId)?.name ?? null,
        hidden: { source: nameSource(source) },
        isOpen: false,
        places: placeNames(orm, request),
        products: source.goods.map(({ name }) => name),
        button: c.say("orders.plan.create"),
      }),
    );
  };
  app.get("/desk/:handle/orders/new", RUN_DESK, (request, reply) => {
    const query = readForm(Query, request.query);
    const { actorId } = request.seat!;
    const now = wire.clock.now();
    if ("value" in query && query.value.source) {
      const source = loadSource(orm, actorId, readSource(query.value.source), now);
      if (!source || !runsOrders(request, source.producerId))
        return sendRefusal(request, reply, { refused: "no-such-offer" });
      return show(request, reply, formOf(writePlan(startPlan(orm, actorId, source, now))), source);
    }
    const inReach = listSources(orm, actorId, now).filter(({ producerId }) => runsOrders(request, producerId));
    const sources = inReach.map((source) => ({
      ...source,
      producerName: nameOf(orm, source.producerId),
      key: nameSource(source),
    }));
    return sendPage(request, reply, sourcesPage(pageContext(request, reply), sources));
  });
  app.post("/desk/:handle/orders/new", RUN_DESK, (request, reply) => {
    const form = readForm(NewForm, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    const key = readSource(String(form.typed.source ?? ""));
    const { actorId, handle } = request.seat!;
    const source = loadSource(orm, actorId, key, wire.clock.now());
    if (!source) return sendRefusal(request, reply, { refused: "no-such-offer" });
    if ("refused" in form) return show(request, reply, form, source);
    const read = readPlan(form.value, null);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors }, source);
    // All that is on offer is chosen; a whole catalog that is too long is chosen line by line.
    const lines = source.goods.length > LINES_MAX ? [] : source.goods.map(({ lineIri }) => ({ lineIri }));
    const wish = { actorId, personId: request.visitor!.personId, ...key, plan: read.plan, lines };
    const made = createOrder(wire, wish);
    if (!isRefusal(made)) return reply.redirect(`/desk/${handle}/orders/${made.id}/lines`, 303);
    const errors = planErrors(made);
    return errors ? show(request, reply, { typed: form.typed, errors }, source) : sendRefusal(request, reply, made);
  });
}

/** What a source is called in an address of ours. */
function nameSource({ producerId, cycleIri }: Pick<Source, "producerId" | "cycleIri">): string {
  return Buffer.from(`${producerId} ${cycleIri ?? ""}`).toString("base64url");
}

function readSource(text: string): { producerId: string; cycleIri: string | null } {
  const [producerId = "", cycleIri = ""] = Buffer.from(text, "base64url").toString("utf8").split(" ");
  return { producerId, cycleIri: cycleIri === "" ? null : cycleIri };
}

/** The group's usual places, for whoever types one. */
function placeNames(tx: Tx, request: FastifyRequest): string[] {
  return listPlaces(tx, request.seat!.actorId).map(({ name }) => name);
}

/**
 * What a new order begins with: the group's usual rules, and the producer's own dates and minimum, closing a day before it does.
 * Where the producer names no delivery, the group's usual places on their usual day.
 */
function startPlan(tx: Tx, actorId: string, source: Source, now: number): Plan {
  const { policies, modifiers } = loadGroupSettings(tx, actorId);
  const hour = Math.ceil(now / HOUR) * HOUR;
  const closesAt = source.endsAt === null ? hour + 7 * 24 * HOUR : Math.max(hour + HOUR, moveByDays(source.endsAt, -1));
  const said = source.deliveries.filter(({ startAt }) => startAt >= closesAt);
  const usual = listPlaces(tx, actorId).flatMap((place) => {
    const time = nextTimeOf(place, closesAt);
    return time ? [{ place: place.name, ...time }] : [];
  });
  const pickups = (said.length > 0 ? said : usual)
    .slice(0, 3)
    .map(({ startAt, endAt, place }, i) => ({ id: `d${i + 1}`, place, startAt, endAt }));
  return {
    name: source.name,
    note: "",
    opensAt: null,
    closesAt,
    completesUntil: null,
    pickups,
    policies: { ...policies, minimumCents: source.minimumCents ?? policies.minimumCents },
    modifiers,
  };
}

function registerEdit(app: FastifyInstance, wire: Wire): void {
  const show = (request: OrderRequest, reply: FastifyReply, state: FormState, order: Order) => {
    const c = pageContext(request, reply);
    const view = {
      title: c.say("orders.plan.editTitle"),
      lead: order.name,
      keeperName: loadKeeper(wire.db.orm, order.producerId)?.name ?? null,
      ...{ hidden: {}, isSaved: true },
      isOpen: order.state === "open",
      places: placeNames(wire.db.orm, request),
      products: order.lines.map(({ goods }) => goods.name),
      button: c.say("orders.plan.save"),
    };
    return sendPage(request, reply, planPage(c, state, view));
  };
  app.get("/desk/:handle/orders/:id/edit", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, savedForm(writePlan(planOf(order)), order.updatedAt), order);
  });
  app.post("/desk/:handle/orders/:id/edit", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(EditForm, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, order);
    const read = readPlan(form.value, planOf(order));
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors }, order);
    const done = editOrder(wire, { ...keyOf(request), seenUpdatedAt: form.value.seen }, { plan: read.plan });
    if (!isRefusal(done)) return reply.redirect(`/desk/${request.params.handle}/orders/${order.id}`, 303);
    if (done.refused === "stale-version") {
      const clash = clashWith(writePlan(planOf(order)), form.typed, order.updatedAt, "place");
      return show(request, reply, clash ?? { ...form, ...staleOf(order) }, order);
    }
    const errors = planErrors(done);
    return errors ? show(request, reply, { typed: form.typed, errors }, order) : sendRefusal(request, reply, done);
  });
}

/** A form that says the same as what is stored by now: it is shown once more, and nothing was lost. */
function staleOf({ updatedAt }: Order) {
  return { errors: {}, seen: String(updatedAt), theirs: {} };
}

function registerLines(app: FastifyInstance, wire: Wire): void {
  /** What may be chosen: what the order has, and what else is on offer now. */
  const goodsOf = (order: Order) => {
    const source = loadSource(wire.db.orm, order.actorId, order, wire.clock.now());
    const own = order.lines.map(({ goods }) => goods);
    const known = new Set(own.map(({ lineIri }) => lineIri));
    return [...own, ...(source?.goods ?? []).filter(({ lineIri }) => !known.has(lineIri))];
  };
  app.get("/desk/:handle/orders/:id/lines", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const goods = goodsOf(order);
    const state = savedForm(writeLines(order.lines, goods), order.updatedAt);
    return sendPage(request, reply, linesPage(pageContext(request, reply), state, { order, goods }));
  });
  app.post("/desk/:handle/orders/:id/lines/file", UPLOAD, async (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    const upload = await takeUpload(request.body, "file");
    const form = readForm(Type.Object({}), request.body);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const goods = goodsOf(order);
    const page = pageContext(request, reply);
    const c = { ...page, path: page.path.replace(/\/file$/, "") };
    const typed = writeLines(order.lines, goods);
    const read = isRefusal(upload) ? upload : await readPriceList(upload.bytes, upload.name);
    if (isRefusal(read)) {
      const file = { status: statusOf(read), problem: sentenceOf(read, c.say) };
      return sendPage(request, reply, linesPage(c, savedForm(typed, order.updatedAt), { order, goods, file }));
    }
    const listed = read.lists.flatMap(({ products }) => products);
    const { lineIris, unknown } = chooseByFile(goods, listed);
    for (const { lineIri } of goods) typed[`pick.${lineKey(lineIri)}`] = lineIris.has(lineIri) ? "on" : "";
    const file = { chosen: lineIris.size, unknown };
    return sendPage(request, reply, linesPage(c, savedForm(typed, order.updatedAt), { order, goods, file }));
  });
  app.post("/desk/:handle/orders/:id/lines", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const goods = goodsOf(order);
    const again = (state: FormState) =>
      sendPage(request, reply, linesPage(pageContext(request, reply), state, { order, goods }));
    const form = readForm(LINES_FORM, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    if ("refused" in form) return again(form);
    const read = readLines(form.value, goods);
    if ("errors" in read) return again({ typed: form.typed, errors: read.errors });
    const done = editOrder(wire, { ...keyOf(request), seenUpdatedAt: form.value.seen }, { lines: read.lines });
    if (isRefusal(done) && done.refused === "stale-version")
      return again(
        clashWith(writeLines(order.lines, goods), form.typed, order.updatedAt) ?? { ...form, ...staleOf(order) },
      );
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${request.params.handle}/orders/${order.id}`, 303);
  });
}

/** Takes off the list what its seller no longer offers. */
function registerAlign(app: FastifyInstance, wire: Wire): void {
  app.post("/desk/:handle/orders/:id/lines/align", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    const form = readForm(Type.Object({}), request.body);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const source = loadSource(wire.db.orm, order.actorId, order, wire.clock.now());
    if (!source) return sendRefusal(request, reply, { refused: "no-such-offer" });
    const lines = alignedLines(order, compareOffer(order, source.goods));
    const done = editOrder(wire, { ...keyOf(request), seenUpdatedAt: order.updatedAt }, { lines });
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${request.params.handle}/orders/${order.id}`, 303);
  });
}

function registerAgain(app: FastifyInstance, wire: Wire): void {
  const show = (request: OrderRequest, reply: FastifyReply, state: FormState, { lines }: Order) => {
    const c = pageContext(request, reply);
    const products = lines.map(({ goods }) => goods.name);
    const words = { title: c.say("orders.plan.againTitle"), lead: c.say("orders.plan.againLead") };
    const places = placeNames(wire.db.orm, request);
    const view = { ...words, hidden: {}, isOpen: false, places, products, button: c.say("orders.plan.create") };
    return sendPage(request, reply, planPage(c, state, view));
  };
  app.get("/desk/:handle/orders/:id/again", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, formOf(writePlan(nextPlan(order, wire.clock.now()))), order);
  });
  app.post("/desk/:handle/orders/:id/again", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(AgainForm, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, order);
    const read = readPlan(form.value, planOf(order));
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors }, order);
    const made = duplicateOrder(wire, keyOf(request), {
      cycleIri: openCycleOf(wire.db.orm, order, wire.clock.now()),
      plan: read.plan,
    });
    if (!isRefusal(made)) return reply.redirect(`/desk/${request.params.handle}/orders/${made.id}/lines`, 303);
    const errors = planErrors(made);
    return errors ? show(request, reply, { typed: form.typed, errors }, order) : sendRefusal(request, reply, made);
  });
}

/** The same dates by whole weeks later, the first that lies ahead. */
function nextPlan(order: Order, now: number): Plan {
  const plan = planOf(order);
  const weeks = Math.max(1, Math.ceil((now - order.closesAt) / (7 * 24 * HOUR)));
  const later = <T extends number | null>(at: T): T => (at === null ? at : (moveByDays(at, 7 * weeks) as T));
  return {
    ...plan,
    ...{ opensAt: null, closesAt: later(plan.closesAt), completesUntil: later(plan.completesUntil) },
    pickups: plan.pickups.map((pickup) => ({ ...pickup, startAt: later(pickup.startAt), endAt: later(pickup.endAt) })),
  };
}
