// What is written to who is not here yet: the invitation to a seat, and the no to who asked for one.
import { words } from "../../web/words.ts";
import { invitationUrl, type MembersHouse } from "../actions.ts";
import { loadJoinRequest } from "../joining/joinStore.ts";
import { loadActorName, loadInvitation } from "../store.ts";
import type { LetterWriters } from "./letterActions.ts";
import type { OwedLetter } from "./letterStore.ts";

/** Subject and text of the letter of an invitation, by what it says; the keys of words. */
const INVITATIONS: Readonly<Record<string, readonly [string, string]>> = {
  administer: ["founding.mail.adminSubject", "founding.mail.adminText"],
  welcome: ["imports.mail.subject", "imports.mail.invited"],
  approved: ["people.mail.approvedSubject", "people.mail.approvedText"],
};

/** How these letters leave. */
export function answerLetters(house: MembersHouse): Pick<LetterWriters, "invitation" | "join-refused"> {
  return {
    invitation: { write: async (letter) => writeInvitation(house, letter) },
    "join-refused": { write: async (letter) => writeNo(house, letter) },
  };
}

/** Nothing where it was used, ended or taken back meanwhile. */
function writeInvitation(house: MembersHouse, { actorId, subjectId, facts }: OwedLetter) {
  const tx = house.db.orm;
  const invitation = loadInvitation(tx, subjectId);
  const [subject, text] = INVITATIONS[facts.what ?? ""] ?? [];
  if (!invitation?.email || invitation.spentAt !== null || invitation.expiresAt <= house.clock.now()) return null;
  if (!subject || !text) return null;
  const request = facts.request === undefined ? undefined : loadJoinRequest(tx, actorId, facts.request);
  const gas = loadActorName(tx, actorId) ?? "";
  const told = { gas, name: request?.name ?? gas, url: invitationUrl(house, facts.seed ?? "") };
  const say = words(request?.language ?? house.language);
  return { to: invitation.email, subject: say(subject, told), text: say(text, told) };
}

function writeNo({ db }: MembersHouse, { actorId, subjectId }: OwedLetter) {
  const request = loadJoinRequest(db.orm, actorId, subjectId);
  if (request?.state !== "refused") return null;
  const { email, language, name } = request;
  const say = words(language);
  const told = { gas: loadActorName(db.orm, actorId) ?? "", name };
  return { to: email, subject: say("people.mail.refusedSubject", told), text: say("people.mail.refusedText", told) };
}
