// Rows of what is handed out at gatherings <-> values; the only queries on them. The bytes of files lie in the data folder.
import { and, asc, eq, max } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import { gatheringMaterials as materials } from "./tables.ts";

/** One thing that is handed out: a link, or a PDF by the hash of its bytes. */
export type Material = typeof materials.$inferSelect;

/** In the order in which they were added. */
export function listMaterials(tx: Tx, gatheringId: string): Material[] {
  return tx
    .select()
    .from(materials)
    .where(eq(materials.gatheringId, gatheringId))
    .orderBy(asc(materials.position), asc(materials.id))
    .all();
}

export function loadMaterial(tx: Tx, gatheringId: string, id: string): Material | undefined {
  return tx
    .select()
    .from(materials)
    .where(and(eq(materials.gatheringId, gatheringId), eq(materials.id, id)))
    .get();
}

/** Adds it behind the others. */
export function insertMaterial(tx: Tx, material: Omit<Material, "position">): void {
  const last = tx
    .select({ position: max(materials.position) })
    .from(materials)
    .where(eq(materials.gatheringId, material.gatheringId))
    .get();
  tx.insert(materials)
    .values({ ...material, position: 1 + (last?.position ?? 0) })
    .run();
}

export function deleteMaterial(tx: Tx, id: string): void {
  tx.delete(materials).where(eq(materials.id, id)).run();
}

/** Takes away all that is handed out at one gathering, but for its files. */
export function dropMaterials(tx: Tx, gatheringId: string): void {
  tx.delete(materials).where(eq(materials.gatheringId, gatheringId)).run();
}

/** Whether any gathering of the node hands out this file. */
export function isFileNamed(tx: Tx, fileHash: string): boolean {
  const named = tx.select({ id: materials.id }).from(materials).where(eq(materials.fileHash, fileHash)).limit(1);
  return named.get() !== undefined;
}
