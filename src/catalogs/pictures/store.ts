// Rows of pictures <-> values; the only queries on them.
import { and, count, eq, gte, lt } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { pictures } from "../tables.ts";

export type Picture = typeof pictures.$inferSelect;

export function savePicture(tx: Tx, picture: Picture): void {
  tx.insert(pictures).values(picture).onConflictDoNothing().run();
}

export function countPictures(tx: Tx, actorId: string): number {
  return tx.select({ total: count() }).from(pictures).where(eq(pictures.actorId, actorId)).get()?.total ?? 0;
}

/** The picture whose hash begins so, whoever uploaded it. `hash`: 16 hex digits or more. */
export function loadPicture(tx: Tx, hash: string): Picture | undefined {
  // "g" comes after every hex digit: a range that the index can walk.
  return tx
    .select()
    .from(pictures)
    .where(and(gte(pictures.hash, hash), lt(pictures.hash, `${hash}g`)))
    .limit(1)
    .get();
}
