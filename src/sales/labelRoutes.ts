// Labels for what is to be handed over: of an order, a cycle's pickup or a day. An address of its own for each way, so that a
// phone may keep it and print it again.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../activitypub/wire.ts";
import { writeLabelsPdf } from "../exchange/writePdf.ts";
import { LABELS_PER_SHEET } from "../kernel/labels.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import { nameFile } from "../web/files.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { drawFor } from "../web/sheetPage.ts";
import { buyerName, goodsOfOrders } from "./basisStore.ts";
import { labelsPage } from "./labelPages.ts";
import { countLabels, LABEL_WAYS, LABELS_MAX, type LabelLine, type LabelWay, lotKey, planLabels } from "./labels.ts";
import { orderName, tellQuantity } from "./orderPages.ts";

import type { ReceivedOrder } from "./received.ts";
import { listReceived } from "./receivedStore.ts";
import { loadCycle } from "./store.ts";
import { deliveryOf } from "./today.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };
const ORDERS_MAX = 2000;
/** So many lots can be asked for one by one before the address grows too long. */
const LOTS_ASKED = 40;

const Lot = Type.String({ maxLength: 30 });
const Query = Type.Object({
  order: Type.Optional(Type.String({ maxLength: 4000 })),
  cycle: Type.Optional(Type.String({ maxLength: 40 })),
  pickup: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
  day: Type.Optional(Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" })),
  way: Type.Optional(Type.Union(LABEL_WAYS.map((way) => Type.Literal(way)))),
  skip: Type.Optional(Type.Integer({ minimum: 0, maximum: LABELS_PER_SHEET - 1 })),
  all: Type.Optional(Lot),
  lot: Type.Record(Type.String({ pattern: "^[a-z0-9-]{1,150}$" }), Lot),
});
type Wish = Type.Static<typeof Query>;

export function registerLabels(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/sales/labels", SELLERS, (request, reply) => showLabels(wire, request, reply));
  app.get("/desk/:handle/sales/labels.pdf", SELLERS, async (request, reply) => {
    const query = readForm(Query, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const c = pageContext(request, reply);
    const { sheet, count } = makeLabels(wire, c, request.seat?.actorId ?? "", query.value);
    if (count > LABELS_MAX) return sendRefusal(request, reply, { refused: "too-many-labels", count, most: LABELS_MAX });
    // Nothing to print: the page says why.
    if (sheet.labels.length === 0) return reply.redirect(`/desk/${request.seat?.handle ?? ""}/sales/labels`, 303);
    const pdf = await drawFor(request, reply, (signal) => writeLabelsPdf(sheet, c.now, signal));
    if (isRefusal(pdf)) return sendRefusal(request, reply, pdf);
    return nameFile(reply, { name: "labels.pdf", type: "application/pdf", how: "inline" }).send(Buffer.from(pdf));
  });
}

function showLabels(wire: Wire, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const query = readForm(Query, request.query);
  if ("refused" in query && query.refused === "unexpected-field")
    return sendRefusal(request, reply, { refused: "bad-request" });
  const c = pageContext(request, reply);
  const state = "refused" in query ? { typed: query.typed, errors: query.errors } : { typed: query.typed, errors: {} };
  const wish = "refused" in query ? onlyWhose(query.typed) : query.value;
  const { sheet, goods, count } = makeLabels(wire, c, request.seat?.actorId ?? "", wish);
  if (count > LABELS_MAX) return sendRefusal(request, reply, { refused: "too-many-labels", count, most: LABELS_MAX });
  const whose = Object.fromEntries(
    ["order", "cycle", "pickup", "day"].flatMap((name) => {
      const text = state.typed[name];
      return typeof text === "string" && text !== "" ? [[name, text]] : [];
    }),
  );
  const [, search = ""] = request.url.split("?");
  const desk = `/desk/${request.seat?.handle ?? ""}`;
  const view = {
    ...{ sheet, whose, pdfHref: `${desk}/sales/labels.pdf${search === "" ? "" : `?${search}`}` },
    state: { ...state, typed: { way: LABEL_WAYS[0], ...state.typed } },
    lots: goods.length > LOTS_ASKED ? [] : goods,
    backHref: `${desk}/sales/sheet${whose.cycle ? `?cycle=${encodeURIComponent(whose.cycle)}` : ""}`,
  };
  return sendPage(request, reply, labelsPage(c, view));
}

/** Of an address with a mistake what says whose labels they are. */
function onlyWhose(typed: Readonly<Record<string, unknown>>): Wish {
  const text = (name: string) => (typeof typed[name] === "string" && typed[name] !== "" ? { [name]: typed[name] } : {});
  return { ...text("order"), ...text("cycle"), ...text("day"), lot: {} };
}

function makeLabels(wire: Wire, c: PageContext, actorId: string, wish: Wish) {
  const { orm } = wire.db;
  const { way = "package", skip = 0, all = "", lot } = wish;
  const orders = listReceived(orm, actorId, { states: ["accepted", "confirmed", "shipped"], limit: ORDERS_MAX });
  const cycles = new Map(
    [...new Set(orders.map(({ cycleId }) => cycleId))].map((id) => [
      id,
      id === null ? undefined : loadCycle(orm, actorId, id),
    ]),
  );
  const placeOf = (order: ReceivedOrder) => deliveryOf(cycles.get(order.cycleId) ?? null, order.pickup);
  const wanted = orders.filter((order) => {
    const delivery = placeOf(order);
    const isOfDay = wish.day === undefined || (delivery !== null && romeTime(delivery.startAt).date === wish.day);
    const isOfPlace = wish.pickup === undefined || delivery?.number === wish.pickup;
    const isOfCycle = wish.cycle === undefined || order.cycleId === wish.cycle;
    return isOfDay && isOfPlace && isOfCycle && (wish.order === undefined || orderName(order.thread) === wish.order);
  });
  const goods = goodsOfOrders(orm, actorId, wanted);
  const lines = wanted.flatMap((order): LabelLine[] => {
    const delivery = placeOf(order);
    const pickup = delivery ? `${delivery.place}, ${c.format.date(delivery.startAt)}` : "";
    const group = buyerName(wire.db.orm, order.buyer);
    return (order.agreed?.lines ?? []).flatMap(({ lineIri, quantityThousandths }) => {
      const known = goods.get(lineIri);
      return known ? [{ goods: known, group, pickup, quantityThousandths }] : [];
    });
  });
  const count = countLabels(lines, way as LabelWay);
  const lotOf = (line: LabelLine) => (lot as Record<string, string>)[lotKey(actorId, line.goods)] || all;
  const labels = (count > LABELS_MAX ? [] : planLabels(lines, way as LabelWay)).map((label) => {
    const weight = tellQuantity(c, label.goods.unit, label.quantityThousandths);
    const named = lotOf(label);
    return {
      ...{ product: label.goods.name, group: label.group, pickup: label.pickup, weight },
      lot: named === "" ? "" : c.say("sales.labels.lotOf", { lot: named }),
      count: label.of > 1 ? `${label.number}/${label.of}` : "",
    };
  });
  const named = new Map(lines.map((line) => [lotKey(actorId, line.goods), line.goods.name]));
  return {
    sheet: { title: c.say("sales.labels.title"), language: c.language, skip, labels },
    goods: [...named].map(([key, name]) => ({ key, name })),
    count,
  };
}
