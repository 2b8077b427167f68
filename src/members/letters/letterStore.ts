// Rows of letters to people without an account <-> values; the only queries on them.
import { and, asc, eq, inArray, isNotNull, lte, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { NoticeVerdict } from "../notices/notice.ts";
import type { LetterKind } from "./letter.ts";
import { letterQueue } from "./letterTables.ts";

/** A letter that is owed. */
export type OwedLetter = Pick<
  typeof letterQueue.$inferSelect,
  "id" | "actorId" | "kind" | "subjectId" | "facts" | "attempts" | "createdAt"
>;

const OPEN = inArray(letterQueue.state, ["pending", "sending"]);

function about(kind: LetterKind, subjectId: string) {
  return and(eq(letterQueue.kind, kind), eq(letterQueue.subjectId, subjectId));
}

export function insertLetter(tx: Tx, row: Omit<OwedLetter, "id" | "attempts">): void {
  tx.insert(letterQueue)
    .values({ ...row, state: "pending", attempts: 0, nextAt: row.createdAt })
    .run();
}

/** Lets go what is owed about that and has not begun to leave. */
export function dropPendingLetters(tx: Tx, kind: LetterKind, subjectId: string): void {
  tx.delete(letterQueue)
    .where(and(about(kind, subjectId), eq(letterQueue.state, "pending")))
    .run();
}

/** Whether such a letter is still on its way to the mail server. */
export function isLetterOwed(tx: Tx, kind: LetterKind, subjectId: string): boolean {
  return (
    tx
      .select({ id: letterQueue.id })
      .from(letterQueue)
      .where(and(about(kind, subjectId), OPEN))
      .get() !== undefined
  );
}

/** For a query on the table of what letters are about: no letter of that kind is on its way. `table` has an `id`. */
export function hasLeft(kind: LetterKind, table: string) {
  return sql`NOT EXISTS (SELECT 1 FROM letter_queue l
    WHERE l.kind = ${kind} AND l.subject_id = ${sql.identifier(table)}.id AND l.state IN ('pending', 'sending'))`;
}

/** A node that sends no mail owes none. */
export function dropAllPending(tx: Tx): void {
  tx.delete(letterQueue).where(eq(letterQueue.state, "pending")).run();
}

/** It went by another way. */
export function deleteLetter(tx: Tx, id: number): void {
  tx.delete(letterQueue).where(eq(letterQueue.id, id)).run();
}

/** The next letters due, the oldest first, taken: a process that dies leaves them `sending`. Null: none is. */
export function takeDueLetters(tx: Tx, now: number, limit: number): OwedLetter[] | null {
  const { id, actorId, kind, subjectId, facts, attempts, createdAt } = letterQueue;
  const rows = tx
    .select({ id, actorId, kind, subjectId, facts, attempts, createdAt })
    .from(letterQueue)
    .where(and(eq(letterQueue.state, "pending"), lte(letterQueue.nextAt, now)))
    .orderBy(asc(letterQueue.nextAt), asc(letterQueue.id))
    .limit(limit)
    .all();
  if (rows.length === 0) return null;
  const ids = rows.map((row) => row.id);
  tx.update(letterQueue).set({ state: "sending" }).where(inArray(letterQueue.id, ids)).run();
  return rows;
}

/** What became of a letter. */
export type LetterVerdict = NoticeVerdict | { readonly state: "void"; readonly nextAt: number };

export function settleLetter(tx: Tx, id: number, verdict: LetterVerdict, lastError: string | null, now: number): void {
  const { state, nextAt } = verdict;
  const settledAt = state === "pending" ? null : now;
  const attempts = sql`${letterQueue.attempts} + 1`;
  tx.update(letterQueue).set({ state, nextAt, lastError, settledAt, attempts }).where(eq(letterQueue.id, id)).run();
}

/** What the last process was sending when it died: nobody knows whether it went. */
export function settleInterruptedLetters(tx: Tx, now: number): void {
  tx.update(letterQueue)
    .set({ state: "uncertain", settledAt: now, lastError: "interrupted" })
    .where(eq(letterQueue.state, "sending"))
    .run();
}

/** Forgets what was settled long ago. */
export function deleteOldLetters(tx: Tx, before: number): void {
  tx.delete(letterQueue)
    .where(and(isNotNull(letterQueue.settledAt), lte(letterQueue.settledAt, before)))
    .run();
}
