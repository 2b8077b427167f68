// What every household got of an order and what it owes for it: the one delivered quantity that everything reads.
// SAFETY.md I12, DOMAIN.md 2.2. Pure.
import assert from "node:assert/strict";
import type { Refusal } from "../../kernel/refusal.ts";
import type { LineAllocation } from "../answers/allocate.ts";
import { QUANTITY_MAX_THOUSANDTHS } from "../booking/booking.ts";
import { gramsOf } from "../limits.ts";
import { amountOf, type Goods, type Order } from "../order.ts";
import { unitsByProduct } from "../planning/aims.ts";
import {
  type Modifier,
  type ModifierSplit,
  markGroups,
  type Part,
  pricesInForce,
  productKey,
  setsPrice,
  splitCents,
  splitModifiers,
} from "../planning/modifiers.ts";

/**
 * What was handed to a household, for itself or a friend, of a line: one row for the three. `weights` are the pieces or baskets
 * as weighed, in thousandths, never merged; then the quantity is their sum. Empty weights: it was counted, not weighed.
 */
export type Handout = {
  readonly householdId: string;
  readonly lineNumber: number;
  readonly friendId: string | null;
  readonly quantityThousandths: number;
  readonly weights: readonly number[];
  /** Nobody had booked it: it was added at the counter. */
  readonly isAdded: boolean;
};

/** The goods of a household for which only the money was entered, without quantities; modifiers come on top. */
export type EnteredMoney = { readonly householdId: string; readonly cents: number };

/**
 * Everything a delivery is settled from. `arrivedByLine`: what the producer handed over, thousandths by line number; a line
 * that is not in it arrived as it was handed out. `booked`: what the allocation gave, for modifiers that are kept. `placeOf`:
 * where each household collects, by its id, for costs of one place.
 */
export type DeliveryFacts = {
  readonly handouts: readonly Handout[];
  readonly entered: readonly EnteredMoney[];
  readonly arrivedByLine: ReadonlyMap<number, number>;
  readonly booked: readonly Part[];
  readonly placeOf?: PlaceOf;
  /** Which households stand for other groups, in an order we lead for them. */
  readonly groups?: ReadonlySet<string>;
};

/** The name of the place where a household collects, by its id. */
type PlaceOf = ReadonlyMap<string, string>;

/** A household's line: rounded once; its friends' parts sum to it exactly (`friendId` "" is the household's own). */
type ChargedLine = {
  readonly lineNumber: number;
  readonly quantityThousandths: number;
  readonly cents: number;
  readonly parts: ReadonlyMap<string, number>;
};

/** What a household owes: goods (of lines, or as entered) and its share of every modifier. */
export type HouseholdCharge = {
  readonly householdId: string;
  readonly cents: number;
  readonly goodsCents: number;
  readonly isEntered: boolean;
  readonly lines: readonly ChargedLine[];
  readonly modifiers: readonly { readonly modifierId: string; readonly cents: number }[];
};

/** What stays with the GAS of a line: below zero where more was weighed out than had arrived. */
type StockLine = { readonly lineNumber: number; readonly quantityThousandths: number; readonly cents: number };

/**
 * A delivery in cents: charges + stock = payable + transport + rounding, always. `payable` is what the producer is due by
 * our count (discounts and surcharges are the producer's), `rounding` what the rounding of many small amounts leaves.
 */
export type Settlement = {
  readonly charges: readonly HouseholdCharge[];
  readonly stock: readonly StockLine[];
  readonly chargedCents: number;
  readonly stockCents: number;
  readonly payableCents: number;
  readonly transportCents: number;
  readonly roundingCents: number;
};

/** A line as it was agreed, as it arrived and as it was handed out, in thousandths. */
export type LineDifference = {
  readonly lineNumber: number;
  readonly agreedThousandths: number;
  readonly arrivedThousandths: number;
  readonly handedOutThousandths: number;
};

const WEIGHTS_MAX = 200;

/** "As booked": what the allocation gives, as if it had been counted out; the start of every delivery. */
export function handOutAll(allocations: readonly LineAllocation[]): Handout[] {
  return allocations.flatMap(({ lineNumber, shares }) =>
    shares.map(({ claim: { householdId, friendId }, quantityThousandths }) => ({
      householdId,
      lineNumber,
      friendId,
      quantityThousandths,
      weights: [],
      isAdded: false,
    })),
  );
}

/** Weighed: pieces or baskets, each by itself; none at all says that it is missing. Refuses `bad-weight`, `too-many-weights`. */
export function weighHandout(handout: Handout, weights: readonly number[]): Handout | Refusal {
  if (weights.length > WEIGHTS_MAX) return { refused: "too-many-weights", limit: WEIGHTS_MAX };
  if (!weights.every((weight) => isAmount(weight) && weight > 0)) return { refused: "bad-weight" };
  return { ...handout, weights, quantityThousandths: sum(weights) };
}

/** Counted: 0 says that it is missing; weights that were there are gone. Refuses `bad-quantity`. */
export function countHandout(handout: Handout, quantityThousandths: number): Handout | Refusal {
  if (!isAmount(quantityThousandths)) return { refused: "bad-quantity", maxThousandths: QUANTITY_MAX_THOUSANDTHS };
  return { ...handout, weights: [], quantityThousandths };
}

/**
 * Handed out to someone who had not booked it: another product, another household. Refuses `no-such-line`, `already-there`
 * (it is weighed or counted instead), `bad-quantity`.
 */
export function addHandout(
  order: Pick<Order, "lines">,
  handouts: readonly Handout[],
  place: Pick<Handout, "householdId" | "lineNumber" | "friendId">,
  quantityThousandths: number,
): Handout | Refusal {
  if (!order.lines.some((line) => line.number === place.lineNumber)) return { refused: "no-such-line" };
  if (handouts.some((handout) => handoutKey(handout) === handoutKey(place))) return { refused: "already-there" };
  return countHandout({ ...place, quantityThousandths: 0, weights: [], isAdded: true }, quantityThousandths);
}

/** What names a handout within its order. */
function handoutKey(handout: Pick<Handout, "householdId" | "lineNumber" | "friendId">): string {
  return `${handout.householdId} ${handout.lineNumber} ${handout.friendId ?? ""}`;
}

/** What each household takes of the goods, for modifiers and estimates: of bookings, allocated shares or handouts. */
export function partsOf(order: Pick<Order, "lines">, taken: readonly Taken[], placeOf: PlaceOf = NOWHERE): Part[] {
  return sumParts(goodsByLine(order), linesByHousehold(order, taken), placeOf);
}

const NOWHERE: PlaceOf = new Map();

/**
 * What everybody owes and gets for a delivery. Each household's line is rounded once. A household whose money was entered
 * owes that for its goods; what was recorded as handed to it left at that money. The order of the rows changes nothing.
 */
export function settleDelivery(order: Pick<Order, "lines" | "modifiers">, facts: DeliveryFacts): Settlement {
  const entered = new Map(facts.entered.map(({ householdId, cents }) => [householdId, cents]));
  const goods = goodsByLine(order);
  const lines = linesByHousehold(order, facts.handouts);
  const groups = facts.groups ?? NOBODY;
  const taken = markGroups(takenParts(goods, lines, entered, facts.placeOf ?? NOWHERE), groups);
  const booked = markGroups(facts.booked, groups);
  const splits = splitModifiers(order.modifiers, booked, taken);
  const bearers = splits.flatMap(({ shares }) => [...shares.keys()]);
  const households = [...new Set([...lines.keys(), ...entered.keys(), ...bearers])].sort();
  const charges = households.map((householdId) =>
    chargeHousehold(householdId, lines.get(householdId) ?? [], entered.get(householdId), splits),
  );
  const rows = weighLines(goods, facts, entered);
  // A new price holds for what stays with the GAS too, and the producer is due it.
  const prices = pricesInForce(order.modifiers, booked, taken);
  const priceOf = (lineNumber: number) => {
    const its = goods.get(lineNumber)!;
    return prices.get(productKey(its.name)) ?? its;
  };
  const stock = rows
    .filter(({ stockThousandths }) => stockThousandths !== 0)
    .map(({ lineNumber, stockThousandths }) => ({
      lineNumber,
      quantityThousandths: stockThousandths,
      cents: amountOf(stockThousandths, priceOf(lineNumber)),
    }));
  const goodsDue = sum(rows.map(({ lineNumber, dueThousandths }) => amountOf(dueThousandths, priceOf(lineNumber))));
  const transportCents = sumOf(splits, ({ kind }) => kind === "transport");
  const onTop = sumOf(splits, (modifier) => modifier.kind !== "transport" && !setsPrice(modifier));
  const payableCents = goodsDue + sum(entered.values()) + onTop;
  const chargedCents = sum(charges.map((charge) => charge.cents));
  const stockCents = sum(stock.map((line) => line.cents));
  const roundingCents = chargedCents + stockCents - payableCents - transportCents;
  return { charges, stock, chargedCents, stockCents, payableCents, transportCents, roundingCents };
}

/** What a correction changes: by household (those it changes), and the sums beside them. It balances as a settlement does. */
export function differSettlements(before: Settlement, after: Settlement) {
  const was = new Map(before.charges.map(({ householdId, cents }) => [householdId, cents]));
  const is = new Map(after.charges.map(({ householdId, cents }) => [householdId, cents]));
  const charges = [...new Set([...was.keys(), ...is.keys()])]
    .sort()
    .map((householdId) => ({ householdId, cents: (is.get(householdId) ?? 0) - (was.get(householdId) ?? 0) }))
    .filter(({ cents }) => cents !== 0);
  return {
    charges,
    chargedCents: after.chargedCents - before.chargedCents,
    stockCents: after.stockCents - before.stockCents,
    payableCents: after.payableCents - before.payableCents,
    transportCents: after.transportCents - before.transportCents,
    roundingCents: after.roundingCents - before.roundingCents,
  };
}

const NOBODY: ReadonlySet<string> = new Set();

/** What each household takes by what was handed out, with money that was entered in the place of what its lines would come to. */
export function takenOf(
  order: Pick<Order, "lines">,
  { handouts, entered }: Pick<DeliveryFacts, "handouts" | "entered">,
): Part[] {
  const money = new Map(entered.map(({ householdId, cents }) => [householdId, cents]));
  return takenParts(goodsByLine(order), linesByHousehold(order, handouts), money, NOWHERE);
}

/** The new prices that hold for what came, by `productKey`, as ratios of cents; nothing for a product whose line's price holds. */
export function newPricesOf(
  { lines, modifiers }: Pick<Order, "lines" | "modifiers">,
  facts: Pick<DeliveryFacts, "handouts" | "entered" | "booked" | "groups">,
): ReturnType<typeof pricesInForce> {
  const groups = facts.groups ?? NOBODY;
  return pricesInForce(modifiers, markGroups(facts.booked, groups), markGroups(takenOf({ lines }, facts), groups));
}

/** Every line that was agreed, arrived or handed out, by number: what is missing and what is extra can be read off. */
export function compareDelivery(
  order: Pick<Order, "lines">,
  agreedByLine: ReadonlyMap<number, number>,
  facts: Pick<DeliveryFacts, "handouts" | "arrivedByLine">,
): LineDifference[] {
  const handedOut = sumByLine(facts.handouts);
  return [...goodsByLine(order).keys()]
    .map((lineNumber) => ({
      lineNumber,
      agreedThousandths: agreedByLine.get(lineNumber) ?? 0,
      arrivedThousandths: facts.arrivedByLine.get(lineNumber) ?? handedOut.get(lineNumber) ?? 0,
      handedOutThousandths: handedOut.get(lineNumber) ?? 0,
    }))
    .filter((line) => line.agreedThousandths + line.arrivedThousandths + line.handedOutThousandths > 0);
}

type Taken = Pick<Handout, "householdId" | "lineNumber" | "friendId" | "quantityThousandths">;

/** Every household's lines, each rounded once over the household and its friends; households by name, lines by number. */
function linesByHousehold(order: Pick<Order, "lines">, taken: readonly Taken[]): Map<string, ChargedLine[]> {
  const goods = goodsByLine(order);
  const byHousehold = new Map<string, Map<number, Map<string, number>>>();
  for (const { householdId, lineNumber, friendId, quantityThousandths } of taken) {
    const lines = byHousehold.get(householdId) ?? new Map<number, Map<string, number>>();
    const people = lines.get(lineNumber) ?? new Map<string, number>();
    people.set(friendId ?? "", (people.get(friendId ?? "") ?? 0) + quantityThousandths);
    byHousehold.set(householdId, lines.set(lineNumber, people));
  }
  const names = [...byHousehold.keys()].sort();
  return new Map(
    names.map((name) => {
      const lines = [...byHousehold.get(name)!].sort(([one], [other]) => one - other);
      return [name, lines.map(([number, people]) => chargeLine(number, goods.get(number), people))];
    }),
  );
}

function chargeLine(lineNumber: number, goods: Goods | undefined, people: ReadonlyMap<string, number>): ChargedLine {
  assert(goods, `the order has a line ${lineNumber}`);
  const quantityThousandths = sum(people.values());
  const cents = amountOf(quantityThousandths, goods);
  // Most lines are one person's: nothing to split.
  const [name] = people.keys();
  const parts = people.size === 1 ? new Map([[name!, cents]]) : splitCents(cents, people);
  return { lineNumber, quantityThousandths, cents, parts };
}

function chargeHousehold(
  householdId: string,
  lines: readonly ChargedLine[],
  enteredCents: number | undefined,
  splits: readonly ModifierSplit[],
): HouseholdCharge {
  const isEntered = enteredCents !== undefined;
  const goodsCents = enteredCents ?? sum(lines.map((line) => line.cents));
  const modifiers = splits
    .map(({ modifier, shares }) => ({ modifierId: modifier.id, cents: shares.get(householdId) ?? 0 }))
    .filter(({ cents }) => cents !== 0);
  const cents = goodsCents + sum(modifiers.map((share) => share.cents));
  return { householdId, cents, goodsCents, isEntered, lines: isEntered ? [] : lines, modifiers };
}

/** What modifiers look at: with the money that was entered in the place of what the lines would come to. */
function takenParts(
  goods: ReadonlyMap<number, Goods>,
  lines: ReadonlyMap<string, readonly ChargedLine[]>,
  entered: ReadonlyMap<string, number>,
  placeOf: PlaceOf,
): Part[] {
  const parts = new Map(sumParts(goods, lines, placeOf).map((part) => [part.householdId, part]));
  for (const [householdId, cents] of entered) {
    const part = parts.get(householdId) ?? {
      householdId,
      quantityThousandths: 0,
      grams: 0,
      ...at(placeOf, householdId),
    };
    parts.set(householdId, { ...part, cents, isEntered: true });
  }
  return [...parts.values()];
}

function at(placeOf: PlaceOf, householdId: string): Pick<Part, "place"> {
  const place = placeOf.get(householdId);
  return place === undefined ? {} : { place };
}

function sumParts(
  goods: ReadonlyMap<number, Goods>,
  linesByName: ReadonlyMap<string, readonly ChargedLine[]>,
  placeOf: PlaceOf,
): Part[] {
  const measures = (lines: readonly ChargedLine[]) => ({
    quantityThousandths: sum(lines.map((line) => line.quantityThousandths)),
    cents: sum(lines.map((line) => line.cents)),
    grams: sum(lines.map((line) => gramsOf(line.quantityThousandths, goods.get(line.lineNumber)!) ?? 0)),
  });
  const units = unitsByProduct(goods.values());
  return [...linesByName].map(([householdId, lines]) => {
    const products = Map.groupBy(lines, ({ lineNumber }) => productKey(goods.get(lineNumber)!.name));
    const byProduct = new Map(
      [...products].map(([name, own]) => [
        name,
        { ...measures(own), ...(units.get(name)!.size > 1 ? { isMixed: true as const } : {}) },
      ]),
    );
    return { householdId, ...measures(lines), byProduct, ...at(placeOf, householdId) };
  });
}

/** By line: what stays with the GAS, and for how much of it the producer is due the line's price. */
function weighLines(goods: ReadonlyMap<number, Goods>, facts: DeliveryFacts, entered: ReadonlyMap<string, number>) {
  const handedOut = sumByLine(facts.handouts);
  const atEnteredMoney = sumByLine(facts.handouts.filter(({ householdId }) => entered.has(householdId)));
  for (const lineNumber of facts.arrivedByLine.keys())
    assert(goods.has(lineNumber), `the order has a line ${lineNumber}`);
  return [...goods.keys()].map((lineNumber) => {
    const out = handedOut.get(lineNumber) ?? 0;
    const arrived = facts.arrivedByLine.get(lineNumber) ?? out;
    const dueThousandths = arrived - (atEnteredMoney.get(lineNumber) ?? 0);
    return { lineNumber, stockThousandths: arrived - out, dueThousandths };
  });
}

function goodsByLine(order: Pick<Order, "lines">): Map<number, Goods> {
  const lines = [...order.lines].sort((one, other) => one.number - other.number);
  return new Map(lines.map((line) => [line.number, line.goods]));
}

function sumByLine(taken: readonly Taken[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { lineNumber, quantityThousandths } of taken)
    sums.set(lineNumber, (sums.get(lineNumber) ?? 0) + quantityThousandths);
  return sums;
}

function sumOf(splits: readonly ModifierSplit[], isOne: (modifier: Modifier) => boolean): number {
  return sum(splits.filter(({ modifier }) => isOne(modifier)).map((split) => split.cents));
}

function isAmount(quantityThousandths: number): boolean {
  return (
    Number.isSafeInteger(quantityThousandths) &&
    quantityThousandths >= 0 &&
    quantityThousandths <= QUANTITY_MAX_THOUSANDTHS
  );
}

function sum(amounts: Iterable<number>): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
