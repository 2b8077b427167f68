// What can happen to people: set-up, invitation, sign-in. The command line uses the same functions.

import { createHash, createHmac, randomBytes } from "node:crypto";
import type { NetworkLevel } from "../activitypub/actor.ts";
import { describeActor } from "../activitypub/actors.ts";
import { keptMs } from "../db/periods.ts";
import { type Db, type Tx, transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { recordAudit } from "../web/auditStore.ts";
import { type Link, readLink, signLink } from "../web/linkTokens.ts";
import type { Mailer } from "../web/mail.ts";
import { RESERVED_HANDLES } from "../web/reserved.ts";
import { killSession, killSessions } from "../web/store.ts";
import type { Role } from "../web/visitor.ts";
import { type Language, words } from "../web/words.ts";
import { loadHousehold } from "./households/householdStore.ts";
import { moveToHousehold, type StandingOf } from "./households/leaveActions.ts";
import { findNameless } from "./households/namelessStore.ts";
import { queueLetter } from "./letters/letterActions.ts";
import { beginFirstRun } from "./setup/setupStore.ts";
import { FORGET_MS, plainAddress, weighAsk } from "./signIn.ts";
import {
  countPeople,
  deleteOldAsks,
  deleteOldLinks,
  deleteSetupInvitations,
  type InvitationRow,
  insertInvitation,
  insertPerson,
  insertSeat,
  isSpent,
  loadAsks,
  loadInvitation,
  loadPersonByEmail,
  loadPersonRow,
  type PersonRow,
  saveAsks,
  saveLanguage,
  saveLinksFrom,
  spendInvitation,
  spendToken,
} from "./store.ts";

/** What the actions need to know of the node. */
export type MembersHouse = {
  readonly db: Db;
  readonly origin: string;
  readonly secret: Buffer;
  readonly clock: { now(): number };
  readonly mailer: Mailer | null;
  /** The node's language, for mail to people who chose none. */
  readonly language: Language;
};

const SETUP_LIFE_MS = 60 * 60_000;
const INVITATION_LIFE_MS = 14 * 86_400_000;
// An invitation that ended may still be asked about; after a month it is nobody's business.
const SIGN_IN_LIFE_MS = 15 * 60_000;

/** The kinds of actor a person can make. */
export type FirstActor = {
  kind: "gas" | "producer" | "district";
  /** Of a district; a DES where nothing is said. */
  level?: NetworkLevel;
  handle: string;
  name: string;
  place: string;
};

/** Makes a local actor inside the caller's transaction, or says why not. Given by node.ts. */
export type CreateActor = (tx: Tx, wish: FirstActor) => { id: string; handle: string } | Refusal;

/**
 * The one-time link that sets up a node without people: valid for one hour, and the links before it die.
 * `setup-done` once somebody is here.
 */
export function issueSetupLink(house: MembersHouse): { url: string } | Refusal<"setup-done"> {
  const token = randomBytes(16).toString("base64url");
  const tokenHash = hashOf(token);
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    if (countPeople(tx) > 0) return { refused: "setup-done" };
    deleteSetupInvitations(tx);
    const blank = { actorId: null, role: null, email: null, householdId: null, spentAt: null };
    insertInvitation(tx, { ...blank, tokenHash, purpose: "setup", createdAt: now, expiresAt: now + SETUP_LIFE_MS });
    return { url: `${house.origin}/setup/${token}` };
  });
}

/** Whether the set-up link still holds. */
export function checkSetupLink(house: MembersHouse, token: string): Refusal<"link-spent" | "setup-done"> | null {
  if (countPeople(house.db.orm) > 0) return { refused: "setup-done" };
  const found = findInvitation(house.db.orm, token, "setup", house.clock.now());
  return isRefusal(found) ? found : null;
}

/**
 * Makes the first person, who looks after the node, and the first actor, whom they administer; the second half of the first run begins
 * there. All or nothing. `contact`: the mail address of a role, shown to everybody.
 */
export function setUp(
  house: MembersHouse,
  token: string,
  wish: FirstActor & { personName: string; email: string | null; contact?: string; language?: Language | null },
  createActor: CreateActor,
): { personId: string; handle: string } | Refusal {
  if (RESERVED_HANDLES.has(wish.handle)) return { refused: "handle-reserved", handle: wish.handle };
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    if (countPeople(tx) > 0) return { refused: "setup-done" };
    const invitation = findInvitation(tx, token, "setup", now);
    if (isRefusal(invitation)) return invitation;
    const { kind, level, handle, name, place, contact = "", language = null } = wish;
    const actor = createActor(tx, { kind, ...(level ? { level } : {}), handle, name, place });
    if (isRefusal(actor)) return actor;
    if (contact !== "") describeActor(tx, actor.id, { contact }, now);
    const personId = makePerson(tx, { name: wish.personName, email: wish.email, nodeAdmin: true, now });
    if (language) saveLanguage(tx, personId, language);
    for (const role of kind === "producer" ? (["admin", "producer"] as const) : (["admin"] as const)) {
      insertSeat(tx, { personId, actorId: actor.id, role, createdAt: now });
    }
    spendInvitation(tx, invitation.tokenHash, now);
    beginFirstRun(tx, actor.handle);
    const made = { byId: personId, aboutId: personId, detail: actor.handle, at: now };
    recordAudit(tx, { what: "actor-made", actorId: actor.id, ...made });
    return { personId, handle: actor.handle };
  });
}

/** What the letter of an invitation says: why it is sent, and to which request it answers. */
export type InvitationLetter =
  | { readonly what: "administer" | "welcome" }
  | { readonly what: "approved"; readonly request: string };

/**
 * What an invitation is to: a seat, for one address or whoever holds it. `byId`: who invites, if signed in. `letter`: it is written to the
 * address, where the node sends mail.
 */
export type InvitationWish = {
  readonly actorId: string;
  readonly role: Role;
  readonly email: string | null;
  readonly householdId?: string;
  readonly byId?: string;
  readonly letter?: InvitationLetter;
};

/** A one-time link to a seat, valid for 14 days. With an address, only that address is taken over. */
export function invite(house: MembersHouse, wish: InvitationWish): { url: string; expiresAt: number } {
  return transact(house.db, (tx) => inviteWithin(tx, house, wish));
}

/** The same inside the caller's transaction: with the actor it is for, or not at all. */
export function inviteWithin(
  tx: Tx,
  house: Pick<MembersHouse, "origin" | "clock" | "secret" | "mailer">,
  wish: InvitationWish,
): { url: string; expiresAt: number } {
  const seed = randomBytes(16).toString("base64url");
  const tokenHash = hashOf(tokenOf(house, seed));
  const createdAt = house.clock.now();
  const expiresAt = createdAt + INVITATION_LIFE_MS;
  const email = wish.email === null ? null : plainAddress(wish.email);
  const { actorId, role, householdId = null, byId = null } = wish;
  const row = { tokenHash, purpose: "seat", actorId, role, email, householdId, createdAt, expiresAt } as const;
  insertInvitation(tx, { ...row, spentAt: null });
  recordAudit(tx, { what: "invited", actorId, byId, aboutId: null, detail: role, at: createdAt });
  if (wish.letter)
    queueLetter(
      tx,
      house,
      { actorId, kind: "invitation", subjectId: tokenHash, facts: { seed, ...wish.letter } },
      createdAt,
    );
  return { url: invitationUrl(house, seed), expiresAt };
}

/** Where an invitation leads: from its seed the node alone can write it again, and no letter that waits holds a way in. */
export function invitationUrl(house: Pick<MembersHouse, "origin" | "secret">, seed: string): string {
  return `${house.origin}/invitation/${tokenOf(house, seed)}`;
}

/** The invitation of a token, if it still holds. */
export function checkInvitation(house: MembersHouse, token: string): InvitationRow | Refusal<"link-spent"> {
  return findInvitation(house.db.orm, token, "seat", house.clock.now());
}

/**
 * Takes the seat of an invitation: as the person who is signed in, or as a new one. An address somebody already signs
 * in with is noted and not used, without a word: whoever holds an invitation learns of no account (SAFETY C13). An invitation into a
 * household puts them there, into a nameless one as somebody new under its name; refuses `link-spent`, `household-open` where the one they would leave behind is not settled.
 */
export function acceptInvitation(
  house: MembersHouse,
  token: string,
  who: { personId: string } | { name: string; email: string | null },
  standingOf: StandingOf,
): { personId: string } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const invitation = findInvitation(tx, token, "seat", now);
    if (isRefusal(invitation)) return invitation;
    const { actorId, role, email, householdId } = invitation;
    if (actorId === null || role === null) return { refused: "link-spent" };
    const household = householdId === null ? undefined : loadHousehold(tx, actorId, householdId);
    if (householdId !== null && (!household || household.leftAt !== null)) return { refused: "link-spent" };
    const nameless = household && findNameless(tx, actorId, household.id);
    const personId = nameless
      ? makePerson(tx, { name: nameless, email: null, nodeAdmin: false, now })
      : "personId" in who
        ? who.personId
        : makePerson(tx, { name: who.name, email: email ?? who.email, nodeAdmin: false, now });
    // Before the seat: a member's seat without a household brings one of its own.
    const open = household && moveToHousehold(tx, { standingOf }, { actorId, personId }, household.id, now);
    if (open) return open;
    insertSeat(tx, { personId, actorId, role, createdAt: now });
    spendInvitation(tx, invitation.tokenHash, now);
    recordAudit(tx, { what: "joined", actorId, byId: personId, aboutId: personId, detail: role, at: now });
    return { personId };
  });
}

/** A sign-in link for the command line of a node without a mail server. `no-such-person` when nobody signs in so. */
export async function signInLink(
  house: MembersHouse,
  email: string,
): Promise<{ url: string } | Refusal<"no-such-person">> {
  const person = loadPersonByEmail(house.db.orm, plainAddress(email));
  if (!person || person.disabledAt !== null) return { refused: "no-such-person", email };
  return { url: await writeSignInUrl(house, person.id, "/") };
}

/**
 * Asks for a sign-in link by mail. Says nothing back: the page is the same whether the address is known, too eager or
 * neither. `delivery` settles once the mail server has answered; the page must not wait for it.
 */
export function askSignIn(
  house: MembersHouse,
  ask: { email: string; address: string; next: string },
): { delivery: Promise<void> } {
  const email = plainAddress(ask.email);
  const now = house.clock.now();
  const keyHash = createHmac("sha256", house.secret).update(`ask:${email}\n${ask.address}`).digest("hex");
  const person = transact(house.db, (tx) => {
    deleteOldAsks(tx, now - FORGET_MS);
    const { mayWrite, asks } = weighAsk(loadAsks(tx, keyHash), now);
    saveAsks(tx, keyHash, asks);
    const found = loadPersonByEmail(tx, email);
    return mayWrite && found?.disabledAt === null ? found : undefined;
  });
  const { mailer } = house;
  if (!person || !mailer) return { delivery: Promise.resolve() };
  // Begun once the answer is on its way: who asks hears it as soon as for an address nobody has (SAFETY B51).
  const answered = new Promise<void>((resolve) => setImmediate(resolve));
  return { delivery: answered.then(() => sendSignInMail(house, mailer, person, ask.next)) };
}

async function sendSignInMail(house: MembersHouse, mailer: Mailer, person: PersonRow, next: string): Promise<void> {
  const say = words(person.language ?? house.language);
  const url = await writeSignInUrl(house, person.id, next);
  const host = new URL(house.origin).host;
  await mailer.send({
    to: person.email ?? "",
    subject: say("members.mail.signInSubject", { host }),
    text: say("members.mail.signInText", { host, url, name: person.name }),
  });
}

async function writeSignInUrl(house: MembersHouse, personId: string, next: string): Promise<string> {
  const link = { subject: personId, next, now: house.clock.now(), lifeMs: SIGN_IN_LIFE_MS };
  return `${house.origin}/sign-in/${await signLink(house, "sign-in", link)}`;
}

/** The link of a token, if it would still sign somebody in. Spends nothing: mail scanners open links too. */
export async function checkSignIn(house: MembersHouse, token: string): Promise<Link | Refusal<"link-spent">> {
  const link = await readLink(house, "sign-in", token, house.clock.now());
  if (isRefusal(link)) return link;
  return canSignIn(house.db.orm, link) ? link : { refused: "link-spent" };
}

/** Spends a link that `checkSignIn` let through. Of two at once, one wins; older links of the person die with it. */
export function useSignIn(house: MembersHouse, link: Link): { personId: string } | Refusal<"link-spent"> {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    if (!canSignIn(tx, link) || !spendToken(tx, link.id, link.expiresAt, now)) return { refused: "link-spent" };
    saveLinksFrom(tx, link.subject, link.issuedAt);
    return { personId: link.subject };
  });
}

function canSignIn(tx: Tx, link: Link): boolean {
  const person = loadPersonRow(tx, link.subject);
  return (
    person !== undefined && person.disabledAt === null && link.issuedAt >= person.linksFromAt && !isSpent(tx, link.id)
  );
}

/** Ends every other session of a person. Returns how many there were. */
export function endOtherSessions(house: MembersHouse, personId: string, sessionKey: string): number {
  return endSessions(house, personId, (tx) => killSessions(tx, personId, sessionKey));
}

/** Ends one session of a person, by its key. False where there is none. */
export function endOneSession(house: MembersHouse, personId: string, sessionKey: string): boolean {
  return endSessions(house, personId, (tx) => (killSession(tx, personId, sessionKey) ? 1 : 0)) > 0;
}

function endSessions(house: MembersHouse, personId: string, end: (tx: Tx) => number): number {
  return transact(house.db, (tx) => {
    const ended = end(tx);
    const who = { actorId: null, byId: personId, aboutId: personId, at: house.clock.now() };
    if (ended > 0) recordAudit(tx, { what: "sessions-ended", ...who, detail: String(ended) });
    return ended;
  });
}

/** What time forgets in this room: links and invitations long over, and who asked for one. */
export function forgetOldLinks(house: MembersHouse): ClockTask {
  return {
    name: "forget old links",
    everyMs: 60 * 60_000,
    run: (now) =>
      transact(house.db, (tx) => {
        deleteOldLinks(tx, now - keptMs(tx, "links"), now);
        deleteOldAsks(tx, now - FORGET_MS);
      }),
  };
}

/** A new person. An address somebody signs in with already is noted and not used, without a word (SAFETY C13). Returns their id. */
export function makePerson(
  tx: Tx,
  wish: { name: string; email: string | null; phone?: string | null; nodeAdmin: boolean; now: number },
): string {
  const id = encodeId(randomBytes(16));
  const claimed = wish.email === null ? null : plainAddress(wish.email);
  const isFree = claimed !== null && !loadPersonByEmail(tx, claimed);
  const { name, phone = null, nodeAdmin, now } = wish;
  const reached = { email: isFree ? claimed : null, claimedEmail: claimed, phone };
  insertPerson(tx, { id, name, ...reached, nodeAdmin, createdAt: now });
  return id;
}

function findInvitation(
  tx: Tx,
  token: string,
  purpose: "setup" | "seat",
  now: number,
): InvitationRow | Refusal<"link-spent"> {
  const row = loadInvitation(tx, hashOf(token));
  const holds = row && row.purpose === purpose && row.spentAt === null && now < row.expiresAt;
  return holds ? row : { refused: "link-spent" };
}

function tokenOf({ secret }: Pick<MembersHouse, "secret">, seed: string): string {
  return createHmac("sha256", secret).update(`invitation:${seed}`).digest().subarray(0, 16).toString("base64url");
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
