// The addresses other nodes know: inboxes, WebFinger, NodeInfo, actors, outboxes, the activities we sent.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "./actor.ts";
import { answerDocument, answerGone, answerNotFound, type DocumentAnswer, wantsActivityJson } from "./answer.ts";
import { DOCUMENT } from "./context.ts";
import { writeTombstone } from "./document.ts";
import type { FederationDoor } from "./federation.ts";
import { INBOX_LIMITS, MAX_BODY_BYTES } from "./gateLimits.ts";
import type { Json, JsonObject } from "./json.ts";
import { type NodeFacts, writeNodeInfo, writeNodeInfoLinks } from "./ownNodeInfo.ts";
import type { Receiver } from "./receive.ts";
import { countPublicActivities, isRecipient, listPublicActivities, loadActivity, loadActorByHandle } from "./store.ts";
import type { Wire } from "./wire.ts";

const PAGE_SIZE = 20;

export type ActivityPubRoutes = {
  readonly wire: Wire;
  readonly receiver: Receiver;
  readonly openDoor: () => Promise<FederationDoor>;
  readonly nodeFacts: () => NodeFacts;
  /** The actor's page for people, at the same address as its document. */
  readonly showActor: (request: FastifyRequest, reply: FastifyReply, actor: LocalActor) => unknown;
};

/** Sends what `answerDocument` made. */
export function sendDocument(reply: FastifyReply, answer: DocumentAnswer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

/** Registers everything; the routes speak to nodes and are open to all, what is restricted is decided by signature. */
export function registerActivityPub(app: FastifyInstance, parts: ActivityPubRoutes): void {
  registerInboxes(app, parts);
  registerDiscovery(app, parts);
  registerActors(app, parts);
}

function registerInboxes(app: FastifyInstance, { wire, receiver }: ActivityPubRoutes): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    // Node's own requestTimeout is for the whole server, and a phone may upload a price list slowly.
    scope.addHook("preParsing", (_request, _reply, payload, done) => {
      const timer = setTimeout(() => payload.destroy(new SlowBodyError()), INBOX_LIMITS.bodyTimeoutMs);
      payload.once("close", () => clearTimeout(timer)).once("end", () => clearTimeout(timer));
      done(null, payload);
    });
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const { method, rawHeaders, url = "" } = request.raw;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const delivery = { method: method ?? "", path: url, rawHeaders, body, now: wire.clock.now() };
      const answer = await receiver.receive(delivery, request.ip);
      return reply
        .code(answer.status)
        .headers(answer.headers)
        .send(answer.body ?? undefined);
    };
    scope.post("/inbox", { config: { policy: { peer: true } } }, handler);
    scope.post("/:handle/inbox", { config: { policy: { peer: true } } }, handler);
  });
}

class SlowBodyError extends Error {
  readonly statusCode = 408;
}

function registerDiscovery(app: FastifyInstance, { wire, openDoor, nodeFacts }: ActivityPubRoutes): void {
  const policy = { config: { policy: { public: true as const } } };
  app.get("/.well-known/webfinger", policy, async (request, reply) =>
    sendFromDoor(wire, await openDoor(), request, reply),
  );
  app.get("/.well-known/nodeinfo", policy, (_request, reply) => sendJson(reply, writeNodeInfoLinks(wire.origin)));
  for (const schema of ["2.0", "2.1"] as const)
    app.get(`/nodeinfo/${schema}`, policy, (_request, reply) =>
      reply
        .header(
          "content-type",
          `application/json; profile="http://nodeinfo.diaspora.software/ns/schema/${schema}#"; charset=utf-8`,
        )
        .header("access-control-allow-origin", "*")
        .send(JSON.stringify(writeNodeInfo(schema, nodeFacts()))),
    );
}

function registerActors(app: FastifyInstance, { wire, openDoor, showActor }: ActivityPubRoutes): void {
  const policy = { config: { policy: { public: true as const } } };
  const { orm } = wire.db;
  app.get<{ Params: { handle: string } }>("/:handle", policy, async (request, reply) => {
    const actor = loadActorByHandle(orm, request.params.handle);
    if (!actor) return reply.callNotFound();
    reply.header("vary", "accept");
    if (!wantsActivityJson(request.headers.accept)) return showActor(request, reply, actor);
    if (actor.goneAt !== null) return sendDocument(reply, answerGone(writeTombstone(actor)));
    return sendFromDoor(wire, await openDoor(), request, reply);
  });
  app.get<{ Params: { handle: string }; Querystring: { page?: string } }>(
    "/:handle/outbox",
    policy,
    (request, reply) => {
      const actor = loadActorByHandle(orm, request.params.handle);
      if (!actor) return sendDocument(reply, answerNotFound());
      if (actor.goneAt !== null) return sendDocument(reply, answerGone(writeTombstone(actor)));
      const page = request.query.page;
      if (page !== undefined && !/^[1-9]\d{0,5}$/.test(page)) return sendDocument(reply, answerNotFound());
      const document = writeOutbox(wire, actor, page ? Number(page) : null);
      return sendDocument(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"] }));
    },
  );
  app.get<{ Params: { handle: string; id: string } }>("/:handle/activities/:id", policy, async (request, reply) => {
    const activity = loadActivity(orm, `${wire.origin}/${request.params.handle}/activities/${request.params.id}`);
    if (!activity) return sendDocument(reply, answerNotFound());
    if (!activity.isPublic) {
      const reader = await wire.identifyReader({
        method: "GET",
        path: request.raw.url ?? "",
        rawHeaders: request.raw.rawHeaders,
      });
      if (!reader || !isRecipient(orm, activity.id, reader.id)) return sendDocument(reply, answerNotFound());
    }
    return sendDocument(
      reply,
      answerDocument(activity.json, { restricted: !activity.isPublic, ifNoneMatch: request.headers["if-none-match"] }),
    );
  });
}

function writeOutbox(wire: Wire, actor: LocalActor, page: number | null): JsonObject {
  const { orm } = wire.db;
  const id = `${actor.id}/outbox`;
  const totalItems = countPublicActivities(orm, actor.id);
  const base = { "@context": DOCUMENT as unknown as Json, totalItems };
  const last = Math.max(1, Math.ceil(totalItems / PAGE_SIZE));
  if (page === null)
    return { ...base, id, type: "OrderedCollection", first: `${id}?page=1`, last: `${id}?page=${last}` };
  const rows = listPublicActivities(orm, actor.id, PAGE_SIZE, (page - 1) * PAGE_SIZE);
  return {
    ...base,
    id: `${id}?page=${page}`,
    type: "OrderedCollectionPage",
    partOf: id,
    ...(page < last ? { next: `${id}?page=${page + 1}` } : {}),
    orderedItems: rows.map((row) => withoutContext(JSON.parse(row.json))),
  };
}

/** Inside a collection the outer context speaks for all. */
function withoutContext(activity: JsonObject): JsonObject {
  const { "@context": _, ...rest } = activity;
  return rest;
}

/** The address is built from the configured origin, never from what the request says of its host. */
async function sendFromDoor(wire: Wire, door: FederationDoor, request: FastifyRequest, reply: FastifyReply) {
  const headers = { accept: request.headers.accept ?? "application/activity+json" };
  const response = await door.answer(new Request(new URL(request.raw.url ?? "/", wire.origin), { headers }));
  if (!response) return sendDocument(reply, answerNotFound());
  const body = await response.text();
  return reply
    .code(response.status)
    .header("content-type", response.headers.get("content-type") ?? "application/json")
    .header("access-control-allow-origin", "*")
    .header("cache-control", "public, max-age=0, must-revalidate")
    .send(body);
}

function sendJson(reply: FastifyReply, value: JsonObject): FastifyReply {
  return reply
    .header("content-type", "application/json; charset=utf-8")
    .header("access-control-allow-origin", "*")
    .send(JSON.stringify(value));
}
