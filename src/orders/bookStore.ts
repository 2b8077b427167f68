// What the treasurer's pages hear of orders: names and sums, nobody's bookings.
import type { Tx } from "../db/transact.ts";
import { sumByRate } from "../kernel/vat.ts";
import type { OrderBook, OrderFacts } from "../ledger/formActions.ts";
import type { DeliveredVat } from "../ledger/invoice.ts";
import { findAggregateOf, loadAggregate } from "./aggregates/store.ts";
import { listBasketsOf, sumBaskets } from "./booking/bookingStore.ts";
import type { ClosedSnapshot } from "./closeActions.ts";
import { loadAgreement } from "./dealingStore.ts";
import { listArrivals } from "./delivery/deliveryStore.ts";
import { pricesOf } from "./delivery/settlementStore.ts";
import { amountOf, type OrderState } from "./order.ts";
import { listOrders, loadOrder, loadOrderHead, loadSnapshot, type OrderHead } from "./store.ts";

const IN_HAND: readonly OrderState[] = ["closed", "sent", "confirmed", "arrived", "delivering", "delivered"];

/** The orders of a group as its ledger knows them. */
export const orderBook: OrderBook = {
  nameOf: (tx, actorId, orderId) => (loadOrderHead(tx, actorId, orderId) ?? loadAggregate(tx, actorId, orderId))?.name,
  find: (tx, actorId, orderId) => {
    const order = loadOrderHead(tx, actorId, orderId);
    const sumsAt = (id: string) => `aggregates/${id}/sheets/sums`;
    const joined = order && findAggregateOf(tx, orderId);
    if (order)
      return {
        ...{ ...factsOf(tx, order), delivered: deliveredOf(tx, actorId, orderId) },
        sumsAt: joined === undefined ? null : sumsAt(joined),
      };
    // What several orders bear together is charged under the name of their aggregate: the group itself stands for the producer.
    const aggregate = loadAggregate(tx, actorId, orderId);
    if (!aggregate) return undefined;
    const { name } = aggregate;
    return { orderId, name, producerId: actorId, bookedCents: 0, delivered: null, sumsAt: sumsAt(orderId) };
  },
  listClosed: (tx, actorId, limit) =>
    listOrders(tx, actorId, { states: IN_HAND, limit }).map((order) => factsOf(tx, order)),
};

/** Booked is what is agreed, before that what was ordered, before that what is in the baskets. */
function factsOf(tx: Tx, { id, name, producerId }: OrderHead): OrderFacts {
  // A snapshot holds every booking: it is read only where nothing was agreed.
  const bookedCents =
    loadAgreement(tx, id)?.totalCents ??
    loadSnapshot<ClosedSnapshot>(tx, id, 1)?.content.orderedCents ??
    sumBaskets(tx, id);
  // Rate by rate is asked of one order at a time: its lines would be read for each of a list.
  return { orderId: id, name, producerId, bookedCents, delivered: null, sumsAt: null };
}

/** An order until everybody has paid what they got. */
const UNSETTLED: readonly OrderState[] = ["open", "completing", "closed", "sent", "confirmed", "arrived", "delivering"];
const BASKETS_READ = 200;

/** The orders in which a household booked and whose money is not settled yet, by name. For who wants to leave. */
export function listOpenOrderNames(tx: Tx, actorId: string, householdId: string): string[] {
  const baskets = listBasketsOf(tx, actorId, householdId, BASKETS_READ).filter(({ state }) => state !== "cancelled");
  const open = baskets.filter(({ orderState, totalCents }) => UNSETTLED.includes(orderState) && totalCents > 0);
  return open.map(({ orderName }) => orderName);
}

/** What came by the counter's book, at the prices in force, rate by rate; null before it came, and where a rate is not known. */
function deliveredOf(tx: Tx, actorId: string, orderId: string): DeliveredVat[] | null {
  const order = loadOrder(tx, actorId, orderId);
  const arrived = order && listArrivals(tx, orderId);
  if (!order || !arrived || arrived.size === 0) return null;
  const priceOf = pricesOf(tx, order);
  const lines = order.lines.map(({ number, goods }) => ({
    ratePercent: goods.vatRatePercent ?? null,
    grossCents: amountOf(arrived.get(number) ?? 0, priceOf(goods)),
  }));
  const sums = sumByRate(lines.filter(({ grossCents }) => grossCents !== 0));
  const known = sums.flatMap(({ ratePercent, grossCents }) =>
    ratePercent === null ? [] : [{ ratePercent, grossCents }],
  );
  return known.length === sums.length ? known : null;
}
