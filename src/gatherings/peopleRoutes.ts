// Who comes to a gathering, for its organiser alone: ticked at the door, written down by hand, taken home as a list. SAFETY C45, C54.
import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { writeCsv } from "../exchange/csvOut.ts";
import { encodeId } from "../kernel/ids.ts";
import { romeTime } from "../kernel/time.ts";
import { sendRefusal } from "../web/errors.ts";
import { nameFile } from "../web/files.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { noteExport } from "../web/noteExport.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { holdsRole } from "../web/visitor.ts";
import { bookByHand, cancelByHand, markAttended } from "./bookingActions.ts";
import { type Booking, listAddressesOf, listBookings } from "./bookingStore.ts";
import { findOwn, type IdRequest, leadTo, turnoutOf } from "./deskRoutes.ts";
import type { Gathering } from "./gathering.ts";
import type { GatheringHouse } from "./materialActions.ts";
import { ADDRESS_READERS, ORGANISERS } from "./organisers.ts";
import { peoplePage } from "./peoplePages.ts";
import { GUESTS_MAX } from "./queue.ts";

const DESK = { config: { policy: { seat: ORGANISERS } } };
const PATH = "/desk/:handle/gatherings/:id/people";

const AddForm = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 80 }),
  organisation: Type.Optional(Type.String({ maxLength: 120 })),
  guests: Type.Optional(Type.Integer({ minimum: 0, maximum: GUESTS_MAX })),
});
const ActForm = Type.Object({
  act: Type.Enum(["tick", "untick", "off"]),
  key: Type.Optional(Type.String({ maxLength: 100 })),
});

type BookingRequest = FastifyRequest<{ Params: { handle: string; id: string; booking: string } }>;

/** Adds `/desk/{handle}/gatherings/{id}/people` and `people.csv`. */
export function registerPeople(app: FastifyInstance, parts: GatheringHouse): void {
  registerList(app, parts);
  registerTicks(app, parts);
  registerFile(app, parts);
}

function registerList(app: FastifyInstance, parts: GatheringHouse): void {
  const { wire } = parts;
  const show = (request: IdRequest, reply: FastifyReply, state: FormState) => {
    const gathering = findTold(parts, request);
    if (!gathering) return sendRefusal(request, reply, { refused: "not-found" });
    const bookings = listBookings(wire.db.orm, gathering.id);
    const addresses = addressesFor(parts, request, bookings);
    const view = { gathering, bookings, turnout: turnoutOf(parts, gathering), addresses, state };
    const onceKey = () => encodeId(randomBytes(16));
    return sendPage(request, reply, peoplePage(pageContext(request, reply), { ...view, onceKey }));
  };
  app.get(PATH, DESK, (request: IdRequest, reply) => show(request, reply, FRESH));
  app.post(PATH, DESK, (request: IdRequest, reply) => {
    const form = readForm(AddForm, request.body);
    if ("refused" in form) return "typed" in form ? show(request, reply, form) : sendRefusal(request, reply, form);
    const { name, organisation = "", guests = 0 } = form.value;
    const at = { actorId: request.seat!.actorId, gatheringId: request.params.id };
    const { language } = pageContext(request, reply);
    return leadTo(request, reply, bookByHand(wire, at, { name, organisation, guests, language }), pathOf(request));
  });
}

function registerTicks(app: FastifyInstance, { wire }: GatheringHouse): void {
  app.post(`${PATH}/:booking`, DESK, (request: BookingRequest, reply) => {
    const form = readForm(ActForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const { act, key: onceKey = "" } = form.value;
    const { id: gatheringId, booking: bookingId } = request.params;
    const key = { actorId: request.seat!.actorId, gatheringId, bookingId };
    const byId = request.visitor!.personId;
    const done =
      act === "off" ? cancelByHand(wire, key) : markAttended(wire, { ...key, byId, isThere: act === "tick", onceKey });
    return leadTo(request, reply, done, act === "off" ? pathOf(request) : `${pathOf(request)}#b-${bookingId}`);
  });
}

function registerFile(app: FastifyInstance, parts: GatheringHouse): void {
  app.get(`${PATH}.csv`, DESK, (request: IdRequest, reply) => {
    const gathering = findTold(parts, request);
    if (!gathering) return sendRefusal(request, reply, { refused: "not-found" });
    const { say } = pageContext(request, reply);
    const isIn = ({ state }: Booking) => state === "booked" || state === "waiting";
    const bookings = listBookings(parts.wire.db.orm, gathering.id).filter(isIn);
    const addresses = addressesFor(parts, request, bookings);
    const columns = ["name", "organisation", "guests", "state", "attended", ...(addresses ? ["email"] : [])];
    const rows = bookings.map(({ id, name, organisation, guests, state, attendedAt }) => [
      ...[name, organisation, { decimal: String(guests) }, say(`gatherings.own.${state}`)],
      attendedAt === null ? "" : say("gatherings.attended"),
      ...(addresses ? [addresses.get(id) ?? ""] : []),
    ]);
    noteExport(request, "gathering-people");
    const name = `${request.params.handle}-${romeTime(gathering.startsAt).date}.csv`;
    const heads = columns.map((column) => say(`gatherings.people.column.${column}`));
    const file = { name, type: "text/csv; charset=utf-8", how: "attachment" } as const;
    return nameFile(reply, file).send(writeCsv([heads, ...rows]));
  });
}

/** The desk's own gathering, once others know of it. */
function findTold(parts: GatheringHouse, request: IdRequest): Gathering | null {
  const gathering = findOwn(parts, request);
  return gathering && gathering.state !== "draft" ? gathering : null;
}

/** Addresses by booking; null for who ticks names alone. */
function addressesFor(
  { wire }: GatheringHouse,
  request: FastifyRequest,
  bookings: readonly Booking[],
): ReadonlyMap<string, string> | null {
  if (!holdsRole(request.visitor, request.seat!.actorId, ADDRESS_READERS)) return null;
  const people = bookings.flatMap(({ personId }) => personId ?? []);
  const ofAccounts = listAddressesOf(wire.db.orm, people);
  return new Map(bookings.map((one) => [one.id, one.email ?? ofAccounts.get(one.personId ?? "") ?? ""]));
}

function pathOf({ params }: IdRequest | BookingRequest): string {
  return `/${params.id}/people`;
}
