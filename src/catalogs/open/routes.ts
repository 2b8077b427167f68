// What a producer shows to everybody of its list, and the list itself in the words of other software.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isListed } from "../../activitypub/actors.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { writeDfcCatalog, writeDfcEnterprise } from "../../exchange/dfcWrite.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { bareVatNumber } from "../../kernel/vat.ts";
import { OPEN_LIMIT, sendCached } from "../../web/cachedAnswer.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { findDeskProducer } from "../deskRoutes.ts";
import { plainText } from "../listing.ts";
import { listCurrentProducts, loadProductBySlug } from "../store.ts";
import { chooseOpen } from "./actions.ts";
import { dfcProducer, dfcProduct } from "./dfc.ts";
import { openChoicePage } from "./pages.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };

const ChoiceForm = Type.Object({
  vatNumber: Type.Optional(Type.String({ maxLength: 20 })),
  showsPrices: Type.Boolean(),
});

type Desk = FastifyRequest<{ Params: { handle: string }; Querystring: { done?: unknown } }>;

const LINKED = "application/ld+json; charset=utf-8";
const PAGE = 100;
const MOST = 5000;

type Asked = FastifyRequest<{ Params: { handle: string }; Querystring: { after?: unknown } }>;

/** Adds `/:handle/dfc/enterprise` and `/:handle/dfc/catalog_items`: what everybody may know, in DFC's words. */
export function registerDfc(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  const findProducer = ({ params }: Asked) => {
    const actor = loadActorByHandle(orm, params.handle);
    return actor?.kind === "producer" && isListed(actor) ? actor : null;
  };
  app.get("/:handle/dfc/enterprise", OPEN_LIMIT, (request: Asked, reply) => {
    const actor = findProducer(request);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const products = listCurrentProducts(orm, actor.id, { show: "offered", limit: MOST });
    const text = JSON.stringify(writeDfcEnterprise(dfcProducer(actor), products));
    return sendCached(request, reply, { type: LINKED, text });
  });
  app.get("/:handle/dfc/catalog_items", OPEN_LIMIT, (request: Asked, reply) => {
    const actor = findProducer(request);
    const slug = request.query.after;
    const last = actor && typeof slug === "string" ? loadProductBySlug(orm, actor.id, slug) : null;
    if (!actor || (slug !== undefined && !last)) return sendRefusal(request, reply, { refused: "not-found" });
    const after = last ? { after: { sortName: plainText(last.facts.name), id: last.id } } : {};
    const found = listCurrentProducts(orm, actor.id, { show: "offered", limit: PAGE + 1, ...after });
    const page = found.slice(0, PAGE);
    const end = found.length > PAGE ? page.at(-1) : undefined;
    const next = end ? `${actor.id}/dfc/catalog_items?after=${end.slug}` : null;
    const products = page.map((product) => dfcProduct(product, actor.showsPrices));
    const text = JSON.stringify(writeDfcCatalog(dfcProducer(actor), products, next));
    return sendCached(request, reply, { type: LINKED, text });
  });
}

/** Adds `/desk/:handle/catalog/open`. */
export function registerOpenCatalog(app: FastifyInstance, wire: Wire): void {
  const path = "/desk/:handle/catalog/open";
  const show = (request: Desk, reply: FastifyReply, state: FormState | null) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const stored = formOf({ vatNumber: actor.vatNumber, showsPrices: actor.showsPrices ? "on" : "" });
    const isSaved = state === null && request.query.done === "saved";
    return sendPage(
      request,
      reply,
      openChoicePage(pageContext(request, reply), actor.handle, state ?? stored, isSaved),
    );
  };
  app.get(path, SELLERS, (request: Desk, reply) => show(request, reply, null));
  app.post(path, SELLERS, (request: Desk, reply) => {
    const actor = findDeskProducer(wire, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(ChoiceForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const { vatNumber = "", showsPrices } = form.value;
    const choice = { vatNumber: bareVatNumber(vatNumber), showsPrices };
    const chosen = chooseOpen(wire, actor.id, choice, request.visitor!.personId);
    if (isRefusal(chosen) && chosen.refused === "bad-vat-number")
      return show(request, reply, { typed: form.typed, errors: { vatNumber: "bad-vat-number" } });
    if (isRefusal(chosen)) return sendRefusal(request, reply, chosen);
    return reply.redirect(`/desk/${actor.handle}/catalog/open?done=saved`, 303);
  });
}
