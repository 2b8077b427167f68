// Rows of moves of others <-> values, and whom of ours they concern. The only queries on that table.
import { and, eq, inArray, lte, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { follows, pacts } from "../tables.ts";
import { peerMoves } from "./tables.ts";

/** What one of our actors heard of a peer's move. "told": nobody has looked yet; "proven": both addresses say so; "refused": they do not. */
export type PeerMove = typeof peerMoves.$inferSelect;

/** Our actors that follow the peer or have a pact with it that is not over. */
export function listActorsWhoKnow(tx: Tx, peer: string): string[] {
  const followers = tx
    .select({ actorId: follows.actorId })
    .from(follows)
    .where(and(eq(follows.peer, peer), eq(follows.direction, "out"), inArray(follows.state, ["requested", "accepted"])))
    .all();
  const partners = tx
    .select({ actorId: pacts.actorId })
    .from(pacts)
    .where(and(eq(pacts.peer, peer), sql`${pacts.state} IN ('proposed', 'live')`))
    .all();
  return [...new Set([...followers, ...partners].map(({ actorId }) => actorId))];
}

/** A later word of the same peer takes the place of the former. */
export function saveMove(tx: Tx, move: PeerMove): void {
  const { target, state, dueAt, toldAt } = move;
  tx.insert(peerMoves)
    .values(move)
    .onConflictDoUpdate({ target: [peerMoves.actorId, peerMoves.peer], set: { target, state, dueAt, toldAt } })
    .run();
}

/** Those that nobody has looked into and that are due. */
export function listToldMoves(tx: Tx, now: number, limit: number): PeerMove[] {
  const due = and(eq(peerMoves.state, "told"), lte(peerMoves.dueAt, now));
  return tx.select().from(peerMoves).where(due).orderBy(peerMoves.dueAt).limit(limit).all();
}

/** Where a peer has moved to, as both its addresses say; null where it has not. */
export function findMovedTo(tx: Tx, actorId: string, peer: string): string | null {
  const proven = and(eq(peerMoves.actorId, actorId), eq(peerMoves.peer, peer), eq(peerMoves.state, "proven"));
  return tx.select({ target: peerMoves.target }).from(peerMoves).where(proven).get()?.target ?? null;
}
