// Rows of news <-> values; the only queries on them.
import { and, desc, eq, gt } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { NEWS_MAX, type News } from "./news.ts";
import { groupNews } from "./tables.ts";

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

/** What a group shows at that time, the newest first. */
export function listShownNews(tx: Tx, actorId: string, now: number): News[] {
  const shown = and(eq(groupNews.actorId, actorId), gt(groupNews.endsAt, now));
  return tx.select().from(groupNews).where(shown).orderBy(desc(groupNews.createdAt)).limit(NEWS_MAX).all();
}

/** The latest of a group, what is over too. */
export function listNews(tx: Tx, actorId: string, limit: number): News[] {
  const its = eq(groupNews.actorId, actorId);
  return tx.select().from(groupNews).where(its).orderBy(desc(groupNews.createdAt)).limit(limit).all();
}
