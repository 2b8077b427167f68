// The second factor: a code that a phone makes every half minute (TOTP, RFC 6238), with backup codes on paper. SAFETY C15.

import { createHash, createHmac, randomBytes } from "node:crypto";
import { generateSecret, generateURI, verifySync } from "otplib";
import { openText, sealText } from "../../db/sealText.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit, recordKnock } from "../../web/auditStore.ts";
import { killSessions, markSecondStep } from "../../web/store.ts";
import type { MembersHouse } from "../actions.ts";
import { plainAddress } from "../signIn.ts";
import { deleteAsks, loadAsks, loadPerson, loadPersonByEmail, loadPersonRow, saveAsks } from "../store.ts";
import {
  countPasskeys,
  deleteSecondFactor,
  hasSecondStep,
  loadSecondFactor,
  replaceBackupCodes,
  saveSecondFactor,
  saveSecondFactorDue,
  spendBackupCode,
} from "./credentialStore.ts";
import { weighTry } from "./password.ts";
import { tellPerson } from "./passwordActions.ts";

const USE = "second factor";
const STEP_SECONDS = 30;
const CODES = 10;
/** How long somebody who must have a second factor may work without one, from their first sign-in. */
const GRACE_MS = 14 * 86_400_000;

type Who = { readonly personId: string; readonly sessionKey: string };

/** Whether a person must have one: who keeps the money, administers, looks after the node. */
export function needsSecondFactor(person: { nodeAdmin: boolean; seats: readonly { role: string }[] }): boolean {
  return person.nodeAdmin || person.seats.some(({ role }) => role === "admin" || role === "treasurer");
}

/** Notes a sign-in: for who must have a second factor and has none, the time to make one begins. Within the caller's transaction. */
export function noteSignIn(tx: Tx, personId: string, now: number): void {
  const [row, person] = [loadPersonRow(tx, personId), loadPerson(tx, personId)];
  if (!row || !person || row.secondFactorDueAt !== null || !needsSecondFactor(person)) return;
  saveSecondFactorDue(tx, personId, now + GRACE_MS);
}

/** A secret to be scanned, kept closed until a code proves it; one that waits is shown again. `uri` is otpauth:. Null: there is one already. */
export function beginSecondFactor(house: MembersHouse, personId: string): { secret: string; uri: string } | null {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const known = loadSecondFactor(tx, personId);
    if (known && known.confirmedAt !== null) return null;
    const secret = known ? openText(house.secret, USE, known.sealedSecret) : generateSecret();
    const row = { personId, confirmedAt: null, lastStep: 0, createdAt: now };
    if (!known) saveSecondFactor(tx, { ...row, sealedSecret: sealText(house.secret, USE, secret) });
    const label = loadPersonRow(tx, personId)?.name ?? "";
    return { secret, uri: generateURI({ issuer: `Filiera ${new URL(house.origin).host}`, label, secret }) };
  });
}

/** Proves the secret with its first code: from now on it is asked. Gives the backup codes, once. Refuses `wrong-code`, `already-so`. */
export function confirmSecondFactor(house: MembersHouse, who: Who, code: string): { codes: string[] } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const known = loadSecondFactor(tx, who.personId);
    if (!known || known.confirmedAt !== null) return { refused: "already-so" };
    const step = readCode(house, known.sealedSecret, code, known.lastStep, now);
    if (step === null) return { refused: "wrong-code" };
    saveSecondFactor(tx, { ...known, confirmedAt: now, lastStep: step });
    killSessions(tx, who.personId, who.sessionKey);
    markSecondStep(tx, who.sessionKey, now);
    noteAccount(tx, "second-factor-on", who.personId, now);
    tellPerson(house, tx, who.personId, "secondFactor", now);
    return { codes: makeCodes(tx, who.personId) };
  });
}

/**
 * New backup codes; those before are worth nothing. For who has a passkey alone they make it their second step. Refuses `not-found`
 * without either.
 */
export function renewBackupCodes(house: MembersHouse, who: Who): { codes: string[] } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    if (hasSecondStep(tx, who.personId)) {
      noteAccount(tx, "codes-renewed", who.personId, now);
      return { codes: makeCodes(tx, who.personId) };
    }
    return countPasskeys(tx, who.personId) > 0
      ? { codes: beginPasskeyStep(house, tx, who, now) }
      : { refused: "not-found" };
  });
}

/** From now on a sign-in by link or password asks for the passkey too, or for one of these codes. Within the caller's transaction. */
export function beginPasskeyStep(house: MembersHouse, tx: Tx, who: Who, now: number): string[] {
  killSessions(tx, who.personId, who.sessionKey);
  markSecondStep(tx, who.sessionKey, now);
  noteAccount(tx, "second-factor-on", who.personId, now);
  tellPerson(house, tx, who.personId, "secondFactor", now);
  return makeCodes(tx, who.personId);
}

/** Takes the second factor away. Who must have one makes another before they go on: the fourteen days are for the first alone. */
export function dropSecondFactor(house: MembersHouse, who: Who): void {
  const now = house.clock.now();
  transact(house.db, (tx) => {
    if (!hasSecondStep(tx, who.personId)) return;
    endSecondStep(tx, who.personId, now);
    killSessions(tx, who.personId, who.sessionKey);
    tellPerson(house, tx, who.personId, "noSecondFactor", now);
  });
}

/** No second step any more. Who must have one makes the next at once: the days of grace are for the first. Within the caller's transaction. */
export function endSecondStep(tx: Tx, personId: string, now: number): void {
  deleteSecondFactor(tx, personId);
  saveSecondFactorDue(tx, personId, now);
  noteAccount(tx, "second-factor-off", personId, now);
}

function noteAccount(
  tx: Tx,
  what: "second-factor-on" | "second-factor-off" | "codes-renewed",
  personId: string,
  at: number,
): void {
  recordAudit(tx, { what, actorId: null, byId: personId, aboutId: personId, detail: "", at });
}

/**
 * The second step of a sign-in: a code of the phone, never twice, half a minute early or late; or a backup code, once. Refuses `wrong-code`,
 * `wait` {seconds}: a million codes are guessed faster than one thinks.
 */
export function tryCode(house: MembersHouse, personId: string, typed: string): { personId: string } | Refusal {
  const now = house.clock.now();
  const keyHash = createHmac("sha256", house.secret).update(`code:${personId}`).digest("hex");
  return transact(house.db, (tx) => {
    const tried = weighTry(loadAsks(tx, keyHash), now);
    if (tried.waitMs > 0) return { refused: "wait", seconds: Math.ceil(tried.waitMs / 1000) };
    saveAsks(tx, keyHash, tried.asks);
    const known = loadSecondFactor(tx, personId);
    // A secret that was shown and never proved opens nothing.
    const isProved = known !== undefined && known.confirmedAt !== null;
    const step = isProved ? readCode(house, known.sealedSecret, typed, known.lastStep, now) : null;
    if (known && step !== null) saveSecondFactor(tx, { ...known, lastStep: step });
    else if (!spendBackupCode(tx, personId, hashOf(typed), now)) {
      recordKnock(tx, { what: "wrong-code", actorId: null, byId: null, aboutId: personId, detail: "", at: now });
      return { refused: "wrong-code" };
    }
    deleteAsks(tx, keyHash);
    return { personId };
  });
}

/** The step of a right code that is newer than the last one used; null for every other text. */
function readCode(house: MembersHouse, sealed: Buffer, typed: string, lastStep: number, now: number): number | null {
  const token = typed.replaceAll(/\s/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const secret = openText(house.secret, USE, sealed);
  const epoch = Math.floor(now / 1000);
  const thisStep = Math.floor(epoch / STEP_SECONDS);
  for (const step of [thisStep - 1, thisStep, thisStep + 1]) {
    const isRight = verifySync({ secret, token, epoch: step * STEP_SECONDS }).valid;
    if (isRight && step > lastStep) return step;
  }
  return null;
}

function makeCodes(tx: Tx, personId: string): string[] {
  const codes = Array.from({ length: CODES }, () =>
    randomBytes(6)
      .toString("hex")
      .replace(/^(.{4})(.{4})/, "$1-$2-"),
  );
  replaceBackupCodes(tx, personId, codes.map(hashOf));
  return codes;
}

function hashOf(code: string): string {
  return createHash("sha256")
    .update(code.toLowerCase().replaceAll(/[^0-9a-f]/g, ""))
    .digest("hex");
}

/**
 * Takes somebody's second factor away from the command line, for who lost phone and paper: they sign in by link and make another before
 * the pages of their roles open again. Refuses `no-such-person`, `already-so` where there is none.
 */
export function resetSecondFactor(house: MembersHouse, email: string): { reset: string } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const person = loadPersonByEmail(tx, plainAddress(email));
    if (!person) return { refused: "no-such-person", email };
    if (!hasSecondStep(tx, person.id)) return { refused: "already-so" };
    deleteSecondFactor(tx, person.id);
    saveSecondFactorDue(tx, person.id, now);
    killSessions(tx, person.id, null);
    recordAudit(tx, {
      what: "second-factor-reset",
      actorId: null,
      byId: null,
      aboutId: person.id,
      detail: "",
      at: now,
    });
    tellPerson(house, tx, person.id, "noSecondFactor", now);
    return { reset: person.name };
  });
}
