// What everybody reads of a network: its members, and its charter in every version. To nodes as JSON, to people as pages.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LocalActor } from "../../activitypub/actor.ts";
import { actorUrls } from "../../activitypub/actor.ts";
import { answerDocument, answerNotFound, wantsActivityJson } from "../../activitypub/answer.ts";
import { HUMAN } from "../../activitypub/context.ts";
import type { Json, JsonObject } from "../../activitypub/json.ts";
import { sendDocument } from "../../activitypub/routes.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { loadPeerName } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type Html, html } from "../../web/html.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { words } from "../../web/words.ts";
import { writeCharter } from "./letters.ts";
import { countListed, listCharters, loadCharter, pageOfListed } from "./listStore.ts";
import { charterPage, memberOfPart, membersPage, networkPart } from "./publicPages.ts";

const PUBLIC = { config: { policy: { public: true } } } as const;
/** Members on a page of the collection, and of the page for people. */
const MEMBERS_ON_A_PAGE = 50;

type Network = { Params: { handle: string } };

export function registerPublicMembership(app: FastifyInstance, wire: Wire): void {
  const { orm } = wire.db;
  app.get<Network & { Querystring: { page?: unknown } }>("/:handle/members", PUBLIC, (request, reply) => {
    const network = findNetwork(orm, request.params.handle);
    const page = readPage(request.query.page);
    if (!network || page === undefined) return sendNothing(request, reply);
    reply.header("vary", "accept");
    if (wantsJson(request)) return sendJson(request, reply, writeMembers(orm, network, page));
    const number = page ?? 1;
    const members = pageOfListed(orm, network.id, MEMBERS_ON_A_PAGE, (number - 1) * MEMBERS_ON_A_PAGE);
    const view = { page: number, pages: pagesOf(countListed(orm, network.id)), total: countListed(orm, network.id) };
    const peers = members.map((uri) => loadPeerName(orm, uri));
    return sendPage(request, reply, membersPage(pageContext(request, reply), network, { ...view, peers }));
  });
  app.get<Network>("/:handle/charter", PUBLIC, (request, reply) => {
    const network = findNetwork(orm, request.params.handle);
    const charter = network && loadCharter(orm, network.id);
    if (!charter) return sendNothing(request, reply);
    return reply.redirect(`/${network.handle}/charter/${charter.version}`, 302);
  });
  app.get<{ Params: { handle: string; version: string } }>("/:handle/charter/:version", PUBLIC, (request, reply) => {
    const network = findNetwork(orm, request.params.handle);
    const version = /^[1-9]\d{0,8}$/.test(request.params.version) ? Number(request.params.version) : null;
    const charter = network && version !== null ? loadCharter(orm, network.id, version) : undefined;
    if (!network || !charter) return sendNothing(request, reply);
    reply.header("vary", "accept");
    const name = words("it")("membership.charter.of", { name: network.name });
    if (wantsJson(request)) return sendJson(request, reply, writeCharter(network.id, charter, name));
    const versions = listCharters(orm, network.id);
    return sendPage(request, reply, charterPage(pageContext(request, reply), network, charter, versions));
  });
}

/** Of a network its members, its charter and the way in; of any other actor, and of it too, the networks it is in. */
export function renderMembership(wire: Wire, c: PageContext, actor: LocalActor): Html | "" {
  const { orm } = wire.db;
  const networks = memberOfPart(
    c,
    actor.memberOf.map((uri) => loadPeerName(orm, uri)),
  );
  if (actor.kind !== "district") return networks;
  const peers = pageOfListed(orm, actor.id, MEMBERS_ON_A_PAGE, 0).map((uri) => loadPeerName(orm, uri));
  const charterVersion = loadCharter(orm, actor.id)?.version ?? null;
  return html`${networkPart(c, actor, { peers, total: countListed(orm, actor.id), charterVersion })}${networks}`;
}

/** The members collection, or a page of it. Who does not let itself be listed is neither named nor counted (PROTOCOL 9). */
function writeMembers(tx: Tx, network: LocalActor, page: number | null): JsonObject {
  const { members: id } = actorUrls(network.id);
  const totalItems = countListed(tx, network.id);
  const last = pagesOf(totalItems);
  const base = { "@context": HUMAN as unknown as Json, totalItems, attributedTo: network.id };
  if (page === null)
    return { ...base, id, type: "OrderedCollection", first: `${id}?page=1`, last: `${id}?page=${last}` };
  return {
    ...base,
    id: `${id}?page=${page}`,
    type: "OrderedCollectionPage",
    partOf: id,
    ...(page < last ? { next: `${id}?page=${page + 1}` } : {}),
    orderedItems: pageOfListed(tx, network.id, MEMBERS_ON_A_PAGE, (page - 1) * MEMBERS_ON_A_PAGE),
  };
}

function pagesOf(total: number): number {
  return Math.max(1, Math.ceil(total / MEMBERS_ON_A_PAGE));
}

/** The number asked for; null: none was; undefined: what is no number. */
function readPage(page: unknown): number | null | undefined {
  if (page === undefined) return null;
  return typeof page === "string" && /^[1-9]\d{0,4}$/.test(page) ? Number(page) : undefined;
}

function findNetwork(tx: Tx, handle: string): LocalActor | undefined {
  const actor = loadActorByHandle(tx, handle);
  return actor?.kind === "district" && actor.goneAt === null ? actor : undefined;
}

// A reader that says nothing of what it reads is a program: these addresses stand in actor documents.
function wantsJson({ headers }: FastifyRequest): boolean {
  return wantsActivityJson(headers.accept) || !(headers.accept ?? "").includes("text/html");
}

function sendJson(request: FastifyRequest, reply: FastifyReply, document: JsonObject): FastifyReply {
  return sendDocument(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"] }));
}

function sendNothing(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return wantsJson(request)
    ? sendDocument(reply, answerNotFound())
    : sendRefusal(request, reply, { refused: "not-found" });
}
