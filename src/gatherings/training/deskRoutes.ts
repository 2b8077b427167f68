// The desk of who teaches: paths and modules written, opened and closed; who learns, and certificates taken back.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { parseWrittenDecimal } from "../../kernel/decimal.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import type { MembersHouse } from "../../members/actions.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH, formOf } from "../../web/forms.ts";
import { type DeskEntry, type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import type { Gathering } from "../gathering.ts";
import { listOfDesk, loadGathering } from "../store.ts";
import { allowAnew, revokeCertificate } from "./actions.ts";
import { moduleFormPage, pathDeskPage, pathFormPage, revokePage, trainingDeskPage } from "./deskPages.ts";
import { movePath, removeModule, removePath, saveModule, savePath } from "./pathActions.ts";
import {
  countLearners,
  findOfPath,
  listLearners,
  listModules,
  listPaths,
  listSteps,
  loadCertificate,
  loadPath,
  type TrainingPath,
} from "./store.ts";
import { LEARNERS, MODULE_KINDS, type PathModule, progressOf, readQuestions, writeQuestions } from "./training.ts";

type PathRequest = FastifyRequest<{ Params: { handle: string; path: string } }>;
type CodeRequest = FastifyRequest<{ Params: { handle: string; path: string; code: string } }>;
type ModuleRequest = FastifyRequest<{ Params: { handle: string; path: string; number: string } }>;

const ROLES = ["admin", "referente", "district", "producer"] as const;
const TEACHERS = { config: { policy: { seat: ROLES } } } as const;
const GATHERINGS_SHOWN = 500;
const USUAL_PERCENT = "80";

/** Where desks lead to this part. */
export const TRAINING_DESK: readonly DeskEntry[] = [
  { path: "training", label: "training.nav", kinds: ["gas", "producer", "district"], roles: ROLES },
];

const Seen = Type.Optional(Type.String({ maxLength: 30 }));
const PathForm = Type.Object({
  name: Type.String({ minLength: 3, maxLength: 120 }),
  summary: Type.Optional(Type.String({ maxLength: 5000 })),
  forWhom: Type.Union(LEARNERS.map((one) => Type.Literal(one))),
  hours: Type.Optional(Type.String({ maxLength: 8 })),
  requiredPercent: Type.Integer({ minimum: 1, maximum: 100 }),
  seen: Seen,
});
const StateForm = Type.Object({ state: Type.Union([Type.Literal("published"), Type.Literal("closed")]) });
const RevokeForm = Type.Object({
  again: Type.Union([Type.Literal("yes"), Type.Literal("no")]),
  reason: Type.String({ minLength: 3, maxLength: 300 }),
});
const ModuleForm = Type.Object({
  kind: Type.Union(MODULE_KINDS.map((one) => Type.Literal(one))),
  name: Type.String({ minLength: 2, maxLength: 120 }),
  content: Type.Optional(Type.String({ maxLength: 20_000 })),
  gathering: Type.Optional(Type.String({ maxLength: 40 })),
  questions: Type.Optional(Type.String({ maxLength: 8000 })),
  seen: Seen,
});
const Nothing = Type.Object({});

/** Adds `/desk/{handle}/training` and everything below it. */
export function registerTrainingDesk(app: FastifyInstance, wire: Wire, house: MembersHouse): void {
  registerPaths(app, wire);
  registerPath(app, wire);
  registerRevoking(app, house);
  registerModules(app, wire);
}

function registerPaths(app: FastifyInstance, wire: Wire): void {
  const tx = wire.db.orm;
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState, path: TrainingPath | null) =>
    sendPage(request, reply, pathFormPage(pageContext(request, reply), state, path));
  const save = (request: FastifyRequest, reply: FastifyReply, path: TrainingPath | null) => {
    const form = readForm(PathForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form, path);
    const clash = path && clashWith(typedOfPath(path, pageContext(request, reply)), form.typed);
    if (clash) return show(request, reply, clash, path);
    const again = (errors: Record<string, string>) => show(request, reply, { typed: form.typed, errors }, path);
    const { name, summary = "", forWhom, hours = "0", requiredPercent } = form.value;
    const hoursThousandths = parseWrittenDecimal(hours.replace(".", ","), 3, ",");
    if (hoursThousandths === null || hoursThousandths < 0) return again({ hours: "not-a-number" });
    const { actorId, handle } = request.seat!;
    const wish = { name, summary, forWhom, hoursThousandths, requiredPercent };
    const saved = savePath(wire, actorId, path?.id ?? null, wish);
    if (!isRefusal(saved)) return reply.redirect(`/desk/${handle}/training/${saved.id}`, 303);
    const reason = { "bad-name": "bad-format", "name-taken": "taken" }[saved.refused];
    return reason ? again({ name: reason }) : sendRefusal(request, reply, saved);
  };
  app.get("/desk/:handle/training", TEACHERS, (request, reply) => {
    const paths = listPaths(tx, request.seat!.actorId);
    const lines = paths.map((path) => ({ path, learners: countLearners(tx, path.id) }));
    return sendPage(request, reply, trainingDeskPage(pageContext(request, reply), lines));
  });
  app.get("/desk/:handle/training/new", TEACHERS, (request, reply) =>
    show(request, reply, formOf({ forWhom: "people", requiredPercent: USUAL_PERCENT }), null),
  );
  app.post("/desk/:handle/training/new", TEACHERS, (request, reply) => save(request, reply, null));
  app.get("/desk/:handle/training/:path/edit", TEACHERS, (request: PathRequest, reply) => {
    const path = findDeskPath(tx, request);
    if (!path) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, savedForm(typedOfPath(path, pageContext(request, reply))), path);
  });
  app.post("/desk/:handle/training/:path/edit", TEACHERS, (request: PathRequest, reply) => {
    const path = findDeskPath(tx, request);
    return path ? save(request, reply, path) : sendRefusal(request, reply, { refused: "not-found" });
  });
}

/** A path as its form shows it. */
function typedOfPath(path: TrainingPath, { format }: PageContext) {
  const { name, summary, forWhom, hoursThousandths, requiredPercent } = path;
  return { name, summary, forWhom, hours: format.quantity(hoursThousandths), requiredPercent: String(requiredPercent) };
}

function registerPath(app: FastifyInstance, wire: Wire): void {
  const tx = wire.db.orm;
  const home = ({ params }: PathRequest) => `/desk/${params.handle}/training/${params.path}`;
  app.get("/desk/:handle/training/:path", TEACHERS, (request: PathRequest, reply) => {
    const path = findDeskPath(tx, request);
    if (!path) return sendRefusal(request, reply, { refused: "not-found" });
    const modules = listModules(tx, path.id);
    const learners = listLearners(tx, path.id).map((learner) => ({
      learner,
      progress: progressOf(path, modules, listSteps(tx, path.id, learner.personId)),
      certificate: loadCertificate(tx, path.id, learner.personId) ?? null,
    }));
    return sendPage(request, reply, pathDeskPage(pageContext(request, reply), path, { modules, learners }));
  });
  app.post("/desk/:handle/training/:path/state", TEACHERS, (request: PathRequest, reply) => {
    const form = readForm(StateForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const moved = movePath(wire, request.seat!.actorId, request.params.path, form.value.state);
    return isRefusal(moved) ? sendRefusal(request, reply, moved) : reply.redirect(home(request), 303);
  });
  app.post("/desk/:handle/training/:path/remove", TEACHERS, (request: PathRequest, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { handle, path: id } = request.params;
    const removed = removePath(wire, request.seat!.actorId, id);
    return isRefusal(removed) ? sendRefusal(request, reply, removed) : reply.redirect(`/desk/${handle}/training`, 303);
  });
}

/** A path of the desk that is not taken away. */
function findDeskPath(tx: Tx, { seat, params }: Pick<PathRequest, "seat" | "params">): TrainingPath | undefined {
  const path = loadPath(tx, seat!.actorId, params.path);
  return path?.removedAt === null ? path : undefined;
}

/** One certificate is taken back on a page of its own: it cannot be undone, and somebody reads why. */
function registerRevoking(app: FastifyInstance, house: MembersHouse): void {
  const tx = house.db.orm;
  const url = "/desk/:handle/training/:path/revoke/:code";
  const find = ({ seat, params }: CodeRequest) => {
    const path = findDeskPath(tx, { seat, params });
    const certificate = path && findOfPath(tx, path.id, params.code);
    return path && certificate ? { path, certificate } : null;
  };
  const show = (request: CodeRequest, reply: FastifyReply, state: FormState) => {
    const found = find(request);
    if (!found || found.certificate.revokedAt !== null) return sendRefusal(request, reply, { refused: "not-found" });
    const { path, certificate } = found;
    return sendPage(request, reply, revokePage(pageContext(request, reply), state, path, certificate));
  };
  const back = ({ params }: CodeRequest) => `/desk/${params.handle}/training/${params.path}`;
  app.get(url, TEACHERS, (request: CodeRequest, reply) => show(request, reply, FRESH));
  app.post(url, TEACHERS, (request: CodeRequest, reply) => {
    const found = find(request);
    const form = readForm(RevokeForm, request.body);
    if (!found || ("refused" in form && form.refused === "unexpected-field"))
      return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return show(request, reply, form);
    const { reason, again } = form.value;
    const how = { reason, isBarring: again === "no", byId: request.visitor!.personId };
    const refusal = revokeCertificate(house, found.path, request.params.code, how);
    return refusal ? sendRefusal(request, reply, refusal) : reply.redirect(back(request), 303);
  });
  app.post("/desk/:handle/training/:path/allow/:code", TEACHERS, (request: CodeRequest, reply) => {
    const found = find(request);
    const form = readForm(Nothing, request.body);
    if (!found || "refused" in form) return sendRefusal(request, reply, { refused: "not-found" });
    const refusal = allowAnew(house, found.path, request.params.code, request.visitor!.personId);
    return refusal ? sendRefusal(request, reply, refusal) : reply.redirect(back(request), 303);
  });
}

function registerModules(app: FastifyInstance, wire: Wire): void {
  const tx = wire.db.orm;
  const find = ({ seat, params }: ModuleRequest) => {
    const path = findDeskPath(tx, { seat, params });
    if (!path) return null;
    if (params.number === undefined) return { path, module: null };
    const module = listModules(tx, path.id).find(({ number }) => String(number) === params.number);
    return module ? { path, module } : null;
  };
  type Found = NonNullable<ReturnType<typeof find>>;
  const show = (request: ModuleRequest, reply: FastifyReply, found: Found, state: FormState) => {
    const gatherings = listDates(tx, request.seat!.actorId, found.module, wire.clock.now());
    return sendPage(request, reply, moduleFormPage(pageContext(request, reply), state, { ...found, gatherings }));
  };
  const open = (request: ModuleRequest, reply: FastifyReply) => {
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    return show(request, reply, found, found.module ? savedForm(typedOf(found.module)) : formOf({ kind: "reading" }));
  };
  const save = (request: ModuleRequest, reply: FastifyReply) => {
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(ModuleForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, found, form);
    const clash = found.module && clashWith(typedOf(found.module), form.typed);
    if (clash) return show(request, reply, found, clash);
    const read = readModule({ ...form.value, kind: found.module?.kind ?? form.value.kind });
    if (isRefusal(read)) return show(request, reply, found, { typed: form.typed, errors: { questions: read.refused } });
    const { actorId, handle } = request.seat!;
    const date = read.gatheringId === null ? null : loadGathering(tx, actorId, read.gatheringId);
    if (date === undefined || (date && date.removedAt !== null))
      return show(request, reply, found, { typed: form.typed, errors: { gathering: "not-a-choice" } });
    const saved = saveModule(wire, found.path, found.module?.number ?? null, read);
    if (isRefusal(saved)) return sendRefusal(request, reply, saved);
    return reply.redirect(`/desk/${handle}/training/${found.path.id}`, 303);
  };
  const url = "/desk/:handle/training/:path/modules";
  for (const one of ["new", ":number"]) {
    app.get(`${url}/${one}`, TEACHERS, (request: ModuleRequest, reply) => open(request, reply));
    app.post(`${url}/${one}`, TEACHERS, (request: ModuleRequest, reply) => save(request, reply));
  }
  app.post(`${url}/:number/remove`, TEACHERS, (request: ModuleRequest, reply) => {
    const found = find(request);
    const form = readForm(Nothing, request.body);
    if (!found?.module || "refused" in form) return sendRefusal(request, reply, { refused: "not-found" });
    const refusal = removeModule(wire, found.path, found.module.number);
    if (refusal) return sendRefusal(request, reply, refusal);
    return reply.redirect(`/desk/${request.params.handle}/training/${found.path.id}`, 303);
  });
}

/** What a lesson may be: what is ahead first, without what is called off; and what it is already, however long ago. */
function listDates(tx: Tx, actorId: string, module: PathModule | null, now: number): Gathering[] {
  const listed = listOfDesk(tx, actorId, now, GATHERINGS_SHOWN).filter(({ state }) => state !== "cancelled");
  const held = module?.gatheringId ? loadGathering(tx, actorId, module.gatheringId) : undefined;
  const isShown = !held || held.removedAt !== null || listed.some(({ id }) => id === held.id);
  return isShown ? listed : [held, ...listed];
}

function typedOf({ kind, name, content, gatheringId, questions }: PathModule) {
  return { kind, name, content, gathering: gatheringId ?? "", questions: writeQuestions(questions) };
}

function readModule(form: {
  kind: PathModule["kind"];
  name: string;
  content?: string;
  gathering?: string;
  questions?: string;
}): Omit<PathModule, "number"> | Refusal<"bad-questions"> {
  const { kind, name, content = "", gathering, questions: written = "" } = form;
  const questions = kind === "question" ? readQuestions(written) : [];
  if (isRefusal(questions)) return questions;
  return { kind, name, content, gatheringId: kind === "lesson" ? (gathering ?? null) : null, questions };
}
