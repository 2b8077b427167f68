// What the public and the desks read of memberships: who is listed, charters, choices. The only queries on those tables but store.ts.
import type { NetworkLevel } from "../../activitypub/actor.ts";
import { loadActor, loadRemoteActor } from "../../activitypub/store.ts";
import { actors, remoteActors } from "../../activitypub/tables.ts";
import { and, asc, count, desc, eq, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { Charter } from "./charter.ts";
import { MOST_MEMBERS } from "./membership.ts";
import { memberships, networkCharters, networkChoices } from "./tables.ts";

// An actor of ours says so in its row, others in their document as we last saw it; who says nothing is listed (PROTOCOL 9).
const isListed = sql`coalesce(${actors.discoverable}, json_extract(${remoteActors.document}, '$.discoverable'), 1) <> 0`;

function listedOf(tx: Tx, networkId: string) {
  const those = and(
    eq(memberships.actorId, networkId),
    eq(memberships.side, "network"),
    eq(memberships.state, "member"),
  );
  return tx
    .select({ uri: memberships.peer })
    .from(memberships)
    .leftJoin(actors, eq(actors.id, memberships.peer))
    .leftJoin(remoteActors, eq(remoteActors.id, memberships.peer))
    .where(and(those, isListed));
}

/** A page of the members that a network shows to everybody, the longest first: those that let themselves be listed. */
export function pageOfListed(tx: Tx, networkId: string, limit: number, offset: number): string[] {
  return listedOf(tx, networkId)
    .orderBy(asc(memberships.since), asc(memberships.peer))
    .limit(limit)
    .offset(offset)
    .all()
    .map(({ uri }) => uri);
}

/** How many members a network shows to everybody. */
export function countListed(tx: Tx, networkId: string): number {
  const listed = listedOf(tx, networkId).as("listed");
  return tx.select({ total: count() }).from(listed).get()?.total ?? 0;
}

/** Members of networks here whose document has changed since we read it, as an Update of theirs said. */
export function listChangedMembers(tx: Tx): string[] {
  return tx
    .selectDistinct({ uri: memberships.peer })
    .from(memberships)
    .innerJoin(remoteActors, eq(remoteActors.id, memberships.peer))
    .where(and(eq(memberships.side, "network"), eq(memberships.state, "member"), eq(remoteActors.fetchedAt, 0)))
    .limit(MOST_MEMBERS)
    .all()
    .map(({ uri }) => uri);
}

/** Whether an actor of any node lets itself be listed; who says nothing does. */
export function isDiscoverable(tx: Tx, actorId: string): boolean {
  return loadActor(tx, actorId)?.discoverable ?? loadRemoteActor(tx, actorId)?.document.discoverable !== false;
}

/** How far a network reaches, of any node; null where we do not know. */
export function levelOf(tx: Tx, actorId: string): NetworkLevel | null {
  return loadActor(tx, actorId)?.level ?? loadRemoteActor(tx, actorId)?.level ?? null;
}

/** What an actor says of the networks it is in, as we last saw it; null where we have no copy. */
export function loadClaims(tx: Tx, actorId: string): { readonly memberOf?: unknown } | null {
  const own = loadActor(tx, actorId);
  return own ? { memberOf: own.memberOf } : (loadRemoteActor(tx, actorId)?.document ?? null);
}

/** The charter of a network in that version, or the newest. */
export function loadCharter(tx: Tx, networkId: string, version?: number): Charter | undefined {
  const those = eq(networkCharters.actorId, networkId);
  return tx
    .select()
    .from(networkCharters)
    .where(version === undefined ? those : and(those, eq(networkCharters.version, version)))
    .orderBy(desc(networkCharters.version))
    .limit(1)
    .get();
}

/** Every version of a network's charter without its text, the newest first. */
export function listCharters(tx: Tx, networkId: string): Pick<Charter, "version" | "createdAt">[] {
  return tx
    .select({ version: networkCharters.version, createdAt: networkCharters.createdAt })
    .from(networkCharters)
    .where(eq(networkCharters.actorId, networkId))
    .orderBy(desc(networkCharters.version))
    .all();
}

export function insertCharter(tx: Tx, actorId: string, charter: Charter): void {
  const { version, text, digest, createdAt } = charter;
  tx.insert(networkCharters).values({ actorId, version, text, digest, createdAt }).run();
}

/** Who decides about requests: people, or nobody ("automatic"). */
export type Admission = "person" | "automatic";

export function loadAdmission(tx: Tx, actorId: string): Admission {
  const those = eq(networkChoices.actorId, actorId);
  return (
    tx.select({ admission: networkChoices.admission }).from(networkChoices).where(those).get()?.admission ?? "person"
  );
}

export function saveAdmission(tx: Tx, actorId: string, admission: Admission, updatedAt: number): void {
  tx.insert(networkChoices)
    .values({ actorId, admission, updatedAt })
    .onConflictDoUpdate({ target: networkChoices.actorId, set: { admission, updatedAt } })
    .run();
}
