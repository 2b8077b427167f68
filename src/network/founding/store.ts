// Rows of seekers and foundings <-> values; the only queries on them.
import assert from "node:assert/strict";
import { actors } from "../../activitypub/tables.ts";
import { and, asc, count, desc, eq, gte, inArray, isNotNull, isNull, lt, or, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { hasLeft } from "../../members/letters/letterStore.ts";
import { memberships } from "../membership/tables.ts";
import type { Crowd, Origin, SeekerCount } from "./seeking.ts";
import { foundings, seekers } from "./tables.ts";

export type Seeker = typeof seekers.$inferSelect;
export type Founding = typeof foundings.$inferSelect;

export function insertSeeker(tx: Tx, row: Seeker): void {
  tx.insert(seekers).values(row).run();
}

export function loadSeeker(tx: Tx, id: string): Seeker | undefined {
  return tx.select().from(seekers).where(eq(seekers.id, id)).get();
}

/** Who asked that network under that address. `email` in the form `plainAddress` gives. */
export function findSeeker(tx: Tx, actorId: string, email: string): Seeker | undefined {
  return tx
    .select()
    .from(seekers)
    .where(and(eq(seekers.actorId, actorId), eq(seekers.email, email)))
    .get();
}

export function updateSeeker(tx: Tx, id: string, change: Partial<Omit<Seeker, "id" | "actorId">>): void {
  tx.update(seekers).set(change).where(eq(seekers.id, id)).run();
}

export function deleteSeeker(tx: Tx, id: string): void {
  tx.delete(seekers).where(eq(seekers.id, id)).run();
}

/** The seekers of a network as a flood is told by. */
export function weighSeekers(tx: Tx, actorId: string, origin: Origin): Crowd {
  const those = sql`SELECT email, from_hash, proven_at AS at FROM seekers WHERE actor_id = ${actorId}`;
  return weighCrowd(tx, those, origin);
}

/** The foundings that wait for a network's word, as a flood is told by. */
export function weighFoundings(tx: Tx, actorId: string, origin: Origin): Crowd {
  const those = sql`SELECT by_email AS email, from_hash, opened_at AS at FROM foundings
    WHERE actor_id = ${actorId} AND state = 'asked'`;
  return weighCrowd(tx, those, origin);
}

function weighCrowd(tx: Tx, those: ReturnType<typeof sql>, { fromHash, local, domain }: Origin): Crowd {
  const isOfMailbox = sql`substr(email, instr(email, '@') + 1) = ${domain}
    AND (substr(email, 1, length(${local}) + 1) IN (${`${local}@`}, ${`${local}+`}))`;
  const [row] = tx.all<Crowd>(sql`
    SELECT count(at) AS "proven", count(*) - count(at) AS "unproven",
      count(*) FILTER (WHERE at IS NULL AND from_hash = ${fromHash}) AS "fromThere",
      count(*) FILTER (WHERE at IS NULL AND ${isOfMailbox}) AS "ofMailbox"
    FROM (${those})`);
  assert(row, "a count has a row");
  return row;
}

/** The proven seekers of a network by comune; `founders`: those alone who would found a group. */
export function countByComune(tx: Tx, actorId: string, founders = false): SeekerCount[] {
  const those = and(
    eq(seekers.actorId, actorId),
    isNotNull(seekers.provenAt),
    founders ? eq(seekers.wantsToFound, true) : undefined,
  );
  return tx
    .select({ istat: seekers.istat, count: count() })
    .from(seekers)
    .where(those)
    .groupBy(seekers.istat)
    .orderBy(asc(seekers.istat))
    .all();
}

const UNTOLD = and(isNotNull(seekers.provenAt), isNull(seekers.toldAt));

/** Where proven people still wait for a group: each network with the comuni. */
export function listWaitingPlaces(tx: Tx): { actorId: string; istat: string }[] {
  return tx
    .selectDistinct({ actorId: seekers.actorId, istat: seekers.istat })
    .from(seekers)
    .where(UNTOLD)
    .orderBy(asc(seekers.actorId), asc(seekers.istat))
    .all();
}

/** Who still waits there, the longest waiting first. */
export function listUntold(tx: Tx, actorId: string, istat: string, limit: number): Seeker[] {
  return tx
    .select()
    .from(seekers)
    .where(and(eq(seekers.actorId, actorId), eq(seekers.istat, istat), UNTOLD))
    .orderBy(asc(seekers.createdAt), asc(seekers.id))
    .limit(limit)
    .all();
}

/** Marks as told; false where somebody else was quicker. */
export function markTold(tx: Tx, id: string, at: number): boolean {
  return (
    tx
      .update(seekers)
      .set({ toldAt: at })
      .where(and(eq(seekers.id, id), UNTOLD))
      .run().changes > 0
  );
}

/** Forgets who never proved their address, though the letter had left, and who asked long ago. */
export function deleteOldSeekers(tx: Tx, unprovenBefore: number, before: number): void {
  const unproven = and(isNull(seekers.provenAt), lt(seekers.askedAt, unprovenBefore), hasLeft("seek", "seekers"));
  tx.delete(seekers)
    .where(or(unproven, lt(seekers.createdAt, before)))
    .run();
}

export function insertFounding(tx: Tx, row: Founding): void {
  tx.insert(foundings).values(row).run();
}

export function loadFounding(tx: Tx, id: string): Founding | undefined {
  return tx.select().from(foundings).where(eq(foundings.id, id)).get();
}

/** A founding of that network that still goes on under that address. */
export function findOpenFounding(tx: Tx, actorId: string, byEmail: string): Founding | undefined {
  const open = inArray(foundings.state, ["asked", "agreed"]);
  return tx
    .select()
    .from(foundings)
    .where(and(eq(foundings.actorId, actorId), eq(foundings.byEmail, byEmail), open))
    .get();
}

export function deleteFounding(tx: Tx, id: string): void {
  tx.delete(foundings).where(eq(foundings.id, id)).run();
}

/** The foundings of a network whose founder has opened their page: who waits for an answer first, then the latest. */
export function listFoundings(tx: Tx, actorId: string, limit: number): Founding[] {
  return tx
    .select()
    .from(foundings)
    .where(and(eq(foundings.actorId, actorId), isNotNull(foundings.openedAt)))
    .orderBy(sql`${foundings.state} = 'asked' DESC`, desc(foundings.createdAt), asc(foundings.id))
    .limit(limit)
    .all();
}

/** What the networks of this node have agreed to and whoever looks after it has still to make, with the network's name. */
export function listToHost(tx: Tx): { founding: Founding; networkName: string }[] {
  return tx
    .select({ founding: foundings, networkName: actors.name })
    .from(foundings)
    .innerJoin(actors, eq(actors.id, foundings.actorId))
    .where(and(eq(foundings.state, "agreed"), eq(foundings.wish, "hosted")))
    .orderBy(asc(foundings.decidedAt), asc(foundings.id))
    .all();
}

export function updateFounding(tx: Tx, id: string, change: Partial<Omit<Founding, "id" | "actorId">>): void {
  tx.update(foundings).set(change).where(eq(foundings.id, id)).run();
}

/** The foundings with a node of their own that their network agreed to. */
export function listAgreedOwnNode(tx: Tx): Founding[] {
  const open = and(eq(foundings.wish, "own-node"), eq(foundings.state, "agreed"));
  return tx.select().from(foundings).where(open).orderBy(asc(foundings.createdAt), asc(foundings.id)).all();
}

/** The members of that network that first asked to join since then. */
export function listMembersSince(tx: Tx, actorId: string, since: number): string[] {
  const those = and(
    eq(memberships.actorId, actorId),
    eq(memberships.side, "network"),
    eq(memberships.state, "member"),
    gte(memberships.createdAt, since),
  );
  return tx
    .select({ peer: memberships.peer })
    .from(memberships)
    .where(those)
    .orderBy(asc(memberships.createdAt), asc(memberships.peer))
    .all()
    .map(({ peer }) => peer);
}

/** Forgets foundings that ended before one moment, those that nobody ended before another, those whose page nobody opened though the letter had left. */
export function deleteOldFoundings(tx: Tx, endedBefore: number, askedBefore: number, unopenedBefore: number): void {
  const silent = and(isNull(foundings.openedAt), lt(foundings.writtenAt, unopenedBefore));
  const unopened = and(silent, hasLeft("founding", "foundings"));
  const ended = and(inArray(foundings.state, ["refused", "made"]), lt(foundings.createdAt, endedBefore));
  tx.delete(foundings)
    .where(or(ended, unopened, lt(foundings.createdAt, askedBefore)))
    .run();
}
