// The public pages of a network. They ask its index alone: no page of theirs reaches another node.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type Html, html } from "../../web/html.ts";
import { type PageContext, pageContext, sendPage, type View } from "../../web/page.ts";
import { ENTRY_KINDS, type EntryKind, type IndexQuery, type NetworkIndex } from "../index/networkIndex.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { mapPage, readProvince } from "./mapRoomPages.ts";
import { ACTOR_KINDS, calendarPage, directoryPage, type ListView, offersPage, searchPage, ways } from "./pages.ts";
import { readWish, toQuery, WISH_QUERY, type Wish } from "./wish.ts";

const PUBLIC = { config: { policy: { public: true as const } }, schema: { querystring: Type.Object(WISH_QUERY) } };
/** "Nobody within 20 km: the nearest are ..." looks so far, and names so many. */
const FAR_KM = 300;
const NEAREST = 2;

/** What the pages of a network need. */
export type DirectoryHouse = { readonly wire: Wire; readonly index: IndexDoor };

type Asked = FastifyRequest<{ Params: { handle: string }; Querystring: Parameters<typeof readWish>[0] }>;
type Question = {
  readonly index: NetworkIndex;
  readonly network: LocalActor;
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

/** Opens the index and draws; where it is away, a page says so, and nobody else's pages suffer. */
async function answer(
  { wire, index: door }: DirectoryHouse,
  request: Asked,
  reply: FastifyReply,
  draw: (c: PageContext, question: Question) => Promise<View>,
): Promise<FastifyReply> {
  const network = loadActorByHandle(wire.db.orm, request.params.handle);
  if (network?.kind !== "district" || network.goneAt !== null)
    return sendRefusal(request, reply, { refused: "not-found" });
  const c = pageContext(request, reply);
  let view: View;
  try {
    const index = await door.open();
    view = await draw(c, { index, network, wish: readWish(request.query), now: wire.clock.now() });
  } catch (error) {
    request.log.error({ err: error }, "the index did not answer");
    return sendRefusal(request, reply, { refused: "index-away" });
  }
  return sendPage(request, reply, view);
}
