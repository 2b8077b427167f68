// Which websites of our actors are to be looked at, and what was seen there.
import { and, asc, eq, isNull, lte, ne } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import { actors } from "./tables.ts";

/** A website to look at. Times are epoch ms. */
export type DueWebsite = { readonly id: string; readonly website: string; readonly websiteProvenAt: number | null };

const due = prepareOnce((tx) =>
  tx
    .select({ id: actors.id, website: actors.website, websiteProvenAt: actors.websiteProvenAt })
    .from(actors)
    .where(and(ne(actors.website, ""), isNull(actors.goneAt), lte(actors.websiteDueAt, asked("now"))))
    .orderBy(asc(actors.websiteDueAt))
    .limit(asked("limit"))
    .prepare(),
);

/** The websites that are due, the longest first. */
export function listDueWebsites(tx: Tx, now: number, limit: number): DueWebsite[] {
  return due(tx).all({ now, limit });
}

/** When to look again, and when it was last seen to link back; nothing where the website is another by now. */
export function noteWebsite(
  tx: Tx,
  { id, website }: Pick<DueWebsite, "id" | "website">,
  seen: { readonly websiteDueAt: number; readonly websiteProvenAt?: number | null },
): void {
  tx.update(actors)
    .set(seen)
    .where(and(eq(actors.id, id), eq(actors.website, website)))
    .run();
}
