// Where those who run orders make them repeat, suspend that, resume it and end it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { producersInReach } from "../../web/visitor.ts";
import { RUN_ROLES } from "../changeActions.ts";
import { nameOf } from "../namesStore.ts";
import type { Order } from "../order.ts";
import { RUN_DESK, RUNNERS } from "../runRoutes.ts";
import { loadOrder } from "../store.ts";
import {
  editRecurrence,
  endRecurrence,
  type RepeatKey,
  resumeRecurrence,
  saveRecurrence,
  suspendAllRecurrences,
  suspendRecurrence,
} from "./recurrenceActions.ts";
import { isJoint, listRepeats, loadRepeat, type Repeat } from "./recurrenceStore.ts";
import { EDIT_REPEAT_FORM, REPEAT_FORM, readRepeat, startRepeat, writeRepeat } from "./repeatForm.ts";
import { repeatPage, repeatsPage } from "./repeatPages.ts";

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const REPEATERS = { config: { policy: { seat: ["admin", "referente"], of: "repeat" } as const } };

const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });
const SuspendForm = Type.Object({ from: Day, until: Type.Optional(Day) });
const PauseForm = Type.Object({ from: Day, until: Day });

/** Which field a refused rhythm is about, and why. */
const REFUSALS: Readonly<Record<string, readonly [field: string, reason: string]>> = {
  "bad-rhythm": ["every", "too-big"],
  "bad-start": ["startsOn", "bad-format"],
  "bad-end": ["endsOn", "bad-format"],
  "bad-time": ["closeTime", "bad-format"],
  "no-delivery": ["deliverDays", "required"],
  "no-deliver-days": ["deliverDays", "required"],
  "no-deliver-time": ["deliverTime", "required"],
  "opening-after-closing": ["openTime", "after-closing"],
  "delivery-before-closing": ["deliverTime", "before-closing"],
  "bad-name": ["name", "required"],
  "no-place": ["place", "required"],
};

/** Which field of the form a refusal is about, and why; none: it is no field's. Several orders run as one get their places elsewhere. */
export function fieldOfRepeat({ refused }: Refusal, isJoint: boolean): readonly [field?: string, reason?: string] {
  return isJoint && refused === "no-place" ? ["deliverDays", "no-place-yet"] : (REFUSALS[refused] ?? []);
}

/** Adds `/desk/{handle}/orders/repeats` and, for an order, `/repeat`. */
export function registerRepeats(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get("/desk/:handle/orders/repeats", RUN_DESK, (request, reply) => {
    const reach = producersInReach(request.visitor, request.seat!.actorId, RUN_ROLES);
    const repeats = listRepeats(orm, request.seat!.actorId).filter(
      (repeat) => reach?.includes(repeat.producerId) ?? true,
    );
    const named = repeats.map((repeat) => ({
      ...repeat,
      producerName: nameOf(orm, repeat.producerId),
    }));
    return sendPage(request, reply, repeatsPage(pageContext(request, reply), named));
  });
  const act = (request: OrderRequest, reply: FastifyReply, change: (key: RepeatKey) => object | Refusal) => {
    const { actorId, handle } = request.seat!;
    const done = change({ actorId, repeatId: request.params.id, personId: request.visitor!.personId });
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${handle}/orders/repeats`, 303);
  };
  app.post("/desk/:handle/orders/repeats/:id/resume", REPEATERS, (request: OrderRequest, reply) =>
    act(request, reply, (key) => resumeRecurrence(wire, key)),
  );
  app.post("/desk/:handle/orders/repeats/:id/end", REPEATERS, (request: OrderRequest, reply) =>
    act(request, reply, (key) => endRecurrence(wire, key)),
  );
  app.post("/desk/:handle/orders/repeats/:id/suspend", REPEATERS, (request: OrderRequest, reply) => {
    const form = readForm(SuspendForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-date" });
    const { from, until = null } = form.value;
    return act(request, reply, (key) => suspendRecurrence(wire, key, { from, until }));
  });
  app.post("/desk/:handle/orders/repeats/pause", RUN_DESK, (request, reply) => {
    const form = readForm(PauseForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-date" });
    const { actorId, handle } = request.seat!;
    const done = suspendAllRecurrences(wire, { actorId, personId: request.visitor!.personId }, form.value);
    return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect(`/desk/${handle}/orders/repeats`, 303);
  });
  registerRepeat(app, wire);
  registerRepeatEdit(app, wire);
}

function registerRepeat(app: FastifyInstance, wire: Wire): void {
  const show = (request: OrderRequest, reply: FastifyReply, state: FormState, order: Order) =>
    sendPage(
      request,
      reply,
      repeatPage(pageContext(request, reply), state, { name: order.name, isEdit: false, isJoint: false }),
    );
  app.get("/desk/:handle/orders/:id/repeat", RUNNERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, formOf(startRepeat(order)), order);
  });
  app.post("/desk/:handle/orders/:id/repeat", RUNNERS, (request: OrderRequest, reply) => {
    const { actorId, handle } = request.seat!;
    const order = loadOrder(wire.db.orm, actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(REPEAT_FORM, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, order);
    const rule = readRepeat(form.value);
    const wish = { actorId, personId: request.visitor!.personId, repeatId: null, orderId: order.id };
    const made = isRefusal(rule) ? rule : saveRecurrence(wire, { ...wish, rule });
    if (!isRefusal(made)) return reply.redirect(`/desk/${handle}/orders/repeats`, 303);
    const [field, reason] = fieldOfRepeat(made, false);
    if (!field || !reason) return sendRefusal(request, reply, made);
    return show(request, reply, { typed: form.typed, errors: { [field]: reason } }, order);
  });
}

function registerRepeatEdit(app: FastifyInstance, wire: Wire): void {
  const find = ({ seat, params }: OrderRequest): Repeat | null => {
    const repeat = loadRepeat(wire.db.orm, seat!.actorId, params.id);
    return repeat && repeat.state !== "ended" ? repeat : null;
  };
  const show = (request: OrderRequest, reply: FastifyReply, state: FormState, repeat: Repeat) => {
    const view = { name: repeat.template.name, isEdit: true, isJoint: isJoint(repeat) };
    return sendPage(request, reply, repeatPage(pageContext(request, reply), state, view));
  };
  app.get("/desk/:handle/orders/repeats/:id/edit", REPEATERS, (request: OrderRequest, reply) => {
    const repeat = find(request);
    if (!repeat) return sendRefusal(request, reply, { refused: "not-found" });
    const { name, place } = repeat.template;
    return show(request, reply, formOf({ ...writeRepeat(repeat.rule), name, place }), repeat);
  });
  app.post("/desk/:handle/orders/repeats/:id/edit", REPEATERS, (request: OrderRequest, reply) => {
    const repeat = find(request);
    if (!repeat) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(EDIT_REPEAT_FORM, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, repeat);
    const { actorId, handle } = request.seat!;
    const { name, place = "" } = form.value;
    const key = { actorId, repeatId: repeat.id, personId: request.visitor!.personId };
    const rule = readRepeat(form.value, repeat.rule);
    const done = isRefusal(rule) ? rule : editRecurrence(wire, key, { rule, name, place });
    if (!isRefusal(done)) return reply.redirect(`/desk/${handle}/orders/repeats`, 303);
    const [field, reason] = fieldOfRepeat(done, isJoint(repeat));
    if (!field || !reason) return sendRefusal(request, reply, done);
    return show(request, reply, { typed: form.typed, errors: { [field]: reason } }, repeat);
  });
}
