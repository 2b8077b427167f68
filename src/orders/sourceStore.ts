// What one of our groups can order now: open cycles of producers it follows and catalogs of its partners, as their dated
// copies say. Reads only what catalogs and partners hold.
import { type AnnouncedCycle, listOpenOffers, loadAnnounced } from "../catalogs/announced/store.ts";
import { listMirrorItems, listMirrors } from "../catalogs/mirror/store.ts";
import type { Tx } from "../db/transact.ts";
import { refuseNewOrder, termsFor } from "../partners/pacts/pactStore.ts";
import { goodsOf, type Source } from "./offering.ts";
import type { Goods, Order } from "./order.ts";
import { LINES_MAX } from "./planning/plan.ts";

const SOURCES_SHOWN = 100;

/** The copy of the cycle that an order stands on; undefined for an order from a catalog. */
export function loadOffer(
  tx: Tx,
  order: Pick<Order, "actorId" | "producerId" | "cycleIri">,
): AnnouncedCycle | undefined {
  const { actorId, producerId, cycleIri } = order;
  return cycleIri === null ? undefined : loadAnnounced(tx, { actorId, producerId, cycleIri });
}

/** Where a new order could begin: cycles first, the next to close first, then catalogs. Without their goods. */
export function listSources(tx: Tx, actorId: string, now: number): Omit<Source, "goods">[] {
  const cycles = listOpenOffers(tx, actorId, now, SOURCES_SHOWN)
    .filter(({ producerId }) => refuseNewOrder(tx, actorId, producerId) === null)
    .flatMap(({ producerId, cycleIri, copy, doubtedAt }) =>
      copy === null
        ? []
        : [
            {
              producerId,
              cycleIri,
              name: copy.name,
              endsAt: copy.endsAt,
              minimumCents: copy.minimumOrderCents,
              deliveries: copy.deliveries,
              doubtedAt,
            },
          ],
    );
  const catalogs = listMirrors(tx, actorId)
    .filter(({ producerId, fetchedAt }) => fetchedAt !== null && refuseNewOrder(tx, actorId, producerId) === null)
    .map(({ producerId }) => catalogOf(tx, actorId, producerId));
  return [...cycles, ...catalogs];
}

/** One of them with its goods, those with a price for us; undefined when there is no such offer now. */
export function loadSource(
  tx: Tx,
  actorId: string,
  name: { producerId: string; cycleIri: string | null },
  now: number,
): Source | undefined {
  const { producerId, cycleIri } = name;
  if (cycleIri === null) {
    const isMirrored = listMirrors(tx, actorId).some((mirror) => mirror.producerId === producerId && mirror.fetchedAt);
    if (!isMirrored) return undefined;
    const items = listMirrorItems(tx, actorId, producerId, { limit: 10 * LINES_MAX });
    return { ...catalogOf(tx, actorId, producerId), goods: priced(items.map(({ product }) => goodsOf(product))) };
  }
  const { copy, doubtedAt = null } = loadAnnounced(tx, { actorId, producerId, cycleIri }) ?? {};
  if (copy?.status !== "open" || copy.endsAt <= now) return undefined;
  const { name: title, endsAt, minimumOrderCents: minimumCents, deliveries } = copy;
  const goods = priced(copy.lines.map(goodsOf));
  return { producerId, cycleIri, name: title, endsAt, minimumCents, deliveries, doubtedAt, goods };
}

/** The goods of a cycle as its copy last had them, open or over; none where there is no copy. */
export function listKnownGoods(tx: Tx, name: { actorId: string; producerId: string; cycleIri: string }): Goods[] {
  return priced((loadAnnounced(tx, name)?.copy?.lines ?? []).map(goodsOf));
}

/** The goods that an order stands on as we are shown them now, be the offer open or not. */
export function listGoodsNow(tx: Tx, { actorId, producerId, cycleIri }: Order): Goods[] {
  if (cycleIri !== null) return listKnownGoods(tx, { actorId, producerId, cycleIri });
  return priced(
    listMirrorItems(tx, actorId, producerId, { limit: 10 * LINES_MAX }).map(({ product }) => goodsOf(product)),
  );
}

function catalogOf(tx: Tx, actorId: string, producerId: string): Omit<Source, "goods"> {
  const minimumCents = termsFor(tx, actorId, producerId)?.minOrderCents || null;
  return { producerId, cycleIri: null, name: "", endsAt: null, minimumCents, deliveries: [], doubtedAt: null };
}

function priced(goods: (Goods | null)[]): Goods[] {
  return goods.filter((one) => one !== null);
}

/** The cycle of the same producer that is open now, the order's own first; a catalog stays a catalog (null). */
export function openCycleOf(
  tx: Tx,
  { actorId, producerId, cycleIri }: Pick<Order, "actorId" | "producerId" | "cycleIri">,
  now: number,
): string | null {
  if (cycleIri === null) return null;
  const open = listSources(tx, actorId, now).filter(
    (source) => source.producerId === producerId && source.cycleIri !== null,
  );
  return open.find((source) => source.cycleIri === cycleIri)?.cycleIri ?? open[0]?.cycleIri ?? cycleIri;
}
