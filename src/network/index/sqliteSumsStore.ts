// What is counted of each source in SQLite, and summed up for each group that shows it: a map costs the same of few sources as of many.
import type { Database as Raw } from "better-sqlite3";
import { type Count, HIDDEN_AFTER } from "./networkIndex.ts";
import { isSummed, type Move } from "./tallies.ts";

/** So many sources that fell silent leave the sums with one write; those that are still in them are taken off when a question comes. */
const SILENT_AT_ONCE = 20;
const MOST_COUNTS = 2000;

/**
 * `is_counted`: the source is in the sums of its groups. Nearly always that is whether it is shown, which depends on when one asks: a
 * question puts right what differs, so that the sums are never wrong, whoever wrote last.
 */
export const SUM_TABLES = `
  CREATE TABLE sources (no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT, contact_at INTEGER NOT NULL,
    is_counted INTEGER NOT NULL) STRICT;
  CREATE INDEX sources_by_contact ON sources (is_counted, contact_at);
  CREATE TABLE scopes (group_id TEXT NOT NULL, source_no INTEGER NOT NULL, via TEXT, PRIMARY KEY (group_id, source_no)) STRICT, WITHOUT ROWID;
  CREATE INDEX scopes_of_source ON scopes (source_no);
  CREATE TABLE counts (source_no INTEGER NOT NULL, fact TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (source_no, fact, value, kind)) STRICT, WITHOUT ROWID;
  CREATE INDEX counts_gone ON counts (count) WHERE count <= 0;
  CREATE TABLE sums (group_id TEXT NOT NULL, fact TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (group_id, fact, value, kind)) STRICT, WITHOUT ROWID;
  CREATE INDEX sums_gone ON sums (count) WHERE count <= 0;`;

/** What the group shows of a fact: its sums, without the sources that fell silent since, with those heard of again. */
const summed = (those: string) => `SELECT value, kind, sum(count) AS count FROM (
    SELECT c.value, c.kind, c.count FROM sums AS c WHERE c.group_id = @groupId AND ${those}
    UNION ALL SELECT c.value, c.kind, -c.count ${ofSources(those)} s.is_counted = 1 AND s.contact_at <= @heardAfter
    UNION ALL SELECT c.value, c.kind, c.count ${ofSources(those)} s.is_counted = 0 AND s.contact_at > @heardAfter)
  GROUP BY value, kind HAVING sum(count) > 0`;
const ofSources = (those: string) => `FROM sources AS s
  CROSS JOIN scopes AS g ON g.group_id = @groupId AND g.source_no = s.no CROSS JOIN counts AS c ON c.source_no = s.no AND ${those} WHERE`;

const COUNTS = `${summed("c.fact = @by")} ORDER BY 3 DESC, 1, 2 LIMIT ${MOST_COUNTS}`;
const POINTS = `SELECT value AS point, sum(count) AS count
  FROM (${summed("c.fact = 'point' AND c.value >= @from AND c.value <= @to AND c.kind IN (SELECT value FROM json_each(@kinds))")}) GROUP BY value`;

export function countsOf(raw: Raw, groupId: string, by: string, now: number): Count[] {
  return raw.prepare(COUNTS).all({ groupId, by, heardAfter: now - HIDDEN_AFTER }) as Count[];
}

/** Where the group shows how much, between two points as they are written. */
export function pointsOf(
  raw: Raw,
  asked: { groupId: string; kinds: readonly string[]; heardAfter: number; from: string; to: string },
): { point: string; count: number }[] {
  return raw.prepare(POINTS).all({ ...asked, kinds: JSON.stringify(asked.kinds) }) as {
    point: string;
    count: number;
  }[];
}

type Heard = { readonly no: number; readonly isCounted: number };
type Of = Pick<Move, "fact" | "value" | "kind"> & { readonly count: number };

/** The statements by which counts and sums move. */
function prepareSums(raw: Raw) {
  const ask = (text: string) => raw.prepare(text);
  return {
    saveSource: ask(`INSERT INTO sources (id, contact_at, is_counted) VALUES (@id, @at, @at > 0)
      ON CONFLICT (id) DO UPDATE SET contact_at = max(contact_at, excluded.contact_at) RETURNING no, is_counted AS isCounted`),
    dropSource: ask("DELETE FROM sources WHERE no = ?"),
    setCounted: ask("UPDATE sources SET is_counted = ? WHERE no = ?"),
    isCounted: ask("SELECT is_counted FROM sources WHERE no = ?").pluck(),
    listSilent: ask(
      `SELECT no FROM sources WHERE is_counted = 1 AND contact_at <= ? ORDER BY contact_at LIMIT ${SILENT_AT_ONCE}`,
    ).pluck(),
    listCounts: ask("SELECT fact, value, kind, count FROM counts WHERE source_no = ?"),
    dropCounts: ask("DELETE FROM counts WHERE source_no = ?"),
    listGroups: ask("SELECT group_id FROM scopes WHERE source_no = ?").pluck(),
    listShown: ask("SELECT source_no FROM scopes WHERE group_id = ?").pluck(),
    show: ask(`INSERT INTO scopes (group_id, source_no, via) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET via = excluded.via`),
    hide: ask("DELETE FROM scopes WHERE group_id = ? AND source_no = ?"),
    count: ask(`INSERT INTO counts (source_no, fact, value, kind, count) VALUES (@sourceNo, @fact, @value, @kind, @by)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    sum: ask(`INSERT INTO sums (group_id, fact, value, kind, count) VALUES (@groupId, @fact, @value, @kind, @by)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`),
    dropEmptyCounts: ask("DELETE FROM counts WHERE count <= 0"),
    dropEmptySums: ask("DELETE FROM sums WHERE count <= 0"),
  };
}

type Sums = ReturnType<typeof prepareSums>;

/** What moves sources, counts and sums together; each is called within a transaction. */
export function openSums(raw: Raw) {
  const sums = prepareSums(raw);
  return {
    /** The source's number. It answered then (0: it is only named), and is in the sums again if it was not. */
    hear: (id: string, at: number): number => {
      const { no, isCounted } = sums.saveSource.get({ id, at }) as Heard;
      if (at > 0 && isCounted === 0) moveSource(sums, no, 1);

      if (at > 0) leaveSilent(sums, at - HIDDEN_AFTER);
      return no;
    },
    move: (moves: readonly Move[]) => {
      for (const move of moves) sums.count.run(move);
      sums.dropEmptyCounts.run();
      const counted = new Set(
        [...new Set(moves.map(({ sourceNo }) => sourceNo))].filter((no) => sums.isCounted.get(no)),
      );
      const groups = new Map([...counted].map((no) => [no, sums.listGroups.all(no) as string[]]));
      for (const { sourceNo, fact, value, kind, by } of moves.filter(isSummed))
        for (const groupId of groups.get(sourceNo) ?? []) sums.sum.run({ groupId, fact, value, kind, by });
      sums.dropEmptySums.run();
    },
    scope: (groupId: string, vias: ReadonlyMap<number, string | null>) => {
      const before = new Set(sums.listShown.all(groupId) as number[]);
      for (const no of before) {
        if (vias.has(no)) continue;
        if (sums.isCounted.get(no)) moveIn(sums, groupId, no, -1);
        sums.hide.run(groupId, no);
      }
      for (const [no, via] of vias) {
        sums.show.run(groupId, no, via);
        if (!before.has(no) && sums.isCounted.get(no)) moveIn(sums, groupId, no, 1);
      }
      sums.dropEmptySums.run();
    },
    dropSource: (no: number) => {
      if (sums.isCounted.get(no)) moveSource(sums, no, -1);
      for (const groupId of sums.listGroups.all(no)) sums.hide.run(groupId, no);
      sums.dropCounts.run(no);
      sums.dropSource.run(no);
    },
  };
}

/** Some of those that had fallen silent then leave the sums. */
function leaveSilent(sums: Sums, heardAfter: number): void {
  for (const no of sums.listSilent.all(heardAfter) as number[]) moveSource(sums, no, -1);
}

/** All that is counted of a source comes into the sums of its groups, or leaves them. */
function moveSource(sums: Sums, no: number, sign: 1 | -1): void {
  for (const groupId of sums.listGroups.all(no) as string[]) moveIn(sums, groupId, no, sign);
  sums.setCounted.run(sign === 1 ? 1 : 0, no);
  if (sign === -1) sums.dropEmptySums.run();
}

function moveIn(sums: Sums, groupId: string, no: number, sign: 1 | -1): void {
  for (const { count, ...of } of (sums.listCounts.all(no) as Of[]).filter(isSummed))
    sums.sum.run({ groupId, ...of, by: sign * count });
}
