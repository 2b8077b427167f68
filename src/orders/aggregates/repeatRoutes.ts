// Where those who run several orders as one have all of it come again by itself.
import type { FastifyInstance, FastifyReply } from "fastify";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { REPEAT_FORM, readRepeat, startRepeat } from "../repeating/repeatForm.ts";
import { repeatPage } from "../repeating/repeatPages.ts";
import { fieldOfRepeat } from "../repeating/repeatRoutes.ts";
import { RUN_DESK } from "../runRoutes.ts";
import type { Aggregate } from "./plan.ts";
import { repeatAggregate } from "./repeatActions.ts";
import { type AggregateRequest, findAggregate, keyOf, PATH, runsThemAll } from "./routes.ts";

/** Adds `/desk/{handle}/aggregates/{id}/repeat`. */
export function registerAggregateRepeat(app: FastifyInstance, wire: Wire): void {
  const show = (request: AggregateRequest, reply: FastifyReply, state: FormState, { name }: Aggregate) =>
    sendPage(request, reply, repeatPage(pageContext(request, reply), state, { name, isEdit: false, isJoint: true }));
  app.get(`${PATH}/:id/repeat`, RUN_DESK, (request: AggregateRequest, reply) => {
    const found = findAggregate(wire, request);
    if (!found || found.aggregate.dissolvedAt !== null) return sendRefusal(request, reply, { refused: "not-found" });
    if (!runsThemAll(request, found)) return sendRefusal(request, reply, { refused: "aggregate-of-others" });
    return show(request, reply, formOf(startRepeat(found.aggregate)), found.aggregate);
  });
  app.post(`${PATH}/:id/repeat`, RUN_DESK, (request: AggregateRequest, reply) => {
    const found = findAggregate(wire, request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(REPEAT_FORM, request.body);
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, found.aggregate);
    const rule = readRepeat(form.value);
    const made = isRefusal(rule) ? rule : repeatAggregate(wire, keyOf(request), rule);
    if (!isRefusal(made)) return reply.redirect(`/desk/${request.params.handle}/orders/repeats`, 303);
    const [field, reason] = fieldOfRepeat(made, true);
    if (!field || !reason) return sendRefusal(request, reply, made);
    return show(request, reply, { typed: form.typed, errors: { [field]: reason } }, found.aggregate);
  });
}
