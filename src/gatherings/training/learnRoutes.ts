// What somebody who learns does, signed in: their paths, one module after another, their certificate and its paper. Nobody else's is there.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { SHEET_FILES } from "../../exchange/writePdf.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sentenceOf } from "../../web/refusals.ts";
import { sendSheet, splitEnding } from "../../web/sheetPage.ts";
import { findGathering } from "../store.ts";
import { certify, doModule } from "./actions.ts";
import { writeCertificateSheet } from "./certificate.ts";
import { learningPage, modulePage, type OwnProgress, pathPage, pathUrl } from "./pages.ts";
import {
  findCertificate,
  findShown,
  listModules,
  listPathsOf,
  listSteps,
  loadCertificate,
  loadLearner,
  type TrainingPath,
} from "./store.ts";
import { PASSING_SCORE, progressOf, type Step } from "./training.ts";

type ModuleRequest = FastifyRequest<{ Params: { handle: string; slug: string; number: string } }>;

const SIGNED_IN = { config: { policy: { signedIn: true } } } as const;
const Answers = Type.Object({
  answer: Type.Record(Type.String({ pattern: "^\\d$" }), Type.Integer({ minimum: 0, maximum: 9 })),
});
const CertifyForm = Type.Object({ name: Type.String({ minLength: 2, maxLength: 80 }) });

const isDone = ({ score }: Step) => score === null || score >= PASSING_SCORE;

/** How far a person is on a path; null where they do not learn on it. */
export function ownProgress(tx: Tx, path: TrainingPath, personId: string): OwnProgress | null {
  if (!loadLearner(tx, path.id, personId)) return null;
  const steps = listSteps(tx, path.id, personId);
  return {
    progress: progressOf(path, listModules(tx, path.id), steps),
    doneNumbers: steps.filter(isDone).map(({ number }) => number),
    certificate: loadCertificate(tx, path.id, personId) ?? null,
  };
}

/** Adds `/account/learning`, the modules of a path and its certificate. */
export function registerLearning(app: FastifyInstance, wire: Wire): void {
  registerModules(app, wire);
  registerOwn(app, wire);
  registerPaper(app, wire);
}

function registerModules(app: FastifyInstance, wire: Wire): void {
  const tx = wire.db.orm;
  const find = ({ params, visitor }: ModuleRequest) => {
    const found = findShown(tx, params.handle, params.slug);
    const module = found && listModules(tx, found.path.id).find(({ number }) => String(number) === params.number);
    return found && module && loadLearner(tx, found.path.id, visitor!.personId) ? { ...found, module } : null;
  };
  const show = (request: ModuleRequest, reply: FastifyReply, state: FormState) => {
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const { actor, path, module } = found;
    const steps = listSteps(tx, path.id, request.visitor!.personId);
    const own = steps.filter(({ number }) => number === module.number);
    const done = steps.filter(isDone).map(({ number }) => number);
    const gathering = module.gatheringId === null ? null : (findGathering(tx, module.gatheringId) ?? null);
    const next = listModules(tx, path.id).find(({ number }) => !done.includes(number))?.number ?? null;
    const view = { actor, path, module, gathering, isDone: own.some(isDone), score: own[0]?.score ?? null, next };
    reply.header("cache-control", "private, no-store");
    return sendPage(request, reply, modulePage(pageContext(request, reply), state, view));
  };
  const url = "/:handle/training/:slug/:number";
  app.get(url, SIGNED_IN, (request: ModuleRequest, reply) => show(request, reply, FRESH));
  app.post(url, SIGNED_IN, (request: ModuleRequest, reply) => {
    const found = find(request);
    const form = readForm(Answers, request.body);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { path, module } = found;
    const answers = module.questions.map((_, i) => form.value.answer[String(i)] ?? null);
    const missing = answers.flatMap((answer, i) => (answer === null ? [[`answer.${i}`, "required"]] : []));
    if (missing.length > 0) return show(request, reply, { typed: form.typed, errors: Object.fromEntries(missing) });
    const done = doModule(wire, path, { personId: request.visitor!.personId, number: module.number }, answers);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return reply.redirect(`${pathUrl(request.params.handle, request.params.slug)}/${module.number}`, 303);
  });
}

function registerOwn(app: FastifyInstance, wire: Wire): void {
  const tx = wire.db.orm;
  app.get("/account/learning", SIGNED_IN, (request, reply) => {
    const { personId } = request.visitor!;
    const paths = listPathsOf(tx, personId).flatMap((path) => {
      const [actor, own] = [loadActor(tx, path.actorId), ownProgress(tx, path, personId)];
      return actor && own ? [{ path, actor, ...own }] : [];
    });
    return sendPage(request, reply, learningPage(pageContext(request, reply), paths));
  });
  app.post("/:handle/training/:slug/certificate", SIGNED_IN, (request: ModuleRequest, reply) => {
    const { handle, slug } = request.params;
    const found = findShown(tx, handle, slug);
    const form = readForm(CertifyForm, request.body);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { actor, path } = found;
    const { personId } = request.visitor!;
    const made = certify(wire, path, { personId, nameWritten: form.value.name });
    if (!isRefusal(made)) return reply.redirect(pathUrl(handle, slug), 303);
    if (made.refused === "not-found") return sendRefusal(request, reply, made);
    const c = { ...pageContext(request, reply), path: pathUrl(handle, slug) };
    const own = ownProgress(tx, path, personId);
    const view = { modules: listModules(tx, path.id), own, refused: sentenceOf(made, c.say) };
    return sendPage(request, reply, { ...pathPage(c, actor, path, view), status: 409 });
  });
}

function registerPaper(app: FastifyInstance, { db, origin }: Wire): void {
  app.get<{ Params: { file: string } }>("/account/learning/:file", SIGNED_IN, (request, reply) => {
    const { name = "", ending } = splitEnding(request.params.file) ?? {};
    const certificate = findCertificate(db.orm, name);
    const actor = certificate && loadActor(db.orm, certificate.actorId);
    const isOwn = certificate?.personId === request.visitor!.personId;
    if (!certificate || !actor || !isOwn || ending !== "pdf")
      return sendRefusal(request, reply, { refused: "not-found" });
    // No paper says what its code denies.
    if (certificate.revokedAt !== null) return sendRefusal(request, reply, { refused: "gone" });
    const c = pageContext(request, reply);
    const issuer = { name: actor.name, address: `@${actor.handle}@${new URL(actor.id).host}` };
    const voice = { say: c.say, date: c.format.date, language: c.language };
    const sheet = writeCertificateSheet(certificate, issuer, `${origin}/certificate/${name}`, voice);
    const back = { href: "/account/learning", label: c.say("training.own") };
    const wish = { ending, name: `attestato-${name}`, headingLabel: "", base: `/account/learning/${name}`, back };
    return sendSheet(request, reply, sheet, wish, SHEET_FILES);
  });
}
