// A producer's catalog as others reach it: one address for the page and the document, prices for partners alone.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "../activitypub/actor.ts";
import { answerDocument, answerNotFound, type DocumentAnswer, wantsActivityJson } from "../activitypub/answer.ts";
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { loadKeeper } from "../partners/keeperStore.ts";
import { sendRefusal } from "../web/errors.ts";
import type { Html } from "../web/html.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import { answerCatalog, answerProduct, type CatalogAnswer, type CatalogQuery } from "./activities.ts";
import { registerCertificates } from "./certificateRoutes.ts";
import { registerCatalogDesk } from "./deskRoutes.ts";
import { registerImports } from "./imports/routes.ts";
import { registerKeeperAnswers } from "./keeping/answerRoutes.ts";
import { registerKeeping } from "./keeping/routes.ts";
import { listPage, readListQuery } from "./listStore.ts";
import { registerMirrors, type StarsOnList } from "./mirror/routes.ts";
import { registerDfc, registerOpenCatalog } from "./open/routes.ts";
import { addressOf, type PublicProducer, publicCatalogPage, publicCatalogSection, publicProductPage } from "./pages.ts";
import { registerPictureFiles } from "./pictures/routes.ts";
import { type QuickHouse, registerQuick } from "./quickRoutes.ts";
import { listCategories, listCurrentProducts, loadProductBySlug } from "./store.ts";

const PUBLIC = { config: { policy: { public: true as const } } };
const SHOWN_ON_ACTOR_PAGE = 12;

/** Where the catalogs live besides the database: pictures lie in the data folder. */
export type CatalogHouse = QuickHouse & { readonly dataFolder: string; readonly starsOn?: StarsOnList };

/** Every address of catalogs: what others read, the producer's desk, imports, a group's copies, pictures. */
export function registerCatalogs(app: FastifyInstance, house: CatalogHouse): void {
  registerDocuments(app, house.wire);
  registerPictureFiles(app, house);
  registerCatalogDesk(app, house);
  registerQuick(app, house);
  registerCertificates(app, house);
  registerImports(app, house.wire);
  registerMirrors(app, house.wire, house.starsOn);
  registerOpenCatalog(app, house.wire);
  registerKeeping(app, house.wire);
  registerKeeperAnswers(app, house.wire);
  registerDfc(app, house.wire);
}

/** What a producer offers, as its public page shows it: names and packages, no prices; "" for who offers nothing. */
export function renderPublicCatalog({ db }: Wire, c: PageContext, actor: LocalActor): Html | "" {
  if (actor.kind !== "producer") return "";
  const products = listCurrentProducts(db.orm, actor.id, { show: "offered", limit: SHOWN_ON_ACTOR_PAGE + 1 });
  return publicCatalogSection(
    c,
    shownTo(db, actor),
    products.slice(0, SHOWN_ON_ACTOR_PAGE),
    products.length > SHOWN_ON_ACTOR_PAGE,
  );
}

/** The producer as its public pages tell of it. */
function shownTo({ orm }: Wire["db"], { id, handle, name, showsPrices }: LocalActor): PublicProducer {
  return { handle, name, showsPrices, keeperName: loadKeeper(orm, id)?.name ?? null };
}

type CatalogRequest = FastifyRequest<{ Params: { handle: string; slug: string } }>;

function registerDocuments(app: FastifyInstance, wire: Wire): void {
  app.get("/:handle/catalog", PUBLIC, async (request: CatalogRequest, reply) => {
    const actor = findProducer(wire, request.params.handle);
    if (!wantsActivityJson(request.headers.accept)) return showCatalog(wire, request, reply, actor);
    const query = readQuery(request.query);
    const reader = await wire.identifyReader(readRequest(request));
    if (!actor || !query) return send(reply, answerNotFound());
    const readerUrl = `${wire.origin}${request.raw.url ?? ""}`;
    const answer = answerCatalog(wire, actor.id, reader, query, readerUrl);
    if (!("refused" in answer)) return sendAnswer(request, reply, answer);
    if (answer.refused === "gone") return send(reply, { ...answerNotFound(), status: 410, body: '{"error":"gone"}' });
    return send(reply, answerNotFound());
  });
  app.get("/:handle/catalog/:slug", PUBLIC, async (request: CatalogRequest, reply) => {
    const actor = findProducer(wire, request.params.handle);
    if (!wantsActivityJson(request.headers.accept)) return showProduct(wire, request, reply, actor);
    const reader = await wire.identifyReader(readRequest(request));
    const answer = actor && answerProduct(wire, actor.id, reader, request.params.slug);
    return answer ? sendAnswer(request, reply, answer) : send(reply, answerNotFound());
  });
}

function findProducer({ db }: Wire, handle: string): LocalActor | null {
  const actor = loadActorByHandle(db.orm, handle);
  return actor?.kind === "producer" && actor.goneAt === null ? actor : null;
}

function readRequest(request: FastifyRequest): Parameters<Wire["identifyReader"]>[0] {
  return { method: "GET", path: request.raw.url ?? "", rawHeaders: request.raw.rawHeaders };
}

/** The query of a document: what it may say and nothing else, since the address is the document's id. */
function readQuery(query: unknown): CatalogQuery | null {
  const entries = Object.entries(query as Record<string, unknown>);
  const isSound = entries.every(
    ([name, value]) =>
      (name === "updatedAfter" || name === "after") && typeof value === "string" && value.length <= 120,
  );
  return isSound ? (Object.fromEntries(entries) as CatalogQuery) : null;
}

function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { document, isRestricted }: CatalogAnswer,
): FastifyReply {
  const ifNoneMatch = request.headers["if-none-match"];
  return send(reply, answerDocument(document, { restricted: isRestricted, ifNoneMatch }));
}

function send(reply: FastifyReply, { status, headers, body }: DocumentAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

function showCatalog(wire: Wire, request: CatalogRequest, reply: FastifyReply, actor: LocalActor | null): FastifyReply {
  if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
  const { show: _, ...query } = readListQuery(request.query);
  const { products, next } = listPage(wire.db.orm, actor.id, { ...query, show: "offered" });
  const base = `/${actor.handle}/catalog`;
  const nextHref = next && addressOf(base, { search: query.search, category: query.category, after: next });
  const categories = listCategories(wire.db.orm, actor.id);
  const view = { products, query, categories, nextHref, alternate: `${actor.id}/catalog` };
  return sendPage(request, reply, publicCatalogPage(pageContext(request, reply), shownTo(wire.db, actor), view));
}

function showProduct(wire: Wire, request: CatalogRequest, reply: FastifyReply, actor: LocalActor | null): FastifyReply {
  const product = actor && loadProductBySlug(wire.db.orm, actor.id, request.params.slug);
  if (!actor || !product) return sendRefusal(request, reply, { refused: "not-found" });
  if (product.removedAt !== null || !product.facts.isActive) return sendRefusal(request, reply, { refused: "gone" });
  return sendPage(
    request,
    reply,
    publicProductPage(pageContext(request, reply), shownTo(wire.db, actor), product, product.id),
  );
}
