// Rows of passwords, second factors, backup codes and passkeys <-> values; the only queries on them.
import { and, asc, count, eq, isNotNull, isNull } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { backupCodes, passkeys, passwords, people, secondFactors } from "../tables.ts";

export type PasswordRow = typeof passwords.$inferSelect;
export type SecondFactorRow = typeof secondFactors.$inferSelect;
export type PasskeyRow = typeof passkeys.$inferSelect;

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

/** Takes the second factor and its backup codes away. Passkeys stay as a way in, and are no second step any more. */
export function deleteSecondFactor(tx: Tx, personId: string): void {
  tx.delete(backupCodes).where(eq(backupCodes.personId, personId)).run();
  tx.delete(secondFactors).where(eq(secondFactors.personId, personId)).run();
}

/**
 * Whether a sign-in of this person asks for a second step: a code of the phone that was proved, or a passkey with backup codes for the
 * day it is lost. A passkey without codes is only a way in.
 */
export function hasSecondStep(tx: Tx, personId: string): boolean {
  const proved = and(eq(secondFactors.personId, personId), isNotNull(secondFactors.confirmedAt));
  if (tx.select({ id: secondFactors.personId }).from(secondFactors).where(proved).get()) return true;
  const mine = eq(backupCodes.personId, personId);
  const hasCodes = tx.select({ id: backupCodes.personId }).from(backupCodes).where(mine).limit(1).get() !== undefined;
  return hasCodes && countPasskeys(tx, personId) > 0;
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

export function insertPasskey(tx: Tx, row: PasskeyRow): void {
  tx.insert(passkeys).values(row).run();
}

export function loadPasskey(tx: Tx, id: string): PasskeyRow | undefined {
  return tx.select().from(passkeys).where(eq(passkeys.id, id)).get();
}

/** A person's passkeys, the first made first. */
export function listPasskeys(tx: Tx, personId: string): PasskeyRow[] {
  return tx
    .select()
    .from(passkeys)
    .where(eq(passkeys.personId, personId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id))
    .all();
}

export function countPasskeys(tx: Tx, personId: string): number {
  return tx.select({ n: count() }).from(passkeys).where(eq(passkeys.personId, personId)).get()?.n ?? 0;
}

/** Whether anybody of this node has one. */
export function hasPasskeys(tx: Tx): boolean {
  return tx.select({ id: passkeys.id }).from(passkeys).limit(1).get() !== undefined;
}

/** Notes that a passkey was used, and how far its counter has come. */
export function savePasskeyUse(tx: Tx, id: string, use: { counter: number; usedAt: number }): void {
  tx.update(passkeys).set(use).where(eq(passkeys.id, id)).run();
}

/** Takes a passkey of this person away; false when it is not theirs. */
export function deletePasskey(tx: Tx, personId: string, id: string): boolean {
  const mine = and(eq(passkeys.personId, personId), eq(passkeys.id, id));
  return tx.delete(passkeys).where(mine).run().changes > 0;
}
