// The desk for prices and stock in a hurry: each row saved by itself, by a page or by what a press changed.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../activitypub/actor.ts";
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sendRefusal, wantsHtml } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import type { QueueAnswer } from "../web/offline.ts";
import { type PageContext, pageContext, sendPage, sendParts, wantsParts } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { sentenceOf } from "../web/refusals.ts";
import type { Problems } from "./check.ts";
import type { Product } from "./product.ts";
import { isOut, isShort, isSoundPercent, PRICE_STEPS, planPrices, type QuickChange } from "./quick.ts";
import { changePrices, changeQuickly, undoPrices, undoQuick } from "./quickActions.ts";
import { type KeptByProduct, percentPage, quickFields, quickPage, quickRow, type RowState } from "./quickPages.ts";
import { listCategories, listCurrentProducts, loadProduct, loadProductBySlug } from "./store.ts";

/** What this desk asks of the room that sells: what running cycles keep of each product. */
export type QuickHouse = { readonly wire: Wire; readonly keptGoods: (tx: Tx, actorId: string) => KeptByProduct };

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const, keeper: true as const } } };
/** A list is read whole to be searched without accents; beyond this the search of the list itself goes on. */
const PRODUCTS_MAX = 5000;
const PAGE = 30;
/** Of one decimal mark or the other: 9.000 hundredths of a percent. */
const PERCENT_PLACES = 2;

type DeskRequest = FastifyRequest<{ Params: { handle: string; slug: string } }>;
const Version = Type.Integer({ minimum: 1 });
const Moment = Type.Integer({ minimum: 0 });
const QuickQuery = Type.Object({
  ...LIST_QUERY,
  saved: Type.Optional(Type.String({ maxLength: 100 })),
  undone: Type.Optional(Type.String({ maxLength: 100 })),
  count: Type.Optional(Type.Integer({ minimum: 0, maximum: 9999 })),
  at: Type.Optional(Moment),
});
const RowForm = Type.Object({
  version: Version,
  price: Type.Optional(Type.String({ maxLength: 20 })),
  available: Type.Optional(Type.String({ maxLength: 20 })),
  act: Type.Optional(Type.Union((["save", "out", "back", "resume"] as const).map((act) => Type.Literal(act)))),
});
const UndoForm = Type.Object({ version: Version });
const UndoManyForm = Type.Object({ at: Moment });
const PERCENT = {
  percent: Type.String({ maxLength: 10 }),
  step: Type.Optional(Type.Union(PRICE_STEPS.map((step) => Type.Literal(String(step))))),
};
const PercentQuery = Type.Object({ ...PERCENT, category: Type.Optional(Type.String({ maxLength: 200 })) });
const PercentForm = Type.Object({
  ...PERCENT,
  version: Type.Record(Type.String({ pattern: "^[a-z0-9-]{1,100}$" }), Version),
});

export function registerQuick(app: FastifyInstance, house: QuickHouse): void {
  app.get("/desk/:handle/catalog/quick", SELLERS, (request: DeskRequest, reply) => {
    const actor = actorOf(house, request);
    return actor ? showList(house, request, reply, actor) : sendRefusal(request, reply, { refused: "not-found" });
  });
  registerPercent(app, house);
  registerRows(app, house);
}

function actorOf({ wire }: QuickHouse, { params }: DeskRequest): LocalActor | null {
  const actor = loadActorByHandle(wire.db.orm, params.handle);
  return actor?.kind === "producer" ? actor : null;
}

function baseOf({ params }: DeskRequest): string {
  return `/desk/${encodeURIComponent(params.handle)}/catalog/quick`;
}

const CHIP_TESTS: Record<string, (product: Product) => boolean> = {
  offered: ({ facts }) => facts.isActive,
  short: ({ facts }) => isShort(facts),
  out: ({ facts }) => isOut(facts),
  paused: ({ facts }) => !facts.isActive,
};

function showList(
  { wire, keptGoods }: QuickHouse,
  request: DeskRequest,
  reply: FastifyReply,
  actor: LocalActor,
  shown: { wrong?: { slug: string; state: RowState }; percent?: FormState } = {},
): FastifyReply {
  const { orm } = wire.db;
  const query = readForm(QuickQuery, request.method === "GET" && !shown.percent ? request.query : {});
  if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
  const { saved, undone, count, at } = query.value;
  const { wrong, percent = FRESH } = shown;
  const products = listCurrentProducts(orm, actor.id, { limit: PRODUCTS_MAX });
  const text = ({ facts }: Product) => `${facts.name} ${facts.sku ?? ""} ${facts.category}`;
  const sifted = sift(products, wrong ? { find: nameOf(products, wrong.slug) } : query.value, {
    text,
    chips: CHIP_TESTS,
    size: PAGE,
  });
  const stateOf = ({ slug }: Product): RowState => {
    if (wrong?.slug === slug) return wrong.state;
    return slug === saved || slug === undone ? { kind: "saved", isUndone: slug === undone } : { kind: "still" };
  };
  const c = { ...pageContext(request, reply), path: baseOf(request) };
  const page = quickPage(c, {
    ...{ base: baseOf(request), sifted, stateOf, percent },
    categories: listCategories(orm, actor.id),
    kept: keptGoods(orm, actor.id),
    many: count === undefined ? null : { count, at: at ?? null },
  });
  return sendPage(request, reply, wrong ? { ...page, status: 422 } : page);
}

function nameOf(products: readonly Product[], slug: string): string {
  return (products.find((product) => product.slug === slug)?.facts.name ?? "").slice(0, 80);
}

function registerRows(app: FastifyInstance, house: QuickHouse): void {
  const { wire } = house;
  app.post("/desk/:handle/catalog/quick/:slug", SELLERS, (request: DeskRequest, reply) => {
    const actor = actorOf(house, request);
    const product = actor && loadProductBySlug(wire.db.orm, actor.id, request.params.slug);
    const form = readForm(RowForm, request.body);
    if (!actor || !product || product.removedAt !== null) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { version, price = "", available = "", act = "save" } = form.value;
    const typed = { price, available };
    const c = pageContext(request, reply);
    const read = readRow(product, typed, act, c.language === "it" ? "," : ".");
    const wrong = (sentences: readonly string[], now: Product = product) =>
      !wantsHtml(request) && !wantsParts(request)
        ? reply.code(422).send({ refused: "invalid-product", message: sentences.join(" ") })
        : answerRow(house, request, reply, {
            actor,
            product: now,
            state: { kind: "wrong", typed, reasons: sentences },
          });
    const tell = (problems: Problems) =>
      Object.entries(problems).map(([name, why]) =>
        c.say("catalogs.quick.wrong", { field: c.say(`catalogs.field.${name}`), reason: c.say(`form.reason.${why}`) }),
      );
    if ("problems" in read) return wrong(tell(read.problems));
    const saved = changeQuickly(wire, actor, { productId: product.id, expectedVersion: version, change: read.change });
    if ("refused" in saved && "problems" in saved) return wrong(tell(saved.problems as Problems));
    // A press has no page to be sent to: the row itself says what happened, with what was typed.
    if (isRefusal(saved) && wantsParts(request))
      return wrong([sentenceOf(saved, c.say)], loadProduct(wire.db.orm, product.id));
    if (isRefusal(saved) && !wantsHtml(request) && saved.refused === "stale-version")
      return reply
        .code(409)
        .send({ ...queueAnswer(c, loadProduct(wire.db.orm, product.id)!), ...tellMeanwhile(c, saved) });
    if (isRefusal(saved)) return sendRefusal(request, reply, saved);
    const isNew = (saved as Product).version !== product.version;
    const state: RowState = isNew ? { kind: "saved", isUndone: false } : { kind: "still" };
    return answerRow(house, request, reply, { actor, product: saved as Product, state });
  });
  app.post("/desk/:handle/catalog/quick/:slug/undo", SELLERS, (request: DeskRequest, reply) => {
    const actor = actorOf(house, request);
    const product = actor && loadProductBySlug(wire.db.orm, actor.id, request.params.slug);
    const form = readForm(UndoForm, request.body);
    if (!actor || !product || product.removedAt !== null) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const back = undoQuick(wire, actor, { productId: product.id, expectedVersion: form.value.version });
    if (isRefusal(back)) return sendRefusal(request, reply, back);
    return answerRow(house, request, reply, {
      actor,
      product: back as Product,
      state: { kind: "saved", isUndone: true },
    });
  });
}

/** What a row that waited in a phone hears: how the product stands now. */
function queueAnswer(c: PageContext, { version, facts }: Product): QueueAnswer {
  const fields = quickFields(facts, c.language === "it" ? "," : ".");
  return { carry: { version: String(version) }, fields, notice: c.say("catalogs.quick.saved"), at: c.now };
}

function tellMeanwhile(c: PageContext, { refused }: Refusal) {
  return { refused, message: c.say("catalogs.quick.meanwhile") };
}

/** What the row asks for. "Out" and "back" speak of the stock alone: a price half typed does not go with them. */
function readRow(
  { facts }: Product,
  typed: { price: string; available: string },
  act: "save" | "out" | "back" | "resume",
  mark: "," | ".",
): { change: QuickChange } | { problems: Problems } {
  const stock = typed.available === "" ? null : parseWrittenDecimal(typed.available, 3, mark);
  const isStock = typed.available === "" || (stock !== null && stock >= 0);
  if (act === "out") return { change: { availableThousandths: 0 } };
  if (act === "resume") return { change: { isActive: true } };
  if (act === "back") return { change: { availableThousandths: isStock && stock !== 0 ? stock : null } };
  const priceTenThousandths = parseWrittenDecimal(typed.price, 4, mark);
  const problems: Problems = {
    ...(priceTenThousandths === null ? { priceTenThousandths: "bad-format" } : {}),
    ...(isStock ? {} : { availableThousandths: "bad-format" }),
  };
  if (priceTenThousandths === null || !isStock) return { problems };
  return { change: { priceTenThousandths, availableThousandths: stock, isActive: facts.isActive } };
}

type RowAnswer = { readonly actor: LocalActor; readonly product: Product; readonly state: RowState };

/** The row alone for a press, the list for a page; after a save the list is got anew. */
function answerRow(
  house: QuickHouse,
  request: DeskRequest,
  reply: FastifyReply,
  { actor, product, state }: RowAnswer,
): FastifyReply {
  const base = baseOf(request);
  if (!wantsParts(request) && !wantsHtml(request)) return reply.send(queueAnswer(pageContext(request, reply), product));
  if (wantsParts(request)) {
    const kept = house.keptGoods(house.wire.db.orm, actor.id);
    const body = quickRow(pageContext(request, reply), { base, kept }, product, state);
    return sendParts(request, reply, [{ id: `p-${product.slug}`, body }], state.kind === "wrong" ? 422 : 200);
  }
  if (state.kind === "wrong") return showList(house, request, reply, actor, { wrong: { slug: product.slug, state } });
  const find = `find=${encodeURIComponent(product.facts.name.slice(0, 80))}`;
  const word = state.kind === "saved" && state.isUndone ? "undone" : "saved";
  return reply.redirect(
    `${base}?${state.kind === "still" ? find : `${find}&${word}=${product.slug}`}#p-${product.slug}`,
    303,
  );
}

function registerPercent(app: FastifyInstance, house: QuickHouse): void {
  const { wire } = house;
  app.get("/desk/:handle/catalog/quick/percent", SELLERS, (request: DeskRequest, reply) => {
    const actor = actorOf(house, request);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    // The bare address asks for nothing yet.
    if (Object.keys(request.query as object).length === 0) return reply.redirect(baseOf(request), 303);
    const query = readForm(PercentQuery, request.query);
    if ("refused" in query && query.refused === "unexpected-field") return sendRefusal(request, reply, query);
    if ("refused" in query) return showList(house, request, reply, actor, { percent: query });
    const { percent, step, category = "" } = query.value;
    const read = readPercent(percent);
    if (read === null)
      return showList(house, request, reply, actor, {
        percent: { typed: query.typed, errors: { percent: "not-a-number" } },
      });
    const wish = category === "" ? {} : { category };
    const steps = planPrices(
      listCurrentProducts(wire.db.orm, actor.id, { ...wish, limit: PRODUCTS_MAX }),
      read,
      Number(step ?? PRICE_STEPS[0]),
    );
    const hidden: Record<string, string> = step === undefined ? { percent } : { percent, step };
    return sendPage(
      request,
      reply,
      percentPage(pageContext(request, reply), { base: baseOf(request), percent, steps, hidden }),
    );
  });
  app.post("/desk/:handle/catalog/quick/percent", SELLERS, (request: DeskRequest, reply) => {
    const actor = actorOf(house, request);
    const form = readForm(PercentForm, request.body);
    const read = "refused" in form ? null : readPercent(form.value.percent);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form || read === null) return sendRefusal(request, reply, { refused: "bad-request" });
    const seen = Object.entries(form.value.version as Record<string, number>);
    const products = seen.flatMap(([slug]) => loadProduct(wire.db.orm, `${actor.id}/catalog/${slug}`) ?? []);
    const wishes = planPrices(products, read, Number(form.value.step ?? PRICE_STEPS[0])).map(({ product, after }) => ({
      productId: product.id,
      expectedVersion: (form.value.version as Record<string, number>)[product.slug] ?? 0,
      priceTenThousandths: after,
    }));
    return toList(request, reply, changePrices(wire, actor, wishes));
  });
  app.post("/desk/:handle/catalog/quick/percent/undo", SELLERS, (request: DeskRequest, reply) => {
    const actor = actorOf(house, request);
    const form = readForm(UndoManyForm, request.body);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return toList(request, reply, undoPrices(wire, actor, form.value.at));
  });
}

function toList(
  request: DeskRequest,
  reply: FastifyReply,
  done: { count: number; at?: number | null } | Refusal,
): FastifyReply {
  if (isRefusal(done)) return sendRefusal(request, reply, done);
  const { count, at = null } = done as { count: number; at?: number | null };
  return reply.redirect(`${baseOf(request)}?count=${count}${at === null ? "" : `&at=${at}`}`, 303);
}

/** "+5", "-2,5", "3 %" in hundredths of a percent; null for what is none or beyond reason. */
function readPercent(text: string): number | null {
  const read = parseWrittenDecimal(text.replace(/[+%\s]/g, "").replace("−", "-"), PERCENT_PLACES, ",");
  return read !== null && isSoundPercent(read) ? read : null;
}
