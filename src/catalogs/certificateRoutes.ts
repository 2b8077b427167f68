// The desk for certificates: one form renews one certificate in all its products.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../activitypub/actor.ts";
import { loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { gatherCertificates } from "./certificate.ts";
import { renewCertificate } from "./certificateActions.ts";
import { type CertificatesView, certificatesPage } from "./certificatePages.ts";
import { listCurrentProducts } from "./store.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };
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

export function registerCertificates(app: FastifyInstance, wire: Wire): void {
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
