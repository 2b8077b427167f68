// Rows of changes of address <-> values; the only queries on them.
import { and, desc, eq, gte, lt } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { emailChanges, passkeys, passwords, people } from "../tables.ts";

/** A change of the address somebody signs in with. Times are epoch ms; `oldEmail` null: there was none. */
export type EmailChange = typeof emailChanges.$inferSelect;

export function insertEmailChange(tx: Tx, change: EmailChange): void {
  tx.insert(emailChanges).values(change).run();
}

export function loadEmailChange(tx: Tx, id: string): EmailChange | undefined {
  return tx.select().from(emailChanges).where(eq(emailChanges.id, id)).get();
}

/** The last change a person asked for. */
export function loadLastEmailChange(tx: Tx, personId: string): EmailChange | undefined {
  const theirs = tx.select().from(emailChanges).where(eq(emailChanges.personId, personId));
  return theirs.orderBy(desc(emailChanges.askedAt), desc(emailChanges.id)).limit(1).get();
}

export function saveEmailChange(tx: Tx, id: string, done: { confirmedAt?: number; undoneAt?: number }): void {
  tx.update(emailChanges).set(done).where(eq(emailChanges.id, id)).run();
}

export function deleteOldEmailChanges(tx: Tx, before: number): void {
  tx.delete(emailChanges).where(lt(emailChanges.askedAt, before)).run();
}

/** The address a person signs in with from now on. */
export function saveEmail(tx: Tx, personId: string, email: string | null): void {
  tx.update(people).set({ email, claimedEmail: email }).where(eq(people.id, personId)).run();
}

/** Takes away what was made to sign in with since that time: whoever took an account over made it. */
export function deleteCredentialsSince(tx: Tx, personId: string, at: number): void {
  tx.delete(passwords)
    .where(and(eq(passwords.personId, personId), gte(passwords.setAt, at)))
    .run();
  tx.delete(passkeys)
    .where(and(eq(passkeys.personId, personId), gte(passkeys.createdAt, at)))
    .run();
}
