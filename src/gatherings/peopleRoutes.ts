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
  const { wire } = parts;
  const tx = wire.db.orm;
  const show = (request: IdRequest, reply: FastifyReply, state: FormState) => {
    const gathering = findOwn(parts, request);
    if (!gathering || gathering.state === "draft") return sendRefusal(request, reply, { refused: "not-found" });
    const bookings = listBookings(tx, gathering.id);
    const addresses = addressesFor(request, bookings);
    const view = { gathering, bookings, turnout: turnoutOf(parts, gathering), addresses, state };
    const onceKey = () => encodeId(randomBytes(16));
    return sendPage(request, reply, peoplePage(pageContext(request, reply), { ...view, onceKey }));
  };
  /** By booking; null for who ticks names alone. */
  const addressesFor = (request: FastifyRequest, bookings: readonly Booking[]): ReadonlyMap<string, string> | null => {
    if (!holdsRole(request.visitor, request.seat!.actorId, ADDRESS_READERS)) return null;
    const ofAccounts = listAddressesOf(
      tx,
      bookings.flatMap(({ personId }) => personId ?? []),
    );
    return new Map(bookings.map((one) => [one.id, one.email ?? ofAccounts.get(one.personId ?? "") ?? ""]));
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
  app.get(`${PATH}.csv`, DESK, (request: IdRequest, reply) => {
    const gathering = findOwn(parts, request);
    if (!gathering || gathering.state === "draft") return sendRefusal(request, reply, { refused: "not-found" });
    const { say } = pageContext(request, reply);
    const bookings = listBookings(tx, gathering.id).filter(({ state }) => state === "booked" || state === "waiting");
    const addresses = addressesFor(request, bookings);
    const columns = ["name", "organisation", "guests", "state", "attended", ...(addresses ? ["email"] : [])];
    const rows = bookings.map(({ id, name, organisation, guests, state, attendedAt }) => [
      ...[name, organisation, { decimal: String(guests) }, say(`gatherings.own.${state}`)],
      attendedAt === null ? "" : say("gatherings.attended"),
      ...(addresses ? [addresses.get(id) ?? ""] : []),
    ]);
    noteExport(request, "gathering-people");
    const { date } = romeTime(gathering.startsAt);
    const file = {
      name: `${request.params.handle}-${date}.csv`,
      type: "text/csv; charset=utf-8",
      how: "attachment",
    } as const;
    const heads = columns.map((column) => say(`gatherings.people.column.${column}`));
    return nameFile(reply, file).send(writeCsv([heads, ...rows]));
  });
}

function pathOf({ params }: IdRequest | BookingRequest): string {
  return `/${params.id}/people`;
}
