// Pages that stay true while others work (static/live.js): a hidden spot names an address and a mark. Every 45 seconds while the page
// is seen, the script asks there with the mark as If-None-Match: 304 where nothing changed; 200 with the pieces that did, each an
// element that takes the place of the one of its id, under a new mark; 205 where the page is to be got anew. Without script a page is
// as old as its last load, as ever.
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Html, html } from "./html.ts";

/** What a page shows, in short: `whole` changes where all of it is to be drawn anew, `parts` where pieces of it are. */
export type LiveMark = { readonly whole: string; readonly parts: string };

/** A mark of anything JSON can say. */
export function markOf(facts: unknown): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("base64url").slice(0, 10);
}

/** The spot: anywhere in the page, best where a press draws it anew. */
export function liveSpot(url: string, { whole, parts }: LiveMark): Html {
  return html`<span id="live" hidden data-live="${url}" data-mark="${whole}.${parts}"></span>`;
}

/** Answers the script; `draw` gives the pieces, each with an id of its own. */
export function sendLive(request: FastifyRequest, reply: FastifyReply, mark: LiveMark, draw: () => Html): FastifyReply {
  const etag = `"${mark.whole}.${mark.parts}"`;
  const known = request.headers["if-none-match"] ?? "";
  reply.header("etag", etag).header("cache-control", "no-store");
  if (known === etag) return reply.code(304).send();
  if (known !== "" && !known.startsWith(`"${mark.whole}.`)) return reply.code(205).send();
  return reply.type("text/html; charset=utf-8").send(String(draw()));
}
