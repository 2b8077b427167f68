// What a day's reading of one source may cost us, and what is left of it. Pure. PROTOCOL 9, SAFETY B24.
import { DAY, type Source, type Spent, shareOf } from "./source.ts";

/** Pages fetched, items seen (kept or not), and time waited, of one source in one day of UTC. */
export const DAILY_BUDGET = { pages: 50, items: 2000, ms: 60_000 } as const;

export type Budget = { readonly pages: number; readonly items: number; readonly ms: number };

/** What is left today, never below zero. */
export function leftOf(spent: Spent, now: number): Budget {
  const isToday = spent.day === dayOf(now);
  const { pages, items, ms } = isToday ? spent : { pages: 0, items: 0, ms: 0 };
  return {
    pages: Math.max(0, DAILY_BUDGET.pages - pages),
    items: Math.max(0, DAILY_BUDGET.items - items),
    ms: Math.max(0, DAILY_BUDGET.ms - ms),
  };
}

/** The day's account with this much more in it. */
export function spend(spent: Spent, used: Budget, now: number): Spent {
  const day = dayOf(now);
  const before = spent.day === day ? spent : { pages: 0, items: 0, ms: 0 };
  return { day, pages: before.pages + used.pages, items: before.items + used.items, ms: before.ms + used.ms };
}

/** Whether nothing more may be read today. */
export function isSpent({ pages, items, ms }: Budget): boolean {
  return pages === 0 || items === 0 || ms === 0;
}

/** When a source whose day is spent is read on: in the first hour of the next day, not all at midnight. */
export function nextDay(source: Pick<Source, "uri">, now: number): number {
  return (dayOf(now) + 1) * DAY + Math.floor(shareOf(source.uri) * 3_600_000);
}

function dayOf(now: number): number {
  return Math.floor(now / DAY);
}

/** Counts what a reading costs while it goes on; `now` gives a steady clock in ms. */
export type Meter = {
  /** What may still be spent at this moment. */
  readonly left: () => Budget;
  readonly used: () => Budget;
  readonly addPage: () => void;
  /** How many of these items may be looked at; the others are too many. */
  readonly takeItems: (count: number) => number;
};

export function createMeter(budget: Budget, now: () => number): Meter {
  const started = now();
  let pages = 0;
  let items = 0;
  const ms = () => Math.max(0, Math.round(now() - started));
  return {
    left: () => ({
      pages: Math.max(0, budget.pages - pages),
      items: Math.max(0, budget.items - items),
      ms: Math.max(0, budget.ms - ms()),
    }),
    used: () => ({ pages, items, ms: ms() }),
    addPage: () => {
      pages += 1;
    },
    takeItems: (count) => {
      const taken = Math.min(count, Math.max(0, budget.items - items));
      items += taken;
      return taken;
    },
  };
}
