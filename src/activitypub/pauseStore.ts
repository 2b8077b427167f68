// Which hosts a person has paused: what is owed to them waits untouched until somebody says otherwise.

import { and, count, eq, inArray, isNotNull, min, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { outbox, peers } from "./tables.ts";

/** Pauses a host. False where it is paused already, or was never written to nor heard of. */
export function pauseHost(tx: Tx, host: string, now: number): boolean {
  const those = and(eq(peers.host, host), sql`${peers.pausedAt} IS NULL`);
  return tx.update(peers).set({ pausedAt: now }).where(those).run().changes > 0;
}

/** Lets letters go to it again, each when it is due; the host itself is tried at once. False where it is not paused. */
export function resumeHost(tx: Tx, host: string, now: number): boolean {
  const waits = sql`EXISTS (SELECT 1 FROM outbox o WHERE o.host = ${host} AND o.state = 'pending')`;
  const nextAt = sql`CASE WHEN ${waits} THEN ${now} ELSE next_at END`;
  const those = and(eq(peers.host, host), isNotNull(peers.pausedAt));
  return tx.update(peers).set({ pausedAt: null, nextAt }).where(those).run().changes > 0;
}

/** Since when a host is paused (epoch ms); null where it is not. */
export function loadPausedAt(tx: Tx, host: string): number | null {
  return tx.select({ at: peers.pausedAt }).from(peers).where(eq(peers.host, host)).get()?.at ?? null;
}

/** What an actor owes on one thread and has not sent: how many letters, and since when the oldest waits. */
export function loadWaitingOn(tx: Tx, actorId: string, thread: string): { letters: number; oldestAt: number | null } {
  const those = and(
    eq(outbox.actorId, actorId),
    eq(outbox.thread, thread),
    inArray(outbox.state, ["pending", "leased"]),
  );
  const row = tx
    .select({ letters: count(), oldestAt: min(outbox.createdAt) })
    .from(outbox)
    .where(those)
    .get();
  return { letters: row?.letters ?? 0, oldestAt: row?.oldestAt ?? null };
}
