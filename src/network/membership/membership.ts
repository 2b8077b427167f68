// Who belongs to a network, as one small state machine that both sides keep, and the rules of who may. Pure. PROTOCOL 9.
import type { ActorKind, NetworkLevel } from "../../activitypub/actor.ts";
import { NETWORK_LEVELS } from "../../activitypub/actor.ts";
import type { Refusal } from "../../kernel/refusal.ts";

export const MEMBERSHIP_STATES = ["asked", "member", "refused", "left", "removed"] as const;
export type MembershipState = (typeof MEMBERSHIP_STATES)[number];

/** Which side of it our actor is on. */
export type Side = "network" | "member";

/** One side's half of a membership. Times are epoch ms. */
export type Membership = {
  readonly actorId: string;
  readonly side: Side;
  readonly peer: string;
  readonly host: string;
  readonly state: MembershipState;
  readonly joinIri: string;
  readonly inbox: string;
  readonly charterVersion: number | null;
  readonly charterDigest: string | null;
  readonly charterText: string | null;
  readonly reason: string | null;
  readonly code: string | null;
  /** Since when it is a member; null while it is none. */
  readonly since: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** The member asks or leaves; the network accepts, rejects or removes; the actor of the other side is no more. */
export type MembershipEvent = "asked" | "accepted" | "rejected" | "left" | "removed" | "gone";

const STEPS: Readonly<Record<MembershipEvent, Partial<Record<MembershipState | "none", MembershipState>>>> = {
  // A member that asks again (its answer was lost, or the charter is new) stays one and is answered again.
  asked: { none: "asked", asked: "asked", member: "member", refused: "asked", left: "asked", removed: "asked" },
  accepted: { asked: "member", member: "member" },
  rejected: { asked: "refused", refused: "refused" },
  left: { asked: "left", member: "left", left: "left" },
  removed: { member: "removed", removed: "removed" },
  gone: { asked: "left", member: "left" },
};

/** The state after an event, or `no-such-membership` where there is nothing the event could change. */
export function nextMembership(
  state: MembershipState | null,
  event: MembershipEvent,
): MembershipState | Refusal<"no-such-membership"> {
  return STEPS[event][state ?? "none"] ?? { refused: "no-such-membership" };
}

/** A membership after an event at that time: `since` begins with the admission and ends with it. */
export function stepMembership(before: Membership, event: MembershipEvent, now: number): Membership | Refusal {
  const state = nextMembership(before.state, event);
  if (typeof state === "object") return state;
  const since = state === "member" ? (before.since ?? now) : null;
  return { ...before, state, since, updatedAt: now };
}

/** Kept with who asks again after a person had said no or put it out, until a person takes it in: neither a Leave nor a rule's no wipes it off. */
export const TURNED_AWAY = "turned-away";

/** Whether a person of the network has turned away whoever asks now: then no rule lets it in. */
export function isTurnedAway(before: Pick<Membership, "state" | "code"> | undefined): boolean {
  if (!before) return false;
  const { state, code } = before;
  return state === "removed" || (state === "refused" && code === null) || code === TURNED_AWAY;
}

/** What of an actor decides whether it may be in a network. */
export type Joiner = { readonly kind: ActorKind | null; readonly level: NetworkLevel | null };

/**
 * Whether such an actor may be a member of a network of that level: groups, producers, and networks that reach less far. So no chain of
 * memberships ever comes back to where it began. Refuses `cannot-join`, `level-too-high`.
 */
export function mayJoin(joiner: Joiner, level: NetworkLevel): Refusal<"cannot-join" | "level-too-high"> | null {
  if (joiner.kind === "gas" || joiner.kind === "producer") return null;
  if (joiner.kind !== "district" || joiner.level === null) return { refused: "cannot-join" };
  return reachOf(joiner.level) < reachOf(level) ? null : { refused: "level-too-high", level };
}

/** Whether a network may become of that level: above every network in it, below every one it is in. Refuses `level-in-use`. */
export function mayReach(
  level: NetworkLevel,
  memberLevels: readonly NetworkLevel[],
  networkLevels: readonly NetworkLevel[],
): Refusal<"level-in-use"> | null {
  const reach = reachOf(level);
  const holds = memberLevels.every((one) => reachOf(one) < reach) && networkLevels.every((one) => reachOf(one) > reach);
  return holds ? null : { refused: "level-in-use", level };
}

function reachOf(level: NetworkLevel): number {
  return NETWORK_LEVELS.indexOf(level);
}

/** Whether an actor's own document says that it is in that network: its half of the membership (FEP-fe34). */
export function claimsNetwork(document: { readonly memberOf?: unknown }, networkId: string): boolean {
  const { memberOf } = document;
  const claims = Array.isArray(memberOf) ? memberOf.slice(0, MOST_NETWORKS) : [memberOf];
  return claims.some(
    (claim) =>
      claim === networkId || (typeof claim === "object" && claim !== null && Reflect.get(claim, "id") === networkId),
  );
}

/** A network's members at most: the walk reads no more items of a node (PROTOCOL 9). */
export const MOST_MEMBERS = 2000;
/** Requests of one host, and of everybody, that may wait for a person. */
export const MOST_ASKING_PER_HOST = 50;
export const MOST_ASKING = 2000;
/** Networks that one actor may be in or wait for. */
export const MOST_NETWORKS = 50;
/** A person's words, in characters. */
export const MOST_REASON = 1000;
