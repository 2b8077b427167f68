// The door to Fedify, opened by who first needs it.
import type { FederationDoor } from "./federation.ts";
import type { Wire } from "./wire.ts";

/** Fedify takes 400 ms to load: the first who needs it waits, the start does not. */
export function lazyDoor(wire: Wire): () => Promise<FederationDoor> {
  let door: Promise<FederationDoor> | null = null;
  return () => {
    door ??= import("./federation.ts").then(({ openFederation }) => openFederation(wire));
    return door;
  };
}
