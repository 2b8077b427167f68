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
import { plainAddress, weighAsk } from "../../members/signIn.ts";
import { isSpent, loadAsks, loadPersonByEmail, saveAsks, spendToken } from "../../members/store.ts";
import { recordAudit } from "../../web/auditStore.ts";
import { type Link, readLink, signLink } from "../../web/linkTokens.ts";
import { type Language, words } from "../../web/words.ts";
import { type Certificate, digestOfFacts, writeFacts } from "./certificate.ts";
import {
  changeCertificate,
  findOfPath,
  insertCertificate,
  insertLearner,
  isBarred,
  listModules,
  listSteps,
  listUnnoted,
  loadCertificate,
  loadLearner,
  loadPath,
  saveStep,
  type TrainingPath,
} from "./store.ts";
import { mayCertify, progressOf, scoreOf } from "./training.ts";

const LINK_LIFE_MS = 60 * 60_000;
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
 * Writes a link to an address. Says nothing back: the page is the same whether the address is known, too eager or neither (SAFETY B51, C13).
 * `delivery` settles once the mail server has answered; the page must not wait for it.
 */
export function askToLearn(house: MembersHouse, path: TrainingPath, wish: LearnWish): { delivery: Promise<void> } {
  const email = plainAddress(wish.email);
  const now = house.clock.now();
  const keyHash = createHmac("sha256", house.secret).update(`learn:${email}\n${wish.address}`).digest("hex");
  const mayWrite = transact(house.db, (tx) => {
    const weighed = weighAsk(loadAsks(tx, keyHash), now);
    saveAsks(tx, keyHash, weighed.asks);
    return weighed.mayWrite;
  });
  const { mailer } = house;
  if (!mayWrite || !mailer) return { delivery: Promise.resolve() };
  const send = async () => {
    const say = words(wish.language);
    const { name, organisation } = wish;
    const next = new URLSearchParams({ path: path.id, name, organisation }).toString();
    const token = await signLink(house, "learn", { subject: email, next, now, lifeMs: LINK_LIFE_MS });
    const actor = loadActor(house.db.orm, path.actorId);
    const url = `${path.actorId}/training/${path.slug}/enter/${token}`;
    const facts = { path: path.name, issuer: actor?.name ?? "", name, url };
    await mailer.send({
      to: email,
      subject: say("training.mail.subject", facts),
      text: say("training.mail.text", facts),
    });
  };
  return { delivery: new Promise<void>((resolve) => setImmediate(resolve)).then(send) };
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
 * Takes a certificate of that path back: from now on its code says so, and its person reads why. `isBarring`: they have no other until
 * `allowAnew`. Refuses `not-found`: none of that path, or taken back already.
 */
export function revokeCertificate(
  { db, clock }: Pick<Wire, "db" | "clock">,
  path: TrainingPath,
  code: string,
  how: { readonly reason: string; readonly isBarring: boolean; readonly byId: string },
): Refusal<"not-found"> | null {
  const at = clock.now();
  const { reason, isBarring, byId } = how;
  return transact(db, (tx) => {
    const certificate = findOfPath(tx, path.id, code);
    if (certificate?.revokedAt !== null) return { refused: "not-found" };
    changeCertificate(tx, code, { revokedAt: at, revokedReason: reason, isBarring });
    const entry = { actorId: path.actorId, byId, aboutId: certificate.personId, detail: path.slug, at };
    recordAudit(tx, { what: isBarring ? "certificate-barred" : "certificate-revoked", ...entry });
    return null;
  });
}

/** Lets the person of a certificate that was taken back for good have another. Done twice it is done once. Refuses `not-found`. */
export function allowAnew(
  { db, clock }: Pick<Wire, "db" | "clock">,
  path: TrainingPath,
  code: string,
  byId: string,
): Refusal<"not-found"> | null {
  const at = clock.now();
  return transact(db, (tx) => {
    const certificate = findOfPath(tx, path.id, code);
    if (!certificate) return { refused: "not-found" };
    if (!certificate.isBarring) return null;
    changeCertificate(tx, code, { isBarring: false });
    const entry = { actorId: path.actorId, byId, aboutId: certificate.personId, detail: path.slug, at };
    recordAudit(tx, { what: "certificate-allowed", ...entry });
    return null;
  });
}

/** Writes down who was at a lesson: the list of who booked is forgotten three months later, what was learnt is not. */
export function noteAttendance({ db }: Pick<Wire, "db">): ClockTask {
  return {
    name: "note who was at lessons",
    everyMs: 60 * 60_000,
    run: (now) =>
      transact(db, (tx) => {
        for (const step of listUnnoted(tx, NOTED_AT_ONCE)) saveStep(tx, { ...step, doneAt: now, score: null });
      }),
  };
}
