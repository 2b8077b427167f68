// Forms come from our own pages: a token tied to the session (or to a signed visit cookie) and the Origin (SAFETY C7).
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Refusal } from "../kernel/refusal.ts";
import { cookieAttributes } from "./sessions.ts";

export const TOKEN_FIELD = "_token";
const VISIT_BYTES = 16;
const TOKEN_BYTES = 32;

/** Letters of a masked token; of what proves the owner behind it. */
const MASKED_CHARS = 86;
const PROOF_BYTES = 16;
const PROOF_CHARS = 22;

const made = new WeakMap<FastifyRequest, string>();
const given = new WeakMap<FastifyRequest, string | undefined>();

/**
 * The token for the forms on this page, under a mask of this one answer: it never stands in two answers with the same bytes, so
 * that their compressed lengths tell nothing of it (SAFETY B63, ADR 0016). For a visitor without a session it also sets the visit
 * cookie. A signed-in person's says behind it, under our seal, whose page it was: that is still known when the session is not.
 */
export function makeFormToken(request: FastifyRequest, reply: FastifyReply): string {
  const ready = made.get(request) ?? withOwner(request, mask(ownToken(request, reply)));
  made.set(request, ready);
  return ready;
}

function withOwner({ visitor, server }: FastifyRequest, masked: string): string {
  return visitor ? `${masked}${proofOf(server.web.secret, masked, visitor.personId)}${visitor.personId}` : masked;
}

/** Another for each answer: it opens nothing, and stands for this one token and person alone. */
function proofOf(secret: Buffer, masked: string, personId: string): string {
  return sign(secret, "owner", `${masked}:${personId}`).subarray(0, PROOF_BYTES).toString("base64url");
}

/** The person whose page this form stood on, also where their session is over; undefined where no token of ours says so. */
export function ownerOfForm(request: FastifyRequest): string | undefined {
  const token = tokenOf(request) ?? "";
  const personId = token.slice(MASKED_CHARS + PROOF_CHARS);
  const proof = proofOf(request.server.web.secret, token.slice(0, MASKED_CHARS), personId);
  const isOurs = equalInConstantTime(
    Buffer.from(token.slice(MASKED_CHARS, MASKED_CHARS + PROOF_CHARS)),
    Buffer.from(proof),
  );
  return isOurs && personId !== "" ? personId : undefined;
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
  const token = tokenOf(request);
  if (expected === undefined || token === undefined) return { refused: "form-expired" };
  const isWhole = token.length === MASKED_CHARS || ownerOfForm(request) !== undefined;
  const isSame = equalInConstantTime(unmask(token.slice(0, MASKED_CHARS)), expected);
  return isWhole && isSame ? undefined : { refused: "form-expired" };
}

/** The token of this request, taken out of its body the first time. */
function tokenOf(request: FastifyRequest): string | undefined {
  if (!given.has(request)) given.set(request, takeToken(request));
  return given.get(request);
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

function equalInConstantTime(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
