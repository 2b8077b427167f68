// The ways in for passkeys: signing in with one, making, listing and taking them away.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { bindToBrowser } from "../../web/formToken.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { sentenceOf, statusOf } from "../../web/refusals.ts";
import { safePath } from "../../web/safePath.ts";
import { deviceOf, startSession } from "../../web/sessions.ts";
import { isFresh } from "../../web/visitor.ts";
import type { MembersHouse } from "../actions.ts";
import { backupCodesPage } from "./credentialPages.ts";
import { listPasskeys } from "./credentialStore.ts";
import { PASSKEYS_MAX, rpIdOf } from "./passkey.ts";
import { askPasskey, dropPasskey, keepPasskey, offerPasskey, tryPasskey } from "./passkeyActions.ts";
import { passkeySignInPage, passkeysPage } from "./passkeyPages.ts";

const PUBLIC = { policy: { public: true } } as const;
const SLOW = { ...PUBLIC, rateLimit: { max: 20, timeWindow: 60_000 } } as const;
const SIGNED_IN = { policy: { signedIn: true }, rateLimit: { max: 30, timeWindow: 60_000 } } as const;
const CREDENTIAL_CHARS = 50_000;
const Next = Type.Object({ next: Type.Optional(Type.String({ maxLength: 1000 })) });
const ShownForm = Type.Object({
  credential: Type.Optional(Type.String({ maxLength: CREDENTIAL_CHARS })),
  next: Type.Optional(Type.String({ maxLength: 1000 })),
});
const MadeForm = Type.Object({
  credential: Type.Optional(Type.String({ maxLength: CREDENTIAL_CHARS })),
  name: Type.String({ maxLength: 60 }),
});
const DropForm = Type.Object({ id: Type.String({ maxLength: 1364 }) });

/** Adds `/sign-in/passkey` and `/account/passkeys`. */
export function addPasskeyRoutes(app: FastifyInstance, house: MembersHouse): void {
  addSignIn(app, house);
  addOwn(app, house);
}

function told(request: FastifyRequest, reply: FastifyReply, refusal: Refusal | null) {
  return refusal && { sentence: sentenceOf(refusal, pageContext(request, reply).say), status: statusOf(refusal) };
}

function addSignIn(app: FastifyInstance, house: MembersHouse): void {
  const show = async (request: FastifyRequest, reply: FastifyReply, next: string, refusal: Refusal | null) => {
    if (rpIdOf(house.origin) === null) return sendRefusal(request, reply, { refused: "not-found" });
    const options = await askPasskey(house, bindToBrowser(request, reply));
    const view = { next: safePath(next), options, refused: told(request, reply, refusal) };
    return sendPage(request, reply, passkeySignInPage(pageContext(request, reply), view));
  };
  app.get("/sign-in/passkey", { config: PUBLIC }, (request, reply) => {
    const query = readForm(Next, request.query);
    return show(request, reply, "value" in query ? (query.value.next ?? "/") : "/", null);
  });
  app.post("/sign-in/passkey", { config: SLOW }, async (request, reply) => {
    const form = readForm(ShownForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const { credential = "", next = "/" } = form.value;
    const tried = await tryPasskey(house, { credential, bound: bindToBrowser(request, reply) });
    if (isRefusal(tried)) return show(request, reply, next, tried);
    // The device asked for a finger, a face or a PIN: having it and opening it are the two steps.
    startSession(request, reply, tried.personId, true);
    return reply.redirect(safePath(next), 303);
  });
}

function addOwn(app: FastifyInstance, house: MembersHouse): void {
  const isStale = (request: FastifyRequest) => !isFresh(request.visitor!, house.clock.now());
  const show = async (request: FastifyRequest, reply: FastifyReply, state: FormState, refusal: Refusal | null) => {
    const { personId } = request.visitor!;
    const passkeys = listPasskeys(house.db.orm, personId);
    const offer = async () => ({ options: await offerPasskey(house, personId, bindToBrowser(request, reply)) });
    const no = rpIdOf(house.origin) === null ? "nameless" : isStale(request) ? "stale" : null;
    const making = no ?? (passkeys.length >= PASSKEYS_MAX ? "full" : await offer());
    const view = { passkeys, making, refused: told(request, reply, refusal) } as const;
    return sendPage(request, reply, passkeysPage(pageContext(request, reply), state, view));
  };
  app.get("/account/passkeys", { config: SIGNED_IN }, (request, reply) =>
    show(request, reply, formOf({ name: deviceOf(request.headers["user-agent"] ?? "") }), null),
  );
  app.post("/account/passkeys", { config: SIGNED_IN }, async (request, reply) => {
    const form = readForm(MadeForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if (isStale(request))
      return sendRefusal(request, reply, { refused: "own-sign-in-again", next: "/account/passkeys" });
    if ("refused" in form) return show(request, reply, form, null);
    const who = { ...request.visitor!, bound: bindToBrowser(request, reply) };
    const { credential = "", name } = form.value;
    const kept = await keepPasskey(house, who, { credential, name });
    if (isRefusal(kept)) return show(request, reply, { typed: { name }, errors: {} }, kept);
    if (kept.codes) return sendPage(request, reply, backupCodesPage(pageContext(request, reply), kept.codes));
    return reply.redirect("/account/passkeys", 303);
  });
  app.post("/account/passkeys/drop", { config: SIGNED_IN }, (request, reply) => {
    const form = readForm(DropForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    if (isStale(request))
      return sendRefusal(request, reply, { refused: "own-sign-in-again", next: "/account/passkeys" });
    const done = dropPasskey(house, request.visitor!, form.value.id);
    return isRefusal(done) ? sendRefusal(request, reply, done) : reply.redirect("/account/passkeys", 303);
  });
}
