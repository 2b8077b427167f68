// Looks into JSON that nobody vouches for: own properties only, numbers that may be text, dates of every habit.
import { parseWrittenDecimal, scaleNumber } from "../kernel/decimal.ts";
import { isDate, parseInstant, romeTime } from "../kernel/time.ts";
import { LIST_LIMITS } from "./priceList.ts";

export type Foreign = Readonly<Record<string, unknown>>;

/** The value as an object, or an empty one: what is missing reads as missing, wherever it is missing. */
export function asRecord(value: unknown): Foreign {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Foreign) : {};
}

/** The value as a list, or an empty one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An own property; never one of the prototype. */
export function own(record: Foreign, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * A number, or text holding one ("5.0000 ", "1,4"), as an integer scaled by 10^`places`, half-up. A lone comma is the
 * decimal mark: these formats part no thousands. `null` for anything else, "None" among it.
 */
export function readNumber(value: unknown, places: number): number | null {
  if (typeof value === "number") return scaleNumber(value, places);
  if (typeof value !== "string" || value.length > 40) return null;
  return parseWrittenDecimal(value.replace(",", "."), places, ".");
}

/** A quantity above zero in thousandths; zero and nonsense mean "no such limit", as every GDXP dialect has it. */
export function readLimit(value: unknown): number | null {
  const thousandths = readNumber(value, 3);
  return thousandths !== null && thousandths > 0 && thousandths <= LIST_LIMITS.quantityThousandths ? thousandths : null;
}

/** Whether it says yes: true, "true", 1, "1". `otherwise` when it says nothing. */
export function readFlag(value: unknown, otherwise: boolean): boolean {
  if (value === undefined || value === null || value === "") return otherwise;
  return value === true || value === 1 || /^(?:true|1)$/i.test(String(value).trim());
}

/**
 * A day in Italy, "YYYY-MM-DD", out of "2026-12-01", "20261201", "20261201093000", an instant (GASdotto writes midnight
 * in Rome as UTC, one day early) or PHP's date object. `null` when it is no date.
 */
export function readDay(value: unknown): string | null {
  if (typeof value === "object" && value !== null) return readPhpDate(asRecord(value));
  if (typeof value !== "string" || value.length > 40) return null;
  const text = value.trim();
  const compact = /^(\d{4})(\d{2})(\d{2})(?:\d{6})?$/.exec(text);
  const day = compact ? compact.slice(1).join("-") : text;
  if (isDate(day)) return day;
  const at = parseInstant(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  if (at !== null) return romeTime(at).date;
  const local = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}/.exec(text)?.[1];
  return local !== undefined && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) && isDate(local) ? local : null;
}

function readPhpDate(record: Foreign): string | null {
  const [date, zone] = [own(record, "date"), own(record, "timezone")];
  if (typeof date !== "string") return null;
  const utc = zone === "UTC" || zone === "Z" || zone === "+00:00";
  return readDay(utc ? `${date.slice(0, 19).replace(" ", "T")}Z` : date);
}
