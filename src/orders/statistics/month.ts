// A group's month in figures: which orders belong to it, when it is told, and the cells that what everybody took of it makes. Pure.

import type { Cell, Share, Shown } from "../../kernel/cells.ts";
import { foldText } from "../../kernel/foldText.ts";
import { divideHalfUp } from "../../kernel/money.ts";
import { addMonths, instantOfRome, romeTime } from "../../kernel/time.ts";
import { findUnit } from "../../kernel/units.ts";
import { amountOf, type Goods, type Order } from "../order.ts";

/** So long after its end a month is told: by then goods and money of its orders are settled. */
const SETTLED_AFTER_MS = 45 * 86_400_000;
/** A group that begins to publish tells this many months back. */
export const MONTHS_BACK = 12;
/** So many cells a month has at most; more are not read by others. */
const MOST_CELLS = 500;
const LONGEST_CATEGORY = 80;
const NO_CATEGORY = "altro";

/** What a household ordered and got of a line, its friends' parts with its own, in thousandths of the line's unit. */
export type HouseholdLine = {
  readonly householdId: string;
  readonly lineNumber: number;
  readonly orderedThousandths: number;
  readonly deliveredThousandths: number;
};

/** An order that was delivered, and what everybody had of it. */
export type DeliveredOrder = {
  readonly id: string;
  readonly producerId: string;
  readonly goods: ReadonlyMap<number, Goods>;
  readonly taken: readonly HouseholdLine[];
};

/** What a month tells, in whole units and euros, rounded. As MonthCell of those who read it. */
export type ToldCell = {
  readonly category: string;
  readonly unit: string;
  readonly families: number;
  readonly lines: number;
  readonly ordered: number | null;
  readonly delivered: number;
  readonly euros: number | null;
};
export type ToldMonth = {
  readonly month: string;
  readonly families: number;
  readonly orders: number;
  readonly producers: number;
  readonly euros: number | null;
  readonly isWithheld: boolean;
  readonly cells: readonly ToldCell[];
};

/** The month ("YYYY-MM") an order belongs to: of its first pickup, else of its closing, as calendars in Rome show it. */
export function monthOf(order: Pick<Order, "pickups" | "closedAt" | "closesAt">): string {
  return romeTime(countedAt(order)).date.slice(0, 7);
}

/** When an order counts: at its first pickup, else at its closing; epoch ms. */
export function countedAt({ pickups, closedAt, closesAt }: Pick<Order, "pickups" | "closedAt" | "closesAt">): number {
  return pickups.length > 0 ? Math.min(...pickups.map(({ startAt }) => startAt)) : (closedAt ?? closesAt);
}

/** The first instant of a month and of the one after it, in Rome; epoch ms. */
export function boundsOf(month: string): { readonly from: number; readonly until: number } {
  const first = `${month}-01`;
  const at = (date: string) => instantOfRome({ date, time: "00:00" }) ?? 0;
  return { from: at(first), until: at(addMonths(first, 1)) };
}

/** When a month is told. */
export function dueAtOf(month: string): number {
  return boundsOf(month).until + SETTLED_AFTER_MS;
}

/**
 * The months that are over and not yet among those written down, the latest first: MONTHS_BACK of those that are due, and before them
 * those that are not. None before the group began.
 */
export function openMonths(now: number, sinceAt: number, written: readonly string[]): string[] {
  const first = romeTime(sinceAt).date.slice(0, 7);
  const months: string[] = [];
  let due = 0;
  for (let back = 1; due < MONTHS_BACK; back += 1) {
    const month = addMonths(`${romeTime(now).date.slice(0, 7)}-01`, -back).slice(0, 7);
    if (month < first) break;
    if (dueAtOf(month) <= now) due += 1;
    if (!written.includes(month)) months.push(month);
  }
  return months;
}

/** The cells of a month: what everybody took, by category and unit. Weights and volumes are in kilograms and litres. */
export function cellsOf(orders: readonly DeliveredOrder[]): Cell[] {
  const cells = new Map<string, Share[]>();
  for (const { producerId, goods, taken } of orders)
    for (const line of taken) {
      const sold = goods.get(line.lineNumber);
      const part = sold && shareOf(producerId, sold, line);
      if (!part) continue;
      const shares = cells.get(part.key);
      if (shares) shares.push(part.share);
      else cells.set(part.key, [part.share]);
    }
  return [...cells].map(([key, shares]) => ({ key, shares }));
}

/** What may be told, rounded: quantities to whole units, euros to tens. */
export function roundMonth(month: string, orders: number, shown: Shown): ToldMonth {
  const cells = [...shown.cells].sort((a, b) => b.members - a.members).slice(0, MOST_CELLS);
  const told = cells.map(({ key, members, lines, ordered, delivered, cents }): ToldCell => {
    const { category, unit } = readKey(key);
    return {
      ...{ category, unit, families: members, lines, ordered: ordered === null ? null : toUnits(ordered) },
      ...{ delivered: toUnits(delivered), euros: cents === null ? null : toTens(cents) },
    };
  });
  return {
    ...{ month, families: shown.members, orders, producers: shown.sellers },
    euros: shown.cents === null ? null : toTens(shown.cents),
    isWithheld: shown.isWithheld || cells.length < shown.cells.length,
    cells: told.sort((a, b) => compare(a.category, b.category) || compare(a.unit, b.unit)),
  };
}

function shareOf(seller: string, goods: Goods, line: HouseholdLine): { key: string; share: Share } | null {
  const { orderedThousandths, deliveredThousandths } = line;
  if (orderedThousandths + deliveredThousandths === 0) return null;
  const unit = findUnit(goods.unitCode);
  // A package whose content nobody said counts as itself.
  const { numerator, denominator } = unit?.base ? unit : { numerator: 1, denominator: 1 };
  const inBase = (thousandths: number) => divideHalfUp(BigInt(thousandths) * BigInt(numerator), BigInt(denominator));
  const category = foldText(goods.category ?? "").slice(0, LONGEST_CATEGORY) || NO_CATEGORY;
  const share = {
    member: line.householdId,
    seller,
    price: (goods.packagePriceCents * denominator) / (goods.packageThousandths * numerator),
    ordered: inBase(orderedThousandths),
    delivered: inBase(deliveredThousandths),
    cents: amountOf(deliveredThousandths, goods),
  };
  return { key: `${category}\n${unit?.base ?? goods.unitCode}`, share };
}

function readKey(key: string): { category: string; unit: string } {
  const [category = "", unit = ""] = key.split("\n");
  return { category, unit };
}

function toUnits(thousandths: number): number {
  return Math.round(thousandths / 1000);
}

function toTens(cents: number): number {
  return Math.round(cents / 1000) * 10;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
