// Training as everybody reaches it: an actor's paths and one path (pages and documents at one address), how one begins, the check of a certificate.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import {
  answerDocument,
  answerGone,
  answerNotFound,
  type DocumentAnswer,
  wantsActivityJson,
} from "../../activitypub/answer.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { loadActor, loadKeys } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { enter } from "../../members/credentials/credentialRoutes.ts";
import { plainAddress } from "../../members/signIn.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { type Html, html } from "../../web/html.ts";
import { isMailAddress } from "../../web/mail.ts";
import { networkOf } from "../../web/networkOf.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { askToLearn, beginPath, checkLearnLink, useLearnLink } from "./actions.ts";
import { writePathDocument, writePathsCollection } from "./activities.ts";
import { isName, isSound } from "./certificate.ts";
import { registerTrainingDesk } from "./deskRoutes.ts";
import { ownProgress, registerLearning } from "./learnRoutes.ts";
import {
  certificatePage,
  enterTrainingPage,
  joinTrainingPage,
  learnSentPage,
  pathPage,
  pathRows,
  pathsPage,
  pathUrl,
} from "./pages.ts";
import {
  findCertificate,
  findShown,
  findShownOnce,
  findTeacher,
  listModules,
  listShownPaths,
  loadLearner,
  type TrainingPath,
} from "./store.ts";

type PathRequest = FastifyRequest<{ Params: { handle: string; slug: string } }>;
type TokenRequest = FastifyRequest<{ Params: { handle: string; slug: string; token: string } }>;

const PUBLIC = { config: { policy: { public: true } } } as const;
// A person writes one; what floods mailboxes and lists writes many.
const FEW = { config: { policy: { public: true }, rateLimit: { max: 6, timeWindow: 10 * 60_000 } } } as const;
// Whoever guesses codes, names or tokens meets this long before anything gives way.
const SLOW = { config: { policy: { public: true }, rateLimit: { max: 20, timeWindow: 60_000 } } } as const;
const Organisation = Type.Optional(Type.String({ maxLength: 120 }));
const OwnForm = Type.Object({ organisation: Organisation, consent: Type.Literal("on") });
const StrangerForm = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 80 }),
  email: Type.String({ maxLength: 254 }),
  organisation: Organisation,
  consent: Type.Literal("on"),
});
const CheckQuery = Type.Object({ name: Type.Optional(Type.String({ maxLength: 80 })) });
const Nothing = Type.Object({});

/** Every address of training: what everybody reads, what learners do, and the desk. */
export function registerTraining(app: FastifyInstance, wire: Wire, house: MembersHouse): void {
  registerPublic(app, wire);
  registerJoining(app, wire, house);
  registerEntering(app, wire, house);
  registerCheck(app, wire);
  registerLearning(app, wire);
  registerTrainingDesk(app, wire, house);
}

/** The paths of an actor on its public page; "" where there is none. */
export function renderTraining({ db }: Pick<Wire, "db">, c: PageContext, actor: LocalActor): Html | "" {
  const paths = listShownPaths(db.orm, actor.id).filter(({ state }) => state === "published");
  if (paths.length === 0) return "";
  return html`<section><h2>${c.say("training.section")}</h2>${pathRows(c, actor.handle, paths.slice(0, 3))}
    ${paths.length > 3 ? html`<p><a href="/${actor.handle}/training">${c.say("training.all")}</a></p>` : ""}</section>`;
}

function registerPublic(app: FastifyInstance, wire: Wire): void {
  const tx = wire.db.orm;
  app.get<{ Params: { handle: string } }>("/:handle/training", PUBLIC, (request, reply) => {
    const actor = findTeacher(tx, request.params.handle);
    const isMachine = wantsActivityJson(request.headers.accept);
    if (!actor)
      return isMachine ? send(reply, answerNotFound()) : sendRefusal(request, reply, { refused: "not-found" });
    const paths = listShownPaths(tx, actor.id);
    const told = () => paths.map((path) => ({ path, modules: listModules(tx, path.id) }));
    if (isMachine) return sendDocument(request, reply, writePathsCollection(actor.id, told()));
    return sendPage(request, reply, pathsPage(pageContext(request, reply), actor, paths));
  });
  app.get("/:handle/training/:slug", PUBLIC, (request: PathRequest, reply) => {
    const found = findShownOnce(wire.db.orm, request.params.handle, request.params.slug);
    const isMachine = wantsActivityJson(request.headers.accept);
    if (!found)
      return isMachine ? send(reply, answerNotFound()) : sendRefusal(request, reply, { refused: "not-found" });
    const { actor, path } = found;
    const modules = listModules(tx, path.id);
    const document = () => writePathDocument({ path, modules });
    if (path.removedAt !== null)
      return isMachine ? send(reply, answerGone(document())) : sendRefusal(request, reply, { refused: "gone" });
    if (isMachine) return sendDocument(request, reply, document());
    const own = request.visitor ? ownProgress(tx, path, request.visitor.personId) : null;
    if (own) reply.header("cache-control", "private, no-store");
    return sendPage(
      request,
      reply,
      pathPage(pageContext(request, reply), actor, path, { modules, own, refused: null }),
    );
  });
}

function registerJoining(app: FastifyInstance, wire: Wire, house: MembersHouse): void {
  type Found = { actor: LocalActor; path: TrainingPath };
  const show = (request: PathRequest, reply: FastifyReply, { actor, path }: Found, state: FormState) => {
    if (path.state === "closed") return sendRefusal(request, reply, { refused: "path-closed" });
    const view = { actor, path, hasMail: house.mailer !== null };
    return sendPage(request, reply, joinTrainingPage(pageContext(request, reply), state, view));
  };
  app.get("/:handle/training/:slug/join", PUBLIC, (request: PathRequest, reply) => {
    const { handle, slug } = request.params;
    const found = findShown(wire.db.orm, handle, slug);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const { visitor } = request;
    if (visitor && loadLearner(wire.db.orm, found.path.id, visitor.personId))
      return reply.redirect(pathUrl(handle, slug), 303);
    return show(request, reply, found, FRESH);
  });
  app.post("/:handle/training/:slug/join", FEW, (request: PathRequest, reply) => {
    const { handle, slug } = request.params;
    const found = findShown(wire.db.orm, handle, slug);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const { visitor } = request;
    const form = visitor ? readForm(OwnForm, request.body) : readForm(StrangerForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, found, form);
    const { organisation = "" } = form.value;
    if (visitor) {
      const refusal = beginPath(wire, found.path, { personId: visitor.personId, organisation });
      return refusal ? sendRefusal(request, reply, refusal) : reply.redirect(pathUrl(handle, slug), 303);
    }
    const { name = "", email = "" } = form.value as { name?: string; email?: string };
    if (!isMailAddress(plainAddress(email)))
      return show(request, reply, found, { typed: form.typed, errors: { email: "bad-address" } });
    if (found.path.state === "closed") return sendRefusal(request, reply, { refused: "path-closed" });
    const c = pageContext(request, reply);
    const wish = { name, email, organisation, address: networkOf(request.ip), language: c.language };
    askToLearn(house, found.path, wish);
    return sendPage(request, reply, learnSentPage(c, found.path));
  });
}

function registerEntering(app: FastifyInstance, wire: Wire, house: MembersHouse): void {
  const url = "/:handle/training/:slug/enter/:token";
  app.get(url, SLOW, async (request: TokenRequest, reply) => {
    const { handle, slug, token } = request.params;
    const found = findShown(wire.db.orm, handle, slug);
    const link = found ? await checkLearnLink(house, found.path, token) : null;
    if (!found || !link || isRefusal(link)) return sendRefusal(request, reply, { refused: "link-spent" });
    return sendPage(request, reply, enterTrainingPage(pageContext(request, reply), found.path));
  });
  app.post(url, SLOW, async (request: TokenRequest, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const { handle, slug, token } = request.params;
    const found = findShown(wire.db.orm, handle, slug);
    const link = found ? await checkLearnLink(house, found.path, token) : null;
    if (!found || !link || isRefusal(link)) return sendRefusal(request, reply, { refused: "link-spent" });
    const entered = useLearnLink(house, found.path, link);
    if (isRefusal(entered)) return sendRefusal(request, reply, entered);
    return enter(request, reply, entered.personId, pathUrl(handle, slug));
  });
}

function registerCheck(app: FastifyInstance, { db }: Wire): void {
  app.get<{ Params: { code: string } }>("/certificate/:code", SLOW, (request, reply) => {
    const query = readForm(CheckQuery, request.query);
    const certificate = findCertificate(db.orm, request.params.code);
    const actor = certificate && loadActor(db.orm, certificate.actorId);
    if (!certificate || !actor || "refused" in query) return sendRefusal(request, reply, { refused: "not-found" });
    const key = loadKeys(db.orm, actor.id).find(({ id }) => id === certificate.keyId);
    const { name } = query.value;
    const view = {
      issuer: { id: actor.id, name: actor.name, address: `@${actor.handle}@${new URL(actor.id).host}` },
      isSigned: key !== undefined && isSound(certificate, key.publicKey),
      asked: name === undefined ? null : { name, isName: isName(name, certificate) },
    };
    // Not for the lists of who searches the web: a code is for whom it was shown.
    reply.header("cache-control", "private, no-store").header("x-robots-tag", "noindex");
    return sendPage(request, reply, certificatePage(pageContext(request, reply), certificate, view));
  });
}

function sendDocument(request: FastifyRequest, reply: FastifyReply, document: JsonObject): FastifyReply {
  return send(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"] }));
}

function send(reply: FastifyReply, { status, headers, body }: DocumentAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
