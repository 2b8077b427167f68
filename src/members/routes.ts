// The ways in for people: set-up, sign-in by one-time link, invitation, account, who sits at a desk.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { transact } from "../db/transact.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { isMailAddress } from "../web/mail.ts";
import { type DeskEntry, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { safePath } from "../web/safePath.ts";
import { cookieAttributes, endSession, startSession } from "../web/sessions.ts";
import { listSessions } from "../web/store.ts";
import { forgetUnsent } from "../web/unsent.ts";
import { LANGUAGES } from "../web/words.ts";
import {
  acceptInvitation,
  askSignIn,
  checkInvitation,
  checkSignIn,
  endOneSession,
  endOtherSessions,
  type MembersHouse,
  useSignIn,
} from "./actions.ts";
import { addActorRoutes } from "./actorRoutes.ts";
import { noteDeadLink } from "./audit/auditActions.ts";
import { addAuditRoutes } from "./audit/auditRoutes.ts";
import { addCredentialRoutes, enter } from "./credentials/credentialRoutes.ts";
import { countPasskeys, hasPasskeys, loadPassword } from "./credentials/credentialStore.ts";
import { rpIdOf } from "./credentials/passkey.ts";
import { addPasskeyRoutes } from "./credentials/passkeyRoutes.ts";
import { addEmailRoutes } from "./email/emailRoutes.ts";
import { addHouseholdRoutes } from "./households/householdRoutes.ts";
import type { StandingOf } from "./households/leaveActions.ts";
import { findNameless } from "./households/namelessStore.ts";
import type { OpeningBook } from "./imports/actions.ts";
import { addImportRoutes } from "./imports/routes.ts";
import { addJoinRoutes } from "./joining/joinRoutes.ts";
import { addNoticeRoutes, noticeChoice } from "./notices/noticeRoutes.ts";
import { listMuted } from "./notices/noticeStore.ts";
import { accountPage, enterPage, invitationPage, signInPage, signInSentPage } from "./pages.ts";
import { addPeopleCsv } from "./peopleCsvRoutes.ts";
import { addPeopleRoutes, type ProducersOf } from "./peopleRoutes.ts";
import { addDataRoutes } from "./privacy/dataRoutes.ts";
import type { ErasureDesk, OpenOrdersOf } from "./privacy/erasureActions.ts";
import { addPrivacyRoutes } from "./privacy/privacyRoutes.ts";
import { addRetentionRoutes } from "./privacy/retentionRoutes.ts";
import { addBeginRoutes } from "./setup/beginRoutes.ts";
import type { BeginRooms } from "./setup/beginStepRoutes.ts";
import { addSetupRoutes, type SetupRooms } from "./setup/setupRoutes.ts";
import { addSheetRoutes, type SheetsOf } from "./sheetRoutes.ts";
import { loadActorName, loadPersonRow, saveLanguage } from "./store.ts";

const PUBLIC = { policy: { public: true } } as const;
// Whoever guesses tokens or floods mailboxes meets this long before anything gives way.
const SLOW = { ...PUBLIC, rateLimit: { max: 20, timeWindow: 60_000 } } as const;
const SIGNED_IN = { policy: { signedIn: true } } as const;

/** Where desks lead to this room. */
export const MEMBERS_DESK: readonly DeskEntry[] = [
  { path: "people", label: "members.people.nav", kinds: ["gas", "producer", "district"], roles: ["admin"] },
  { path: "audit", label: "audit.nav", kinds: ["gas", "producer", "district"], roles: ["admin"] },
  { path: "household", label: "people.household.nav", kinds: ["gas"], roles: ["member"] },
];

/** What this room asks of others: to make the node's first actor, and what they know of a group. */
export type OtherRooms = SetupRooms &
  BeginRooms & {
    readonly producersOf: ProducersOf;
    readonly standingOf: StandingOf;
    readonly openOrdersOf: OpenOrdersOf;
    readonly keepErasure: ErasureDesk["keepErasure"];
    readonly openings: OpeningBook;
    readonly sheetsOf: SheetsOf;
  };

/** Adds every route of this room. */
export function addMemberRoutes(app: FastifyInstance, house: MembersHouse, rooms: OtherRooms): void {
  addSetupRoutes(app, house, rooms);
  addActorRoutes(app, house, rooms.createActor);
  addSignInRoutes(app, house);
  addInvitationRoutes(app, house, rooms.standingOf);
  addAccountRoutes(app, house);
  addPeopleRoutes(app, house, rooms.producersOf);
  addCredentialRoutes(app, house);
  addPasskeyRoutes(app, house);
  addPeopleCsv(app, house);
  addImportRoutes(app, { ...house, openings: rooms.openings, openOrdersOf: rooms.openOrdersOf });
  addBeginRoutes(app, house, rooms);
  addSheetRoutes(app, rooms.sheetsOf);
  addEmailRoutes(app, house);
  addAuditRoutes(app, house);
  addPrivacyRoutes(app, house);
  addRetentionRoutes(app, house);
  addDataRoutes(app, house, rooms);
  addJoinRoutes(app, house);
  addHouseholdRoutes(app, house, rooms.standingOf);
  addNoticeRoutes(app, house);
}

const Address = Type.Optional(Type.String({ maxLength: 254 }));

function addressErrors(email: string | undefined): Record<string, string> {
  return email === undefined || isMailAddress(email) ? {} : { email: "bad-address" };
}

type Token = { Params: { token: string } };
const SignInForm = Type.Object({
  email: Type.String({ maxLength: 254 }),
  next: Type.Optional(Type.String({ maxLength: 1000 })),
});
const Nothing = Type.Object({});

function addSignInRoutes(app: FastifyInstance, house: MembersHouse): void {
  // A way that nobody here goes is not offered.
  const ways = () => ({ hasMail: house.mailer !== null, hasPasskeys: hasPasskeys(house.db.orm) });
  const deliveries = new Set<Promise<void>>();
  app.addHook("onClose", async () => {
    await Promise.all(deliveries);
  });
  app.get<{ Querystring: { next?: string; again?: string } }>("/sign-in", { config: PUBLIC }, (request, reply) => {
    const next = typeof request.query.next === "string" ? safePath(request.query.next) : "/";
    // Where money moves, a sign-in grows old before the session does.
    if (request.visitor && request.query.again === undefined) return reply.redirect(next, 303);
    if (request.halfVisitor && request.query.again === undefined)
      return reply.redirect(`/sign-in/second?${new URLSearchParams({ next })}`, 303);
    return sendPage(request, reply, signInPage(pageContext(request, reply), FRESH, { ...ways(), next }));
  });
  app.post("/sign-in", { config: SLOW }, (request, reply) => {
    const form = readForm(SignInForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    const errors = "refused" in form ? form.errors : addressErrors(form.value.email);
    const c = pageContext(request, reply);
    if ("refused" in form || Object.keys(errors).length > 0) {
      const next = safePath(String(form.typed.next ?? "/"));
      return sendPage(request, reply, signInPage(c, { typed: form.typed, errors }, { ...ways(), next }));
    }
    const { email, next } = form.value;
    const { delivery } = askSignIn(house, { email, address: request.ip, next: safePath(next) });
    const settled = delivery
      .catch((error: unknown) => request.log.error({ err: error }, "a sign-in mail was not taken by the mail server"))
      .finally(() => deliveries.delete(settled));
    deliveries.add(settled);
    return sendPage(request, reply, signInSentPage(c));
  });
  app.get<Token>("/sign-in/:token", { config: SLOW }, async (request, reply) => {
    const link = await checkSignIn(house, request.params.token);
    if (isRefusal(link)) return sendRefusal(request, reply, link);
    return sendPage(request, reply, enterPage(pageContext(request, reply)));
  });
  app.post<Token>("/sign-in/:token", { config: SLOW }, async (request, reply) => {
    const form = readForm(Nothing, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const link = await checkSignIn(house, request.params.token);
    const entered = isRefusal(link) ? link : useSignIn(house, link);
    if (isRefusal(entered) || isRefusal(link)) {
      noteDeadLink(house);
      return sendRefusal(request, reply, { refused: "link-spent" });
    }
    return enter(request, reply, entered.personId, link.next);
  });
  app.post("/sign-out", { config: SIGNED_IN }, (request, reply) => {
    forgetUnsent(request);
    endSession(request, reply);
    return reply.redirect("/", 303);
  });
}

/** The name that whoever takes this invitation goes by; undefined: their own. */
function namelessOf(house: MembersHouse, request: FastifyRequest<Token>): string | undefined {
  const invitation = checkInvitation(house, request.params.token);
  if (isRefusal(invitation) || invitation.actorId === null || invitation.householdId === null) return undefined;
  return findNameless(house.db.orm, invitation.actorId, invitation.householdId);
}

const InvitationForm = Type.Object({ name: Type.String({ maxLength: 80 }), email: Address });

function addInvitationRoutes(app: FastifyInstance, house: MembersHouse, standingOf: StandingOf): void {
  const show = (request: FastifyRequest<Token>, reply: FastifyReply, state: FormState) => {
    const invitation = checkInvitation(house, request.params.token);
    if (isRefusal(invitation)) return sendRefusal(request, reply, invitation);
    const { role, email } = invitation;
    const actorName = loadActorName(house.db.orm, invitation.actorId ?? "") ?? "";
    const view = { actorName, role: role ?? "member", email, nameless: namelessOf(house, request) };
    return sendPage(request, reply, invitationPage(pageContext(request, reply), state, view));
  };
  app.get<Token>("/invitation/:token", { config: SLOW }, (request, reply) => show(request, reply, FRESH));
  app.post<Token>("/invitation/:token", { config: SLOW }, (request, reply) => {
    const nameless = namelessOf(house, request);
    const visitor = nameless === undefined ? request.visitor : null;
    const form = visitor || nameless ? readForm(Nothing, request.body) : readForm(InvitationForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, form);
    const wish = form.value as { name?: string; email?: string };
    const errors = addressErrors(wish.email);
    if (Object.keys(errors).length > 0) return show(request, reply, { typed: form.typed, errors });
    const who = visitor ? { personId: visitor.personId } : { name: wish.name ?? "", email: wish.email ?? null };
    const accepted = acceptInvitation(house, request.params.token, who, standingOf);
    if ("refused" in accepted) return sendRefusal(request, reply, accepted);
    if (!visitor) startSession(request, reply, accepted.personId);
    return reply.redirect("/", 303);
  });
}

const LanguageForm = Type.Object({ language: Type.Union(LANGUAGES.map((language) => Type.Literal(language))) });
const EndForm = Type.Object({ session: Type.String({ pattern: "^([0-9a-f]{64}|others)$" }) });

function addAccountRoutes(app: FastifyInstance, house: MembersHouse): void {
  const { db } = house;
  app.get("/account", { config: SIGNED_IN }, (request, reply) => {
    const { personId, sessionKey } = request.visitor!;
    const sessions = listSessions(db.orm, personId).map(({ idHash, device, seenAt }) => ({
      key: idHash,
      device,
      seenAt,
      isThis: idHash === sessionKey,
    }));
    const email = loadPersonRow(db.orm, personId)?.claimedEmail ?? null;
    const hasPassword = loadPassword(db.orm, personId) !== undefined;
    const passkeys = rpIdOf(house.origin) === null ? null : countPasskeys(db.orm, personId);
    const c = pageContext(request, reply);
    const notices = house.mailer ? noticeChoice(c, listMuted(db.orm, personId)) : "";
    return sendPage(request, reply, accountPage(c, { email, hasPassword, passkeys, sessions, notices }));
  });
  app.post("/account/language", { config: SIGNED_IN }, (request, reply) => {
    const form = readForm(LanguageForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const { cookies } = app.web;
    transact(db, (tx) => saveLanguage(tx, request.visitor!.personId, form.value.language));
    reply.clearCookie(cookies.language, cookieAttributes(cookies));
    return reply.redirect("/account", 303);
  });
  app.post("/account/sessions/end", { config: SIGNED_IN }, (request, reply) => {
    const form = readForm(EndForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, form);
    const { personId, sessionKey } = request.visitor!;
    if (form.value.session === "others") endOtherSessions(house, personId, sessionKey);
    else if (!endOneSession(house, personId, form.value.session))
      return sendRefusal(request, reply, { refused: "not-found" });
    return reply.redirect("/account", 303);
  });
}
