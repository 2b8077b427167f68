// From a question to a page, for any engine: kind by kind in order, exact words first, beginnings of words where nothing is found. Pure.
import { ENTRY_KINDS, type FoundPage, HIDDEN_AFTER, type IndexQuery } from "./networkIndex.ts";
import { rangeOf } from "./rank.ts";
import { type FoundRow, toFound } from "./row.ts";
import { type Wants, wantsOf } from "./terms.ts";

/** What an engine is asked: rows of the group with `from < rank < to`, in order of rank or, with `near`, of (metres2, rank). */
export type Ask = {
  readonly groupId: string;
  readonly wants: Wants | null;
  readonly from: bigint;
  readonly to: bigint;
  /** Only sources heard of later. */
  readonly heardAfter: number;
  readonly openAt: number | null;
  readonly sourceId: string | null;
  readonly near: NonNullable<IndexQuery["near"]> | null;
  /** With `near`: only what lies behind it. */
  readonly behind: { readonly metres2: number; readonly rank: bigint } | null;
  readonly limit: number;
};

export type FindRows = (ask: Ask) => Promise<readonly FoundRow[]>;

const LIMIT_MAX = 100;
const CURSOR = /^([wb])(\d{1,19})(?:\.(\d{1,15}))?$/;

/** Where the page before ended: whether it took beginnings of words, the last rank and its distance. */
type Cursor = { readonly isLoose: boolean; readonly rank: bigint; readonly metres2: number | null };

export async function answerQuery(query: IndexQuery, find: FindRows): Promise<FoundPage> {
  const limit = Math.max(1, Math.min(query.limit, LIMIT_MAX));
  const cursor = readCursor(query.after);
  const isLoose = cursor?.isLoose ?? false;
  const rows = await gatherRows(query, { limit, isLoose, cursor }, find);
  // Half a word, or another form of it: only when the whole word finds nothing.
  if (rows.length > 0 || cursor !== null || !query.find) return cutPage(rows, limit, isLoose);
  return cutPage(await gatherRows(query, { limit, isLoose: true, cursor }, find), limit, true);
}

type Turn = { readonly limit: number; readonly isLoose: boolean; readonly cursor: Cursor | null };

async function gatherRows(query: IndexQuery, turn: Turn, find: FindRows): Promise<FoundRow[]> {
  const { limit, isLoose, cursor } = turn;
  const { near = null } = query;
  const rows: FoundRow[] = [];
  for (const kind of ENTRY_KINDS.filter((one) => query.kinds.includes(one))) {
    // What is over is no meeting any more, unless somebody asks for it.
    const openAt = query.openAt ?? (kind === "event" ? query.now : undefined);
    const { from, to } = rangeOf(kind, openAt);
    if (near === null && cursor !== null && cursor.rank >= to) continue;
    const found = await find({
      groupId: query.groupId,
      wants: wantsOf(query, isLoose),
      from: near === null && cursor !== null && cursor.rank >= from ? cursor.rank : from - 1n,
      to,
      heardAfter: query.now - HIDDEN_AFTER,
      openAt: openAt ?? null,
      sourceId: query.sourceId ?? null,
      near,
      behind: near !== null && cursor?.metres2 != null ? { metres2: cursor.metres2, rank: cursor.rank } : null,
      // One more tells whether there is a next page.
      limit: near === null ? limit + 1 - rows.length : limit + 1,
    });
    rows.push(...found);
    if (near === null && rows.length > limit) break;
  }
  return near === null ? rows : rows.sort(byDistance);
}

function byDistance(a: FoundRow, b: FoundRow): number {
  const ranks = BigInt(a.rank) < BigInt(b.rank) ? -1 : 1;
  return (a.metres2 ?? 0) - (b.metres2 ?? 0) || ranks;
}

function cutPage(rows: readonly FoundRow[], limit: number, isLoose: boolean): FoundPage {
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
