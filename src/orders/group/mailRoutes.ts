// Where an administrator writes the group's own words for its mails, looks at them, and goes back to ours.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { sendRefusal } from "../../web/errors.ts";
import { formats } from "../../web/format.ts";
import type { FormState } from "../../web/forms.ts";
import { pageContext, sendPage } from "../../web/page.ts";
import { readForm } from "../../web/readForm.ts";
import { clashWith, savedForm } from "../../web/seen.ts";
import { words } from "../../web/words.ts";
import { nameOf } from "../namesStore.ts";
import { listOrders, loadOrder } from "../store.ts";
import { mailPage, mailsPage } from "./mailPages.ts";
import { previewMail } from "./mailPreview.ts";
import { dropMailText, listMailTexts, loadMailText, saveMailText } from "./mailStore.ts";
import { checkMailText, MAIL_KINDS, type MailKind, type MailText, ourMailText } from "./mailTexts.ts";

const ADMINS = { config: { policy: { seat: ["admin"] as const } } };
const PATH = "/desk/:handle/settings/mail";

type Language = "it" | "en";
type KindRequest = FastifyRequest<{ Params: { handle: string; kind: string } }>;

const LanguageField = Type.Enum(["it", "en"]);
const Query = Type.Object({ language: Type.Optional(LanguageField) });
const TextForm = Type.Object({
  seen: Type.Optional(Type.String({ maxLength: 40 })),
  language: LanguageField,
  // Lengths and lines are refused with their own words, not cut by the reader of forms.
  subject: Type.String({ maxLength: 1000 }),
  body: Type.String({ maxLength: 20_000 }),
  act: Type.Enum(["save", "preview"]),
});
const ResetForm = Type.Object({ language: LanguageField });

/** Adds `/desk/{handle}/settings/mail` and, for a kind, its page. */
export function registerMailTexts(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get(PATH, ADMINS, (request, reply) =>
    sendPage(request, reply, mailsPage(pageContext(request, reply), listMailTexts(orm, request.seat!.actorId))),
  );
  app.get(`${PATH}/:kind`, ADMINS, (request: KindRequest, reply) => {
    const kind = kindOf(request);
    const query = readForm(Query, request.query);
    if (!kind || "refused" in query) return sendRefusal(request, reply, { refused: "not-found" });
    const language = query.value.language ?? pageContext(request, reply).language;
    const { subject, body } = currentText(wire, request, kind, language);
    return showText(wire, request, reply, { kind, language, state: savedForm({ subject, body }) });
  });
  app.post(`${PATH}/:kind`, ADMINS, (request: KindRequest, reply) => {
    const kind = kindOf(request);
    const form = readForm(TextForm, request.body);
    if (!kind) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form && !("typed" in form)) return sendRefusal(request, reply, form);
    const language = form.typed.language === "en" ? "en" : "it";
    const show = (errors: FormState["errors"]) =>
      showText(wire, request, reply, { kind, language, state: { typed: form.typed, errors } });
    if ("refused" in form) return show(form.errors);
    const { subject, body, act } = form.value;
    const refusal = checkMailText(kind, language, { subject, body });
    if (refusal) return show({ [String(refusal.field)]: refusal.refused });
    if (act === "preview") return show({});
    const saved = currentText(wire, request, kind, language);
    const clash = clashWith({ subject: saved.subject, body: saved.body }, form.typed);
    if (clash) return showText(wire, request, reply, { kind, language, state: clash });
    const key = { actorId: request.seat!.actorId, kind, language } as const;
    transact(wire.db, (tx) => {
      saveMailText(tx, key, { subject, body }, wire.clock.now());
      noteText(tx, request, kind, wire.clock.now());
    });
    return reply.redirect(`/desk/${request.params.handle}/settings/mail/${kind}?language=${language}`, 303);
  });
  app.post(`${PATH}/:kind/reset`, ADMINS, (request: KindRequest, reply) => {
    const kind = kindOf(request);
    const form = readForm(ResetForm, request.body);
    if (!kind || "refused" in form) return sendRefusal(request, reply, { refused: kind ? "bad-request" : "not-found" });
    const { language } = form.value;
    transact(wire.db, (tx) => {
      dropMailText(tx, { actorId: request.seat!.actorId, kind, language });
      noteText(tx, request, kind, wire.clock.now());
    });
    return reply.redirect(`/desk/${request.params.handle}/settings/mail/${kind}?language=${language}`, 303);
  });
}

function noteText(tx: Tx, request: FastifyRequest, kind: MailKind, at: number): void {
  const [actorId, byId] = [request.seat!.actorId, request.visitor!.personId];
  recordAudit(tx, { what: "mail-text", actorId, byId, aboutId: null, detail: kind, at });
}

function kindOf(request: KindRequest): MailKind | undefined {
  return MAIL_KINDS.find((kind) => kind === request.params.kind);
}

/** The group's words, or ours. */
function currentText(wire: Wire, request: FastifyRequest, kind: MailKind, language: Language): MailText {
  const own = loadMailText(wire.db.orm, { actorId: request.seat!.actorId, kind, language });
  return own ?? ourMailText(kind, language, words(language));
}

function showText(
  wire: Wire,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: { readonly kind: MailKind; readonly language: Language; readonly state: FormState },
): FastifyReply {
  const { kind, language, state } = shown;
  const { actorId, actorName, handle } = request.seat!;
  const { orm } = wire.db;
  const { subject = "", body = "" } = state.typed as Record<string, string>;
  const [head] = listOrders(orm, actorId, { limit: 1 });
  const order = head && loadOrder(orm, actorId, head.id);
  const voice = { language, say: words(language), format: formats(language) };
  const facts = order && {
    ...{ reader: request.visitor!.name, order, producer: nameOf(orm, order.producerId), group: actorName },
    ...{ pickups: order.pickups, url: `${wire.origin}/desk/${handle}/orders/${order.id}` },
    textOf: () => ({ subject, body }),
  };
  const preview = order && facts ? previewMail(voice, kind, facts, order.lines) : null;
  const isOwn = loadMailText(orm, { actorId, kind, language }) !== null;
  return sendPage(request, reply, mailPage(pageContext(request, reply), state, { kind, language, isOwn, preview }));
}
