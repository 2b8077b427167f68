// Passwords and second factors: signing in with them, and the pages where a person makes and drops them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import { safePath } from "../../web/safePath.ts";
import { startSession } from "../../web/sessions.ts";
import { isFresh, type Visitor } from "../../web/visitor.ts";
import type { MembersHouse } from "../actions.ts";
import {
  backupCodesPage,
  passwordPage,
  passwordSignInPage,
  secondFactorPage,
  secondFactorSetupPage,
  secondStepPage,
} from "./credentialPages.ts";
import { countBackupCodes, countPasskeys, loadPassword, loadSecondFactor } from "./credentialStore.ts";
import { dropPassword, setPassword, tryPassword } from "./passwordActions.ts";
import {
  beginSecondFactor,
  confirmSecondFactor,
  dropSecondFactor,
  needsSecondFactor,
  renewBackupCodes,
  tryCode,
} from "./secondFactorActions.ts";

const PUBLIC = { policy: { public: true } } as const;
const SLOW = { ...PUBLIC, rateLimit: { max: 20, timeWindow: 60_000 } } as const;
const SIGNED_IN = { policy: { signedIn: true }, rateLimit: { max: 30, timeWindow: 60_000 } } as const;
const Next = Type.Object({ next: Type.Optional(Type.String({ maxLength: 500 })) });
const PasswordSignIn = Type.Object({
  email: Type.String({ maxLength: 254 }),
  password: Type.String({ maxLength: 1000 }),
  next: Type.Optional(Type.String({ maxLength: 500 })),
});
const CodeForm = Type.Object({
  code: Type.String({ maxLength: 40 }),
  next: Type.Optional(Type.String({ maxLength: 500 })),
});
const OwnCode = Type.Object({ code: Type.String({ maxLength: 40 }) });
const PasswordForm = Type.Object({ password: Type.String({ maxLength: 1000 }) });
const Nothing = Type.Object({});

/** Begins the session of somebody whose first step was right, and leads on: to the second step where there is one. */
export function enter(request: FastifyRequest, reply: FastifyReply, personId: string, next: string): FastifyReply {
  startSession(request, reply, personId);
  const isHalf = request.server.web.findPerson(personId)?.secondFactor?.isOn === true;
  return reply.redirect(
    isHalf ? `/sign-in/second?${new URLSearchParams({ next: safePath(next) })}` : safePath(next),
    303,
  );
}

/** Adds `/sign-in/password`, `/sign-in/second`, `/account/password`, `/account/second-factor`. */
export function addCredentialRoutes(app: FastifyInstance, house: MembersHouse): void {
  addPasswordSignIn(app, house);
  addSecondStep(app, house);
  addPassword(app, house);
  addSecondFactor(app, house);
}

function told(request: FastifyRequest, reply: FastifyReply, refusal: Refusal) {
  return { sentence: sentenceOf(refusal, pageContext(request, reply).say), status: statusOf(refusal) };
}

function nextOf(request: FastifyRequest): string {
  const query = readForm(Next, request.query);
  return safePath("value" in query ? (query.value.next ?? "/") : "/");
}

function addPasswordSignIn(app: FastifyInstance, house: MembersHouse): void {
  app.get("/sign-in/password", { config: PUBLIC }, (request, reply) => {
    const view = { next: nextOf(request), refused: null };
    return sendPage(request, reply, passwordSignInPage(pageContext(request, reply), FRESH, view));
  });
  app.post("/sign-in/password", { config: SLOW }, async (request, reply) => {
    const form = readForm(PasswordSignIn, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const c = pageContext(request, reply);
    // A password is never shown again.
    const typed = { ...form.typed, password: "" };
    const next = safePath(String(form.typed.next ?? "/"));
    if ("refused" in form)
      return sendPage(request, reply, passwordSignInPage(c, { typed, errors: form.errors }, { next, refused: null }));
    const { email, password } = form.value;
    const tried = await tryPassword(house, { email, password, address: request.ip });
    if (!isRefusal(tried)) return enter(request, reply, tried.personId, next);
    const view = { next, refused: told(request, reply, tried) };
    return sendPage(request, reply, passwordSignInPage(c, { typed, errors: {} }, view));
  });
}

function addSecondStep(app: FastifyInstance, house: MembersHouse): void {
  app.get("/sign-in/second", { config: PUBLIC }, (request, reply) => {
    if (!request.halfVisitor) return reply.redirect(request.visitor ? nextOf(request) : "/sign-in", 303);
    const view = { next: nextOf(request), refused: null, ...stepsOf(house, request.halfVisitor.personId) };
    return sendPage(request, reply, secondStepPage(pageContext(request, reply), view));
  });
  app.post("/sign-in/second", { config: SLOW }, (request, reply) => {
    if (!request.halfVisitor) return reply.redirect("/sign-in", 303);
    const form = readForm(CodeForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const next = safePath(String(form.typed.next ?? "/"));
    const code = "refused" in form ? "" : form.value.code;
    const tried = tryCode(house, request.halfVisitor.personId, code);
    if (isRefusal(tried)) {
      const ways = stepsOf(house, request.halfVisitor.personId);
      const view = { next, refused: told(request, reply, tried), ...ways };
      return sendPage(request, reply, secondStepPage(pageContext(request, reply), view));
    }
    startSession(request, reply, tried.personId, true);
    return reply.redirect(next, 303);
  });
}

/** What a person can step in with. */
function stepsOf({ db }: MembersHouse, personId: string): { hasApp: boolean; hasPasskey: boolean } {
  return { hasApp: hasProvedApp(db.orm, personId), hasPasskey: countPasskeys(db.orm, personId) > 0 };
}

function hasProvedApp(tx: Tx, personId: string): boolean {
  return (loadSecondFactor(tx, personId)?.confirmedAt ?? null) !== null;
}

function wantsApp(request: FastifyRequest): boolean {
  return (request.query as { app?: unknown }).app === "1" || request.method === "POST";
}

/** What changes how somebody signs in asks for a fresh sign-in first. */
function refuseStale(request: FastifyRequest, house: MembersHouse): Refusal | null {
  return isFresh(request.visitor!, house.clock.now()) ? null : { refused: "own-sign-in-again", next: "/account" };
}

function addPassword(app: FastifyInstance, house: MembersHouse): void {
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const setAt = loadPassword(house.db.orm, request.visitor!.personId)?.setAt ?? null;
    const c = { ...pageContext(request, reply), path: "/account/password" };
    return sendPage(request, reply, passwordPage(c, state, { setAt }));
  };
  app.get("/account/password", { config: SIGNED_IN }, (request, reply) => show(request, reply, FRESH));
  app.post("/account/password", { config: SIGNED_IN }, async (request, reply) => {
    const stale = refuseStale(request, house);
    if (stale) return sendRefusal(request, reply, stale);
    const form = readForm(PasswordForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, { typed: {}, errors: form.errors });
    const done = await setPassword(house, request.visitor!, form.value.password);
    if (!isRefusal(done)) return reply.redirect("/account", 303);
    if (done.refused === "not-found") return sendRefusal(request, reply, done);
    return show(request, reply, { typed: {}, errors: { password: done.refused } });
  });
  app.post("/account/password/drop", { config: SIGNED_IN }, (request, reply) => {
    const form = readForm(Nothing, request.body);
    const no = "refused" in form ? form : refuseStale(request, house);
    if (no) return sendRefusal(request, reply, no);
    dropPassword(house, request.visitor!);
    return reply.redirect("/account", 303);
  });
}

function addSecondFactor(app: FastifyInstance, house: MembersHouse): void {
  const show = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal | null) => {
    const c = pageContext(request, reply);
    const visitor: Visitor = request.visitor!;
    const mustHave = needsSecondFactor(visitor);
    const hasPasskey = countPasskeys(house.db.orm, visitor.personId) > 0;
    const isOn = visitor.secondFactor?.isOn === true;
    // Who steps in with a passkey may have the app beside it, and asks for that.
    const begun = isOn && !wantsApp(request) ? null : beginSecondFactor(house, visitor.personId);
    if (!begun) {
      const codesLeft = countBackupCodes(house.db.orm, visitor.personId);
      const canAddApp = !hasProvedApp(house.db.orm, visitor.personId);
      return sendPage(request, reply, secondFactorPage(c, { codesLeft, mustHave, canAddApp }));
    }
    const dueAt = mustHave && !isOn ? (visitor.secondFactor?.dueAt ?? null) : null;
    const refused = refusal && told(request, reply, refusal);
    return sendPage(
      request,
      reply,
      secondFactorSetupPage(c, { ...begun, dueAt, refused, hasPasskey: hasPasskey && !isOn }),
    );
  };
  app.get("/account/second-factor", { config: SIGNED_IN }, (request, reply) => {
    const stale = refuseStale(request, house);
    if (stale) return sendRefusal(request, reply, { ...stale, next: "/account/second-factor" });
    return show(request, reply, null);
  });
  app.post("/account/second-factor", { config: { ...SIGNED_IN, secret: true } }, (request, reply) => {
    const form = readForm(OwnCode, request.body);
    const no = "refused" in form && form.refused === "unexpected-field" ? form : refuseStale(request, house);
    if (no) return sendRefusal(request, reply, no);
    const done = confirmSecondFactor(house, request.visitor!, "refused" in form ? "" : form.value.code);
    if (!isRefusal(done)) return sendPage(request, reply, backupCodesPage(pageContext(request, reply), done.codes));
    return done.refused === "wrong-code" ? show(request, reply, done) : sendRefusal(request, reply, done);
  });
  app.post("/account/second-factor/codes", { config: SIGNED_IN }, (request, reply) => {
    const stale = refuseStale(request, house);
    const made = stale ?? renewBackupCodes(house, request.visitor!);
    if (isRefusal(made)) return sendRefusal(request, reply, made);
    return sendPage(request, reply, backupCodesPage(pageContext(request, reply), made.codes));
  });
  app.post("/account/second-factor/drop", { config: SIGNED_IN }, (request, reply) => {
    const stale = refuseStale(request, house);
    if (stale) return sendRefusal(request, reply, stale);
    dropSecondFactor(house, request.visitor!);
    return reply.redirect("/account", 303);
  });
}
