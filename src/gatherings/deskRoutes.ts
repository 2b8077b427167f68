// The organiser's desk for gatherings: prepare, publish, change, call off, hand things out.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { storePicture } from "../catalogs/pictures/actions.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH, formOf } from "../web/forms.ts";
import { LIST_QUERY, sift } from "../web/lists.ts";
import { type DeskEntry, pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { takeUpload } from "../web/readUpload.ts";
import {
  cancelGathering,
  type GatheringKey,
  publishGathering,
  removeGathering,
  saveGathering,
  setPicture,
} from "./actions.ts";
import { listBookings } from "./bookingStore.ts";
import { deskGatheringPage, deskListPage, gatheringFormPage, type Turnout } from "./deskPages.ts";
import type { Gathering } from "./gathering.ts";
import { GATHERING_FORM, readGathering, writeGathering } from "./gatheringForm.ts";
import { addFile, addLink, dropFiles, type GatheringHouse, removeMaterial } from "./materialActions.ts";
import { listMaterials } from "./materialStore.ts";
import { ORGANISERS } from "./organisers.ts";
import { countComing, listWaiting } from "./queue.ts";
import { listOfDesk, loadGathering } from "./store.ts";

const POLICY = { seat: ORGANISERS };
const DESK = { config: { policy: POLICY } };
const UPLOAD = { config: { policy: POLICY, upload: true as const, uploadMegabytes: 10 } };
const PATH = "/desk/:handle/gatherings";
/** All that an actor may have. */
const LISTED = 5000;
const ListQuery = Type.Object(LIST_QUERY);

const Seen = Type.Integer({ minimum: 0 });
const NewForm = Type.Object(GATHERING_FORM);
const EditForm = Type.Object({ ...GATHERING_FORM, seen: Seen });
const SeenForm = Type.Object({ seen: Seen });
const CancelForm = Type.Object({ reason: Type.String({ minLength: 2, maxLength: 300 }) });
const MaterialForm = Type.Object({
  title: Type.String({ minLength: 2, maxLength: 120 }),
  url: Type.Optional(Type.String({ maxLength: 500, pattern: "^https?://[^\\s]+$" })),
  forWhom: Type.Enum(["everybody", "booked"]),
});
const PictureForm = Type.Object({ alt: Type.String({ minLength: 1, maxLength: 200 }) });

export type IdRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type MaterialRequest = FastifyRequest<{ Params: { handle: string; id: string; material: string } }>;

/** Where desks lead to gatherings. */
export const GATHERINGS_DESK: readonly DeskEntry[] = [
  { path: "gatherings", label: "gatherings.nav", kinds: ["gas", "producer", "district"], roles: ORGANISERS },
];

/** Adds `/desk/{handle}/gatherings` and what hangs on it, but for who comes. */
export function registerGatheringsDesk(app: FastifyInstance, parts: GatheringHouse): void {
  registerList(app, parts);
  registerForms(app, parts);
  registerActs(app, parts);
  registerMaterials(app, parts);
  registerPicture(app, parts);
}

/** The desk's own gathering that a request names; null where there is none. */
export function findOwn({ wire }: GatheringHouse, { seat, params }: IdRequest): Gathering | null {
  const gathering = loadGathering(wire.db.orm, seat!.actorId, params.id);
  return gathering && gathering.removedAt === null ? gathering : null;
}

/** How many come and how many wait. */
export function turnoutOf({ wire }: GatheringHouse, { id }: Gathering): Turnout {
  const bookings = listBookings(wire.db.orm, id);
  return { coming: countComing(bookings), waiting: listWaiting(bookings).length };
}

function registerList(app: FastifyInstance, parts: GatheringHouse): void {
  const { wire } = parts;
  app.get(PATH, DESK, (request, reply) => {
    const query = readForm(ListQuery, request.query);
    const all = listOfDesk(wire.db.orm, request.seat!.actorId, wire.clock.now(), LISTED);
    const text = ({ name, venue, comune }: Gathering) => `${name} ${venue} ${comune}`;
    const list = sift(all, "value" in query ? query.value : {}, { text });
    const rows = list.items.map((gathering) => ({ gathering, turnout: turnoutOf(parts, gathering) }));
    return sendPage(request, reply, deskListPage(pageContext(request, reply), list, rows));
  });
  app.get(`${PATH}/:id`, DESK, (request: IdRequest, reply) => showOne(parts, request, reply));
}

type States = { readonly reason?: FormState; readonly material?: FormState; readonly picture?: FormState };

function showOne(parts: GatheringHouse, request: IdRequest, reply: FastifyReply, states: States = {}): FastifyReply {
  const gathering = findOwn(parts, request);
  if (!gathering) return sendRefusal(request, reply, { refused: "not-found" });
  const materials = listMaterials(parts.wire.db.orm, gathering.id);
  const forms = { reason: FRESH, material: FRESH, picture: FRESH, ...states };
  const view = { gathering, turnout: turnoutOf(parts, gathering), materials, ...forms };
  return sendPage(request, reply, deskGatheringPage(pageContext(request, reply), view));
}

function registerForms(app: FastifyInstance, parts: GatheringHouse): void {
  const { wire, house } = parts;
  const isMailed = house.mailer !== null;
  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    state: FormState,
    gathering: Gathering | null,
    isStale = false,
  ) =>
    sendPage(request, reply, gatheringFormPage(pageContext(request, reply), state, { gathering, isStale, isMailed }));
  app.get(`${PATH}/new`, DESK, (request, reply) =>
    show(request, reply, formOf({ kind: "meeting", audience: "people", takesBookings: "on" }), null),
  );
  app.post(`${PATH}/new`, DESK, (request, reply) => {
    const form = readForm(NewForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, form, null) : sendRefusal(request, reply, form);
    const read = readGathering(form.value);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors }, null);
    const made = saveGathering(wire, request.seat!.actorId, read.facts, request.visitor!.personId);
    if (isTooFar(made)) return show(request, reply, { typed: form.typed, errors: TOO_FAR }, null);
    return leadTo(request, reply, made, `/${isRefusal(made) ? "" : made.id}`);
  });
  app.get(`${PATH}/:id/edit`, DESK, (request: IdRequest, reply) => {
    const gathering = findOwn(parts, request);
    if (!gathering) return sendRefusal(request, reply, { refused: "not-found" });
    if (gathering.state === "cancelled") return sendRefusal(request, reply, { refused: "gathering-cancelled" });
    return show(request, reply, formOf(writeGathering(gathering)), gathering);
  });
  app.post(`${PATH}/:id/edit`, DESK, (request: IdRequest, reply) => {
    const gathering = findOwn(parts, request);
    if (!gathering) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(EditForm, request.body);
    if ("refused" in form)
      return "typed" in form ? show(request, reply, form, gathering) : sendRefusal(request, reply, form);
    const { seen, ...typed } = form.value;
    const read = readGathering(typed);
    if ("errors" in read) return show(request, reply, { typed: form.typed, errors: read.errors }, gathering);
    const { id, actorId } = gathering;
    const saved = saveGathering(wire, actorId, { ...read.facts, id, seen }, request.visitor!.personId);
    if (isRefusal(saved) && saved.refused === "stale-version")
      return show(request, reply, formOf(form.typed), gathering, true);
    if (isTooFar(saved)) return show(request, reply, { typed: form.typed, errors: TOO_FAR }, gathering);
    return leadTo(request, reply, saved, `/${id}`);
  });
}

const TOO_FAR = { startsAt: "beyond-two-years" } as const;

function isTooFar(saved: Gathering | Refusal): boolean {
  return isRefusal(saved) && saved.refused === "gathering-too-far";
}

function registerActs(app: FastifyInstance, parts: GatheringHouse): void {
  const { wire, dataFolder } = parts;
  app.post(`${PATH}/:id/publish`, DESK, (request: IdRequest, reply) => {
    const form = readForm(SeenForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const done = publishGathering(wire, { ...keyOf(request), seen: form.value.seen });
    return leadTo(request, reply, done, `/${request.params.id}`);
  });
  app.post(`${PATH}/:id/cancel`, DESK, (request: IdRequest, reply) => {
    const form = readForm(CancelForm, request.body);
    if ("refused" in form)
      return "typed" in form ? showOne(parts, request, reply, { reason: form }) : sendRefusal(request, reply, form);
    const done = cancelGathering(wire, keyOf(request), form.value.reason);
    return leadTo(request, reply, done, `/${request.params.id}`);
  });
  app.post(`${PATH}/:id/remove`, DESK, (request: IdRequest, reply) => {
    const form = readForm(SeenForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const materials = listMaterials(wire.db.orm, request.params.id);
    const done = removeGathering(wire, { ...keyOf(request), seen: form.value.seen });
    if (!isRefusal(done)) dropFiles(wire.db, dataFolder, materials);
    return leadTo(request, reply, done, "");
  });
}

function registerMaterials(app: FastifyInstance, parts: GatheringHouse): void {
  app.post(`${PATH}/:id/materials`, UPLOAD, async (request: IdRequest, reply) => {
    const gathering = findOwn(parts, request);
    const upload = await takeUpload(request.body, "file");
    const form = readForm(MaterialForm, request.body);
    if (!gathering) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form)
      return "typed" in form ? showOne(parts, request, reply, { material: form }) : sendRefusal(request, reply, form);
    const { title: name, url, forWhom } = form.value;
    const wrong = (field: string, why: string) =>
      showOne(parts, request, reply, { material: { typed: form.typed, errors: { [field]: why } } });
    if (isRefusal(upload) && url === undefined) return wrong("file", "file-or-link");
    if (!isRefusal(upload) && url !== undefined) return wrong("url", "file-or-link");
    const wish = { name, forWhom };
    const done = isRefusal(upload)
      ? addLink(parts, gathering, { ...wish, url: url ?? "" })
      : await addFile(parts, gathering, wish, upload.bytes);
    if (isRefusal(done) && done.refused === "unreadable-document") return wrong("file", "not-a-pdf");
    if (isRefusal(done) && done.refused === "too-large") return wrong("file", "too-big");
    return leadTo(request, reply, done, `/${gathering.id}#materials`);
  });
  app.post(`${PATH}/:id/materials/:material/remove`, DESK, (request: MaterialRequest, reply) => {
    const { id, material } = request.params;
    const refusal = removeMaterial(parts, { actorId: request.seat!.actorId, id }, material);
    return leadTo(request, reply, refusal, `/${id}#materials`);
  });
}

function registerPicture(app: FastifyInstance, parts: GatheringHouse): void {
  const { wire, dataFolder } = parts;
  app.post(`${PATH}/:id/picture`, UPLOAD, async (request: IdRequest, reply) => {
    const gathering = findOwn(parts, request);
    const upload = await takeUpload(request.body, "picture");
    const form = readForm(PictureForm, request.body);
    if (!gathering) return sendRefusal(request, reply, { refused: "not-found" });
    if ("refused" in form)
      return "typed" in form ? showOne(parts, request, reply, { picture: form }) : sendRefusal(request, reply, form);
    if (isRefusal(upload))
      return showOne(parts, request, reply, { picture: { typed: form.typed, errors: { picture: "required" } } });
    const picture = await storePicture(wire, dataFolder, { id: gathering.actorId }, upload.bytes);
    if ("refused" in picture) return sendRefusal(request, reply, picture);
    const done = setPicture(wire, keyOf(request), { hash: picture.hash, alt: form.value.alt });
    return leadTo(request, reply, done, `/${gathering.id}`);
  });
  app.post(`${PATH}/:id/picture/remove`, DESK, (request: IdRequest, reply) =>
    leadTo(request, reply, setPicture(wire, keyOf(request), null), `/${request.params.id}`),
  );
}

function keyOf({ seat, visitor, params }: IdRequest): GatheringKey {
  return { actorId: seat!.actorId, id: params.id, byId: visitor!.personId };
}

/** A form whose answer is a page of this desk, or the refusal's own page. */
export function leadTo(
  request: FastifyRequest,
  reply: FastifyReply,
  done: unknown | Refusal,
  path: string,
): FastifyReply {
  if (isRefusal(done)) return sendRefusal(request, reply, done);
  return reply.redirect(`/desk/${request.seat!.handle}/gatherings${path}`, 303);
}
