// Numbers, money and dates as a person of the Marche writes them (or reads them in English). Pure: now is an argument.
import { type Html, html } from "./html.ts";
import type { Language } from "./words.ts";

const TIME_ZONE = "Europe/Rome";
const LOCALES: Record<Language, string> = { it: "it-IT", en: "en-GB" };

/** How one language writes numbers and times. */
export type Format = {
  /** 123450 -> "1.234,50 €". */
  money(cents: number, currency?: string): string;
  /** 1/10,000 of the currency, two to four decimals: 24500 -> "2,45 €", 24567 -> "2,4567 €". */
  unitPrice(tenThousandths: number, currency?: string): string;
  /** Thousandths of a unit: 1500 -> "1,5". The unit's name is the caller's. */
  quantity(thousandths: number): string;
  /** 12345 -> "12.345". */
  count(n: number): string;
  /** "martedì 24 novembre 2026". */
  date(at: number): string;
  /** "20:00". */
  time(at: number): string;
  /** "martedì 24 novembre 2026 alle 20:00". */
  dateTime(at: number): string;
  /** The same without its year, where no other year can be meant: within half a year of now. */
  moment(at: number, now: number): string;
  /** "domani", "tra 3 ore", "2 giorni fa". */
  relative(at: number, now: number): string;
  /** "a, b e c". */
  list(items: readonly string[]): string;
};

/** The formats of a language. Times are epoch ms and shown as Europe/Rome has them. */
export function formats(language: Language): Format {
  return FORMATS[language];
}

/** `<time>` with the machine's form beside the person's: "martedì 24 novembre alle 20:00 (tra 2 giorni)". */
export function timeTag(language: Language, at: number, now: number): Html {
  const format = formats(language);
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${format.moment(at, now)} (${format.relative(at, now)})</time>`;
}

const FORMATS: Record<Language, Format> = { it: makeFormat("it"), en: makeFormat("en") };

function makeFormat(language: Language): Format {
  const locale = LOCALES[language];
  // The Italian default leaves 1234,50 without its point, so grouping is asked for.
  const grouped = { useGrouping: "always" } as const;
  const inMoney = (currency: string, digits: number) =>
    new Intl.NumberFormat(locale, {
      ...grouped,
      style: "currency",
      currency,
      minimumFractionDigits: 2,
      maximumFractionDigits: digits,
    });
  const euro = inMoney("EUR", 2);
  const euroPerUnit = inMoney("EUR", 4);
  const thousandths = new Intl.NumberFormat(locale, { ...grouped, maximumFractionDigits: 3 });
  const day = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: TIME_ZONE } as const;
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: TIME_ZONE } as const;
  const date = new Intl.DateTimeFormat(locale, day);
  const time = new Intl.DateTimeFormat(locale, clock);
  const dateTime = new Intl.DateTimeFormat(locale, { ...day, ...clock });
  const { year: _, ...dayOfYear } = day;
  const nearTime = new Intl.DateTimeFormat(locale, { ...dayOfYear, ...clock });
  // "Alle ore" is how a notice speaks, not a neighbour.
  const spoken = (text: string) => text.replace(" alle ore ", " alle ");
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    money: (cents, currency = "EUR") => (currency === "EUR" ? euro : inMoney(currency, 2)).format(cents / 100),
    unitPrice: (tenThousandths, currency = "EUR") =>
      (currency === "EUR" ? euroPerUnit : inMoney(currency, 4)).format(tenThousandths / 10_000),
    quantity: (n) => thousandths.format(n / 1000),
    count: (n) => thousandths.format(n),
    date: (at) => date.format(at),
    time: (at) => time.format(at),
    dateTime: (at) => spoken(dateTime.format(at)),
    moment: (at, now) => spoken((Math.abs(at - now) < HALF_YEAR ? nearTime : dateTime).format(at)),
    relative: (at, now) => relative.format(...distance(at, now)),
    list: (items) => list.format(items),
  };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HALF_YEAR = 182 * 24 * HOUR;

/** How far off, in the unit people would use. Days are calendar days in Rome, so that "domani" is tomorrow. */
function distance(at: number, now: number): [number, Intl.RelativeTimeFormatUnit] {
  const days = romeDay(at) - romeDay(now);
  const ms = at - now;
  // "Ora", not "questo minuto".
  if (Math.abs(ms) < MINUTE) return [0, "second"];
  if (Math.abs(ms) < HOUR) return [Math.trunc(ms / MINUTE), "minute"];
  if (days === 0 || Math.abs(ms) < 6 * HOUR) return [Math.trunc(ms / HOUR), "hour"];
  if (Math.abs(days) < 60) return [days, "day"];
  return Math.abs(days) < 720 ? [Math.trunc(days / 30), "month"] : [Math.trunc(days / 365), "year"];
}

const romeDate = new Intl.DateTimeFormat("en-CA", {
  timeZone: TIME_ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** The calendar day in Rome, as a count of days. */
function romeDay(at: number): number {
  return Date.parse(`${romeDate.format(at)}T00:00:00Z`) / (24 * HOUR);
}
