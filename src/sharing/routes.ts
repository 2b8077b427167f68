// Where a group that runs an order opens it to other groups, sees what they ordered, and answers them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { readLocalMinute, writeLocalMinute } from "../kernel/localTime.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import type { Order } from "../orders/order.ts";
import { loadOrder } from "../orders/store.ts";
import { listAudience } from "../partners/pacts/pactStore.ts";
import { totalOf } from "../partners/threads/agreement.ts";
import { orderName } from "../sales/orderPages.ts";
import { stateOf } from "../sales/received.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, formOf } from "../web/forms.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { sentenceOf } from "../web/refusals.ts";
import { holdsRole } from "../web/visitor.ts";
import {
  answerGroups,
  FREEZES_BEFORE_MS,
  type GroupView,
  isHeld,
  openShared,
  type SharedKey,
  type SharedView,
  stopShared,
  viewShared,
} from "./actions.ts";
import { type GroupRow, openingPage, sharedPage } from "./pages.ts";
import { loadShared } from "./store.ts";

const RUNNERS = { config: { policy: { seat: ["admin", "referente"], of: "order" } as const } };
const PATH = "/desk/:handle/orders/:id/groups";

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const OpeningForm = Type.Object({
  freezesAt: Type.String({ maxLength: 30 }),
  credit: Type.String({ maxLength: 20 }),
  note: Type.Optional(Type.String({ maxLength: 2000 })),
});
const StopForm = Type.Object({ reason: Type.String({ maxLength: 500 }) });
const Nothing = Type.Object({});
const Answered = Type.Object({ answered: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })) });

/** Refusals of the form that belong beside a field. */
const FIELD_OF: Readonly<Record<string, string>> = {
  "freeze-too-late": "freezesAt",
  "closing-not-ahead": "freezesAt",
  "no-moment": "freezesAt",
  "bad-credit": "credit",
};

/** Adds `/desk/{handle}/orders/{id}/groups` and its acts. */
export function registerSharing(app: FastifyInstance, wire: Wire): void {
  app.get(PATH, RUNNERS, (request: OrderRequest, reply) => {
    const { actorId } = request.seat!;
    const order = loadOrder(wire.db.orm, actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const shared = loadShared(wire.db.orm, actorId, order.id);
    const view = shared && viewShared(wire.db.orm, shared);
    const c = pageContext(request, reply);
    return view ? showShared(wire, c, request, reply, view) : showOpening(wire, request, reply, order, startOf(order));
  });
  app.post(PATH, RUNNERS, (request: OrderRequest, reply) => openIt(wire, request, reply));
  app.post(`${PATH}/answer`, RUNNERS, (request: OrderRequest, reply) => {
    const form = readForm(Nothing, request.body);
    const done = "refused" in form ? form : answerGroups(wire, keyOf(request));
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`${hrefOf(request)}/groups?answered=${done.count}`, 303);
  });
  app.post(`${PATH}/stop`, RUNNERS, (request: OrderRequest, reply) => {
    const form = readForm(StopForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "no-reason" });
    const done = stopShared(wire, keyOf(request), form.value.reason);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`${hrefOf(request)}/groups`, 303);
  });
}

function openIt(wire: Wire, request: OrderRequest, reply: FastifyReply): FastifyReply {
  const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
  if (!order) return sendRefusal(request, reply, { refused: "not-found" });
  const form = readForm(OpeningForm, request.body);
  if ("refused" in form)
    return "typed" in form ? showOpening(wire, request, reply, order, form) : sendRefusal(request, reply, form);
  const { typed } = form;
  const read = readLocalMinute(form.value.freezesAt);
  const euros = parseWrittenDecimal(form.value.credit, 2, ",");
  const errors = {
    ...(isRefusal(read) ? { freezesAt: read.refused } : {}),
    ...(euros === null ? { credit: "bad-amount" } : {}),
  };
  if (isRefusal(read) || euros === null) return showOpening(wire, request, reply, order, { typed, errors });
  const wish = { freezesAt: read.at, note: form.value.note ?? "", creditCents: euros };
  const done = openShared(wire, keyOf(request), wish);
  if (!isRefusal(done)) return reply.redirect(`${hrefOf(request)}/groups`, 303);
  const field = FIELD_OF[done.refused];
  if (!field) return sendRefusal(request, reply, done);
  return showOpening(wire, request, reply, order, { typed, errors: { [field]: done.refused } });
}

/** A day before we close, if that is still ahead. */
function startOf({ closesAt }: Order): FormState {
  const latest = closesAt - FREEZES_BEFORE_MS;
  return formOf({ freezesAt: writeLocalMinute(latest), credit: "2000", note: "" });
}

function showOpening(wire: Wire, request: OrderRequest, reply: FastifyReply, order: Order, state: FormState) {
  const c = pageContext(request, reply);
  const latest = order.closesAt - FREEZES_BEFORE_MS;
  const partnersCount = countPartners(wire.db.orm, order.actorId);
  const facts = { isOpen: order.state === "open" && latest > c.now, latest, partnersCount };
  return sendPage(request, reply, openingPage(c, headOf(request, order), facts, state));
}

function showShared(wire: Wire, c: PageContext, request: OrderRequest, reply: FastifyReply, view: SharedView) {
  const { order, cycle, groups } = view;
  const query = readForm(Answered, request.query);
  const base = `/desk/${request.params.handle}`;
  // What a producer does with orders is for who administers; who runs this order has all it needs here.
  const isAdmin = holdsRole(c.visitor, order.actorId, ["admin"]);
  return sendPage(
    request,
    reply,
    sharedPage(c, headOf(request, order), {
      cycleState: cycle.state,
      freezesAt: cycle.closesAt,
      cycleHref: isAdmin ? `${base}/cycles/${cycle.id}` : null,
      moneyHref: `${base}/orders/${order.id}`,
      groups: groups.map((group) => rowOf(wire.db.orm, c, isAdmin ? base : null, group)),
      partnersCount: countPartners(wire.db.orm, order.actorId),
      toAnswer: groups.filter((group) => group.allotted !== null && isHeld(group)).length,
      canStop: order.state === "open" && cycle.state !== "cancelled",
      answered: "value" in query ? (query.value.answered ?? null) : null,
    }),
  );
}

function rowOf(tx: Tx, c: PageContext, base: string | null, { received, group, text, allotted }: GroupView): GroupRow {
  const { buyer, thread } = received;
  return {
    name: loadRemoteActor(tx, buyer)?.name ?? loadActor(tx, buyer)?.name ?? new URL(buyer).host,
    state: stateOf(received),
    orderedCents: totalOf(text),
    allottedCents: allotted && totalOf(allotted),
    problem: group?.problem ? problemOf(c, group.problem) : null,
    limitHref:
      base !== null && group?.problem?.refused === "credit-too-low"
        ? `${base}/money/households/${group.householdId}/limit`
        : null,
    href: base === null ? null : `${base}/sales/${orderName(thread)}`,
  };
}

/** The reason with its figures; of credit it is said in words of its own. */
function problemOf({ say }: PageContext, problem: Refusal): string {
  return problem.refused === "credit-too-low" ? say("sharing.creditShort", problem) : sentenceOf(problem, say);
}

/** Groups that buy from us by a pact in force. */
function countPartners(tx: Tx, actorId: string): number {
  return listAudience(tx, actorId, "partners").length;
}

function headOf(request: OrderRequest, { name }: Order) {
  return { orderName: name, orderHref: hrefOf(request) };
}

function hrefOf({ params: { handle, id } }: OrderRequest): string {
  return `/desk/${handle}/orders/${id}`;
}

function keyOf(request: OrderRequest): SharedKey {
  return { actorId: request.seat!.actorId, orderId: request.params.id, personId: request.visitor!.personId };
}
