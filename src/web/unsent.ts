// What somebody had written when they had to sign in (again): kept sealed for a day, for that person in that browser alone. Nothing is
// ever sent by itself: the form comes back filled in (unsentRoutes.ts), and its person sends it. ADR 0037.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isStorageTrouble } from "../db/storageTrouble.ts";
import { type Tx, transact } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { ownerOfForm } from "./formToken.ts";
import { safePath } from "./safePath.ts";
import { cookieAttributes } from "./sessions.ts";
import { deleteOldUnsent, deleteUnsent, insertUnsent, listUnsent, loadUnsent } from "./store.ts";
import { FIELDS_MAX, fieldsToKeep, type Unsent } from "./unsentFields.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What this form says is a secret: it is never kept for who must sign in again. */
    secret?: true;
  }
}

const LIFE_MS = 86_400_000;
const BYTES_MAX = 64 * 1024;
/** Beyond these the oldest goes. */
const FORMS_OF_PERSON = 5;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const SEAL_BYTES = 16;

/** Where the form comes back. */
export function unsentPath(id: string): string {
  return `/unsent/${id}`;
}

/**
 * Keeps the form of this request. Null: there was nothing written in it. "lost": it could not be kept, because it is too long, or a
 * secret, or no page of ours says whose it is. The body must have been read.
 */
export function keepUnsent(
  request: FastifyRequest,
  reply: FastifyReply,
): { readonly id: string; readonly leftOut: boolean } | "lost" | null {
  const { db, clock, findPerson } = request.server.web;
  const personId = ownerOfForm(request);
  const { fields, leftOut } = fieldsToKeep(request.body);
  if (fields.length === 0 && !leftOut) return null;
  const isOther = request.visitor !== null && request.visitor.personId !== personId;
  if (!personId || isOther || !findPerson(personId) || request.routeOptions.config.secret) return "lost";
  const unsent: Unsent = { action: request.url, page: pageOf(request), fields, leftOut };
  const text = Buffer.from(JSON.stringify(unsent));
  if (text.length > BYTES_MAX || fields.length > FIELDS_MAX) return "lost";
  const id = encodeId(randomBytes(16));
  const sealed = seal(keyOf(request, id, browserKey(request, reply)), text);
  try {
    transact(db, (tx) => {
      forgetOldUnsent(tx, clock.now());
      insertUnsent(tx, { id, personId, sealed, madeAt: clock.now() });
      for (const row of listUnsent(tx, personId).slice(FORMS_OF_PERSON)) deleteUnsent(tx, row.id);
    });
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
    return "lost";
  }
  return { id, leftOut };
}

/** The form of that id, for the person it is of, in the browser it was written in; undefined for everybody else, and after a day. */
export function openUnsent(request: FastifyRequest, id: string): Unsent | undefined {
  const { db, clock, cookies } = request.server.web;
  const row = loadUnsent(db.orm, id);
  const browser = request.cookies[cookies.unsent];
  if (!row || !browser || row.personId !== request.visitor?.personId) return undefined;
  if (clock.now() - row.madeAt >= LIFE_MS) return undefined;
  const text = unseal(keyOf(request, id, browser), row.sealed);
  return text && (JSON.parse(text.toString()) as Unsent);
}

/** Forgets what this browser keeps for its person: all of it, or what was for `action`, once that went through. */
export function forgetUnsent(request: FastifyRequest, action?: string): void {
  const { db, cookies } = request.server.web;
  const { visitor } = request;
  if (!visitor || !request.cookies[cookies.unsent]) return;
  const mine = listUnsent(db.orm, visitor.personId).filter(({ id }) => {
    const unsent = openUnsent(request, id);
    return unsent && (action === undefined || unsent.action === action);
  });
  if (mine.length > 0) transact(db, (tx) => mine.forEach(({ id }) => void deleteUnsent(tx, id)));
}

/** Forgets what nobody came back for within a day. */
export function forgetOldUnsent(tx: Tx, now: number): void {
  deleteOldUnsent(tx, now - LIFE_MS);
}

/** The page of ours on which the form stood. */
export function pageOf(request: FastifyRequest): string {
  const { origin } = request.server.web;
  const said = request.headers.referer ?? "";
  if (!said.startsWith(`${origin}/`)) return "";
  const path = safePath(said.slice(origin.length).split("#", 1)[0]);
  const [, id] = /^\/unsent\/([a-z2-7]{26})$/.exec(path) ?? [];
  // Sent from where it had come back, and too late once more.
  const before = id === undefined ? undefined : sealedPage(request, id);
  return before ?? (id === undefined ? path : "");
}

function sealedPage(request: FastifyRequest, id: string): string | undefined {
  const { db, cookies } = request.server.web;
  const row = loadUnsent(db.orm, id);
  const browser = request.cookies[cookies.unsent];
  const text = row && browser && unseal(keyOf(request, id, browser), row.sealed);
  return text ? (JSON.parse(text.toString()) as Unsent).page : undefined;
}

/** A secret of this browser alone, without which no row can be read: not by another person, nor out of a copied database. */
function browserKey(request: FastifyRequest, reply: FastifyReply): string {
  const { cookies } = request.server.web;
  const known = request.cookies[cookies.unsent];
  const key = known && /^[\w-]{43}$/.test(known) ? known : randomBytes(KEY_BYTES).toString("base64url");
  request.cookies[cookies.unsent] = key;
  reply.setCookie(cookies.unsent, key, { ...cookieAttributes(cookies), maxAge: LIFE_MS / 1000 });
  return key;
}

function keyOf({ server }: FastifyRequest, id: string, browser: string): Buffer {
  return Buffer.from(hkdfSync("sha256", server.web.secret, browser, `filiera unsent ${id}`, KEY_BYTES));
}

function seal(key: Buffer, text: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = [cipher.update(text), cipher.final()];
  return Buffer.concat([nonce, cipher.getAuthTag(), ...sealed]);
}

function unseal(key: Buffer, sealed: Buffer): Buffer | undefined {
  const body = NONCE_BYTES + SEAL_BYTES;
  const cipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES));
  cipher.setAuthTag(sealed.subarray(NONCE_BYTES, body));
  try {
    return Buffer.concat([cipher.update(sealed.subarray(body)), cipher.final()]);
  } catch {
    return undefined;
  }
}
