// Where a person changes the address they sign in with, and where the links of that lead.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, FRESH } from "../../web/forms.ts";
import { isMailAddress } from "../../web/mail.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { isFresh } from "../../web/visitor.ts";
import type { MembersHouse } from "../actions.ts";
import { loadPersonRow } from "../store.ts";
import {
  askEmailChange,
  checkEmailChange,
  checkEmailUndo,
  confirmEmailChange,
  undoEmailChange,
} from "./emailActions.ts";
import { emailDonePage, emailLinkPage, emailPage } from "./emailPages.ts";

const SIGNED_IN = { config: { policy: { signedIn: true } } } as const;
const FEW = { config: { policy: { signedIn: true }, rateLimit: { max: 30, timeWindow: 10 * 60_000 } } } as const;
const SLOW = { config: { policy: { public: true }, rateLimit: { max: 20, timeWindow: 60_000 } } } as const;
const EmailForm = Type.Object({ email: Type.String({ maxLength: 254 }) });
const SentQuery = Type.Object({ sent: Type.Optional(Type.Literal("1")) });

type TokenRequest = FastifyRequest<{ Params: { token: string } }>;

/** Adds `/account/email`, `/email-prove/{token}`, `/email-undo/{token}`. */
export function addEmailRoutes(app: FastifyInstance, house: MembersHouse): void {
  addForm(app, house);
  app.get("/email-prove/:token", SLOW, async (request: TokenRequest, reply) => {
    const change = await checkEmailChange(house, request.params.token);
    if (isRefusal(change)) return sendRefusal(request, reply, change);
    return sendPage(request, reply, emailLinkPage(pageContext(request, reply), "prove", change.newEmail));
  });
  app.post("/email-prove/:token", SLOW, async (request: TokenRequest, reply) => {
    const done = await confirmEmailChange(house, request.params.token, request.visitor?.sessionKey ?? null);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    return sendPage(request, reply, emailDonePage(pageContext(request, reply), "prove"));
  });
  app.get("/email-undo/:token", SLOW, async (request: TokenRequest, reply) => {
    const change = await checkEmailUndo(house, request.params.token);
    if (isRefusal(change)) return sendRefusal(request, reply, change);
    return sendPage(request, reply, emailLinkPage(pageContext(request, reply), "undo", change.oldEmail ?? ""));
  });
  app.post("/email-undo/:token", SLOW, async (request: TokenRequest, reply) => {
    const done = await undoEmailChange(house, request.params.token);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    request.visitor = null;
    return sendPage(request, reply, emailDonePage(pageContext(request, reply), "undo"));
  });
}

function addForm(app: FastifyInstance, house: MembersHouse): void {
  const deliveries = new Set<Promise<unknown>>();
  app.addHook("onClose", async () => {
    await Promise.all(deliveries);
  });
  const show = (request: FastifyRequest, reply: FastifyReply, state: FormState) => {
    const query = readForm(SentQuery, request.method === "GET" ? request.query : {});
    if ("refused" in query) return sendRefusal(request, reply, { refused: "bad-request" });
    const email = loadPersonRow(house.db.orm, request.visitor!.personId)?.email ?? null;
    const c = { ...pageContext(request, reply), path: "/account/email" };
    return sendPage(request, reply, emailPage(c, state, { email, isSent: query.value.sent !== undefined }));
  };
  app.get("/account/email", SIGNED_IN, (request, reply) => show(request, reply, FRESH));
  app.post("/account/email", FEW, (request, reply) => {
    if (!isFresh(request.visitor!, house.clock.now()))
      return sendRefusal(request, reply, { refused: "own-sign-in-again", next: "/account/email" });
    const form = readForm(EmailForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    if (!isMailAddress(form.value.email))
      return show(request, reply, { typed: form.typed, errors: { email: "bad-address" } });
    const asked = askEmailChange(house, request.visitor!.personId, form.value.email);
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    const settled = asked.delivery.finally(() => deliveries.delete(settled));
    deliveries.add(settled);
    return reply.redirect("/account/email?sent=1", 303);
  });
}
