// Passkeys: made, shown, taken away. What they prove is checked by @simplewebauthn/server, loaded when the first one comes: it costs a
// quarter of a second and 20 MB that most starts of a node never need. WebAuthn Level 3; SAFETY section 8, C9, C15.

import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { recordAudit, recordKnock } from "../../web/auditStore.ts";
import { readLink, signLink } from "../../web/linkTokens.ts";
import { killSessions } from "../../web/store.ts";
import type { MembersHouse } from "../actions.ts";
import { loadPerson, loadPersonRow, spendToken } from "../store.ts";
import {
  countPasskeys,
  deletePasskey,
  hasSecondStep,
  insertPasskey,
  listPasskeys,
  loadPasskey,
  type PasskeyRow,
  savePasskeyUse,
} from "./credentialStore.ts";
import {
  ALGORITHMS,
  CHALLENGE_LIFE_MS,
  creationOptions,
  decode,
  encode,
  goesOn,
  isOwner,
  type MadeCredential,
  PASSKEYS_MAX,
  readMade,
  readShown,
  requestOptions,
  rpIdOf,
  type ShownCredential,
} from "./passkey.ts";
import { tellPerson } from "./passwordActions.ts";
import { beginPasskeyStep, endSecondStep, needsSecondFactor } from "./secondFactorActions.ts";

const DAY = 86_400_000;

type Who = { readonly personId: string; readonly sessionKey: string };
type Purpose = "create" | "get";
type Late = Refusal<"passkey-late">;

/** The options for a new passkey of this person, as JSON for the browser. `bound` ties them to it (bindToBrowser). */
export async function offerPasskey(house: MembersHouse, personId: string, bound: string): Promise<object> {
  const { name = "", email = null } = loadPersonRow(house.db.orm, personId) ?? {};
  const known = listPasskeys(house.db.orm, personId).map(({ id }) => id);
  const challenge = await makeChallenge(house, "create", bound);
  return creationOptions(house.origin, challenge, { id: personId, name, label: email ?? name }, known);
}

/** The options for signing in with any passkey of this node. */
export async function askPasskey(house: MembersHouse, bound: string): Promise<object> {
  return requestOptions(house.origin, await makeChallenge(house, "get", bound));
}

/**
 * Keeps a new passkey and tells its person by mail. For who must have a second step and has none it becomes one: then `codes` are
 * their backup codes, to be shown once. Refuses `passkey-late`, `passkey-refused`, `too-many-passkeys`.
 */
export async function keepPasskey(
  house: MembersHouse,
  who: Who & { readonly bound: string },
  sent: { credential: string; name: string },
): Promise<{ codes: string[] | null } | Refusal> {
  const written = readMade(sent.credential);
  if (!written) return { refused: "passkey-refused" };
  const late = await spendChallenge(house, "create", written.challenge, who.bound);
  if (late) return late;
  const proved = await proveMade(house, written.credential, written.challenge);
  if (isRefusal(proved)) return proved;
  const now = house.clock.now();
  const { personId } = who;
  return transact(house.db, (tx) => {
    const person = loadPerson(tx, personId);
    if (!person || loadPasskey(tx, proved.id)) return { refused: "passkey-refused" };
    if (countPasskeys(tx, personId) >= PASSKEYS_MAX) return { refused: "too-many-passkeys", most: PASSKEYS_MAX };
    insertPasskey(tx, { ...proved, personId, name: sent.name, createdAt: now, usedAt: null });
    const entry = { actorId: null, byId: personId, aboutId: personId, detail: "", at: now };
    recordAudit(tx, { what: "passkey-made", ...entry });
    tellPerson(house, tx, personId, "passkey", now);
    const isFirstStep = needsSecondFactor(person) && person.secondFactor?.isOn !== true;
    return { codes: isFirstStep ? beginPasskeyStep(house, tx, who, now) : null };
  });
}

/** Takes a passkey away: other devices sign in anew. The last one of who had no other second step takes that along. */
export function dropPasskey(house: MembersHouse, who: Who, id: string): { dropped: true } | Refusal<"not-found"> {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const hadStep = hasSecondStep(tx, who.personId);
    if (!deletePasskey(tx, who.personId, id)) return { refused: "not-found" };
    if (hadStep && !hasSecondStep(tx, who.personId)) endSecondStep(tx, who.personId, now);
    killSessions(tx, who.personId, who.sessionKey);
    const entry = { actorId: null, byId: who.personId, aboutId: who.personId, detail: "", at: now };
    recordAudit(tx, { what: "passkey-dropped", ...entry });
    tellPerson(house, tx, who.personId, "noPasskey", now);
    return { dropped: true };
  });
}

/**
 * Whose passkey this is. One whose counter does not go on was copied: it opens nothing, and its person is told. Refuses `passkey-late`,
 * and `passkey-refused` whatever else is wrong.
 */
export async function tryPasskey(
  house: MembersHouse,
  sent: { credential: string; bound: string },
): Promise<{ personId: string } | Refusal<"passkey-late" | "passkey-refused">> {
  const written = readShown(sent.credential);
  if (!written) return { refused: "passkey-refused" };
  const late = await spendChallenge(house, "get", written.challenge, sent.bound);
  if (late) return late;
  const { credential } = written;
  const known = loadPasskey(house.db.orm, credential.id);
  if (!known || !isOwner(credential, known.personId)) return { refused: "passkey-refused" };
  const counter = await proveShown(house, credential, written.challenge, known);
  if (counter === null) return { refused: "passkey-refused" };
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    // As it is now: while the signature was checked it may have been used elsewhere, or taken away.
    const row = loadPasskey(tx, credential.id);
    if (!row || !loadPerson(tx, row.personId)) return { refused: "passkey-refused" };
    if (!goesOn(row.counter, counter)) {
      const entry = { actorId: null, byId: null, aboutId: row.personId, detail: "", at: now };
      recordKnock(tx, { what: "passkey-behind", ...entry });
      // Once a day is enough, however often the copy is tried.
      tellPerson(house, tx, row.personId, "passkeyBehind", now, `${row.id}:${Math.floor(now / DAY)}`);
      return { refused: "passkey-refused" };
    }
    savePasskeyUse(tx, row.id, { counter, usedAt: now });
    return { personId: row.personId };
  });
}

/** A challenge is a signed word of this node about this browser: asking for one leaves no row, however many ask. */
async function makeChallenge(house: MembersHouse, purpose: Purpose, bound: string): Promise<string> {
  const word = { subject: `${purpose} ${bound}`, next: "/", now: house.clock.now(), lifeMs: CHALLENGE_LIFE_MS };
  return encode(await signLink(house, "passkey", word));
}

/** Spends a challenge, before anything is checked: good or bad, an answer to it counts once. */
async function spendChallenge(
  house: MembersHouse,
  purpose: Purpose,
  challenge: string,
  bound: string,
): Promise<Late | null> {
  const now = house.clock.now();
  const word = await readLink(house, "passkey", decode(challenge), now);
  if (isRefusal(word) || word.subject !== `${purpose} ${bound}`) return { refused: "passkey-late" };
  const isFirst = transact(house.db, (tx) => spendToken(tx, word.id, word.expiresAt, now));
  return isFirst ? null : { refused: "passkey-late" };
}

/** What every passkey must prove: made for this origin, in answer to this challenge, its person there and recognised. */
function expected({ origin }: MembersHouse, challenge: string) {
  const rpId = rpIdOf(origin);
  return {
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId ?? "",
    requireUserVerification: true,
  };
}

type Proved = Pick<PasskeyRow, "id" | "publicKey" | "counter">;

async function proveMade(
  house: MembersHouse,
  made: MadeCredential,
  challenge: string,
): Promise<Proved | Refusal<"passkey-refused">> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const response: RegistrationResponseJSON = { ...made, clientExtensionResults: {} };
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...expected(house, challenge),
      response,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return { refused: "passkey-refused" };
    const { id, publicKey, counter } = registrationInfo.credential;
    return { id, publicKey: Buffer.from(publicKey), counter };
  } catch {
    // The library throws whatever is wrong with what a stranger sent.
    return { refused: "passkey-refused" };
  }
}

/** The counter of a passkey that proved itself; null for one that did not. */
async function proveShown(
  house: MembersHouse,
  shown: ShownCredential,
  challenge: string,
  known: PasskeyRow,
): Promise<number | null> {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { userHandle: _, ...answer } = shown.response;
  const response: AuthenticationResponseJSON = { ...shown, response: answer, clientExtensionResults: {} };
  // The counter is compared in the transaction that keeps it, not here: two at once would both be right.
  const credential = { id: known.id, publicKey: new Uint8Array(known.publicKey), counter: 0 };
  try {
    const checked = await verifyAuthenticationResponse({ ...expected(house, challenge), response, credential });
    return checked.verified ? checked.authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}
