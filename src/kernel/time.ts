// Time: epoch ms inside, whole-second UTC on the wire, Europe/Rome for people. The only module that knows Temporal.
import { Temporal } from "@js-temporal/polyfill";

const ROME = "Europe/Rome";
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** A date and a time of day as a clock in Rome shows them: "YYYY-MM-DD", "HH:MM". */
export type RomeTime = { date: string; time: string };

/** Epoch ms as UTC in whole seconds, "2026-11-02T08:00:00Z"; the part of a second is dropped. PROTOCOL.md section 6. */
export function formatInstant(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** An RFC 3339 date-time (any offset, any fraction) as epoch ms; `null` when it is none or names no real moment. */
export function parseInstant(text: string): number | null {
  if (!INSTANT.test(text)) return null;
  return orNull(() => Temporal.Instant.from(text).epochMilliseconds);
}

/** What calendars and clocks in Rome show at an instant (epoch ms). */
export function romeTime(at: number): RomeTime {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(ROME);
  return { date: local.toPlainDate().toString(), time: local.toPlainTime().toString({ smallestUnit: "minute" }) };
}

/**
 * The instant (epoch ms) when clocks in Rome show `date` and `time`; `null` when the date or time is none. In the hour
 * that spring leaves out, the moment as far after the change; in the hour that autumn repeats, the first of the two.
 */
export function instantOfRome({ date, time }: RomeTime): number | null {
  if (!isDate(date) || !TIME.test(time)) return null;
  const local = Temporal.PlainDateTime.from(`${date}T${time}`);
  return local.toZonedDateTime(ROME, { disambiguation: "compatible" }).epochMilliseconds;
}

/** Whether the text is a day of the calendar, "YYYY-MM-DD". */
export function isDate(text: string): boolean {
  return DATE.test(text) && orNull(() => Temporal.PlainDate.from(text)) !== null;
}

/** Before any Filiera. */
const BEGINNING = Date.UTC(2026, 0, 1);

/** What a change at that instant counts as in a calendar (RFC 5545: 31 bits): seconds since the beginning, which no restore takes back. */
export function sequenceOf(updatedAt: number): number {
  return Math.max(0, Math.floor((updatedAt - BEGINNING) / 1000));
}

/** The date a number of days later (earlier if negative). */
export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The date a number of months later, or the last day of that month where it has no such day (31 January + 1: 28 February). */
export function addMonths(date: string, months: number): string {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

// Temporal throws a RangeError at what is no date, and at nothing else that is text.
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
