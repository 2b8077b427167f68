// Passwords: set, changed, tried. argon2id with 19 MiB, two passes, one lane; a try costs the same whoever is meant (SAFETY C11-C13).

import { type Argon2Parameters, argon2, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { transact } from "../../db/transact.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { recordAudit, recordKnock } from "../../web/auditStore.ts";
import { killSessions } from "../../web/store.ts";
import type { MembersHouse } from "../actions.ts";
import { queueNotice } from "../notices/noticeActions.ts";
import { plainAddress } from "../signIn.ts";
import { deleteAsks, loadAsks, loadPersonByEmail, loadPersonRow, saveAsks, saveLinksFrom } from "../store.ts";
import { deletePassword, loadPassword, savePassword } from "./credentialStore.ts";
import { judgePassword, weighTry } from "./password.ts";

const hash = promisify(argon2) as (algorithm: "argon2id", parameters: Argon2Parameters) => Promise<Buffer>;
const COST = { parallelism: 1, memory: 19_456, passes: 2, tagLength: 32 };
const NOBODY = { salt: randomBytes(16), hash: randomBytes(32) };

async function digest(password: string, salt: Buffer): Promise<Buffer> {
  return hash("argon2id", { ...COST, message: Buffer.from(password.normalize("NFC"), "utf8"), nonce: salt });
}

/** The common passwords of the world, loaded when somebody chooses one: two megabytes nobody else needs. */
async function listCommon(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return new Set(dictionary["passwords-common"]);
}

/**
 * Sets a person's password; their other sessions end and they are told by mail. Refuses `too-short`, `too-long`, `too-common`, `not-found`.
 */
export async function setPassword(
  house: MembersHouse,
  who: { personId: string; sessionKey: string },
  password: string,
): Promise<{ set: true } | Refusal> {
  const person = loadPersonRow(house.db.orm, who.personId);
  if (!person) return { refused: "not-found" };
  const personal = [
    ...person.name.split(/\s+/),
    ...(person.email ?? "").split(/[@.]/),
    "filiera",
    new URL(house.origin).hostname,
  ];
  const bad = judgePassword(password, { common: await listCommon(), personal });
  if (bad) return { refused: bad };
  const salt = randomBytes(16);
  const digested = await digest(password, salt);
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    savePassword(tx, { personId: who.personId, salt, hash: digested, setAt: now });
    killSessions(tx, who.personId, who.sessionKey);
    // A link that lies in some mailbox is older than this decision.
    saveLinksFrom(tx, who.personId, now);
    const entry = { actorId: null, byId: who.personId, aboutId: who.personId, detail: "", at: now };
    recordAudit(tx, { what: "password-set", ...entry });
    tellPerson(house, tx, who.personId, "password", now);
    return { set: true };
  });
}

/** Takes the password away: the link by mail remains. */
export function dropPassword(house: MembersHouse, who: { personId: string; sessionKey: string }): void {
  const now = house.clock.now();
  transact(house.db, (tx) => {
    if (!deletePassword(tx, who.personId)) return;
    killSessions(tx, who.personId, who.sessionKey);
    const entry = { actorId: null, byId: who.personId, aboutId: who.personId, detail: "", at: now };
    recordAudit(tx, { what: "password-dropped", ...entry });
    tellPerson(house, tx, who.personId, "noPassword", now);
  });
}

/** Takes somebody's password away from the command line: the link remains. Refuses `no-such-person`, `already-so` where there is none. */
export function resetPassword(house: MembersHouse, email: string): { reset: string } | Refusal {
  const now = house.clock.now();
  return transact(house.db, (tx) => {
    const person = loadPersonByEmail(tx, plainAddress(email));
    if (!person) return { refused: "no-such-person", email };
    if (!deletePassword(tx, person.id)) return { refused: "already-so" };
    killSessions(tx, person.id, null);
    recordAudit(tx, { what: "password-reset", actorId: null, byId: null, aboutId: person.id, detail: "", at: now });
    tellPerson(house, tx, person.id, "noPassword", now);
    return { reset: person.name };
  });
}

/**
 * Tries an address and a password. `wrong-password` whatever is wrong, `wait` {seconds} where somebody has guessed too often from there.
 */
export async function tryPassword(
  house: MembersHouse,
  typed: { email: string; password: string; address: string },
): Promise<{ personId: string } | Refusal<"wrong-password" | "wait">> {
  const email = plainAddress(typed.email);
  const now = house.clock.now();
  const keyHash = createHmac("sha256", house.secret).update(`password:${email}\n${typed.address}`).digest("hex");
  const waitMs = transact(house.db, (tx) => {
    // Counted before it is looked at: a hundred at once are a hundred.
    const tried = weighTry(loadAsks(tx, keyHash), now);
    saveAsks(tx, keyHash, tried.asks);
    return tried.waitMs;
  });
  if (waitMs > 0) return { refused: "wait", seconds: Math.ceil(waitMs / 1000) };
  const person = loadPersonByEmail(house.db.orm, email);
  const known = person && person.disabledAt === null ? loadPassword(house.db.orm, person.id) : undefined;
  const digested = await digest(typed.password, known?.salt ?? NOBODY.salt);
  const isRight = timingSafeEqual(digested, known?.hash ?? NOBODY.hash);
  if (!isRight || !known || !person) {
    const entry = { actorId: null, byId: null, aboutId: person?.id ?? null, detail: "", at: now };
    transact(house.db, (tx) => recordKnock(tx, { what: "wrong-password", ...entry }));
    return { refused: "wrong-password" };
  }
  transact(house.db, (tx) => deleteAsks(tx, keyHash));
  return { personId: person.id };
}

/** Writes to a person about their own sign-in: if it was not them, they know. What has the same `event` is written once. */
export function tellPerson(
  house: MembersHouse,
  tx: Parameters<typeof queueNotice>[0],
  personId: string,
  what: "password" | "noPassword" | "secondFactor" | "noSecondFactor" | "passkey" | "noPasskey" | "passkeyBehind",
  now: number,
  event = String(now),
): void {
  const host = new URL(house.origin).host;
  const business = `account:${what}:${event}`;
  queueNotice(
    tx,
    house,
    {
      personId,
      kind: "account",
      businessKey: business,
      write: (say) => ({
        subject: say("people.mail.accountSubject", { host }),
        text: say(`people.mail.account.${what}`, { host, url: `${house.origin}/account` }),
      }),
    },
    now,
  );
}
