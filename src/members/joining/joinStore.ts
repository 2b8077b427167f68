// Rows of how a GAS takes people in and of who asked <-> values; the only queries on them.
import { and, asc, count, desc, eq, inArray, lt, or, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { joining, joinRequests } from "../tables.ts";

/** How a GAS takes people in. `places` null: as many as come; 0: who asks waits. Texts are plain. */
export type Joining = {
  readonly isOpen: boolean;
  readonly places: number | null;
  readonly about: string;
  readonly how: string;
  readonly showsProducers: boolean;
};

export type JoinRequest = typeof joinRequests.$inferSelect;

const CLOSED: Joining = { isOpen: false, places: null, about: "", how: "", showsProducers: false };

/** How that GAS takes people in, as its people chose; undefined where they never did. */
export function findJoining(tx: Tx, actorId: string): Joining | undefined {
  return tx.select().from(joining).where(eq(joining.actorId, actorId)).get();
}

/** How that GAS takes people in; closed and silent until somebody says otherwise. */
export function loadJoining(tx: Tx, actorId: string): Joining {
  return findJoining(tx, actorId) ?? CLOSED;
}

export function saveJoining(tx: Tx, actorId: string, wish: Joining, updatedAt: number): void {
  const { isOpen, places, about, how, showsProducers } = wish;
  const row = { isOpen, places, about, how, showsProducers, updatedAt };
  tx.insert(joining)
    .values({ actorId, ...row })
    .onConflictDoUpdate({ target: joining.actorId, set: row })
    .run();
}

/** One place less, where they are counted. */
export function takePlace(tx: Tx, actorId: string): void {
  const counted = and(eq(joining.actorId, actorId), sql`${joining.places} > 0`);
  tx.update(joining)
    .set({ places: sql`${joining.places} - 1` })
    .where(counted)
    .run();
}

export function insertJoinRequest(tx: Tx, row: JoinRequest): void {
  tx.insert(joinRequests).values(row).run();
}

export function loadJoinRequest(tx: Tx, actorId: string, id: string): JoinRequest | undefined {
  return tx
    .select()
    .from(joinRequests)
    .where(and(eq(joinRequests.actorId, actorId), eq(joinRequests.id, id)))
    .get();
}

/** Who waits, the longest waiting first; then who was decided on, the latest first. */
export function listJoinRequests(tx: Tx, actorId: string): JoinRequest[] {
  const isWaiting = sql`${joinRequests.state} = 'waiting'`;
  return tx
    .select()
    .from(joinRequests)
    .where(eq(joinRequests.actorId, actorId))
    .orderBy(sql`${isWaiting} DESC`, desc(joinRequests.decidedAt), asc(joinRequests.createdAt))
    .all();
}

export function countWaiting(tx: Tx, actorId: string): number {
  const waiting = and(eq(joinRequests.actorId, actorId), eq(joinRequests.state, "waiting"));
  return tx.select({ n: count() }).from(joinRequests).where(waiting).get()?.n ?? 0;
}

/** Whether that address waits already. `email` in the form `plainAddress` gives. */
export function isWaiting(tx: Tx, actorId: string, email: string): boolean {
  const same = and(eq(joinRequests.actorId, actorId), eq(joinRequests.email, email), eq(joinRequests.state, "waiting"));
  return tx.select({ id: joinRequests.id }).from(joinRequests).where(same).get() !== undefined;
}

export function decideJoinRequest(
  tx: Tx,
  id: string,
  decision: { state: "approved" | "refused"; decidedAt: number; decidedBy: string },
): void {
  tx.update(joinRequests).set(decision).where(eq(joinRequests.id, id)).run();
}

/** Forgets who was decided on before one moment and who asked in vain before another. Returns how many. */
export function deleteOldJoinRequests(tx: Tx, decidedBefore: number, askedBefore: number): number {
  const decided = and(inArray(joinRequests.state, ["approved", "refused"]), lt(joinRequests.decidedAt, decidedBefore));
  return tx
    .delete(joinRequests)
    .where(or(decided, lt(joinRequests.createdAt, askedBefore)))
    .run().changes;
}
