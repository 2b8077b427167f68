// How documents leave over HTTP: media type, caching, and the choice between the page and the JSON of one address.
import { createHash } from "node:crypto";
import type { JsonObject } from "./json.ts";

export const ACTIVITY_JSON = "application/activity+json; charset=utf-8";

/** Whether the Accept header asks for the machine's form rather than the page. */
export function wantsActivityJson(accept: string | undefined): boolean {
  const wishes = (accept ?? "")
    .toLowerCase()
    .split(",")
    .map((wish) => wish.trim());
  for (const wish of wishes) {
    if (/^text\/html|^application\/xhtml\+xml/.test(wish)) return false;
    if (/^application\/(activity\+json|ld\+json|json)/.test(wish)) return true;
  }
  return false;
}

/** An answer ready to send: the caller copies status, headers and body. */
export type DocumentAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/**
 * A document as its readers get it. `restricted` ones are for this reader alone and are kept by no cache (PROTOCOL 3).
 * `ifNoneMatch` is the request's header: a reader that has this very version gets 304. `version` is told apart where the document leads
 * to others that change while it does not.
 */
export function answerDocument(
  document: JsonObject | string,
  options: { restricted?: boolean; ifNoneMatch?: string | undefined; version?: string } = {},
): DocumentAnswer {
  const body = typeof document === "string" ? document : JSON.stringify(document);
  const told = `${body}${options.version ?? ""}`;
  const etag = `"${createHash("sha256").update(told).digest("base64url").slice(0, 27)}"`;
  const headers = {
    "content-type": ACTIVITY_JSON,
    vary: "accept, signature",
    etag,
    "cache-control": options.restricted ? "private, no-store" : "public, max-age=0, must-revalidate",
    ...(options.restricted ? {} : { "access-control-allow-origin": "*" }),
  };
  if (options.ifNoneMatch === etag) return { status: 304, headers, body: "" };
  return { status: 200, headers, body };
}

/** What was here and will not be again. */
export function answerGone(tombstone: JsonObject): DocumentAnswer {
  return { ...answerDocument(tombstone), status: 410 };
}

/** "Not yours" and "not there" sound alike (PROTOCOL 3). */
export function answerNotFound(): DocumentAnswer {
  return {
    status: 404,
    headers: { "content-type": ACTIVITY_JSON, vary: "accept, signature", "cache-control": "private, no-store" },
    body: '{"error":"not found"}',
  };
}
