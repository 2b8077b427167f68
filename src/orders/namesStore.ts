// What the producer of an order is called: as its node says, or as it is known on this one.
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";

/** The name of an actor, here or elsewhere; the host of its address while nobody said one. */
export function nameOf(tx: Tx, actorId: string): string {
  return loadRemoteActor(tx, actorId)?.name ?? loadActor(tx, actorId)?.name ?? new URL(actorId).host;
}
