// The ways in from outside: a GAS's public page and its request form, and the desk where requests are decided.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActorByHandle } from "../../activitypub/store.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH, formOf } from "../../web/forms.ts";
import type { Html } from "../../web/html.ts";
import { isMailAddress } from "../../web/mail.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import type { MembersHouse } from "../actions.ts";
import type { ProducersOf } from "../peopleRoutes.ts";
import { approveJoining, askToJoin, changeJoining, refuseJoining, takesPeople } from "./joinActions.ts";
import { askedPage, closedPage, joiningPage, joiningSettingsPage, joinPage, joinPart } from "./joinPages.ts";
import { countWaiting, type Joining, listJoinRequests, loadJoining } from "./joinStore.ts";

type GasRequest = FastifyRequest<{ Params: { handle: string } }>;
type RequestRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

const PUBLIC = { config: { policy: { public: true } } } as const;
// A person writes one; what floods mailboxes and lists writes many.
const FEW = { config: { policy: { public: true }, rateLimit: { max: 6, timeWindow: 10 * 60_000 } } } as const;
const ADMIN = { config: { policy: { seat: ["admin"] } } } as const;
const JoinForm = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 80 }),
  email: Type.String({ maxLength: 254 }),
  place: Type.Optional(Type.String({ maxLength: 80 })),
  message: Type.Optional(Type.String({ maxLength: 1000 })),
  consent: Type.Literal("on"),
});
const SettingsForm = Type.Object({
  seen: Type.Optional(Type.String({ maxLength: 40 })),
  about: Type.Optional(Type.String({ maxLength: 3000 })),
  how: Type.Optional(Type.String({ maxLength: 3000 })),
  places: Type.Optional(Type.Integer({ minimum: 0, maximum: 9999 })),
  isOpen: Type.Boolean(),
  showsProducers: Type.Boolean(),
});
/** Where who comes from a network's page said that they live. */
const FROM_MOST = 80;
const SavedQuery = Type.Object({ saved: Type.Optional(Type.Literal("1")) });

/** What the public page of an actor says about joining it. */
export function renderJoining(
  house: Pick<MembersHouse, "db">,
  producersOf: ProducersOf,
  c: PageContext,
  actor: { readonly id: string; readonly handle: string; readonly name: string; readonly kind: string },
): Html | "" {
  if (actor.kind !== "gas") return "";
  const joining = { ...loadJoining(house.db.orm, actor.id), isOpen: takesPeople(house.db.orm, actor.id) };
  return joinPart(c, actor, joining, joining.showsProducers ? producersOf(house.db.orm, actor.id) : []);
}

/** Adds `/{handle}/join` and `/desk/{handle}/joining`. */
export function addJoinRoutes(app: FastifyInstance, house: MembersHouse): void {
  addPublicRoutes(app, house);
  addSettingsRoutes(app, house);
  addDecisionRoutes(app, house);
}

function addPublicRoutes(app: FastifyInstance, house: MembersHouse): void {
  const find = ({ params }: GasRequest) => {
    const actor = loadActorByHandle(house.db.orm, params.handle);
    const joining = actor?.kind === "gas" ? loadJoining(house.db.orm, actor.id) : undefined;
    return actor && joining && takesPeople(house.db.orm, actor.id) ? { actor, joining } : null;
  };
  /** A network's list, or a letter of last week, may lead to a group that takes nobody any more. */
  const refuse = (request: GasRequest, reply: FastifyReply) => {
    const actor = loadActorByHandle(house.db.orm, request.params.handle);
    if (actor?.kind !== "gas" || actor.goneAt !== null) return sendRefusal(request, reply, { refused: "not-found" });
    return sendPage(request, reply, closedPage(pageContext(request, reply), actor));
  };
  const show = (request: GasRequest, reply: FastifyReply, state: FormState) => {
    const found = find(request);
    if (!found) return refuse(request, reply);
    return sendPage(request, reply, joinPage(pageContext(request, reply), state, found.actor, found.joining));
  };
  app.get("/:handle/join", PUBLIC, (request: GasRequest, reply) => {
    const { from } = request.query as { from?: unknown };
    const place = typeof from === "string" ? from.trim().slice(0, FROM_MOST) : "";
    return show(request, reply, place === "" ? FRESH : formOf({ place }));
  });
  app.post("/:handle/join", FEW, (request: GasRequest, reply) => {
    const found = find(request);
    if (!found) return refuse(request, reply);
    const form = readForm(JoinForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const { name, email, place = "", message = "" } = form.value;
    if (!isMailAddress(email)) return show(request, reply, { typed: form.typed, errors: { email: "bad-address" } });
    const c = pageContext(request, reply);
    const at = { actorId: found.actor.id, handle: found.actor.handle };
    const asked = askToJoin(house, at, { name, email, place, message, language: c.language });
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    return sendPage(request, reply, askedPage(c, found.actor));
  });
}

function addSettingsRoutes(app: FastifyInstance, house: MembersHouse): void {
  const tx = house.db.orm;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const query = readForm(SavedQuery, request.method === "GET" ? request.query : {});
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const view = { waiting: countWaiting(tx, request.seat!.actorId), isSaved: query.value.saved !== undefined };
    return sendPage(request, reply, joiningSettingsPage(pageContext(request, reply), state, view));
  };
  app.get("/desk/:handle/joining/settings", ADMIN, (request, reply) => {
    const { actorId, actorKind } = request.seat!;
    if (actorKind !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, savedForm(typedOf(loadJoining(tx, actorId))));
  });
  app.post("/desk/:handle/joining/settings", ADMIN, (request, reply) => {
    const { actorId, actorKind, handle } = request.seat!;
    if (actorKind !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(SettingsForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const clash = clashWith(typedOf(loadJoining(tx, actorId)), form.typed);
    if (clash) return show(request, reply, clash);
    const { about = "", how = "", places = null, isOpen, showsProducers } = form.value;
    changeJoining(house, { actorId, byId: request.visitor!.personId }, { about, how, places, isOpen, showsProducers });
    return reply.redirect(`/desk/${handle}/joining/settings?saved=1`, 303);
  });
}

function typedOf({ about, how, places, isOpen, showsProducers }: Joining) {
  return {
    ...{ about, how, places: places === null ? "" : String(places) },
    ...{ isOpen: isOpen ? "on" : "", showsProducers: showsProducers ? "on" : "" },
  };
}

function addDecisionRoutes(app: FastifyInstance, house: MembersHouse): void {
  const tx = house.db.orm;
  const show = (request: FastifyRequest, reply: FastifyReply, made: Parameters<typeof joiningPage>[1]["made"]) => {
    const { actorId } = request.seat!;
    const view = { requests: listJoinRequests(tx, actorId), joining: loadJoining(tx, actorId), made };
    return sendPage(request, reply, joiningPage(pageContext(request, reply), view));
  };
  const keyOf = (request: RequestRequest) => ({
    actorId: request.seat!.actorId,
    requestId: request.params.id,
    byId: request.visitor!.personId,
  });
  app.get("/desk/:handle/joining", ADMIN, (request, reply) => {
    if (request.seat!.actorKind !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, null);
  });
  app.post("/desk/:handle/joining/:id/approve", ADMIN, (request: RequestRequest, reply) => {
    const approved = approveJoining(house, keyOf(request));
    if ("refused" in approved) return sendRefusal(request, reply, approved);
    const { url, expiresAt } = approved;
    return show(request, reply, { url, expiresAt, name: approved.request.name, isMailed: house.mailer !== null });
  });
  app.post("/desk/:handle/joining/:id/refuse", ADMIN, (request: RequestRequest, reply) => {
    const refused = refuseJoining(house, keyOf(request));
    if ("refused" in refused) return sendRefusal(request, reply, refused);
    return reply.redirect(`/desk/${request.params.handle}/joining`, 303);
  });
}
