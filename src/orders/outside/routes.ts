// Where those who run orders put one among the others that is booked elsewhere, change it and call it off.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { listPlaces } from "../group/store.ts";
import { RUN_DESK } from "../runRoutes.ts";
import { callOffOutside, createOutside, editOutside } from "./actions.ts";
import type { OutsideOrder } from "./outside.ts";
import { OUTSIDE_FIELDS, outsideErrors, readOutside, writeOutside } from "./outsideForm.ts";
import { outsidePage } from "./pages.ts";
import { loadOutside } from "./store.ts";

const PATH = "/desk/:handle/outside";
const Seen = Type.Integer({ minimum: 0 });
const NewForm = Type.Object(OUTSIDE_FIELDS);
const EditForm = Type.Object({ ...OUTSIDE_FIELDS, seen: Seen });
const CallOffForm = Type.Object({ seen: Seen });

type IdRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

/** Adds `/desk/{handle}/outside` and, for each, its page. */
export function registerOutside(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, order: OutsideOrder | null = null) => {
    const places = listPlaces(orm, request.seat!.actorId).map(({ name }) => name);
    return sendPage(request, reply, outsidePage(pageContext(request, reply), state, { order, places }));
  };
  const done = (request: FastifyRequest, reply: FastifyReply) =>
    reply.redirect(`/desk/${request.seat!.handle}/orders`, 303);
  app.get(PATH, RUN_DESK, (request, reply) => show(request, reply, FRESH));
  app.post(PATH, RUN_DESK, (request, reply) => {
    const form = readForm(NewForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const read = readOutside(form.value);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors });
    const made = createOutside(wire, request.seat!.actorId, read.plan);
    if (!isRefusal(made)) return done(request, reply);
    const errors = outsideErrors(made);
    return errors ? show(request, reply, { typed: form.typed, errors }) : sendRefusal(request, reply, made);
  });
  registerOne(app, wire, show, done);
}

type Show = (request: FastifyRequest, reply: FastifyReply, state: FormState, order: OutsideOrder) => unknown;

function registerOne(
  app: FastifyInstance,
  wire: Wire,
  show: Show,
  done: (request: FastifyRequest, reply: FastifyReply) => unknown,
): void {
  const find = (request: IdRequest) => {
    const order = loadOutside(wire.db.orm, request.seat!.actorId, request.params.id);
    return order?.calledOffAt === null ? order : undefined;
  };
  app.get(`${PATH}/:id`, RUN_DESK, (request: IdRequest, reply) => {
    const order = find(request);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, savedForm(writeOutside(order), order.updatedAt), order);
  });
  app.post(`${PATH}/:id`, RUN_DESK, (request: IdRequest, reply) => {
    const order = find(request);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(EditForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, form, order) : sendRefusal(request, reply, form);
    const read = readOutside(form.value);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors }, order);
    const key = { actorId: order.actorId, id: order.id, seenUpdatedAt: form.value.seen };
    const saved = editOutside(wire, key, read.plan);
    if (!isRefusal(saved)) return done(request, reply);
    if (saved.refused === "stale-version") {
      const clash = clashWith(writeOutside(order), form.typed, order.updatedAt);
      return clash ? show(request, reply, clash, order) : done(request, reply);
    }
    const errors = outsideErrors(saved);
    return errors ? show(request, reply, { typed: form.typed, errors }, order) : sendRefusal(request, reply, saved);
  });
  app.post(`${PATH}/:id/call-off`, RUN_DESK, (request: IdRequest, reply) => {
    const form = readForm(CallOffForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const key = { actorId: request.seat!.actorId, id: request.params.id, seenUpdatedAt: form.value.seen };
    const gone = callOffOutside(wire, key);
    return isRefusal(gone) ? sendRefusal(request, reply, gone) : done(request, reply);
  });
}
