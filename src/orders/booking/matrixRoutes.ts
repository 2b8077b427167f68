// Where who runs an order reads and writes the whole of it: products by households, or the other way round.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { listHouseholds } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type ListQuery, listQuery } from "../../web/lists.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { holdsRole } from "../../web/visitor.ts";
import { loadClosed } from "../closeActions.ts";
import { type Order, takesBookings } from "../order.ts";
import { HELPERS, RUNNERS } from "../runRoutes.ts";
import { loadOrder } from "../store.ts";
import { changeBasket } from "./basketActions.ts";
import { listBaskets, listBookings } from "./bookingStore.ts";
import { readColumn } from "./columnForm.ts";
import { isToConfirm } from "./confirming.ts";
import { MATRIX_FORM, MATRIX_QUERY, type MatrixForm, readCells } from "./matrixForm.ts";
import { type MatrixView, matrixPage } from "./matrixPages.ts";

type MatrixRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type Asked = ListQuery & { readonly by?: string };
type Answer = Pick<MatrixView, "problems" | "typed" | "saved">;

/** Adds `/desk/{handle}/orders/{id}/matrix`. */
export function registerMatrix(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/matrix", RUNNERS, (request: MatrixRequest, reply) => {
    const order = find(wire, request);
    const query = readForm(MATRIX_QUERY, request.query);
    if (isRefusal(order)) return sendRefusal(request, reply, order);
    const asked = "value" in query ? query.value : {};
    return show(wire, request, reply, order, asked, { problems: new Map(), typed: {}, saved: asked.saved ?? null });
  });
  app.post("/desk/:handle/orders/:id/matrix", HELPERS, (request: MatrixRequest, reply) => {
    const order = find(wire, request);
    if (isRefusal(order)) return sendRefusal(request, reply, order);
    if (!takesBookings(order, wire.clock.now()))
      return sendRefusal(request, reply, { refused: "order-not-open", state: order.state });
    const form = readForm(MATRIX_FORM, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { saved, problems } = saveCells(wire, request, order, form.value);
    if (problems.size > 0)
      return show(wire, request, reply, order, form.value, { problems, typed: form.value.quantity, saved });
    const { by, find: word = "", only = "", page = 1, to = page } = form.value;
    const keep = { ...(by === "household" ? { by } : {}), saved: String(saved) };
    const { handle, id } = request.params;
    return reply.redirect(
      `/desk/${handle}/orders/${id}/matrix${listQuery({ find: word, only }, { page: to }, keep)}`,
      303,
    );
  });
}

function find(wire: Wire, request: MatrixRequest): Order | Refusal {
  return loadOrder(wire.db.orm, request.seat!.actorId, request.params.id) ?? { refused: "not-found" };
}

/** Each cell by itself: what one lacks does not hold up the others. What is asked for stands there already: nothing is done. */
function saveCells(
  wire: Wire,
  request: MatrixRequest,
  order: Order,
  form: MatrixForm,
): { saved: number; problems: Map<string, Refusal> } {
  const problems = new Map<string, Refusal>();
  let saved = 0;
  for (const { key, householdId, lineNumber, typed, was } of readCells(form)) {
    const { personId } = request.visitor!;
    const place = { actorId: order.actorId, orderId: order.id, householdId, personId, request: null };
    const done = changeBasket(wire, place, (_tx, stored) => readColumn(lineNumber, { typed, was }, stored));
    if (!isRefusal(done)) saved++;
    else if (done.refused !== "unchanged") problems.set(key, done);
  }
  return { saved, problems };
}

function show(
  wire: Wire,
  request: MatrixRequest,
  reply: FastifyReply,
  order: Order,
  { by, ...query }: Asked,
  answer: Answer,
): FastifyReply {
  const tx = wire.db.orm;
  const c = pageContext(request, reply);
  const mayWrite = holdsRole(request.visitor, order.actorId, ["referente"], order.producerId);
  const view = {
    ...{ order, query, ...answer },
    by: by === "household" ? ("household" as const) : ("product" as const),
    bookings: listBookings(tx, order.id),
    households: listHouseholds(tx, order.actorId, true),
    unconfirmed: new Set(listUnconfirmed(tx, order, c.now)),
    isOpen: mayWrite && takesBookings(order, c.now),
  };
  return sendPage(request, reply, matrixPage(c, view));
}

/** The households whose basket is to be confirmed, or was when the order closed. */
function listUnconfirmed(tx: Tx, order: Order, now: number): readonly string[] {
  if (!takesBookings(order, now)) return loadClosed(tx, order.id)?.content.unconfirmed ?? [];
  const baskets = listBaskets(tx, order.id).filter((basket) => isToConfirm(order, basket));
  return baskets.map(({ householdId }) => householdId);
}
