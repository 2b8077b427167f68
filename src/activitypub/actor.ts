// Who speaks: our own actors, and the actors of other nodes as we last saw them. Pure.
import type { JsonObject } from "./json.ts";

/** What an actor is: the instance actor, a purchasing group, a producer, a district. */
export type ActorKind = "node" | "gas" | "producer" | "district";

/** Whether it may sell to groups: a producer, and a group that leads an order for others (PROTOCOL 8.1). */
export function sells(kind: ActorKind | null | undefined): boolean {
  return kind === "producer" || kind === "gas";
}

/** How far a network of kind "district" reaches: a DES, a province, a region. PROTOCOL 2's words, the lowest first. */
export const NETWORK_LEVELS = ["des", "province", "region"] as const;
export type NetworkLevel = (typeof NETWORK_LEVELS)[number];

/** Whether a group takes people in now, only notes who waits, or takes nobody. */
export const JOINING_STATES = ["open", "waiting", "closed"] as const;
export type JoiningState = (typeof JOINING_STATES)[number];

/** An actor of this node. `id` is its IRI for ever; times are epoch ms. */
export type LocalActor = {
  readonly id: string;
  readonly handle: string;
  readonly kind: ActorKind;
  /** Of a network; null for every other actor. */
  readonly level: NetworkLevel | null;
  readonly name: string;
  readonly summary: string;
  readonly place: string;
  /** The mail address of a role ("ordini@..."), shown to everybody; empty: none. Never a person's. */
  readonly contact: string;
  /** Its site elsewhere, an https address shown to everybody; empty: none. */
  readonly website: string;
  /** When that site was last seen to link back to the actor's page (rel=me); null: never, or no more. */
  readonly websiteProvenAt: number | null;
  /** SHA-256 of the logo, a JPEG under /media; null: none. */
  readonly icon: string | null;
  readonly approvesFollowers: boolean;
  readonly discoverable: boolean;
  readonly indexable: boolean;
  /** The networks that have taken it in, by IRI: its own half of each membership (FEP-fe34). */
  readonly memberOf: readonly string[];
  /** Of a group that tells everybody whether it takes people in; null: it says nothing. */
  readonly joining: JoiningState | null;
  /** Eleven digits, shown to everybody; empty: not shown. */
  readonly vatNumber: string;
  /** It publishes figures about its months. */
  readonly showsStatistics: boolean;
  /** Of a producer whose prices are everybody's to read. */
  readonly showsPrices: boolean;
  /** Who keeps a producer's list where it has named somebody, by IRI; null: it keeps it itself. */
  readonly keptBy: string | null;
  /** The producers whose lists a group or network says that it keeps, and those of which it says that it does not, by IRI. */
  readonly keeps: readonly string[];
  readonly keepsNot: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When people decided that it closes: it begins nothing new from then on; null: it works. */
  readonly retiredAt: number | null;
  /** When its farewells had left: its address answers 410 from then on. */
  readonly goneAt: number | null;
  /** The address it moved to, and the one it had before: IRIs; null: none (FEP-7628). */
  readonly movedTo: string | null;
  readonly alsoKnownAs: string | null;
};

/** An actor of any node, this one included, as its own document says. */
export type RemoteActor = {
  readonly id: string;
  readonly inbox: string;
  readonly sharedInbox: string | null;
  /** `name@host`, when the document claims one; shown only after WebFinger agrees. */
  readonly handle: string | null;
  readonly name: string;
  readonly summary: string;
  /** The Filiera role, when it has one. */
  readonly kind: ActorKind | null;
  /** Of a network of ours or of another Filiera node; null for every other actor. */
  readonly level: NetworkLevel | null;
  readonly type: string;
  readonly document: JsonObject;
  readonly publicKeys: readonly { id: string; pem: string }[];
  readonly ed25519Keys: readonly { id: string; multibase: string }[];
  readonly isFiliera: boolean;
  readonly fetchedAt: number;
};

/** The ActivityPub type of each kind (PROTOCOL section 2). */
export const WIRE_TYPE = {
  node: "Application",
  gas: "Organization",
  producer: "Organization",
  district: "Group",
} as const;

/** Public addresses of everything an actor has. `base` is its id. */
export function actorUrls(base: string) {
  return {
    inbox: `${base}/inbox`,
    outbox: `${base}/outbox`,
    followers: `${base}/followers`,
    following: `${base}/following`,
    partners: `${base}/partners`,
    catalog: `${base}/catalog`,
    cycles: `${base}/cycles`,
    members: `${base}/members`,
    charter: `${base}/charter`,
    events: `${base}/events`,
    statistics: `${base}/statistics`,
    training: `${base}/training`,
    join: `${base}/join`,
    orderThreads: `${base}/threads`,
  };
}
