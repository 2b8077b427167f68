// Orders that come again: every so many days, weeks or months, counted from the opening, the closing or the delivery, at
// times that clocks in Rome show, with suspensions that end by themselves. DOMAIN.md 2.2. Pure: now is an argument.
import type { Refusal } from "../../kernel/refusal.ts";
import { addDays, addMonths, instantOfRome, isDate, romeTime } from "../../kernel/time.ts";

/** Which moment of an order falls on the recurring day; the others lie so many days before or after it. */
type Anchor = "opening" | "closing" | "delivery";

/** A time of day in Rome ("HH:MM"), so many days after the anchor's day (before it if negative). */
type RelativeMoment = { readonly days: number; readonly time: string };

/** No order whose anchor's day is from `from` on and before `until` ("YYYY-MM-DD"); null: until somebody resumes it. */
export type Suspension = { readonly from: string; readonly until: string | null };

/**
 * The rhythm of an order. `startsOn` is the anchor's first day, `endsOn` the last possible one (null: for ever). The
 * moment of the anchor itself has 0 days. An order is made `madeDaysAhead` days before it opens.
 */
export type Recurrence = {
  readonly anchor: Anchor;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly every: number;
  readonly unit: "day" | "week" | "month";
  readonly opening: RelativeMoment;
  readonly closing: RelativeMoment;
  readonly completion: RelativeMoment | null;
  readonly delivery: RelativeMoment | null;
  readonly deliveryEndTime: string | null;
  readonly madeDaysAhead: number;
  readonly suspensions: readonly Suspension[];
};

/** One order of the row: its number from 0, the anchor's day, and its moments as epoch ms. */
export type Occurrence = {
  readonly index: number;
  readonly anchorDate: string;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly completesUntil: number | null;
  readonly pickup: { readonly startAt: number; readonly endAt: number | null } | null;
};

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAYS_FROM_ANCHOR_MAX = 180;
const EVERY_MAX = { day: 366, week: 53, month: 24 } as const;
const SUSPENSIONS_MAX = 50;

/**
 * Why a rhythm cannot stand: `bad-rhythm`, `bad-start`, `bad-end`, `bad-time` {moment}, `anchor-moved`,
 * `opening-after-closing`, `completion-before-closing`, `delivery-before-closing`, `no-delivery`. Null when it can.
 */
export function checkRecurrence(recurrence: Recurrence): Refusal | null {
  const { anchor, startsOn, endsOn, every, unit, opening, closing, completion, delivery, deliveryEndTime } = recurrence;
  if (!isWhole(every, 1, EVERY_MAX[unit]) || !isWhole(recurrence.madeDaysAhead, 0, DAYS_FROM_ANCHOR_MAX))
    return { refused: "bad-rhythm" };
  if (!isDate(startsOn)) return { refused: "bad-start" };
  if (endsOn !== null && (!isDate(endsOn) || endsOn < startsOn)) return { refused: "bad-end" };
  for (const [moment, at] of Object.entries({ opening, closing, completion, delivery }))
    if (at !== null && !isMoment(at)) return { refused: "bad-time", moment };
  if (deliveryEndTime !== null && !TIME.test(deliveryEndTime)) return { refused: "bad-time", moment: "deliveryEnd" };
  const anchored = { opening, closing, delivery }[anchor];
  if (anchored === null || (delivery === null && deliveryEndTime !== null)) return { refused: "no-delivery" };
  if (anchored.days !== 0) return { refused: "anchor-moved" };
  if (!isBefore(opening, closing)) return { refused: "opening-after-closing" };
  if (completion !== null && !isBefore(closing, completion)) return { refused: "completion-before-closing" };
  if (delivery !== null && !isBefore(completion ?? closing, delivery)) return { refused: "delivery-before-closing" };
  if (delivery !== null && deliveryEndTime !== null && deliveryEndTime <= delivery.time)
    return { refused: "bad-time", moment: "deliveryEnd" };
  return null;
}

/** The order of that number, suspended or not; null after the end. Always counted from the start, so that nothing drifts. */
export function occurrenceAt(recurrence: Recurrence, index: number): Occurrence | null {
  const { startsOn, endsOn, every, unit, deliveryEndTime } = recurrence;
  const steps = index * every;
  const anchorDate =
    unit === "month" ? addMonths(startsOn, steps) : addDays(startsOn, unit === "week" ? 7 * steps : steps);
  if (endsOn !== null && anchorDate > endsOn) return null;
  const at = ({ days, time }: RelativeMoment) => instantOfRome({ date: addDays(anchorDate, days), time })!;
  const opensAt = at(recurrence.opening);
  // In the hour that spring leaves out moments may change places; they stay in their order.
  const closesAt = Math.max(at(recurrence.closing), opensAt + MINUTE);
  const completesUntil = recurrence.completion && Math.max(at(recurrence.completion), closesAt + MINUTE);
  const startAt = recurrence.delivery && Math.max(at(recurrence.delivery), completesUntil ?? closesAt);
  const end =
    recurrence.delivery && deliveryEndTime !== null ? { ...recurrence.delivery, time: deliveryEndTime } : null;
  const pickup = startAt === null ? null : { startAt, endAt: end && Math.max(at(end), startAt + MINUTE) };
  return { index, anchorDate, opensAt, closesAt, completesUntil, pickup };
}

/**
 * The orders to make now, and the number of the last one that needs no more thought (`lastIndex` goes in again next time;
 * -1 at first). What is suspended, or closed before anybody made it, is passed over for ever.
 */
export function dueOccurrences(
  recurrence: Recurrence,
  lastIndex: number,
  now: number,
): { due: Occurrence[]; lastIndex: number } {
  const due: Occurrence[] = [];
  let last = Math.max(lastIndex, longGone(recurrence, now));
  for (;;) {
    const next = occurrenceAt(recurrence, last + 1);
    if (next === null || next.opensAt - recurrence.madeDaysAhead * DAY > now) return { due, lastIndex: last };
    last = next.index;
    if (next.closesAt > now && suspensionOn(recurrence, next.anchorDate) === null) due.push(next);
  }
}

/** The next orders of the row after one, with what suspends them, for a page to show. At most `count`. */
export function previewOccurrences(
  recurrence: Recurrence,
  lastIndex: number,
  count: number,
): { occurrence: Occurrence; suspension: Suspension | null }[] {
  const preview: { occurrence: Occurrence; suspension: Suspension | null }[] = [];
  for (let index = lastIndex + 1; preview.length < count; index++) {
    const occurrence = occurrenceAt(recurrence, index);
    if (occurrence === null) break;
    preview.push({ occurrence, suspension: suspensionOn(recurrence, occurrence.anchorDate) });
  }
  return preview;
}

/** What suspends that day ("YYYY-MM-DD"), if anything. */
export function suspensionOn({ suspensions }: Recurrence, date: string): Suspension | null {
  return suspensions.find(({ from, until }) => from <= date && (until === null || date < until)) ?? null;
}

/**
 * No orders from a day on; `until` is the first day it goes on by itself (null: when somebody resumes it). Refuses
 * `bad-suspension`, `too-many-suspensions`.
 */
export function suspend(recurrence: Recurrence, { from, until }: Suspension): Recurrence | Refusal {
  if (!isDate(from) || (until !== null && (!isDate(until) || until <= from))) return { refused: "bad-suspension" };
  if (recurrence.suspensions.length >= SUSPENSIONS_MAX)
    return { refused: "too-many-suspensions", limit: SUSPENSIONS_MAX };
  return { ...recurrence, suspensions: [...recurrence.suspensions, { from, until }] };
}

/** Goes on from today (the day in Rome): what suspends it now ends, what is planned for later stays. */
export function resume(recurrence: Recurrence, now: number): Recurrence {
  const today = romeTime(now).date;
  const suspensions = recurrence.suspensions.flatMap(({ from, until }) => {
    if (from > today || (until !== null && until <= today)) return [{ from, until }];
    return from === today ? [] : [{ from, until: today }];
  });
  return { ...recurrence, suspensions };
}

/** An order of the row that closed long ago, as all before it: from there on one looks at each. -1 or less at the beginning. */
function longGone({ startsOn, endsOn, every, unit }: Recurrence, now: number): number {
  const horizon = addDays(romeTime(now).date, -2 * DAYS_FROM_ANCHOR_MAX);
  const date = endsOn !== null && endsOn < horizon ? endsOn : horizon;
  if (unit !== "month")
    return Math.floor((Date.parse(date) - Date.parse(startsOn)) / DAY / (unit === "week" ? 7 * every : every)) - 1;
  const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  return Math.floor((monthOf(date) - monthOf(startsOn)) / every) - 1;
}

function isMoment({ days, time }: RelativeMoment): boolean {
  return isWhole(days, -DAYS_FROM_ANCHOR_MAX, DAYS_FROM_ANCHOR_MAX) && TIME.test(time);
}

function isBefore(one: RelativeMoment, other: RelativeMoment): boolean {
  return one.days === other.days ? one.time < other.time : one.days < other.days;
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
