// The producer's desk for cycles: each form one action, then back to the cycle.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import { plainText } from "../catalogs/listing.ts";
import type { Product } from "../catalogs/product.ts";
import { listCurrentProducts, loadProduct, loadProductBySlug } from "../catalogs/store.ts";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { moveByDays } from "../kernel/localTime.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH, formOf } from "../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { clashWith, savedForm } from "../web/seen.ts";
import {
  addLines,
  closeEarly,
  createCycle,
  discardDraft,
  editCycle,
  openCycle,
  removeCycle,
  scheduleCycle,
  setAvailability,
  unscheduleCycle,
  withdrawLine,
} from "./actions.ts";
import { cancelCycle, confirmCycle, freezeCycle } from "./closingActions.ts";
import { activeLines, type Cycle, type NewLine, planOf } from "./cycle.ts";
import { chooseProductsPage, cyclesPage, deskCyclePage, planPage, typedAvailability } from "./deskPages.ts";
import { PLAN_FORM, planErrors, readPlan, writePlan } from "./planForm.ts";
import { productLines } from "./productLines.ts";
import type { CycleKey } from "./publishActions.ts";
import { DEFAULT_RULES } from "./saleRules.ts";
import { listCycles, loadCycle } from "./store.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };
const PAGE = 30;
const DAY = 86_400_000;

/** Where a producer's desk leads to this room. */
export const SALES_DESK: readonly DeskEntry[] = [
  {
    path: "today",
    label: "sales.today.nav",
    kinds: ["producer"],
    roles: ["admin", "producer"],
    landing: ["admin", "producer"],
  },
  { path: "sales", label: "sales.orders.nav", kinds: ["producer"], roles: ["admin", "producer"] },
  { path: "cycles", label: "sales.desk.nav", kinds: ["producer"], roles: ["admin", "producer"] },
];

type DeskRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const Seen = Type.Integer({ minimum: 0 });
const PlanForm = Type.Object({
  ...PLAN_FORM,
  seen: Type.Optional(Seen),
  from: Type.Optional(Type.String({ maxLength: 40 })),
});
const ProductsForm = Type.Object({
  seen: Seen,
  product: Type.Record(Type.String({ pattern: "^[a-z0-9-]{1,100}$" }), Type.String({ maxLength: 10 })),
});
const AvailableForm = Type.Object({
  seen: Seen,
  available: Type.Record(Type.String({ pattern: "^[1-9][0-9]{0,5}$" }), Type.String({ maxLength: 20 })),
});
const WithdrawForm = Type.Object({ seen: Seen, number: Type.Integer({ minimum: 1 }) });
const CancelForm = Type.Object({ seen: Seen, reason: Type.String({ maxLength: 500 }) });
const ActForm = Type.Object({ seen: Seen });
const ListQuery = Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) });
const ProductsQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 100 })),
  after: Type.Optional(Type.String({ maxLength: 200 })),
});

/** What an empty form shows. */
const NEW_PLAN = {
  visibility: "public",
  answers: DEFAULT_RULES.answers,
  confirms: DEFAULT_RULES.confirms,
  answerHours: String(DEFAULT_RULES.answerHours),
  thresholdUnit: "KGM",
  whenMissed: "cancel",
};

/** What one button does, by the last word of its address. */
const ACTS: Readonly<Record<string, (wire: Wire, key: CycleKey) => Cycle | { discarded: string } | Refusal>> = {
  open: openCycle,
  schedule: scheduleCycle,
  unschedule: unscheduleCycle,
  freeze: freezeCycle,
  close: closeEarly,
  confirm: confirmCycle,
  remove: removeCycle,
  discard: discardDraft,
};

export function registerSalesDesk(app: FastifyInstance, wire: Wire): void {
  registerList(app, wire);
  registerNew(app, wire);
  registerEdit(app, wire);
  registerProducts(app, wire);
  registerActs(app, wire);
}

function registerList(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/cycles", SELLERS, (request, reply) => {
    const query = readForm(ListQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const offset = query.value.after ?? 0;
    const found = listCycles(wire.db.orm, actorOf(request), PAGE + 1, offset);
    const next = found.length > PAGE ? `after=${offset + PAGE}` : null;
    return sendPage(request, reply, cyclesPage(pageContext(request, reply), { cycles: found.slice(0, PAGE), next }));
  });
}

function registerNew(app: FastifyInstance, wire: Wire): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, from: string | undefined) =>
    sendPage(
      request,
      reply,
      planPage(pageContext(request, reply), state, { cycle: null, hidden: from ? { from } : {} }),
    );
  app.get("/desk/:handle/cycles/new", SELLERS, (request, reply) => {
    const { from } = request.query as { from?: unknown };
    const model = typeof from === "string" ? loadCycle(wire.db.orm, actorOf(request), from) : undefined;
    const typed = model ? writePlan(nextPlan(model, wire.clock.now())) : NEW_PLAN;
    return show(request, reply, formOf(typed), model?.id);
  });
  app.post("/desk/:handle/cycles/new", SELLERS, (request, reply) => {
    const form = readForm(PlanForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const from =
      typeof (request.body as { from?: unknown }).from === "string"
        ? (request.body as { from: string }).from
        : undefined;
    if ("refused" in form) return show(request, reply, form, from);
    const read = readPlan(form.value);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors ?? {} }, from);
    const actorId = actorOf(request);
    const lines = from ? linesFrom(wire, loadCycle(wire.db.orm, actorId, from)) : [];
    const made = createCycle(wire, actorId, read.plan, lines, request.visitor?.personId);
    if (!isRefusal(made))
      return reply.redirect(`${deskOf(request)}/cycles/${made.id}${lines.length === 0 ? "/products" : ""}`, 303);
    const errors = planErrors(made);
    return errors ? show(request, reply, { typed: form.typed, errors }, from) : sendRefusal(request, reply, made);
  });
}

function registerEdit(app: FastifyInstance, wire: Wire): void {
  const show = (request: DeskRequest, reply: FastifyReply, state: FormState, cycle: Cycle) =>
    sendPage(request, reply, planPage(pageContext(request, reply), state, { cycle, hidden: {} }));
  app.get("/desk/:handle/cycles/:id/edit", SELLERS, (request: DeskRequest, reply) => {
    const cycle = findCycle(wire, request);
    if (!cycle) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, savedForm(writePlan(planOf(cycle)), cycle.updatedAt), cycle);
  });
  app.post("/desk/:handle/cycles/:id/edit", SELLERS, (request: DeskRequest, reply) => {
    const cycle = findCycle(wire, request);
    if (!cycle) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(PlanForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, cycle);
    const read = readPlan(form.value);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors ?? {} }, cycle);
    const edited = editCycle(wire, keyOf(request, form.value.seen), read.plan);
    if (!isRefusal(edited)) return backToCycle(request, reply);
    if (edited.refused === "stale-version")
      return show(request, reply, staleForm(cycle, form.typed, writePlan(planOf(cycle))), cycle);
    const errors = planErrors(edited);
    return errors ? show(request, reply, { typed: form.typed, errors }, cycle) : sendRefusal(request, reply, edited);
  });
}

/** A form that somebody was faster than: what they saved where this says otherwise, and what was typed, kept. */
function staleForm({ updatedAt }: Cycle, typed: FormState["typed"], saved?: Record<string, string>): FormState {
  const clash = saved && clashWith(saved, typed, updatedAt);
  return clash ?? { typed, errors: {}, seen: String(updatedAt), theirs: {} };
}

function registerProducts(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/cycles/:id/products", SELLERS, (request: DeskRequest, reply) => {
    const cycle = findCycle(wire, request);
    const query = readForm(ProductsQuery, request.query);
    if (!cycle) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { q: search = "", after } = query.value;
    const { products, next } = findProducts(wire, cycle.actorId, search, after);
    const view = { cycle, products, search, next };
    return sendPage(
      request,
      reply,
      chooseProductsPage(pageContext(request, reply), savedForm({}, cycle.updatedAt), view),
    );
  });
  app.post("/desk/:handle/cycles/:id/products", SELLERS, (request: DeskRequest, reply) => {
    const form = readForm(ProductsForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const products = Object.keys(form.value.product).map((slug) =>
      loadProductBySlug(wire.db.orm, actorOf(request), slug),
    );
    const lines = products.flatMap((product) => (product && isOffered(product) ? productLines(product) : []));
    const added = addLines(wire, keyOf(request, form.value.seen), lines);
    const cycle = findCycle(wire, request);
    if (!isRefusal(added) || added.refused !== "stale-version" || !cycle) return settle(request, reply, added);
    // What was ticked stands first, still ticked; what is in the cycle by now says so.
    const { products: others } = findProducts(wire, cycle.actorId, "", undefined);
    const ticked = products.filter((product) => product !== undefined);
    const rest = others.filter(({ id }) => !ticked.some((one) => one.id === id));
    const view = { cycle, products: [...ticked, ...rest], search: "", next: null };
    const page = chooseProductsPage(pageContext(request, reply), staleForm(cycle, form.typed), view);
    return sendPage(request, reply, page);
  });
}

function registerActs(app: FastifyInstance, wire: Wire): void {
  const show = (request: DeskRequest, reply: FastifyReply, state: FormState, cycle: Cycle) => {
    const typed = { ...typedAvailability(cycle), ...state.typed };
    const shown = { seen: String(state.typed.seen ?? cycle.updatedAt), ...state, typed };
    return sendPage(request, reply, deskCyclePage(cyclePathContext(request, reply), shown, cycle));
  };
  app.get("/desk/:handle/cycles/:id", SELLERS, (request: DeskRequest, reply) => {
    const cycle = findCycle(wire, request);
    return cycle ? show(request, reply, FRESH, cycle) : sendRefusal(request, reply, { refused: "not-found" });
  });
  app.post("/desk/:handle/cycles/:id/available", SELLERS, (request: DeskRequest, reply) => {
    const cycle = findCycle(wire, request);
    const form = readForm(AvailableForm, request.body);
    if (!cycle) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const read = readAvailability(cycle, form.value.available);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors ?? {} }, cycle);
    const set = setAvailability(wire, keyOf(request, form.value.seen), read.availableByLine);
    if (isRefusal(set) && set.refused === "stale-version")
      return show(request, reply, staleForm(cycle, form.typed, typedAvailability(cycle)), cycle);
    return settle(request, reply, set);
  });
  app.post("/desk/:handle/cycles/:id/withdraw", SELLERS, (request: DeskRequest, reply) => {
    const form = readForm(WithdrawForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return settle(request, reply, withdrawLine(wire, keyOf(request, form.value.seen), form.value.number));
  });
  app.post("/desk/:handle/cycles/:id/cancel", SELLERS, (request: DeskRequest, reply) => {
    const cycle = findCycle(wire, request);
    const form = readForm(CancelForm, request.body);
    if (!cycle) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, cycle);
    const cancelled = cancelCycle(wire, keyOf(request, form.value.seen), form.value.reason);
    if (isRefusal(cancelled) && cancelled.refused === "stale-version")
      return show(request, reply, staleForm(cycle, form.typed), cycle);
    return settle(request, reply, cancelled);
  });
  for (const [word, act] of Object.entries(ACTS))
    app.post(`/desk/:handle/cycles/:id/${word}`, SELLERS, (request: DeskRequest, reply) => {
      const form = readForm(ActForm, request.body);
      if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
      const done = act(wire, keyOf(request, form.value.seen));
      if (isRefusal(done)) return sendRefusal(request, reply, done);
      const isGone = word === "discard" || word === "remove";
      return isGone ? reply.redirect(`${deskOf(request)}/cycles`, 303) : backToCycle(request, reply);
    });
}

/** After a failed form the page is the cycle's, whatever the form's address was. */
function cyclePathContext(request: DeskRequest, reply: FastifyReply) {
  return { ...pageContext(request, reply), path: cyclePath(request) };
}

function settle(request: DeskRequest, reply: FastifyReply, done: Cycle | Refusal): FastifyReply {
  return isRefusal(done) ? sendRefusal(request, reply, done) : backToCycle(request, reply);
}

function backToCycle(request: DeskRequest, reply: FastifyReply): FastifyReply {
  return reply.redirect(cyclePath(request), 303);
}

function cyclePath(request: DeskRequest): string {
  return `${deskOf(request)}/cycles/${encodeURIComponent(request.params.id)}`;
}

function deskOf(request: FastifyRequest): string {
  return `/desk/${request.seat?.handle ?? ""}`;
}

function actorOf(request: FastifyRequest): string {
  return request.seat?.actorId ?? "";
}

function keyOf(request: DeskRequest, seen: number | undefined): CycleKey {
  const byId = request.visitor?.personId;
  const key = { actorId: actorOf(request), cycleId: request.params.id, ...(byId === undefined ? {} : { byId }) };
  return seen === undefined ? key : { ...key, seenUpdatedAt: seen };
}

function findCycle(wire: Wire, request: DeskRequest): Cycle | null {
  const cycle = loadCycle(wire.db.orm, actorOf(request), request.params.id);
  return cycle && cycle.removedAt === null ? cycle : null;
}

function findProducts(wire: Wire, actorId: string, search: string, after: string | undefined) {
  const [sortName = "", slug = ""] = after?.split("|") ?? [];
  const wish = { show: "offered" as const, search, limit: PAGE + 1 };
  const found = listCurrentProducts(
    wire.db.orm,
    actorId,
    after ? { ...wish, after: { sortName, id: `${actorId}/catalog/${slug}` } } : wish,
  );
  const products = found.slice(0, PAGE);
  const last = found.length > PAGE ? products.at(-1) : undefined;
  const next =
    last &&
    new URLSearchParams({ ...(search ? { q: search } : {}), after: `${plainText(last.facts.name)}|${last.slug}` });
  return { products, next: next ? String(next) : null };
}

function isOffered({ removedAt, facts }: Product): boolean {
  return removedAt === null && facts.isActive;
}

/** The products of an earlier cycle at today's prices, those still in the catalog. */
function linesFrom(wire: Wire, model: Cycle | undefined): NewLine[] {
  const iris = new Set(activeLines(model ?? { lines: [] }).map(({ goods }) => goods.productIri));
  return [...iris].flatMap((iri) => {
    const product = loadProduct(wire.db.orm, iri);
    return product && isOffered(product) ? productLines(product) : [];
  });
}

/** An earlier plan moved by whole weeks until its closing lies ahead, so that weekdays and hours stay. */
function nextPlan(model: Cycle, now: number) {
  const weeks = Math.max(1, Math.ceil((now + DAY - model.closesAt) / (7 * DAY)));
  const moved = (at: number) => moveByDays(at, 7 * weeks);
  return {
    ...planOf(model),
    opensAt: null,
    closesAt: moved(model.closesAt),
    deliveries: model.deliveries.map((one) => ({ ...one, startAt: moved(one.startAt), endAt: moved(one.endAt) })),
  };
}

/** Quantities as typed, by line; an empty field: enough for everyone. */
function readAvailability(cycle: Cycle, typed: Record<string, string>) {
  const errors: Record<string, string> = {};
  const availableByLine = new Map<number, number | null>();
  for (const { number } of activeLines(cycle)) {
    const text = typed[number];
    const available = text === undefined ? null : parseWrittenDecimal(text, 3, ",");
    if (text !== undefined && (available === null || available < 0)) errors[`available.${number}`] = "not-a-number";
    availableByLine.set(number, available);
  }
  return Object.keys(errors).length > 0 ? { errors } : { availableByLine };
}
