// Rows of passwords, second factors and backup codes <-> values; the only queries on them.
import { and, count, eq, isNull } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { backupCodes, passwords, people, secondFactors } from "./tables.ts";

export type PasswordRow = typeof passwords.$inferSelect;
export type SecondFactorRow = typeof secondFactors.$inferSelect;

export function loadPassword(tx: Tx, personId: string): PasswordRow | undefined {
  return tx.select().from(passwords).where(eq(passwords.personId, personId)).get();
}

export function savePassword(tx: Tx, row: PasswordRow): void {
  const { personId: _, ...set } = row;
  tx.insert(passwords).values(row).onConflictDoUpdate({ target: passwords.personId, set }).run();
}

export function deletePassword(tx: Tx, personId: string): boolean {
  return tx.delete(passwords).where(eq(passwords.personId, personId)).run().changes > 0;
}

export function loadSecondFactor(tx: Tx, personId: string): SecondFactorRow | undefined {
  return tx.select().from(secondFactors).where(eq(secondFactors.personId, personId)).get();
}

export function saveSecondFactor(tx: Tx, row: SecondFactorRow): void {
  const { personId: _, ...set } = row;
  tx.insert(secondFactors).values(row).onConflictDoUpdate({ target: secondFactors.personId, set }).run();
}

/** Takes the second factor and its backup codes away. */
export function deleteSecondFactor(tx: Tx, personId: string): boolean {
  tx.delete(backupCodes).where(eq(backupCodes.personId, personId)).run();
  return tx.delete(secondFactors).where(eq(secondFactors.personId, personId)).run().changes > 0;
}

/** New backup codes in the place of all before. */
export function replaceBackupCodes(tx: Tx, personId: string, hashes: readonly string[]): void {
  tx.delete(backupCodes).where(eq(backupCodes.personId, personId)).run();
  for (const codeHash of hashes) tx.insert(backupCodes).values({ personId, codeHash }).run();
}

/** Spends a backup code; false when it is none of theirs or was used. */
export function spendBackupCode(tx: Tx, personId: string, codeHash: string, spentAt: number): boolean {
  const free = and(eq(backupCodes.personId, personId), eq(backupCodes.codeHash, codeHash), isNull(backupCodes.spentAt));
  return tx.update(backupCodes).set({ spentAt }).where(free).run().changes > 0;
}

export function countBackupCodes(tx: Tx, personId: string): number {
  const free = and(eq(backupCodes.personId, personId), isNull(backupCodes.spentAt));
  return tx.select({ n: count() }).from(backupCodes).where(free).get()?.n ?? 0;
}

/** Until when a person may work without a second factor; null while nobody has asked for one. */
export function saveSecondFactorDue(tx: Tx, personId: string, secondFactorDueAt: number | null): void {
  tx.update(people).set({ secondFactorDueAt }).where(eq(people.id, personId)).run();
}
