// Repeating the last order of a producer: shown first, and booked only as it is ticked.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { householdOf } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { loadOrder } from "../store.ts";
import { changeBasket } from "./basketActions.ts";
import { listHouseholdBookings } from "./bookingStore.ts";
import { compareWithLast, wishesAgain } from "./lastBought.ts";
import { againPage } from "./lastBoughtPages.ts";
import { findLastBought } from "./lastBoughtStore.ts";

type AgainRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const AGAIN_FORM = Type.Object({
  key: Type.String({ pattern: "^[a-z2-7]{26}$" }),
  line: Type.Optional(Type.Array(Type.String({ pattern: "^[1-9][0-9]{0,3}$" }), { maxItems: 500 })),
});

/** Adds `/desk/{handle}/orders/{id}/book/again`. */
export function registerLastBought(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/book/again", MEMBERS, (request: AgainRequest, reply) => {
    const found = findAgain(wire.db.orm, request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const { order, last, saved } = found;
    const lines = compareWithLast(order, last, saved);
    const view = { order, last: last.order, lines, onceKey: encodeId(randomBytes(16)) };
    return sendPage(request, reply, againPage(pageContext(request, reply), view));
  });
  app.post("/desk/:handle/orders/:id/book/again", MEMBERS, (request: AgainRequest, reply) => {
    const form = readForm(AGAIN_FORM, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const found = findAgain(wire.db.orm, request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const { order, last, householdId } = found;
    const chosen = new Set((form.value.line ?? []).map(Number));
    const place = { actorId: order.actorId, orderId: order.id, householdId, personId: request.visitor!.personId };
    const done = changeBasket(wire, { ...place, request: form.value, onceKey: form.value.key }, (_tx, saved) =>
      chosen.size === 0
        ? { refused: "unchanged" }
        : { wishes: wishesAgain(compareWithLast(order, last, saved), chosen, saved) },
    );
    if (isRefusal(done) && done.refused !== "unchanged") return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${request.params.handle}/orders/${request.params.id}/book?only=mine`, 303);
  });
}

function findAgain(tx: Tx, request: AgainRequest) {
  const { actorId } = request.seat!;
  const absent: Refusal = { refused: "not-found" };
  const order = loadOrder(tx, actorId, request.params.id);
  const householdId = householdOf(tx, actorId, request.visitor!.personId)?.id;
  if (!order || order.state !== "open" || householdId === undefined) return absent;
  const lastId = findLastBought(tx, order, householdId);
  const lastOrder = lastId === null ? undefined : loadOrder(tx, actorId, lastId);
  if (!lastOrder) return absent;
  const last = { order: lastOrder, bookings: listHouseholdBookings(tx, lastOrder.id, householdId) };
  return { order, last, householdId, saved: listHouseholdBookings(tx, order.id, householdId) };
}
