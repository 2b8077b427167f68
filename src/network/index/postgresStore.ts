// The index in PostgreSQL, for a network whose index outgrows a machine: many stateless readers, one writer at a time.
import type pg from "pg";
import { type Ask, answerQuery } from "./answer.ts";
import { circleOf } from "./cells.ts";
import { type Count, type Entry, type EntryKind, HIDDEN_AFTER, type NetworkIndex } from "./networkIndex.ts";
import { openPostgres, WRITE_LOCK } from "./postgresTables.ts";
import { rangeOf } from "./rank.ts";
import { type FoundRow, keysOf, type Row, toGoods, toRow } from "./row.ts";
import type { Wants } from "./terms.ts";

const AT_ONCE = 500;
const MOST_COUNTS = 2000;
/** After so many writes the planner is told what is there now; by itself the server notices within a minute, and chooses badly till then. */
const TOLD_AFTER = 20_000;

/**
 * Opens the index at postgres://user@host/database, making its tables in a schema of their own where they are absent or of
 * another version. Rejects when there is no such database, or it cannot be reached within five seconds.
 */
export async function openPostgresIndex(url: string): Promise<NetworkIndex> {
  const { pool, wasMade } = await openPostgres(url);
  const write = <T>(act: (client: pg.PoolClient) => Promise<T>) => inTransaction(pool, act);
  const removeAll = async (sourceId: string, ids: readonly string[]) => {
    for (let i = 0; i < ids.length; i += AT_ONCE)
      await write((client) => removeSome(client, sourceId, ids.slice(i, i + AT_ONCE)));
  };
  let written = 0;
  return {
    wasMade,
    put: async (entries) => {
      for (let i = 0; i < entries.length; i += AT_ONCE)
        await write((client) => putSome(client, entries.slice(i, i + AT_ONCE)));
      written += entries.length;
      if (written < TOLD_AFTER) return;
      written = 0;
      await pool.query("ANALYZE entries");
    },
    keepOnly: async (sourceId, kinds, ids) => {
      const kept = new Set(ids);
      const there = await listIds(pool, sourceId, kinds);
      await removeAll(
        sourceId,
        there.filter((id) => !kept.has(id)),
      );
    },
    remove: removeAll,
    dropSource: async (sourceId) => {
      await removeAll(sourceId, await listIds(pool, sourceId, null));
      await pool.query("DELETE FROM sources WHERE id = $1", [sourceId]);
    },
    touch: (sourceId, readAt) =>
      write(async (client) => void (await saveSources(client, new Map([[sourceId, readAt]])))),
    scope: (groupId, sourceIds) => write((client) => saveScope(client, groupId, sourceIds)),
    search: (query) => answerQuery(query, (ask) => findRows(pool, ask)),
    counts: async (groupId, by, now) => {
      const { rows } = await pool.query<Count>(COUNTS, [groupId, now - HIDDEN_AFTER, by, MOST_COUNTS]);
      return rows;
    },
    countOf: async (sourceId) => (await pool.query<{ count: number }>(COUNT_OF, [sourceId])).rows[0]!.count,
    goodsOf: async (sourceId) => toGoods((await pool.query<{ fact: string; value: string }>(GOODS, [sourceId])).rows),
    size: async () => (await pool.query<{ entries: number; sources: number }>(SIZE)).rows[0]!,
    clear: () => write(async (client) => void (await client.query("TRUNCATE entries, counts, scopes, sources"))),
    close: () => pool.end(),
  };
}

const SHOWN = `SELECT s.no FROM scopes AS g JOIN sources AS s ON s.no = g.source_no WHERE g.group_id = $1 AND s.contact_at > $2`;
const COUNTS = `SELECT c.value, c.kind, sum(c.count)::int AS count FROM counts AS c
  WHERE c.source_no IN (${SHOWN}) AND c.fact = $3
  GROUP BY c.value, c.kind ORDER BY 3 DESC, c.value COLLATE "C", c.kind COLLATE "C" LIMIT $4`;
const GOODS = `SELECT c.fact, c.value FROM sources AS s JOIN counts AS c ON c.source_no = s.no
  WHERE s.id = $1 AND c.fact IN ('certification', 'month', 'category') AND c.kind = 'product' AND c.count > 0`;
const COUNT_OF =
  "SELECT count(*)::int AS count FROM sources AS s JOIN entries AS e ON e.source_no = s.no WHERE s.id = $1";
const SIZE = "SELECT (SELECT count(*) FROM entries)::int AS entries, (SELECT count(*) FROM sources)::int AS sources";

/** One writer at a time, whichever process it is in: so that counts and ranks are right without retries. */
async function inTransaction<T>(pool: pg.Pool, act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [WRITE_LOCK]);
    const result = await act(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    failure = error as Error;
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    // A connection on which something failed is not used again.
    client.release(failure);
  }
}

/** The numbers of sources by their ids, made and moved forward as needed. */
async function saveSources(client: pg.PoolClient, contacts: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: string; no: number }>(
    `INSERT INTO sources (id, contact_at) SELECT * FROM unnest($1::text[], $2::bigint[])
     ON CONFLICT (id) DO UPDATE SET contact_at = greatest(sources.contact_at, excluded.contact_at) RETURNING id, no`,
    [[...contacts.keys()], [...contacts.values()]],
  );
  return new Map(rows.map(({ id, no }) => [id, no]));
}

async function saveScope(client: pg.PoolClient, groupId: string, sourceIds: readonly string[]): Promise<void> {
  // One that never answered is known and not shown.
  const numbers = await saveSources(client, new Map(sourceIds.map((id) => [id, 0])));
  await client.query("DELETE FROM scopes WHERE group_id = $1", [groupId]);
  await client.query("INSERT INTO scopes (group_id, source_no) SELECT $1, * FROM unnest($2::int[])", [
    groupId,
    [...numbers.values()],
  ]);
}

type OldRow = {
  readonly sourceId: string;
  readonly id: string;
  readonly rank: string;
  readonly base: string;
  readonly body: string;
};

const keyOf = ({ sourceId, id }: { sourceId: string; id: string }) => `${sourceId}\n${id}`;

async function putSome(client: pg.PoolClient, entries: readonly Entry[]): Promise<void> {
  const rows = [...new Map(entries.map(toRow).map((row) => [keyOf(row), row])).values()];
  const contacts = new Map<string, number>();
  for (const { sourceId, readAt } of rows) contacts.set(sourceId, Math.max(contacts.get(sourceId) ?? 0, readAt));
  const numbers = await saveSources(client, contacts);
  const old = await loadOld(client, rows);
  const isSame = (row: Row) => old.get(keyOf(row))?.body === row.body;
  await noteRead(
    client,
    rows.filter(isSame).map((row) => ({ rank: old.get(keyOf(row))!.rank, readAt: row.readAt })),
  );
  const changed = rows.filter((row) => !isSame(row));
  if (changed.length === 0) return;
  const replaced = changed.flatMap((row) => old.get(keyOf(row)) ?? []);
  await dropRows(client, replaced);
  const ranks = await chooseRanks(client, changed, old);
  await insertRows(client, changed, numbers, ranks);
  await count(client, numbers, { more: changed, less: replaced.map((row) => ({ ...row, readAt: 0 })) });
  const named = changed.filter(({ id, sourceId }) => id === sourceId);
  for (const { sourceId, body } of named)
    await client.query("UPDATE sources SET name = $2 WHERE id = $1", [sourceId, (JSON.parse(body) as Entry).name]);
}

async function loadOld(client: pg.PoolClient, rows: readonly { sourceId: string; id: string }[]) {
  const found = await client.query<OldRow>(
    `SELECT s.id AS "sourceId", e.id, e.rank, e.base, e.body FROM unnest($1::text[], $2::text[]) AS asked(source_id, id)
     JOIN sources AS s ON s.id = asked.source_id JOIN entries AS e ON e.source_no = s.no AND e.id = asked.id`,
    [rows.map(({ sourceId }) => sourceId), rows.map(({ id }) => id)],
  );
  return new Map(found.rows.map((row) => [keyOf(row), row]));
}

async function noteRead(client: pg.PoolClient, read: readonly { rank: string; readAt: number }[]): Promise<void> {
  if (read.length === 0) return;
  await client.query(
    `UPDATE entries AS e SET read_at = greatest(e.read_at, r.read_at)
     FROM unnest($1::bigint[], $2::bigint[]) AS r(rank, read_at) WHERE e.rank = r.rank AND e.read_at < r.read_at`,
    [read.map(({ rank }) => rank), read.map(({ readAt }) => readAt)],
  );
}

async function dropRows(client: pg.PoolClient, rows: readonly OldRow[]): Promise<void> {
  if (rows.length > 0)
    await client.query("DELETE FROM entries WHERE rank = ANY ($1::bigint[])", [rows.map(({ rank }) => rank)]);
}

/** A number of its own for each, the next free one after that of its name and id. */
async function chooseRanks(client: pg.PoolClient, rows: readonly Row[], old: ReadonlyMap<string, OldRow>) {
  const ranks: bigint[] = [];
  const chosen = new Set<bigint>();
  let open = rows.map((row, i) => {
    const before = old.get(keyOf(row));
    return { i, rank: before && BigInt(before.base) === row.rank ? BigInt(before.rank) : row.rank };
  });
  while (open.length > 0) {
    const wished = open.map(({ rank }) => String(rank));
    const taken = await client.query<{ rank: string }>("SELECT rank FROM entries WHERE rank = ANY ($1::bigint[])", [
      wished,
    ]);
    const barred = new Set(taken.rows.map(({ rank }) => BigInt(rank)));
    const again: typeof open = [];
    for (const { i, rank } of open) {
      if (barred.has(rank) || chosen.has(rank)) again.push({ i, rank: rank + 1n });
      else {
        chosen.add(rank);
        ranks[i] = rank;
      }
    }
    open = again;
  }
  return ranks;
}

async function insertRows(
  client: pg.PoolClient,
  rows: readonly Row[],
  numbers: ReadonlyMap<string, number>,
  ranks: readonly bigint[],
): Promise<void> {
  await client.query(
    `INSERT INTO entries (rank, base, source_no, id, read_at, ends_at, latitude, longitude, body, terms)
     SELECT rank, base, source_no, id, read_at, ends_at, latitude, longitude, body, array_to_tsvector(string_to_array(terms, ' '))
     FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::float8[], $8::float8[],
       $9::text[], $10::text[]) AS r(rank, base, source_no, id, read_at, ends_at, latitude, longitude, body, terms)`,
    [
      ranks.map(String),
      rows.map(({ rank }) => String(rank)),
      rows.map(({ sourceId }) => numbers.get(sourceId)),
      rows.map(({ id }) => id),
      rows.map(({ readAt }) => readAt),
      rows.map(({ endsAt }) => endsAt),
      rows.map(({ latitude }) => latitude),
      rows.map(({ longitude }) => longitude),
      rows.map(({ body }) => body),
      rows.map((row) => keysOf(row).terms.join(" ")),
    ],
  );
}

type Countable = Pick<Row, "id" | "sourceId" | "readAt" | "body">;

async function count(
  client: pg.PoolClient,
  numbers: ReadonlyMap<string, number>,
  { more, less }: { more: readonly Countable[]; less: readonly Countable[] },
): Promise<void> {
  const sums = new Map<string, number>();
  const add = (row: Countable, sign: 1 | -1) => {
    const { counted, kind } = keysOf(row);
    for (const [fact, value] of counted) {
      const key = JSON.stringify([numbers.get(row.sourceId), fact, value, kind]);
      sums.set(key, (sums.get(key) ?? 0) + sign);
    }
  };
  for (const row of more) add(row, 1);
  for (const row of less) add(row, -1);
  const changes = [...sums].filter(([, by]) => by !== 0).map(([key, by]) => [...(JSON.parse(key) as unknown[]), by]);
  if (changes.length === 0) return;
  await client.query(
    `INSERT INTO counts (source_no, fact, value, kind, count) SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[])
     ON CONFLICT (source_no, fact, value, kind) DO UPDATE SET count = counts.count + excluded.count`,
    [0, 1, 2, 3, 4].map((i) => changes.map((change) => change[i])),
  );
  await client.query("DELETE FROM counts WHERE source_no = ANY ($1::int[]) AND count <= 0", [[...numbers.values()]]);
}

async function removeSome(client: pg.PoolClient, sourceId: string, ids: readonly string[]): Promise<void> {
  const old = [
    ...(
      await loadOld(
        client,
        ids.map((id) => ({ sourceId, id })),
      )
    ).values(),
  ];
  if (old.length === 0) return;
  await dropRows(client, old);
  const numbers = await saveSources(client, new Map([[sourceId, 0]]));
  await count(client, numbers, { more: [], less: old.map((row) => ({ ...row, readAt: 0 })) });
}

async function listIds(pool: pg.Pool, sourceId: string, kinds: readonly EntryKind[] | null): Promise<string[]> {
  const of = "SELECT e.id FROM sources AS s JOIN entries AS e ON e.source_no = s.no WHERE s.id = $1";
  const ranges = kinds?.map((kind) => rangeOf(kind)) ?? [{ from: 0n, to: (1n << 63n) - 1n }];
  const ids: string[] = [];
  for (const { from, to } of ranges) {
    const values = [sourceId, String(from), String(to)];
    const { rows } = await pool.query<{ id: string }>(`${of} AND e.rank >= $2 AND e.rank < $3`, values);
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

const METRES2 = `floor(((e.latitude - $7) * (e.latitude - $7)
  + (e.longitude - $8) * (e.longitude - $8) * $9) * $10::float8)::bigint`;

async function findRows(pool: pg.Pool, ask: Ask): Promise<FoundRow[]> {
  const { wants, near, behind, sourceId, openAt } = ask;
  const values: unknown[] = [ask.groupId, ask.heardAfter, String(ask.from), String(ask.to), ask.limit];
  const bind = (value: unknown) => `$${values.push(value)}`;
  values.push(wants ? tsqueryOf(wants) : "");
  if (near) {
    const { latitude, longitude, scale2, degree2 } = circleOf(near);
    values.push(latitude, longitude, scale2, degree2);
  }
  const metres2 = near ? METRES2 : "NULL::bigint";
  const order = near ? "metres2, rank" : "rank";
  const inner = `SELECT e.rank, e.id, e.source_no, e.read_at, e.body, ${metres2} AS metres2 FROM entries AS e
    WHERE e.rank > $3 AND e.rank < $4 AND e.source_no = ANY (ARRAY(${SHOWN}))
      ${wants ? "AND e.terms @@ $6::tsquery" : "AND $6 = ''"}
      ${sourceId ? `AND e.source_no = (SELECT no FROM sources WHERE id = ${bind(sourceId)})` : ""}
      ${openAt === null ? "" : `AND e.ends_at > ${bind(openAt)}`}
      ${near ? `AND e.latitude IS NOT NULL AND ${METRES2} <= ${bind(circleOf(near).metres2)}` : ""}
      ${behind ? `AND (${METRES2}, e.rank) > (${bind(behind.metres2)}, ${bind(String(behind.rank))})` : ""}
    ORDER BY ${order} LIMIT $5`;
  const { rows } = await pool.query<FoundRow>(
    `SELECT e.rank::text AS rank, e.id, s.id AS "sourceId", s.name AS "sourceName", s.contact_at::float8 AS "contactAt",
       e.read_at::float8 AS "readAt", e.metres2::float8 AS metres2, e.body
     FROM (${inner}) AS e JOIN sources AS s ON s.no = e.source_no ORDER BY ${near ? "e.metres2, e.rank" : "e.rank"}`,
    values,
  );
  return rows;
}

/** Terms hold letters, digits and colons alone: between quotes nothing in them is a sign of a tsquery. */
function tsqueryOf({ all, begins, anyOf }: Wants): string {
  return [
    ...all.map((term) => `'${term}'`),
    ...begins.map((term) => `'${term}':*`),
    ...anyOf.map((terms) => `(${terms.map((term) => `'${term}'`).join(" | ")})`),
  ].join(" & ");
}
