// A piece of news: a few lines of whoever speaks for an actor, until a day; for a group's members, for who follows the actor, or both. Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import { addDays, addMonths, instantOfRome, isDate, romeTime } from "../../kernel/time.ts";

/** What somebody writes. `until`: the last day on which it is shown, as clocks in Rome have it; `isPublic`: to everybody. */
export type NewsPlan = {
  readonly title: string;
  readonly text: string;
  readonly until: string;
  readonly isPublic: boolean;
};

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

/**
 * Where a piece of news stands for everybody, under an address of its own. It outlives the piece, and holds none of its words. What was
 * withdrawn is told anew under another address: others have learnt that the first is gone for ever.
 */
export type NewsNote = {
  readonly id: string;
  readonly actorId: string;
  readonly newsId: string;
  readonly publishedAt: number;
  readonly updatedAt: number;
  /** Null: it stands, until the piece is over. */
  readonly withdrawnAt: number | null;
};

/** A piece of news as everybody is told it. */
export type ToldNews = { readonly note: NewsNote; readonly news: News };

/** So many are shown at once: more nobody reads. */
export const NEWS_MAX = 10;
/** So many are told to everybody in a day: who follows an actor is not to be flooded. */
export const TOLD_A_DAY_MAX = 10;
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

/** The paragraphs of a text as somebody typed it, without empty ones. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** When a note changed: in the whole seconds that others are told, never the time it had before. */
export function changedAt({ updatedAt }: Pick<NewsNote, "updatedAt">, now: number): number {
  return Math.max(now, updatedAt + 1000);
}
