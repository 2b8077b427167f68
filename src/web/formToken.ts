// Forms come from our own pages: a token tied to the session (or to a signed visit cookie) and the Origin (SAFETY C7).
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Refusal } from "../kernel/refusal.ts";
import { cookieAttributes } from "./sessions.ts";

export const TOKEN_FIELD = "_token";
const VISIT_BYTES = 16;
const TOKEN_BYTES = 32;

const made = new WeakMap<FastifyRequest, string>();

/**
 * The token for the forms on this page, under a mask of this one answer: it never stands in two answers with the same bytes, so
 * that their compressed lengths tell nothing of it (SAFETY B63, ADR 0016). For a visitor without a session it also sets the visit
 * cookie.
 */
export function makeFormToken(request: FastifyRequest, reply: FastifyReply): string {
  const ready = made.get(request) ?? mask(ownToken(request, reply));
  made.set(request, ready);
  return ready;
}

/** What ties a thing to this one browser: its session here, or the visit of who has none (whose cookie it sets). Tells nothing of either. */
export function bindToBrowser(request: FastifyRequest, reply: FastifyReply): string {
  return sign(request.server.web.secret, "bound", ownToken(request, reply).toString("hex")).toString("base64url");
}

function ownToken(request: FastifyRequest, reply: FastifyReply): Buffer {
  const known = expectedToken(request);
  if (known) return known;
  const { cookies, secret } = request.server.web;
  const visit = randomBytes(VISIT_BYTES).toString("base64url");
  // Later forms of the same page share it.
  request.cookies[cookies.visit] = visit;
  reply.setCookie(cookies.visit, visit, cookieAttributes(cookies));
  return sign(secret, "visit", visit);
}

/** The token XOR random bytes, after those bytes. */
function mask(token: Buffer): string {
  const key = randomBytes(TOKEN_BYTES);
  return Buffer.concat([key, xor(token, key)]).toString("base64url");
}

function unmask(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  return xor(bytes.subarray(TOKEN_BYTES), bytes.subarray(0, TOKEN_BYTES));
}

function xor(bytes: Buffer, key: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, i) => byte ^ (key[i] ?? 0)));
}

function expectedToken(request: FastifyRequest): Buffer | undefined {
  const { cookies, secret } = request.server.web;
  if (request.visitor) return sign(secret, "session", request.visitor.sessionKey);
  const visit = request.cookies[cookies.visit];
  return visit ? sign(secret, "visit", visit) : undefined;
}

function sign(secret: Buffer, kind: string, value: string): Buffer {
  return createHmac("sha256", secret).update(`form:${kind}:${value}`).digest();
}

/**
 * Whether the browser says that the form comes from our own pages. Checked before the body is read. Browsers send
 * Origin with every POST; the few that leave it out say Sec-Fetch-Site.
 */
export function refuseForeignOrigin(request: FastifyRequest): Refusal<"foreign-form"> | undefined {
  const { origin } = request.server.web;
  const said = request.headers.origin;
  const own = said === undefined ? request.headers["sec-fetch-site"] === "same-origin" : said === origin;
  return own ? undefined : { refused: "foreign-form", origin };
}

/** Takes the token out of a parsed body and compares it. Call after `refuseForeignOrigin`. */
export function refuseWrongToken(request: FastifyRequest): Refusal<"form-expired"> | undefined {
  const expected = expectedToken(request);
  const given = takeToken(request);
  const same = expected !== undefined && given !== undefined && equalInConstantTime(unmask(given), expected);
  return same ? undefined : { refused: "form-expired" };
}

function takeToken(request: FastifyRequest): string | undefined {
  const header = request.headers["x-form-token"];
  if (typeof header === "string") return header;
  const body = request.body;
  if (typeof body !== "object" || body === null) return undefined;
  const fields = body as Record<string, unknown>;
  const token = fields[TOKEN_FIELD];
  delete fields[TOKEN_FIELD];
  if (typeof token === "string") return token;
  // A multipart field stands in an envelope.
  const value = (token as { value?: unknown } | undefined)?.value;
  return typeof value === "string" ? value : undefined;
}

function equalInConstantTime(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
