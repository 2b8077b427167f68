// Rows of memberships, charters and what a network has announced. The only queries on those tables.
import { remoteActors } from "../../activitypub/tables.ts";
import { and, asc, count, desc, eq, gte, isNotNull, lte, sql } from "../../db/drizzle.ts";
import { asked, prepareOnce } from "../../db/prepareOnce.ts";
import type { Tx } from "../../db/transact.ts";
import type { Membership, MembershipState, Side } from "./membership.ts";
import { memberships } from "./tables.ts";

export function loadMembership(tx: Tx, actorId: string, side: Side, peer: string): Membership | undefined {
  return tx
    .select()
    .from(memberships)
    .where(and(eq(memberships.actorId, actorId), eq(memberships.side, side), eq(memberships.peer, peer)))
    .get();
}

export function saveMembership(tx: Tx, membership: Membership): void {
  tx.insert(memberships)
    .values(membership)
    .onConflictDoUpdate({ target: [memberships.actorId, memberships.side, memberships.peer], set: membership })
    .run();
}

/** The membership that was asked for by this Join, on our side of it. */
export function findMembershipByJoin(tx: Tx, side: Side, joinIri: string): Membership | undefined {
  return tx
    .select()
    .from(memberships)
    .where(and(eq(memberships.joinIri, joinIri), eq(memberships.side, side)))
    .get();
}

/** A network of this node and everybody it has taken in, the longest first. `since` is epoch ms. */
export function listNetworkMembers(tx: Tx, networkId: string): readonly { uri: string; since: number }[] {
  return tx
    .select({ uri: memberships.peer, since: sql<number>`${memberships.since}` })
    .from(memberships)
    .where(and(eq(memberships.actorId, networkId), eq(memberships.side, "network"), isNotNull(memberships.since)))
    .orderBy(asc(memberships.since), asc(memberships.peer))
    .all();
}

/** The networks that one of our actors is in, the longest first. `since` is epoch ms. */
export function listMemberships(tx: Tx, actorId: string): readonly { uri: string; since: number }[] {
  return tx
    .select({ uri: memberships.peer, since: sql<number>`${memberships.since}` })
    .from(memberships)
    .where(and(eq(memberships.actorId, actorId), eq(memberships.side, "member"), isNotNull(memberships.since)))
    .orderBy(asc(memberships.since), asc(memberships.peer))
    .all();
}

// Asked for each post that arrives, whoever sends it.
const networksHere = prepareOnce((tx) =>
  tx
    .select({ actorId: memberships.actorId })
    .from(memberships)
    .where(and(eq(memberships.peer, asked("member")), eq(memberships.side, "network"), eq(memberships.state, "member")))
    .orderBy(asc(memberships.actorId))
    .prepare(),
);

/** The networks of this node that have taken this actor in, whichever node it is of. */
export function listNetworksHere(tx: Tx, member: string): string[] {
  return networksHere(tx)
    .all({ member })
    .map(({ actorId }) => actorId);
}

/** Everything of an actor on one side of it in one of these states, the newest change first. */
export function listMembershipRows(
  tx: Tx,
  actorId: string,
  side: Side,
  states: readonly MembershipState[],
  limit: number,
): Membership[] {
  const those = states.map((state) => sql`${state}`);
  return tx
    .select()
    .from(memberships)
    .where(
      and(
        eq(memberships.actorId, actorId),
        eq(memberships.side, side),
        sql`${memberships.state} IN (${sql.join(those, sql`, `)})`,
      ),
    )
    .orderBy(desc(memberships.updatedAt), asc(memberships.peer))
    .limit(limit)
    .all();
}

/** How many an actor has in one state on one side; of one host, if given. */
export function countMemberships(tx: Tx, actorId: string, side: Side, state: MembershipState, host?: string): number {
  const those = and(
    eq(memberships.actorId, actorId),
    eq(memberships.side, side),
    eq(memberships.state, state),
    host === undefined ? undefined : eq(memberships.host, host),
  );
  return tx.select({ total: count() }).from(memberships).where(those).get()?.total ?? 0;
}

/** Every membership with this peer that stands, of any actor of this node. */
export function listStandingWith(tx: Tx, peer: string): Membership[] {
  return tx
    .select()
    .from(memberships)
    .where(and(eq(memberships.peer, peer), sql`${memberships.state} IN ('asked', 'member')`))
    .all();
}

/** The hosts with which any membership stands. */
export function listStandingHosts(tx: Tx): string[] {
  const standing = sql`${memberships.state} IN ('asked', 'member')`;
  const rows = tx.selectDistinct({ host: memberships.host }).from(memberships).where(standing).all();
  return rows.map(({ host }) => host);
}

/** Memberships of any actor of this node that stand with that host, at most so many. */
export function listStandingOfHost(tx: Tx, host: string, limit: number): Membership[] {
  return tx
    .select()
    .from(memberships)
    .where(and(eq(memberships.host, host), sql`${memberships.state} IN ('asked', 'member')`))
    .limit(limit)
    .all();
}

/** Memberships that stand with actors whose address says since then, or longer, that they are no more (epoch ms); at most so many. */
export function listStandingWithGone(tx: Tx, goneBefore: number, limit: number): Membership[] {
  return tx
    .select({ half: memberships })
    .from(memberships)
    .innerJoin(remoteActors, eq(remoteActors.id, memberships.peer))
    .where(and(lte(remoteActors.goneAt, goneBefore), sql`${memberships.state} IN ('asked', 'member')`))
    .limit(limit)
    .all()
    .map(({ half }) => half);
}

/**
 * What others have done about memberships of our actors since a time (epoch ms), the oldest first: who asked or left, which network
 * answered or put us out.
 */
export function listNews(tx: Tx, since: number, limit: number): Membership[] {
  const byOthers = sql`(${memberships.side} = 'network' AND ${memberships.state} IN ('asked', 'left'))
    OR (${memberships.side} = 'member' AND ${memberships.state} IN ('member', 'refused', 'removed'))`;
  return tx
    .select()
    .from(memberships)
    .where(and(gte(memberships.updatedAt, since), sql`(${byOthers})`))
    .orderBy(asc(memberships.updatedAt), asc(memberships.peer))
    .limit(limit)
    .all();
}
