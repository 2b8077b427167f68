// A producer names who keeps its list: itself, or a group or network it knows. Said to everybody in its document. PROTOCOL 4, DOMAIN 2.4.
import type { LocalActor } from "../../activitypub/actor.ts";
import { describeActor, isListed } from "../../activitypub/actors.ts";
import { listActors, loadActor, refuseRetired } from "../../activitypub/store.ts";
import type { Wire } from "../../activitypub/wire.ts";
import { type Tx, transact } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { listAllOpen } from "../../partners/pacts/pactStore.ts";
import type { Peer } from "../../partners/peer.ts";
import { tellProfile } from "../../partners/profileActions.ts";
import { listStandingOf, loadPeerName } from "../../partners/store.ts";
import { recordAudit } from "../../web/auditStore.ts";

/**
 * Whom a producer may name: the groups and networks of its pacts, follows and memberships, those of this node that may be listed, and
 * whoever it has named now. By name.
 */
export function listKeeperChoices(tx: Tx, actor: LocalActor): Peer[] {
  const followed = (["in", "out"] as const).flatMap((direction) => listStandingOf(tx, actor.id, direction));
  const here = listActors(tx).filter((one) => isListed(one) && one.retiredAt === null);
  const ids = [
    ...here.map(({ id }) => id),
    ...followed.filter(({ state }) => state === "accepted").map(({ peer }) => peer),
    ...listAllOpen(tx, actor.id).map(({ peer }) => peer),
    ...actor.memberOf,
  ];
  const known = [...new Set(ids)].map((id) => loadPeerName(tx, id));
  const fit = known.filter(({ id, kind }) => id !== actor.keptBy && (kind === "gas" || kind === "district"));
  const named = actor.keptBy === null ? [] : [loadPeerName(tx, actor.keptBy)];
  return [...fit, ...named].sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
}

/**
 * Keeps the choice and owes the news of it to who knows the producer; nothing changed, nothing is said. `keptBy`: an IRI of
 * `listKeeperChoices`; null: the producer itself. From the same moment who administers a keeper of this node comes into the list's
 * desk, and who administers the former one does not. Refuses `no-such-actor`, `actor-retired`, `bad-request`.
 */
export function nameKeeper(wire: Wire, actorId: string, keptBy: string | null, byId: string): LocalActor | Refusal {
  const done = transact(wire.db, (tx) => {
    const before = loadActor(tx, actorId);
    if (before?.kind !== "producer") return { refused: "no-such-actor" } as const;
    if (before.keptBy === keptBy) return before;
    const retired = refuseRetired(tx, actorId);
    if (retired) return retired;
    if (keptBy !== null && !listKeeperChoices(tx, before).some(({ id }) => id === keptBy))
      return { refused: "bad-request" } as const;
    const now = wire.clock.now();
    const after = describeActor(tx, actorId, { keptBy }, now);
    if (isRefusal(after)) return after;
    tellProfile(wire, tx, after, now);
    const detail = `list kept by ${keptBy ?? "itself"}, before by ${before.keptBy ?? "itself"}`;
    recordAudit(tx, { what: "profile", actorId, byId, aboutId: null, detail: detail.slice(0, 500), at: now });
    return after;
  });
  wire.senders.forget(actorId);
  return done;
}
