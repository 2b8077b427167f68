// What the scenario asks of a server from another project: each answers from what it has stored itself.

/** An ActivityPub server in its own namespace, with one actor. */
export type Peer = {
  readonly name: string;
  readonly version: string;
  readonly handle: string;
  readonly actorUri: string;
  /** What that server makes of a handle: an actor's IRI. */
  readonly lookUp: (handle: string) => Promise<string>;
  readonly follow: (actorUri: string) => Promise<void>;
  readonly unfollow: (actorUri: string) => Promise<void>;
  /** Whether it counts itself among that actor's followers: it asked, and had its Accept. */
  readonly isFollowing: (actorUri: string) => Promise<boolean>;
  readonly hasFollower: (actorUri: string) => Promise<boolean>;
  /** Publishes a post to its followers and gives its IRI. */
  readonly publish: (text: string) => Promise<string>;
  /** The HTML of a post as that server has stored it now; null when it has none. */
  readonly readStored: (iri: string) => Promise<string | null>;
};

/** Waits until `look` finds something, at most `seconds`; real servers have no clock that we could move. */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined) return found;
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
