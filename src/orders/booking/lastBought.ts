// What a household bought last time of a producer, laid beside what is on offer now: still there, at another price, or gone. Pure.

import type { Order, OrderLine } from "../order.ts";
import { bookingStep } from "./bookForm.ts";
import type { Booking, Wish } from "./booking.ts";

/** An older order of the same producer with what the household booked of it for itself. */
export type LastBought = { readonly order: Order; readonly bookings: readonly Booking[] };

/**
 * One thing of last time. `line` null: it is no longer on offer. `quantityThousandths`: what would be booked now, in whole steps;
 * prices are of a package, in cents, and differ where `isRepriced`. `isBooked`: the household has some of it already.
 */
export type AgainLine = {
  readonly name: string;
  readonly before: OrderLine;
  readonly beforeThousandths: number;
  readonly line: OrderLine | null;
  readonly quantityThousandths: number;
  readonly isRepriced: boolean;
  readonly isBooked: boolean;
};

/** Last time's bookings as they could be repeated. Friends' are left out: one asks them. */
export function compareWithLast(order: Order, last: LastBought, booked: readonly Booking[]): AgainLine[] {
  const mine = new Set(booked.filter(({ friendId }) => friendId === null).map(({ lineNumber }) => lineNumber));
  return last.bookings
    .filter(({ friendId }) => friendId === null)
    .flatMap(({ lineNumber, quantityThousandths: beforeThousandths }): AgainLine[] => {
      const before = last.order.lines.find(({ number }) => number === lineNumber);
      if (!before) return [];
      const line = findSame(order, before);
      const quantityThousandths = line ? inSteps(line, beforeThousandths) : 0;
      const isRepriced = line !== null && !costsTheSame(line, before);
      const isBooked = line !== null && mine.has(line.number);
      return [{ name: before.goods.name, before, beforeThousandths, line, quantityThousandths, isRepriced, isBooked }];
    });
}

/** The same product in the same unit: by its own address, the address of its line, or by its name. */
function findSame(order: Order, { goods }: OrderLine): OrderLine | null {
  const offered = order.lines.filter((line) => line.isOffered && line.goods.unitCode === goods.unitCode);
  const tests: ((line: OrderLine) => boolean)[] = [
    (line) => line.goods.lineIri === goods.lineIri,
    (line) => line.goods.productIri === goods.productIri && line.goods.packageThousandths === goods.packageThousandths,
    (line) => line.goods.name === goods.name,
  ];
  for (const test of tests) {
    const found = offered.find(test);
    if (found) return found;
  }
  return null;
}

function inSteps(line: OrderLine, thousandths: number): number {
  const step = bookingStep(line);
  return Math.max(line.rules.minThousandths, step, Math.round(thousandths / step) * step);
}

function costsTheSame(one: OrderLine, other: OrderLine): boolean {
  const [a, b] = [one.goods, other.goods];
  return a.packagePriceCents * b.packageThousandths === b.packagePriceCents * a.packageThousandths;
}

/** The basket with those of last time that were chosen (by line number); what is booked already stays as it is. */
export function wishesAgain(
  again: readonly AgainLine[],
  chosen: ReadonlySet<number>,
  saved: readonly Booking[],
): Wish[] {
  const added = again.flatMap(({ line, quantityThousandths, isBooked }): Wish[] =>
    line && !isBooked && chosen.has(line.number)
      ? [{ lineNumber: line.number, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "" }]
      : [],
  );
  const unique = new Map(added.map((wish) => [wish.lineNumber, wish]));
  return [...saved, ...unique.values()];
}
