// From a question to a page, for any engine: in order of rank or point by point, exact words first, beginnings of words where nothing is found. Pure.
import { ENTRY_KINDS, type EntryKind, type FoundPage, HIDDEN_AFTER, type IndexQuery } from "./networkIndex.ts";
import { bandAround, type Circle, type Crowd, distanceOf, type Ring, ringsAround } from "./points.ts";
import { rangeOf } from "./rank.ts";
import { type FoundRow, type PlacedRow, toFound } from "./row.ts";
import { pointFact, type Wants, wantsOf } from "./terms.ts";

/** What an engine is asked: rows of the group with `from < rank < to`, in order of rank. */
export type Ask = {
  readonly groupId: string;
  readonly wants: Terms | null;
  readonly from: bigint;
  readonly to: bigint;
  /** Only sources heard of later. */
  readonly heardAfter: number;
  readonly openAt: number | null;
  readonly sourceId: string | null;
  readonly limit: number;
};

/** What an entry must have to be found: all terms, and one of every list of `anyOf`. */
export type Terms = Pick<Wants, "all" | "anyOf">;

/**
 * What every engine can do. `findPoints`: where the group shows how much of those kinds, between two points as texts, each point once. `listBeginnings`: the most
 * common terms that begin so, `MOST_BEGINNINGS` at most; a page is full long before.
 */
export type Finder = {
  readonly listBeginnings: (beginning: string) => Promise<readonly string[]>;
  readonly findRows: (ask: Ask) => Promise<readonly FoundRow[]>;
  readonly findPoints: (ask: {
    readonly groupId: string;
    readonly kinds: readonly EntryKind[];
    readonly heardAfter: number;
    readonly from: string;
    readonly to: string;
  }) => Promise<readonly Crowd[]>;
};

export const MOST_BEGINNINGS = 20;

const LIMIT_MAX = 100;
/** What matches no more often is sorted as a whole: a question about what is nowhere is one question. */
const FEW = 200;
/** Further out nobody looks in one page: a source may be at as many points as it has meetings. */
const MOST_RINGS = 300;
/** Of how many entries one is hoped to match, before anything was asked; and how much more is asked the next time, at most. */
const FIRST_HOPE = 24;
const MOST_GROWTH = 8;
const CURSOR = /^([wb])(\d{1,19})(?:\.(\d{1,15}))?$/;

/** Where the page before ended: whether it took beginnings of words, the last rank and its distance. */
type Cursor = { readonly isLoose: boolean; readonly rank: bigint; readonly metres2: number | null };

export async function answerQuery(query: IndexQuery, finder: Finder): Promise<FoundPage> {
  const limit = Math.max(1, Math.min(query.limit, LIMIT_MAX));
  const cursor = readCursor(query.after);
  const gather = query.near ? gatherAround : gatherInOrder;
  const isLoose = cursor?.isLoose ?? false;
  const ask = (wants: Terms | null) => gather(query, { limit, wants, cursor }, finder);
  const exact = termsIn(wantsOf(query, false));
  if (!isLoose) {
    const rows = await ask(exact);
    // Half a word, or another form of it: only when the whole word finds nothing.
    if (rows.length > 0 || cursor !== null || !query.find) return cutPage(rows, limit, false);
  }
  const begun = await findBegun(wantsOf(query, true), finder);
  return cutPage(begun === null ? [] : await ask(begun), limit, true);
}

function termsIn(wants: Wants | null): Terms | null {
  return wants && { all: wants.all, anyOf: wants.anyOf };
}

/** A question in which words are beginnings of words; null where it finds nothing, or nothing but what the words themselves find. */
async function findBegun(wants: Wants | null, finder: Finder): Promise<Terms | null> {
  if (wants === null) return null;
  const lists: (readonly string[])[] = [];
  for (const beginning of wants.begins) lists.push(await finder.listBeginnings(beginning));
  if (lists.some((list) => list.length === 0)) return null;
  if (lists.every((list, i) => list.length === 1 && list[0] === wants.begins[i])) return null;
  return { all: wants.all, anyOf: [...wants.anyOf, ...lists] };
}

/** `limit` rows are a page; one more tells whether there is a next. */
type Turn = { readonly limit: number; readonly wants: Terms | null; readonly cursor: Cursor | null };

async function gatherInOrder(query: IndexQuery, turn: Turn, finder: Finder): Promise<PlacedRow[]> {
  const { limit, wants, cursor } = turn;
  const rows = await findInRanges(query, { wants, after: cursor?.rank ?? null, limit: limit + 1 }, finder);
  return rows.map((row) => ({ ...row, metres2: null }));
}

/** Outward, by as many rings at once as should fill the page; where little matches in all, that is sorted by distance. */
async function gatherAround(query: IndexQuery, turn: Turn, finder: Finder): Promise<PlacedRow[]> {
  const { limit, wants, cursor } = turn;
  const { groupId, kinds, near } = query;
  const heardAfter = query.now - HIDDEN_AFTER;
  const crowds = await finder.findPoints({ groupId, kinds, heardAfter, ...bandAround(near!) });
  const rings = ringsAround(near!, crowds).filter(({ metres2 }) => metres2 >= (cursor?.metres2 ?? 0));
  const rows: PlacedRow[] = [];
  const most = Math.min(rings.length, MOST_RINGS);
  // Of everything it is known beforehand how much is where.
  let isMuch = wants === null;
  let aim = (wants === null ? 1 : FIRST_HOPE) * (limit + 1);
  for (let i = 0; i < most && rows.length <= limit; ) {
    const band = bandOf(rings.slice(i, most), aim);
    const found = await gatherBand(query, turn, finder, band);
    const looked = sumOf(band);
    if (found === null) {
      [isMuch, aim] = [true, looked / 4];
      continue;
    }
    rows.push(...found);
    i += band.length;
    if (rows.length <= limit && i < most && !isMuch) {
      const few = await findInRanges(query, { wants, after: null, limit: FEW + 1 }, finder);
      if (few.length <= FEW) return placeFew(few, near!, cursor).slice(0, limit + 1);
      isMuch = true;
    }
    const share = found.length / Math.max(1, looked);
    aim = Math.min(MOST_GROWTH * Math.max(aim, looked), (limit + 1 - rows.length) / Math.max(share, Number.EPSILON));
  }
  return rows;
}

/** The first rings that hold so many entries together; one at least. */
function bandOf(rings: readonly Ring[], aim: number): readonly Ring[] {
  let sum = 0;
  const end = rings.findIndex(({ count }) => {
    sum += count;
    return sum >= aim;
  });
  return end === -1 ? rings : rings.slice(0, end + 1);
}

function sumOf(band: readonly Ring[]): number {
  return band.reduce((sum, { count }) => sum + count, 0);
}

/** What of some rings comes next, in its order; null: it is too much to be sorted, fewer rings must be asked. */
async function gatherBand(
  query: IndexQuery,
  { limit, wants, cursor }: Turn,
  finder: Finder,
  band: readonly Ring[],
): Promise<PlacedRow[] | null> {
  const { all, anyOf } = wants ?? { all: [], anyOf: [] };
  const here = { all, anyOf: [...anyOf, band.flatMap(({ points }) => points.map(pointFact))] };
  if (band.length > 1) {
    const rows = await findInRanges(query, { wants: here, after: null, limit: FEW + 1 }, finder);
    return rows.length > FEW ? null : placeFew(rows, query.near!, cursor);
  }
  const { metres2 } = band[0]!;
  const after = cursor !== null && metres2 === cursor.metres2 ? cursor.rank : null;
  const rows = await findInRanges(query, { wants: here, after, limit: limit + 1 }, finder);
  return rows.map((row) => ({ ...row, metres2 }));
}

/** The same order as ring by ring gives. */
function placeFew(rows: readonly FoundRow[], near: Circle, cursor: Cursor | null): PlacedRow[] {
  const placed = rows.flatMap((row) => {
    const metres2 = distanceOf(near, toFound({ ...row, metres2: null }).place);
    return metres2 === null ? [] : [{ ...row, metres2 }];
  });
  const isBehind = ({ metres2, rank }: { metres2: number; rank: string }) =>
    cursor?.metres2 == null || metres2 > cursor.metres2 || (metres2 === cursor.metres2 && BigInt(rank) > cursor.rank);
  return placed.filter(isBehind).sort((a, b) => a.metres2 - b.metres2 || (BigInt(a.rank) < BigInt(b.rank) ? -1 : 1));
}

type Part = { readonly wants: Terms | null; readonly after: bigint | null; readonly limit: number };

async function findInRanges(query: IndexQuery, { wants, after, limit }: Part, { findRows }: Finder) {
  const rows: FoundRow[] = [];
  for (const { from, to, openAt } of rangesOf(query)) {
    if (after !== null && after >= to) continue;
    const asked = {
      ...{ groupId: query.groupId, wants, to, heardAfter: query.now - HIDDEN_AFTER, limit: limit - rows.length },
      from: after !== null && after >= from ? after : from - 1n,
      openAt,
      sourceId: query.sourceId ?? null,
    };
    rows.push(...(await findRows(asked)));
    if (rows.length >= limit) break;
  }
  return rows;
}

/** The ranks of the kinds asked for; kinds that follow one another are one range. */
function rangesOf(query: IndexQuery): { from: bigint; to: bigint; openAt: number | null }[] {
  const ranges: { from: bigint; to: bigint; openAt: number | null }[] = [];
  for (const kind of ENTRY_KINDS.filter((one) => query.kinds.includes(one))) {
    // What is over is no meeting any more, unless somebody asks for it.
    const openAt = query.openAt ?? (kind === "event" ? query.now : null);
    const { from, to } = rangeOf(kind, openAt ?? undefined);
    const before = ranges.at(-1);
    if (before?.to === from && before.openAt === openAt) before.to = to;
    else ranges.push({ from, to, openAt });
  }
  return ranges;
}

function cutPage(rows: readonly PlacedRow[], limit: number, isLoose: boolean): FoundPage {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = last && rows.length > limit ? writeCursor({ isLoose, rank: last.rank, metres2: last.metres2 }) : null;
  return { entries: page.map(toFound), next };
}

function writeCursor({ isLoose, rank, metres2 }: { isLoose: boolean; rank: string; metres2: number | null }): string {
  return `${isLoose ? "b" : "w"}${rank}${metres2 === null ? "" : `.${metres2}`}`;
}

function readCursor(text: string | null | undefined): Cursor | null {
  const [, mode, rank, metres2] = CURSOR.exec(text ?? "") ?? [];
  if (!rank || BigInt(rank) >> 63n > 0n) return null;
  return { isLoose: mode === "b", rank: BigInt(rank), metres2: metres2 === undefined ? null : Number(metres2) };
}
