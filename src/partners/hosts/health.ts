// How it goes with a partner's node, in one word a page turns into a sentence. Pure. EXPERIENCE 2.10.

/** What we know of a host and what it is still owed. Times are epoch ms, null where there is none. */
export type HostFacts = {
  readonly host: string;
  readonly lastHeardAt: number | null;
  readonly lastDeliveredAt: number | null;
  readonly failingSince: number | null;
  readonly lastError: string | null;
  readonly waiting: number;
  readonly toVerify: number;
  readonly nextAt: number | null;
  /** It wrote lately in a version of the protocol that we do not know. */
  readonly isOfOtherVersion: boolean;
  /** Since when a person has paused it. */
  readonly pausedAt: number | null;
};

export type Health = "paused" | "to-verify" | "other-version" | "silent" | "waiting" | "well" | "unheard";

/** The worst thing to say of it. `paused`: we send it nothing, which explains the rest; `other-version`: one of the two nodes must be upgraded; `silent`: it does not answer us; `unheard`: nothing ever went to and fro. */
export function healthOf(facts: HostFacts): Health {
  if (facts.pausedAt !== null) return "paused";
  if (facts.toVerify > 0) return "to-verify";
  if (troubleWith(facts) === "version") return "other-version";
  if (facts.failingSince !== null) return "silent";
  if (facts.waiting > 0) return "waiting";
  return facts.lastHeardAt === null && facts.lastDeliveredAt === null ? "unheard" : "well";
}

/** The kind of trouble with a node, whose sentence a page has. */
export function troubleWith({ isOfOtherVersion, lastError }: HostFacts): ReturnType<typeof troubleOf> {
  return isOfOtherVersion ? "version" : troubleOf(lastError);
}

/** The kind of trouble behind a delivery's error, whose sentence a page has: "no receipt", "HTTP 503", "timeout: ...". */
export function troubleOf(
  error: string | null,
): "none" | "blocked" | "receipt" | "refused" | "busy" | "network" | "unsendable" | "clock" | "version" {
  if (error === null) return "none";
  if (error === "blocked") return "blocked";
  if (error === "no receipt") return "receipt";
  if (error.startsWith("unsendable: ")) return "unsendable";
  if (error.startsWith("clock: ")) return "clock";
  if (error.startsWith("version: ")) return "version";
  const status = Number(/^HTTP (\d+)/.exec(error)?.[1] ?? 0);
  if (status >= 500 || status === 429) return "busy";
  if (status >= 400 || ["stale", "conflict", "refused"].includes(error)) return "refused";
  return "network";
}
