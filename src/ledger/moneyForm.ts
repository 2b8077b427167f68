// What money forms have in common: amounts as people type them, days, tills, the key that makes a form count once. Pure.
import Type from "typebox";
import { parseWrittenDecimal } from "../kernel/decimal.ts";
import { addDays, instantOfRome, isDate, romeTime } from "../kernel/time.ts";
import { MAX_CENTS, type Till } from "./movement.ts";
import type { Period } from "./statement.ts";

export const KEY = Type.String({ pattern: "^[a-z2-7]{26}$" });
export const AMOUNT = Type.String({ maxLength: 20 });
export const MEMO = Type.Optional(Type.String({ maxLength: 200 }));
export const DAY = Type.Optional(Type.String({ maxLength: 10 }));
export const TILL = Type.Union([Type.Literal("bank"), Type.Literal("cash")]);

/** What a page tells after a form: see `doneNotice`. */
export const DONE_QUERY = Type.Object({ done: Type.Optional(Type.String({ maxLength: 20 })) });

/** A correction that is asked for, with why. */
export const REASON_FORM = Type.Object({ key: KEY, memo: Type.String({ maxLength: 200 }) });

/** An amount above zero in cents; null when it is none, or beyond what one movement may be. */
export function readAmount(text: string): number | null {
  const cents = parseWrittenDecimal(text, 2, ",");
  return cents !== null && cents > 0 && cents <= MAX_CENTS ? cents : null;
}

/** An amount of either sign in cents; "" is 0. */
export function readSignedAmount(text: string | undefined): number | null {
  if (text === undefined || text.trim() === "") return 0;
  const cents = parseWrittenDecimal(text, 2, ",");
  return cents !== null && Math.abs(cents) <= MAX_CENTS ? cents : null;
}

/** The day a movement counts for, not after today: undefined where none was typed, null when it is none. */
function readValueDay(text: string | undefined, now: number): string | undefined | null {
  if (text === undefined) return undefined;
  return isDate(text) && text <= romeTime(now).date && text >= "2000-01-01" ? text : null;
}

/** Errors of the fields that every movement has; empty when they hold. Without an amount: of the day alone. */
export function movementErrors(form: { amount?: string; valuedOn?: string | undefined }, now: number) {
  return {
    ...(form.amount !== undefined && readAmount(form.amount) === null ? { amount: "bad-amount" } : {}),
    ...(readValueDay(form.valuedOn, now) === null ? { valuedOn: "bad-day" } : {}),
  };
}

/** The days of a statement as typed, "YYYY-MM-DD", both included. What is no day is left open. */
export type Days = { readonly from: string; readonly to: string };

/** The two ends of a statement's period in Rome. */
export function periodOf({ from, to }: Days): Period {
  const startOf = (date: string) => instantOfRome({ date, time: "00:00" });
  return {
    fromAt: isDate(from) ? startOf(from) : null,
    untilAt: isDate(to) ? startOf(addDays(to, 1)) : null,
  };
}

/** The days typed into an address; "" where there are none. */
export function readDays(query: { from?: string | undefined; to?: string | undefined }): Days {
  const clean = (day: string | undefined) => (day !== undefined && isDate(day) ? day : "");
  return { from: clean(query.from), to: clean(query.to) };
}

export const TILLS: readonly Till[] = ["bank", "cash"];
