// An actor's gatherings as others reach them: one address for the page and the document; and one's own places, with an account.
import { createReadStream } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../activitypub/actor.ts";
import {
  answerDocument,
  answerGone,
  answerNotFound,
  type DocumentAnswer,
  wantsActivityJson,
} from "../activitypub/answer.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { loadActor, loadActorByHandle } from "../activitypub/store.ts";
import type { Wire } from "../activitypub/wire.ts";
import type { Tx } from "../db/transact.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { nameFile } from "../web/files.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { holdsRole } from "../web/visitor.ts";
import {
  EVENTS_PER_PAGE,
  readEventCursor,
  writeEventDocument,
  writeEventsCollection,
  writeEventsPage,
} from "./activities.ts";
import { bookForPerson, cancelForPerson, readBooking } from "./bookingActions.ts";
import { findBookingOf, listBookings, listOwnBookings } from "./bookingStore.ts";
import { type Gathering, type GatheringStanding, standingOf } from "./gathering.ts";
import { type GatheringHouse, materialPath } from "./materialActions.ts";
import { listMaterials, loadMaterial } from "./materialStore.ts";
import { ORGANISERS } from "./organisers.ts";
import { gatheringPage, gatheringsPage, ownGatheringsPage } from "./pages.ts";
import { GUESTS_MAX, listWaiting, placesLeft } from "./queue.ts";
import { countComing, listComing, listPast, loadGathering } from "./store.ts";

const PUBLIC = { config: { policy: { public: true as const } } };
const SIGNED_IN = { config: { policy: { signedIn: true as const } } };
const COMING_SHOWN = 1000;
const PAST_SHOWN = 50;
const NOWHERE = { document: null, version: "" } as const;
const DAY = 86_400_000;
/** So long after its end a gathering still stands among what others read: who comes late reads that it was. */
const READ_AFTER_MS = 30 * DAY;

type ListRequest = FastifyRequest<{ Params: { handle: string }; Querystring: { after?: unknown } }>;
type EventRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type MaterialRequest = FastifyRequest<{ Params: { handle: string; id: string; material: string } }>;
/** A gathering that everybody may see, with whose it is. */
export type Found = { readonly actor: LocalActor; readonly gathering: Gathering };

const MineForm = Type.Object({
  act: Type.Enum(["book", "cancel"]),
  guests: Type.Optional(Type.Integer({ minimum: 0, maximum: GUESTS_MAX })),
  from: Type.Optional(Type.Literal("account")),
});
const YoursQuery = Type.Object({ yours: Type.Optional(Type.Literal("1")) });
const ListQuery = Type.Object({ page: LIST_QUERY.page });
const ProofQuery = Type.Object({ b: Type.Optional(Type.String({ maxLength: 2000 })) });

/** Adds `/{handle}/events`, what hangs on it, and `/account/gatherings`. */
export function registerPublicGatherings(app: FastifyInstance, parts: GatheringHouse): void {
  registerList(app, parts);
  registerOne(app, parts);
  registerMaterial(app, parts);
  registerOwn(app, parts);
}

/** The actor of that handle that may hold gatherings. */
export function findOrganiser(tx: Tx, handle: string): LocalActor | null {
  const actor = loadActorByHandle(tx, handle);
  return actor && actor.kind !== "node" && actor.goneAt === null ? actor : null;
}

/** A gathering of that actor that was published, a removed one too. */
export function findPublished(tx: Tx, { handle, id }: { handle: string; id: string }): Found | null {
  const actor = findOrganiser(tx, handle);
  const gathering = actor && loadGathering(tx, actor.id, id);
  return actor && gathering && gathering.publishedAt !== null ? { actor, gathering } : null;
}

/** How it stands for who would come now. */
export function standingNow(tx: Tx, gathering: Gathering, now: number): GatheringStanding {
  const bookings = listBookings(tx, gathering.id);
  const queue = { left: placesLeft(gathering.capacity, bookings), isWaitedFor: listWaiting(bookings).length > 0 };
  return standingOf(gathering, queue, now);
}

/** The gatherings of an actor of this node, or a page of them, as its address answers; null: not there. For networks of this node. */
export function readOwnEvents(wire: Pick<Wire, "db" | "clock">, iri: string): JsonObject | null {
  const { pathname, searchParams } = new URL(iri);
  const [, handle] = /^\/([^/]+)\/events$/.exec(pathname) ?? [];
  const actor = handle === undefined ? null : findOrganiser(wire.db.orm, handle);
  return actor && writeEventsNow(wire, actor, searchParams.get("after")).document;
}

/** `after`: which page; null: the collection itself. `version` is another after a change on any page. */
function writeEventsNow(
  { db, clock }: Pick<Wire, "db" | "clock">,
  { id }: LocalActor,
  after: string | null,
): { readonly document: JsonObject | null; readonly version: string } {
  const since = clock.now() - READ_AFTER_MS;
  const { totalItems, version } = countComing(db.orm, id, since);
  const behind = after === null ? null : readEventCursor(after);
  if (behind === undefined) return NOWHERE;
  const gatherings = listComing(db.orm, id, since, EVENTS_PER_PAGE + 1, behind);
  const document =
    after === null ? writeEventsCollection(id, gatherings, totalItems) : writeEventsPage(id, gatherings, after);
  return { document, version };
}

function registerList(app: FastifyInstance, { wire }: GatheringHouse): void {
  const { orm } = wire.db;
  app.get("/:handle/events", PUBLIC, (request: ListRequest, reply) => {
    const actor = findOrganiser(orm, request.params.handle);
    if (wantsActivityJson(request.headers.accept)) {
      const { after } = request.query;
      const { document, version } = actor
        ? writeEventsNow(wire, actor, typeof after === "string" ? after : null)
        : NOWHERE;
      if (!document) return send(reply, answerNotFound());
      return send(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"], version }));
    }
    const now = wire.clock.now();
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const query = readForm(ListQuery, request.query);
    const page = "value" in query ? query.value : {};
    const coming = sift(listComing(orm, actor.id, now, COMING_SHOWN), page, { text: ({ name }) => name });
    const past = listPast(orm, actor.id, now, PAST_SHOWN);
    return sendPage(request, reply, gatheringsPage(pageContext(request, reply), { organiser: actor, coming, past }));
  });
}

function registerOne(app: FastifyInstance, parts: GatheringHouse): void {
  const { wire, house } = parts;
  const { orm } = wire.db;
  app.get("/:handle/events/:id", PUBLIC, (request: EventRequest, reply) => {
    const found = findPublished(orm, request.params);
    if (wantsActivityJson(request.headers.accept)) {
      if (!found) return send(reply, answerNotFound());
      const document = writeEventDocument(found.gathering);
      if (found.gathering.removedAt !== null) return send(reply, answerGone(document));
      return send(reply, answerDocument(document, { ifNoneMatch: request.headers["if-none-match"] }));
    }
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const { actor: organiser, gathering } = found;
    if (gathering.removedAt !== null) return sendRefusal(request, reply, { refused: "gone" });
    const { visitor } = request;
    const own = visitor ? (findBookingOf(orm, gathering.id, visitor.personId) ?? null) : null;
    const isComing = own?.state === "booked" || own?.state === "waiting";
    const materials = listMaterials(orm, gathering.id).filter(({ forWhom }) => forWhom === "everybody" || isComing);
    const standing = standingNow(orm, gathering, wire.clock.now());
    const query = readForm(YoursQuery, request.query);
    const isYours = !("refused" in query) && query.value.yours !== undefined;
    const view = { organiser, gathering, standing, materials, own, isYours, isMailed: house.mailer !== null };
    return sendPage(request, reply, gatheringPage(pageContext(request, reply), view));
  });
}

/** A PDF, as something to save which can do nothing (SAFETY C30); what is for who has booked asks for their booking. */
function registerMaterial(app: FastifyInstance, parts: GatheringHouse): void {
  const { wire, house, dataFolder } = parts;
  const { orm } = wire.db;
  app.get("/:handle/events/:id/materials/:material", PUBLIC, async (request: MaterialRequest, reply) => {
    const found = findPublished(orm, request.params);
    const material = found && loadMaterial(orm, found.gathering.id, request.params.material);
    const query = readForm(ProofQuery, request.query);
    const isThere = found && found.gathering.removedAt === null && material?.fileHash;
    if (!isThere || !material || "refused" in query) return sendRefusal(request, reply, { refused: "not-found" });
    if (material.forWhom === "booked" && !(await isLetIn(request, found.gathering, query.value.b ?? null)))
      return sendRefusal(request, reply, { refused: "not-found" });
    const file = { name: `${material.name.slice(0, 80)}.pdf`, type: "application/pdf", how: "attachment" } as const;
    nameFile(reply, file).header("content-security-policy", "default-src 'none'; sandbox");
    return reply.send(createReadStream(materialPath(dataFolder, isThere)));
  });

  async function isLetIn(request: FastifyRequest, { id, actorId }: Gathering, token: string | null): Promise<boolean> {
    const { visitor } = request;
    if (holdsRole(visitor, actorId, ORGANISERS)) return true;
    const own = visitor ? findBookingOf(orm, id, visitor.personId) : undefined;
    const proven = token === null ? undefined : await readBooking(house, token);
    const theirs = proven && !isRefusal(proven) && proven.gathering.id === id ? proven.booking : undefined;
    return [own, theirs].some((booking) => booking?.state === "booked" || booking?.state === "waiting");
  }
}

function registerOwn(app: FastifyInstance, { wire }: GatheringHouse): void {
  const { orm } = wire.db;
  app.get("/account/gatherings", SIGNED_IN, (request, reply) => {
    const own = listOwnBookings(orm, request.visitor!.personId, wire.clock.now()).flatMap((one) => {
      const organiser = loadActor(orm, one.gathering.actorId);
      return organiser && one.gathering.removedAt === null ? [{ ...one, organiser }] : [];
    });
    return sendPage(request, reply, ownGatheringsPage(pageContext(request, reply), own));
  });
  app.post("/:handle/events/:id/mine", SIGNED_IN, (request: EventRequest, reply) => {
    const found = findPublished(orm, request.params);
    const form = readForm(MineForm, request.body);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { act, guests = 0, from } = form.value;
    const { personId } = request.visitor!;
    const { language } = pageContext(request, reply);
    const done =
      act === "book"
        ? bookForPerson(wire, found.gathering.id, { personId, guests, language })
        : cancelForPerson(wire, found.gathering.id, personId);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    const { handle, id } = request.params;
    return reply.redirect(from === "account" ? "/account/gatherings" : `/${handle}/events/${id}#coming`, 303);
  });
}

function send(reply: FastifyReply, { status, headers, body }: DocumentAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}
