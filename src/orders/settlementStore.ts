// What an order comes to for each household, read from its rows: the one settlement that counter, sheets and members' pages show.
import type { Tx } from "../db/transact.ts";
import { creditOf } from "../ledger/creditActions.ts";
import type { Booking } from "./booking.ts";
import { type Handout, partsOf, type Settlement, settleDelivery } from "./delivery.ts";
import { listArrivals, listMoneyEntries, listPortions, type Portion } from "./deliveryStore.ts";
import type { Order } from "./order.ts";

/** What closing the delivery now would charge, from the rows as they are. */
export function previewSettlement(tx: Tx, order: Order): Settlement {
  const portions = listPortions(tx, order.id);
  const allotted = portions
    .filter(({ isAdded }) => !isAdded)
    .map((portion) => ({ ...portion, quantityThousandths: portion.allocatedThousandths }));
  const entered = [...enteredOf(listMoneyEntries(tx, order.id))].map(([householdId, cents]) => ({
    householdId,
    cents,
  }));
  return settleDelivery(order, {
    handouts: portions.map(handoutOf),
    entered,
    arrivedByLine: listArrivals(tx, order.id),
    booked: partsOf(order, allotted),
  });
}

/** The same for any order: before anything was shared out, as if everybody got what they booked. */
export function estimateSettlement(tx: Tx, order: Order, bookings: readonly Booking[]): Settlement {
  if (listPortions(tx, order.id).length > 0) return previewSettlement(tx, order);
  const handouts = bookings.map((booking) => ({ ...booking, weights: [], isAdded: false }));
  return settleDelivery(order, { handouts, entered: [], arrivedByLine: new Map(), booked: partsOf(order, bookings) });
}

/** A portion as it was handed out; as it is to be handed out while nobody said otherwise. */
export function handoutOf({ allocatedThousandths, deliveredThousandths, weights, ...place }: Portion): Handout {
  return { ...place, quantityThousandths: deliveredThousandths ?? allocatedThousandths, weights: weights ?? [] };
}

/** What was entered for each household: its entries add up; where they come to nothing, its quantities count again. */
export function enteredOf(entries: readonly { householdId: string; cents: number }[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { householdId, cents } of entries) sums.set(householdId, (sums.get(householdId) ?? 0) + cents);
  return new Map([...sums].filter(([, cents]) => cents !== 0));
}

/** How many households of these bookings have booked, here or elsewhere, more than their credit holds by now. */
export function countOverCredit(tx: Tx, { actorId }: Pick<Order, "actorId">, bookings: readonly Booking[]): number {
  const households = new Set(bookings.map(({ householdId }) => householdId));
  return [...households].filter((id) => creditOf(tx, actorId, id).freeCents < 0).length;
}
