// What an order comes to for each household, read from its rows: the one settlement that counter, sheets and members' pages show.
import type { Tx } from "../../db/transact.ts";
import { creditOf } from "../../ledger/creditActions.ts";
import { listGroupHouseholds } from "../../members/households/groupStore.ts";
import type { Booking } from "../booking/booking.ts";
import { listBaskets, listBookings } from "../booking/bookingStore.ts";
import type { Goods, Order } from "../order.ts";
import { type Part, productKey, setsPrice } from "../planning/modifiers.ts";
import {
  type DeliveryFacts,
  type Handout,
  newPricesOf,
  partsOf,
  type Settlement,
  settleDelivery,
  takenOf,
} from "./delivery.ts";
import { listArrivals, listMoneyEntries, listPortions, type Portion } from "./deliveryStore.ts";

/** What closing the delivery now would charge, from the rows as they are. */
export function previewSettlement(tx: Tx, order: Order): Settlement {
  return settleDelivery(order, factsOf(tx, order));
}

/** What a unit of each line costs by what came, as a ratio of cents: a new price where one is in force, else the line's own. */
export function pricesOf(tx: Tx, order: Order): (goods: Goods) => UnitPrice {
  const prices = order.modifiers.some(setsPrice)
    ? newPricesOf(order, factsOf(tx, order))
    : new Map<string, UnitPrice>();
  return (goods) => prices.get(productKey(goods.name)) ?? goods;
}

type UnitPrice = Pick<Goods, "packagePriceCents" | "packageThousandths">;

function factsOf(tx: Tx, order: Order): DeliveryFacts {
  const portions = listPortions(tx, order.id);
  const placeOf = readPlaceOf(tx, order);
  const allotted = portions
    .filter(({ isAdded }) => !isAdded)
    .map((portion) => ({ ...portion, quantityThousandths: portion.allocatedThousandths }));
  const entered = [...enteredOf(listMoneyEntries(tx, order.id))].map(([householdId, cents]) => ({
    householdId,
    cents,
  }));
  return {
    handouts: portions.map(handoutOf),
    entered,
    arrivedByLine: listArrivals(tx, order.id),
    booked: partsOf(order, allotted, placeOf),
    placeOf,
    groups: readGroups(tx, order),
  };
}

/** The households of an order's group that stand for other groups. */
export function readGroups(tx: Tx, { actorId }: Order): ReadonlySet<string> {
  return new Set(listGroupHouseholds(tx, actorId).map(({ id }) => id));
}

const HERE: readonly Order["state"][] = ["arrived", "delivering", "delivered", "archived"];

/** What the households take of an order: as it was shared out (before that, as they booked), and what they got once it is shared out. */
export function takingOf(tx: Tx, order: Order): { booked: Part[]; delivered: Part[] | null } {
  const facts = factsOf(tx, order);
  if (facts.handouts.length === 0 && facts.entered.length === 0 && !HERE.includes(order.state))
    return { booked: partsOf(order, listBookings(tx, order.id)), delivered: null };
  return { booked: [...facts.booked], delivered: takenOf(order, facts) };
}

/**
 * Where each household that booked collects, by its id: the place it chose, or the only one there is. Empty where no cost of the
 * order asks.
 */
export function readPlaceOf(tx: Tx, { id, pickups, modifiers }: Order): Map<string, string> {
  if (!modifiers.some(({ target }) => target && "pickup" in target)) return new Map();
  const [first, ...others] = pickups;
  const names = new Map(pickups.map((pickup) => [pickup.id, pickup.place]));
  return new Map(
    listBaskets(tx, id).flatMap(({ householdId, pickupId }) => {
      const place = others.length === 0 ? first?.place : names.get(pickupId ?? "");
      return place === undefined ? [] : [[householdId, place]];
    }),
  );
}

/** The same for any order: before anything was shared out, as if everybody got what they booked. */
export function estimateSettlement(tx: Tx, order: Order, bookings: readonly Booking[]): Settlement {
  if (listPortions(tx, order.id).length > 0) return previewSettlement(tx, order);
  const handouts = bookings.map((booking) => ({ ...booking, weights: [], isAdded: false }));
  const placeOf = readPlaceOf(tx, order);
  const booked = partsOf(order, bookings, placeOf);
  return settleDelivery(order, {
    handouts,
    entered: [],
    arrivedByLine: new Map(),
    booked,
    placeOf,
    groups: readGroups(tx, order),
  });
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
