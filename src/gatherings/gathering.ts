// A gathering: people meet, at a place or online, at a time. What it is, what may be done with it, who may book. Pure: now is an argument.
import type { Refusal } from "../kernel/refusal.ts";

export const GATHERING_KINDS = ["meeting", "open-day", "evening", "course", "lesson", "other"] as const;
export const GATHERING_AUDIENCES = ["people", "officials"] as const;
export const GATHERING_STATES = ["draft", "published", "cancelled"] as const;
type GatheringState = (typeof GATHERING_STATES)[number];

/** What whoever prepares it says of it. Texts are plain; times are epoch ms. */
export type GatheringFacts = {
  readonly kind: (typeof GATHERING_KINDS)[number];
  /** "officials": it is made for who works in public offices. */
  readonly audience: (typeof GATHERING_AUDIENCES)[number];
  /** 3 to 200 characters. */
  readonly name: string;
  readonly summary: string;
  readonly content: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** The room's name; "" for what is online alone. */
  readonly venue: string;
  readonly street: string;
  readonly comune: string;
  /** Degrees; null both: nobody said. */
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** Where one connects; told to who has booked, and to everybody only where nobody books. */
  readonly onlineUrl: string | null;
  readonly takesBookings: boolean;
  /** Places; null: as many as come. */
  readonly capacity: number | null;
  /** Until when one books; null: until it begins. */
  readonly closesAt: number | null;
};

/** A gathering of one of our actors. */
export type Gathering = GatheringFacts & {
  readonly id: string;
  readonly actorId: string;
  readonly state: GatheringState;
  /** SHA-256 of a picture under /media, and what it shows in words; null both: none. */
  readonly picture: string | null;
  readonly pictureAlt: string | null;
  /** Why not, once it is cancelled. */
  readonly cancelReason: string | null;
  /** The lesson of a path, where it is one. */
  readonly pathId: string | null;
  readonly moduleNumber: number | null;
  /** How often it was told to others; 0: never. */
  readonly sequence: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly publishedAt: number | null;
  readonly updatedAt: number;
  readonly removedAt: number | null;
};

/** How a gathering looks to whoever would come, in the order in which one reason goes before another. */
export type GatheringStanding = "cancelled" | "over" | "closed" | "open-door" | "full" | "open";

/** What can be done with a gathering from the state it is in. `cancelReason` is required to cancel. */
export function stepGathering(
  before: Gathering,
  to: { readonly state: "published" } | { readonly state: "cancelled"; readonly reason: string },
  now: number,
): Gathering | Refusal<"gathering-over" | "gathering-cancelled" | "gathering-not-published"> {
  if (before.state === "cancelled") return { refused: "gathering-cancelled" };
  if (to.state === "published") {
    if (before.state === "published") return before;
    if (before.startsAt <= now) return { refused: "gathering-over" };
    return { ...before, state: "published", publishedAt: now, updatedAt: laterThan(before, now), sequence: 1 };
  }
  if (before.state === "draft") return { refused: "gathering-not-published" };
  if (before.endsAt <= now) return { refused: "gathering-over" };
  const told = { updatedAt: laterThan(before, now), sequence: before.sequence + 1 };
  return { ...before, ...told, state: "cancelled", cancelReason: to.reason };
}

/** The gathering with other facts. What everybody knows already is told anew: its sequence grows. */
export function reviseGathering(
  before: Gathering,
  facts: GatheringFacts,
  now: number,
): Gathering | Refusal<"gathering-cancelled"> {
  if (before.state === "cancelled") return { refused: "gathering-cancelled" };
  const sequence = before.state === "published" ? before.sequence + 1 : 0;
  return { ...before, ...facts, sequence, updatedAt: laterThan(before, now) };
}

/** When it changed: never the time it had before, in the whole seconds that others are told, or nobody could tell the two apart. */
export function laterThan({ updatedAt }: Pick<Gathering, "updatedAt">, now: number): number {
  return Math.max(now, updatedAt + 1000);
}

/** Whether it may be taken away: nobody has seen it, or nobody can come to it any more. */
export function mayRemove(gathering: Gathering, now: number): Refusal<"gathering-running"> | null {
  const isRunning = gathering.state === "published" && gathering.endsAt > now;
  return isRunning ? { refused: "gathering-running" } : null;
}

/** Why one cannot book now; null where one can (a place or the waiting list). */
export function mayBook(
  gathering: Gathering,
  now: number,
): Refusal<"gathering-cancelled" | "gathering-over" | "booking-closed" | "not-taking"> | null {
  const { state, startsAt, endsAt, closesAt, takesBookings } = gathering;
  if (state === "cancelled") return { refused: "gathering-cancelled" };
  if (endsAt <= now) return { refused: "gathering-over" };
  if (!takesBookings) return { refused: "not-taking" };
  if ((closesAt ?? startsAt) <= now || startsAt <= now) return { refused: "booking-closed" };
  return null;
}

/** How it stands for who would come. `left` as `placesLeft` counts; `isWaitedFor`: somebody waits for a place already. */
export function standingOf(
  gathering: Gathering,
  { left, isWaitedFor }: { readonly left: number | null; readonly isWaitedFor: boolean },
  now: number,
): GatheringStanding {
  const refusal = mayBook(gathering, now);
  if (refusal?.refused === "gathering-cancelled") return "cancelled";
  if (refusal?.refused === "gathering-over") return "over";
  if (refusal?.refused === "not-taking") return "open-door";
  if (refusal) return "closed";
  return left === 0 || isWaitedFor ? "full" : "open";
}

/** Whether who has booked must hear of a change: another time or another place. */
export function isMoved(before: GatheringFacts, after: GatheringFacts): boolean {
  return (["startsAt", "endsAt", "venue", "street", "comune", "onlineUrl"] as const).some(
    (name) => before[name] !== after[name],
  );
}
