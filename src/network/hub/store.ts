// Rows of the hub <-> values; the only queries on these tables.
import { and, asc, count, desc, eq, inArray, isNull, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { hubLists, hubNumbers, hubTokens } from "./tables.ts";

export type HubToken = typeof hubTokens.$inferSelect;
export type HubList = typeof hubLists.$inferSelect;
/** A list without what is in it. */
export type HubListHead = Omit<HubList, "block">;

export function insertToken(tx: Tx, token: HubToken): void {
  tx.insert(hubTokens).values(token).run();
}

/** The token in force of that hash. */
export function findToken(tx: Tx, tokenHash: string): HubToken | undefined {
  return tx
    .select()
    .from(hubTokens)
    .where(and(eq(hubTokens.tokenHash, tokenHash), isNull(hubTokens.revokedAt)))
    .get();
}

export function loadToken(tx: Tx, id: string): HubToken | undefined {
  return tx.select().from(hubTokens).where(eq(hubTokens.id, id)).get();
}

/** The tokens of a network, the newest first. */
export function listTokens(tx: Tx, actorId: string): HubToken[] {
  return tx
    .select()
    .from(hubTokens)
    .where(eq(hubTokens.actorId, actorId))
    .orderBy(desc(hubTokens.createdAt), asc(hubTokens.id))
    .all();
}

export function markToken(tx: Tx, id: string, change: Partial<Pick<HubToken, "usedAt" | "revokedAt">>): void {
  tx.update(hubTokens).set(change).where(eq(hubTokens.id, id)).run();
}

export function loadList(tx: Tx, vat: string): HubList | undefined {
  return tx.select().from(hubLists).where(eq(hubLists.vat, vat)).get();
}

export function saveList(tx: Tx, list: HubList): void {
  const { vat: _, ...set } = list;
  tx.insert(hubLists).values(list).onConflictDoUpdate({ target: hubLists.vat, set }).run();
}

export function deleteList(tx: Tx, actorId: string, vat: string): boolean {
  const those = and(eq(hubLists.actorId, actorId), eq(hubLists.vat, vat));
  return tx.delete(hubLists).where(those).run().changes > 0;
}

const HEAD = {
  vat: hubLists.vat,
  actorId: hubLists.actorId,
  tokenId: hubLists.tokenId,
  name: hubLists.name,
  locality: hubLists.locality,
  products: hubLists.products,
  changedAt: hubLists.changedAt,
  sentAt: hubLists.sentAt,
};

/** The lists sent to these networks, by name. */
export function listHeads(tx: Tx, actorIds: readonly string[]): HubListHead[] {
  return tx
    .select(HEAD)
    .from(hubLists)
    .where(inArray(hubLists.actorId, [...actorIds]))
    .orderBy(asc(hubLists.name), asc(hubLists.vat))
    .all();
}

/** How many lists a token's network holds, and how many characters they are. */
export function sizeOfLists(tx: Tx, actorId: string): { lists: number; length: number } {
  const length = sql<number>`coalesce(sum(length(${hubLists.block})), 0)`;
  const row = tx.select({ lists: count(), length }).from(hubLists).where(eq(hubLists.actorId, actorId)).get();
  return row ?? { lists: 0, length: 0 };
}

/** The numbers of those who have one. */
export function loadNumbers(tx: Tx, subjects: readonly string[]): Map<string, number> {
  const rows = tx
    .select()
    .from(hubNumbers)
    .where(inArray(hubNumbers.subject, [...subjects]))
    .all();
  return new Map(rows.map(({ subject, no }) => [subject, no]));
}

/** Gives a number to who has none. */
export function numberThem(tx: Tx, subjects: readonly string[]): void {
  for (const subject of subjects) tx.insert(hubNumbers).values({ subject }).onConflictDoNothing().run();
}
