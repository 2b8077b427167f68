// The steps of the first run that somebody signed in walks: each saved as it is done, each passed when it is left, taken up again later.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { BackupKeeper } from "../../db/backupKeeper.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { type FormState, FRESH, formOf } from "../../web/forms.ts";
import { bindToBrowser } from "../../web/formToken.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import { deviceOf } from "../../web/sessions.ts";
import { tryMail } from "../../web/testMail.ts";
import { isFresh } from "../../web/visitor.ts";
import { invite, type MembersHouse } from "../actions.ts";
import { backupCodesPage } from "../credentials/credentialPages.ts";
import { countPasskeys, loadPassword } from "../credentials/credentialStore.ts";
import { rpIdOf } from "../credentials/passkey.ts";
import { keepPasskey, offerPasskey } from "../credentials/passkeyActions.ts";
import { setPassword } from "../credentials/passwordActions.ts";
import type { ProducersOf } from "../peopleRoutes.ts";
import { loadPersonRow } from "../store.ts";
import type { BeginLine } from "./beginPages.ts";
import { type BeginView, beginStepPage } from "./beginStepPages.ts";
import { writeSample } from "./firstSheet.ts";
import { type BeginStep, beginStepsOf, stepAfter } from "./setup.ts";
import { noteMailTest, passStep } from "./setupActions.ts";
import { endFirstRun, loadFirstRun } from "./setupStore.ts";

type StepRequest = FastifyRequest<{ Params: { handle: string; step: string } }>;
type Link = ReturnType<typeof invite> | null;

const ADMIN = { config: { policy: { seat: ["admin"] } } } as const;
const RARE = { config: { policy: { seat: ["admin"] }, rateLimit: { max: 5, timeWindow: 60_000 } } } as const;
const CREDENTIAL_CHARS = 50_000;
/** The hour proposed where none is chosen: the node is quiet and nobody's night is over. */
const USUAL_HOUR = "03:30";

const Nothing = Type.Object({});
const PasswordForm = Type.Object({ password: Type.String({ maxLength: 1000 }) });
const PasskeyForm = Type.Object({
  credential: Type.Optional(Type.String({ maxLength: CREDENTIAL_CHARS })),
  name: Type.String({ maxLength: 60 }),
});
const HourForm = Type.Object({ time: Type.String({ maxLength: 5 }) });

/** What this part asks of others: the copies of the node, where they lie, and what a farm and a group have already. */
export type BeginRooms = {
  readonly backups: Pick<BackupKeeper, "state" | "chooseTime">;
  readonly backupFolder: string;
  readonly hasGoods: (tx: Tx, actorId: string) => boolean;
  readonly producersOf: ProducersOf;
};

/** Everything the steps know of the node. */
type Desk = {
  readonly house: MembersHouse;
  readonly rooms: BeginRooms;
  readonly toDo: (request: FastifyRequest) => BeginLine[];
};

/** How a step is shown again: with what was typed, or why a press came to nothing; or with a fresh invitation. */
type Again = { readonly state?: FormState; readonly refusal?: Refusal; readonly link?: Link };

/** Adds `/desk/{handle}/begin/{step}` and its acts. */
export function addBeginStepRoutes(
  app: FastifyInstance,
  house: MembersHouse,
  rooms: BeginRooms,
  toDo: Desk["toDo"],
): void {
  const desk = { house, rooms, toDo };
  app.get("/desk/:handle/begin/sample.csv", ADMIN, (request, reply) => {
    const { language } = pageContext(request, reply);
    const kind = request.seat!.actorKind === "producer" ? "producer" : "gas";
    const file = { name: `filiera-${kind}.csv`, type: "text/csv; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(writeSample(kind, language));
  });
  app.get("/desk/:handle/begin/:step", ADMIN, (request: StepRequest, reply) => {
    const step = stepOf(request);
    return step ? show(desk, request, reply, step) : sendRefusal(request, reply, { refused: "not-found" });
  });
  app.post("/desk/:handle/begin/:step/next", ADMIN, (request: StepRequest, reply) => {
    const step = stepOf(request);
    const form = readForm(Nothing, request.body);
    if (!step || "refused" in form) return sendRefusal(request, reply, { refused: "not-found" });
    return goOn(desk, request, reply, step);
  });
  addKeyActs(app, desk);
  addOtherActs(app, desk);
}

/** The step an address names, if it is one of this person's. */
function stepOf(request: StepRequest): BeginStep | undefined {
  return beginStepsOf(request.visitor!).find((step) => step === request.params.step);
}

/** Passes the step and leads to the next; after the last one the steps are over. */
function goOn({ house }: Desk, request: FastifyRequest, reply: FastifyReply, step: BeginStep): FastifyReply {
  const { handle } = request.seat!;
  if (step === "done") {
    transact(house.db, (tx) => endFirstRun(tx, handle));
    return reply.redirect("/", 303);
  }
  passStep(house.db, handle, step);
  return reply.redirect(`/desk/${handle}/begin/${stepAfter(beginStepsOf(request.visitor!), step)}`, 303);
}

async function show(
  desk: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  step: BeginStep,
  again: Again = {},
): Promise<FastifyReply> {
  const c = { ...pageContext(request, reply), path: `/desk/${request.seat!.handle}/begin/${step}` };
  const steps = beginStepsOf(request.visitor!);
  const refused = again.refusal
    ? { sentence: sentenceOf(again.refusal, c.say), status: statusOf(again.refusal) }
    : null;
  const view = await viewOf(desk, request, reply, step, again.link ?? null);
  const state = again.state ?? startOf(desk, request, step);
  return sendPage(request, reply, beginStepPage(c, state, view, { before: steps[steps.indexOf(step) - 1], refused }));
}

function startOf({ rooms }: Desk, request: FastifyRequest, step: BeginStep): FormState {
  if (step === "key") return formOf({ name: deviceOf(request.headers["user-agent"] ?? "") });
  return step === "backup" ? formOf({ time: rooms.backups.state().nights.time ?? USUAL_HOUR }) : FRESH;
}

async function viewOf(
  { house, rooms, toDo }: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  step: BeginStep,
  link: Link,
): Promise<BeginView> {
  const tx = house.db.orm;
  const { personId } = request.visitor!;
  const email = loadPersonRow(tx, personId)?.email ?? null;
  const hasMail = house.mailer !== null;
  if (step === "mail") return { step, hasMail, email, tried: loadFirstRun(tx, request.seat!.handle)?.mail ?? null };
  if (step === "data") return { step, kind: request.seat!.actorKind };
  if (step === "backup") return { step, folder: rooms.backupFolder, isOn: rooms.backups.state().nights.time !== null };
  if (step === "done")
    return {
      step,
      link,
      next: toDo(request)
        .filter(({ isDone }) => isDone !== true)
        .slice(0, 3),
    };
  const passkeys = countPasskeys(tx, personId);
  const no = rpIdOf(house.origin) === null ? "nameless" : isFresh(request.visitor!, house.clock.now()) ? null : "stale";
  const making = no ?? { options: await offerPasskey(house, personId, bindToBrowser(request, reply)) };
  return { step, email, hasMail, hasPassword: loadPassword(tx, personId) !== undefined, passkeys, making };
}

/** How one signs in from now on: who signed in long ago does so again first. */
function addKeyActs(app: FastifyInstance, desk: Desk): void {
  const { house } = desk;
  const stale = (request: FastifyRequest): Refusal | null =>
    isFresh(request.visitor!, house.clock.now())
      ? null
      : { refused: "own-sign-in-again", next: `/desk/${request.seat!.handle}/begin/key` };
  app.post("/desk/:handle/begin/key/password", ADMIN, async (request, reply) => {
    const form = readForm(PasswordForm, request.body);
    const no = "refused" in form && form.refused === "unexpected-field" ? form : stale(request);
    if (no) return sendRefusal(request, reply, no);
    if ("refused" in form)
      return show(desk, request, reply, "key", { state: { typed: {}, errors: { password: "required" } } });
    const done = await setPassword(house, request.visitor!, form.value.password);
    if (!isRefusal(done)) return reply.redirect(`/desk/${request.seat!.handle}/begin/key`, 303);
    return show(desk, request, reply, "key", { state: { typed: {}, errors: { password: done.refused } } });
  });
  app.post("/desk/:handle/begin/key/passkey", ADMIN, async (request, reply) => {
    const form = readForm(PasskeyForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const no = stale(request);
    if (no) return sendRefusal(request, reply, no);
    if ("refused" in form) return show(desk, request, reply, "key", { state: form });
    const { credential = "", name } = form.value;
    const who = { ...request.visitor!, bound: bindToBrowser(request, reply) };
    const kept = await keepPasskey(house, who, { credential, name });
    if (isRefusal(kept)) return show(desk, request, reply, "key", { refusal: kept, state: formOf({ name }) });
    const onward = `/desk/${request.seat!.handle}/begin/key`;
    if (kept.codes) return sendPage(request, reply, backupCodesPage(pageContext(request, reply), kept.codes, onward));
    return reply.redirect(onward, 303);
  });
}

function addOtherActs(app: FastifyInstance, desk: Desk): void {
  const { house, rooms } = desk;
  const isCarer = (request: FastifyRequest) => request.visitor!.nodeAdmin;
  app.post("/desk/:handle/begin/mail/test", RARE, async (request, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form || !isCarer(request)) return sendRefusal(request, reply, { refused: "not-found" });
    const to = loadPersonRow(house.db.orm, request.visitor!.personId)?.email;
    if (!house.mailer || !to) return sendRefusal(request, reply, { refused: "no-mail" });
    const error = await tryMail(house.mailer, to, pageContext(request, reply).say, house.origin);
    const { handle } = request.seat!;
    noteMailTest(house.db, handle, { at: house.clock.now(), error });
    return reply.redirect(`/desk/${handle}/begin/mail`, 303);
  });
  app.post("/desk/:handle/begin/backup/hour", ADMIN, (request, reply) => {
    const form = readForm(HourForm, request.body);
    if (!isCarer(request)) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const time = "value" in form ? form.value.time.trim().padStart(5, "0").replace(".", ":") : "";
    const refusal = rooms.backups.chooseTime(time, request.visitor!.personId);
    if (!refusal) return goOn(desk, request, reply, "backup");
    return show(desk, request, reply, "backup", { state: { typed: { time }, errors: { time: refusal.refused } } });
  });
  app.post("/desk/:handle/begin/done/invite", RARE, (request, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const { actorId } = request.seat!;
    const link = invite(house, { actorId, role: "admin", email: null, byId: request.visitor!.personId });
    return show(desk, request, reply, "done", { link });
  });
}
