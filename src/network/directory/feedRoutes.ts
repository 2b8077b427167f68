// The lists of a network for others' software, each with its ETag, and the frame that others put on their pages (SAFETY B39, C38).
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type CachedAnswer, OPEN_LIMIT, sendCached } from "../../web/cachedAnswer.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type PageContext, pageContext } from "../../web/page.ts";
import type { EntryKind, NetworkCard, ShownIndex } from "../index/networkIndex.ts";
import {
  embedPage,
  FEED_TYPES,
  type FeedFormat,
  type FeedView,
  FRAMED,
  writeClosings,
  writeFeed,
  writeMeetings,
} from "./feedPages.ts";
import { ACTOR_KINDS } from "./pages.ts";
import type { DirectoryHouse } from "./routes.ts";

const IN_FEED = 100;
const IN_FRAME = 20;

type Asked = FastifyRequest<{ Params: { handle: string } }>;
type Body = Pick<CachedAnswer, "type" | "text">;

/** Adds the feeds of open orders, of the directory and of the calendar, closings and meetings as iCalendar, and the frames. */
export function registerFeeds(app: FastifyInstance, house: DirectoryHouse): void {
  for (const format of Object.keys(FEED_TYPES) as FeedFormat[]) {
    const feed = (path: FeedView["path"]) =>
      app.get(`/:handle/${path}.${format}`, OPEN_LIMIT, (request: Asked, reply) =>
        answer(house, request, reply, path, IN_FEED, (c, view) => ({
          type: FEED_TYPES[format],
          text: writeFeed(c, format, view),
        })),
      );
    feed("offers");
    feed("directory");
    feed("calendar");
  }
  app.get("/:handle/offers.ics", OPEN_LIMIT, (request: Asked, reply) =>
    answer(house, request, reply, "offers", IN_FEED, (c, view) => ({
      type: "text/calendar; charset=utf-8",
      text: writeClosings(c, view),
    })),
  );
  app.get("/:handle/calendar.ics", OPEN_LIMIT, (request: Asked, reply) =>
    answer(house, request, reply, "calendar", IN_FEED, (c, view) => ({
      type: "text/calendar; charset=utf-8",
      text: writeMeetings(c, view),
    })),
  );
  // A config of its own: the plugin writes the headers into it, and every other open answer would be frameable too.
  for (const path of FRAMED)
    app.get(
      `/embed/:handle/${path}`,
      { config: { ...OPEN_LIMIT.config }, helmet: FRAMEABLE },
      (request: Asked, reply) =>
        answer(house, request, reply, path, IN_FRAME, (c, view) => ({
          type: "text/html; charset=utf-8",
          text: String(embedPage(c, view)),
        })),
    );
}

/** Any page may hold it: it shows what everybody may read, takes no form and knows nobody. */
const FRAMEABLE = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["*"],
    },
  },
  xFrameOptions: false,
  crossOriginResourcePolicy: { policy: "cross-origin" as const },
  crossOriginOpenerPolicy: false,
  referrerPolicy: { policy: "no-referrer" as const },
};

const KINDS: Readonly<Record<FeedView["path"], readonly EntryKind[]>> = {
  offers: ["cycle"],
  directory: ACTOR_KINDS,
  calendar: ["event"],
};

async function answer(
  { findNetwork, index, clock }: DirectoryHouse,
  request: Asked,
  reply: FastifyReply,
  path: FeedView["path"],
  limit: number,
  write: (c: PageContext, view: FeedView) => Body,
): Promise<FastifyReply> {
  let network: NetworkCard | null;
  let entries: FeedView["entries"];
  try {
    network = await findNetwork(request.params.handle);
    if (network === null) return sendRefusal(request, reply, { refused: "not-found" });
    entries = await list(await index.open(), network, path, limit, clock.now());
  } catch (error) {
    request.log.error({ err: error }, "the index did not answer");
    return sendRefusal(request, reply, { refused: "index-away" });
  }
  const c = pageContext(request, reply);
  return sendCached(request, reply, { ...write(c, { network, path, entries }), isWorded: true });
}

async function list(
  index: ShownIndex,
  network: NetworkCard,
  path: FeedView["path"],
  limit: number,
  now: number,
): Promise<FeedView["entries"]> {
  const open = path !== "directory" ? { openAt: now } : {};
  return (await index.search({ groupId: network.id, now, kinds: KINDS[path], limit, ...open })).entries;
}
