// Rows of published months and of supply <-> values; the only queries on them.
import { and, asc, count, eq, gte, lte, max, notInArray, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { networkReaches, networkSources } from "../reading/tables.ts";
import type { MonthCell, PublishedMonth } from "./month.ts";
import { networkMonths, networkSupply } from "./tables.ts";
import { type SummedBy, type SummedMonth, type Supply, sumMonths, type Total } from "./totals.ts";

/** A month as kept: whose, and when it was read (epoch ms). */
export type KeptMonth = PublishedMonth & { readonly sourceUri: string; readonly readAt: number };

/** From and to which month ("YYYY-MM"), both included. */
export type Span = { readonly from: string; readonly to: string };

export function loadMonth(tx: Tx, sourceUri: string, month: string): KeptMonth | undefined {
  const row = tx.select().from(networkMonths).where(isMonth(sourceUri, month)).get();
  return row && toMonth(row);
}

export function insertMonth(tx: Tx, { cells, ...month }: KeptMonth): void {
  tx.insert(networkMonths)
    .values({ ...month, cells: JSON.stringify(cells) })
    .run();
}

/** The addresses of what is kept of a source. */
export function listMonthIris(tx: Tx, sourceUri: string): string[] {
  const rows = tx.select({ iri: networkMonths.iri }).from(networkMonths).where(isOf(sourceUri)).all();
  return rows.map(({ iri }) => iri);
}

/** Forgets what a source took back: everything of it whose address is not among these. */
export function keepOnlyMonths(tx: Tx, sourceUri: string, iris: readonly string[]): void {
  tx.delete(networkMonths)
    .where(and(isOf(sourceUri), notInArray(networkMonths.iri, [...iris])))
    .run();
}

/** Forgets everything a source published: it publishes no more, or nobody here reads it. */
export function dropMonths(tx: Tx, sourceUri: string): void {
  tx.delete(networkMonths).where(isOf(sourceUri)).run();
}

export function countMonths(tx: Tx, sourceUri: string): number {
  return tx.select({ n: count() }).from(networkMonths).where(isOf(sourceUri)).get()?.n ?? 0;
}

/** What the groups that a network reads have published, as it is summed. */
export function listMonths(tx: Tx, groupId: string, { from, to }: Span): SummedMonth[] {
  return tx
    .select({ row: networkMonths })
    .from(networkMonths)
    .innerJoin(networkReaches, eq(networkReaches.sourceUri, networkMonths.sourceUri))
    .innerJoin(networkSources, eq(networkSources.uri, networkMonths.sourceUri))
    .where(and(isReached(groupId), gte(networkMonths.month, from), lte(networkMonths.month, to)))
    .orderBy(asc(networkMonths.month), asc(networkMonths.sourceUri))
    .all()
    .map(({ row }) => toMonth(row));
}

/** The last month of which anything is published there; null: none. */
export function lastMonth(tx: Tx, groupId: string): string | null {
  const row = tx
    .select({ month: max(networkMonths.month) })
    .from(networkMonths)
    .innerJoin(networkReaches, eq(networkReaches.sourceUri, networkMonths.sourceUri))
    .innerJoin(networkSources, eq(networkSources.uri, networkMonths.sourceUri))
    .where(isReached(groupId))
    .get();
  return row?.month ?? null;
}

/** Another text each time that what a network's groups have published is another: so that sums are made once. */
export function stateOfMonths(tx: Tx, groupId: string): string {
  const rows = sql<number>`coalesce(sum(network_months.rowid), 0)`;
  const row = tx
    .select({ months: count(), last: max(networkMonths.readAt), rows })
    .from(networkMonths)
    .innerJoin(networkReaches, eq(networkReaches.sourceUri, networkMonths.sourceUri))
    .innerJoin(networkSources, eq(networkSources.uri, networkMonths.sourceUri))
    .where(isReached(groupId))
    .get();
  return `${row?.months ?? 0} ${row?.last ?? 0} ${row?.rows ?? 0}`;
}

/** The same of what its producers had to offer. */
export function stateOfSupply(tx: Tx, actorId: string): string {
  const sum = sql<number>`coalesce(sum(products * 1000 + producers), 0)`;
  const row = tx
    .select({ cells: count(), last: max(networkSupply.month), sum })
    .from(networkSupply)
    .where(eq(networkSupply.actorId, actorId))
    .get();
  return `${row?.cells ?? 0} ${row?.last ?? ""} ${row?.sum ?? 0}`;
}

/** Sums over what the groups of a network have published. See Total. */
export function readTotals(
  tx: Tx,
  groupId: string,
  { by, ...span }: Span & { readonly by: SummedBy },
): readonly Total[] {
  return sumMonths(listMonths(tx, groupId, span), by);
}

/** Whether the supply of a month was counted for a network. */
export function hasSupply(tx: Tx, actorId: string, month: string): boolean {
  const those = and(eq(networkSupply.actorId, actorId), eq(networkSupply.month, month));
  return tx.select({ month: networkSupply.month }).from(networkSupply).where(those).limit(1).get() !== undefined;
}

export function replaceSupply(tx: Tx, actorId: string, month: string, rows: readonly Omit<Supply, "month">[]): void {
  tx.delete(networkSupply)
    .where(and(eq(networkSupply.actorId, actorId), eq(networkSupply.month, month)))
    .run();
  const values = rows.map(({ istat, category, producers, products }) => [istat, category, producers, products]);
  tx.run(sql`INSERT INTO network_supply (actor_id, month, istat, category, producers, products)
    SELECT ${actorId}, ${month}, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(${JSON.stringify(values)})`);
}

export function listSupply(tx: Tx, actorId: string, { from, to }: Span): Supply[] {
  return tx
    .select()
    .from(networkSupply)
    .where(and(eq(networkSupply.actorId, actorId), gte(networkSupply.month, from), lte(networkSupply.month, to)))
    .orderBy(asc(networkSupply.month), asc(networkSupply.category), asc(networkSupply.istat))
    .all()
    .map(({ actorId: _, ...row }) => row);
}

function isOf(sourceUri: string) {
  return eq(networkMonths.sourceUri, sourceUri);
}

function isMonth(sourceUri: string, month: string) {
  return and(isOf(sourceUri), eq(networkMonths.month, month));
}

/** Sources that both sides agree on, that let themselves be found and are still there, and whom the coordinator has not paused. */
function isReached(groupId: string) {
  return and(
    eq(networkReaches.actorId, groupId),
    eq(networkReaches.standing, "agreed"),
    eq(networkReaches.isPaused, false),
    eq(networkSources.isDiscoverable, true),
    eq(networkSources.isGone, false),
  );
}

function toMonth({ cells, ...row }: typeof networkMonths.$inferSelect): KeptMonth {
  return { ...row, cells: JSON.parse(cells) as MonthCell[] };
}
