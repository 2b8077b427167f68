// What a network knows of its sources and how it is asked: the words of the index, whichever engine keeps it. Pure. PROTOCOL 9.
import type { JoiningState } from "../../activitypub/actor.ts";
import type { ForeignMeasure } from "../../catalogs/readProposal.ts";

/** What can be found. Lists of one kind have one order: cycles and events by their date, all others by name. */
export const ENTRY_KINDS = ["gas", "producer", "district", "product", "cycle", "event"] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Where something is: a comune, never a home. Degrees of WGS84; `istat` has six digits; what is unknown is null. */
export type EntryPlace = {
  readonly istat: string | null;
  readonly name: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
};

/**
 * One thing a source shows to everybody. `id` is its IRI, unique within its source; `sourceId` the actor whose node we read it
 * from. Texts are plain; `url` is a page for people. `months` are 1 to 12. `at`s are epoch ms: `startsAt` to `endsAt` is an
 * opening or a meeting. A price is there only when its source shows it to everybody.
 */
export type Entry = {
  readonly id: string;
  readonly sourceId: string;
  readonly kind: EntryKind;
  readonly name: string;
  readonly text: string;
  readonly url: string;
  readonly category: string | null;
  readonly certifications: readonly string[];
  readonly months: readonly number[];
  readonly place: EntryPlace | null;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  readonly pack: ForeignMeasure | null;
  readonly packagePriceCents: number | null;
  /** Of a group: whether it says that it takes people in, and the page where they ask; null: it says nothing. */
  readonly joining: JoiningState | null;
  readonly joinUrl: string | null;
  /** Of a producer: who keeps its list where both say so. Absent: itself, or nobody has said yes. */
  readonly keeperName?: string;
  /** Of a cycle: how often it was told, as its own node counts; from the first number on. Absent: nobody said. */
  readonly sequence?: number;
  /** Of an event: whom it is for, everybody or the people of offices; null: it does not say. */
  readonly audience: "people" | "officials" | null;
  /** Of an event: it was called off, and is shown so until it would be over. */
  readonly isCancelled: boolean;
  /** `indexable` of its actor (FEP-5feb): false is listed and cannot be searched by words. */
  readonly isSearchable: boolean;
  readonly updatedAt: number | null;
  readonly readAt: number;
};

/**
 * An entry as it is shown: with who says so (the name of the source's own entry, if there is one) and when they last answered. `via`: the
 * name of the network further down through which the group reaches that source; null: it is a member of the group.
 */
export type FoundEntry = Entry & {
  readonly sourceName: string | null;
  readonly contactAt: number;
  readonly via: string | null;
  /** From `near`; null where that was not asked. */
  readonly distanceKm: number | null;
};

/**
 * A question. Every part given narrows: `find` words without regard to accents, case and endings (all must be there), `category`
 * and `certification` as entries write them, `month` 1 to 12, `comune` an ISTAT code, `province` its first three digits, `openAt`
 * an instant that lies before `endsAt`. `near` alone changes the order: nearest first. `after` is the `next` of the page before;
 * a wrong one begins again.
 */
export type IndexQuery = {
  readonly groupId: string;
  readonly now: number;
  readonly kinds: readonly EntryKind[];
  readonly find?: string;
  readonly category?: string;
  readonly certification?: string;
  readonly month?: number;
  readonly province?: string;
  readonly comune?: string;
  readonly sourceId?: string;
  readonly openAt?: number;
  readonly near?: { readonly latitude: number; readonly longitude: number; readonly km: number };
  readonly after?: string | null;
  /** 1 to 100. */
  readonly limit: number;
};

/** A page of answers, and how to ask for the next; null at the end. */
export type FoundPage = { readonly entries: readonly FoundEntry[]; readonly next: string | null };

/** What `counts` counts by; the value of "kind" is the kind itself, of "comune" an ISTAT code, of "province" its first three digits. */
type Counted = "kind" | "province" | "comune" | "category" | "certification";
export type Count = { readonly value: string; readonly kind: EntryKind; readonly count: number };

/** What kinds of certification and of goods a source's products are, and in which months there are any; ascending. Categories are folded. */
export type Goods = Pick<Entry, "certifications" | "months"> & { readonly categories: readonly string[] };

/** 30 days without contact: a source's entries are no longer shown (PROTOCOL 9). 7: they are shown as not up to date. */
export const HIDDEN_AFTER = 30 * 86_400_000;
export const STALE_AFTER = 7 * 86_400_000;

/** A network that shows what is in an index, as its pages need it: its address, the first word of its pages, its name. */
export type NetworkCard = { readonly id: string; readonly handle: string; readonly name: string };

/**
 * An index of what sources show. It can be thrown away and read again from the network. Writes of one source come one after the
 * other; a page read while one is written shows the state before or after each batch. Rejects only when its engine fails.
 */
export type NetworkIndex = {
  /** It was made by this opening: there was none, or one of another schema. Everything is to be read again. */
  readonly wasMade: boolean;
  /** Adds entries, or replaces those of the same source and id. Their source counts as answering at their `readAt`. */
  readonly put: (entries: readonly Entry[]) => Promise<void>;
  /** Removes everything of the source and those kinds that is not among the ids: after a whole list was read. Gives how many. */
  readonly keepOnly: (sourceId: string, kinds: readonly EntryKind[], ids: readonly string[]) => Promise<number>;
  /** Removes what of the source and those kinds was last read before then: after a whole list was read over several days. Gives how many. */
  readonly dropOld: (sourceId: string, kinds: readonly EntryKind[], before: number) => Promise<number>;
  /** Removes entries of that source: Tombstones, what is no longer public. Others' entries of the same id stay. */
  readonly remove: (sourceId: string, ids: readonly string[]) => Promise<void>;
  /** Forgets a source and all its entries. */
  readonly dropSource: (sourceId: string) => Promise<void>;
  /** The source answered then, with nothing new or before its entries are put. Never moves backwards. */
  readonly touch: (sourceId: string, readAt: number) => Promise<void>;
  /**
   * What one of our groups shows: exactly these sources, and by its id the name of the network (`via`) through which it reaches one that
   * is no member of its own. A source of no group is found by nobody, and stays until dropped.
   */
  readonly scope: (groupId: string, sourceIds: readonly string[], vias?: ReadonlyMap<string, string>) => Promise<void>;
  /** Which networks are shown from it, exactly these: for processes that know nothing but the index. */
  readonly saveNetworks: (networks: readonly NetworkCard[]) => Promise<void>;
  readonly listNetworks: () => Promise<readonly NetworkCard[]>;
  readonly search: (query: IndexQuery) => Promise<FoundPage>;
  /** How many entries the group shows, by one of their facts and by kind; the most first. */
  readonly counts: (groupId: string, by: Counted, now: number) => Promise<readonly Count[]>;
  /** How many entries a source has: its share of the disk. */
  readonly countOf: (sourceId: string) => Promise<number>;
  /** What the source's products are, all together: what its producer is found by. */
  readonly goodsOf: (sourceId: string) => Promise<Goods>;
  readonly size: () => Promise<{ readonly entries: number; readonly sources: number }>;
  /** Forgets everything that was read. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** What has become of an index since the start, in counts that only grow. */
export type IndexChanges = {
  /** How often something was taken out of what it shows. */
  readonly losses: () => number;
  /** How often something was put in, or in the place of something else. */
  readonly gains: () => number;
  /** Both, of one source. */
  readonly ofSource: (sourceId: string) => number;
};

/** What the pages of a network ask of an index: nothing of it changes anything, so that any number of processes may. */
export type ShownIndex = Pick<NetworkIndex, "search" | "counts">;
