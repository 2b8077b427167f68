// The outbox page of a desk: look, try again, give up with a reason.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import {
  abandonLetter,
  countOutbox,
  listOutbox,
  type OutboxPart,
  retryAll,
  retryLetter,
} from "../../activitypub/outboxListStore.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { transact } from "../../db/transact.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { DECIDE, type Desk, mayDecide, peersInReach, SEE, seatOf } from "../deskRoutes.ts";
import { listUnasked, releaseOrderLane } from "../threads/threadActions.ts";
import { outboxPage } from "./outboxPages.ts";

const SHOWN: readonly (readonly [OutboxPart, number])[] = [
  ["verify", 100],
  ["failing", 100],
  ["waiting", 50],
  ["abandoned", 10],
  ["delivered", 20],
];
const RetryForm = Type.Object({ id: Type.Optional(Type.Integer({ minimum: 1 })) });
/** Who goes on without an answer says that it was asked for by telephone. */
const ReleaseForm = Type.Object({ called: Type.Boolean() });
const LetterForm = Type.Object({ id: Type.Integer({ minimum: 1 }) });

export function registerOutbox(app: FastifyInstance, wire: Wire): void {
  app.get<Desk>("/desk/:handle/outbox", { config: SEE }, (request, reply) => {
    const { actorId } = seatOf(request);
    const now = wire.clock.now();
    const reach = peersInReach(request);
    const parts = SHOWN.map(([part, limit]) => ({
      part,
      total: countOutbox(wire.db.orm, actorId, part, now, reach),
      letters: listOutbox(wire.db.orm, actorId, part, now, limit, reach),
    }));
    const unasked = listUnasked(wire.db.orm, wire.origin, actorId).filter((peer) => reach?.includes(peer) ?? true);
    const view = { parts, unasked, mayDecide: mayDecide(request) };
    return sendPage(request, reply, outboxPage(pageContext(request, reply), view));
  });
  app.post<Desk>("/desk/:handle/outbox/release", { config: DECIDE }, (request, reply) => {
    const form = readForm(ReleaseForm, request.body);
    if (!("value" in form) || !form.value.called) return sendRefusal(request, reply, { refused: "not-called" });
    const { actorId, handle } = seatOf(request);
    const by = request.visitor?.personId ?? handle;
    transact(wire.db, (tx) => releaseOrderLane(tx, actorId, by, wire.clock.now()));
    return reply.redirect(`/desk/${handle}/outbox`, 303);
  });
  app.post<Desk>("/desk/:handle/outbox/retry", { config: DECIDE }, (request, reply) => {
    const form = readForm(RetryForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actorId, handle } = seatOf(request);
    const { id } = form.value;
    const now = wire.clock.now();
    const done = transact(wire.db, (tx) =>
      id === undefined ? retryAll(tx, actorId, now) >= 0 : retryLetter(tx, actorId, id, now),
    );
    return done
      ? reply.redirect(`/desk/${handle}/outbox`, 303)
      : sendRefusal(request, reply, { refused: "stale-version" });
  });
  app.post<Desk>("/desk/:handle/outbox/abandon", { config: DECIDE }, (request, reply) => {
    // The field of the reason bears the letter's number, so that each has its own label on the page.
    const { id: named, ...rest } = (request.body ?? {}) as Record<string, unknown>;
    const form = readForm(LetterForm, { id: named });
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { id } = form.value;
    const field = `reason-${id}`;
    const reason = readForm(Type.Object({ [field]: Type.String({ minLength: 1, maxLength: 200 }) }), rest);
    if (!("value" in reason)) return sendRefusal(request, reply, { refused: "why-give-up" });
    const { actorId, handle } = seatOf(request);
    const done = transact(wire.db, (tx) =>
      abandonLetter(tx, actorId, id, String(reason.value[field]), wire.clock.now()),
    );
    return done
      ? reply.redirect(`/desk/${handle}/outbox`, 303)
      : sendRefusal(request, reply, { refused: "stale-version" });
  });
}
