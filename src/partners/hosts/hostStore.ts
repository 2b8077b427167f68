// What we know of a partner's node and still owe it: the facts behind a sentence about its health.
import { listBacklogs, loadBacklog } from "../../activitypub/outboxListStore.ts";
import { listHostsOfOtherVersions, listPeers, loadPeer } from "../../activitypub/store.ts";
import type { Tx } from "../../db/transact.ts";
import { type HostFacts, healthOf } from "./health.ts";

/** A letter that is refused for its version is sent again every hour: after a day without one the two understand each other again. */
const VERSION_TOLD_MS = 86_400_000;

/** The facts of a host ("nodo.example") as one of our actors has them. `now` is epoch ms. */
export function readHost(tx: Tx, actorId: string, host: string, now: number): HostFacts {
  const peer = loadPeer(tx, host);
  const { waiting, toVerify, nextAt } = loadBacklog(tx, actorId, host);
  return {
    host,
    lastHeardAt: peer?.lastHeardAt ?? null,
    lastDeliveredAt: peer?.lastDeliveredAt ?? null,
    failingSince: peer?.failingSince ?? null,
    lastError: peer?.lastError ?? null,
    waiting,
    toVerify,
    nextAt: nextAt === null ? null : Math.max(nextAt, peer?.nextAt ?? 0),
    pausedAt: peer?.pausedAt ?? null,
    isOfOtherVersion: listHostsOfOtherVersions(tx, now - VERSION_TOLD_MS).has(host),
  };
}

const ORDER_OF_TROUBLE = ["paused", "to-verify", "other-version", "silent", "waiting", "well", "unheard"] as const;

/** Every node that ours ever spoke with, as all our actors together have it: those in trouble first, then by name. */
export function listHosts(tx: Tx, now: number): HostFacts[] {
  const backlogs = new Map(listBacklogs(tx).map((backlog) => [backlog.host, backlog]));
  const others = listHostsOfOtherVersions(tx, now - VERSION_TOLD_MS);
  const facts = listPeers(tx).map((peer): HostFacts => {
    const { host, lastHeardAt, lastDeliveredAt, failingSince, lastError, pausedAt } = peer;
    const { waiting = 0, toVerify = 0, nextAt = null } = backlogs.get(host) ?? {};
    const next = nextAt === null ? null : Math.max(nextAt, peer.nextAt ?? 0);
    const known = { host, lastHeardAt, lastDeliveredAt, failingSince, lastError, waiting, toVerify, nextAt: next };
    return { ...known, pausedAt, isOfOtherVersion: others.has(host) };
  });
  const rank = (one: HostFacts) => ORDER_OF_TROUBLE.indexOf(healthOf(one));
  return facts.toSorted((a, b) => rank(a) - rank(b) || (a.host < b.host ? -1 : 1));
}
