// The producer's page of what one group may have of each product.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { listPage } from "../catalogs/listStore.ts";
import { addressOf } from "../catalogs/pages.ts";
import { listQuotas } from "../catalogs/quotaStore.ts";
import { loadProductBySlug } from "../catalogs/store.ts";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { type HeldPact, loadPact } from "../partners/pacts/pactStore.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm, type Typed } from "../web/readForm.ts";
import { QUOTA_MAX_THOUSANDTHS, type QuotaWish, saleQuantityOf, setQuotas } from "./quotaActions.ts";
import { quotaField, quotasPage } from "./quotaPages.ts";

const SELLERS = { config: { policy: { seat: ["admin", "producer"] as const } } };
const ADDRESS = "/desk/:handle/partners/quotas";

const Place = {
  iri: Type.String({ maxLength: 2048 }),
  search: Type.Optional(Type.String({ maxLength: 100 })),
  after: Type.Optional(Type.String({ maxLength: 120 })),
};
const Query = Type.Object({ ...Place, done: Type.Optional(Type.String({ maxLength: 10 })) });
const Form = Type.Object({
  ...Place,
  most: Type.Optional(Type.Record(Type.String({ pattern: "^[a-z0-9-]{1,100}$" }), Type.String({ maxLength: 20 }))),
});
type PlaceOf = { readonly search?: string; readonly after?: string; readonly done?: string };

export function registerQuotas(app: FastifyInstance, wire: Wire): void {
  app.get<{ Params: { handle: string } }>(ADDRESS, SELLERS, (request, reply) => {
    const query = readForm(Query, request.query);
    if ("refused" in query) return reply.redirect(`/desk/${request.params.handle}/partners`, 303);
    const held = findSale(wire, request, query.value.iri);
    if (!held) return sendRefusal(request, reply, { refused: "no-such-pact" });
    return show(wire, request, reply, held, query.value, FRESH);
  });
  app.post<{ Params: { handle: string } }>(ADDRESS, SELLERS, (request, reply) => {
    const form = readForm(Form, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const held = findSale(wire, request, form.value.iri);
    if (!held) return sendRefusal(request, reply, { refused: "no-such-pact" });
    const { iri, search, after } = form.value;
    const read = readWishes(wire, held.actorId, form.typed);
    const place = { ...(search ? { search } : {}), ...(after ? { after } : {}) };
    if ("errors" in read) return show(wire, request, reply, held, place, { typed: form.typed, errors: read.errors });
    const who = { actorId: held.actorId, peer: held.peer, byId: request.visitor?.personId ?? null };
    const done = setQuotas(wire, who, read.wishes);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    const base = `/desk/${request.params.handle}/partners/quotas`;
    return reply.redirect(addressOf(base, { iri, ...place, done: "saved" }), 303);
  });
}

/** A pact in force by which this desk's producer sells. */
function findSale(wire: Wire, request: FastifyRequest, iri: string): HeldPact | null {
  const seat = request.seat!;
  const held = seat.actorKind === "producer" ? loadPact(wire.db.orm, seat.actorId, iri) : undefined;
  return held?.state === "live" && held.party === "seller" ? held : null;
}

function show(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  held: HeldPact,
  { search = "", after, done }: PlaceOf,
  state: FormState,
): FastifyReply {
  const { orm } = wire.db;
  const { actorId, peer } = held;
  const set = listQuotas(orm, actorId, peer);
  const found = listPage(orm, actorId, { search, ...(after ? { after } : {}) });
  const rows = found.products.map((product) => {
    const quota = set.get(product.id) ?? null;
    return { product, quota, sale: quota && saleQuantityOf(product, quota) };
  });
  const peerName = loadActor(orm, peer)?.name ?? loadRemoteActor(orm, peer)?.name ?? new URL(peer).host;
  const c = pageContext(request, reply);
  const path = `/desk/${request.seat!.handle}/partners/quotas`;
  const place = { search, after: after ?? null, next: found.next, isSaved: done === "saved" };
  return sendPage(
    request,
    reply,
    quotasPage({ ...c, path }, state, { pactIri: held.pact.iri, peerName, rows, ...place }),
  );
}

/** What was typed for each product of the page, empty fields too: one takes its quota away. */
function readWishes(
  wire: Wire,
  actorId: string,
  typed: Typed,
): { wishes: QuotaWish[] } | { errors: Record<string, string> } {
  const wishes: QuotaWish[] = [];
  const errors: Record<string, string> = {};
  for (const [name, sent] of Object.entries(typed)) {
    const slug = name.startsWith(quotaField("")) ? name.slice(quotaField("").length) : "";
    const product = slug === "" ? undefined : loadProductBySlug(wire.db.orm, actorId, slug);
    if (!product) continue;
    const text = String(sent);
    const most = text === "" ? null : parseWrittenDecimal(text, 3, ",");
    const isWrong = text !== "" && (most === null || most < 0);
    if (isWrong) errors[quotaField(slug)] = "not-a-number";
    else if (most !== null && most > QUOTA_MAX_THOUSANDTHS) errors[quotaField(slug)] = "too-big";
    else wishes.push({ productId: product.id, mostThousandths: most });
  }
  return Object.keys(errors).length > 0 ? { errors } : { wishes };
}
