// The public pages of a network. They ask its index alone: no page of theirs reaches another node.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type Html, html } from "../../web/html.ts";
import { type PageContext, pageContext, sendPage, type View } from "../../web/page.ts";
import {
  ENTRY_KINDS,
  type EntryKind,
  type IndexQuery,
  type NetworkCard,
  type ShownIndex,
} from "../index/networkIndex.ts";
import { mapPage, readProvince } from "./mapRoomPages.ts";
import { ACTOR_KINDS, calendarPage, directoryPage, type ListView, offersPage, searchPage, ways } from "./pages.ts";
import { type SourceView, sourcePage } from "./sourcePages.ts";
import { readWish, toQuery, WISH_QUERY, type Wish } from "./wish.ts";

const PUBLIC = { config: { policy: { public: true as const } }, schema: { querystring: Type.Object(WISH_QUERY) } };
/** "Nobody within 20 km: the nearest are ..." looks so far, and names so many. */
const FAR_KM = 300;
const PRODUCTS = 48;
const NEAREST = 2;

/**
 * What the pages of a network need, and all they need: so that a process without data of its own can show them. `findNetwork`: the
 * network of that handle, null where there is none or it has closed. Either rejects where the index is away.
 */
export type DirectoryHouse = {
  readonly findNetwork: (handle: string) => Promise<NetworkCard | null>;
  readonly index: { readonly open: () => Promise<ShownIndex> };
  readonly clock: { now(): number };
};

/** One source's page: its address, and where the page before ended. */
const AT = {
  config: { policy: { public: true as const } },
  schema: {
    querystring: Type.Object({
      source: Type.String({ minLength: 1, maxLength: 2048 }),
      after: Type.Optional(Type.String({ maxLength: 60 })),
    }),
  },
};
type AskedAt = FastifyRequest<{ Params: { handle: string }; Querystring: { source: string; after?: string } }>;

type Asked = FastifyRequest<{ Params: { handle: string }; Querystring: Parameters<typeof readWish>[0] }>;
type Question = {
  readonly index: ShownIndex;
  readonly network: NetworkCard;
  readonly wish: Wish;
  readonly now: number;
};

/** Adds the pages: directory, map, search, offers, calendar. */
export function registerDirectory(app: FastifyInstance, house: DirectoryHouse): void {
  const page = (path: string, draw: (c: PageContext, question: Question) => Promise<View>) =>
    app.get(`/:handle/${path}`, PUBLIC, (request: Asked, reply) => answer(house, request, reply, draw));
  page("directory", async (c, question) => {
    const { kind } = question.wish;
    const kinds = ACTOR_KINDS.filter((one) => kind === "" || !isActorKind(kind) || one === kind);
    return directoryPage(c, await askList(question, kinds));
  });
  page("search", async (c, question) => {
    const kinds = searchedKinds(question.wish.kind);
    const { index, network, now } = question;
    const categories = await index.counts(network.id, "category", now);
    return searchPage(c, { ...(await askList(question, kinds)), categories, kinds });
  });
  page("offers", async (c, question) => offersPage(c, await askList(question, ["cycle"], { openAt: question.now })));
  page("calendar", async (c, question) =>
    calendarPage(c, await askList(question, ["event"], { openAt: question.now })),
  );
  app.get("/:handle/at", AT, (request: AskedAt, reply) =>
    answer(house, request, reply, async (c, question) => {
      const view = await askSource(question, request.query);
      return view && sourcePage(c, view);
    }),
  );
  page("map", async (c, { index, network, wish, now }) => {
    const province = readProvince(wish.province);
    const counts = await index.counts(network.id, province ? "comune" : "province", now);
    return mapPage(c, { network, province, counts });
  });
}

/** The ways into these pages, as a network's own page shows them. */
export function renderDirectoryWays(c: PageContext, actor: LocalActor): Html | "" {
  return actor.kind === "district" ? html`<h2>${c.say("directory.here")}</h2>${ways(c, actor, "")}` : "";
}

function isActorKind(kind: string): boolean {
  return ACTOR_KINDS.some((one) => one === kind);
}

function searchedKinds(kind: string): readonly EntryKind[] {
  if (kind === "all") return ENTRY_KINDS;
  return kind === "cycle" || kind === "event" ? [kind] : ["product"];
}

async function askList(
  { index, network, wish, now }: Question,
  kinds: readonly EntryKind[],
  more: Partial<IndexQuery> = {},
): Promise<ListView> {
  const query = { ...toQuery(wish, { groupId: network.id, kinds, now }), ...more };
  const found = await index.search(query);
  const counts = await index.counts(network.id, "kind", now);
  const isAlone = found.entries.length === 0 && wish.place !== null;
  const { comune: _, ...rest } = query;
  const far = { ...rest, near: { ...wish.place!, km: FAR_KM }, limit: NEAREST };
  const nearest = isAlone ? (await index.search(far)).entries : [];
  return { network, wish, found, counts, nearest };
}

/** What the index has of one source; null where it shows nothing of it. */
async function askSource(
  { index, network, now }: Question,
  { source, after }: { readonly source: string; readonly after?: string },
): Promise<SourceView | null> {
  const query = { groupId: network.id, now, sourceId: source, limit: PRODUCTS };
  const [own] = (await index.search({ ...query, kinds: ACTOR_KINDS, limit: 1 })).entries;
  if (own === undefined) return null;
  const products = await index.search({ ...query, kinds: ["product"], after: after ?? null });
  const cycles = await index.search({ ...query, kinds: ["cycle"], openAt: now });
  const events = await index.search({ ...query, kinds: ["event"], openAt: now });
  return { network, own, products, cycles, events };
}

/** Opens the index and draws; where it is away, a page says so, and nobody else's pages suffer. */
async function answer(
  { findNetwork, index: door, clock }: DirectoryHouse,
  request: FastifyRequest<{ Params: { handle: string } }> & { readonly query: Asked["query"] },
  reply: FastifyReply,
  draw: (c: PageContext, question: Question) => Promise<View | null>,
): Promise<FastifyReply> {
  const c = pageContext(request, reply);
  let view: View | null;
  try {
    const network = await findNetwork(request.params.handle);
    if (network === null) return sendRefusal(request, reply, { refused: "not-found" });
    const index = await door.open();
    view = await draw(c, { index, network, wish: readWish(request.query), now: clock.now() });
  } catch (error) {
    request.log.error({ err: error }, "the index did not answer");
    return sendRefusal(request, reply, { refused: "index-away" });
  }
  if (view === null) return sendRefusal(request, reply, { refused: "not-found" });
  return sendPage(request, reply, view);
}
