// The counter on delivery day: goods in, portions weighed one by one, households that come, the money, closing.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { loadCharge } from "../ledger/supplierStore.ts";
import { listAllFriends, listHouseholds, loadHousehold } from "../members/householdStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, formOf } from "../web/forms.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { readAmount } from "./bookForm.ts";
import { listBaskets } from "./bookingStore.ts";
import { type CounterView, counterPage, portionsPage } from "./counterPages.ts";
import {
  addAtCounter,
  addExtraLine,
  closeDelivery,
  countOut,
  enterMoney,
  expectedByLine,
  markArrived,
  markCollected,
  weigh,
} from "./deliveryActions.ts";
import { listArrivals, listMoneyEntries, listPortions, type Portion } from "./deliveryStore.ts";
import { lineOf, type Order } from "./order.ts";
import { HANDLERS, keyOf, RUNNERS } from "./runRoutes.ts";
import { previewSettlement } from "./settlementStore.ts";
import { loadOrder } from "./store.ts";
import { portionField, readPortionField, readWeights, writeWeights } from "./weightForm.ts";

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type PlaceRequest = FastifyRequest<{ Params: { handle: string; id: string; place: string } }>;

const Seen = Type.Integer({ minimum: 0 });
const Amount = Type.String({ maxLength: 20 });
const Id = Type.String({ pattern: "^[a-z2-7]{26}$" });
const ArrivedForm = Type.Object({
  seen: Seen,
  arrived: Type.Record(Type.String({ pattern: "^[1-9][0-9]{0,3}$" }), Amount),
});
const ExtraForm = Type.Object({
  seen: Seen,
  name: Type.String({ maxLength: 200 }),
  package: Amount,
  unit: Type.String({ maxLength: 3 }),
  price: Amount,
});
const WeightsForm = Type.Object({
  weights: Type.Record(Type.String({ pattern: "^[0-9a-z-]{1,70}$" }), Type.String({ maxLength: 300 })),
});
const CloseForm = Type.Object({ seen: Seen, key: Id, memo: Type.Optional(Type.String({ maxLength: 500 })) });
const AddForm = Type.Object({ seen: Seen, line: Type.Integer({ minimum: 1 }), quantity: Amount });
const MoneyForm = Type.Object({ key: Id, amount: Amount, memo: Type.String({ maxLength: 500 }) });
const CollectForm = Type.Object({ seen: Seen, to: Type.Enum(["saved", "delivered", "not-collected"]) });

/** Adds `/desk/{handle}/orders/{id}/delivery` and what hangs on it. */
export function registerCounter(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/delivery", HANDLERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order || !hasCounter(order)) return sendRefusal(request, reply, { refused: "not-found" });
    return sendPage(request, reply, counterPage(pageContext(request, reply), viewOf(wire, order)));
  });
  registerGoods(app, wire);
  registerPortions(app, wire, "household");
  registerPortions(app, wire, "line");
  registerHouseholdActs(app, wire);
}

function hasCounter({ state }: Order): boolean {
  return ["sent", "confirmed", "arrived", "delivering", "delivered", "archived"].includes(state);
}

function viewOf(wire: Wire, order: Order): CounterView {
  const tx = wire.db.orm;
  return {
    order,
    households: listHouseholds(tx, order.actorId, true),
    friendNames: new Map(listAllFriends(tx, order.actorId).map(({ id, name }) => [id, name])),
    baskets: new Map(listBaskets(tx, order.id).map((basket) => [basket.householdId, basket])),
    portions: listPortions(tx, order.id),
    expected: expectedByLine(tx, order),
    arrived: listArrivals(tx, order.id),
    settlement: previewSettlement(tx, order),
    isCorrection: loadCharge(tx, order.actorId, order.id).version > 0,
    onceKey: encodeId(randomBytes(16)),
  };
}

function deskOf({ params }: OrderRequest): string {
  return `/desk/${params.handle}/orders/${params.id}/delivery`;
}

/** A form whose answer is the page it came from, or the refusal's own page. */
function answer(request: OrderRequest, reply: FastifyReply, done: unknown, path = ""): FastifyReply {
  if (isRefusal(done)) return sendRefusal(request, reply, done);
  return reply.redirect(`${deskOf(request)}${path}`, 303);
}

function registerGoods(app: FastifyInstance, wire: Wire): void {
  app.post("/desk/:handle/orders/:id/delivery/arrived", HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(ArrivedForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    // What was left empty came as expected.
    const arrived = expectedByLine(wire.db.orm, order);
    for (const [number, text] of Object.entries(form.value.arrived)) {
      const quantity = readAmount(text);
      if (quantity === null) return sendRefusal(request, reply, { refused: "bad-quantity" });
      arrived.set(Number(number), quantity);
    }
    return answer(request, reply, markArrived(wire, { ...keyOf(request), seenUpdatedAt: form.value.seen }, arrived));
  });
  app.post("/desk/:handle/orders/:id/delivery/extra", HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(ExtraForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { seen, name, unit: unitCode, price, package: pack } = form.value;
    const [packageThousandths, packagePriceCents] = [readAmount(pack), parseWrittenDecimal(price, 2, ",")];
    if (packageThousandths === null || packagePriceCents === null)
      return sendRefusal(request, reply, { refused: "bad-quantity" });
    const extra = { name, unitCode, packageThousandths, packagePriceCents };
    return answer(request, reply, addExtraLine(wire, { ...keyOf(request), seenUpdatedAt: seen }, extra));
  });
  app.post("/desk/:handle/orders/:id/delivery/close", RUNNERS, (request: OrderRequest, reply) => {
    const form = readForm(CloseForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { key, memo = "" } = form.value;
    return answer(request, reply, closeDelivery(wire, keyOf(request), { onceKey: key, memo }));
  });
}

function registerPortions(app: FastifyInstance, wire: Wire, by: "household" | "line"): void {
  const address = `/desk/:handle/orders/:id/delivery/${by}/:place`;
  const find = (request: PlaceRequest) => {
    const { actorId } = request.seat!;
    const order = loadOrder(wire.db.orm, actorId, request.params.id);
    const household = by === "household" ? loadHousehold(wire.db.orm, actorId, request.params.place) : null;
    const isLine = order?.lines.some(({ number }) => String(number) === request.params.place);
    const isThere = by === "household" ? household !== undefined : isLine;
    return order && hasCounter(order) && isThere ? { order, household: household ?? null } : null;
  };
  const show = (request: PlaceRequest, reply: FastifyReply, errors: Record<string, string>, typed: object) => {
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const { order, household } = found;
    const view = viewOf(wire, order);
    const { place } = request.params;
    const shown = view.portions.filter((one) =>
      by === "household" ? one.householdId === place : String(one.lineNumber) === place,
    );
    const stored = Object.fromEntries(shown.map((one) => [`weights.${portionField(one)}`, writeWeights(one)]));
    const state: FormState = { ...formOf({ ...stored, ...typed }), errors };
    const title = household?.name ?? lineOf(order, Number(place)).goods.name;
    const entries = household ? listMoneyEntries(wire.db.orm, order.id, household.id) : [];
    const entered = entries.reduce((sum, { cents }) => sum + cents, 0);
    const labelOf = (portion: Portion) => nameOfPortion(view, portion, by);
    const page = { ...view, title, place: `${by}/${place}`, shown, labelOf, household, state, entered };
    return sendPage(request, reply, portionsPage(pageContext(request, reply), page));
  };
  app.get(address, HANDLERS, (request: PlaceRequest, reply) => show(request, reply, {}, {}));
  app.post(address, HANDLERS, (request: PlaceRequest, reply) => {
    const form = readForm(WeightsForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const errors = saveWeights(wire, request, found.order, form.value.weights as Record<string, string>);
    if (isRefusal(errors)) return sendRefusal(request, reply, errors);
    if (Object.keys(errors).length > 0) return show(request, reply, errors, form.typed);
    return answer(request, reply, null, `/${by}/${request.params.place}`);
  });
}

function nameOfPortion(view: CounterView, portion: Portion, by: "household" | "line"): string {
  const own =
    by === "household"
      ? lineOf(view.order, portion.lineNumber).goods.name
      : (view.households.find(({ id }) => id === portion.householdId)?.name ?? "");
  const friend = portion.friendId === null ? "" : (view.friendNames.get(portion.friendId) ?? "?");
  return friend === "" ? own : `${own} · ${friend}`;
}

/**
 * Writes what differs from what is stored, each portion by itself: a weight that does not hold keeps none of the others back. Several
 * numbers are weights; one is a count, but of goods by weight.
 */
function saveWeights(
  wire: Wire,
  request: OrderRequest,
  order: Order,
  fields: Readonly<Record<string, string>>,
): Record<string, string> | Refusal {
  const errors: Record<string, string> = {};
  const stored = new Map(listPortions(wire.db.orm, order.id).map((one) => [portionField(one), one]));
  for (const [field, text] of Object.entries(fields)) {
    const [place, portion] = [readPortionField(field), stored.get(field)];
    if (!place || !portion) return { refused: "no-such-portion" };
    const weights = readWeights(text);
    if (weights === null || weights.length === 0) errors[`weights.${field}`] = "not-a-number";
    if (weights === null || weights.length === 0 || text === writeWeights(portion)) continue;
    const { goods } = lineOf(order, place.lineNumber);
    const isWeighed = weights.length > 1 || ((goods.isVariableWeight || goods.hasSeparateWeights) && weights[0] !== 0);
    const done = isWeighed
      ? weigh(wire, keyOf(request), place, weights)
      : countOut(wire, keyOf(request), place, weights[0]!);
    if (!isRefusal(done)) continue;
    if (done.refused !== "bad-weight" && done.refused !== "bad-quantity") return done;
    errors[`weights.${field}`] = "not-a-number";
  }
  return errors;
}

function registerHouseholdActs(app: FastifyInstance, wire: Wire): void {
  const base = "/desk/:handle/orders/:id/delivery/household/:place";
  const back = ({ params }: PlaceRequest) => `/household/${params.place}`;
  app.post(`${base}/collected`, HANDLERS, (request: PlaceRequest, reply) => {
    const form = readForm(CollectForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const key = keyOf(request);
    const { to } = form.value;
    return answer(
      request,
      reply,
      markCollected(wire, key, request.params.place, to),
      to === "saved" ? back(request) : "",
    );
  });
  app.post(`${base}/add`, HANDLERS, (request: PlaceRequest, reply) => {
    const form = readForm(AddForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const quantity = readAmount(form.value.quantity);
    if (quantity === null) return sendRefusal(request, reply, { refused: "bad-quantity" });
    const place = { householdId: request.params.place, lineNumber: form.value.line, friendId: null };
    return answer(request, reply, addAtCounter(wire, keyOf(request), place, quantity), back(request));
  });
  app.post(`${base}/money`, HANDLERS, (request: PlaceRequest, reply) => {
    const form = readForm(MoneyForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { key, amount, memo } = form.value;
    const cents = parseWrittenDecimal(amount, 2, ",");
    if (cents === null || cents < 0) return sendRefusal(request, reply, { refused: "bad-amount" });
    // Zero takes the sum back: then the quantities count again.
    const entry = { householdId: request.params.place, cents: cents === 0 ? null : cents, memo };
    return answer(request, reply, enterMoney(wire, keyOf(request), entry, key), back(request));
  });
}
