// Rows of gatherings <-> values; the only queries on them.
import { and, asc, count, desc, eq, gt, isNotNull, isNull, lte, sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import type { Gathering } from "./gathering.ts";
import { gatherings } from "./tables.ts";

/** A gathering of that actor, a removed one too. */
export function loadGathering(tx: Tx, actorId: string, id: string): Gathering | undefined {
  return tx
    .select()
    .from(gatherings)
    .where(and(eq(gatherings.id, id), eq(gatherings.actorId, actorId)))
    .get();
}

/** The same by its id alone, for who comes by a booking. */
export function findGathering(tx: Tx, id: string): Gathering | undefined {
  return tx.select().from(gatherings).where(eq(gatherings.id, id)).get();
}

/** Writes a gathering as it now is. */
export function saveGatheringRow(tx: Tx, gathering: Gathering): void {
  tx.insert(gatherings).values(gathering).onConflictDoUpdate({ target: gatherings.id, set: gathering }).run();
}

/** Forgets a gathering nobody has seen. */
export function deleteGathering(tx: Tx, id: string): void {
  tx.delete(gatherings).where(eq(gatherings.id, id)).run();
}

const isStanding = () => and(isNull(gatherings.removedAt), isNotNull(gatherings.publishedAt));

const isComing = (actorId: string, after: number) =>
  and(eq(gatherings.actorId, actorId), isStanding(), gt(gatherings.endsAt, after));

/**
 * What everybody may see and is not over at that time (epoch ms), cancelled ones too, soonest first. `behind`: only those that come after
 * that one in this order.
 */
export function listComing(
  tx: Tx,
  actorId: string,
  after: number,
  limit: number,
  behind: Pick<Gathering, "startsAt" | "id"> | null = null,
): Gathering[] {
  const { startsAt, id } = gatherings;
  const isBehind = behind === null ? undefined : sql`(${startsAt}, ${id}) > (${behind.startsAt}, ${behind.id})`;
  return tx
    .select()
    .from(gatherings)
    .where(and(isComing(actorId, after), isBehind))
    .orderBy(asc(startsAt), asc(id))
    .limit(limit)
    .all();
}

/** How many of these there are, and a word that is another after anything of this actor's was told to others. */
export function countComing(tx: Tx, actorId: string, after: number): { totalItems: number; version: string } {
  const totalItems = tx.select({ n: count() }).from(gatherings).where(isComing(actorId, after)).get()?.n ?? 0;
  // Sequences alone would say again, after a restore, what they said before it.
  const told = sql<string>`coalesce(sum(${gatherings.sequence}), 0) || '.' || coalesce(max(${gatherings.updatedAt}), 0)`;
  const row = tx.select({ version: told }).from(gatherings).where(eq(gatherings.actorId, actorId)).get();
  return { totalItems, version: row?.version ?? "" };
}

/** What took place before that time, the latest first; what was cancelled did not. */
export function listPast(tx: Tx, actorId: string, before: number, limit: number): Gathering[] {
  const tookPlace = and(eq(gatherings.state, "published"), lte(gatherings.endsAt, before));
  return tx
    .select()
    .from(gatherings)
    .where(and(eq(gatherings.actorId, actorId), isStanding(), tookPlace))
    .orderBy(desc(gatherings.startsAt), asc(gatherings.id))
    .limit(limit)
    .all();
}

/** All of an actor's gatherings for its desk: what is ahead first, soonest first, then what is over, the latest first. */
export function listOfDesk(tx: Tx, actorId: string, now: number, limit: number): Gathering[] {
  const isAhead = sql`${gatherings.endsAt} > ${now}`;
  return tx
    .select()
    .from(gatherings)
    .where(and(eq(gatherings.actorId, actorId), isNull(gatherings.removedAt)))
    .orderBy(desc(isAhead), sql`CASE WHEN ${isAhead} THEN ${gatherings.startsAt} ELSE -${gatherings.startsAt} END`)
    .limit(limit)
    .all();
}

/** Published and not yet begun, beginning before a time: whose people are to be reminded. */
export function listBeginning(tx: Tx, now: number, until: number): Gathering[] {
  const isNear = and(gt(gatherings.startsAt, now), lte(gatherings.startsAt, until));
  return tx
    .select()
    .from(gatherings)
    .where(and(eq(gatherings.state, "published"), isNull(gatherings.removedAt), isNear))
    .all();
}

/** The hashes of all pictures that gatherings show. */
export function listGatheringPictures(tx: Tx): string[] {
  const shown = and(isNotNull(gatherings.picture), isNull(gatherings.removedAt));
  const rows = tx.selectDistinct({ hash: gatherings.picture }).from(gatherings).where(shown).all();
  return rows.map(({ hash }) => hash ?? "");
}

export function countGatherings(tx: Tx, actorId: string): number {
  return tx.select({ n: count() }).from(gatherings).where(eq(gatherings.actorId, actorId)).get()?.n ?? 0;
}
