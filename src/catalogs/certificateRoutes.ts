// The desk for certificates: one form renews one certificate in all its products.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../activitypub/actor.ts";
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { CertificateDocument } from "../exchange/priceList.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import type { Html } from "../web/html.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { takeUpload } from "../web/readUpload.ts";
import { gatherCertificates } from "./certificate.ts";
import { renewCertificate } from "./certificateActions.ts";
import { joinDocument, storeDocument } from "./certificateFileActions.ts";
import { type CertificatesView, certificatesPage, publicCertificates } from "./certificatePages.ts";
import type { CatalogHouse } from "./routes.ts";
import { listCurrentProducts } from "./store.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const, keeper: true as const } } };
const PRODUCTS_MAX = 5000;
const Text = Type.Optional(Type.String({ maxLength: 100 }));
const RenewForm = Type.Object({
  key: Type.String({ pattern: "^[\\w-]{1,1200}$" }),
  body: Text,
  code: Text,
  until: Text,
});
const Query = Type.Object({ renewed: Type.Optional(Type.Integer({ minimum: 0, maximum: 9999 })) });

type DeskRequest = FastifyRequest<{ Params: { handle: string } }>;

const DOCUMENT = { config: { ...SELLERS.config, upload: true as const, uploadMegabytes: 10 } };
const KeyForm = Type.Object({ key: RenewForm.properties.key });

export function registerCertificates(app: FastifyInstance, house: CatalogHouse): void {
  const { wire } = house;
  registerDocuments(app, house);
  app.get("/desk/:handle/catalog/certificates", SELLERS, (request: DeskRequest, reply) => {
    const query = readForm(Query, request.query);
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    return show(wire, request, reply, { wrong: null, renewed: query.value.renewed ?? null });
  });
  app.post("/desk/:handle/catalog/certificates", SELLERS, (request: DeskRequest, reply) => {
    const actor = producerOf(wire, request);
    const form = readForm(RenewForm, request.body);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { key, body, code, until } = form.value;
    const renewed = { body: body ?? null, operatorCode: code ?? null, validUntil: until ?? null };
    const done = renewCertificate(wire, actor, key, renewed);
    if (isRefusal(done) && done.refused === "bad-date") {
      const state = { typed: form.typed, errors: { until: "bad-format" } };
      return show(wire, request, reply, { wrong: { key, state }, renewed: null });
    }
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    const { count } = done as { count: number };
    return reply.redirect(`/desk/${actor.handle}/catalog/certificates?renewed=${count}`, 303);
  });
}

function registerDocuments(app: FastifyInstance, { wire, dataFolder }: CatalogHouse): void {
  const join = (
    request: DeskRequest,
    reply: FastifyReply,
    actor: LocalActor,
    key: string,
    to: CertificateDocument | null,
  ) => {
    const done = joinDocument(wire, actor, key, to);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`/desk/${actor.handle}/catalog/certificates?renewed=${done.count}`, 303);
  };
  app.post("/desk/:handle/catalog/certificates/document", DOCUMENT, async (request: DeskRequest, reply) => {
    const actor = producerOf(wire, request);
    const upload = await takeUpload(request.body, "document");
    const form = readForm(KeyForm, request.body);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    if (isRefusal(upload)) return sendRefusal(request, reply, upload);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const document = await storeDocument(wire, dataFolder, actor, upload.bytes);
    if (isRefusal(document)) return sendRefusal(request, reply, document);
    return join(request, reply, actor, form.value.key, document);
  });
  app.post("/desk/:handle/catalog/certificates/document/remove", SELLERS, (request: DeskRequest, reply) => {
    const actor = producerOf(wire, request);
    const form = readForm(KeyForm, request.body);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    return join(request, reply, actor, form.value.key, null);
  });
}

const SHOWN_PRODUCTS = 500;

/** A producer's certificates as its public page shows them; "" for who has none. */
export function renderCertificates({ db }: Wire, c: PageContext, actor: LocalActor): Html | "" {
  if (actor.kind !== "producer") return "";
  const offered = listCurrentProducts(db.orm, actor.id, { show: "offered", limit: SHOWN_PRODUCTS });
  return publicCertificates(c, gatherCertificates(offered), romeTime(c.now).date);
}

function producerOf({ db }: Wire, { params }: DeskRequest): LocalActor | null {
  const actor = loadActorByHandle(db.orm, params.handle);
  return actor?.kind === "producer" ? actor : null;
}

function show(
  wire: Wire,
  request: DeskRequest,
  reply: FastifyReply,
  said: Pick<CertificatesView, "wrong" | "renewed">,
): FastifyReply {
  const actor = producerOf(wire, request);
  if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
  const c = pageContext(request, reply);
  const certificates = gatherCertificates(listCurrentProducts(wire.db.orm, actor.id, { limit: PRODUCTS_MAX }));
  const view = {
    ...said,
    base: `/desk/${actor.handle}/catalog/certificates`,
    today: romeTime(c.now).date,
    certificates,
  };
  return sendPage(request, reply, certificatesPage(c, view));
}
