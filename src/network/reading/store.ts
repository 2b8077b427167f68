// Rows of reading <-> values; the only queries on these tables.
import { and, asc, count, eq, getTableColumns, inArray, isNotNull, lte, sql } from "../../db/drizzle.ts";
import { loadFact } from "../../db/facts.ts";
import { placeholders, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import { isAwaited } from "./freshness.ts";
import { SLOW_MS } from "./lanes.ts";
import type { Reach } from "./reach.ts";
import { dueAtOf, type Heard, type Source } from "./source.ts";
import { networkCycles, networkLinks, networkReaches, networkSources } from "./tables.ts";

/** The fact that says when the index was last made anew. */
export const INDEX_MADE_AT = "index-made-at";

type Row = typeof networkSources.$inferSelect;

const sourceByUri = prepareOnce((tx) =>
  tx
    .select()
    .from(networkSources)
    .where(eq(networkSources.uri, sql.placeholder("uri")))
    .prepare(),
);

export function loadSource(tx: Tx, uri: string): Source | undefined {
  const row = sourceByUri(tx).get({ uri });
  return row && toSource(row);
}

const COLUMNS = Object.keys(getTableColumns(networkSources)) as (keyof Row)[];

const upsertSource = prepareOnce((tx) => {
  const values = placeholders(...COLUMNS) as never;
  return tx
    .insert(networkSources)
    .values(values)
    .onConflictDoUpdate({ target: networkSources.uri, set: values })
    .prepare();
});

export function saveSource(tx: Tx, source: Source): void {
  upsertSource(tx).run(toRow(source));
}

/** Forgets a source and what it lists. Its reaches must be gone before. */
export function deleteSource(tx: Tx, uri: string): void {
  tx.delete(networkCycles).where(eq(networkCycles.sourceUri, uri)).run();
  tx.delete(networkLinks).where(eq(networkLinks.networkUri, uri)).run();
  tx.delete(networkSources).where(eq(networkSources.uri, uri)).run();
}

/**
 * Sources to be visited by now: of each host the longest due one (`ofAll`: every one), those that never held us up first, so that
 * however many slow ones wait, the others are among the first `limit`.
 */
export function listDueSources(tx: Tx, now: number, limit: number, ofAll = false): Source[] {
  const dueAt = sql<number>`min(${networkSources.dueAt})`;
  const isSlow = sql`(${networkSources.failures} > 0 OR ${networkSources.tookMs} > ${SLOW_MS})`;
  // Beside min(), SQLite takes the other columns from the row that has it.
  return tx
    .select({ row: networkSources, dueAt })
    .from(networkSources)
    .where(and(isNotNull(networkSources.dueAt), lte(networkSources.dueAt, now)))
    .groupBy(ofAll ? networkSources.uri : sql`${networkSources.host}, ${isSlow}`)
    .orderBy(isSlow, asc(dueAt), asc(networkSources.uri))
    .limit(limit)
    .all()
    .map(({ row }) => toSource(row));
}

/** Every source of this node: for the walk, which needs to know them all. */
export function listAllSources(tx: Tx): Source[] {
  return tx.select().from(networkSources).all().map(toSource);
}

/** How many sources, how many of them were tried since a time, or failed then, and the entries of all: for people who wait. */
export function countSources(tx: Tx, since: number): { total: number; read: number; failing: number; entries: number } {
  const failing = sql<number>`coalesce(sum(${networkSources.triedAt} >= ${since} AND ${networkSources.failures} > 0), 0)`;
  const read = sql<number>`coalesce(sum(${networkSources.triedAt} >= ${since}), 0)`;
  const entries = sql<number>`coalesce(sum(${networkSources.entries}), 0)`;
  const row = tx.select({ total: count(), read, failing, entries }).from(networkSources).get();
  return row ?? { total: 0, read: 0, failing: 0, entries: 0 };
}

/** The members that each network lists, in its order. */
export function listLinks(tx: Tx): Map<string, string[]> {
  const rows = tx.select().from(networkLinks).orderBy(asc(networkLinks.networkUri), asc(networkLinks.position)).all();
  const links = new Map<string, string[]>();
  for (const { networkUri, memberUri } of rows) {
    const members = links.get(networkUri);
    if (members) members.push(memberUri);
    else links.set(networkUri, [memberUri]);
  }
  return links;
}

/** Adds members to a network's list, behind those it has, as long as it has not `most`. */
export function addLinks(
  tx: Tx,
  networkUri: string,
  members: readonly string[],
  most = Number.POSITIVE_INFINITY,
): void {
  const last = tx
    .select({ position: sql<number>`coalesce(max(${networkLinks.position}), 0)` })
    .from(networkLinks)
    .where(eq(networkLinks.networkUri, networkUri))
    .get();
  let position = last?.position ?? 0;
  let room = most - countLinks(tx, networkUri);
  for (const memberUri of members) {
    if (room <= 0) return;
    const row = { networkUri, memberUri, position: ++position };
    room -= tx.insert(networkLinks).values(row).onConflictDoNothing().run().changes;
  }
}

/** Takes members off a network's list; without `members` all of them. */
export function removeLinks(tx: Tx, networkUri: string, members?: readonly string[]): void {
  const those = members && inArray(networkLinks.memberUri, [...members]);
  tx.delete(networkLinks)
    .where(and(eq(networkLinks.networkUri, networkUri), those))
    .run();
}

export function countLinks(tx: Tx, networkUri: string): number {
  return tx.select({ n: count() }).from(networkLinks).where(eq(networkLinks.networkUri, networkUri)).get()?.n ?? 0;
}

/** A reach as stored: whose, and what its coordinator wants. */
export type StoredReach = typeof networkReaches.$inferSelect;

export function listReaches(tx: Tx, actorId: string): StoredReach[] {
  return tx.select().from(networkReaches).where(eq(networkReaches.actorId, actorId)).all();
}

export function countReaches(tx: Tx, actorId: string): number {
  return tx.select({ n: count() }).from(networkReaches).where(eq(networkReaches.actorId, actorId)).get()?.n ?? 0;
}

/** How many reaches are paused: when that changes, other sources are shown. */
export function countPaused(tx: Tx): number {
  return tx.select({ n: count() }).from(networkReaches).where(eq(networkReaches.isPaused, true)).get()?.n ?? 0;
}

/** Another text each time that a group shows other sources, or other things of them: so that what was made of them is made anew. */
export function stateOfShown(tx: Tx, actorId: string): string {
  const row = tx
    .select({
      sources: count(),
      rows: sql<number>`coalesce(sum(network_sources.rowid), 0)`,
      found: sql<number>`coalesce(sum(CASE WHEN network_sources.is_indexable THEN network_sources.rowid END), 0)`,
    })
    .from(networkReaches)
    .innerJoin(networkSources, eq(networkSources.uri, networkReaches.sourceUri))
    .where(
      and(
        eq(networkReaches.actorId, actorId),
        eq(networkReaches.standing, "agreed"),
        eq(networkReaches.isPaused, false),
        eq(networkSources.isDiscoverable, true),
        eq(networkSources.isGone, false),
      ),
    )
    .get();
  return `${row?.sources ?? 0} ${row?.rows ?? 0} ${row?.found ?? 0}`;
}

export function loadReach(tx: Tx, actorId: string, sourceUri: string): StoredReach | undefined {
  return tx.select().from(networkReaches).where(isReach(actorId, sourceUri)).get();
}

export function saveReach(tx: Tx, actorId: string, { uri, via, depth, standing }: Reach, now: number): void {
  const fresh = { isPaused: false, isFollowed: false, since: now };
  tx.insert(networkReaches)
    .values({ actorId, sourceUri: uri, via, depth, standing, ...fresh })
    .onConflictDoUpdate({
      target: [networkReaches.actorId, networkReaches.sourceUri],
      set: { via, depth, standing },
    })
    .run();
}

export function markReach(
  tx: Tx,
  { actorId, sourceUri }: Pick<StoredReach, "actorId" | "sourceUri">,
  change: Partial<Pick<StoredReach, "isPaused" | "isFollowed">>,
): void {
  tx.update(networkReaches).set(change).where(isReach(actorId, sourceUri)).run();
}

export function deleteReach(tx: Tx, actorId: string, sourceUri: string): void {
  tx.delete(networkReaches).where(isReach(actorId, sourceUri)).run();
}

/** Sources that no group of ours reaches any more. */
export function listLostSources(tx: Tx): string[] {
  const lost = sql`NOT EXISTS (SELECT 1 FROM network_reaches r WHERE r.source_uri = ${networkSources.uri})`;
  const rows = tx.select({ uri: networkSources.uri }).from(networkSources).where(lost).all();
  return rows.map(({ uri }) => uri);
}

/** When the parts of these sources were last had. */
export function listHeard(tx: Tx, uris: readonly string[]): Map<string, Heard> {
  const rows = tx
    .select({ uri: networkSources.uri, heard: networkSources.heard })
    .from(networkSources)
    .where(inArray(networkSources.uri, [...uris]))
    .all();
  return new Map(rows.map(({ uri, heard }) => [uri, JSON.parse(heard) as Heard]));
}

/** Whether any group of ours reaches a source, one way or the other. */
export function isReached(tx: Tx, sourceUri: string): boolean {
  const those = eq(networkReaches.sourceUri, sourceUri);
  return tx.select({ uri: networkReaches.sourceUri }).from(networkReaches).where(those).limit(1).get() !== undefined;
}

/** Whether anybody here still wants a source: agreed on by both sides and not paused. */
export function isWanted(tx: Tx, sourceUri: string): boolean {
  const those = and(
    eq(networkReaches.sourceUri, sourceUri),
    eq(networkReaches.standing, "agreed"),
    eq(networkReaches.isPaused, false),
  );
  return tx.select({ n: count() }).from(networkReaches).where(those).get()?.n !== 0;
}

/** A source as one of our groups sees it: for pages. `source` is null only while it is being made. */
export type ReachedSource = { readonly reach: StoredReach; readonly source: Source };

/** The sources of a group with how each was reached, the nearest first, by name. */
export function listSources(tx: Tx, actorId: string, limit = -1): ReachedSource[] {
  return tx
    .select({ reach: networkReaches, row: networkSources })
    .from(networkReaches)
    .innerJoin(networkSources, eq(networkSources.uri, networkReaches.sourceUri))
    .where(eq(networkReaches.actorId, actorId))
    .orderBy(asc(networkReaches.depth), asc(networkSources.name), asc(networkSources.uri))
    .limit(limit)
    .all()
    .map(({ reach, row }) => ({ reach, source: toSource(row) }));
}

/** How many sources of a group are still to be read before what it shows is whole. */
export function countAwaited(tx: Tx, actorId: string, now: number): number {
  const madeAt = Number(loadFact(tx, INDEX_MADE_AT) ?? 0);
  return listSources(tx, actorId).filter(({ reach, source }) => isAwaited(source, reach, madeAt, now)).length;
}

export type KnownCycle = typeof networkCycles.$inferSelect;

export function listKnownCycles(tx: Tx, sourceUri: string): KnownCycle[] {
  return tx
    .select()
    .from(networkCycles)
    .where(eq(networkCycles.sourceUri, sourceUri))
    .orderBy(asc(networkCycles.dueAt), asc(networkCycles.iri))
    .all();
}

export function saveKnownCycle(tx: Tx, cycle: KnownCycle): void {
  const { state, sequence, dueAt } = cycle;
  tx.insert(networkCycles)
    .values(cycle)
    .onConflictDoUpdate({ target: [networkCycles.sourceUri, networkCycles.iri], set: { state, sequence, dueAt } })
    .run();
}

export function deleteKnownCycle(tx: Tx, sourceUri: string, iri: string): void {
  tx.delete(networkCycles)
    .where(and(eq(networkCycles.sourceUri, sourceUri), eq(networkCycles.iri, iri)))
    .run();
}

/** Forgets what was read of a source's cycles: all of them are looked at anew. */
export function forgetCyclesOf(tx: Tx, sourceUri: string): void {
  tx.delete(networkCycles).where(eq(networkCycles.sourceUri, sourceUri)).run();
}

export function forgetAllCycles(tx: Tx): void {
  tx.delete(networkCycles).run();
}

function isReach(actorId: string, sourceUri: string) {
  return and(eq(networkReaches.actorId, actorId), eq(networkReaches.sourceUri, sourceUri));
}

function toSource({ dueAt: _, claims, heard, spentDay, spentPages, spentItems, spentMs, ...row }: Row): Source {
  const spent = { day: spentDay, pages: spentPages, items: spentItems, ms: spentMs };
  return { ...row, claims: JSON.parse(claims) as string[], heard: JSON.parse(heard) as Heard, spent };
}

function toRow({ spent, claims, heard, ...source }: Source): Row {
  return {
    ...source,
    dueAt: dueAtOf(source),
    claims: JSON.stringify(claims),
    heard: JSON.stringify(heard),
    ...{ spentDay: spent.day, spentPages: spent.pages, spentItems: spent.items, spentMs: spent.ms },
  };
}
