// Who keeps whose price list, of any node: what the producer says and what the keeper says, as we last saw both. PROTOCOL 9, ADR 0039.
import type { LocalActor } from "../activitypub/actor.ts";
import { readKeeps, readKeptBy } from "../activitypub/document.ts";
import type { JsonObject } from "../activitypub/json.ts";
import { loadActor, loadRemoteActor, loadRemoteActorGoneAt } from "../activitypub/store.ts";
import { sql } from "../db/drizzle.ts";
import type { Tx } from "../db/transact.ts";
import type { Peer } from "./peer.ts";
import { loadPeerName } from "./store.ts";

/** Who a producer says keeps its list, and what that one says of it; null: nothing that we know of. */
export type Naming = { readonly keeper: Peer; readonly said: "yes" | "no" | null };

/** Null: the producer says that it keeps it itself, or nothing that holds. */
export function loadNaming(tx: Tx, producerId: string): Naming | null {
  const named = namedBy(tx, producerId);
  if (named === null) return null;
  const peer = loadPeerName(tx, named);
  return { keeper: peer.name === named ? { ...peer, name: peer.host } : peer, said: saidBy(tx, named, producerId) };
}

/** Who keeps a producer's list, where both say so. Null: the producer itself, or somebody who has not said yes. */
export function loadKeeper(tx: Tx, producerId: string): Peer | null {
  const naming = loadNaming(tx, producerId);
  return naming?.said === "yes" ? naming.keeper : null;
}

function namedBy(tx: Tx, producerId: string): string | null {
  const own = loadActor(tx, producerId);
  if (own) return own.keptBy;
  const remote = loadRemoteActor(tx, producerId);
  return remote ? readKeptBy(remote.document) : null;
}

/** What a group or network says of a producer's list, as we last read it; null: nothing. */
export function saidBy(tx: Tx, keeperId: string, producerId: string): Naming["said"] {
  const own = loadActor(tx, keeperId);
  if (own)
    return own.goneAt !== null
      ? null
      : own.keeps.includes(producerId)
        ? "yes"
        : own.keepsNot.includes(producerId)
          ? "no"
          : null;
  const remote = loadRemoteActor(tx, keeperId);
  const isKeeper = remote?.kind === "gas" || remote?.kind === "district";
  if (!remote || !isKeeper || loadRemoteActorGoneAt(tx, keeperId) !== null) return null;
  return readKeeps(remote.document, producerId);
}

/** Shown to a group or network of those who name it: nobody reads more. */
const NAMERS_MAX = 500;

/** The producers of this node that name that actor, and go on. */
export function listNamersHere(tx: Tx, keeperId: string): LocalActor[] {
  const ids = tx.values<[string]>(sql`
    SELECT id FROM actors WHERE kept_by = ${keeperId} AND kind = 'producer' AND gone_at IS NULL AND retired_at IS NULL
    LIMIT ${NAMERS_MAX}`);
  return ids.flatMap(([id]) => loadActor(tx, id) ?? []);
}

/**
 * The producers that name one of ours as keeper of their list now: of this node, and of others those it has to do with (a follow, a
 * pact, a membership), so that no stranger's word reaches its people. By name.
 */
export function listNamers(tx: Tx, { id: actorId }: Pick<LocalActor, "id">): Peer[] {
  const here = tx.values<[string]>(sql`
    SELECT id FROM actors WHERE kept_by = ${actorId} AND kind = 'producer' AND gone_at IS NULL LIMIT ${NAMERS_MAX}`);
  const elsewhere = tx.values<[string]>(sql`
    SELECT id FROM remote_actors WHERE kept_by = ${actorId} AND gone_at IS NULL AND id IN (
      SELECT peer FROM follows WHERE actor_id = ${actorId} AND state = 'accepted'
      UNION SELECT peer FROM pacts WHERE actor_id = ${actorId}
      UNION SELECT peer FROM memberships WHERE actor_id = ${actorId} AND state = 'member') LIMIT ${NAMERS_MAX}`);
  const named = [...here, ...elsewhere].map(([id]) => loadPeerName(tx, id));
  return named
    .filter(({ id, kind }) => kind === "producer" && namedBy(tx, id) === actorId)
    .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/**
 * Actors of other nodes to ask again: those we follow or have a pact with whose copy an Update of theirs made old, and the keepers that
 * they or producers of ours name, unless those were asked after `before` (epoch ms) and after who names them, or are no more: who was
 * told to look at a producer again looks at its keeper too.
 */
export function listToAsk(tx: Tx, before: number, most: number): string[] {
  const known = sql`SELECT peer FROM follows WHERE state = 'accepted' UNION SELECT peer FROM pacts`;
  const changed = tx.values<[string]>(sql`
    SELECT id FROM remote_actors WHERE fetched_at = 0 AND is_filiera AND gone_at IS NULL AND id IN (${known}) LIMIT ${most}`);
  const named = tx.values<[string, string]>(sql`
    SELECT producer, keeper FROM (
      SELECT id AS producer, kept_by AS keeper, 0 AS read_at FROM actors WHERE kept_by IS NOT NULL AND gone_at IS NULL
      UNION ALL SELECT id, kept_by, fetched_at FROM remote_actors WHERE kept_by IS NOT NULL AND gone_at IS NULL AND id IN (${known})
    ) AS named WHERE keeper NOT IN (SELECT id FROM actors)
      AND NOT EXISTS (SELECT 1 FROM remote_actors AS copy WHERE copy.id = keeper
        AND (copy.fetched_at >= max(${before}, read_at) OR copy.gone_at IS NOT NULL)) LIMIT ${most}`);
  const keepers = named.map(([id, keptBy]) => readKeptBy({ id, "filiera:keptBy": keptBy } satisfies JsonObject));
  return [...new Set([...changed.map(([id]) => id), ...keepers.filter((id) => id !== null)])];
}
