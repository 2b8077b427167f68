// What an order is judged by: its cycle or the catalog, the lines its buyer may order with price and stock, its smallest sum.
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import { readerTerms } from "../catalogs/activities.ts";
import type { Product } from "../catalogs/product.ts";
import type { ReaderTerms } from "../catalogs/proposal.ts";
import { NO_QUOTA } from "../catalogs/quota.ts";
import { quotasFor } from "../catalogs/quotaStore.ts";
import { listVersions, loadProduct } from "../catalogs/store.ts";
import type { Tx } from "../db/transact.ts";
import { termsFor } from "../partners/pacts/pactStore.ts";
import type { AgreedLine } from "../partners/threads/agreement.ts";
import { checkLines } from "./answer.ts";
import { type Cycle, isAnnounced } from "./cycle.ts";
import { catalogTerms, cycleTerms, type LineTerms } from "./lineTerms.ts";
import type { ReceivedOrder } from "./received.ts";
import { findLastPickup, heldBesides, loadReceived } from "./receivedStore.ts";
import { loadCycle } from "./store.ts";

const EVERYTHING: ReaderTerms = { priceDeltaHundredthsPercent: 0, includes: () => true, quotaOf: NO_QUOTA };
const NOTHING_HELD = { held: new Map<string, number>(), besides: new Map<string, number>(), own: [] };

export type Basis = {
  /** Null with `cycleId` null: the catalog. */
  readonly cycleId: string | null;
  readonly cycle: Cycle | null;
  readonly terms: ReadonlyMap<string, LineTerms>;
  readonly priceDeltaHundredthsPercent: number;
  readonly minimumOrderCents: number | null;
  readonly pickup: number | null;
};

/** An order in question: `before` as it was until now, or null; `lines` what is asked for. */
export type Asked = {
  readonly buyer: string;
  readonly before: ReceivedOrder | null;
  readonly lines: readonly AgreedLine[];
};

/**
 * The basis of an order. A running one keeps the prices it began at, and takes those of a pact renewed meanwhile when its
 * lines say so (PROTOCOL 7). What the buyer may not see has no terms.
 */
export function findBasis(tx: Tx, actorId: string, asked: Asked): Basis {
  const { buyer, before, lines } = asked;
  const cycleId = before ? before.cycleId : readCycleId(actorId, lines);
  const found = cycleId === null ? undefined : loadCycle(tx, actorId, cycleId);
  const cycle = found && isAnnounced(found) && found.removedAt === null ? found : null;
  const thread = before?.thread ?? "";
  const stock = {
    held: heldBesides(tx, actorId, cycleId, thread),
    besides: heldBesides(tx, actorId, cycleId, thread, buyer),
    own: before?.agreed?.lines ?? [],
  };
  const linesFor = (terms: ReaderTerms): ReadonlyMap<string, LineTerms> => {
    if (cycle) return cycleTerms(cycle, terms, stock);
    if (cycleId !== null) return new Map();
    const now = catalogTerms(productsOf(tx, actorId, lines), terms, stock);
    return recallPrices(tx, now, lines, (product) => catalogTerms([product], terms, stock));
  };
  const candidates = termsOf(tx, actorId, buyer, before).map((terms) => ({ terms, lines: linesFor(terms) }));
  const isPriced = ({ lines: known }: (typeof candidates)[number]) =>
    !checkLines(lines, known).some(({ fault }) => fault === "amount");
  const chosen = candidates.find(isPriced) ?? candidates[0];
  const minimum = cycle ? cycle.minimumOrderCents : null;
  const pactMinimum = termsFor(tx, actorId, buyer)?.minOrderCents ?? 0;
  return {
    cycleId: cycle ? cycle.id : before ? cycleId : null,
    cycle,
    terms: chosen?.lines ?? new Map(),
    priceDeltaHundredthsPercent: chosen?.terms.priceDeltaHundredthsPercent ?? 0,
    minimumOrderCents: Math.max(minimum ?? 0, pactMinimum) || null,
    pickup: cycle ? findPickup(tx, actorId, buyer, cycle) : null,
  };
}

/** So many versions of a product are looked through for the price an order was made at. */
const FORMER_VERSIONS = 20;

/**
 * The terms, and for a line whose amount is none of today's those of the newest earlier version that makes it: members booked at
 * that price, and no cycle froze it. What this order has agreed already at that price is no question any more.
 */
function recallPrices(
  tx: Tx,
  now: ReadonlyMap<string, LineTerms>,
  lines: readonly AgreedLine[],
  termsAt: (product: Product) => ReadonlyMap<string, LineTerms>,
): Map<string, LineTerms> {
  const recalled = new Map(now);
  for (const line of lines) {
    const isOtherwise = checkLines([line], now).some(({ fault }) => fault === "amount" || fault === "not-multiple");
    const product = isOtherwise ? loadProduct(tx, line.lineIri) : undefined;
    if (!product) continue;
    const { availableThousandths, supplierMinThousandths } = product.facts;
    for (const { facts } of listVersions(tx, product.id, FORMER_VERSIONS)) {
      const then = { ...product, facts: { ...facts, availableThousandths, supplierMinThousandths } };
      const terms = termsAt(then).get(line.lineIri);
      if (!terms || checkLines([line], new Map([[line.lineIri, terms]])).some(({ fault }) => fault !== "not-available"))
        continue;
      recalled.set(line.lineIri, { ...terms, isFormer: true });
      break;
    }
  }
  return recalled;
}

/** Who buys, by name; its host where it has never been read. */
export function buyerName(tx: Tx, buyer: string): string {
  return loadRemoteActor(tx, buyer)?.name ?? loadActor(tx, buyer)?.name ?? new URL(buyer).host;
}

/** The basis of an order that is there, as its producer answers it now. */
export function basisOf(tx: Tx, order: ReceivedOrder): Basis {
  const { actorId, buyer, latest } = order;
  return findBasis(tx, actorId, { buyer, before: order, lines: latest.lines });
}

/** How the lines of these orders are called and packed, by their IRIs: each cycle is read once. For sheets, not for answers. */
export function goodsOfOrders(tx: Tx, actorId: string, orders: readonly ReceivedOrder[]): Map<string, LineTerms> {
  const all = new Map<string, LineTerms>();
  const take = (terms: ReadonlyMap<string, LineTerms>) => {
    for (const [iri, line] of terms) all.set(iri, line);
  };
  for (const cycleId of new Set(orders.map((order) => order.cycleId))) {
    const cycle = cycleId === null ? undefined : loadCycle(tx, actorId, cycleId);
    if (cycle) take(cycleTerms(cycle, EVERYTHING, NOTHING_HELD));
  }
  const fromCatalog = orders.filter(({ cycleId }) => cycleId === null);
  const lines = fromCatalog.flatMap(({ agreed, latest }) => [...(agreed?.lines ?? []), ...latest.lines]);
  take(catalogTerms(productsOf(tx, actorId, lines), EVERYTHING, NOTHING_HELD));
  return all;
}

/** The goods of a thread's order by the addresses of its lines; empty where the actor received none on it. */
export function namesOfSold(tx: Tx, actorId: string, thread: string): Map<string, string> {
  const order = loadReceived(tx, actorId, thread);
  return new Map(order ? [...basisOf(tx, order).terms].map(([lineIri, { name }]) => [lineIri, name]) : []);
}

function termsOf(tx: Tx, actorId: string, buyer: string, before: ReceivedOrder | null): ReaderTerms[] {
  const current = readerTerms(tx, actorId, buyer);
  if (!before) return current ? [current] : [];
  const includes = current?.includes ?? (() => true);
  // A quota outlives the pact, as the order does.
  const quotaOf = current?.quotaOf ?? quotasFor(tx, actorId, buyer);
  const begun = { priceDeltaHundredthsPercent: before.priceDeltaHundredthsPercent, includes, quotaOf };
  return current ? [begun, current] : [begun];
}

/** The one cycle all lines belong to; null for the catalog's products, or for a mixture, whose lines are then unknown. */
function readCycleId(actorId: string, lines: readonly AgreedLine[]): string | null {
  const start = `${actorId}/cycles/`;
  const ids = new Set(
    lines.map(({ lineIri }) => (lineIri.startsWith(start) ? lineIri.slice(start.length).split("/", 1)[0]! : null)),
  );
  const [id = null] = ids;
  return ids.size === 1 ? id : null;
}

/** The only delivery there is, or the place where this buyer came last time. */
function findPickup(tx: Tx, actorId: string, buyer: string, cycle: Cycle): number | null {
  if (cycle.deliveries.length === 1) return cycle.deliveries[0]!.number;
  const last = findLastPickup(tx, actorId, buyer);
  const lastCycle = last?.cycleId ? loadCycle(tx, actorId, last.cycleId) : undefined;
  const place = lastCycle?.deliveries.find(({ number }) => number === last?.pickup)?.place;
  return cycle.deliveries.find((delivery) => delivery.place === place)?.number ?? null;
}

function productsOf(tx: Tx, actorId: string, lines: readonly AgreedLine[]): Product[] {
  const iris = new Set(lines.map(({ lineIri }) => lineIri));
  return [...iris].flatMap((iri) => loadProduct(tx, iri) ?? []).filter((product) => product.actorId === actorId);
}
