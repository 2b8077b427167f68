// The pages of one pact: propose, read, answer, suspend, resume, change, end; and its thread for the two who signed it.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { actorUrls, type RemoteActor } from "../../activitypub/actor.ts";
import { answerDocument, answerNotFound } from "../../activitypub/answer.ts";
import { DOCUMENT } from "../../activitypub/context.ts";
import { sendDocument } from "../../activitypub/routes.ts";
import { loadActor, loadKeys, loadRemoteActor, loadRemoteActorGoneAt } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { addDays, instantOfRome, isDate } from "../../kernel/time.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH, formOf } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { DECIDE, type Desk, mayDecide, reasonOf, SEE_PACT, seatOf } from "../deskRoutes.ts";
import { keyKnownTo } from "../keys/keyActions.ts";
import { findMovedTo } from "../leaving/moveStore.ts";
import { loadPeerName } from "../store.ts";
import { revisionInForce, withdrawalAt } from "./pact.ts";
import {
  acceptPact,
  changeTerms,
  endPact,
  type PactName,
  proposePact,
  refusePact,
  resumePact,
  suspendPact,
} from "./pactActions.ts";
import { type PactView, pactPage, termsPage } from "./pactPages.ts";
import { type HeldPact, listPactMessages, loadPact, loadPinnedKey } from "./pactStore.ts";
import { readTermsForm, showTermsForm, TERMS_FIELDS } from "./termsForm.ts";

type About<Name extends string> = Desk & { Querystring: { [name in Name]?: string } };

export function registerPacts(app: FastifyInstance, wire: Wire): void {
  registerReading(app, wire);
  registerProposing(app, wire);
  registerChanging(app, wire);
  registerAnswers(app, wire);
  registerThread(app, wire);
}

function registerReading(app: FastifyInstance, wire: Wire): void {
  app.get<About<"iri">>("/desk/:handle/partners/pact", { config: SEE_PACT }, (request, reply) => {
    if (!request.query.iri) return toPartners(request, reply);
    const held = loadPact(wire.db.orm, seatOf(request).actorId, String(request.query.iri));
    return held ? showPact(wire, request, reply, held, FRESH) : sendRefusal(request, reply, { refused: "not-found" });
  });
}

function showPact(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  held: HeldPact,
  state: FormState,
): FastifyReply {
  const { orm } = wire.db;
  const pinned = loadPinnedKey(orm, held.actorId, held.peer);
  const shown = loadRemoteActor(orm, held.peer)?.ed25519Keys[0];
  const view = {
    pact: held.pact,
    party: held.party,
    state: held.state,
    resumeAt: held.resumeAt,
    withdrawnAt: withdrawalAt(held.pact, held.party, held.createdAt),
    peer: loadPeerName(orm, held.peer),
    pinned: pinned ? { owner: held.peer, keyId: pinned.keyId, multibase: pinned.multibase } : null,
    shownNow: shown ? { owner: held.peer, keyId: shown.id, multibase: shown.multibase } : null,
    goneAt: loadRemoteActorGoneAt(orm, held.peer) ?? loadActor(orm, held.peer)?.goneAt ?? null,
    movedTo: movedPeer(orm, held.actorId, held.peer),
    mayDecide: mayDecide(request),
  };
  return sendPage(request, reply, pactPage(pageContext(request, reply), view, state));
}

/** The new address of a peer that moved, as its own document shows it. */
function movedPeer(tx: Tx, actorId: string, peer: string): PactView["movedTo"] {
  const id = findMovedTo(tx, actorId, peer);
  if (id === null) return null;
  const own = loadKeys(tx, id).find(({ algorithm, retiredAt }) => algorithm === "ed25519" && retiredAt === null);
  const multibase = own?.publicKey ?? loadRemoteActor(tx, id)?.ed25519Keys[0]?.multibase;
  return multibase === undefined ? null : { id, name: loadPeerName(tx, id).name, multibase };
}

const ProposalForm = Type.Object({ peer: Type.String({ maxLength: 2048 }), ...TERMS_FIELDS });

function registerProposing(app: FastifyInstance, wire: Wire): void {
  const rateLimit = { max: 30, timeWindow: 60_000 };
  const show = (request: FastifyRequest, reply: FastifyReply, peer: RemoteActor, state: FormState) => {
    const { actorId } = seatOf(request);
    const theirs = peer.ed25519Keys[0]?.multibase;
    const view = {
      peer: loadPeerName(wire.db.orm, peer.id),
      about: { peer: peer.id },
      action: `/desk/${seatOf(request).handle}/partners/propose`,
      isNew: true,
      keys: theirs ? { theirs, ours: keyKnownTo(wire.db.orm, actorId, peer.id).multibase } : null,
    };
    return sendPage(request, reply, termsPage(pageContext(request, reply), view, state));
  };
  app.get<About<"peer">>(
    "/desk/:handle/partners/propose",
    { config: { ...DECIDE, rateLimit } },
    async (request, reply) => {
      if (!request.query.peer) return toPartners(request, reply);
      const peer = await wire.senders.findActor(String(request.query.peer));
      if ("failed" in peer) return sendRefusal(request, reply, { refused: `peer-${reasonOf(peer)}` });
      return show(request, reply, peer, formOf({ delta: "0", minOrder: "0", deliveryCost: "0", leadDays: "7" }));
    },
  );
  app.post<Desk>("/desk/:handle/partners/propose", { config: { ...DECIDE, rateLimit } }, async (request, reply) => {
    const form = readForm(ProposalForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const named = form.typed.peer;
    const peer = await wire.senders.findActor(typeof named === "string" ? named : "");
    if ("failed" in peer) return sendRefusal(request, reply, { refused: `peer-${reasonOf(peer)}` });
    if ("refused" in form) return show(request, reply, peer, form);
    const { actorId, actorKind, handle } = seatOf(request);
    const as = actorKind === "producer" ? "seller" : "buyer";
    const seller = as === "seller" ? actorId : peer.id;
    const read = readTermsForm(form.value, { seller, catalog: catalogOf(wire, seller), now: wire.clock.now() });
    if ("errors" in read) return show(request, reply, peer, { typed: form.typed, errors: read.errors });
    const held = proposePact(wire, actorId, peer, { as, ...read }, byOf(request));
    return isRefusal(held) ? sendRefusal(request, reply, held) : toPact(reply, handle, held.pact.iri);
  });
}

const ChangeForm = Type.Object({ iri: Type.String({ maxLength: 2048 }), ...TERMS_FIELDS });

function registerChanging(app: FastifyInstance, wire: Wire): void {
  const show = (request: FastifyRequest, reply: FastifyReply, held: HeldPact, state: FormState) => {
    const peer = loadPeerName(wire.db.orm, held.peer);
    const action = `/desk/${seatOf(request).handle}/partners/terms`;
    const view = { peer, about: { iri: held.pact.iri }, action, isNew: false, keys: null };
    return sendPage(request, reply, termsPage(pageContext(request, reply), view, state));
  };
  app.get<About<"iri">>("/desk/:handle/partners/terms", { config: DECIDE }, (request, reply) => {
    if (!request.query.iri) return toPartners(request, reply);
    const held = loadPact(wire.db.orm, seatOf(request).actorId, String(request.query.iri));
    const inForce = held && revisionInForce(held.pact);
    if (!held || !inForce) return sendRefusal(request, reply, { refused: "no-such-pact" });
    const catalog = catalogOf(wire, held.pact.seller);
    return show(request, reply, held, formOf(showTermsForm(inForce.terms, inForce.endsAt, catalog)));
  });
  app.post<Desk>("/desk/:handle/partners/terms", { config: DECIDE }, (request, reply) => {
    const form = readForm(ChangeForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const { actorId, handle } = seatOf(request);
    const held = loadPact(wire.db.orm, actorId, String(form.typed.iri ?? ""));
    if (!held) return sendRefusal(request, reply, { refused: "no-such-pact" });
    if ("refused" in form) return show(request, reply, held, form);
    const { seller, iri } = held.pact;
    const read = readTermsForm(form.value, { seller, catalog: catalogOf(wire, seller), now: wire.clock.now() });
    if ("errors" in read) return show(request, reply, held, { typed: form.typed, errors: read.errors });
    const changed = changeTerms(wire, { actorId, iri, byId: byOf(request) }, read);
    return isRefusal(changed) ? sendRefusal(request, reply, changed) : toPact(reply, handle, iri);
  });
}

const Iri = Type.String({ maxLength: 2048 });
const AcceptForm = Type.Object({ iri: Iri, revision: Type.Integer({ minimum: 1 }), compared: Type.Boolean() });
const RefuseForm = Type.Object({ iri: Iri, revision: Type.Integer({ minimum: 1 }) });
const SuspendForm = Type.Object({ iri: Iri, until: Type.Optional(Type.String({ maxLength: 10 })) });
const ResumeForm = Type.Object({ iri: Iri });
const EndForm = Type.Object({ iri: Iri, sure: Type.Boolean() });

function registerAnswers(app: FastifyInstance, wire: Wire): void {
  app.post<Desk>("/desk/:handle/partners/pact/accept", { config: DECIDE }, (request, reply) => {
    const form = readForm(AcceptForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { iri, revision, compared: isCompared } = form.value;
    const { actorId, handle } = seatOf(request);
    const held = acceptPact(wire, { actorId, iri, byId: byOf(request) }, { revision, isCompared });
    if (!isRefusal(held)) return toPact(reply, handle, iri);
    const before = held.refused === "not-compared" ? loadPact(wire.db.orm, actorId, iri) : undefined;
    if (!before) return sendRefusal(request, reply, held);
    return showPact(wire, request, reply, before, { typed: form.typed, errors: { compared: "required" } });
  });
  app.post<Desk>("/desk/:handle/partners/pact/refuse", { config: DECIDE }, (request, reply) => {
    const form = readForm(RefuseForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    return answered(request, reply, form.value.iri, (name) => refusePact(wire, name, form.value));
  });
  app.post<Desk>("/desk/:handle/partners/pact/suspend", { config: DECIDE }, (request, reply) => {
    const form = readForm(SuspendForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    const { iri, until } = form.value;
    // The last day of a suspension counts whole.
    const resumeAt = until && isDate(until) ? instantOfRome({ date: addDays(until, 1), time: "00:00" }) : null;
    if (until && (resumeAt === null || resumeAt <= wire.clock.now()))
      return sendRefusal(request, reply, { refused: "bad-date" });
    return answered(request, reply, iri, (name) => suspendPact(wire, name, resumeAt));
  });
  app.post<Desk>("/desk/:handle/partners/pact/resume", { config: DECIDE }, (request, reply) => {
    const form = readForm(ResumeForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    return answered(request, reply, form.value.iri, (name) => resumePact(wire, name));
  });
  app.post<Desk>("/desk/:handle/partners/pact/end", { config: DECIDE }, (request, reply) => {
    const form = readForm(EndForm, request.body);
    if (!("value" in form)) return sendRefusal(request, reply, { refused: "bad-request" });
    if (!form.value.sure) return sendRefusal(request, reply, { refused: "not-sure" });
    return answered(request, reply, form.value.iri, (name) => endPact(wire, name));
  });
}

function byOf(request: FastifyRequest): string | undefined {
  return request.visitor?.personId;
}

function answered(
  request: FastifyRequest,
  reply: FastifyReply,
  iri: string,
  act: (name: PactName) => unknown,
): FastifyReply {
  const { actorId, handle } = seatOf(request);
  const done = act({ actorId, iri, byId: byOf(request) });
  return isRefusal(done) ? sendRefusal(request, reply, done) : toPact(reply, handle, iri);
}

/** The thread of a pact resolves for its two parties only: every signed message of both sides (FEP-7888). */
function registerThread(app: FastifyInstance, wire: Wire): void {
  app.get<{ Params: { handle: string; id: string } }>(
    "/:handle/pacts/:id",
    { config: { policy: { public: true } } },
    async (request, reply) => {
      const { handle, id } = request.params;
      const [actorId, iri] = [`${wire.origin}/${handle}`, `${wire.origin}/${handle}/pacts/${id}`];
      const held = loadPact(wire.db.orm, actorId, iri);
      const { method = "GET", url = "", rawHeaders } = request.raw;
      const reader = held ? await wire.identifyReader({ method, path: url, rawHeaders }) : null;
      if (!held || reader?.id !== held.peer) return sendDocument(reply, answerNotFound());
      const items = listPactMessages(wire.db.orm, actorId, iri).map(({ bytes }) => JSON.parse(bytes.toString("utf8")));
      const document = {
        "@context": DOCUMENT,
        id: iri,
        type: "OrderedCollection",
        attributedTo: actorId,
        totalItems: items.length,
        orderedItems: items,
      };
      return sendDocument(reply, answerDocument(document, { restricted: true }));
    },
  );
}

/** The whole list of a seller: as its document names it, or as our own are named. */
function catalogOf(wire: Wire, seller: string): string {
  const named = loadRemoteActor(wire.db.orm, seller)?.document.catalog;
  return typeof named === "string" ? named : actorUrls(seller).catalog;
}

/** Without saying which pact or whom: the list of all. */
function toPartners(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.redirect(`/desk/${seatOf(request).handle}/partners`, 303);
}

function toPact(reply: FastifyReply, handle: string, iri: string): FastifyReply {
  return reply.redirect(`/desk/${handle}/partners/pact?iri=${encodeURIComponent(iri)}`, 303);
}
