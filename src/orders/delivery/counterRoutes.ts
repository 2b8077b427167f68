// The counter on delivery day: goods in, portions weighed one by one, households that come, the money, closing.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { parseWrittenDecimal } from "../../kernel/decimal.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { loadCharge } from "../../ledger/supplierStore.ts";
import { listAllFriends, listHouseholds, loadHousehold } from "../../members/households/householdStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { html } from "../../web/html.ts";
import { LIST_QUERY, type ListQuery, sift } from "../../web/lists.ts";
import { type LiveMark, markOf, sendLive } from "../../web/live.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { holdsRole } from "../../web/visitor.ts";
import { findAggregateOf } from "../aggregates/store.ts";
import { readAmount } from "../booking/bookForm.ts";
import { listBaskets } from "../booking/bookingStore.ts";
import type { LineFacts } from "../handouts/pages.ts";
import { lineFacts, namePortions, registerLines } from "../handouts/routes.ts";
import { changeKey, listLastChanges, listOtherPickups } from "../handouts/store.ts";
import type { Order } from "../order.ts";
import { HANDLER_ROLES, HANDLERS, keyOf, RUNNERS } from "../runRoutes.ts";
import { listSuspended } from "../solidarity/store.ts";
import { loadOrder } from "../store.ts";
import {
  type CounterLists,
  type CounterView,
  counterPage,
  type PortionsView,
  portionsPage,
  portionsParts,
} from "./counterPages.ts";
import {
  addAtCounter,
  addExtraLine,
  closeDelivery,
  enterMoney,
  expectedByLine,
  markArrived,
  markCollected,
} from "./deliveryActions.ts";
import { listArrivals, listDamaged, listMoneyEntries, listPortions, type Portion } from "./deliveryStore.ts";
import { previewSettlement } from "./settlementStore.ts";
import { portionField, writeWeights } from "./weightForm.ts";

type OrderRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type PlaceRequest = FastifyRequest<{ Params: { handle: string; id: string; place: string } }>;

const Seen = Type.Integer({ minimum: 0 });
const Amount = Type.String({ maxLength: 20 });
const Id = Type.String({ pattern: "^[a-z2-7]{26}$" });
const ArrivedForm = Type.Object({
  seen: Seen,
  arrived: Type.Record(Type.String({ pattern: "^[1-9][0-9]{0,3}$" }), Amount),
  damaged: Type.Record(Type.String({ pattern: "^[1-9][0-9]{0,3}$" }), Amount),
});
const ExtraForm = Type.Object({
  seen: Seen,
  name: Type.String({ maxLength: 200 }),
  package: Amount,
  unit: Type.String({ maxLength: 3 }),
  price: Amount,
});
const CloseForm = Type.Object({ seen: Seen, key: Id, memo: Type.Optional(Type.String({ maxLength: 500 })) });
const AddForm = Type.Object({ seen: Seen, line: Type.Integer({ minimum: 1 }), quantity: Amount });
const MoneyForm = Type.Object({ key: Id, amount: Amount, memo: Type.String({ maxLength: 500 }) });
const CollectForm = Type.Object({ seen: Seen, to: Type.Enum(["saved", "delivered", "not-collected"]) });

/** Adds `/desk/{handle}/orders/{id}/delivery` and what hangs on it. */
export function registerCounter(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/orders/:id/delivery", HANDLERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    const query = readForm(CounterQuery, request.query);
    if (!order || !hasCounter(order) || "refused" in query)
      return sendRefusal(request, reply, { refused: "not-found" });
    const view = viewOf(wire, order);
    const lists = listsOf(view, listOtherPickups(wire.db.orm, order), query.value);
    return sendPage(request, reply, counterPage(pageContext(request, reply), view, lists));
  });
  app.get("/desk/:handle/orders/:id/delivery/live", HANDLERS, (request: OrderRequest, reply) => {
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order || !hasCounter(order)) return sendRefusal(request, reply, { refused: "not-found" });
    return sendLive(request, reply, counterMark(wire.db.orm, order), () => html``);
  });
  registerGoods(app, wire);
  registerPortions(app, wire);
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
    damaged: listDamaged(tx, order.id),
    settlement: previewSettlement(tx, order),
    isCorrection: loadCharge(tx, order.actorId, order.id).version > 0,
    suspendedCount: listSuspended(tx, order.id).length,
    onceKey: encodeId(randomBytes(16)),
    aggregateId: findAggregateOf(tx, order.id),
    mark: counterMark(tx, order),
  };
}

/** What others at the counter change: what arrived, what was given to whom, who has been here. */
function counterMark(tx: Tx, order: Order): LiveMark {
  const portions = listPortions(tx, order.id);
  const baskets = listBaskets(tx, order.id).map(({ state }) => state);
  return {
    whole: markOf([order.state, order.updatedAt, portions, baskets, [...listArrivals(tx, order.id)]]),
    parts: "",
  };
}

const CounterQuery = Type.Object({ ...LIST_QUERY, by: Type.Optional(Type.Enum(["household", "product"])) });
/** A counter is one list: whoever scrolls with a thumb does not turn pages. */
const SIZE = 200;

/** Both views of the same numbers, searched and narrowed. */
function listsOf(
  view: CounterView,
  also: ReadonlyMap<string, unknown>,
  query: ListQuery & { readonly by?: "household" | "product" },
): CounterLists {
  const { order, portions, settlement } = view;
  const charges = new Map(settlement.charges.map(({ householdId, cents }) => [householdId, cents]));
  const byHousehold = Map.groupBy(portions, ({ householdId }) => householdId);
  const byLine = Map.groupBy(portions, ({ lineNumber }) => lineNumber);
  const households = view.households
    .filter(({ id }) => byHousehold.has(id) || charges.has(id))
    .map((household) => ({
      ...{ household, ...countDone(byHousehold.get(household.id) ?? []) },
      ...{ cents: charges.get(household.id) ?? 0, hasMore: also.has(household.id) },
    }));
  const products = order.lines
    .filter(({ number }) => byLine.has(number))
    .map(({ number, goods }) => ({ lineNumber: number, name: goods.name, ...countDone(byLine.get(number)!) }));
  const chips = { todo: (one: { doneCount: number; count: number }) => one.doneCount < one.count };
  return {
    by: query.by ?? "household",
    households: sift(households, query, { text: ({ household }) => household.name, chips, size: SIZE }),
    products: sift(products, query, { text: ({ name }) => name, chips, size: SIZE }),
  };
}

function countDone(portions: readonly Portion[]) {
  const doneCount = portions.filter(({ deliveredThousandths }) => deliveredThousandths !== null).length;
  const given = portions.map((one) => one.deliveredThousandths ?? one.allocatedThousandths);
  return { doneCount, count: portions.length, quantityThousandths: given.reduce((sum, one) => sum + one, 0) };
}

function deskOf({ params }: OrderRequest): string {
  return `/desk/${params.handle}/orders/${params.id}/delivery`;
}

/** A form whose answer is the page it came from, or the refusal's own page. */
function answer(request: OrderRequest, reply: FastifyReply, done: unknown, path = ""): FastifyReply {
  if (isRefusal(done)) return sendRefusal(request, reply, done);
  return reply.redirect(`${deskOf(request)}${path}`, 303);
}

/** Quantities by line; null when one is none. */
function readByLine(fields: unknown): Map<number, number> | null {
  const read = Object.entries(fields as Record<string, string>).map(
    ([number, text]) => [Number(number), readAmount(text)] as const,
  );
  return read.every(([, quantity]) => quantity !== null) ? new Map(read as [number, number][]) : null;
}

function registerGoods(app: FastifyInstance, wire: Wire): void {
  app.post("/desk/:handle/orders/:id/delivery/arrived", HANDLERS, (request: OrderRequest, reply) => {
    const form = readForm(ArrivedForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const order = loadOrder(wire.db.orm, request.seat!.actorId, request.params.id);
    if (!order) return sendRefusal(request, reply, { refused: "not-found" });
    // What was left empty came as expected.
    const arrived = expectedByLine(wire.db.orm, order);
    const damaged = readByLine(form.value.damaged);
    const whole = readByLine(form.value.arrived);
    if (!damaged || !whole) return sendRefusal(request, reply, { refused: "bad-quantity" });
    for (const [number, quantity] of whole) arrived.set(number, quantity);
    // What came and cannot be given to anybody is not shared, and not owed.
    for (const [number, quantity] of damaged) arrived.set(number, (arrived.get(number) ?? 0) - quantity);
    const key = { ...keyOf(request), seenUpdatedAt: form.value.seen };
    return answer(request, reply, markArrived(wire, key, arrived, damaged));
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

/** What stands beside the page: what is wrong in one line, where the hand goes next, and the line that gets another piece. */
type Shown = {
  readonly wrong?: { readonly field: string; readonly line: NonNullable<LineFacts["wrong"]> };
  readonly next?: string | undefined;
  readonly piece?: string | undefined;
};

const ShownQuery = Type.Object({
  next: Type.Optional(Type.String({ maxLength: 70 })),
  piece: Type.Optional(Type.String({ maxLength: 70 })),
});

function registerPortions(app: FastifyInstance, wire: Wire): void {
  for (const by of ["household", "line"])
    app.get(`/desk/:handle/orders/:id/delivery/${by}/:place`, HANDLERS, (request: PlaceRequest, reply) => {
      const query = readForm(ShownQuery, request.query);
      const shown = "refused" in query ? {} : query.value;
      return showPlace(wire, request, reply, `${by}/${request.params.place}`, shown);
    });
  for (const by of ["household", "line"])
    app.get(`/desk/:handle/orders/:id/delivery/${by}/:place/live`, HANDLERS, (request: PlaceRequest, reply) => {
      const c = pageContext(request, reply);
      const view = viewOfPlace(wire, request, c, `${by}/${request.params.place}`, {});
      if (!view) return sendRefusal(request, reply, { refused: "not-found" });
      return sendLive(request, reply, view.mark, () => portionsParts(c, view));
    });
  registerLines(app, wire, (request, reply, back, wrong) => showPlace(wire, request, reply, back, { wrong }));
}

function showPlace(wire: Wire, request: OrderRequest, reply: FastifyReply, place: string, shown: Shown): FastifyReply {
  const c = pageContext(request, reply);
  const view = viewOfPlace(wire, request, c, place, shown);
  return view ? sendPage(request, reply, portionsPage(c, view)) : sendRefusal(request, reply, { refused: "not-found" });
}

/** One household's or one product's lines; null where there is no such place. */
function viewOfPlace(
  wire: Wire,
  request: OrderRequest,
  c: PageContext,
  place: string,
  { wrong, next, piece }: Shown,
): PortionsView | null {
  const tx = wire.db.orm;
  const order = loadOrder(tx, request.seat!.actorId, request.params.id);
  const [by, name = ""] = place.split("/") as ["household" | "line", string];
  const household = by === "household" ? (loadHousehold(tx, request.seat!.actorId, name) ?? null) : null;
  const line = order?.lines.find(({ number }) => by === "line" && String(number) === name);
  if (!order || !hasCounter(order) || (!household && !line)) return null;
  const changes = listLastChanges(tx, order.id);
  const lines = namePortions(tx, c, order)
    .filter(({ portion }) => (household ? portion.householdId === name : String(portion.lineNumber) === name))
    .map((named): LineFacts => {
      const facts = lineFacts(tx, c, named, changes.get(changeKey(named.portion)), by);
      const field = portionField(named.portion);
      if (wrong?.field === field) return { ...facts, wrong: wrong.line };
      return piece === field ? { ...facts, typed: `${writeWeights(named.portion)} + ` } : facts;
    });
  const entries = household ? listMoneyEntries(tx, order.id, household.id) : [];
  const view = viewOf(wire, order);
  return {
    ...view,
    ...{ title: household?.name ?? line?.goods.name ?? "", place, lines, household },
    ...{ next: wrong?.field ?? next ?? piece ?? null, status: wrong ? (422 as const) : (200 as const) },
    also: (household ? (listOtherPickups(tx, order).get(household.id) ?? []) : []).map((other) => ({
      ...other,
      isInReach: holdsRole(c.visitor, order.actorId, HANDLER_ROLES, other.producerId),
    })),
    entered: entries.reduce((sum, { cents }) => sum + cents, 0),
    mark: placeMark(view, lines, household?.id),
  };
}

/** Anew is drawn what has other lines or other buttons; line by line what was written in them. */
function placeMark(
  { order, baskets, arrived, settlement }: CounterView,
  lines: readonly LineFacts[],
  householdId: string | undefined,
): LiveMark {
  const fields = lines.map(({ portion }) => portionField(portion));
  const { state } = baskets.get(householdId ?? "") ?? {};
  const left = state === "delivered" || state === "not-collected" ? state : "";
  const owed = settlement.charges.find((charge) => charge.householdId === householdId)?.cents ?? 0;
  return {
    whole: markOf([order.state, order.updatedAt, fields, left, [...arrived]]),
    parts: markOf([lines.map(({ portion, version }) => [portion, version]), owed]),
  };
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
