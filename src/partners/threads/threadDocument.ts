// The JSON of what we keep of our threads with one partner: pages of signed messages, both sides', in the order in which we
// came to know them. A partner that lost something reads it here again. Pure. PROTOCOL 6.6.
import { isDeepStrictEqual } from "node:util";
import { DOCUMENT, isOtherVersion, isPublished, PUBLISHED } from "../../activitypub/context.ts";
import { isJsonObject, type Json, type JsonObject } from "../../activitypub/json.ts";
import type { OrderStatus } from "./agreement.ts";
import type { MessageFacts } from "./threadRules.ts";

/** A message of a page, as its JSON. `at` is epoch ms. */
export type ThreadEntry = { readonly thread: string; readonly activity: JsonObject; readonly at: number };

/** How far a thread has come, as its list entry says. */
export type ThreadCourse = {
  readonly revision: number | null;
  readonly sequence: number | null;
  readonly status: OrderStatus | null;
};

/** Values a page may hold, of the 5,000 that readers admit: the rest is for the page itself and its context. */
const MOST_VALUES = 4600;
const MOST_ENTRIES = 40;
/** What a message without a context has on these pages, whatever the page's own: the first version's. Later ones bring theirs. */
const FIRST = PUBLISHED[0] as Json;

/** How many of these entries, in order, one page holds; at least one, because every message fits alone. */
export function fillPage(entries: readonly ThreadEntry[]): number {
  let values = 0;
  const full = entries.findIndex(({ activity }, i) => {
    values += countValues(withoutContext(activity)) + 12;
    return i > 0 && (values > MOST_VALUES || i >= MOST_ENTRIES);
  });
  return full === -1 ? entries.length : full;
}

/** The course of a thread from everything known of it. */
export function courseOf(known: readonly MessageFacts[]): ThreadCourse {
  const latest = (those: readonly MessageFacts[], count: (one: MessageFacts) => number) =>
    those.toSorted((one, other) => one.epoch - other.epoch || count(one) - count(other)).at(-1);
  const order = latest(
    known.filter(({ kind }) => kind === "order"),
    ({ number }) => number,
  );
  const state = latest(
    known.filter(({ sequence }) => sequence !== null),
    ({ sequence }) => sequence ?? 0,
  );
  return { revision: order?.number ?? null, sequence: state?.sequence ?? null, status: state?.status ?? null };
}

type Page = {
  readonly id: string;
  readonly partOf: string;
  readonly next: string | null;
  readonly entries: readonly ThreadEntry[];
  readonly courseOf: (thread: string) => ThreadCourse;
};

/** A page: messages that follow each other on one thread stand together in one item. */
export function writeThreadPage({ id, partOf, next, entries, courseOf }: Page): JsonObject {
  const runs: ThreadEntry[][] = [];
  for (const entry of entries) {
    const last = runs.at(-1);
    if (last?.[0]?.thread === entry.thread) last.push(entry);
    else runs.push([entry]);
  }
  const items = runs.map((run, i) => writeItem(`${id}#${i}`, run, courseOf(run[0]!.thread)));
  return {
    "@context": DOCUMENT,
    type: "CollectionPage",
    id,
    partOf,
    ...(next === null ? {} : { next }),
    items,
  };
}

function writeItem(id: string, run: readonly ThreadEntry[], { revision, sequence, status }: ThreadCourse): JsonObject {
  return {
    type: "Collection",
    id,
    context: run[0]!.thread,
    // With its milliseconds: readers give it back verbatim.
    updated: new Date(run.at(-1)!.at).toISOString(),
    ...(revision === null ? {} : { revision }),
    ...(sequence === null ? {} : { sequence }),
    ...(status === null ? {} : { orderStatus: status }),
    totalItems: run.length,
    items: run.map(({ activity }) => withoutContext(activity)),
  };
}

/** Where the pages begin. */
export function writeThreadCollection(root: {
  readonly id: string;
  readonly owner: string;
  readonly totalItems: number;
  readonly first: string;
}): JsonObject {
  const { id, owner, totalItems, first } = root;
  return { "@context": DOCUMENT, type: "Collection", id, attributedTo: owner, totalItems, first };
}

/** An item of a partner's list: the thread, its activities whole again, and the partner's own time of the last, verbatim. */
export type ReadThreadItem = {
  readonly thread: string;
  readonly updated: string;
  readonly activities: readonly JsonObject[];
  /** Some of it is in a version of the protocol that this node does not know: it must not be passed over as read. */
  readonly hasOtherVersion: boolean;
};

/** An item as read, or null when it is none. What its activities say is judged one by one, by their own proofs. */
export function readThreadItem({ context, updated, items }: JsonObject): ReadThreadItem | null {
  if (typeof context !== "string" || typeof updated !== "string" || updated.length > 40) return null;
  const activities = (Array.isArray(items) ? items : [items]).filter((item) => isJsonObject(item));
  // As at the gate: a published map and no other, so that plain reading is the only one.
  const whole = activities.map(withContext);
  const known = whole.filter((activity) => isPublished(activity["@context"]));
  const hasOtherVersion = whole.some((activity) => isOtherVersion(activity["@context"]));
  return { thread: context, updated, activities: known, hasOtherVersion };
}

/** Left out where it is the first version's, which most have. */
function withoutContext(activity: JsonObject): JsonObject {
  const { "@context": context, ...rest } = activity;
  return isDeepStrictEqual(context, FIRST) ? rest : activity;
}

/** The context a proof was made over belongs to its document: back it goes, where it stood. */
function withContext(activity: JsonObject): JsonObject {
  return activity["@context"] === undefined ? { "@context": FIRST, ...activity } : activity;
}

function countValues(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + countValues(member as Json), 1);
}
