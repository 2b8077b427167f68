// An answer that others' software fetches again and again: said by its ETag, kept a while on the way, and bounded per address.
import { hash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";

/** What is answered: whole text and its media type. */
export type CachedAnswer = {
  readonly type: string;
  readonly text: string;
  /** How long it may be kept without asking again. */
  readonly seconds?: number;
  /** The text is in the reader's language: another reader gets another one. */
  readonly isWorded?: boolean;
};

const FRESH_SECONDS = 300;

/** For routes everybody may fetch (`...OPEN_LIMIT`): a reader that asks twice a second is no reader any more. SAFETY C31. */
export const OPEN_LIMIT = {
  // Shared by many routes, so nothing may be written into it.
  config: Object.freeze({ policy: { public: true as const }, rateLimit: { max: 120, timeWindow: 60_000 } }),
} as const;

/**
 * Sends it, or 304 to who has it already. Its ETag is made of its bytes: the same text is the same answer. What is in the reader's
 * language hangs on a cookie before it hangs on Accept-Language (page.ts): a cache shared by many keeps none for who sends a cookie,
 * and gives none of those it has to who sends another.
 */
export function sendCached(request: FastifyRequest, reply: FastifyReply, answer: CachedAnswer): FastifyReply {
  const { type, text, seconds = FRESH_SECONDS, isWorded = false } = answer;
  const etag = `"${hash("sha256", text, "base64url").slice(0, 22)}"`;
  const isOnesOwn = isWorded && request.headers.cookie !== undefined;
  reply.header("etag", etag).header("cache-control", `${isOnesOwn ? "private" : "public"}, max-age=${seconds}`);
  if (isWorded) reply.header("vary", "accept-language, cookie");
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return reply.type(type).send(text);
}
