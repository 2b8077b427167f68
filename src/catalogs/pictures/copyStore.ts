// Rows of the copies of others' pictures <-> values; the only queries on them.
import { and, asc, count, eq, inArray, isNotNull, lt, lte } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { pictureCopies } from "../tables.ts";

/** A picture of another node. `hash` null: not fetched yet, or not to be had. `dueAt` null: not to be tried again. Epoch ms. */
export type PictureCopy = typeof pictureCopies.$inferSelect;

/** Wants it fetched, once; one that is known is only marked as seen. */
export function wantCopy(tx: Tx, wish: { actorId: string; url: string }, now: number): void {
  tx.insert(pictureCopies)
    .values({ ...wish, hash: null, dueAt: now, failures: 0, seenAt: now })
    .onConflictDoUpdate({ target: [pictureCopies.actorId, pictureCopies.url], set: { seenAt: now } })
    .run();
}

export function countCopies(tx: Tx, actorId: string): number {
  return tx.select({ total: count() }).from(pictureCopies).where(eq(pictureCopies.actorId, actorId)).get()?.total ?? 0;
}

const dueCopies = prepareOnce((tx) =>
  tx
    .select()
    .from(pictureCopies)
    .where(and(isNotNull(pictureCopies.dueAt), lte(pictureCopies.dueAt, asked("now"))))
    .orderBy(asc(pictureCopies.dueAt))
    .limit(asked("limit"))
    .prepare(),
);

export function listDueCopies(tx: Tx, now: number, limit: number): PictureCopy[] {
  return dueCopies(tx).all({ now, limit });
}

/** What came of fetching it. */
export function settleCopy(
  tx: Tx,
  { actorId, url }: Pick<PictureCopy, "actorId" | "url">,
  outcome: Partial<Pick<PictureCopy, "hash" | "dueAt" | "failures">>,
): void {
  tx.update(pictureCopies)
    .set(outcome)
    .where(and(eq(pictureCopies.actorId, actorId), eq(pictureCopies.url, url)))
    .run();
}

/** Forgets those that no catalog and no cycle has named since then. Returns how many. */
export function forgetCopies(tx: Tx, before: number): number {
  return tx.delete(pictureCopies).where(lt(pictureCopies.seenAt, before)).run().changes;
}

/** Which of these addresses we hold a copy of, with its hash. */
export function findCopies(tx: Tx, actorId: string, urls: readonly string[]): Map<string, string> {
  if (urls.length === 0) return new Map();
  const rows = tx
    .select({ url: pictureCopies.url, hash: pictureCopies.hash })
    .from(pictureCopies)
    .where(
      and(eq(pictureCopies.actorId, actorId), inArray(pictureCopies.url, [...urls]), isNotNull(pictureCopies.hash)),
    )
    .all();
  return new Map(rows.map(({ url, hash }) => [url, hash!]));
}
