// Who gets how much of a line when the amount that comes is not the amount that was booked: every gram accounted for.
// SAFETY.md I2. Pure.
import assert from "node:assert/strict";
import { convertQuantity } from "../../kernel/units.ts";
import type { Booking } from "../booking/booking.ts";
import type { AllocationPolicy, Order, OrderLine } from "../order.ts";

/** What somebody asked of a line; a booking is one. One claim for each household and friend. */
export type Claim = Pick<
  Booking,
  "householdId" | "friendId" | "quantityThousandths" | "toleranceThousandths" | "bookedAt"
>;

/** What a claim gets. */
export type Share<C extends Claim = Claim> = { readonly claim: C; readonly quantityThousandths: number };

/** Shares in the fixed order of their claims, and what nobody gets: the GAS's stock. Together exactly what was shared. */
export type Allocation<C extends Claim = Claim> = {
  readonly shares: readonly Share<C>[];
  readonly stockThousandths: number;
};

/**
 * Shares what was agreed among those who booked. Less than booked: by the policy, each in whole steps or all it asked for,
 * nobody more than that; what is left over by rounding goes one step each to the largest remainder (proportional) or the
 * earliest booking (others). More than booked: by tolerance first, the rest to stock. The order of `claims` changes nothing.
 */
export function allocate<C extends Claim>(
  agreedThousandths: number,
  claims: readonly C[],
  policy: AllocationPolicy,
  stepThousandths: number,
): Allocation<C> {
  assert(agreedThousandths >= 0 && stepThousandths > 0, "what is shared is not negative, nor the step empty");
  const queue = [...claims].sort(compareClaims);
  const asked = queue.map((claim) => claim.quantityThousandths);
  const surplus = agreedThousandths - sum(asked);
  const tolerated = queue.map((claim) => claim.toleranceThousandths);
  const parts =
    surplus < 0
      ? shareOut(agreedThousandths, asked, policy, stepThousandths)
      : add(asked, shareOut(Math.min(surplus, sum(tolerated)), tolerated, "proportional", stepThousandths));
  const shares = queue.map((claim, index) => ({ claim, quantityThousandths: parts[index]! }));
  return { shares, stockThousandths: agreedThousandths - sum(parts) };
}

/** A line as it was agreed, and who gets what of it; together with the stock exactly `agreedThousandths`. */
export type LineAllocation = Allocation<Booking> & { readonly lineNumber: number; readonly agreedThousandths: number };

/**
 * Shares what both sides agreed, line by line (by number, thousandths), among the bookings of the cut-off. What was accepted
 * as it was ordered comes out as the cut-off had it. Lines that nobody booked and nobody agreed on are left out.
 */
export function allocateOrder(
  order: Pick<Order, "lines" | "policies">,
  bookings: readonly Booking[],
  agreedByLine: ReadonlyMap<number, number>,
): LineAllocation[] {
  const byLine = groupByLine(order, bookings);
  return [...byLine].flatMap(([line, claims]): LineAllocation[] => {
    const agreedThousandths = agreedByLine.get(line.number) ?? 0;
    if (claims.length === 0 && agreedThousandths === 0) return [];
    const allocation = allocate(agreedThousandths, claims, order.policies.allocation, sharingStep(line));
    return [{ lineNumber: line.number, agreedThousandths, ...allocation }];
  });
}

/** The bookings of something, by their line, in the order of its numbers. A booking of a line that is none is a bug. */
export function groupByLine(order: Pick<Order, "lines">, bookings: readonly Booking[]): Map<OrderLine, Booking[]> {
  const lines = [...order.lines].sort((one, other) => one.number - other.number);
  const byNumber = new Map<number, Booking[]>(lines.map((line) => [line.number, []]));
  for (const booking of bookings) {
    const ofLine = byNumber.get(booking.lineNumber);
    assert(ofLine, `the order has a line ${booking.lineNumber}`);
    if (booking.quantityThousandths > 0) ofLine.push(booking);
  }
  return new Map(lines.map((line) => [line, byNumber.get(line.number)!]));
}

/**
 * In what steps a line is shared, in thousandths of its unit: the gram or millilitre where it can be cut, whole packages
 * where only those are booked, else the step of its bookings.
 */
export function sharingStep({ goods, rules }: OrderLine): number {
  if (rules.isCut) return convertQuantity(1, "KGM", goods.unitCode) ?? convertQuantity(1, "LTR", goods.unitCode) ?? 1;
  return rules.caseMode === "multiple" ? goods.packageThousandths : rules.stepThousandths;
}

/** The fixed order: who booked first, then by household, then by friend. Code units, so that every machine agrees. */
function compareClaims(one: Claim, other: Claim): number {
  if (one.bookedAt !== other.bookedAt) return one.bookedAt - other.bookedAt;
  const [left, right] = [one, other].map((claim) => `${claim.householdId} ${claim.friendId ?? ""}`);
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

/** Parts of an amount that is not more than all the capacities; each part no more than its own. */
function shareOut(amount: number, capacities: readonly number[], policy: AllocationPolicy, step: number): number[] {
  if (amount === 0) return capacities.map(() => 0);
  if (policy === "arrival") return shareByArrival(amount, capacities, step);
  return policy === "equal" ? shareEqually(amount, capacities, step) : shareByProportion(amount, capacities, step);
}

function shareByArrival(amount: number, capacities: readonly number[], step: number): number[] {
  let left = amount;
  return capacities.map((capacity) => {
    const part = capacity <= left ? capacity : floorTo(left, step);
    left -= part;
    return part;
  });
}

function shareByProportion(amount: number, capacities: readonly number[], step: number): number[] {
  const divisor = BigInt(sum(capacities)) * BigInt(step);
  const exact = capacities.map((capacity) => BigInt(capacity) * BigInt(amount));
  const parts = exact.map((share) => Number(share / divisor) * step);
  const remainders = exact.map((share) => share % divisor);
  const turns = [...capacities.keys()].sort((one, other) => {
    const difference = remainders[other]! - remainders[one]!;
    return difference === 0n ? one - other : difference > 0n ? 1 : -1;
  });
  return handOut(amount, parts, capacities, turns, step);
}

// The level to which all are filled, those who asked for less staying below it.
function shareEqually(amount: number, capacities: readonly number[], step: number): number[] {
  const byCapacity = [...capacities.keys()].sort((one, other) => capacities[one]! - capacities[other]!);
  const parts = capacities.map(() => 0);
  let left = amount;
  for (const [place, index] of byCapacity.entries()) {
    const level = Math.floor(left / (step * (byCapacity.length - place))) * step;
    parts[index] = Math.min(capacities[index]!, level);
    // Whole capacities lower the level for nobody else; from the first that is cut on, all stand at the same level.
    if (capacities[index]! > level) {
      for (const other of byCapacity.slice(place)) parts[other] = level;
      break;
    }
    left -= parts[index]!;
  }
  return handOut(amount, parts, capacities, [...capacities.keys()], step);
}

/** Hands out what rounding left, a step to each in turn who can still take one (or all that it still asks for). */
function handOut(
  amount: number,
  parts: number[],
  capacities: readonly number[],
  turns: readonly number[],
  step: number,
): number[] {
  let left = amount - sum(parts);
  for (let before = -1; left > 0 && before !== left; ) {
    before = left;
    for (const index of turns) {
      const wanted = Math.min(step, capacities[index]! - parts[index]!);
      if (wanted > left) continue;
      parts[index]! += wanted;
      left -= wanted;
    }
  }
  return parts;
}

function floorTo(amount: number, step: number): number {
  return Math.floor(amount / step) * step;
}

function add(left: readonly number[], right: readonly number[]): number[] {
  return left.map((amount, index) => amount + right[index]!);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
