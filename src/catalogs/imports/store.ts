// Rows of imports and of what each did <-> values; the only queries on them.
import { and, desc, eq } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { importChanges, imports } from "../tables.ts";

export type ImportRow = typeof imports.$inferSelect;
export type ImportChange = typeof importChanges.$inferSelect;

export function insertImport(tx: Tx, row: ImportRow): void {
  tx.insert(imports).values(row).run();
}

export function updateImport(tx: Tx, id: string, change: Partial<ImportRow>): void {
  tx.update(imports).set(change).where(eq(imports.id, id)).run();
}

/** The import of this actor, in whatever state. */
export function loadImport(tx: Tx, actorId: string, id: string): ImportRow | undefined {
  return tx
    .select()
    .from(imports)
    .where(and(eq(imports.actorId, actorId), eq(imports.id, id)))
    .get();
}

/** Drops the files of imports that were never confirmed: a new upload takes their place. */
export function discardOpenImports(tx: Tx, actorId: string): void {
  tx.update(imports)
    .set({ state: "discarded", bytes: null, list: null })
    .where(and(eq(imports.actorId, actorId), eq(imports.state, "open")))
    .run();
}

/** The import that was confirmed last and not taken back. */
export function loadLastImport(tx: Tx, actorId: string): ImportRow | undefined {
  return tx
    .select()
    .from(imports)
    .where(and(eq(imports.actorId, actorId), eq(imports.state, "confirmed")))
    .orderBy(desc(imports.confirmedAt), desc(imports.id))
    .limit(1)
    .get();
}

export function insertImportChange(tx: Tx, change: ImportChange): void {
  tx.insert(importChanges).values(change).run();
}

export function listImportChanges(tx: Tx, importId: string): ImportChange[] {
  return tx.select().from(importChanges).where(eq(importChanges.importId, importId)).all();
}
