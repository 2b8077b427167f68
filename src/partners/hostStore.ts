// What we know of a partner's node and still owe it: the facts behind a sentence about its health.
import { loadBacklog } from "../activitypub/outboxListStore.ts";
import { loadPeer } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import type { HostFacts } from "./health.ts";

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
