// How old what we show of a source is, in the four words people see. Pure. PROTOCOL 9.
import { type EntryKind, HIDDEN_AFTER, STALE_AFTER } from "../index/networkIndex.ts";
import { MOST_DEPTH, type Reach } from "./reach.ts";
import { DUE_OF, type Heard, PARTS, type Part, type Source } from "./source.ts";

/** "never": it has not answered yet; "stale" is shown as "non aggiornato"; "hidden" is not shown at all. */
export type Freshness = "never" | "fresh" | "stale" | "hidden";

/** `okAt`: when the source last answered, epoch ms; null: never. */
export function freshnessOf(okAt: number | null, now: number): Freshness {
  if (okAt === null) return "never";
  const age = now - okAt;
  if (age >= HIDDEN_AFTER) return "hidden";
  return age >= STALE_AFTER ? "stale" : "fresh";
}

/** Whether a source may still be shown to people. */
export function isShown(okAt: number | null, now: number): boolean {
  const freshness = freshnessOf(okAt, now);
  return freshness === "fresh" || freshness === "stale";
}

const PART_OF: Readonly<Record<EntryKind, Part>> = {
  ...{ gas: "actor", producer: "actor", district: "actor" },
  ...{ product: "catalog", cycle: "cycles", event: "events" },
};

/** When what we show of that kind was last heard, where its source answered then: the part it comes from may be older. */
export function heardAt(kind: EntryKind, heard: Heard | undefined, contactAt: number): number {
  return Math.min(contactAt, heard?.[PART_OF[kind]] ?? contactAt);
}

/** The parts that are read and have not been had for a week, though the source answers for others, with when they last were. */
export function listStaleParts(source: Source, now: number): { readonly part: Part; readonly at: number }[] {
  return PARTS.flatMap((part) => {
    const at = source.heard[part];
    if (at === undefined || source[DUE_OF[part]] === null || now - at < STALE_AFTER) return [];
    return (source.okAt ?? 0) - at < STALE_AFTER ? [] : [{ part, at }];
  });
}

/** How a network reaches a source, since when, and whether it wants it. */
type Reached = Pick<Reach, "standing" | "depth"> & { readonly since: number; readonly isPaused: boolean };

/**
 * Whether what a source offers through a network is not all read yet and still to be had: its own document, the members of a network
 * further down, its list. `madeAt`: when the index was last made anew; who has failed for a week since is not waited for.
 */
export function isAwaited(source: Source, reach: Reached, madeAt: number, now: number): boolean {
  if (reach.isPaused || reach.standing === "one-sided" || source.isGone) return false;
  if (source.failures > 0 && now - Math.max(reach.since, madeAt) > STALE_AFTER) return false;
  const { kind, heard, isIndexable, membersIri, catalogIri } = source;
  if (kind === null || reach.standing === "unread" || heard.actor === undefined) return true;
  if (kind === "district" && membersIri !== null && reach.depth < MOST_DEPTH && heard.members === undefined)
    return true;
  return isIndexable && catalogIri !== null && heard.catalog === undefined;
}
