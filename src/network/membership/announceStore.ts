// Rows of what networks have announced: each object once, for ever. The only queries on that table.
import { and, asc, count, eq, gte, isNotNull, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { networkAnnounced } from "./tables.ts";

export type Announced = typeof networkAnnounced.$inferSelect;

export function loadAnnounced(tx: Tx, actorId: string, objectIri: string): Announced | undefined {
  return tx
    .select()
    .from(networkAnnounced)
    .where(and(eq(networkAnnounced.actorId, actorId), eq(networkAnnounced.objectIri, objectIri)))
    .get();
}

export function insertAnnounced(tx: Tx, row: Announced): void {
  tx.insert(networkAnnounced).values(row).run();
}

/** It is no longer announced, and never will be again. */
export function markUndone(tx: Tx, actorId: string, objectIri: string): void {
  tx.update(networkAnnounced)
    .set({ state: "undone", undoAt: null })
    .where(and(eq(networkAnnounced.actorId, actorId), eq(networkAnnounced.objectIri, objectIri)))
    .run();
}

/** How many of a member's posts a network has announced since a time (epoch ms), also those taken back. */
export function countAnnouncedSince(tx: Tx, actorId: string, member: string, since: number): number {
  const those = and(
    eq(networkAnnounced.actorId, actorId),
    eq(networkAnnounced.member, member),
    gte(networkAnnounced.at, since),
    sql`${networkAnnounced.announceIri} IS NOT NULL`,
  );
  return tx.select({ total: count() }).from(networkAnnounced).where(those).get()?.total ?? 0;
}

/** How many of a member's posts were kept back since a time because it said too much. */
export function countKeptBack(tx: Tx, actorId: string, member: string, since: number): number {
  const those = and(
    eq(networkAnnounced.actorId, actorId),
    eq(networkAnnounced.member, member),
    gte(networkAnnounced.at, since),
    eq(networkAnnounced.state, "over-limit"),
  );
  return tx.select({ total: count() }).from(networkAnnounced).where(those).get()?.total ?? 0;
}

/** Everything that stands announced of a member is to be taken back. */
export function orderUndoing(tx: Tx, actorId: string, member: string, undoAt: number): void {
  tx.update(networkAnnounced)
    .set({ undoAt })
    .where(
      and(
        eq(networkAnnounced.actorId, actorId),
        eq(networkAnnounced.member, member),
        eq(networkAnnounced.state, "announced"),
      ),
    )
    .run();
}

/** What is to be taken back: a few, the longest due first. */
export function listToUndo(tx: Tx, limit: number): Announced[] {
  return tx
    .select()
    .from(networkAnnounced)
    .where(isNotNull(networkAnnounced.undoAt))
    .orderBy(asc(networkAnnounced.undoAt))
    .limit(limit)
    .all();
}
