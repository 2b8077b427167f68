// Rows of browser sessions and of unsent forms <-> values; the only queries on them.
import { and, desc, eq, lt, lte, ne, or } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { sessions, unsentForms } from "./tables.ts";

/** A session as its row has it. */
export type SessionRow = typeof sessions.$inferSelect;

export function insertSession(tx: Tx, row: typeof sessions.$inferInsert): void {
  tx.insert(sessions).values(row).run();
}

export function loadSession(tx: Tx, idHash: string): SessionRow | undefined {
  return tx.select().from(sessions).where(eq(sessions.idHash, idHash)).get();
}

export function touchSession(tx: Tx, idHash: string, seenAt: number): void {
  tx.update(sessions).set({ seenAt }).where(eq(sessions.idHash, idHash)).run();
}

/** The second factor was given in this session. */
export function markSecondStep(tx: Tx, idHash: string, secondStepAt: number): void {
  tx.update(sessions).set({ secondStepAt }).where(eq(sessions.idHash, idHash)).run();
}

/** The person whose session it was; undefined where there was none. */
export function deleteSession(tx: Tx, idHash: string): string | undefined {
  return tx.delete(sessions).where(eq(sessions.idHash, idHash)).returning({ personId: sessions.personId }).get()
    ?.personId;
}

/** The live sessions of a person, the last used first. */
export function listSessions(tx: Tx, personId: string): SessionRow[] {
  return tx.select().from(sessions).where(eq(sessions.personId, personId)).orderBy(desc(sessions.seenAt)).all();
}

/** Ends one session of this person; false when it is not theirs or no more. */
export function killSession(tx: Tx, personId: string, idHash: string): boolean {
  const mine = and(eq(sessions.personId, personId), eq(sessions.idHash, idHash));
  return tx.delete(sessions).where(mine).run().changes > 0;
}

/** Ends every session of a person, save one where a hash is given. Returns how many. */
export function killSessions(tx: Tx, personId: string, exceptHash: string | null): number {
  const theirs = eq(sessions.personId, personId);
  const where = exceptHash === null ? theirs : and(theirs, ne(sessions.idHash, exceptHash));
  return tx.delete(sessions).where(where).run().changes;
}

/** Forgets sessions that no cookie can open any more. */
export function deleteDeadSessions(tx: Tx, createdBefore: number, seenBefore: number): number {
  const dead = or(lt(sessions.createdAt, createdBefore), lt(sessions.seenAt, seenBefore));
  return tx.delete(sessions).where(dead).run().changes;
}

/** A form that waits for its person, as its row has it. */
export type UnsentRow = typeof unsentForms.$inferSelect;

export function insertUnsent(tx: Tx, row: typeof unsentForms.$inferInsert): void {
  tx.insert(unsentForms).values(row).run();
}

export function loadUnsent(tx: Tx, id: string): UnsentRow | undefined {
  return tx.select().from(unsentForms).where(eq(unsentForms.id, id)).get();
}

/** The forms that wait for a person, the newest first. */
export function listUnsent(tx: Tx, personId: string): UnsentRow[] {
  const mine = eq(unsentForms.personId, personId);
  return tx.select().from(unsentForms).where(mine).orderBy(desc(unsentForms.madeAt), desc(unsentForms.id)).all();
}

export function deleteUnsent(tx: Tx, id: string): void {
  tx.delete(unsentForms).where(eq(unsentForms.id, id)).run();
}

export function deleteOldUnsent(tx: Tx, madeUntil: number): void {
  tx.delete(unsentForms).where(lte(unsentForms.madeAt, madeUntil)).run();
}
