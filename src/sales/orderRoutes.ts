// The producer's desk for orders: each form one action, then back to the order. And the sheet of what to prepare.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { SHEET_FILES } from "../exchange/writePdf.ts";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { readPause } from "../partners/hosts/pauseActions.ts";
import type { ReasonCode } from "../partners/threads/agreement.ts";
import { contractPath } from "../partners/threads/contractRoutes.ts";
import { readThreadMessage } from "../partners/threads/readAgreement.ts";
import { loadRejectionOf } from "../partners/threads/threadStore.ts";
import { readTrouble } from "../partners/threads/troubleStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH, formOf } from "../web/forms.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import { readForm, type Typed } from "../web/readForm.ts";
import { type SheetEnding, sendSheet } from "../web/sheetPage.ts";
import { basisOf, buyerName, goodsOfOrders } from "./basisStore.ts";
import { type Cycle, takesOrders } from "./cycle.ts";
import {
  answerOrder,
  answerRequest,
  choosePickup,
  markPaid,
  moveOrder,
  type OrderAnswer,
  type OrderKey,
  settleDoubt,
  writeDeliveryNote,
} from "./orderActions.ts";
import type { Hold } from "./orderActivities.ts";
import {
  isUnder,
  MOVES,
  noteFormPage,
  ORDER_LIST_CHIPS,
  type OrderRow,
  type OrderView,
  orderName,
  orderPage,
  ordersPage,
  readOrderName,
  written,
} from "./orderPages.ts";
import { sumUp } from "./productionSheet.ts";
import { RECEIVED_STATES, type ReceivedOrder, stateOf } from "./received.ts";
import { listReceived, loadNote, loadReceived, RUNNING } from "./receivedStore.ts";
import { productionPaper } from "./sheets.ts";
import { loadCycle } from "./store.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };
const PAGE = 30;
/** The latest of all years; older ones stand in the history. */
const LISTED_MAX = 500;
const SHEET_ORDERS = 2000;

const Seen = Type.Integer({ minimum: 0 });
const Note = Type.Optional(Type.String({ maxLength: 500 }));
const Quantities = Type.Record(Type.String({ pattern: "^[0-9]{1,3}$" }), Type.String({ maxLength: 20 }));
const literals = <const Word extends string>(all: readonly Word[]) => Type.Union(all.map((one) => Type.Literal(one)));
const ListQuery = Type.Object({ ...LIST_QUERY, cycle: Type.Optional(Type.String({ maxLength: 40 })) });
const AnswerForm = Type.Object({
  seen: Seen,
  kind: literals(["accept", "change", "refuse"]),
  overdraw: Type.Optional(Type.Boolean()),
  whenSilent: Type.Optional(literals(["confirm", "cancel"])),
  back: Type.Optional(literals(["list", "today"])),
  note: Note,
  why: Note,
  quantity: Quantities,
});
const MoveForm = Type.Object({ seen: Seen, act: literals(MOVES), reason: Note });
const RequestForm = Type.Object({ seen: Seen, granted: literals(["yes", "no"]) });
const PickupForm = Type.Object({ seen: Seen, pickup: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })) });
const PaidForm = Type.Object({ seen: Seen, paid: literals(["yes", "no"]) });
const SeenForm = Type.Object({ seen: Seen });
const Slot = Type.String({ pattern: "^[12]$" });
const NoteForm = Type.Object({
  seen: Seen,
  quantity: Quantities,
  charge: Type.Record(Slot, Type.String({ maxLength: 200 })),
  cents: Type.Record(Slot, Type.String({ maxLength: 20 })),
});

type OrderRequest = FastifyRequest<{ Params: { handle: string; order: string } }>;

export function registerOrderDesk(app: FastifyInstance, wire: Wire, hold: Hold): void {
  registerList(app, wire);
  registerSheet(app, wire);
  registerOrder(app, wire, hold);
  registerActs(app, wire);
  registerNote(app, wire);
}

function registerList(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/sales", SELLERS, (request, reply) => {
    const query = readForm(ListQuery, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const { cycle: cycleId } = query.value;
    const actorId = actorOf(request);
    const { orm } = wire.db;
    const cycle = cycleId === undefined ? null : (loadCycle(orm, actorId, cycleId) ?? null);
    if (cycleId !== undefined && !cycle) return sendRefusal(request, reply, { refused: "not-found" });
    const rows = listRows(wire, actorId, cycle);
    const chips = ORDER_LIST_CHIPS.map((name) => [name, ({ order }: OrderRow) => isUnder(name, order)] as const);
    const sifted = sift(rows, query.value, {
      text: ({ buyerName, cycleName }) => `${buyerName} ${cycleName ?? ""}`,
      chips: Object.fromEntries(chips),
      size: PAGE,
    });
    const waitingCount = rows.filter(({ order }) => isUnder("waiting", order)).length;
    return sendPage(request, reply, ordersPage(pageContext(request, reply), { sifted, cycle, waitingCount }));
  });
}

/** Those that run first, what waits before the rest; then those that are over. */
function listRows(wire: Wire, actorId: string, cycle: Cycle | null): OrderRow[] {
  const { orm } = wire.db;
  const within = cycle ? { cycleId: cycle.id } : {};
  const over = RECEIVED_STATES.filter((state) => !RUNNING.includes(state));
  const found = [RUNNING, over].flatMap((states) =>
    listReceived(orm, actorId, { states, limit: LISTED_MAX, ...within }),
  );
  const cycles = new Map<string, string | null>();
  const cycleNameOf = (id: string) => {
    if (!cycles.has(id)) cycles.set(id, loadCycle(orm, actorId, id)?.name ?? null);
    return cycles.get(id) ?? null;
  };
  return found.map((order) => ({
    order,
    buyerName: buyerName(wire.db.orm, order.buyer),
    cycleName: order.cycleId === null ? null : cycleNameOf(order.cycleId),
  }));
}

function registerSheet(app: FastifyInstance, wire: Wire): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, ending: SheetEnding) => {
    const { cycle: cycleId } = request.query as { cycle?: unknown };
    const actorId = actorOf(request);
    const cycle = typeof cycleId === "string" ? loadCycle(wire.db.orm, actorId, cycleId) : undefined;
    if (cycleId !== undefined && !cycle) return sendRefusal(request, reply, { refused: "not-found" });
    const c = pageContext(request, reply);
    const query = cycle ? `?cycle=${cycle.id}` : "";
    const wish = {
      ...{ ending, name: "production", headingLabel: c.say("sales.sheet.pickup") },
      ...{ base: `${deskOf(request)}/sales/sheet`, query },
      back: { href: `${deskOf(request)}/sales${query}`, label: c.say("sales.orders.title") },
    };
    return sendSheet(request, reply, makeSheet(wire, c, actorId, cycle ?? null), wish, SHEET_FILES);
  };
  app.get("/desk/:handle/sales/sheet", SELLERS, (request, reply) => show(request, reply, ""));
  app.get("/desk/:handle/sales/sheet.csv", SELLERS, (request, reply) => show(request, reply, "csv"));
  app.get("/desk/:handle/sales/sheet.pdf", SELLERS, (request, reply) => show(request, reply, "pdf"));
}

function makeSheet(wire: Wire, c: PageContext, actorId: string, cycle: Cycle | null) {
  const { orm } = wire.db;
  // What was handed over long ago stands on the sheet of its own cycle alone.
  const wish = cycle ? { states: RECEIVED_STATES, cycleId: cycle.id } : { states: RUNNING };
  const orders = listReceived(orm, actorId, { ...wish, limit: SHEET_ORDERS });
  const goods = goodsOfOrders(orm, actorId, orders);
  const counted = orders.map((order) => ({
    thread: order.thread,
    buyerName: buyerName(wire.db.orm, order.buyer),
    state: stateOf(order),
    pickup: cycle ? order.pickup : null,
    lines: countedLines(order),
  }));
  const placeOf = (pickup: number | null) => {
    const delivery = cycle?.deliveries.find(({ number }) => number === pickup);
    return delivery ? `${delivery.place}, ${c.format.dateTime(delivery.startAt)}` : c.say("sales.sheet.noPickup");
  };
  const title = cycle ? c.say("sales.sheet.titleOf", { name: cycle.name }) : c.say("sales.sheet.title");
  const isOver = cycle !== null && !takesOrders(cycle, c.now) && cycle.state !== "draft" && cycle.state !== "scheduled";
  return productionPaper(c, { title, sheet: sumUp(counted, goods), placeOf, isOver });
}

/** What an order weighs on the sheet: what is agreed, or what is asked for while nothing is. */
function countedLines({ agreed, counter, latest }: ReceivedOrder) {
  return (agreed ?? counter ?? latest).lines;
}

function registerOrder(app: FastifyInstance, wire: Wire, hold: Hold): void {
  app.get("/desk/:handle/sales/:order", SELLERS, (request: OrderRequest, reply) => {
    const view = viewOf(wire, request);
    return view ? showOrder(request, reply, FRESH, view) : sendRefusal(request, reply, { refused: "not-found" });
  });
  app.post("/desk/:handle/sales/:order/answer", SELLERS, (request: OrderRequest, reply) => {
    const view = viewOf(wire, request);
    const form = readForm(AnswerForm, request.body);
    if (!view) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { kind, overdraw = false, whenSilent = "confirm", note = "", why = "", back, seen, quantity } = form.value;
    const read = readQuantities(quantity, view.order.latest.lines.length, kind === "change");
    if ("errors" in read) return showOrder(request, reply, { typed: form.typed, errors: read.errors ?? {} }, view);
    const wishes = view.order.latest.lines.map(({ lineIri }, i) => ({
      lineIri,
      quantityThousandths: read.quantities[i] ?? 0,
    }));
    const answers: Record<typeof kind, OrderAnswer> = {
      accept: { kind: "accept", mayOverdraw: overdraw, note },
      change: { kind: "change", wishes, mayOverdraw: overdraw, whenSilent, note },
      refuse: { kind: "refuse", note: why },
    };
    const done = answerOrder(wire, keyOf(request, seen), answers[kind], hold);
    const errors = isRefusal(done) ? fieldErrors(done, view.order) : null;
    if (errors) return showOrder(request, reply, { typed: form.typed, errors }, view);
    return settle(request, reply, done, back);
  });
}

/** What was typed, line by line, in thousandths; nothing to read where no quantities are asked for. */
function readQuantities(typed: Record<string, string>, count: number, isWanted: boolean) {
  const errors: Record<string, string> = {};
  const quantities = Array.from({ length: isWanted ? count : 0 }, (_, i) => {
    const read = parseWrittenDecimal(typed[String(i)] ?? "", 3, ",");
    if (read === null || read < 0) errors[`quantity.${i}`] = "not-a-number";
    return read ?? 0;
  });
  return Object.keys(errors).length > 0 ? { errors } : { quantities };
}

/** The fields a refusal is about; null when it is about none. */
function fieldErrors({ refused, faults }: Refusal, { latest, agreed }: ReceivedOrder, lines = latest.lines) {
  if (refused === "not-available") return { overdraw: "required" };
  if (refused !== "invalid-wishes") return null;
  const reasons: Record<string, string> = { "not-multiple": "not-a-multiple", "not-available": "not-enough" };
  const known = lines.length > 0 ? lines : (agreed?.lines ?? []);
  return Object.fromEntries(
    (faults as { lineIri: string; fault: string }[]).map(({ lineIri, fault }) => [
      `quantity.${known.findIndex((line) => line.lineIri === lineIri)}`,
      reasons[fault] ?? fault,
    ]),
  );
}

function registerActs(app: FastifyInstance, wire: Wire): void {
  app.post("/desk/:handle/sales/:order/move", SELLERS, (request: OrderRequest, reply) => {
    const form = readForm(MoveForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { act, reason = "", seen } = form.value;
    const view = act === "cancel" && reason === "" ? viewOf(wire, request) : null;
    if (view) return showOrder(request, reply, { typed: form.typed, errors: { reason: "required" } }, view);
    return settle(request, reply, moveOrder(wire, keyOf(request, seen), act, reason));
  });
  app.post("/desk/:handle/sales/:order/request", SELLERS, (request: OrderRequest, reply) => {
    const form = readForm(RequestForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { granted, seen } = form.value;
    return settle(request, reply, answerRequest(wire, keyOf(request, seen), granted === "yes", ""));
  });
  app.post("/desk/:handle/sales/:order/pickup", SELLERS, (request: OrderRequest, reply) => {
    const form = readForm(PickupForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return settle(request, reply, choosePickup(wire, keyOf(request, form.value.seen), form.value.pickup ?? null));
  });
  app.post("/desk/:handle/sales/:order/paid", SELLERS, (request: OrderRequest, reply) => {
    const form = readForm(PaidForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return settle(request, reply, markPaid(wire, keyOf(request, form.value.seen), form.value.paid === "yes"));
  });
  app.post("/desk/:handle/sales/:order/verified", SELLERS, (request: OrderRequest, reply) => {
    const form = readForm(SeenForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return settle(request, reply, settleDoubt(wire, keyOf(request, form.value.seen)));
  });
}

function registerNote(app: FastifyInstance, wire: Wire): void {
  const show = (request: OrderRequest, reply: FastifyReply, state: FormState, view: OrderView) =>
    sendPage(request, reply, noteFormPage(pageContext(request, reply), state, view));
  app.get("/desk/:handle/sales/:order/note", SELLERS, (request: OrderRequest, reply) => {
    const view = viewOf(wire, request);
    if (!view?.order.agreed) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, formOf(writtenNote(view)), view);
  });
  app.post("/desk/:handle/sales/:order/note", SELLERS, (request: OrderRequest, reply) => {
    const view = viewOf(wire, request);
    const form = readForm(NoteForm, request.body);
    if (!view?.order.agreed) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { lines } = view.order.agreed;
    const read = readQuantities(form.value.quantity, lines.length, true);
    const charges = readCharges(form.value.charge, form.value.cents);
    const errors = { ...("errors" in read ? read.errors : {}), ...("errors" in charges ? charges.errors : {}) };
    if ("errors" in read || "errors" in charges) return show(request, reply, { typed: form.typed, errors }, view);
    const deliveredByLine = new Map(lines.map(({ lineIri }, i) => [lineIri, read.quantities[i] ?? 0]));
    const done = writeDeliveryNote(wire, keyOf(request, form.value.seen), {
      deliveredByLine,
      charges: charges.charges,
    });
    const wrong = isRefusal(done) ? fieldErrors(done, view.order, lines) : null;
    if (wrong) return show(request, reply, { typed: form.typed, errors: wrong }, view);
    return settle(request, reply, done);
  });
}

/** The note as it was last sent, or everything as agreed. */
function writtenNote({ order, note }: OrderView): Typed {
  const lines = note?.fulfilments ?? order.agreed?.lines ?? [];
  const typed: Typed = Object.fromEntries(lines.map((line, i) => [`quantity.${i}`, written(line.quantityThousandths)]));
  for (const [i, { name, cents }] of (note?.charges ?? []).entries()) {
    typed[`charge.${i + 1}`] = name;
    typed[`cents.${i + 1}`] = (cents / 100).toFixed(2).replace(".", ",");
  }
  return typed;
}

function readCharges(names: Record<string, string>, sums: Record<string, string>) {
  const errors: Record<string, string> = {};
  const charges = ["1", "2"].flatMap((slot) => {
    const [name = "", sum = ""] = [names[slot], sums[slot]];
    if (name === "" && sum === "") return [];
    const cents = parseWrittenDecimal(sum, 2, ",");
    if (name === "") errors[`charge.${slot}`] = "required";
    if (cents === null) errors[`cents.${slot}`] = "not-money";
    return [{ name, cents: cents ?? 0 }];
  });
  return Object.keys(errors).length > 0 ? { errors } : { charges };
}

function viewOf(wire: Wire, request: OrderRequest): OrderView | null {
  const { orm } = wire.db;
  const actorId = actorOf(request);
  const order = loadReceived(orm, actorId, readOrderName(request.params.order));
  if (!order) return null;
  const { cycle, terms } = basisOf(orm, order);
  return {
    order,
    buyerName: buyerName(wire.db.orm, order.buyer),
    cycle,
    terms,
    note: loadNote(orm, actorId, order.thread) ?? null,
    contractHref: contractPath(request.params.handle, order.thread),
    refusedFor: order.latest.answer === "rejected" ? refusalOf(orm, order) : null,
    pause: readPause(orm, { actorId, thread: order.thread, peer: order.buyer }),
    trouble: readTrouble(wire.db, { actorId, thread: order.thread, peer: order.buyer }),
  };
}

/** The reason we gave for refusing the latest Offer, as the kept message says it. */
function refusalOf(tx: Tx, { actorId, thread, latest }: ReceivedOrder): ReasonCode | null {
  const kept = loadRejectionOf(tx, actorId, thread, latest.offerIri);
  const message = kept && readThreadMessage(JSON.parse(kept.bytes.toString("utf8")));
  return message && "kind" in message && message.kind === "rejected" ? message.reason : null;
}

function showOrder(request: OrderRequest, reply: FastifyReply, state: FormState, view: OrderView): FastifyReply {
  // After a failed form the page is the order's, whatever the form's address was.
  const c = { ...pageContext(request, reply), path: `${deskOf(request)}/sales/${orderName(view.order.thread)}` };
  return sendPage(request, reply, orderPage(c, state, view));
}

function settle(
  request: OrderRequest,
  reply: FastifyReply,
  done: object | Refusal,
  back?: "list" | "today",
): FastifyReply {
  if (isRefusal(done)) return sendRefusal(request, reply, done);
  const list = `${deskOf(request)}/sales`;
  if (back === "today") return reply.redirect(`${deskOf(request)}/today`, 303);
  return reply.redirect(back === "list" ? list : `${list}/${encodeURIComponent(request.params.order)}`, 303);
}

function keyOf(request: OrderRequest, seenUpdatedAt: number): OrderKey {
  return { actorId: actorOf(request), thread: readOrderName(request.params.order), seenUpdatedAt };
}

function deskOf(request: FastifyRequest): string {
  return `/desk/${request.seat?.handle ?? ""}`;
}

function actorOf(request: FastifyRequest): string {
  return request.seat?.actorId ?? "";
}
