// Where who runs an order writes one product for all households: a column of the matrix, also on a phone.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { listHouseholds } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { type Order, type OrderLine, takesBookings } from "../order.ts";
import { HELPERS } from "../runRoutes.ts";
import { loadOrder } from "../store.ts";
import { changeBasket } from "./basketActions.ts";
import { bookedTotals, listBookings } from "./bookingStore.ts";
import { COLUMN_FORM, type ColumnForm, readColumn, touchedIn } from "./columnForm.ts";
import { type ColumnView, columnPage } from "./columnPages.ts";

type ColumnRequest = FastifyRequest<{ Params: { handle: string; id: string; line: string } }>;
const Saved = Type.Object({ saved: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })) });

/** Adds `/desk/{handle}/orders/{id}/lines/{number}`. */
export function registerColumns(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/lines/:line", HELPERS, (request: ColumnRequest, reply) => {
    const found = find(wire, request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const query = readForm(Saved, request.query);
    const saved = "value" in query ? (query.value.saved ?? null) : null;
    return show(wire, request, reply, found, { problems: new Map(), typed: {}, saved });
  });
  app.post("/desk/:handle/orders/:id/lines/:line", HELPERS, (request: ColumnRequest, reply) => {
    const found = find(wire, request);
    const form = readForm(COLUMN_FORM, request.body);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { saved, problems } = saveColumn(wire, request, found, form.value);
    const { handle, id, line } = request.params;
    if (problems.size === 0) return reply.redirect(`/desk/${handle}/orders/${id}/lines/${line}?saved=${saved}`, 303);
    return show(wire, request, reply, found, { problems, typed: form.value.quantity, saved });
  });
}

type Found = { readonly order: Order; readonly line: OrderLine };

/** A line of an order that takes bookings: afterwards bookings are made otherwise. */
function find(wire: Wire, request: ColumnRequest): Found | Refusal {
  const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
  const line = order?.lines.find(({ number }) => String(number) === request.params.line);
  if (!order || !line) return { refused: "not-found" };
  return takesBookings(order, wire.clock.now()) ? { order, line } : { refused: "order-not-open", state: order.state };
}

/** Each household by itself: what one lacks does not hold up the others. What is asked for stands there already: nothing is done. */
function saveColumn(
  wire: Wire,
  request: ColumnRequest,
  { order, line }: Found,
  form: ColumnForm,
): { saved: number; problems: Map<string, Refusal> } {
  const problems = new Map<string, Refusal>();
  let saved = 0;
  for (const householdId of touchedIn(form)) {
    const [typed, was] = [form.quantity[householdId] ?? "", form.was[householdId] ?? ""];
    const { personId } = request.visitor!;
    const place = { actorId: order.actorId, orderId: order.id, householdId, personId, request: null };
    const done = changeBasket(wire, place, (_tx, stored) => readColumn(line.number, { typed, was }, stored));
    if (!isRefusal(done)) saved++;
    else if (done.refused !== "unchanged") problems.set(householdId, done);
  }
  return { saved, problems };
}

function show(
  wire: Wire,
  request: ColumnRequest,
  reply: FastifyReply,
  { order, line }: Found,
  answer: Pick<ColumnView, "problems" | "typed" | "saved">,
): FastifyReply {
  const tx = wire.db.orm;
  const households = listHouseholds(tx, order.actorId, true);
  const stored = { bookings: listBookings(tx, order.id), totals: bookedTotals(tx, order.id) };
  return sendPage(
    request,
    reply,
    columnPage(pageContext(request, reply), { order, line, households, ...stored, ...answer }),
  );
}
