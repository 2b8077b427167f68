// Our list of an order beside what its seller offers now: what we still take bookings for and is gone there, what is there and not with us.
// DOMAIN.md 2.6. Pure.
import type { Goods, Order } from "./order.ts";

/** By name, each in its own order. */
export type OfferChanges = {
  readonly gone: readonly Pick<Goods, "lineIri" | "name">[];
  readonly other: readonly Pick<Goods, "lineIri" | "name">[];
};

/** Compares the lines our households may book with the seller's goods. A line that was replaced is gone, and the one in its place is another. */
export function compareOffer({ lines }: Pick<Order, "lines">, goods: readonly Goods[]): OfferChanges {
  const there = new Set(goods.map(({ lineIri }) => lineIri));
  const ours = new Set(lines.map((line) => line.goods.lineIri));
  return {
    gone: lines.filter(({ isOffered, goods }) => isOffered && !there.has(goods.lineIri)).map(({ goods }) => goods),
    other: goods.filter(({ lineIri }) => !ours.has(lineIri)),
  };
}

/** What our list becomes in line with the seller's: without what is gone. What it has besides somebody chooses. */
export function alignedLines({ lines }: Pick<Order, "lines">, { gone }: OfferChanges): { lineIri: string }[] {
  const isGone = new Set(gone.map(({ lineIri }) => lineIri));
  return lines
    .filter(({ isOffered, goods }) => isOffered && !isGone.has(goods.lineIri))
    .map(({ goods }) => ({ lineIri: goods.lineIri }));
}
