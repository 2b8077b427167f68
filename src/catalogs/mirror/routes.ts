// A group's desk for the catalogs it follows: which, how old, what is in them.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { loadActorByHandle } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import type { Tx } from "../../db/transact.ts";
import { loadKeeper } from "../../partners/keeperStore.ts";
import { loadPeerName } from "../../partners/store.ts";
import { sendRefusal } from "../../web/errors.ts";
import { type PageContext, pageContext, sendPage } from "../../web/page.ts";
import { readForeignLine } from "../foreignText.ts";
import { addressOf } from "../pages.ts";
import { findPictures } from "../pictures/copyActions.ts";
import { type ListStars, mirrorPage, mirrorsPage, type NamedMirror } from "./pages.ts";
import {
  listMirrorCategories,
  listMirrorItems,
  listMirrors,
  loadCurrentItem,
  loadMirror,
  type Mirror,
} from "./store.ts";

const READERS = { config: { policy: { seat: ["admin", "referente", "treasurer", "member"] as const } } };
const PAGE = 50;

type MirrorRequest = FastifyRequest<{ Params: { handle: string } }>;

/** What who looks marks on a producer's list; `back` is where a press leads again. Null: nothing. */
export type StarsOnList = (
  tx: Tx,
  c: PageContext,
  whose: { readonly personId: string; readonly actorId: string },
  list: { readonly producerId: string; readonly name: string; readonly back: string },
) => ListStars | null;

export function registerMirrors(app: FastifyInstance, wire: Wire, starsOn: StarsOnList = () => null): void {
  const { orm } = wire.db;
  const named = (mirror: Mirror): NamedMirror => {
    const said = readForeignLine(loadPeerName(orm, mirror.producerId).name, 200);
    const keeperName = readForeignLine(loadKeeper(orm, mirror.producerId)?.name, 200) || null;
    return { mirror, name: said || mirror.producerId, keeperName };
  };
  app.get("/desk/:handle/mirrors", READERS, (request: MirrorRequest, reply) => {
    const actor = loadActorByHandle(orm, request.params.handle);
    if (!actor) return sendRefusal(request, reply, { refused: "not-found" });
    const asked = request.query as Record<string, unknown>;
    const text = (name: string) => (typeof asked[name] === "string" ? asked[name].slice(0, 2048) : "");
    if (text("producer") === "") {
      const mirrors = listMirrors(orm, actor.id).map(named);
      return sendPage(request, reply, mirrorsPage(pageContext(request, reply), actor.handle, mirrors));
    }
    const mirror = loadMirror(orm, actor.id, text("producer"));
    if (!mirror) return sendRefusal(request, reply, { refused: "not-found" });
    const last = text("after") ? loadCurrentItem(orm, actor.id, text("after")) : undefined;
    const query = { search: text("search").slice(0, 100), category: text("category").slice(0, 200) };
    const found = listMirrorItems(orm, actor.id, mirror.producerId, {
      ...query,
      ...(last ? { after: last } : {}),
      limit: PAGE + 1,
    });
    const items = found.slice(0, PAGE);
    const after = found.length > PAGE ? items.at(-1)!.itemId : null;
    const base = `/desk/${actor.handle}/mirrors`;
    const nextHref = after && addressOf(base, { producer: mirror.producerId, ...query, after });
    const urls = items.flatMap(({ product }) => (product.picture ? [product.picture.url] : []));
    const pictures = findPictures(orm, wire.origin, actor.id, urls);
    const categories = listMirrorCategories(orm, actor.id, mirror.producerId);
    const c = pageContext(request, reply);
    const itsNames = named(mirror);
    const { name } = itsNames;
    const list = { producerId: mirror.producerId, name, back: request.url };
    const stars = starsOn(orm, c, { personId: request.visitor!.personId, actorId: actor.id }, list);
    const view = { handle: actor.handle, named: itsNames, items, query, categories, nextHref, pictures, stars };
    return sendPage(request, reply, mirrorPage(c, view));
  });
}
