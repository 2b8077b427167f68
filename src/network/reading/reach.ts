// How a network reaches its sources: region, province, district, actor; each once, and only where both sides say so. Pure.
// PROTOCOL 9, FEP-fe34.
import type { SourceKind } from "./source.ts";

/** Steps from our group: region 0, its provinces 1, their districts 2, the actors 3. */
export const MOST_DEPTH = 3;
/** The sources one of our groups reads at most: what is beyond belongs into a network of its own. */
export const MOST_SOURCES = 5000;
/** Of another network's members, so many are looked up at a time, and none any more once so many did not claim it back. */
export const MOST_UNREAD = 50;
export const MOST_ONE_SIDED = 200;

/** What is known of an actor: nothing (`null`), or what its own document says. */
export type KnownActor = {
  readonly kind: SourceKind | null;
  readonly claims: readonly string[];
  readonly isGone: boolean;
};

/** "agreed": both say so; "unread": its own document is not read yet; "one-sided": it does not name the network. */
export type Standing = "agreed" | "unread" | "one-sided";

/** A source as one of our groups reaches it. `via` is the network that lists it, the group itself or one further down. */
export type Reach = {
  readonly uri: string;
  readonly via: string;
  readonly depth: number;
  readonly standing: Standing;
};

export type ReachWish = {
  readonly groupId: string;
  /** The accepted members of our own group. */
  readonly members: readonly string[];
  /** The members that another network's own collection lists. */
  readonly listedBy: (networkUri: string) => readonly string[];
  readonly known: (uri: string) => KnownActor | null;
  readonly isShutOut: (uri: string) => boolean;
};

/** Every source once, by the shortest way on which both sides agree, else by the shortest at all; nearest first. */
export function reachSources({ groupId, members, listedBy, known, isShutOut }: ReachWish): Reach[] {
  const reached = new Map<string, Reach>();
  let networks = [groupId];
  for (let depth = 1; depth <= MOST_DEPTH; depth++) {
    const next: string[] = [];
    for (const via of networks) {
      const doubt = { unread: 0, "one-sided": 0 };
      for (const uri of via === groupId ? members : listedBy(via)) {
        const before = reached.get(uri);
        if (uri === groupId || before?.standing === "agreed" || isShutOut(uri)) continue;
        const standing = standingOf(known(uri), via);
        if (standing !== "agreed") {
          doubt[standing] += 1;
          const isTooMuch = doubt.unread > MOST_UNREAD || doubt["one-sided"] > MOST_ONE_SIDED;
          if (before !== undefined || (isTooMuch && via !== groupId)) continue;
        }
        if (before === undefined && reached.size >= MOST_SOURCES) continue;
        reached.set(uri, { uri, via, depth, standing });
        if (standing === "agreed" && known(uri)?.kind === "district") next.push(uri);
      }
    }
    networks = next;
  }
  return [...reached.values()];
}

function standingOf(actor: KnownActor | null, via: string): Standing {
  if (actor === null || actor.kind === null) return "unread";
  return actor.claims.includes(via) ? "agreed" : "one-sided";
}

/** Whether a network's own collection of members is walked: its members would still be within reach. */
export function isWalked({ depth, standing }: Reach): boolean {
  return standing === "agreed" && depth < MOST_DEPTH;
}
