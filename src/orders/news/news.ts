// A piece of news of a group: a few lines of who administers it, on the page where its members begin, until a day. Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import { addDays, addMonths, instantOfRome, isDate, romeTime } from "../../kernel/time.ts";

/** What somebody writes. `until`: the last day on which it is shown, as clocks in Rome have it. */
export type NewsPlan = { readonly title: string; readonly text: string; readonly until: string };

/** As it is kept. `endsAt` is the end of its last day; times are epoch ms. */
export type News = {
  readonly id: string;
  readonly actorId: string;
  readonly title: string;
  readonly text: string;
  readonly endsAt: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** So many are shown at once: more nobody reads. */
export const NEWS_MAX = 10;
/** What stays longer is no news. */
const MOST_MONTHS = 12;

/** Until when a plan is shown; refuses `news-over` for a day that is past or none, `news-too-long` for one too far. */
export function endOfNews(until: string, now: number): { endsAt: number } | Refusal<"news-over" | "news-too-long"> {
  const { date: today } = romeTime(now);
  if (!isDate(until) || until < today) return { refused: "news-over" };
  if (until > addMonths(today, MOST_MONTHS)) return { refused: "news-too-long" };
  return { endsAt: instantOfRome({ date: addDays(until, 1), time: "00:00" }) ?? now };
}

/** The last day of a piece of news, as its form shows it. */
export function lastDayOf({ endsAt }: Pick<News, "endsAt">): string {
  return romeTime(endsAt - 1).date;
}
