// A source: an actor whose public things a district reads, as we last saw it, and when which part of it is to be read. Pure.
import type { JoiningState, NetworkLevel } from "../../activitypub/actor.ts";

/** What an actor is to an index; "other": neither group, producer nor network. */
export type SourceKind = "gas" | "producer" | "district" | "other";

/** When each part is to be read again, epoch ms; null: there is no such part, or nothing to read in it. */
export type Dues = {
  readonly actorDueAt: number | null;
  readonly membersDueAt: number | null;
  readonly catalogDueAt: number | null;
  readonly cyclesDueAt: number | null;
  readonly eventsDueAt: number | null;
  readonly statisticsDueAt: number | null;
};

/** Nothing of it is read by itself. */
export const NOTHING_DUE = {
  ...{ actorDueAt: null, membersDueAt: null, catalogDueAt: null, cyclesDueAt: null },
  ...{ eventsDueAt: null, statisticsDueAt: null },
} as const satisfies Dues;

/** What one day's reading of a source has cost so far. `day` counts days of UTC since 1970. */
export type Spent = { readonly day: number; readonly pages: number; readonly items: number; readonly ms: number };

/** Times are epoch ms. */
export type Source = Dues & {
  readonly uri: string;
  readonly host: string;
  /** Null until its own document was read. */
  readonly kind: SourceKind | null;
  readonly level: NetworkLevel | null;
  readonly name: string;
  /** The networks it says it belongs to: half of a membership (PROTOCOL 9, FEP-fe34). */
  readonly claims: readonly string[];
  readonly isDiscoverable: boolean;
  readonly isIndexable: boolean;
  /** What of its document stands in every entry, as last read; null: not read. */
  readonly factsKey: string | null;
  /** It said itself, by 410 or by Delete, that it is no more. */
  readonly isGone: boolean;
  /** What the index holds of it is to be taken out before anything else is done. */
  readonly isDropDue: boolean;
  readonly membersIri: string | null;
  readonly membersEtag: string | null;
  readonly catalogIri: string | null;
  /** `updated` of the catalog as last seen whole, verbatim; null: all of it is to be read. */
  readonly catalogSeen: string | null;
  /** Where a day's limit stopped us, and `updated` of the catalog as that walk began. */
  readonly catalogResume: string | null;
  readonly catalogStarted: string | null;
  /** When, by our clock, a walk over the whole of it began that is not at its end yet. */
  readonly catalogStartedAt: number | null;
  readonly cyclesIri: string | null;
  readonly cyclesEtag: string | null;
  readonly eventsIri: string | null;
  readonly eventsEtag: string | null;
  readonly statisticsIri: string | null;
  readonly statisticsEtag: string | null;
  /** Of a group: whether it says that it takes people in, and the page where they ask. */
  readonly joining: JoiningState | null;
  readonly joinPage: string | null;
  /** Of a producer: the VAT number it shows to everybody, eleven digits. Its word, and no proof (hub/claims). */
  readonly vat: string | null;
  /** Not before this, whatever is due: after a failure, or once a day's limit is reached. */
  readonly retryAt: number;
  /** When we last tried, and when it last answered. */
  readonly triedAt: number | null;
  readonly okAt: number | null;
  readonly failures: number;
  readonly lastError: string | null;
  /** How long its last reading took. */
  readonly tookMs: number;
  readonly spent: Spent;
  /** About how many entries the index holds of it: never fewer. */
  readonly entries: number;
  /** What it said that is not its to say, in the last reading that had any such thing; the first of them, in which part, and when. */
  readonly lies: number;
  readonly lie: string | null;
  readonly liePart: Part | null;
  readonly lieAt: number | null;
  /** When each part was last had to its end: what one part answers says nothing of how old another is. */
  readonly heard: Heard;
};

/** Epoch ms by part; a part that was never read has none. */
export type Heard = Partial<Readonly<Record<Part, number>>>;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** How often each part is read although nobody told us of a change: letters get lost (PROTOCOL 9). */
export const RENEW_EVERY = {
  actor: DAY,
  members: WEEK,
  catalog: DAY,
  cycles: DAY,
  events: DAY,
  statistics: DAY,
} as const;
/** When we look again for a part that its actor names and that is not there. */
export const LOOK_AGAIN_AFTER = WEEK;

/** The share of the index that one source may fill; whoever has more is read up to here. */
export const MOST_ENTRIES = 5000;

/** A source nobody has looked at yet, to be read now. */
export function newSource(uri: string, now: number): Source {
  return {
    ...{ uri, host: new URL(uri).host, kind: null, level: null, name: "", claims: [] },
    ...{ isDiscoverable: false, isIndexable: false, factsKey: null, isGone: false, isDropDue: false },
    ...{ membersIri: null, membersEtag: null, catalogIri: null, catalogSeen: null, catalogResume: null },
    ...{
      catalogStarted: null,
      catalogStartedAt: null,
      cyclesIri: null,
      cyclesEtag: null,
      retryAt: now,
      triedAt: null,
      okAt: null,
    },
    ...{ eventsIri: null, eventsEtag: null, statisticsIri: null, statisticsEtag: null, joining: null, joinPage: null },
    vat: null,
    ...{ actorDueAt: now, membersDueAt: null, catalogDueAt: null, cyclesDueAt: null, eventsDueAt: null },
    ...{ statisticsDueAt: null },
    ...{ failures: 0, lastError: null, tookMs: 0, spent: { day: 0, pages: 0, items: 0, ms: 0 } },
    ...{ entries: 0, lies: 0, lie: null, liePart: null, lieAt: null, heard: {} },
  };
}

/** When the source is to be visited next; null: never by itself. */
export function dueAtOf(source: Dues & Pick<Source, "retryAt" | "isDropDue">): number | null {
  const { actorDueAt, membersDueAt, catalogDueAt, cyclesDueAt, eventsDueAt, statisticsDueAt } = source;
  const dues = [actorDueAt, membersDueAt, catalogDueAt, cyclesDueAt, eventsDueAt, statisticsDueAt];
  const first = Math.min(...dues.map((at) => at ?? Number.POSITIVE_INFINITY));
  if (source.isDropDue) return 0;
  return Number.isFinite(first) ? Math.max(first, source.retryAt) : null;
}

/** Each is read for itself. */
export const PARTS = ["actor", "members", "catalog", "cycles", "events", "statistics"] as const;
export type Part = (typeof PARTS)[number];

/** Where it stands when each part is due. */
export const DUE_OF: Readonly<Record<Part, keyof Dues>> = {
  ...{ actor: "actorDueAt", members: "membersDueAt", catalog: "catalogDueAt", cycles: "cyclesDueAt" },
  ...{ events: "eventsDueAt", statistics: "statisticsDueAt" },
};

/** The mark of a source that said what is not its to say. */
export type Mark = Pick<Source, "lies" | "lie" | "liePart" | "lieAt">;
export const NO_MARK: Mark = { lies: 0, lie: null, liePart: null, lieAt: null };

/**
 * The mark after a part was read. `wholeSince`: when the reading began that has now had all of the part; null: it was not all. A mark
 * goes with one whole reading of its part, begun after it was made, in which there was nothing of the kind.
 */
export function markLies(
  source: Mark,
  part: Part,
  told: { readonly count: number; readonly first: string | null },
  { now, wholeSince }: { readonly now: number; readonly wholeSince: number | null },
): Partial<Mark> {
  const isItsMark = source.lies > 0 && (source.liePart ?? part) === part;
  // One mark for all parts: the other's stays until it is cleared, and this one is heard again.
  if (told.count > 0)
    return source.lies > 0 && !isItsMark ? {} : { lies: told.count, lie: told.first, liePart: part, lieAt: now };
  return isItsMark && wholeSince !== null && (source.lieAt ?? 0) < wholeSince ? NO_MARK : {};
}

/** The parts after the actor's own, in the order in which they are read when they are due since the same time. */
const IN_TURN = ["members", "cycles", "events", "catalog", "statistics"] as const satisfies readonly Part[];

/**
 * The part to read next, the actor's own document before all else: it says whether the rest may be shown. Of the others the one
 * that is due longest: a part that fails again and again keeps no other from its turn.
 */
export function duePart(dues: Dues, now: number): Part | null {
  if (dues.actorDueAt !== null && dues.actorDueAt <= now) return "actor";
  let longest: { part: Part; at: number } | null = null;
  for (const part of IN_TURN) {
    const at = dues[`${part}DueAt`];
    if (at !== null && at <= now && (longest === null || at < longest.at)) longest = { part, at };
  }
  return longest?.part ?? null;
}

const LONGEST_WAIT = 6 * HOUR;
/** Who has been silent for a week is asked once a day. */
const WAIT_OF_THE_SILENT = DAY;

/** When to ask again who failed us `failures` times in a row: doubling from a minute, a little apart from one another. */
export function retryAfter(source: Pick<Source, "uri" | "failures" | "okAt">, now: number): number {
  const isSilent = source.okAt !== null && now - source.okAt > WEEK;
  const longest = isSilent || source.failures > 40 ? WAIT_OF_THE_SILENT : LONGEST_WAIT;
  const wait = Math.min(longest, MINUTE * 2 ** Math.min(Math.max(source.failures, 1) - 1, 20));
  return now + Math.round(wait * (0.8 + 0.4 * shareOf(source.uri)));
}

/** The next look by ourselves: not all sources at one time of the day. */
export function soon({ uri }: Pick<Source, "uri">, now: number, everyMs: number): number {
  return now + Math.round(everyMs * (0.9 + 0.1 * shareOf(uri)));
}

/** A number in [0, 1) that belongs to a name for ever: what is spread by it is spread alike after every start. */
export function shareOf(name: string): number {
  let hash = 2166136261;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

const OVERDUE = HOUR;
const LONGEST_CATCH_UP = 10 * MINUTE;

/**
 * When each of the overdue is visited after an outage: a second apart on average, all within ten minutes, so that three hundred
 * nodes are not asked at once. Those that are due since less than an hour keep their time.
 */
export function spreadCatchUp(due: readonly { uri: string; dueAt: number }[], now: number): Map<string, number> {
  const overdue = due.filter(({ dueAt }) => now - dueAt > OVERDUE);
  const withinMs = Math.min(LONGEST_CATCH_UP, overdue.length * 1000);
  return new Map(overdue.map(({ uri }) => [uri, now + Math.floor(shareOf(uri) * withinMs)]));
}
