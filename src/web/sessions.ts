// Browser sessions: an opaque id in a cookie, its hash in a row, a new id at every sign-in (SAFETY section 8).

import { createHash, randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { keptMs, loadPeriods } from "../db/periods.ts";
import { isStorageTrouble } from "../db/storageTrouble.ts";
import { type Db, type Tx, transact } from "../db/transact.ts";
import { recordAudit } from "./auditStore.ts";
import {
  deleteDeadSessions,
  deleteSession,
  insertSession,
  loadSession,
  type SessionRow,
  touchSession,
} from "./store.ts";
import type { Person, Visitor } from "./visitor.ts";

const DAY = 86_400_000;
// Written at most this often, so that reading pages does not write the database.
const TOUCH_MS = 5 * 60_000;
const ID_BYTES = 32;
/** A first step without a second is worth nothing after this. */
const HALF_MS = 15 * 60_000;

/** How the cookies of this origin are named and set. */
export type CookieRules = {
  readonly session: string;
  readonly visit: string;
  readonly language: string;
  /** The key to what was written and not sent (unsent.ts). */
  readonly unsent: string;
  readonly secure: boolean;
};

/**
 * `__Host-` names on https. On plain http (loopback only) the port stands in the name: browsers share cookies between
 * ports, and the nodes of a demo would sign each other out.
 */
export function cookieRules(origin: string): CookieRules {
  const { protocol, port } = new URL(origin);
  if (protocol === "https:") {
    return {
      session: "__Host-filiera",
      visit: "__Host-filiera-visit",
      language: "__Host-filiera-lang",
      unsent: "__Host-filiera-unsent",
      secure: true,
    };
  }
  const tail = port || "80";
  return {
    session: `filiera-${tail}`,
    visit: `filiera-visit-${tail}`,
    language: `filiera-lang-${tail}`,
    unsent: `filiera-unsent-${tail}`,
    secure: false,
  };
}

/** The attributes every cookie of ours has. */
export function cookieAttributes(rules: CookieRules) {
  return { path: "/", httpOnly: true, sameSite: "lax", secure: rules.secure } as const;
}

/** Half signed in: the link or the password was right, and the second factor is still to come. */
export type HalfVisitor = { readonly personId: string; readonly sessionKey: string };

/** Reads the session of a request. A dead one is as good as none; one that waits for its second step is nobody's yet. */
export function readVisitor(
  request: FastifyRequest,
  db: Db,
  now: number,
  findPerson: (personId: string) => Person | undefined,
): { visitor: Visitor | null; half: HalfVisitor | null } {
  const none = { visitor: null, half: null };
  const id = request.cookies[request.server.web.cookies.session];
  if (!id) return none;
  const row = loadSession(db.orm, hashOf(id));
  if (!row || !isLive(db.orm, row, now)) return none;
  const person = findPerson(row.personId);
  if (!person) return none;
  if (person.secondFactor?.isOn && row.secondStepAt === null)
    return now - row.createdAt < HALF_MS ? { ...none, half: { personId: row.personId, sessionKey: row.idHash } } : none;
  if (now - row.seenAt >= TOUCH_MS) touch(db, row.idHash, now);
  return { visitor: { ...person, sessionKey: row.idHash, signedInAt: row.createdAt }, half: null };
}

/** Who only reads is served also while the disk is full: the session then looks older than it is. */
function touch(db: Db, idHash: string, now: number): void {
  try {
    transact(db, (tx) => touchSession(tx, idHash, now));
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
  }
}

function isLive(tx: Tx, row: SessionRow, now: number): boolean {
  const { idle, session } = loadPeriods(tx);
  return now - row.seenAt < idle * DAY && now - row.createdAt < session * DAY;
}

/**
 * Signs a person in: whatever session the browser had ends, and a new id starts. Call once the link is spent. `isSecondStep`: the second
 * factor was right too; without it the session of who has one waits for it.
 */
export function startSession(
  request: FastifyRequest,
  reply: FastifyReply,
  personId: string,
  isSecondStep = false,
): void {
  const { db, clock, cookies } = request.server.web;
  const id = randomBytes(ID_BYTES).toString("base64url");
  const now = clock.now();
  const old = request.cookies[cookies.session];
  const device = deviceOf(request.headers["user-agent"] ?? "");
  transact(db, (tx) => {
    if (old) deleteSession(tx, hashOf(old));
    forgetDeadSessions(tx, now);
    const secondStepAt = isSecondStep ? now : null;
    insertSession(tx, { idHash: hashOf(id), personId, device, createdAt: now, seenAt: now, secondStepAt });
    // Who has a second factor is in once it was right too.
    const isIn = isSecondStep || request.server.web.findPerson(personId)?.secondFactor?.isOn !== true;
    if (isIn)
      recordAudit(tx, { what: "signed-in", actorId: null, byId: personId, aboutId: personId, detail: device, at: now });
    request.server.web.onSignIn?.(tx, personId, now);
  });
  reply.setCookie(cookies.session, id, { ...cookieAttributes(cookies), maxAge: keptMs(db.orm, "session") / 1000 });
}

/** Forgets the sessions that are over: unused for as long as the node says, or too old. */
export function forgetDeadSessions(tx: Tx, now: number): void {
  const { idle, session } = loadPeriods(tx);
  deleteDeadSessions(tx, now - session * DAY, now - idle * DAY);
}

/**
 * Signs out: the row goes, the cookie goes, and the browser forgets the pages it kept. Its script and worker forget theirs; what
 * another person of the same phone could not send yet stays (static/app.js), which "storage" would take along.
 */
export function endSession(request: FastifyRequest, reply: FastifyReply): void {
  const { db, cookies, clock } = request.server.web;
  const id = request.cookies[cookies.session];
  const end = (tx: Tx, hash: string) => {
    const byId = deleteSession(tx, hash);
    if (byId === undefined) return;
    recordAudit(tx, { what: "signed-out", actorId: null, byId, aboutId: byId, detail: "", at: clock.now() });
  };
  if (id) transact(db, (tx) => end(tx, hashOf(id)));
  reply.clearCookie(cookies.session, cookieAttributes(cookies));
  reply.header("clear-site-data", '"cache"');
}

function hashOf(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

const BROWSERS = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["Firefox", "Firefox"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;
const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS", "Mac"],
  ["Linux", "Linux"],
] as const;

/** What a person recognises their own device by, and no more. */
export function deviceOf(userAgent: string): string {
  const named = (list: readonly (readonly [string, string])[]) => list.find(([mark]) => userAgent.includes(mark))?.[1];
  return [named(BROWSERS), named(SYSTEMS)].filter(Boolean).join(", ");
}
