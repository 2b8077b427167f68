// The calendar of openings, closings and pickups under a private signed address, which its owner can renew or take away.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { loadActor } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal } from "../../kernel/refusal.ts";
import { householdOf } from "../../members/households/householdStore.ts";
import { loadPerson } from "../../members/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { nameFile } from "../../web/files.ts";
import { readLink, signLink } from "../../web/linkTokens.ts";
import { words } from "../../web/words.ts";
import { listBasketsOf } from "../booking/bookingStore.ts";
import { nameOf } from "../namesStore.ts";
import { outsideDatesOf } from "../outside/outside.ts";
import { listLatestOutside } from "../outside/store.ts";
import { turnsOf } from "../shifts/actions.ts";
import { listOrders } from "../store.ts";
import { datesOf, shiftDatesOf } from "./calendar.ts";
import { writeCalendar } from "./calendarPages.ts";
import { type CalendarFeed, deleteFeed, loadFeed, loadFeedOf, renewFeed } from "./calendarStore.ts";

const MEMBERS = { config: { policy: { seat: ["member"] as const } } };
const DATES_SHOWN = 200;
const OUTSIDE_SHOWN = 50;
/** The row decides how long the address works; the signature outlives it by far. */
const LIFE_MS = 10 * 365 * 86_400_000;

/** The address of a person's calendar; null while they have none. */
export async function calendarUrl(
  app: FastifyInstance,
  tx: Tx,
  owner: { actorId: string; personId: string },
): Promise<string | null> {
  const feed = loadFeedOf(tx, owner);
  if (!feed) return null;
  const link = { subject: feed.id, next: "", now: feed.createdAt, lifeMs: LIFE_MS };
  return `${app.web.origin}/calendar/${await signLink(app.web, "calendar", link)}`;
}

/** Adds `/calendar/{token}` and the two forms that renew the address and take it away. */
export function registerCalendar(app: FastifyInstance, { db, clock }: Wire): void {
  type Token = { Params: { token: string } };
  app.get<Token>("/calendar/:token", { config: { policy: { public: true } } }, async (request, reply) => {
    const link = await readLink(app.web, "calendar", request.params.token, clock.now());
    const feed = isRefusal(link) ? undefined : loadFeed(db.orm, link.subject);
    const text = feed && drawCalendar(app, db.orm, feed, clock.now());
    if (!text) return sendRefusal(request, reply, { refused: "link-spent" });
    return nameFile(reply, { name: "filiera.ics", type: "text/calendar; charset=utf-8", how: "inline" }).send(text);
  });
  const change = (path: string, act: (tx: Tx, owner: { actorId: string; personId: string }) => void): void => {
    type Desk = FastifyRequest<{ Params: { handle: string } }>;
    app.post(`/desk/:handle/pickups/${path}`, MEMBERS, (request: Desk, reply) => {
      const owner = { actorId: request.seat!.actorId, personId: request.visitor!.personId };
      transact(db, (tx) => act(tx, owner));
      return reply.redirect(`/desk/${request.params.handle}/pickups#calendar`, 303);
    });
  };
  change("calendar", (tx, owner) => renewFeed(tx, owner, clock.now()));
  change("calendar/stop", deleteFeed);
}

/** The file, as long as the person belongs to a household of the group; undefined after that. */
function drawCalendar(
  app: FastifyInstance,
  tx: Tx,
  { actorId, personId }: CalendarFeed,
  now: number,
): string | undefined {
  const person = loadPerson(tx, personId);
  const household = householdOf(tx, actorId, personId);
  const actor = loadActor(tx, actorId);
  if (!person || !household || !actor) return undefined;
  const baskets = listBasketsOf(tx, actorId, household.id, DATES_SHOWN);
  const booked = new Map(
    baskets.filter(({ state }) => state !== "cancelled").map(({ orderId, pickupId }) => [orderId, pickupId]),
  );
  const say = words(person.language ?? app.web.language);
  const { host } = new URL(app.web.origin);
  const dates = [
    ...datesOf(listOrders(tx, actorId, { limit: DATES_SHOWN }), booked, host),
    ...outsideDatesOf(listLatestOutside(tx, actorId, OUTSIDE_SHOWN), host),
    ...shiftDatesOf(turnsOf(tx, actorId, now), personId, host),
  ];
  return writeCalendar(say, dates, {
    name: actor.name,
    deskUrl: `${app.web.origin}/desk/${actor.handle}`,
    stampAt: now,
    nameOf: (producerId) => nameOf(tx, producerId),
  });
}
