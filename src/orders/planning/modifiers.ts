// Costs and discounts on top of the goods: how much each comes to, and what of it every household bears.
// DOMAIN.md section 5 (Modifier). Pure.
import assert from "node:assert/strict";
import { divideHalfUp } from "../../kernel/money.ts";
import type { Refusal } from "../../kernel/refusal.ts";

/** A sum of money, a share of the goods' value (250 = 2.5 %), or so much for every kilogram. Never negative: `kind` has the sign. */
type ModifierAmount =
  | { readonly cents: number }
  | { readonly hundredthsPercent: number }
  | { readonly centsPerKg: number };

/**
 * What a unit of one product costs instead, in 1/10,000 EUR; null: what its line says. What it comes to is the difference, each
 * household's own and rounded as its line is: nothing to split. It is the producer's, whatever its sign.
 */
type NewPrice = { readonly priceTenThousandths: number | null };

export type ModifierValue = ModifierAmount | NewPrice;

/** What a threshold looks at, and what a split goes by: thousandths of units, cents, grams, households that take something. */
export type Measure = "quantity" | "value" | "weight" | "head";

/**
 * What it looks at and who bears it, where that is not the whole order: each household by itself, those who take one product, those
 * who collect at one place.
 */
type ModifierTarget = { readonly each: "household" } | { readonly product: string } | { readonly pickup: string };

/**
 * A cost (`transport` goes to whoever carries, `surcharge` to the producer) or a `discount` of the producer. `value` holds
 * below the lowest threshold; from a threshold on, its own. `from` is in the measure's unit: thousandths, cents, grams, heads.
 */
export type Modifier = {
  readonly id: string;
  readonly name: string;
  readonly kind: "transport" | "discount" | "surcharge";
  /** Absent: the whole order. */
  readonly target?: ModifierTarget;
  readonly value: ModifierValue;
  readonly thresholdOn: Measure | null;
  readonly thresholds: readonly { readonly from: number; readonly value: ModifierValue }[];
  readonly splitBy: Measure;
  /** When other goods come than were booked: counted again on what came, or kept as it was at closing. */
  readonly isRecomputedOnDelivery: boolean;
};

/** Thousandths of whatever units, the goods' cents, grams (0 where nobody knows the weight). */
type Measures = { readonly quantityThousandths: number; readonly cents: number; readonly grams: number };
/** `isMixed`: lines of that name are counted in several units, so that no price for a unit can hold for them. */
type OfProduct = Measures & { readonly isMixed?: true };

/**
 * What one household takes, and what of it is of which product, by `productKey`. `place`: where it collects, where that is known.
 * `isEntered`: its goods' money was entered as a sum, which no new price changes.
 */
export type Part = Measures & {
  readonly householdId: string;
  readonly byProduct?: ReadonlyMap<string, OfProduct>;
  readonly place?: string;
  readonly isEntered?: true;
  /** Another group, in an order we lead for it: among heads it is one beside us all, not beside each of our households. */
  readonly isGroup?: true;
};

/** What a modifier comes to (a discount is below zero), and who bears how much of it: together exactly `cents`. */
export type ModifierSplit = {
  readonly modifier: Modifier;
  readonly cents: number;
  readonly shares: ReadonlyMap<string, number>;
};

const TEN_THOUSAND = 10_000n;
const GRAMS_PER_KG = 1000n;
const THRESHOLDS_MAX = 20;
const CENTS_MAX = 100_000_000;
/** Thousandths of a unit times 1/10,000 EUR, in cents. */
const PRICE_DIVISOR = 100_000;

/**
 * All modifiers of an order, each on the goods alone, none on another modifier. `delivered` null: nothing came yet. What is
 * not recomputed on delivery stays as it was at closing, amount and shares; of a new price, the price: it is paid for what came.
 */
export function splitModifiers(
  modifiers: readonly Modifier[],
  booked: readonly Part[],
  delivered: readonly Part[] | null,
): ModifierSplit[] {
  return modifiers.map((modifier) => {
    const parts = modifier.isRecomputedOnDelivery && delivered !== null ? delivered : booked;
    if (!setsPrice(modifier))
      return { modifier, cents: modifierCents(modifier, parts), shares: splitModifier(modifier, parts) };
    const shares = splitPrice(modifier, parts, delivered ?? booked);
    return { modifier, cents: sumOf(shares), shares };
  });
}

/** Whether it is a new price of a product rather than an amount on top. */
export function setsPrice({ value }: Pick<Modifier, "value">): boolean {
  return "priceTenThousandths" in value;
}

/** The new prices in force as ratios of cents, by `productKey`; nothing for a product whose line's price holds. */
export function pricesInForce(
  modifiers: readonly Modifier[],
  booked: readonly Part[],
  delivered: readonly Part[],
): Map<string, { readonly packagePriceCents: number; readonly packageThousandths: number }> {
  const prices = modifiers.filter(setsPrice).flatMap((modifier) => {
    const price = priceInForce(modifier, modifier.isRecomputedOnDelivery ? delivered : booked);
    const ratio = price === null ? [] : [{ packagePriceCents: price, packageThousandths: PRICE_DIVISOR }];
    return ratio.map((one) => [productOf(modifier), one] as const);
  });
  return new Map(prices);
}

/** What the modifier comes to over all these parts, in cents, below zero for a discount; 0 where nobody takes anything. */
export function modifierCents(modifier: Modifier, parts: readonly Part[]): number {
  if (setsPrice(modifier)) return sumOf(splitPrice(modifier, parts, parts));
  return groupsOf(modifier, parts).reduce((total, group) => total + groupCents(modifier, group), 0);
}

/** The parts it looks at together: all of them, each household's alone, what is of its product, or those of its place. */
function groupsOf({ target }: Modifier, parts: readonly Part[]): Part[][] {
  if (target === undefined) return [[...parts]];
  if ("each" in target) return parts.map((part) => [part]);
  if ("pickup" in target) return [parts.filter(({ place = "" }) => productKey(place) === productKey(target.pickup))];
  const name = productKey(target.product);
  const taken = parts.map(({ householdId, byProduct }) => ({ householdId, ...(byProduct?.get(name) ?? NOTHING) }));
  return [taken];
}

const NOTHING: Measures = { quantityThousandths: 0, cents: 0, grams: 0 };

/** A product's or a place's name as a person may have typed it: capitals and spaces around it are no other product. */
export function productKey(name: string): string {
  return name.trim().toLowerCase();
}

function groupCents(modifier: Modifier, parts: readonly Part[]): number {
  if (measure(parts, "head") === 0) return 0;
  const value = valueInForce(modifier, parts);
  const cents = valueCents(value, parts);
  return modifier.kind === "discount" && cents !== 0 ? -cents : cents;
}

/** Who bears how much of it: cents by household, summing to `modifierCents`. Where nothing of the measure is known, by head. */
export function splitModifier(modifier: Modifier, parts: readonly Part[]): Map<string, number> {
  if (setsPrice(modifier)) return splitPrice(modifier, parts, parts);
  return new Map(groupsOf(modifier, parts).flatMap((group) => [...splitGroup(modifier, group)]));
}

/** What the new price that `basis` reached changes for everybody in `parts` who takes the product at its line's price. */
function splitPrice(modifier: Modifier, basis: readonly Part[], parts: readonly Part[]): Map<string, number> {
  const price = priceInForce(modifier, basis);
  const product = productOf(modifier);
  if (price === null) return new Map();
  const takers = parts.filter(
    ({ isEntered, byProduct }) => !isEntered && (byProduct?.get(product)?.quantityThousandths ?? 0),
  );
  return new Map(
    takers.map(({ householdId, byProduct }) => {
      const { quantityThousandths, cents } = byProduct!.get(product)!;
      const due = divideHalfUp(BigInt(quantityThousandths) * BigInt(price), BigInt(PRICE_DIVISOR));
      return [householdId, due - cents];
    }),
  );
}

function priceInForce(modifier: Modifier, basis: readonly Part[]): number | null {
  const product = productOf(modifier);
  if (basis.some(({ byProduct }) => byProduct?.get(product)?.isMixed)) return null;
  const value = valueInForce(modifier, groupsOf(modifier, basis).flat());
  return "priceTenThousandths" in value ? value.priceTenThousandths : null;
}

function productOf({ target }: Modifier): string {
  return target && "product" in target ? productKey(target.product) : "";
}

function sumOf(shares: ReadonlyMap<string, number>): number {
  return [...shares.values()].reduce((total, cents) => total + cents, 0);
}

function splitGroup(modifier: Modifier, parts: readonly Part[]): Map<string, number> {
  const takers = parts.filter(takesSomething);
  const weights = weigh(takers, modifier.splitBy);
  const isKnown = [...weights.values()].some((weight) => weight > 0);
  return splitCents(groupCents(modifier, parts), isKnown ? weights : weigh(takers, "head"));
}

/**
 * Parts of an amount in proportion to weights (not negative, not all zero unless the amount is): the cents that rounding
 * leaves go one each to the largest remainders, ties by name. Exactly the amount, whatever the order of the names.
 */
export function splitCents(cents: number, weights: ReadonlyMap<string, number>): Map<string, number> {
  const names = [...weights.keys()].sort();
  const total = names.reduce((sum, name) => sum + BigInt(weights.get(name)!), 0n);
  assert(total > 0n || cents === 0, "somebody bears it");
  const magnitude = BigInt(Math.abs(cents));
  const exact = names.map((name) => ({ name, share: magnitude * BigInt(weights.get(name)!) }));
  const floors = new Map(exact.map(({ name, share }) => [name, total === 0n ? 0 : Number(share / total)]));
  const left = Math.abs(cents) - [...floors.values()].reduce((sum, floor) => sum + floor, 0);
  const byRemainder = exact
    .map(({ name, share }) => ({ name, remainder: total === 0n ? 0n : share % total }))
    .sort((one, other) => (one.remainder === other.remainder ? 0 : one.remainder > other.remainder ? -1 : 1));
  for (const { name } of byRemainder.slice(0, left)) floors.set(name, floors.get(name)! + 1);
  return new Map([...floors].map(([name, floor]) => [name, cents < 0 && floor !== 0 ? -floor : floor]));
}

/**
 * Why a modifier cannot stand: `bad-name`, `bad-target` (a product or place without a name; a new price for anything but a product,
 * or as transport), `bad-value` (below zero, no integer, beyond a million euro or 100 %, prices and amounts mixed), `bad-thresholds` (without a measure, not rising, more than 20). Null when it can.
 */
export function checkModifier(modifier: Modifier): Refusal | null {
  const { name, kind, target, value, thresholdOn, thresholds } = modifier;
  if (name.trim() === "" || name.length > 200) return { refused: "bad-name" };
  const about = target === undefined || "each" in target ? null : "product" in target ? target.product : target.pickup;
  if (about !== null && productKey(about) === "") return { refused: "bad-target" };
  const isPrice = setsPrice(modifier);
  if (isPrice && (productOf(modifier) === "" || kind === "transport")) return { refused: "bad-target" };
  const values = [value, ...thresholds.map((threshold) => threshold.value)];
  if (!values.every(isValue)) return { refused: "bad-value" };
  if (values.some((one) => setsPrice({ value: one }) !== isPrice)) return { refused: "bad-value" };
  const rises = thresholds.every(
    ({ from }, index) => Number.isSafeInteger(from) && from > (thresholds[index - 1]?.from ?? 0),
  );
  const isNamed = (thresholdOn === null) === (thresholds.length === 0);
  return rises && isNamed && thresholds.length <= THRESHOLDS_MAX ? null : { refused: "bad-thresholds" };
}

function isValue(value: ModifierValue): boolean {
  if ("priceTenThousandths" in value) {
    const price = value.priceTenThousandths;
    return price === null || (Number.isSafeInteger(price) && price >= 0 && price <= CENTS_MAX * 100);
  }
  const [amount, most] = "hundredthsPercent" in value ? [value.hundredthsPercent, 10_000] : [moneyIn(value), CENTS_MAX];
  return Number.isSafeInteger(amount) && amount >= 0 && amount <= most;
}

function moneyIn(value: { cents: number } | { centsPerKg: number }): number {
  return "cents" in value ? value.cents : value.centsPerKg;
}

function valueInForce({ value, thresholdOn, thresholds }: Modifier, parts: readonly Part[]): ModifierValue {
  if (thresholdOn === null) return value;
  const reached = measure(parts, thresholdOn);
  return thresholds.filter(({ from }) => from <= reached).at(-1)?.value ?? value;
}

function valueCents(value: ModifierValue, parts: readonly Part[]): number {
  assert(!("priceTenThousandths" in value), "a price is no amount");
  if ("cents" in value) return value.cents;
  if ("centsPerKg" in value)
    return divideHalfUp(BigInt(measure(parts, "weight")) * BigInt(value.centsPerKg), GRAMS_PER_KG);
  return divideHalfUp(BigInt(measure(parts, "value")) * BigInt(value.hundredthsPercent), TEN_THOUSAND);
}

function measure(parts: readonly Part[], by: Measure): number {
  return parts.reduce((total, part) => total + measureOne(part, by), 0);
}

function measureOne(part: Part, by: Measure): number {
  if (by === "quantity") return part.quantityThousandths;
  if (by === "value") return part.cents;
  return by === "weight" ? part.grams : takesSomething(part) ? 1 : 0;
}

function takesSomething({ quantityThousandths, cents }: Part): boolean {
  return quantityThousandths !== 0 || cents !== 0;
}

// Who is given money with the goods (a negative price) bears nothing by value; nobody bears less than nothing.
function weigh(parts: readonly Part[], by: Measure): Map<string, number> {
  if (by === "head") return weighHeads(parts);
  return new Map(parts.map((part) => [part.householdId, Math.max(0, measureOne(part, by))]));
}

/** The parts, those of households that stand for other groups marked as such. */
export function markGroups(parts: readonly Part[], groups: ReadonlySet<string>): Part[] {
  return parts.map((part) => (groups.has(part.householdId) ? { ...part, isGroup: true } : part));
}

/** First among groups, one part each and one for all our households together, then among these. PROTOCOL 8.1, `transportRule` "group". */
function weighHeads(parts: readonly Part[]): Map<string, number> {
  const own = parts.filter((part) => part.isGroup === undefined && takesSomething(part)).length;
  return new Map(
    parts.map((part) => [part.householdId, takesSomething(part) ? (part.isGroup ? Math.max(own, 1) : 1) : 0]),
  );
}
