// Rows of calendars <-> values; the only queries on them.
import { randomBytes } from "node:crypto";
import { and, eq } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { calendarFeeds } from "./calendarTables.ts";

/** Whose calendar of which group. */
export type CalendarFeed = typeof calendarFeeds.$inferSelect;
type Owner = { readonly actorId: string; readonly personId: string };

export function loadFeed(tx: Tx, id: string): CalendarFeed | undefined {
  return tx.select().from(calendarFeeds).where(eq(calendarFeeds.id, id)).get();
}

export function loadFeedOf(tx: Tx, owner: Owner): CalendarFeed | undefined {
  return tx.select().from(calendarFeeds).where(ofOwner(owner)).get();
}

/** Takes a person's calendar away: its address is spent. */
export function deleteFeed(tx: Tx, owner: Owner): void {
  tx.delete(calendarFeeds).where(ofOwner(owner)).run();
}

/** A calendar under a new address; the old one is spent. Call it in a transaction. */
export function renewFeed(tx: Tx, owner: Owner, now: number): void {
  deleteFeed(tx, owner);
  tx.insert(calendarFeeds)
    .values({ ...owner, id: encodeId(randomBytes(16)), createdAt: now })
    .run();
}

function ofOwner({ actorId, personId }: Owner) {
  return and(eq(calendarFeeds.actorId, actorId), eq(calendarFeeds.personId, personId));
}
