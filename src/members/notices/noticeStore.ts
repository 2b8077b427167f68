// Rows of notices and of what people switched off <-> values; the only queries on them.
import { and, asc, count, eq, inArray, isNotNull, lte, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { mutedNotices, noticeQueue, people } from "../tables.ts";
import type { NoticeKind, NoticeVerdict } from "./notice.ts";

/** A notice with the address it goes to now; null when the person has none any more. */
export type OwedNotice = {
  readonly id: number;
  readonly personId: string;
  readonly kind: string;
  readonly businessKey: string;
  readonly subject: string;
  readonly body: string;
  readonly attempts: number;
  readonly createdAt: number;
  readonly email: string | null;
  readonly disabledAt: number | null;
};

/** Owes a notice; the same event owes it once. */
export function insertNotice(tx: Tx, row: typeof noticeQueue.$inferInsert): boolean {
  return tx.insert(noticeQueue).values(row).onConflictDoNothing().run().changes > 0;
}

/** The next notices due, the oldest first, taken: a process that dies leaves them `sending`. Null: none is. */
export function takeDueNotices(tx: Tx, now: number, limit: number): OwedNotice[] | null {
  const rows = tx
    .select({
      id: noticeQueue.id,
      personId: noticeQueue.personId,
      kind: noticeQueue.kind,
      businessKey: noticeQueue.businessKey,
      subject: noticeQueue.subject,
      body: noticeQueue.body,
      attempts: noticeQueue.attempts,
      createdAt: noticeQueue.createdAt,
      email: people.email,
      disabledAt: people.disabledAt,
    })
    .from(noticeQueue)
    .innerJoin(people, eq(people.id, noticeQueue.personId))
    .where(and(eq(noticeQueue.state, "pending"), lte(noticeQueue.nextAt, now)))
    .orderBy(asc(noticeQueue.nextAt), asc(noticeQueue.id))
    .limit(limit)
    .all();
  if (rows.length === 0) return null;
  const ids = rows.map(({ id }) => id);
  tx.update(noticeQueue).set({ state: "sending" }).where(inArray(noticeQueue.id, ids)).run();
  return rows;
}

export function settleNotice(tx: Tx, id: number, verdict: NoticeVerdict, lastError: string | null, now: number): void {
  const { state, nextAt } = verdict;
  const settledAt = state === "pending" ? null : now;
  const attempts = sql`${noticeQueue.attempts} + 1`;
  tx.update(noticeQueue).set({ state, nextAt, lastError, settledAt, attempts }).where(eq(noticeQueue.id, id)).run();
}

/** What the last process was sending when it died: nobody knows whether it went. */
export function settleInterrupted(tx: Tx, now: number): number {
  return tx
    .update(noticeQueue)
    .set({ state: "uncertain", settledAt: now, lastError: "interrupted" })
    .where(eq(noticeQueue.state, "sending"))
    .run().changes;
}

/** How many notices are in each state. */
export function countNotices(tx: Tx): { state: string; n: number }[] {
  return tx.select({ state: noticeQueue.state, n: count() }).from(noticeQueue).groupBy(noticeQueue.state).all();
}

/** Empties the texts of what is long settled; the row stays, so that the event never writes again. */
export function emptyOldNotices(tx: Tx, before: number): void {
  tx.update(noticeQueue)
    .set({ subject: "", body: "", settledAt: null })
    .where(and(isNotNull(noticeQueue.settledAt), lte(noticeQueue.settledAt, before)))
    .run();
}

export function listMuted(tx: Tx, personId: string): string[] {
  return tx
    .select({ kind: mutedNotices.kind })
    .from(mutedNotices)
    .where(eq(mutedNotices.personId, personId))
    .all()
    .map(({ kind }) => kind);
}

export function saveMuted(tx: Tx, personId: string, kind: NoticeKind, isMuted: boolean, now: number): void {
  if (isMuted) tx.insert(mutedNotices).values({ personId, kind, mutedAt: now }).onConflictDoNothing().run();
  else
    tx.delete(mutedNotices)
      .where(and(eq(mutedNotices.personId, personId), eq(mutedNotices.kind, kind)))
      .run();
}
