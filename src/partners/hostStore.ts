// What we know of a partner's node and still owe it: the facts behind a sentence about its health.
import { listBacklogs, loadBacklog } from "../activitypub/outboxListStore.ts";
import { listPeers, loadPeer } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import { type HostFacts, healthOf } from "./health.ts";

/** The facts of a host ("nodo.example") as one of our actors has them. */
export function readHost(tx: Tx, actorId: string, host: string): HostFacts {
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
  };
}

const ORDER_OF_TROUBLE = ["to-verify", "silent", "waiting", "well", "unheard"] as const;

/** Every node that ours ever spoke with, as all our actors together have it: those in trouble first, then by name. */
export function listHosts(tx: Tx): HostFacts[] {
  const backlogs = new Map(listBacklogs(tx).map((backlog) => [backlog.host, backlog]));
  const facts = listPeers(tx).map((peer): HostFacts => {
    const { host, lastHeardAt, lastDeliveredAt, failingSince, lastError } = peer;
    const { waiting = 0, toVerify = 0, nextAt = null } = backlogs.get(host) ?? {};
    const next = nextAt === null ? null : Math.max(nextAt, peer.nextAt ?? 0);
    return { host, lastHeardAt, lastDeliveredAt, failingSince, lastError, waiting, toVerify, nextAt: next };
  });
  const rank = (one: HostFacts) => ORDER_OF_TROUBLE.indexOf(healthOf(one));
  return facts.toSorted((a, b) => rank(a) - rank(b) || (a.host < b.host ? -1 : 1));
}
