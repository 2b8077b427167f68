// What happens to who learns: people begin a path, do its modules, are certified; a certificate can be taken back.
import { createHmac, randomBytes } from "node:crypto";
import { addProof } from "../../activitypub/proof.ts";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import type { ClockTask } from "../../kernel/clock.ts";
import { encodeId } from "../../kernel/ids.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { type MembersHouse, makePerson } from "../../members/actions.ts";
import { type LetterWriter, queueLetter } from "../../members/letters/letterActions.ts";
import type { OwedLetter } from "../../members/letters/letterStore.ts";
import { queueNotice } from "../../members/notices/noticeActions.ts";
import { plainAddress, weighAsk } from "../../members/signIn.ts";
import { isSpent, loadAsks, loadPersonByEmail, saveAsks, spendToken } from "../../members/store.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { type Link, readLink, signLink } from "../../web/linkTokens.ts";
import { type Language, type Say, words } from "../../web/words.ts";
import { type Certificate, digestOfFacts, writeFacts } from "./certificate.ts";
import {
  changeCertificate,
  deleteSentAsks,
  findOfPath,
  insertAsk,
  insertCertificate,
  insertLearner,
  isBarred,
  listModules,
  listSteps,
  listUnnoted,
  loadAsk,
  loadCertificate,
  loadLearner,
  loadPath,
  saveStep,
  type TrainingPath,
} from "./store.ts";
import { mayCertify, progressOf, scoreOf } from "./training.ts";

const LINK_LIFE_MS = 60 * 60_000;
/** So many wait for a letter of one path while the mail server is away; what comes after is a flood, and pushes out the oldest. */
const ASKS_MAX = 1000;
const NOTED_AT_ONCE = 500;

/** Lets a person of this node begin. Who learns already goes on. Refuses `path-closed`. */
export function beginPath(
  { db, clock }: Pick<Wire, "db" | "clock">,
  path: TrainingPath,
  who: { readonly personId: string; readonly organisation: string },
): Refusal<"path-closed"> | null {
  return transact(db, (tx) => begin(tx, path, who, clock.now()));
}

function begin(
  tx: Tx,
  path: TrainingPath,
  { personId, organisation }: { readonly personId: string; readonly organisation: string },
  now: number,
): Refusal<"path-closed"> | null {
  // As it is now: who follows a link of yesterday may find it closed or taken away.
  const today = loadPath(tx, path.actorId, path.id);
  if (today?.state !== "published" || today.removedAt !== null) return { refused: "path-closed" };
  insertLearner(tx, { pathId: path.id, personId, actorId: path.actorId, organisation, startedAt: now });
  return null;
}

/** What somebody without an account writes to begin. */
export type LearnWish = {
  readonly name: string;
  readonly email: string;
  readonly organisation: string;
  /** Where they ask from: who floods mailboxes waits longer and longer. */
  readonly address: string;
  readonly language: Language;
};

/**
 * Owes a link to an address. Says nothing back: the page is the same whether the address is known, too eager or neither (SAFETY B51, C13).
 */
export function askToLearn(house: MembersHouse, path: TrainingPath, wish: LearnWish): void {
  const email = plainAddress(wish.email);
  const now = house.clock.now();
  const keyHash = createHmac("sha256", house.secret).update(`learn:${email}\n${wish.address}`).digest("hex");
  transact(house.db, (tx) => {
    const { mayWrite, asks } = weighAsk(loadAsks(tx, keyHash), now);
    saveAsks(tx, keyHash, asks);
    if (!mayWrite || !house.mailer) return;
    const { name, organisation, language } = wish;
    const ask = { id: encodeId(randomBytes(16)), pathId: path.id, actorId: path.actorId };
    insertAsk(tx, { ...ask, name, email, organisation, language, askedAt: now }, ASKS_MAX);
    queueLetter(tx, house, { actorId: path.actorId, kind: "learn", subjectId: ask.id }, now);
  });
}

/** How the letter with the way onto a path leaves: its hour begins then. */
export function trainingLetters(house: MembersHouse): { readonly learn: LetterWriter } {
  const write = async ({ subjectId }: OwedLetter) => {
    const tx = house.db.orm;
    const ask = loadAsk(tx, subjectId);
    const path = ask && loadPath(tx, ask.actorId, ask.pathId);
    if (!ask || path?.state !== "published" || path.removedAt !== null) return null;
    const { email, name, organisation, language } = ask;
    const next = new URLSearchParams({ path: path.id, name, organisation }).toString();
    const link = { subject: email, next, now: house.clock.now(), lifeMs: LINK_LIFE_MS };
    const url = `${path.actorId}/training/${path.slug}/enter/${await signLink(house, "learn", link)}`;
    const facts = { path: path.name, issuer: loadActor(tx, path.actorId)?.name ?? "", name, url };
    const say = words(language);
    return { to: email, subject: say("training.mail.subject", facts), text: say("training.mail.text", facts) };
  };
  return { learn: { write } };
}

/** The link of a token, if it still leads onto this path. Spends nothing: mail scanners open links too. */
export async function checkLearnLink(
  house: MembersHouse,
  path: TrainingPath,
  token: string,
): Promise<Link | Refusal<"link-spent">> {
  const link = await readLink(house, "learn", token, house.clock.now());
  if (isRefusal(link)) return link;
  const holds = new URLSearchParams(link.next).get("path") === path.id && !isSpent(house.db.orm, link.id);
  return holds ? link : { refused: "link-spent" };
}

/** Spends it: whoever reads that mailbox is in, as the person they are here or as a new one without a seat. */
export function useLearnLink(house: MembersHouse, path: TrainingPath, link: Link): { personId: string } | Refusal {
  const now = house.clock.now();
  const asked = new URLSearchParams(link.next);
  return transact(house.db, (tx) => {
    const known = loadPersonByEmail(tx, link.subject);
    if (known && known.disabledAt !== null) return { refused: "link-spent" };
    if (!spendToken(tx, link.id, link.expiresAt, now)) return { refused: "link-spent" };
    const name = asked.get("name") ?? "";
    const personId = known?.id ?? makePerson(tx, { name, email: link.subject, nodeAdmin: false, now });
    return begin(tx, path, { personId, organisation: asked.get("organisation") ?? "" }, now) ?? { personId };
  });
}

/** Notes that a learner has read a module, or what they answered. Refuses `not-found`: not on this path, no such module, or a lesson. */
export function doModule(
  { db, clock }: Pick<Wire, "db" | "clock">,
  path: TrainingPath,
  who: { readonly personId: string; readonly number: number },
  answers: readonly (number | null)[],
): { score: number | null } | Refusal<"not-found"> {
  const { personId, number } = who;
  return transact(db, (tx) => {
    const module = listModules(tx, path.id).find((one) => one.number === number);
    if (!module || module.kind === "lesson" || !loadLearner(tx, path.id, personId)) return { refused: "not-found" };
    const score = module.kind === "question" ? scoreOf(module, answers) : null;
    saveStep(tx, { pathId: path.id, number, personId, actorId: path.actorId, doneAt: clock.now(), score });
    return { score };
  });
}

/**
 * Certifies that a learner has learnt a path, in the name they write, signed with the actor's key. Who has one is given it again;
 * after one that was taken back there is another, with a code of its own, unless the desk has barred it. Refuses `not-found`,
 * `not-finished` {missing}, `certificate-barred` {name of who teaches}.
 */
export function certify(
  { db, clock, keyring }: Pick<Wire, "db" | "clock" | "keyring">,
  path: TrainingPath,
  who: { readonly personId: string; readonly nameWritten: string },
): Certificate | Refusal {
  const now = clock.now();
  return transact(db, (tx) => {
    const { id: pathId, actorId, name: pathName, hoursThousandths } = path;
    const { personId, nameWritten } = who;
    const known = loadCertificate(tx, pathId, personId);
    if (known?.revokedAt === null) return known;
    if (!loadLearner(tx, pathId, personId)) return { refused: "not-found" };
    if (isBarred(tx, pathId, personId))
      return { refused: "certificate-barred", name: loadActor(tx, actorId)?.name ?? "" };
    const steps = listSteps(tx, pathId, personId);
    const refusal = mayCertify(progressOf(path, listModules(tx, pathId), steps));
    if (refusal) return refusal;
    const code = encodeId(randomBytes(16));
    // Signed to the second: so it is written, and so it is checked.
    const issuedAt = Math.floor(now / 1000) * 1000;
    const told = { code, pathId, actorId, personId, nameWritten, pathName, hoursThousandths, issuedAt };
    const facts = writeFacts(told);
    const key = keyring.open(tx, actorId, "ed25519");
    const { proof } = addProof(facts, key, issuedAt) as { proof: { proofValue: string } };
    const signed = { digest: digestOfFacts(facts), keyId: key.keyId, proofValue: proof.proofValue, ...STANDING };
    insertCertificate(tx, { ...told, ...signed });
    recordAudit(tx, { what: "certified", actorId, byId: personId, aboutId: personId, detail: path.slug, at: now });
    return { ...told, ...signed };
  });
}

/** Nothing has been taken back. */
const STANDING = { revokedAt: null, revokedReason: null, isBarring: false } as const;

/**
 * Takes a certificate of that path back: from now on its code says so, and its person is written why. `isBarring`: they have no other until
 * `allowAnew`. Refuses `not-found`: none of that path, or taken back already.
 */
export function revokeCertificate(
  house: MembersHouse,
  path: TrainingPath,
  code: string,
  how: { readonly reason: string; readonly isBarring: boolean; readonly byId: string },
): Refusal<"not-found"> | null {
  const at = house.clock.now();
  const { reason, isBarring, byId } = how;
  return transact(house.db, (tx) => {
    const certificate = findOfPath(tx, path.id, code);
    if (certificate?.revokedAt !== null) return { refused: "not-found" };
    changeCertificate(tx, code, { revokedAt: at, revokedReason: reason, isBarring });
    const entry = { actorId: path.actorId, byId, aboutId: certificate.personId, detail: path.slug, at };
    recordAudit(tx, { what: isBarring ? "certificate-barred" : "certificate-revoked", ...entry });
    tellLearner(tx, house, { ...certificate, revokedReason: reason }, isBarring ? "barred" : "revoked", at);
    return null;
  });
}

/** Lets the person of a certificate that was taken back for good have another. Done twice it is done once. Refuses `not-found`. */
export function allowAnew(
  house: MembersHouse,
  path: TrainingPath,
  code: string,
  byId: string,
): Refusal<"not-found"> | null {
  const at = house.clock.now();
  return transact(house.db, (tx) => {
    const certificate = findOfPath(tx, path.id, code);
    if (!certificate) return { refused: "not-found" };
    if (!certificate.isBarring) return null;
    changeCertificate(tx, code, { isBarring: false });
    const entry = { actorId: path.actorId, byId, aboutId: certificate.personId, detail: path.slug, at };
    recordAudit(tx, { what: "certificate-allowed", ...entry });
    tellLearner(tx, house, certificate, "allowed", at);
    return null;
  });
}

/** Whoever shows a code must know what it says from now on: written also to who wants no mail about gatherings. */
function tellLearner(
  tx: Tx,
  house: MembersHouse,
  { code, personId, actorId, pathName: path, nameWritten: name, revokedReason }: Certificate,
  what: "revoked" | "barred" | "allowed",
  now: number,
): void {
  const issuer = loadActor(tx, actorId)?.name ?? "";
  const told = { path, name, issuer, reason: revokedReason ?? "", url: `${house.origin}/account/learning` };
  const write = (say: Say) => ({
    subject: say(`training.mail.${what}.subject`, told),
    text: say(`training.mail.${what}.text`, told),
  });
  const businessKey = `certificate:${code}:${what}`;
  queueNotice(tx, house, { personId, kind: "gathering", businessKey, write, isOwed: true }, now);
}

/** What time brings: who was at a lesson is written down, for who booked is forgotten and what was learnt is not; who had their letter, too. */
export function trainingClockTasks({ db }: Pick<Wire, "db">): ClockTask[] {
  return [
    {
      name: "note who was at lessons",
      everyMs: 60 * 60_000,
      run: (now) =>
        transact(db, (tx) => {
          for (const step of listUnnoted(tx, NOTED_AT_ONCE)) saveStep(tx, { ...step, doneAt: now, score: null });
        }),
    },
    {
      name: "forget who had the way onto a path",
      everyMs: 10 * 60_000,
      run: () => transact(db, (tx) => deleteSentAsks(tx)),
    },
  ];
}
