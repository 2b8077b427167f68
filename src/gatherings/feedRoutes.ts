// An actor's gatherings as calendars and feed readers fetch them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Wire } from "../activitypub/wire.ts";
import { OPEN_LIMIT, sendCached } from "../web/cachedAnswer.ts";
import { sendRefusal } from "../web/errors.ts";
import { type PageContext, pageContext } from "../web/page.ts";
import { writeGatheringCalendar, writeGatheringFeed } from "./feedPages.ts";
import type { Gathering } from "./gathering.ts";
import type { Organiser } from "./pages.ts";
import { findOrganiser } from "./publicRoutes.ts";
import { listComing } from "./store.ts";

const SHOWN = 1000;
const DAY = 86_400_000;
/** A calendar that is fetched once a month still sees what was. */
const SHOWN_AFTER_MS = 60 * DAY;

type Asked = FastifyRequest<{ Params: { handle: string } }>;
type Write = (c: PageContext, organiser: Organiser, gatherings: readonly Gathering[]) => string;

/** Adds `/{handle}/events.ics` and `.atom`. */
export function registerGatheringFeeds(app: FastifyInstance, wire: Wire): void {
  const answer = (request: Asked, reply: FastifyReply, type: string, write: Write) => {
    const organiser = findOrganiser(wire.db.orm, request.params.handle);
    if (!organiser) return sendRefusal(request, reply, { refused: "not-found" });
    const gatherings = listComing(wire.db.orm, organiser.id, wire.clock.now() - SHOWN_AFTER_MS, SHOWN);
    const text = write(pageContext(request, reply), organiser, gatherings);
    return sendCached(request, reply, { type, text, isWorded: true });
  };
  app.get("/:handle/events.ics", OPEN_LIMIT, (request: Asked, reply) =>
    answer(request, reply, "text/calendar; charset=utf-8", writeGatheringCalendar),
  );
  app.get("/:handle/events.atom", OPEN_LIMIT, (request: Asked, reply) =>
    answer(request, reply, "application/atom+xml; charset=utf-8", writeGatheringFeed),
  );
}
