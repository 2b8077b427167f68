// Who follows whom, in both directions, as one small state machine. Pure. PROTOCOL 3: a follow is for announcements only.
import type { Refusal } from "../../kernel/refusal.ts";

export type FollowState = "requested" | "accepted" | "rejected" | "ended";

/** "out": our actor follows the peer; "in": the peer follows our actor. Times are epoch ms. */
export type Follow = {
  readonly actorId: string;
  readonly direction: "in" | "out";
  readonly peer: string;
  readonly host: string;
  readonly state: FollowState;
  readonly followIri: string;
  readonly inbox: string;
  readonly sharedInbox: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/**
 * What happens to a follow: the follower asks or undoes, the followed accepts or rejects (also later: a follower removed),
 * or the peer's actor is no more.
 */
export type FollowEvent = "asked" | "accepted" | "rejected" | "undone" | "gone";

const STEPS: Readonly<Record<FollowEvent, Partial<Record<FollowState | "none", FollowState>>>> = {
  // Asking again after an Accept was lost changes nothing: it is answered again.
  asked: { none: "requested", requested: "requested", accepted: "accepted", rejected: "requested", ended: "requested" },
  accepted: { requested: "accepted", accepted: "accepted" },
  rejected: { requested: "rejected", accepted: "rejected" },
  undone: { requested: "ended", accepted: "ended" },
  gone: { requested: "ended", accepted: "ended" },
};

/** The state after an event, or `no-such-follow` where there is nothing the event could change. */
export function nextState(state: FollowState | null, event: FollowEvent): FollowState | Refusal<"no-such-follow"> {
  return STEPS[event][state ?? "none"] ?? { refused: "no-such-follow" };
}

/** Follow requests of one host that may wait for a person: more are refused until some are answered (SAFETY B40). */
export const MOST_PENDING_PER_HOST = 50;
/** Follow requests of everybody that may wait for a person of one actor. */
export const MOST_PENDING = 2000;
/** Followers of one host accepted without a person, for each actor; beyond, a person looks at each. */
export const MOST_ACCEPTED_PER_HOST = 2000;
