// Booking without an account: the form everybody may send, and what the link in its letter opens. SAFETY C13: one answer for all.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { loadActor } from "../activitypub/store.ts";
import { isRefusal } from "../kernel/refusal.ts";
import { plainAddress } from "../members/signIn.ts";
import { sendRefusal } from "../web/errors.ts";
import { type FormState, FRESH } from "../web/forms.ts";
import { isMailAddress } from "../web/mail.ts";
import { pageContext, sendPage } from "../web/page.ts";
import { readForm } from "../web/readForm.ts";
import { book, cancelBooking, proveBooking, readBooking } from "./bookingActions.ts";
import { askedPage, bookingPage, bookPage, forgottenPage } from "./bookPages.ts";
import { mayBook } from "./gathering.ts";
import type { GatheringHouse } from "./materialActions.ts";
import { listMaterials } from "./materialStore.ts";
import { type Found, findPublished, standingNow } from "./publicRoutes.ts";
import { GUESTS_MAX } from "./queue.ts";

const PUBLIC = { config: { policy: { public: true as const } } };
// A person writes one for each evening; what floods mailboxes and lists writes many.
const FEW = { config: { policy: { public: true as const }, rateLimit: { max: 6, timeWindow: 10 * 60_000 } } };
const BookForm = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 80 }),
  email: Type.String({ maxLength: 254 }),
  organisation: Type.Optional(Type.String({ maxLength: 120 })),
  guests: Type.Optional(Type.Integer({ minimum: 0, maximum: GUESTS_MAX })),
  consent: Type.Literal("on"),
});
const ActForm = Type.Object({ act: Type.Enum(["prove", "cancel"]) });

type EventRequest = FastifyRequest<{ Params: { handle: string; id: string } }>;
type TokenRequest = FastifyRequest<{ Params: { token: string } }>;

/** Adds `/{handle}/events/{id}/book`, `/booking/{token}` and `/booking/forgotten`. */
export function registerBooking(app: FastifyInstance, parts: GatheringHouse): void {
  registerForm(app, parts);
  registerToken(app, parts);
}

function registerForm(app: FastifyInstance, { wire, house }: GatheringHouse): void {
  const tx = wire.db.orm;
  const find = ({ params }: EventRequest) => {
    const found = findPublished(tx, params);
    // Without a mail server nobody can prove an address: there is no form then.
    return found && found.gathering.removedAt === null && house.mailer !== null ? found : null;
  };
  const show = (request: EventRequest, reply: FastifyReply, { actor, gathering }: Found, state: FormState) => {
    const now = wire.clock.now();
    const refusal = mayBook(gathering, now);
    if (refusal) return sendRefusal(request, reply, refusal);
    const view = { organiser: actor, gathering, isFull: standingNow(tx, gathering, now) === "full" };
    return sendPage(request, reply, bookPage(pageContext(request, reply), state, view));
  };
  app.get("/:handle/events/:id/book", PUBLIC, (request: EventRequest, reply) => {
    const found = find(request);
    return found ? show(request, reply, found, FRESH) : sendRefusal(request, reply, { refused: "not-found" });
  });
  app.post("/:handle/events/:id/book", FEW, (request: EventRequest, reply) => {
    const found = find(request);
    if (!found) return sendRefusal(request, reply, { refused: "not-found" });
    const form = readForm(BookForm, request.body);
    if ("refused" in form && form.refused === "unexpected-field") return sendRefusal(request, reply, form);
    if ("refused" in form) return show(request, reply, found, form);
    const { name, email, organisation = "", guests = 0 } = form.value;
    // As it is kept: small letters can be longer than what was typed.
    if (!isMailAddress(plainAddress(email)))
      return show(request, reply, found, { typed: form.typed, errors: { email: "bad-address" } });
    const c = pageContext(request, reply);
    const asked = book(wire, found.gathering.id, { name, email, organisation, guests, language: c.language });
    if (isRefusal(asked)) return sendRefusal(request, reply, asked);
    return sendPage(request, reply, askedPage(c, found.actor, found.gathering));
  });
}

function registerToken(app: FastifyInstance, { wire, house }: GatheringHouse): void {
  const tx = wire.db.orm;
  // Opening it changes nothing: mail scanners open links too.
  app.get("/booking/:token", PUBLIC, async (request: TokenRequest, reply) => {
    const { token } = request.params;
    const found = await readBooking(house, token);
    if (isRefusal(found)) return sendRefusal(request, reply, found);
    const { booking, gathering } = found;
    const organiser = loadActor(tx, gathering.actorId);
    // Who had a place at what was called off reads why, also once it is taken away.
    const isGone = gathering.removedAt !== null && gathering.state !== "cancelled";
    if (!organiser || isGone) return sendRefusal(request, reply, { refused: "gone" });
    const standing = standingNow(tx, gathering, wire.clock.now());
    const view = { organiser, gathering, booking, standing, materials: listMaterials(tx, gathering.id), token };
    reply.header("cache-control", "private, no-store");
    return sendPage(request, reply, bookingPage(pageContext(request, reply), view));
  });
  app.post("/booking/:token", PUBLIC, async (request: TokenRequest, reply) => {
    const { token } = request.params;
    const form = readForm(ActForm, request.body);
    if ("refused" in form) return sendRefusal(request, reply, { refused: "bad-request" });
    const done = form.value.act === "prove" ? await proveBooking(house, token) : await cancelBooking(house, token);
    if (isRefusal(done)) return sendRefusal(request, reply, done);
    // An account that stands there already keeps its place: it is not the one this link leads to.
    const organiser = loadActor(tx, done.actorId);
    const found = await readBooking(house, token);
    const isTheirs = !isRefusal(found) && found.booking.id === done.id;
    if (form.value.act === "prove" && organiser && !isTheirs)
      return reply.redirect(`/${organiser.handle}/events/${done.gatheringId}?yours=1`, 303);
    const isForgotten = form.value.act === "cancel" && done.state === "unproven";
    return reply.redirect(`/booking/${isForgotten ? "forgotten" : token}`, 303);
  });
  app.get("/booking/forgotten", PUBLIC, (request, reply) =>
    sendPage(request, reply, forgottenPage(pageContext(request, reply))),
  );
}
