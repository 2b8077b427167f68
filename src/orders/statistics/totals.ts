// What a group bought in a period by producer, by category or by household, for itself alone: it never leaves the node. Pure.
import { foldText } from "../../kernel/foldText.ts";
import { addDays, addMonths, instantOfRome, isDate, romeTime } from "../../kernel/time.ts";
import type { Goods } from "../order.ts";

export const CUTS = ["producer", "category", "household"] as const;
export type Cut = (typeof CUTS)[number];

/** What a household was charged for a delivered order: its goods line by line, or one sum that was entered in their place. */
export type ChargedHousehold = {
  readonly householdId: string;
  /** All it owes, transport and discounts among it. */
  readonly cents: number;
  readonly goodsCents: number;
  readonly lines: readonly { readonly lineNumber: number; readonly cents: number }[];
};

/** A delivered order as it was charged, corrections counted. */
export type ChargedOrder = {
  readonly id: string;
  readonly producerId: string;
  readonly goods: ReadonlyMap<number, Pick<Goods, "category">>;
  readonly charges: readonly ChargedHousehold[];
};

/** One row: its producer, household or folded category. `otherCents`: transport, discounts; of a category nobody can tell them. */
export type TotalRow = {
  readonly key: string;
  /** As a list first wrote it, of a category; else "". */
  readonly name: string;
  readonly orders: number;
  readonly households: number;
  readonly goodsCents: number;
  readonly otherCents: number;
};

export type Totals = { readonly rows: readonly TotalRow[]; readonly all: Omit<TotalRow, "key" | "name"> };

/** Goods whose list names no category. */
const NO_CATEGORY = "";
/** Sums entered at the counter, of which nobody knows what they were for. */
export const ENTERED = "?";

type Share = { readonly key: string; readonly name: string; readonly goodsCents: number; readonly otherCents: number };

/** The rows of a cut, the most money first, and what all of them come to: goods and other costs sum to what was charged. */
export function addUpTotals(orders: readonly ChargedOrder[], cut: Cut): Totals {
  const rows = new Map<string, { name: string; orders: Set<string>; households: Set<string>; cents: number[] }>();
  for (const order of orders)
    for (const charge of order.charges)
      for (const { key, name, goodsCents, otherCents } of sharesOf(order, charge, cut)) {
        const row = rows.get(key) ?? { name, orders: new Set(), households: new Set(), cents: [0, 0] };
        row.orders.add(order.id);
        row.households.add(charge.householdId);
        row.cents = [row.cents[0]! + goodsCents, row.cents[1]! + otherCents];
        rows.set(key, row);
      }
  const written = [...rows].map(([key, { name, orders: own, households, cents }]): TotalRow => {
    const [goodsCents = 0, otherCents = 0] = cents;
    return { key, name, orders: own.size, households: households.size, goodsCents, otherCents };
  });
  written.sort((one, other) => centsOf(other) - centsOf(one) || (one.key < other.key ? -1 : 1));
  return { rows: written, all: sumAll(orders) };
}

/** What a row comes to in all, in cents. */
export function centsOf({ goodsCents, otherCents }: Pick<TotalRow, "goodsCents" | "otherCents">): number {
  return goodsCents + otherCents;
}

function sharesOf({ producerId, goods }: ChargedOrder, charge: ChargedHousehold, cut: Cut): Share[] {
  const { householdId, cents, goodsCents, lines } = charge;
  const whole = { name: "", goodsCents, otherCents: cents - goodsCents };
  if (cut === "producer") return [{ key: producerId, ...whole }];
  if (cut === "household") return [{ key: householdId, ...whole }];
  if (lines.length === 0) return goodsCents === 0 ? [] : [{ ...whole, key: ENTERED, otherCents: 0 }];
  return lines.map((line) => {
    const name = goods.get(line.lineNumber)?.category ?? "";
    return { key: foldText(name) || NO_CATEGORY, name, goodsCents: line.cents, otherCents: 0 };
  });
}

function sumAll(orders: readonly ChargedOrder[]): Totals["all"] {
  const charges = orders.flatMap((order) => order.charges);
  const sum = (pick: (charge: ChargedHousehold) => number) => charges.reduce((total, one) => total + pick(one), 0);
  const goodsCents = sum((charge) => charge.goodsCents);
  return {
    orders: orders.filter((order) => order.charges.length > 0).length,
    households: new Set(charges.map(({ householdId }) => householdId)).size,
    goodsCents,
    otherCents: sum(({ cents }) => cents) - goodsCents,
  };
}

/** The days looked at, both included, "YYYY-MM-DD". */
export type Span = { readonly from: string; readonly to: string };

/** So long a period is added up at once: two years. */
const LONGEST_MONTHS = 24;

/** The days asked for; this year until today where none were, and never more than two years up to the last one. */
export function readSpan({ from = "", to = "" }: { from?: string; to?: string }, now: number): Span {
  const today = romeTime(now).date;
  const last = isDate(to) ? to : today;
  const first = isDate(from) && from <= last ? from : `${last.slice(0, 4)}-01-01`;
  const earliest = addMonths(last, -LONGEST_MONTHS);
  return { from: first < earliest ? earliest : first, to: last };
}

/** The instants a period lies between, the second no longer in it; epoch ms. */
export function instantsOf({ from, to }: Span): { readonly from: number; readonly until: number } {
  const at = (date: string) => instantOfRome({ date, time: "00:00" }) ?? 0;
  return { from: at(from), until: at(addDays(to, 1)) };
}
