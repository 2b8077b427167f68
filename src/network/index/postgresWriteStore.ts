// What changes the index in PostgreSQL: one writer at a time, in transactions of a few hundred entries.
import type pg from "pg";
import type { Entry, EntryKind, NetworkCard } from "./networkIndex.ts";
import { hearSources, moveCounts } from "./postgresSumsStore.ts";
import { WRITE_LOCK } from "./postgresTables.ts";
import { rangeOf } from "./rank.ts";
import { keysOf, type Row, toRow } from "./row.ts";
import { contactsOf, makeTallies } from "./tallies.ts";

/** One writer at a time, whichever process it is in: so that counts and ranks are right without retries. */
export async function inTransaction<T>(pool: pg.Pool, act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
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

export async function replaceNetworks(client: pg.PoolClient, networks: readonly NetworkCard[]): Promise<void> {
  await client.query("DELETE FROM networks");
  await client.query(
    "INSERT INTO networks (id, handle, name) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])",
    [networks.map(({ id }) => id), networks.map(({ handle }) => handle), networks.map(({ name }) => name)],
  );
}

type OldRow = {
  readonly sourceNo: number;
  readonly sourceId: string;
  readonly id: string;
  readonly rank: string;
  readonly base: string;
  readonly body: string;
};

const keyOf = ({ sourceId, id }: { sourceId: string; id: string }) => `${sourceId}\n${id}`;

export async function putSome(client: pg.PoolClient, entries: readonly Entry[]): Promise<void> {
  const rows = [...new Map(entries.map(toRow).map((row) => [keyOf(row), row])).values()];
  const numbers = await hearSources(client, contactsOf(entries));
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
  await post(
    client,
    changed.map((row, i) => ({ rank: String(ranks[i]), terms: keysOf(row).terms })),
  );
  const tallies = makeTallies();
  for (const row of replaced) tallies.add(row.sourceNo, keysOf({ ...row, readAt: 0 }), -1);
  for (const row of changed) tallies.add(numbers.get(row.sourceId)!, keysOf(row), 1);
  await moveCounts(client, tallies.list());
  const named = changed.filter(({ id, sourceId }) => id === sourceId);
  for (const { sourceId, body } of named)
    await client.query("UPDATE sources SET name = $2 WHERE id = $1", [sourceId, (JSON.parse(body) as Entry).name]);
}

async function loadOld(client: pg.PoolClient, rows: readonly { sourceId: string; id: string }[]) {
  const found = await client.query<OldRow>(
    `SELECT s.no AS "sourceNo", s.id AS "sourceId", e.id, e.rank, e.base, e.body FROM unnest($1::text[], $2::text[]) AS asked(source_id, id)
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
  if (rows.length === 0) return;
  await client.query("DELETE FROM entries WHERE rank = ANY ($1::bigint[])", [rows.map(({ rank }) => rank)]);
  await unpost(
    client,
    rows.map((row) => ({ rank: row.rank, terms: keysOf({ ...row, readAt: 0 }).terms })),
  );
}

type Posted = { readonly rank: string; readonly terms: readonly string[] };

/** Writes under each term the ranks that have it. Only what is new is inserted: every insertion draws a number, taken or not. */
async function post(client: pg.PoolClient, rows: readonly Posted[]): Promise<void> {
  const counts = countTerms(rows);
  const numbers = await moveTerms(client, counts, 1);
  const unknown = [...counts.keys()].filter((term) => !numbers.has(term));
  const made = await client.query<Numbered>(
    "INSERT INTO terms (term, count) SELECT * FROM unnest($1::text[], $2::int[]) RETURNING term, no",
    [unknown, unknown.map((term) => counts.get(term))],
  );
  for (const { term, no } of made.rows) numbers.set(term, no);
  await client.query(
    "INSERT INTO postings (term_no, rank) SELECT * FROM unnest($1::bigint[], $2::bigint[]) AS p(term_no, rank) ORDER BY 1, 2",
    pairsOf(rows, numbers),
  );
}

/** Takes them out; a term that nothing has any more goes with them, whatever words a source invents. */
async function unpost(client: pg.PoolClient, rows: readonly Posted[]): Promise<void> {
  const numbers = await moveTerms(client, countTerms(rows), -1);
  await client.query(
    `DELETE FROM postings AS p USING unnest($1::bigint[], $2::bigint[]) AS gone(term_no, rank)
     WHERE p.term_no = gone.term_no AND p.rank = gone.rank`,
    pairsOf(rows, numbers),
  );
  await client.query("DELETE FROM terms WHERE no = ANY ($1::bigint[]) AND count <= 0", [[...numbers.values()]]);
}

/** `no` as text: it is longer than a number holds. */
type Numbered = { readonly term: string; readonly no: string };

function countTerms(rows: readonly Posted[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { terms } of rows) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** How often each known term stands in the index from now on, what a search begins with; gives their numbers. */
async function moveTerms(client: pg.PoolClient, counts: ReadonlyMap<string, number>, sign: 1 | -1) {
  const { rows } = await client.query<Numbered>(
    `UPDATE terms AS t SET count = t.count + moved.count * $3 FROM unnest($1::text[], $2::int[]) AS moved(term, count)
     WHERE t.term = moved.term RETURNING t.term, t.no`,
    [[...counts.keys()], [...counts.values()], sign],
  );
  return new Map(rows.map(({ term, no }) => [term, no]));
}

function pairsOf(rows: readonly Posted[], numbers: ReadonlyMap<string, string>): [(string | undefined)[], string[]] {
  return [
    rows.flatMap(({ terms }) => terms.map((term) => numbers.get(term))),
    rows.flatMap(({ rank, terms }) => terms.map(() => rank)),
  ];
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
    `INSERT INTO entries (rank, base, source_no, id, read_at, ends_at, body)
     SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::text[])`,
    [
      ranks.map(String),
      rows.map(({ rank }) => String(rank)),
      rows.map(({ sourceId }) => numbers.get(sourceId)),
      rows.map(({ id }) => id),
      rows.map(({ readAt }) => readAt),
      rows.map(({ endsAt }) => endsAt),
      rows.map(({ body }) => body),
    ],
  );
}

export async function removeSome(client: pg.PoolClient, sourceId: string, ids: readonly string[]): Promise<void> {
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
  const tallies = makeTallies();
  for (const row of old) tallies.add(row.sourceNo, keysOf({ ...row, readAt: 0 }), -1);
  await moveCounts(client, tallies.list());
}

export async function listIds(
  pool: pg.Pool,
  sourceId: string,
  kinds: readonly EntryKind[] | null,
  before = Number.MAX_SAFE_INTEGER,
): Promise<string[]> {
  const of = "SELECT e.id FROM sources AS s JOIN entries AS e ON e.source_no = s.no WHERE s.id = $1";
  const ranges = kinds?.map((kind) => rangeOf(kind)) ?? [{ from: 0n, to: (1n << 63n) - 1n }];
  const ids: string[] = [];
  for (const { from, to } of ranges) {
    const values = [sourceId, String(from), String(to), before];
    const those = `${of} AND e.rank >= $2 AND e.rank < $3 AND e.read_at < $4`;
    const { rows } = await pool.query<{ id: string }>(those, values);
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}
