// Rows of news and of where it stands for everybody <-> values; the only queries on them.
import { and, asc, count, desc, eq, gt, gte, isNull, lte } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { NEWS_MAX, type News, type NewsNote, type ToldNews } from "./news.ts";
import { groupNews, newsNotes } from "./tables.ts";

export function saveNewsRow(tx: Tx, news: News): void {
  const { id: _, ...changes } = news;
  tx.insert(groupNews).values(news).onConflictDoUpdate({ target: groupNews.id, set: changes }).run();
}

export function deleteNews(tx: Tx, id: string): void {
  tx.delete(groupNews).where(eq(groupNews.id, id)).run();
}

export function loadNews(tx: Tx, actorId: string, id: string): News | undefined {
  const those = and(eq(groupNews.actorId, actorId), eq(groupNews.id, id));
  return tx.select().from(groupNews).where(those).get();
}

/** What an actor shows at that time, the newest first. */
export function listShownNews(tx: Tx, actorId: string, now: number): News[] {
  const shown = and(eq(groupNews.actorId, actorId), gt(groupNews.endsAt, now));
  return tx.select().from(groupNews).where(shown).orderBy(desc(groupNews.createdAt)).limit(NEWS_MAX).all();
}

/** The latest of an actor, what is over too. */
export function listNews(tx: Tx, actorId: string, limit: number): News[] {
  const its = eq(groupNews.actorId, actorId);
  return tx.select().from(groupNews).where(its).orderBy(desc(groupNews.createdAt)).limit(limit).all();
}

export function saveNote(tx: Tx, note: NewsNote): void {
  const { id: _, ...changes } = note;
  tx.insert(newsNotes).values(note).onConflictDoUpdate({ target: newsNotes.id, set: changes }).run();
}

/** What stands or stood at that address of an actor. */
export function loadNote(tx: Tx, actorId: string, id: string): NewsNote | undefined {
  const those = and(eq(newsNotes.actorId, actorId), eq(newsNotes.id, id));
  return tx.select().from(newsNotes).where(those).get();
}

/** Where a piece of news stands for everybody, if it does. */
export function findStandingNote(tx: Tx, newsId: string): NewsNote | undefined {
  const standing = and(eq(newsNotes.newsId, newsId), isNull(newsNotes.withdrawnAt));
  return tx.select().from(newsNotes).where(standing).get();
}

/** What an actor shows to everybody at that time, the newest first. */
export function listToldNews(tx: Tx, actorId: string, now: number): ToldNews[] {
  const shown = and(eq(newsNotes.actorId, actorId), isNull(newsNotes.withdrawnAt), gt(groupNews.endsAt, now));
  return tx
    .select({ note: newsNotes, news: groupNews })
    .from(newsNotes)
    .innerJoin(groupNews, eq(groupNews.id, newsNotes.newsId))
    .where(shown)
    .orderBy(desc(newsNotes.publishedAt))
    .limit(NEWS_MAX)
    .all();
}

/** What still stands for everybody and is over, of all actors, the longest over first. */
export function listToldAndOver(tx: Tx, now: number, limit: number): ToldNews[] {
  return tx
    .select({ note: newsNotes, news: groupNews })
    .from(newsNotes)
    .innerJoin(groupNews, eq(groupNews.id, newsNotes.newsId))
    .where(and(isNull(newsNotes.withdrawnAt), lte(groupNews.endsAt, now)))
    .orderBy(asc(groupNews.endsAt))
    .limit(limit)
    .all();
}

/** How many pieces of news an actor has told to everybody since a time (epoch ms), also those withdrawn since. */
export function countToldSince(tx: Tx, actorId: string, since: number): number {
  const those = and(eq(newsNotes.actorId, actorId), gte(newsNotes.publishedAt, since));
  return tx.select({ total: count() }).from(newsNotes).where(those).get()?.total ?? 0;
}
