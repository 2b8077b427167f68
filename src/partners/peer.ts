// Another actor as a list shows it. Pure.
import type { ActorKind, NetworkLevel } from "../activitypub/actor.ts";

/** `name` and `handle` are as its own node says them, `host` is what nobody can borrow. */
export type Peer = {
  readonly id: string;
  readonly name: string;
  readonly handle: string | null;
  readonly host: string;
  readonly kind: ActorKind | null;
  /** Of a network. */
  readonly level: NetworkLevel | null;
};
