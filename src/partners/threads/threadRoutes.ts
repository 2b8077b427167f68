// What we keep of the threads with a partner, served to that partner alone: by signed GET, page by page. To everybody else
// there is nothing here. PROTOCOL 6.6, FEP-7888, SAFETY B37 and B57.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { answerDocument, answerNotFound, type DocumentAnswer } from "../../activitypub/answer.ts";
import type { JsonObject } from "../../activitypub/json.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { parseInstant } from "../../kernel/time.ts";
import { courseOf, fillPage, type ThreadEntry, writeThreadCollection, writeThreadPage } from "./threadDocument.ts";
import { countThreads, isAcquainted, listPeerMessages, listThreadFacts } from "./threadStore.ts";

const PUBLIC = { config: { policy: { public: true as const } } };
/** `after` of the first page. */
const START = "start";
/** What was being written when a reader last came may bear an earlier time: it is told again, and changes nothing. */
const OVERLAP_MS = 600_000;
const ROWS_PER_PAGE = 41;

type Query = { readonly updatedAfter?: string; readonly after?: string };
type ThreadsRequest = FastifyRequest<{ Params: { handle: string; id?: string } }>;

/** The list of threads, and each thread minted here at its own IRI. */
export function registerThreads(app: FastifyInstance, wire: Wire): void {
  const answer = async (request: ThreadsRequest, reply: FastifyReply) => {
    const query = readQuery(request.query);
    const { method, rawHeaders, url = "" } = request.raw;
    const reader = await wire.identifyReader({ method: method ?? "GET", path: url, rawHeaders });
    const document = query && reader && writeFor(wire, request.params, reader.id, query, `${wire.origin}${url}`);
    if (!document) return send(reply, answerNotFound());
    const ifNoneMatch = request.headers["if-none-match"];
    return send(reply, answerDocument(document, { restricted: true, ifNoneMatch }));
  };
  app.get("/:handle/threads", PUBLIC, answer);
  app.get("/:handle/threads/:id", PUBLIC, answer);
}

function readQuery(query: unknown): Query | null {
  const entries = Object.entries(query as Record<string, unknown>);
  const isSound = entries.every(
    ([name, value]) =>
      (name === "updatedAfter" || name === "after") && typeof value === "string" && value.length <= 2048,
  );
  return isSound ? (Object.fromEntries(entries) as Query) : null;
}

/** The document at this address for that reader; null where there is none, or none for it. */
function writeFor(
  { db, origin }: Wire,
  params: { handle: string; id?: string },
  reader: string,
  { updatedAfter, after }: Query,
  readerUrl: string,
): JsonObject | null {
  const tx = db.orm;
  const actor = loadActorByHandle(tx, params.handle);
  if (!actor || actor.kind === "node" || !isAcquainted(tx, actor.id, reader)) return null;
  const thread = params.id === undefined ? null : `${origin}/${params.handle}/threads/${params.id}`;
  const base = thread ?? `${actor.id}/threads`;
  const sinceAt = updatedAfter === undefined ? null : parseInstant(updatedAfter);
  if (updatedAfter !== undefined && sinceAt === null) return null;
  const root = addressOf(base, updatedAfter);
  const isWhole = after === undefined;
  const rows = listPeerMessages(tx, {
    actorId: actor.id,
    peer: reader,
    thread,
    sinceAt: sinceAt === null ? null : sinceAt - OVERLAP_MS,
    after: isWhole || after === START ? null : after,
    limit: isWhole ? 1 : ROWS_PER_PAGE,
  });
  if (!rows || (thread !== null && rows.length === 0 && (isWhole || after === START))) return null;
  if (isWhole) {
    const totalItems =
      thread === null ? countThreads(tx, actor.id, reader) : listThreadFacts(tx, actor.id, thread).length;
    return writeThreadCollection({
      id: readerUrl,
      owner: actor.id,
      totalItems,
      first: addressOf(base, updatedAfter, START),
    });
  }
  const entries: ThreadEntry[] = rows.map((row) => ({
    thread: row.thread,
    activity: JSON.parse(row.bytes.toString("utf8")),
    at: row.at,
  }));
  const fits = fillPage(entries);
  const next = fits < rows.length ? addressOf(base, updatedAfter, rows[fits - 1]!.activityIri) : null;
  return writeThreadPage({
    id: readerUrl,
    partOf: root,
    next,
    entries: entries.slice(0, fits),
    courseOf: (iri) => courseOf(listThreadFacts(tx, actor.id, iri)),
  });
}

function addressOf(base: string, updatedAfter: string | undefined, after?: string): string {
  const query = new URLSearchParams();
  if (updatedAfter !== undefined) query.set("updatedAfter", updatedAfter);
  if (after !== undefined) query.set("after", after);
  return query.size === 0 ? base : `${base}?${query}`;
}

function send(reply: FastifyReply, { status, headers, body }: DocumentAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
