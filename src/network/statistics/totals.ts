// Sums over what groups have published of their months: every number in them is public already, so that no sum tells anything new. Pure.
import type { PublishedMonth } from "./month.ts";

/** A month of one group, as it is summed: whose, without where it stands. */
export type SummedMonth = Omit<PublishedMonth, "iri" | "digest"> & { readonly sourceUri: string };

/** What sums are by: the comune of the group (ISTAT code, "" where it says none), the category, the month "YYYY-MM". */
export type SummedBy = "comune" | "category" | "month";

/**
 * One sum. `unit` is a UN/ECE code by category (each unit apart), null by comune and month, where quantities do not add up and are 0.
 * `families`: of each group the most in one month, added up; who is in two groups counts twice. `orders` are 0 by category: an order
 * has many. `producers`: from how many each group had something in a month, added up, whoever they are; 0 by category. `euros` are goods at their price, without transport. `ordered` is of the months that tell it, `deliveredOfOrdered`
 * what came of that. `isPartial`: some of it was withheld by a group.
 */
export type Total = {
  readonly key: string;
  readonly unit: string | null;
  readonly sources: number;
  readonly families: number;
  readonly orders: number;
  readonly producers: number;
  readonly lines: number;
  readonly ordered: number;
  readonly deliveredOfOrdered: number;
  readonly delivered: number;
  readonly euros: number;
  readonly isPartial: boolean;
};

/** What a network's producers had to offer in a month: how many, and how many products in season. `istat` "" where unknown. */
export type Supply = {
  readonly month: string;
  readonly istat: string;
  readonly category: string;
  readonly producers: number;
  readonly products: number;
};

/** A sum as it grows; `families` by group, the most in one month. */
type Growing = { -readonly [Name in Exclude<keyof Total, "sources" | "families">]: Total[Name] } & {
  readonly families: Map<string, number>;
};

/** The sums, by key and unit in the order of their letters. */
export function sumMonths(months: readonly SummedMonth[], by: SummedBy): readonly Total[] {
  const sums = openSums(by);
  for (const month of months) sums.add(month);
  return sums.totals();
}

/** Sums to which months are added as they are read: so that nobody need hold all of them, or sum all of them at once. */
export type Sums = {
  readonly add: (month: SummedMonth) => void;
  /** As `sumMonths` of what was added. */
  readonly totals: () => readonly Total[];
};

export function openSums(by: SummedBy): Sums {
  const sums = new Map<string, Growing>();
  const sumOf = (key: string, unit: string | null): Growing => {
    const name = `${key}\n${unit ?? ""}`;
    const known = sums.get(name);
    if (known) return known;
    const made = { ...NOTHING, key, unit, families: new Map<string, number>() };
    sums.set(name, made);
    return made;
  };
  return {
    add: by === "category" ? (month) => addCells(sumOf, month) : (month) => addWhole(sumOf, month, by),
    totals: () => [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => toTotal(sum)),
  };
}

const NOTHING = {
  ...{ orders: 0, producers: 0, lines: 0, ordered: 0, deliveredOfOrdered: 0, delivered: 0, euros: 0 },
  isPartial: false,
};

type SumOf = (key: string, unit: string | null) => Growing;

function addWhole(sumOf: SumOf, one: SummedMonth, by: "comune" | "month"): void {
  const sum = sumOf(by === "comune" ? (one.istat ?? "") : one.month, null);
  noteFamilies(sum, one.sourceUri, one.families);
  sum.orders += one.orders;
  sum.producers += one.producers;
  for (const cell of one.cells) sum.lines += cell.lines;
  sum.euros += one.euros ?? 0;
  sum.isPartial ||= one.isWithheld || one.euros === null;
}

function addCells(sumOf: SumOf, { sourceUri, cells }: SummedMonth): void {
  for (const { category, unit, families, lines, ordered, delivered, euros } of cells) {
    const sum = sumOf(category, unit);
    noteFamilies(sum, sourceUri, families);
    sum.lines += lines;
    sum.ordered += ordered ?? 0;
    sum.deliveredOfOrdered += ordered === null ? 0 : delivered;
    sum.delivered += delivered;
    sum.euros += euros ?? 0;
    sum.isPartial ||= ordered === null || euros === null;
  }
}

function noteFamilies({ families }: Growing, sourceUri: string, count: number): void {
  families.set(sourceUri, Math.max(count, families.get(sourceUri) ?? 0));
}

function toTotal({ families, ...sum }: Growing): Total {
  return { ...sum, sources: families.size, families: [...families.values()].reduce((total, one) => total + one, 0) };
}
