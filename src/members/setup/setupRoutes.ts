// The way in of the first run: behind the set-up link, one question a page; answers are kept, so that whoever stops goes on there.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type, { type TObject } from "typebox";
import { NETWORK_LEVELS } from "../../activitypub/actor.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { isHandle } from "../../kernel/ids.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type FormState, formOf } from "../../web/forms.ts";
import { isMailAddress } from "../../web/mail.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm, type Typed } from "../../web/readForm.ts";
import { RESERVED_HANDLES } from "../../web/reserved.ts";
import { cookieAttributes, startSession } from "../../web/sessions.ts";
import { LANGUAGES } from "../../web/words.ts";
import { type CreateActor, checkSetupLink, type MembersHouse, setUp } from "../actions.ts";
import { nextSetupStep, SETUP_STEPS, type SetupDraft, type SetupStep } from "./setup.ts";
import { checkAddress, keepAnswer } from "./setupActions.ts";
import { ACTOR_KINDS, setupPage } from "./setupPages.ts";
import { loadSetupDraft } from "./setupStore.ts";

type Token = { Params: { token: string } };
type StepRequest = FastifyRequest<{ Params: { token: string; step: string } }>;

// Whoever guesses tokens meets this long before anything gives way; who answers ten questions does not.
const SLOW = { policy: { public: true }, rateLimit: { max: 40, timeWindow: 60_000 } } as const;
const YEAR_SECONDS = 365 * 86_400;

const LanguageForm = Type.Object({ language: Type.Union(LANGUAGES.map((language) => Type.Literal(language))) });
const AddressForm = Type.Object({ act: Type.Union([Type.Literal("try"), Type.Literal("next")]) });
const KindForm = Type.Object({
  kind: Type.Union(ACTOR_KINDS.map((kind) => Type.Literal(kind))),
  level: Type.Optional(Type.Union(NETWORK_LEVELS.map((level) => Type.Literal(level)))),
});
const WhoForm = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 100 }),
  handle: Type.String({ maxLength: 30 }),
  place: Type.String({ maxLength: 80 }),
  contact: Type.Optional(Type.String({ maxLength: 254 })),
});
const YouForm = Type.Object({
  personName: Type.String({ maxLength: 80 }),
  email: Type.Optional(Type.String({ maxLength: 254 })),
});

/** What this part asks of others: to make the first actor, and to read a document over the network. */
export type SetupRooms = { readonly createActor: CreateActor; readonly fetchDocument: Wire["fetchDocument"] };

/** A step being answered, its link found to hold. */
type Turn = {
  readonly house: MembersHouse;
  readonly rooms: SetupRooms;
  readonly request: StepRequest;
  readonly reply: FastifyReply;
};

/** Adds `/setup/{token}` and its steps. */
export function addSetupRoutes(app: FastifyInstance, house: MembersHouse, rooms: SetupRooms): void {
  app.get<Token>("/setup/:token", { config: SLOW }, (request, reply) => {
    const { token } = request.params;
    const refusal = checkSetupLink(house, token);
    if (refusal) return sendRefusal(request, reply, refusal);
    return reply.redirect(`/setup/${token}/${nextSetupStep(loadSetupDraft(house.db.orm))}`, 303);
  });
  app.get("/setup/:token/:step", { config: SLOW }, (request: StepRequest, reply) => {
    const { token, step } = request.params;
    const refusal = checkSetupLink(house, token);
    if (refusal) return sendRefusal(request, reply, refusal);
    if (!isStep(step)) return sendRefusal(request, reply, { refused: "not-found" });
    const draft = loadSetupDraft(house.db.orm);
    // Nobody is made before it is known who they look after.
    if (step === "you" && !(draft.kind && draft.who))
      return reply.redirect(`/setup/${token}/${draft.kind ? "who" : "kind"}`, 303);
    const chosen = { language: pageContext(request, reply).language };
    return show({ house, rooms, request, reply }, step, formOf(typedOf({ ...chosen, ...draft }, step)));
  });
  app.post("/setup/:token/:step", { config: SLOW }, (request: StepRequest, reply) => {
    const { token, step } = request.params;
    const refusal = checkSetupLink(house, token);
    if (refusal) return sendRefusal(request, reply, refusal);
    if (!isStep(step)) return sendRefusal(request, reply, { refused: "not-found" });
    return ANSWERS[step]({ house, rooms, request, reply });
  });
}

function isStep(text: string): text is SetupStep {
  return SETUP_STEPS.some((step) => step === text);
}

/** What a page shows in its fields of what was answered before. */
function typedOf(draft: SetupDraft, step: SetupStep): Typed {
  if (step === "language") return { language: draft.language ?? "" };
  if (step === "kind") return { kind: "gas", level: "des", ...draft.kind };
  return step === "who" ? { ...draft.who } : {};
}

function show({ house, request, reply }: Turn, step: SetupStep, state: FormState): FastifyReply {
  const base = `/setup/${request.params.token}`;
  const view = { step, base, draft: loadSetupDraft(house.db.orm) };
  return sendPage(request, reply, setupPage(pageContext(request, reply), state, view));
}

/** Reads the form of a step; null once the answer to whoever sent it has left. */
function readStep<S extends TObject>(turn: Turn, step: SetupStep, schema: S) {
  const form = readForm(schema, turn.request.body);
  if (!("refused" in form)) return form;
  if (form.refused === "unexpected-field") sendRefusal(turn.request, turn.reply, form);
  else show(turn, step, form);
  return null;
}

/** Keeps an answer and leads to the step after. */
function keep({ house, request, reply }: Turn, answer: SetupDraft, next: SetupStep): FastifyReply {
  const refusal = keepAnswer(house, request.params.token, answer);
  if (refusal) return sendRefusal(request, reply, refusal);
  return reply.redirect(`/setup/${request.params.token}/${next}`, 303);
}

const ANSWERS: Record<SetupStep, (turn: Turn) => FastifyReply | Promise<FastifyReply>> = {
  language: (turn) => {
    const form = readStep(turn, "language", LanguageForm);
    if (!form) return turn.reply;
    const { cookies } = turn.request.server.web;
    const { language } = form.value;
    turn.reply.setCookie(cookies.language, language, { ...cookieAttributes(cookies), maxAge: YEAR_SECONDS });
    return keep(turn, { language }, "address");
  },
  address: async (turn) => {
    const form = readStep(turn, "address", AddressForm);
    if (!form) return turn.reply;
    const { house, rooms } = turn;
    if (form.value.act === "try")
      return keep(turn, { address: await checkAddress(house, rooms.fetchDocument) }, "address");
    return keep(turn, { address: loadSetupDraft(house.db.orm).address ?? null }, "kind");
  },
  kind: (turn) => {
    const form = readStep(turn, "kind", KindForm);
    if (!form) return turn.reply;
    const { kind, level = "des" } = form.value;
    return keep(turn, { kind: { kind, level } }, "who");
  },
  who: (turn) => {
    const form = readStep(turn, "who", WhoForm);
    if (!form) return turn.reply;
    const { contact = "", ...who } = form.value;
    const bad = isHandle(who.handle) ? (RESERVED_HANDLES.has(who.handle) ? "reserved" : null) : "bad-handle";
    const errors = { ...(bad ? { handle: bad } : {}), ...addressErrors("contact", contact) };
    if (Object.keys(errors).length > 0) return show(turn, "who", { typed: form.typed, errors });
    return keep(turn, { who: { ...who, contact } }, "you");
  },
  you: (turn) => {
    const form = readStep(turn, "you", YouForm);
    if (!form) return turn.reply;
    const { personName, email = "" } = form.value;
    const errors = addressErrors("email", email);
    if (Object.keys(errors).length > 0) return show(turn, "you", { typed: form.typed, errors });
    const { house, rooms, request, reply } = turn;
    const { token } = request.params;
    const { kind, who, language = null } = loadSetupDraft(house.db.orm);
    if (!kind || !who) return reply.redirect(`/setup/${token}`, 303);
    const wish = { ...kind, ...who, language, personName, email: email === "" ? null : email };
    const made = setUp(house, token, wish, rooms.createActor);
    if (isRefusal(made)) return sendRefusal(request, reply, made);
    startSession(request, reply, made.personId);
    return reply.redirect(`/desk/${made.handle}/begin/key`, 303);
  },
};

function addressErrors(name: string, address: string): Record<string, string> {
  return address === "" || isMailAddress(address) ? {} : { [name]: "bad-address" };
}
