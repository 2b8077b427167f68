// What is counted of each source in PostgreSQL, and summed up for each group that shows it: a map costs the same of few sources as of many.
import type pg from "pg";
import { type Count, HIDDEN_AFTER } from "./networkIndex.ts";
import type { Crowd } from "./points.ts";
import { isSummed, type Move } from "./tallies.ts";

/** So many sources that fell silent leave the sums with one write; those that are still in them are taken off when a question comes. */
const SILENT_AT_ONCE = 20;
const MOST_COUNTS = 2000;

/**
 * `is_counted`: the source is in the sums of its groups. Nearly always that is whether it is shown, which depends on when one asks: a
 * question puts right what differs, so that the sums are never wrong, whoever wrote last.
 */
export const SUM_TABLES = `
  CREATE TABLE sources (no integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, id text NOT NULL UNIQUE, name text,
    contact_at bigint NOT NULL, is_counted boolean NOT NULL);
  CREATE INDEX sources_by_contact ON sources (is_counted, contact_at);
  CREATE TABLE scopes (group_id text NOT NULL, source_no integer NOT NULL REFERENCES sources ON DELETE CASCADE, via text,
    PRIMARY KEY (group_id, source_no));
  CREATE INDEX scopes_of_source ON scopes (source_no);
  CREATE TABLE counts (source_no integer NOT NULL REFERENCES sources ON DELETE CASCADE, fact text NOT NULL,
    value text NOT NULL COLLATE "C", kind text NOT NULL COLLATE "C", count integer NOT NULL, PRIMARY KEY (source_no, fact, value, kind));
  CREATE TABLE sums (group_id text NOT NULL, fact text NOT NULL, value text NOT NULL COLLATE "C", kind text NOT NULL COLLATE "C",
    count integer NOT NULL, PRIMARY KEY (group_id, fact, value, kind)) WITH (fillfactor = 50);`;

/** What the group ($1) shows of a fact: its sums, without the sources that fell silent since ($2), with those heard of again. */
const summed = (those: string) => `SELECT value, kind, sum(count)::int AS count FROM (
    SELECT c.value, c.kind, c.count FROM sums AS c WHERE c.group_id = $1 AND ${those}
    UNION ALL SELECT c.value, c.kind, -c.count ${ofSources(those)} s.is_counted AND s.contact_at <= $2
    UNION ALL SELECT c.value, c.kind, c.count ${ofSources(those)} NOT s.is_counted AND s.contact_at > $2) AS c
  GROUP BY value, kind HAVING sum(count) > 0`;
const ofSources = (those: string) => `FROM sources AS s
  JOIN scopes AS g ON g.group_id = $1 AND g.source_no = s.no JOIN counts AS c ON c.source_no = s.no AND ${those} WHERE`;

const COUNTS = `${summed("c.fact = $3")} ORDER BY 3 DESC, 1, 2 LIMIT ${MOST_COUNTS}`;
const POINTS = `SELECT value AS point, sum(count)::int AS count
  FROM (${summed("c.fact = 'point' AND c.value >= $4 AND c.value <= $5 AND c.kind = ANY ($3::text[])")}) AS c GROUP BY value`;

export async function countsOf(pool: pg.Pool, groupId: string, by: string, now: number): Promise<Count[]> {
  return (await pool.query<Count>(COUNTS, [groupId, now - HIDDEN_AFTER, by])).rows;
}

/** Where the group shows how much, between two points as they are written. */
export async function pointsOf(
  pool: pg.Pool,
  asked: { groupId: string; kinds: readonly string[]; heardAfter: number; from: string; to: string },
): Promise<Crowd[]> {
  const { groupId, heardAfter, kinds, from, to } = asked;
  return (await pool.query<Crowd>(POINTS, [groupId, heardAfter, kinds, from, to])).rows;
}

type Heard = { readonly id: string; readonly no: number; readonly isCounted: boolean };

/** The numbers of sources by their ids, made as needed. They answered then (0: they are only named), and are in the sums again. */
export async function hearSources(
  client: pg.PoolClient,
  contacts: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const { rows } = await client.query<Heard>(
    `INSERT INTO sources (id, contact_at, is_counted) SELECT id, at, at > 0 FROM unnest($1::text[], $2::bigint[]) AS h(id, at)
     ON CONFLICT (id) DO UPDATE SET contact_at = greatest(sources.contact_at, excluded.contact_at)
     RETURNING id, no, is_counted AS "isCounted"`,
    [[...contacts.keys()], [...contacts.values()]],
  );
  const back = rows.filter(({ id, isCounted }) => !isCounted && contacts.get(id)! > 0).map(({ no }) => no);
  if (back.length > 0) await moveSources(client, back, 1);
  const latest = [...contacts.values()].reduce((most, at) => Math.max(most, at), 0);
  if (latest > 0) await leaveSilent(client, latest - HIDDEN_AFTER);
  return new Map(rows.map(({ id, no }) => [id, no]));
}

/** Some of those that had fallen silent then leave the sums. */
async function leaveSilent(client: pg.PoolClient, heardAfter: number): Promise<void> {
  const { rows } = await client.query<{ no: number }>(
    "SELECT no FROM sources WHERE is_counted AND contact_at <= $1 ORDER BY contact_at LIMIT $2",
    [heardAfter, SILENT_AT_ONCE],
  );
  const silent = rows.map(({ no }) => no);
  if (silent.length > 0) await moveSources(client, silent, -1);
}

/** All that is counted of some sources comes into the sums of their groups, or leaves them. */
async function moveSources(client: pg.PoolClient, numbers: readonly number[], sign: 1 | -1): Promise<void> {
  await moveIn(client, null, numbers, sign);
  await client.query("UPDATE sources SET is_counted = $2 WHERE no = ANY ($1::int[])", [numbers, sign === 1]);
}

/** The same for one group alone, or for all (null). */
async function moveIn(client: pg.PoolClient, groupId: string | null, numbers: readonly number[], sign: 1 | -1) {
  await client.query(
    `INSERT INTO sums (group_id, fact, value, kind, count) SELECT g.group_id, c.fact, c.value, c.kind, sum(c.count) * $3
     FROM scopes AS g JOIN counts AS c ON c.source_no = g.source_no
     WHERE g.source_no = ANY ($1::int[]) AND ($2::text IS NULL OR g.group_id = $2) AND c.fact <> 'month' GROUP BY 1, 2, 3, 4
     ON CONFLICT (group_id, fact, value, kind) DO UPDATE SET count = sums.count + excluded.count`,
    [numbers, groupId, sign],
  );
  if (sign === -1) await client.query("DELETE FROM sums WHERE count <= 0");
}

const MOVES =
  "FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[]) AS m(source_no, fact, value, kind, by)";
const SUMMED = "JOIN sources AS s ON s.no = m.source_no AND s.is_counted JOIN scopes AS g ON g.source_no = m.source_no";

/** Writes by how much what is counted of sources has moved, and with it the sums of their groups. */
export async function moveCounts(client: pg.PoolClient, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const summed = moves.filter(isSummed);
  await client.query(
    `INSERT INTO counts (source_no, fact, value, kind, count) SELECT * ${MOVES}
     ON CONFLICT (source_no, fact, value, kind) DO UPDATE SET count = counts.count + excluded.count`,
    columnsOf(moves),
  );
  await client.query(
    `INSERT INTO sums (group_id, fact, value, kind, count) SELECT g.group_id, m.fact, m.value, m.kind, sum(m.by) ${MOVES} ${SUMMED}
     GROUP BY 1, 2, 3, 4 HAVING sum(m.by) <> 0
     ON CONFLICT (group_id, fact, value, kind) DO UPDATE SET count = sums.count + excluded.count`,
    columnsOf(summed),
  );
  const fewer = moves.filter(({ by }) => by < 0);
  if (fewer.length === 0) return;
  const isSame = "c.fact = m.fact AND c.value = m.value AND c.kind = m.kind AND c.count <= 0";
  const columns = columnsOf(fewer);
  await client.query(
    `DELETE FROM counts AS c USING (SELECT * ${MOVES}) AS m WHERE c.source_no = m.source_no AND ${isSame}`,
    columns,
  );
  await client.query(
    `DELETE FROM sums AS c USING (SELECT g.group_id, m.* ${MOVES} ${SUMMED}) AS m WHERE c.group_id = m.group_id AND ${isSame}`,
    columns,
  );
}

function columnsOf(moves: readonly Move[]): unknown[][] {
  return [
    moves.map(({ sourceNo }) => sourceNo),
    moves.map(({ fact }) => fact),
    moves.map(({ value }) => value),
    moves.map(({ kind }) => kind),
    moves.map(({ by }) => by),
  ];
}

/** The group shows exactly these sources. */
export async function saveScope(
  client: pg.PoolClient,
  groupId: string,
  sourceIds: readonly string[],
  vias: ReadonlyMap<string, string>,
): Promise<void> {
  // One that never answered is known and not shown.
  const numbers = await hearSources(client, new Map(sourceIds.map((id) => [id, 0])));
  const { rows } = await client.query<{ no: number; isCounted: boolean }>(
    `SELECT s.no, s.is_counted AS "isCounted" FROM sources AS s LEFT JOIN scopes AS g ON g.source_no = s.no AND g.group_id = $1
     WHERE (g.source_no IS NULL) = (s.no = ANY ($2::int[]))`,
    [groupId, [...numbers.values()]],
  );
  const shown = new Set(numbers.values());
  const counted = rows.filter(({ isCounted }) => isCounted).map(({ no }) => no);
  await moveIn(
    client,
    groupId,
    counted.filter((no) => !shown.has(no)),
    -1,
  );
  await client.query("DELETE FROM scopes WHERE group_id = $1", [groupId]);
  await client.query("INSERT INTO scopes (group_id, source_no, via) SELECT $1, * FROM unnest($2::int[], $3::text[])", [
    groupId,
    [...numbers.values()],
    [...numbers.keys()].map((id) => vias.get(id) ?? null),
  ]);
  await moveIn(
    client,
    groupId,
    counted.filter((no) => shown.has(no)),
    1,
  );
}

/** Forgets a source that has no entries any more. */
export async function dropSource(client: pg.PoolClient, sourceId: string): Promise<void> {
  const { rows } = await client.query<{ no: number }>("SELECT no FROM sources WHERE id = $1 AND is_counted", [
    sourceId,
  ]);
  await moveSources(
    client,
    rows.map(({ no }) => no),
    -1,
  );
  await client.query("DELETE FROM sources WHERE id = $1", [sourceId]);
}
