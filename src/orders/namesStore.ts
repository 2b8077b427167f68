// What the producer of an order is called, as its node says or as it is known on this one; and what the lines of an order are called.
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import { loadOrderOfThread } from "./store.ts";

/** The name of an actor, here or elsewhere; the host of its address while nobody said one. */
export function nameOf(tx: Tx, actorId: string): string {
  return loadRemoteActor(tx, actorId)?.name ?? loadActor(tx, actorId)?.name ?? new URL(actorId).host;
}

/** The goods of a thread's order by the addresses of its lines; empty where the actor ordered nothing on it. */
export function namesOfBought(tx: Tx, actorId: string, thread: string): Map<string, string> {
  const lines = loadOrderOfThread(tx, actorId, thread)?.lines ?? [];
  return new Map(lines.map(({ goods }) => [goods.lineIri, goods.name]));
}
