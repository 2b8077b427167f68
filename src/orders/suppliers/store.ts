// Rows of suppliers a group knows and of their lists <-> values; the only queries on them.
import { and, asc, desc, eq, isNotNull, lt, lte, sql } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { supplierContacts, supplierImports } from "./tables.ts";

export type ImportRow = typeof supplierImports.$inferSelect;
export type Contact = typeof supplierContacts.$inferSelect;

export function insertImport(tx: Tx, row: ImportRow): void {
  tx.insert(supplierImports).values(row).run();
}

export function updateImport(tx: Tx, id: string, change: Partial<ImportRow>): void {
  tx.update(supplierImports).set(change).where(eq(supplierImports.id, id)).run();
}

/** The import of this actor, in whatever state. */
export function loadImport(tx: Tx, actorId: string, id: string): ImportRow | undefined {
  return tx
    .select()
    .from(supplierImports)
    .where(and(eq(supplierImports.actorId, actorId), eq(supplierImports.id, id)))
    .get();
}

/** Drops what was read and never confirmed: of one actor, for a new upload takes its place, or (null) of all, from before. */
export function discardOpenImports(tx: Tx, actorId: string | null, before: number): void {
  const theirs = actorId === null ? undefined : eq(supplierImports.actorId, actorId);
  tx.update(supplierImports)
    .set({ state: "discarded", bytes: null, list: null })
    .where(and(eq(supplierImports.state, "open"), lt(supplierImports.createdAt, before), theirs))
    .run();
}

/** The import that was confirmed last, taken back or not: its columns read the next file. */
export function loadLastConfirmed(tx: Tx, actorId: string): ImportRow | undefined {
  return tx
    .select()
    .from(supplierImports)
    .where(and(eq(supplierImports.actorId, actorId), isNotNull(supplierImports.confirmedAt)))
    .orderBy(desc(supplierImports.confirmedAt), desc(supplierImports.id))
    .limit(1)
    .get();
}

export function saveContact(tx: Tx, contact: Contact): void {
  tx.insert(supplierContacts).values(contact).onConflictDoUpdate({ target: supplierContacts.id, set: contact }).run();
}

export function loadContact(tx: Tx, id: string): Contact | undefined {
  return tx.select().from(supplierContacts).where(eq(supplierContacts.id, id)).get();
}

/** Every supplier a group wrote down, by name. */
export function listContacts(tx: Tx, actorId: string): Contact[] {
  return tx
    .select()
    .from(supplierContacts)
    .where(eq(supplierContacts.actorId, actorId))
    .orderBy(sql`${supplierContacts.name} COLLATE NOCASE`, asc(supplierContacts.id))
    .all();
}

export function deleteContact(tx: Tx, id: string): void {
  tx.delete(supplierContacts).where(eq(supplierContacts.id, id)).run();
}

const dueContacts = prepareOnce((tx) =>
  tx
    .select()
    .from(supplierContacts)
    .where(and(lte(supplierContacts.nextAt, asked("now")), eq(supplierContacts.state, "to-find")))
    .orderBy(asc(supplierContacts.nextAt), asc(supplierContacts.id))
    .limit(asked("limit"))
    .prepare(),
);

/** Suppliers to look for now. */
export function listDueContacts(tx: Tx, now: number, limit: number): Contact[] {
  return dueContacts(tx).all({ now, limit });
}
