// The public pages of a network. They ask its index alone: no page of theirs reaches another node.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { LocalActor } from "../../activitypub/actor.ts";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { loadPeerName } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type Html, html } from "../../web/html.ts";
import { type PageContext, pageContext, sendPage, type View } from "../../web/page.ts";
import {
  ENTRY_KINDS,
  type EntryKind,
  type FoundEntry,
  type FoundPage,
  type IndexQuery,
  type NetworkIndex,
} from "../index/networkIndex.ts";
import type { IndexDoor } from "../index/openStore.ts";
import { heardAt } from "../reading/freshness.ts";
import { listHeard, loadReach } from "../reading/store.ts";
import { mapPage, readProvince } from "./mapRoomPages.ts";
import { ACTOR_KINDS, calendarPage, directoryPage, type ListView, offersPage, searchPage, ways } from "./pages.ts";
import { type SourceView, sourcePage } from "./sourcePages.ts";
import { readWish, toQuery, WISH_QUERY, type Wish } from "./wish.ts";

const PUBLIC = { config: { policy: { public: true as const } }, schema: { querystring: Type.Object(WISH_QUERY) } };
/** "Nobody within 20 km: the nearest are ..." looks so far, and names so many. */
const FAR_KM = 300;
const PRODUCTS = 48;
const NEAREST = 2;

/** What the pages of a network need. */
export type DirectoryHouse = { readonly wire: Wire; readonly index: IndexDoor };

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
  readonly orm: Tx;
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
  { orm, index, network, wish, now }: Question,
  kinds: readonly EntryKind[],
  more: Partial<IndexQuery> = {},
): Promise<ListView> {
  const query = { ...toQuery(wish, { groupId: network.id, kinds, now }), ...more };
  const found = dated(orm, await index.search(query));
  const counts = await index.counts(network.id, "kind", now);
  const isAlone = found.entries.length === 0 && wish.place !== null;
  const { comune: _, ...rest } = query;
  const far = { ...rest, near: { ...wish.place!, km: FAR_KM }, limit: NEAREST };
  const nearest = isAlone ? dated(orm, await index.search(far)).entries : [];
  return { network, wish, found, counts, nearest, vias: listVias(orm, network.id, found.entries) };
}

/** Each entry as old as the part of its source that it came with: a producer may answer for itself while its list fails. */
function dated(tx: Tx, { entries, next }: FoundPage): FoundPage {
  const heard = listHeard(tx, [...new Set(entries.map(({ sourceId }) => sourceId))]);
  const date = (entry: FoundEntry): FoundEntry => {
    return { ...entry, contactAt: heardAt(entry.kind, heard.get(entry.sourceId), entry.contactAt) };
  };
  return { entries: entries.map(date), next };
}

/** Through which networks further down these came. */
function listVias(tx: Tx, networkId: string, entries: readonly FoundEntry[]): Map<string, string> {
  const vias = new Map<string, string>();
  for (const sourceId of new Set(entries.map((entry) => entry.sourceId))) {
    const via = loadReach(tx, networkId, sourceId)?.via;
    if (via !== undefined && via !== networkId) vias.set(sourceId, loadPeerName(tx, via).name);
  }
  return vias;
}

/** What the index has of one source; null where it shows nothing of it. */
async function askSource(
  { orm, index, network, now }: Question,
  { source, after }: { readonly source: string; readonly after?: string },
): Promise<SourceView | null> {
  const query = { groupId: network.id, now, sourceId: source, limit: PRODUCTS };
  const [own] = dated(orm, await index.search({ ...query, kinds: ACTOR_KINDS, limit: 1 })).entries;
  if (own === undefined) return null;
  const products = dated(orm, await index.search({ ...query, kinds: ["product"], after: after ?? null }));
  const cycles = dated(orm, await index.search({ ...query, kinds: ["cycle"], openAt: now }));
  const events = dated(orm, await index.search({ ...query, kinds: ["event"], openAt: now }));
  return { network, own, products, cycles, events, via: listVias(orm, network.id, [own]).get(source) ?? null };
}

/** Opens the index and draws; where it is away, a page says so, and nobody else's pages suffer. */
async function answer(
  { wire, index: door }: DirectoryHouse,
  request: FastifyRequest<{ Params: { handle: string } }> & { readonly query: Asked["query"] },
  reply: FastifyReply,
  draw: (c: PageContext, question: Question) => Promise<View | null>,
): Promise<FastifyReply> {
  const network = loadActorByHandle(wire.db.orm, request.params.handle);
  if (network?.kind !== "district" || network.goneAt !== null)
    return sendRefusal(request, reply, { refused: "not-found" });
  const c = pageContext(request, reply);
  let view: View | null;
  try {
    const index = await door.open();
    view = await draw(c, { orm: wire.db.orm, index, network, wish: readWish(request.query), now: wire.clock.now() });
  } catch (error) {
    request.log.error({ err: error }, "the index did not answer");
    return sendRefusal(request, reply, { refused: "index-away" });
  }
  if (view === null) return sendRefusal(request, reply, { refused: "not-found" });
  return sendPage(request, reply, view);
}
