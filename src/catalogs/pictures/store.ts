// Rows of pictures <-> values; the only queries on them.
import { count, eq } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { pictures } from "../tables.ts";

export type Picture = typeof pictures.$inferSelect;

export function savePicture(tx: Tx, picture: Picture): void {
  tx.insert(pictures).values(picture).onConflictDoNothing().run();
}

export function countPictures(tx: Tx, actorId: string): number {
  return tx.select({ total: count() }).from(pictures).where(eq(pictures.actorId, actorId)).get()?.total ?? 0;
}

/** The picture with this hash, whoever uploaded it. */
export function loadPicture(tx: Tx, hash: string): Picture | undefined {
  return tx.select().from(pictures).where(eq(pictures.hash, hash)).limit(1).get();
}
