// What the producer of an order is called, as its node says or as it is known on this one; and what the lines of an order are called.
import { loadActor, loadRemoteActor } from "../activitypub/store.ts";
import type { Tx } from "../db/transact.ts";
import { listPacts } from "../partners/pacts/pactStore.ts";
import { listOrderProducers, loadOrderOfThread } from "./store.ts";

/** The name of an actor, here or elsewhere; the host of its address while nobody said one. */
export function nameOf(tx: Tx, actorId: string): string {
  return loadRemoteActor(tx, actorId)?.name ?? loadActor(tx, actorId)?.name ?? new URL(actorId).host;
}

/** The goods of a thread's order by the addresses of its lines; empty where the actor ordered nothing on it. */
export function namesOfBought(tx: Tx, actorId: string, thread: string): Map<string, string> {
  const lines = loadOrderOfThread(tx, actorId, thread)?.lines ?? [];
  return new Map(lines.map(({ goods }) => [goods.lineIri, goods.name]));
}

/** The producers a group has a pact with or ever bought from, by name. */
export function listProducersOf(tx: Tx, actorId: string): { id: string; name: string }[] {
  const partners = listPacts(tx, actorId, 500).flatMap(({ peer, party }) => (party === "buyer" ? [peer] : []));
  return [...new Set([...partners, ...listOrderProducers(tx, actorId)])]
    .map((id) => ({ id, name: nameOf(tx, id) }))
    .sort((one, other) => one.name.localeCompare(other.name, "it"));
}
