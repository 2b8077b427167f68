// Rows of follows, and what other rooms ask of them. The only queries on those tables.
import type { Recipient } from "../activitypub/outbox.ts";
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import { remoteActors } from "../activitypub/tables.ts";
import { and, asc, count, desc, eq, sql } from "../db/drizzle.ts";
import { asked, placeholders, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import type { Follow, FollowState } from "./follows/follow.ts";
import type { Peer } from "./peer.ts";
import { follows } from "./tables.ts";

type Direction = Follow["direction"];

const followOfPeer = prepareOnce((tx) =>
  tx
    .select()
    .from(follows)
    .where(
      and(
        eq(follows.actorId, asked("actorId")),
        eq(follows.direction, asked("direction")),
        eq(follows.peer, asked("peer")),
      ),
    )
    .prepare(),
);

export function loadFollow(tx: Tx, actorId: string, direction: Direction, peer: string): Follow | undefined {
  return followOfPeer(tx).get({ actorId, direction, peer });
}

const upsertFollow = prepareOnce((tx) =>
  tx
    .insert(follows)
    .values(
      placeholders(
        ...(["actorId", "direction", "peer", "host", "inbox", "sharedInbox"] as const),
        ...(["followIri", "state", "createdAt", "updatedAt"] as const),
      ),
    )
    .onConflictDoUpdate({
      target: [follows.actorId, follows.direction, follows.peer],
      set: {
        host: sql`excluded.host`,
        inbox: sql`excluded.inbox`,
        sharedInbox: sql`excluded.shared_inbox`,
        followIri: sql`excluded.follow_iri`,
        state: sql`excluded.state`,
        createdAt: sql`excluded.created_at`,
        updatedAt: sql`excluded.updated_at`,
      },
    })
    .prepare(),
);

export function saveFollow(tx: Tx, follow: Follow): void {
  upsertFollow(tx).run(follow);
}

/** The follow that was asked for by this Follow. */
export function findFollowByIri(tx: Tx, direction: Direction, followIri: string): Follow | undefined {
  return tx
    .select()
    .from(follows)
    .where(and(eq(follows.followIri, followIri), eq(follows.direction, direction)))
    .get();
}

const pageOfFollows = prepareOnce((tx) =>
  tx
    .select()
    .from(follows)
    .where(
      and(
        inState(),
        sql`(${asked("peers")} IS NULL OR ${follows.peer} IN (SELECT value FROM json_each(${asked("peers")})))`,
      ),
    )
    .orderBy(desc(follows.updatedAt), asc(follows.peer))
    .limit(asked("limit"))
    .prepare(),
);

/** A page of an actor's follows in one state, the newest change first; `peers`: only those of these, if given. */
export function listFollows(
  tx: Tx,
  actorId: string,
  direction: Direction,
  state: FollowState,
  limit: number,
  peers: readonly string[] | null = null,
): Follow[] {
  const those = peers && JSON.stringify(peers);
  return pageOfFollows(tx).all({ actorId, direction, state, limit, peers: those });
}

/** How many follows an actor has in one state; of one host, if given. */
export function countFollows(tx: Tx, actorId: string, direction: Direction, state: FollowState, host?: string): number {
  const wish = { actorId, direction, state };
  const row = host === undefined ? followCount(tx).get(wish) : followCountOfHost(tx).get({ ...wish, host });
  return row?.total ?? 0;
}

const followCount = prepareOnce((tx) => tx.select({ total: count() }).from(follows).where(inState()).prepare());
const followCountOfHost = prepareOnce((tx) =>
  tx
    .select({ total: count() })
    .from(follows)
    .where(and(inState(), eq(follows.host, asked("host"))))
    .prepare(),
);

function inState() {
  return and(
    eq(follows.actorId, asked("actorId")),
    eq(follows.direction, asked("direction")),
    eq(follows.state, asked("state")),
  );
}

/** Every follow with this peer that still stands, of any actor of this node. */
export function listStandingFollows(tx: Tx, peer: string): Follow[] {
  return tx
    .select()
    .from(follows)
    .where(and(eq(follows.peer, peer), sql`${follows.state} IN ('requested', 'accepted')`))
    .all();
}

/** Every standing follow of one of our actors in one direction. */
export function listStandingOf(tx: Tx, actorId: string, direction: Follow["direction"]): Follow[] {
  const those = and(eq(follows.actorId, actorId), eq(follows.direction, direction));
  return tx
    .select()
    .from(follows)
    .where(and(those, sql`${follows.state} IN ('requested', 'accepted')`))
    .all();
}

/** Hosts with which a follow stands, in either direction. */
export function listFollowedHosts(tx: Tx): string[] {
  const standing = sql`${follows.state} IN ('requested', 'accepted')`;
  const rows = tx.selectDistinct({ host: follows.host }).from(follows).where(standing).all();
  return rows.map(({ host }) => host);
}

/** Every standing follow with actors of a host, in either direction. */
export function listStandingFollowsOfHost(tx: Tx, host: string): Follow[] {
  return tx
    .select()
    .from(follows)
    .where(and(eq(follows.host, host), sql`${follows.state} IN ('requested', 'accepted')`))
    .all();
}

/** The local actors that follow this peer, accepted by it: for what arrives at the shared inbox. */
export function listFollowersHere(tx: Tx, peer: string): string[] {
  return followersHere(tx)
    .all({ peer })
    .map(({ actorId }) => actorId);
}

const followersHere = prepareOnce((tx) =>
  tx
    .select({ actorId: follows.actorId })
    .from(follows)
    .where(and(eq(follows.peer, asked("peer")), eq(follows.direction, "out"), eq(follows.state, "accepted")))
    .prepare(),
);

/** Whether our actor follows the peer and was accepted. */
export function isFollowing(tx: Tx, actorId: string, peer: string): boolean {
  return loadFollow(tx, actorId, "out", peer)?.state === "accepted";
}

/**
 * Where a letter to all followers goes: each node once, through its shared inbox where it has one. A fresher copy of a
 * follower's document goes before what its Follow said.
 */
export function followerInboxes(tx: Tx, actorId: string): Recipient[] {
  const inbox = sql<string>`CASE WHEN ${remoteActors.id} IS NULL THEN coalesce(${follows.sharedInbox}, ${follows.inbox})
    ELSE coalesce(${remoteActors.sharedInbox}, ${remoteActors.inbox}) END`;
  return tx
    .selectDistinct({ inbox })
    .from(follows)
    .leftJoin(remoteActors, eq(remoteActors.id, follows.peer))
    .where(and(eq(follows.actorId, actorId), eq(follows.direction, "in"), eq(follows.state, "accepted")))
    .all()
    .map((row) => ({ inbox: row.inbox, actorUri: null }));
}

/** An actor of any node as a list shows it; one we know nothing of is called by its address. */
export function loadPeerName(tx: Tx, id: string): Peer {
  const host = new URL(id).host;
  const remote = loadRemoteActor(tx, id);
  if (remote) return { id, name: remote.name, handle: remote.handle, host, kind: remote.kind, level: remote.level };
  const own = loadActor(tx, id);
  if (own) return { id, name: own.name, handle: `${own.handle}@${host}`, host, kind: own.kind, level: own.level };
  return { id, name: id, handle: null, host, kind: null, level: null };
}

/** Deletes the copies of strangers fetched before that time (epoch ms), and of the others all but the `most` newest; and what is known of their hosts. */
export function deleteStrangers(tx: Tx, before: number, most: number): void {
  const known = sql`SELECT peer FROM follows UNION SELECT peer FROM pacts UNION SELECT target FROM peer_moves UNION SELECT peer FROM memberships
    UNION SELECT sender FROM inbox_log WHERE parked_for IS NOT NULL
    UNION SELECT recipient FROM outbox WHERE state <> 'delivered' AND recipient IS NOT NULL`;
  tx.run(sql`DELETE FROM remote_actors WHERE id NOT IN (${known}) AND (fetched_at < ${before} OR id NOT IN (
    SELECT id FROM remote_actors WHERE id NOT IN (${known}) ORDER BY fetched_at DESC LIMIT ${most}))`);
  tx.run(sql`DELETE FROM peers WHERE host NOT IN (SELECT host FROM remote_actors UNION SELECT host FROM follows
    UNION SELECT host FROM pacts UNION SELECT host FROM memberships) AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.host = peers.host AND state <> 'delivered')`);
}

/** A text that is another one as soon as we follow somebody more or less, or a pact has moved: cheap enough to be asked each second. */
export function stampOfSources(tx: Tx): string {
  const rows = tx.values<[number, number, number | null]>(sql`
    SELECT count(*), total(state = 'accepted'), max(updated_at) FROM follows WHERE direction = 'out'
    UNION ALL SELECT count(*), total(state = 'live'), max(updated_at) FROM pacts`);
  return rows.join(" ");
}
