// A producer's cycles as others reach them: one address for the page and the document, and only what its reader may see.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type LocalActor, sells } from "../activitypub/actor.ts";
import { answerDocument, answerNotFound, type DocumentAnswer, wantsActivityJson } from "../activitypub/answer.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { loadActor, loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import { readerTerms } from "../catalogs/activities.ts";
import type { ReaderTerms } from "../catalogs/proposal.ts";
import { NO_QUOTA } from "../catalogs/quota.ts";
import { quotasFor } from "../catalogs/quotaStore.ts";
import { sendRefusal } from "../web/errors.ts";
import type { Html } from "../web/html.ts";
import { type PageContext, pageContext, sendPage } from "../web/page.ts";
import type { Visitor } from "../web/visitor.ts";
import { writeCyclesCollection, writeCycleTombstone, writeNoteDocument } from "./activities.ts";
import type { Cycle, Visibility } from "./cycle.ts";
import { registerSalesDesk } from "./deskRoutes.ts";
import { registerHistory } from "./historyRoutes.ts";
import { registerLabels } from "./labelRoutes.ts";
import { registerDeliveryNotes } from "./noteRoutes.ts";
import { cycleUrls, type HeldByLine, visibleLines, writeCycle, writeLine, writeLinesPage } from "./offer.ts";
import type { Hold } from "./orderActivities.ts";
import { registerOrderDesk } from "./orderRoutes.ts";
import { cyclePage, nodeOffersPage, openCyclesPage, openCyclesSection } from "./pages.ts";
import { registerQuotas } from "./quotaRoutes.ts";
import { findRunning, heldByOthers } from "./receivedStore.ts";
import { signerOf } from "./signerRoutes.ts";
import { listAnnounced, listOpen, loadCycle } from "./store.ts";
import { registerToday } from "./todayRoutes.ts";

const PUBLIC = { config: { policy: { public: true as const } } };
const SHOWN_AT_ONCE = 200;
const EVERYTHING: ReaderTerms = { priceDeltaHundredthsPercent: 0, includes: () => true, quotaOf: NO_QUOTA };

type CycleRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;

/** Every address of sales: what others read, and the producer's desk. `hold`: who else must be able to hold what is accepted there. */
export function registerSales(app: FastifyInstance, wire: Wire, hold: Hold): void {
  registerCollection(app, wire);
  registerDocuments(app, wire);
  registerTag(app, wire);
  registerToday(app, wire);
  registerSalesDesk(app, wire);
  registerOrderDesk(app, wire, hold);
  registerLabels(app, wire);
  registerHistory(app, wire);
  registerDeliveryNotes(app, wire);
  registerQuotas(app, wire);
}

/** The open cycles of a producer as its page shows them to this visitor; "" for an actor that sells nothing. */
export function renderOpenCycles(wire: Wire, c: PageContext, actor: LocalActor): Html | "" {
  if (!sells(actor.kind)) return "";
  const seen = visibilitiesFor(visitorTerms(wire, actor.id, c.visitor));
  const cycles = listOpen(wire.db.orm, actor.id, seen, SHOWN_AT_ONCE);
  // A group's own orders are for its members: of who leads none for others, there is nothing to say.
  if (actor.kind === "gas" && cycles.length === 0) return "";
  return openCyclesSection(c, actor, cycles);
}

/** A cycle of this node, a page of its lines or a producer's list, as one of its actors may read it; null when it is not there for that reader. */
export function readOwnCycle(wire: Wire, iri: string, readerId: string): JsonObject | null {
  const { pathname, searchParams } = new URL(iri);
  const seller = findProducer(wire, /^\/([^/]+)\/cycles$/.exec(pathname)?.[1] ?? "");
  if (seller) {
    const seen = visibilitiesFor(readerTerms(wire.db.orm, seller.id, readerId));
    return writeCyclesCollection(seller.id, listAnnounced(wire.db.orm, seller.id, seen, SHOWN_AT_ONCE));
  }
  const [, handle = "", id = "", rest] = /^\/([^/]+)\/cycles\/([^/]+)(\/lines)?$/.exec(pathname) ?? [];
  const actor = findProducer(wire, handle);
  const cycle = actor && loadCycle(wire.db.orm, actor.id, id);
  const terms = actor && cycleReaderTerms(wire, actor.id, readerId, id);
  if (!cycle || !maySee(cycle, terms) || cycle.removedAt !== null) return null;
  if (!rest) return writeCycle(cycle, terms);
  return writeLinesPage(cycle, terms, Number(searchParams.get("page") ?? 1), heldFor(wire, cycle, readerId));
}

function registerCollection(app: FastifyInstance, wire: Wire): void {
  app.get<{ Params: { handle: string } }>("/:handle/cycles", PUBLIC, async (request, reply) => {
    const { orm } = wire.db;
    const actor = findProducer(wire, request.params.handle);
    if (!wantsActivityJson(request.headers.accept)) {
      if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
      const c = pageContext(request, reply);
      const seen = visibilitiesFor(visitorTerms(wire, actor.id, c.visitor));
      return sendPage(request, reply, openCyclesPage(c, actor, listOpen(orm, actor.id, seen, SHOWN_AT_ONCE)));
    }
    const terms = await signerTerms(wire, request, actor);
    if (!actor) return send(reply, answerNotFound());
    const cycles = listAnnounced(orm, actor.id, visibilitiesFor(terms), SHOWN_AT_ONCE);
    return sendDocument(request, reply, writeCyclesCollection(actor.id, cycles), terms !== null);
  });
}

function registerDocuments(app: FastifyInstance, wire: Wire): void {
  app.get("/:handle/cycles/:id", PUBLIC, async (request: CycleRequest, reply) => {
    if (!wantsActivityJson(request.headers.accept)) return showCycle(wire, request, reply);
    return answer(wire, request, reply, (cycle, terms) => writeCycle(cycle, terms));
  });
  app.get("/:handle/cycles/:id/lines", PUBLIC, async (request: CycleRequest, reply) => {
    const { page } = request.query as { page?: unknown };
    const number = page === undefined ? 1 : typeof page === "string" && /^\d{1,4}$/.test(page) ? Number(page) : 0;
    return answer(wire, request, reply, (cycle, terms, held) => writeLinesPage(cycle, terms, number, held));
  });
  app.get("/:handle/cycles/:id/:number", PUBLIC, async (request: CycleRequest, reply) => {
    const { number } = request.params as { number?: string };
    return answer(wire, request, reply, (cycle, terms, held) => {
      const line = cycle.lines.find((one) => String(one.number) === number);
      return line && (!terms || terms.includes(line.goods.productIri)) ? writeLine(cycle, line, terms, held) : null;
    });
  });
  app.get("/:handle/posts/:id", PUBLIC, async (request: CycleRequest, reply) => {
    const { handle, id } = request.params;
    if (!wantsActivityJson(request.headers.accept))
      return reply.redirect(`/${encodeURIComponent(handle)}/cycles/${encodeURIComponent(id)}`, 303);
    return answer(wire, request, reply, (cycle) => writeNoteDocument(cycle), writeNoteDocument);
  });
}

/** The page for a person: a partner's desk on this node sees its prices, the producer its own. */
function showCycle(wire: Wire, request: CycleRequest, reply: FastifyReply): FastifyReply {
  const c = pageContext(request, reply);
  const { handle, id } = request.params;
  const actor = findProducer(wire, handle);
  const cycle = actor && loadCycle(wire.db.orm, actor.id, id);
  const terms = actor ? visitorTerms(wire, actor.id, c.visitor) : null;
  if (!actor || !cycle || !maySee(cycle, terms)) return sendRefusal(request, reply, { refused: "not-found" });
  if (cycle.removedAt !== null) return sendRefusal(request, reply, { refused: "gone" });
  const lines = visibleLines(cycle, terms);
  if (terms || cycle.visibility === "partners") reply.header("cache-control", "private, no-store");
  return sendPage(request, reply, cyclePage(c, { producer: actor, cycle, lines, terms }));
}

/** The document for a signer, or "not there" alike for what is not there and what is not theirs. */
async function answer(
  wire: Wire,
  request: CycleRequest,
  reply: FastifyReply,
  write: (cycle: Cycle, terms: ReaderTerms | null, held: HeldByLine) => JsonObject | null,
  writeRemoved: (cycle: Cycle) => JsonObject = writeCycleTombstone,
): Promise<FastifyReply> {
  const actor = findProducer(wire, request.params.handle);
  // Asked before anything is known of the cycle, so that both kinds of no take the same time (SAFETY B37).
  const signer = await signerOf(wire, request);
  const cycle = actor && loadCycle(wire.db.orm, actor.id, request.params.id);
  const terms = actor && signer ? cycleReaderTerms(wire, actor.id, signer, request.params.id) : null;
  if (!cycle || !maySee(cycle, terms)) return send(reply, answerNotFound());
  const isRestricted = terms !== null || cycle.visibility === "partners";
  if (cycle.removedAt !== null)
    return send(reply, { ...answerDocument(writeRemoved(cycle), { restricted: isRestricted }), status: 410 });
  const document = write(cycle, terms, heldFor(wire, cycle, terms && signer));
  return document ? sendDocument(request, reply, document, isRestricted) : send(reply, answerNotFound());
}

function registerTag(app: FastifyInstance, wire: Wire): void {
  app.get<{ Params: { tag: string } }>("/tags/:tag", PUBLIC, (request, reply) => {
    if (request.params.tag.toLowerCase() !== "gas") return sendRefusal(request, reply, { refused: "not-found" });
    const { orm } = wire.db;
    const offers = listOpen(orm, null, ["public"], SHOWN_AT_ONCE).flatMap((cycle) => {
      const producer = loadActor(orm, cycle.actorId);
      return producer ? [{ producer, cycle }] : [];
    });
    return sendPage(request, reply, nodeOffersPage(pageContext(request, reply), offers));
  });
}

function findProducer(wire: Wire, handle: string): LocalActor | null {
  const actor = loadActorByHandle(wire.db.orm, handle);
  return actor && sells(actor.kind) && actor.goneAt === null ? actor : null;
}

/** What the one who signed this GET may see; null for everybody else. The producer reads its own like a partner. */
async function signerTerms(wire: Wire, request: FastifyRequest, actor: LocalActor | null): Promise<ReaderTerms | null> {
  const signer = await signerOf(wire, request);
  if (!signer || !actor) return null;
  return signer === actor.id ? EVERYTHING : readerTerms(wire.db.orm, actor.id, signer);
}

/** What a reader may see of one cycle: with an order running in it, at its prices, whatever became of the pact (PROTOCOL 7). */
function cycleReaderTerms(wire: Wire, actorId: string, reader: string, cycleId: string): ReaderTerms | null {
  if (reader === actorId) return EVERYTHING;
  const current = readerTerms(wire.db.orm, actorId, reader);
  const running = current ? undefined : findRunning(wire.db.orm, actorId, reader, cycleId);
  if (!running) return current;
  const { priceDeltaHundredthsPercent } = running;
  return { priceDeltaHundredthsPercent, includes: () => true, quotaOf: quotasFor(wire.db.orm, actorId, reader) };
}

/** What others hold of each line: a partner sees what they leave. Nobody else is told a quantity at all. */
function heldFor(wire: Wire, cycle: Cycle, reader: string | null): HeldByLine {
  if (reader === null) return new Map();
  const { iri } = cycleUrls(cycle.actorId, cycle.id);
  const held = heldByOthers(wire.db.orm, cycle.actorId, cycle.id, reader === cycle.actorId ? null : reader);
  return new Map(cycle.lines.map(({ number }) => [number, held.get(`${iri}/${number}`) ?? 0]));
}

function visitorTerms(wire: Wire, producerId: string, visitor: Visitor | null): ReaderTerms | null {
  const seats = visitor?.seats ?? [];
  if (seats.some(({ actorId }) => actorId === producerId)) return EVERYTHING;
  for (const { actorId } of seats) {
    const terms = readerTerms(wire.db.orm, producerId, actorId);
    if (terms) return terms;
  }
  return null;
}

function visibilitiesFor(terms: ReaderTerms | null): readonly Visibility[] {
  return terms ? ["public", "partners"] : ["public"];
}

function maySee(cycle: Cycle, terms: ReaderTerms | null): boolean {
  return cycle.openedAt !== null && (cycle.visibility === "public" || terms !== null);
}

function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: JsonObject,
  restricted: boolean,
): FastifyReply {
  return send(reply, answerDocument(document, { restricted, ifNoneMatch: request.headers["if-none-match"] }));
}

function send(reply: FastifyReply, { status, headers, body }: DocumentAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
