// When the node saves itself, which copies it keeps, and when somebody must be told. Pure: clock, names and room are arguments.
import { addDays, instantOfRome, romeTime } from "../kernel/time.ts";

/** How many copies made at night stay: one for each of the last days, weeks and months that have one. */
const KEPT = { days: 7, weeks: 4, months: 12 } as const;
/** So many nights without a copy are told to who looks after the node; from then on once a week. */
export const NIGHTS_UNTIL_TOLD = 2;
/** What stays free on the disk when copy and proof are both there: people go on working. */
const LEFT_FREE_BYTES = 500 * 1024 * 1024;

/** The last moment (epoch ms) at or before `now` at which clocks in Rome showed `time` ("HH:MM"); null where that is no time. */
export function lastNight(now: number, time: string): number | null {
  const { date } = romeTime(now);
  const today = instantOfRome({ date, time });
  if (today === null || today <= now) return today;
  return instantOfRome({ date: addDays(date, -1), time });
}

/** The first such moment after `now`. */
export function nextNight(now: number, time: string): number | null {
  const last = lastNight(now, time);
  return last === null ? null : instantOfRome({ date: addDays(romeTime(last).date, 1), time });
}

/** How many nights lie after the one at `from` up to the one at `until` (epoch ms), by the calendar of Rome. */
export function countNights(from: number, until: number): number {
  const day = (at: number) => Date.parse(`${romeTime(at).date}T00:00:00Z`);
  return Math.max(0, Math.round((day(until) - day(from)) / 86_400_000));
}

/** A copy in the folder of backups. `at` is epoch ms. */
export type Kept = { readonly name: string; readonly at: number };

/**
 * The copies that have served: all but the newest of each of the last seven days, four weeks and twelve months that have one,
 * and but those named in `always`.
 */
export function copiesToDrop(copies: readonly Kept[], always: readonly string[]): Kept[] {
  const newestFirst = copies.toSorted((one, other) => other.at - one.at);
  const kept = new Set(always);
  const keepNewestOfEach = (most: number, periodOf: (date: string) => string) => {
    const seen = new Set<string>();
    for (const { name, at } of newestFirst) {
      const period = periodOf(romeTime(at).date);
      if (seen.has(period)) continue;
      if (seen.size === most) return;
      seen.add(period);
      kept.add(name);
    }
  };
  keepNewestOfEach(KEPT.days, (date) => date);
  keepNewestOfEach(KEPT.weeks, mondayOf);
  keepNewestOfEach(KEPT.months, (date) => date.slice(0, 7));
  return newestFirst.filter(({ name }) => !kept.has(name));
}

function mondayOf(date: string): string {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}

/** Whether a copy of so many bytes fits, with its proof beside it and room to work. */
export function hasRoom(freeBytes: number, dataBytes: number): boolean {
  return freeBytes - 2 * dataBytes >= LEFT_FREE_BYTES;
}
