// Another address to sign in with: asked for, proven by a link sent there, told to the old address with a way back for a week. SAFETY section 8.
import { randomBytes } from "node:crypto";
import { type Tx, transact } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { type LinkKind, readLink, signLink } from "../../web/linkTokens.ts";
import { MailFailure } from "../../web/mail.ts";
import { killSessions } from "../../web/store.ts";
import { words } from "../../web/words.ts";
import type { MembersHouse } from "../actions.ts";
import { plainAddress } from "../signIn.ts";
import { loadPersonByEmail, loadPersonRow, type PersonRow, saveLinksFrom } from "../store.ts";
import {
  deleteCredentialsSince,
  type EmailChange,
  insertEmailChange,
  loadEmailChange,
  loadLastEmailChange,
  saveEmail,
  saveEmailChange,
} from "./emailStore.ts";

const PROVE_LIFE_MS = 60 * 60_000;
/** How long the old address can take the change back. */
const UNDO_LIFE_MS = 7 * 86_400_000;

/**
 * Sends a link to a new address of a person; nothing has changed until it is used. To an address somebody signs in with already nothing is
 * sent, and nothing said (C13): `delivery` settles once the mail server has answered, and the page does not wait for it. Refuses
 * `email-by-hand` on a node that sends no mail, `same-email`.
 */
export function askEmailChange(
  house: MembersHouse,
  personId: string,
  wanted: string,
): { delivery: Promise<unknown> } | Refusal {
  const person = loadPersonRow(house.db.orm, personId);
  const newEmail = plainAddress(wanted);
  if (!house.mailer || !person) return { refused: "email-by-hand" };
  if (newEmail === person.email) return { refused: "same-email" };
  const id = encodeId(randomBytes(16));
  const askedAt = house.clock.now();
  const isFree = loadPersonByEmail(house.db.orm, newEmail) === undefined;
  transact(house.db, (tx) => {
    insertEmailChange(tx, {
      id,
      personId,
      oldEmail: person.email,
      newEmail,
      askedAt,
      confirmedAt: null,
      undoneAt: null,
    });
    note(tx, "email-asked", personId, askedAt);
  });
  const letter = { what: "emailProve", kind: "email-prove", id, at: askedAt } as const;
  return { delivery: isFree ? writeTo(house, person, newEmail, letter) : Promise.resolve() };
}

/** Gives a person another address from the command line. Refuses `no-such-person`, `email-taken`. */
export function setEmailByHand(house: MembersHouse, email: string, wanted: string): { email: string } | Refusal {
  const at = house.clock.now();
  const newEmail = plainAddress(wanted);
  return transact(house.db, (tx) => {
    const person = loadPersonByEmail(tx, plainAddress(email));
    if (!person) return { refused: "no-such-person", email };
    if (loadPersonByEmail(tx, newEmail)) return { refused: "email-taken" };
    saveEmail(tx, person.id, newEmail);
    saveLinksFrom(tx, person.id, at);
    killSessions(tx, person.id, null);
    const entry = { actorId: null, byId: null, aboutId: person.id, detail: "", at };
    recordAudit(tx, { what: "email-changed", ...entry });
    return { email: newEmail };
  });
}

/** The change a link would confirm. Refuses `link-spent` for every link that would not. */
export async function checkEmailChange(house: MembersHouse, token: string): Promise<EmailChange | Refusal> {
  const link = await readLink(house, "email-prove", token, house.clock.now());
  if (isRefusal(link)) return link;
  return provable(house.db.orm, link.subject) ?? { refused: "link-spent" };
}

/**
 * The new address takes the place of the old one, which is told first: where that cannot be, nothing changes. All sessions but the one in
 * hand end. Refuses `link-spent`, `mail-not-sent`.
 */
export async function confirmEmailChange(
  house: MembersHouse,
  token: string,
  sessionKey: string | null,
): Promise<{ email: string } | Refusal> {
  const change = await checkEmailChange(house, token);
  if (isRefusal(change)) return change;
  const person = loadPersonRow(house.db.orm, change.personId);
  const at = house.clock.now();
  if (person && change.oldEmail !== null) {
    const letter = { what: "emailUndo", kind: "email-undo", id: change.id, at } as const;
    const unsent = await writeTo(house, person, change.oldEmail, letter);
    if (unsent) return unsent;
  }
  return transact(house.db, (tx) => {
    const now = provable(tx, change.id);
    if (!now) return { refused: "link-spent" };
    saveEmail(tx, now.personId, now.newEmail);
    saveEmailChange(tx, now.id, { confirmedAt: at });
    saveLinksFrom(tx, now.personId, at);
    killSessions(tx, now.personId, sessionKey);
    note(tx, "email-changed", now.personId, at);
    return { email: now.newEmail };
  });
}

/** The change that the old address may take back. Refuses `link-spent`. */
export async function checkEmailUndo(house: MembersHouse, token: string): Promise<EmailChange | Refusal> {
  const link = await readLink(house, "email-undo", token, house.clock.now());
  if (isRefusal(link)) return link;
  return undoable(house.db.orm, link.subject) ?? { refused: "link-spent" };
}

/**
 * Puts the old address back. Somebody else was in: every session ends, and the password and the passkeys made since go. Refuses `link-spent`.
 */
export async function undoEmailChange(house: MembersHouse, token: string): Promise<{ undone: true } | Refusal> {
  const change = await checkEmailUndo(house, token);
  if (isRefusal(change)) return change;
  const at = house.clock.now();
  return transact(house.db, (tx) => {
    const now = undoable(tx, change.id);
    if (!now) return { refused: "link-spent" };
    saveEmail(tx, now.personId, now.oldEmail);
    saveEmailChange(tx, now.id, { undoneAt: at });
    saveLinksFrom(tx, now.personId, at);
    deleteCredentialsSince(tx, now.personId, now.askedAt);
    killSessions(tx, now.personId, null);
    note(tx, "email-undone", now.personId, at);
    return { undone: true };
  });
}

/** A change that waits for its proof: the last one asked for, of a person who may sign in, to an address nobody has. */
function provable(tx: Tx, id: string): EmailChange | undefined {
  const change = loadEmailChange(tx, id);
  if (!change || change.confirmedAt !== null || loadLastEmailChange(tx, change.personId)?.id !== id) return undefined;
  const isOpen = loadPersonRow(tx, change.personId)?.disabledAt === null;
  return isOpen && !loadPersonByEmail(tx, change.newEmail) ? change : undefined;
}

/** A change that was made and not taken back, whose old address nobody else signs in with by now. */
function undoable(tx: Tx, id: string): EmailChange | undefined {
  const change = loadEmailChange(tx, id);
  if (!change || change.confirmedAt === null || change.undoneAt !== null || change.oldEmail === null) return undefined;
  return loadPersonByEmail(tx, change.oldEmail) ? undefined : change;
}

type Letter = {
  readonly what: "emailProve" | "emailUndo";
  readonly kind: LinkKind;
  readonly id: string;
  readonly at: number;
};

async function writeTo(
  house: MembersHouse,
  person: PersonRow,
  to: string,
  { what, kind, id, at }: Letter,
): Promise<Refusal<"mail-not-sent"> | null> {
  const say = words(person.language ?? house.language);
  const lifeMs = kind === "email-undo" ? UNDO_LIFE_MS : PROVE_LIFE_MS;
  const token = await signLink(house, kind, { subject: id, next: "/account", now: at, lifeMs });
  const facts = { host: new URL(house.origin).host, name: person.name, url: `${house.origin}/${kind}/${token}` };
  try {
    await house.mailer?.send({
      to,
      subject: say(`people.mail.${what}Subject`, facts),
      text: say(`people.mail.${what}`, facts),
    });
    return null;
  } catch (error) {
    if (!(error instanceof MailFailure)) throw error;
    return { refused: "mail-not-sent" };
  }
}

function note(tx: Tx, what: "email-asked" | "email-changed" | "email-undone", personId: string, at: number): void {
  recordAudit(tx, { what, actorId: null, byId: personId, aboutId: personId, detail: "", at });
}
