// The producer's desk for its catalog: each form one action, then back to where it stood.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../activitypub/actor.ts";
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { loadKeeper } from "../partners/keeperStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, formOf } from "../web/forms.ts";
import { type DeskEntry, pageContext, sendPage } from "../web/page.ts";
import { type FieldErrors, readForm, type Typed } from "../web/readForm.ts";
import { holdsRole } from "../web/visitor.ts";
import type { Language } from "../web/words.ts";
import { removeProduct, saveProduct } from "./actions.ts";
import type { Problems } from "./check.ts";
import { editorPage } from "./editorPages.ts";
import { loadLastImport } from "./imports/store.ts";
import { listPage, readListQuery } from "./listStore.ts";
import { addressOf, catalogPage } from "./pages.ts";
import { registerPictureForms } from "./pictures/routes.ts";
import { type Product, type ProductFacts, startFacts } from "./product.ts";
import { fieldOfFact, ProductForm, readProductForm, typedOf } from "./productForm.ts";
import type { CatalogHouse } from "./routes.ts";
import { listCategories, listVersions, loadProductBySlug } from "./store.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const, keeper: true as const } } };
const HISTORY = 10;

/** Where a producer's and a group's desk lead to this room. */
export const CATALOGS_DESK: readonly DeskEntry[] = [
  { path: "catalog", label: "catalogs.nav", kinds: ["producer"], roles: ["admin", "producer"] },
  {
    path: "mirrors",
    label: "catalogs.mirrors.nav",
    kinds: ["gas"],
    roles: ["admin", "referente", "member", "treasurer"],
  },
];

type DeskRequest = FastifyRequest<{ Params: { handle: string; slug: string } }>;

export function registerCatalogDesk(app: FastifyInstance, house: CatalogHouse): void {
  registerList(app, house.wire);
  registerEditor(app, house.wire);
  registerSmallForms(app, house.wire);
  registerPictureForms(app, { ...house, findProduct: (request) => findProduct(house.wire, request) });
}

/** The producer whose desk it is; a desk of another kind has no catalog. */
export function findDeskProducer({ db }: Wire, handle: string): LocalActor | null {
  const actor = loadActorByHandle(db.orm, handle);
  return actor?.kind === "producer" ? actor : null;
}

/** How decimals are typed in this language. */
function markOf(language: Language): "," | "." {
  return language === "it" ? "," : ".";
}

const NOTICES = ["saved", "removed", "imported", "undone"] as const;

/** What was just done, from the address: one of our own words, or nothing. */
function noticeOf(request: FastifyRequest): (typeof NOTICES)[number] | null {
  const { done } = request.query as { done?: unknown };
  return NOTICES.find((word) => word === done) ?? null;
}

function registerList(app: FastifyInstance, wire: Wire): void {
  app.get("/desk/:handle/catalog", SELLERS, (request: DeskRequest, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const c = pageContext(request, reply);
    const query = readListQuery(request.query);
    const { products, next } = listPage(wire.db.orm, actor.id, query);
    const last = loadLastImport(wire.db.orm, actor.id);
    const notice = noticeOf(request);
    return sendPage(
      request,
      reply,
      catalogPage(c, {
        handle: actor.handle,
        query,
        products,
        categories: listCategories(wire.db.orm, actor.id),
        nextHref: next && addressOf(`/desk/${actor.handle}/catalog`, { ...query, after: next }),
        lastImport: last ? { id: last.id, fileName: last.fileName, at: last.confirmedAt ?? last.createdAt } : null,
        notice: notice && c.say(`catalogs.done.${notice}`),
        keeperName: loadKeeper(wire.db.orm, actor.id)?.name ?? null,
        by: {
          sells: holdsRole(request.visitor, actor.id, ["admin", "producer"]),
          administers: holdsRole(request.visitor, actor.id, ["admin"]),
        },
      }),
    );
  });
}

/** What the editor shows for an actor, a product or none, and a state of its form. */
function showEditor(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  actor: LocalActor,
  product: Product | null,
  state: FormState,
): FastifyReply {
  const c = pageContext(request, reply);
  const notice = noticeOf(request);
  return sendPage(
    request,
    reply,
    editorPage(c, {
      handle: actor.handle,
      product,
      state,
      categories: listCategories(wire.db.orm, actor.id),
      notice: notice && c.say(`catalogs.done.${notice}`),
      history: product ? listVersions(wire.db.orm, product.id, HISTORY) : [],
    }),
  );
}

function registerEditor(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get("/desk/:handle/catalog/new", SELLERS, (request: DeskRequest, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const { priceTenThousandths: _, priceUnitCode: __, ...typed } = typedOf(startFacts("", 0, "KGM"), 0, ",");
    return showEditor(wire, request, reply, actor, null, formOf(typed));
  });
  app.post("/desk/:handle/catalog/new", SELLERS, (request: DeskRequest, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    return saveForm(wire, request, reply, actor, null);
  });
  app.get("/desk/:handle/catalog/product/:slug", SELLERS, (request: DeskRequest, reply) => {
    const found = findProduct(wire, request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const { actor, product } = found;
    const typed = typedOf(product.facts, product.version, markOf(pageContext(request, reply).language));
    return showEditor(wire, request, reply, actor, product, formOf(typed));
  });
  app.post("/desk/:handle/catalog/product/:slug", SELLERS, (request: DeskRequest, reply) => {
    const found = findProduct(wire, request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    return saveForm(
      wire,
      request,
      reply,
      found.actor,
      loadProductBySlug(orm, found.actor.id, request.params.slug) ?? null,
    );
  });
}

function findProduct(wire: Wire, { params }: DeskRequest): { actor: LocalActor; product: Product } | Refusal {
  const actor = findDeskProducer(wire, params.handle);
  const product = actor && loadProductBySlug(wire.db.orm, actor.id, params.slug);
  return actor && product && product.removedAt === null ? { actor, product } : { refused: "not-found" };
}

function saveForm(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  actor: LocalActor,
  product: Product | null,
): FastifyReply {
  const form = readForm(ProductForm, request.body);
  if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
  const again = (typed: Typed, errors: FieldErrors) =>
    showEditor(wire, request, reply, actor, product, { typed, errors });
  if ("refused" in form) return again(form.typed, form.errors);
  const { language } = pageContext(request, reply);
  const before: ProductFacts = product?.facts ?? startFacts("", 0, "KGM");
  const read = readProductForm(form.value, before, markOf(language));
  if ("errors" in read) return again(form.typed, read.errors);
  const wish = { productId: product?.id ?? null, expectedVersion: form.value.version ?? 0, facts: read.facts };
  const saved = saveProduct(wire, actor, wish);
  if (!("refused" in saved))
    return reply.redirect(`/desk/${actor.handle}/catalog/product/${saved.slug}?done=saved`, 303);
  if (saved.refused === "invalid-product" && "problems" in saved) return again(form.typed, errorsOf(saved.problems));
  return sendRefusal(request, reply, saved);
}

function errorsOf(problems: Problems): FieldErrors {
  return Object.fromEntries(Object.entries(problems).map(([name, problem]) => [fieldOfFact(name), problem]));
}

const RemoveForm = Type.Object({ version: Type.Integer({ minimum: 1 }) });

function registerSmallForms(app: FastifyInstance, wire: Wire): void {
  app.post("/desk/:handle/catalog/product/:slug/remove", SELLERS, (request: DeskRequest, reply) => {
    const found = findProduct(wire, request);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const form = readForm(RemoveForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actor, product } = found;
    const gone = removeProduct(wire, actor, { productId: product.id, expectedVersion: form.value.version });
    if ("refused" in gone) return sendRefusal(request, reply, gone);
    return reply.redirect(`/desk/${actor.handle}/catalog?done=removed`, 303);
  });
}
