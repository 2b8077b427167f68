// The index in PostgreSQL, for a network whose index outgrows a machine: many stateless readers, one writer at a time (ADR 0031).
import type pg from "pg";
import { answerQuery } from "./answer.ts";
import type { NetworkCard, NetworkIndex, ShownIndex } from "./networkIndex.ts";
import { postgresFinder } from "./postgresSearchStore.ts";
import { countsOf, dropSource, hearSources, saveScope } from "./postgresSumsStore.ts";
import { openPostgres, openPostgresToRead } from "./postgresTables.ts";
import { inTransaction, listIds, putSome, removeSome, replaceNetworks } from "./postgresWriteStore.ts";
import { toGoods } from "./row.ts";

const AT_ONCE = 500;
/**
 * After so many writes the tables are tidied, each time after twice as many, up to the most: the planner is told what is there now, and
 * the pages that everybody may see are marked, without which a search by its index alone reads the table for each rank as well. By
 * itself the server does so when a fifth of a table is new, which of a million offers is too late.
 */
const FIRST_TIDIED_AFTER = 500;
const MOST_TIDIED_AFTER = 20_000;

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
  let tidiedAfter = FIRST_TIDIED_AFTER;
  return {
    wasMade,
    put: async (entries) => {
      for (let i = 0; i < entries.length; i += AT_ONCE)
        await write((client) => putSome(client, entries.slice(i, i + AT_ONCE)));
      written += entries.length;
      if (written < tidiedAfter) return;
      written = 0;
      tidiedAfter = Math.min(2 * tidiedAfter, MOST_TIDIED_AFTER);
      await tidy(pool);
    },
    keepOnly: async (sourceId, kinds, ids) => {
      const kept = new Set(ids);
      const there = await listIds(pool, sourceId, kinds);
      const gone = there.filter((id) => !kept.has(id));
      await removeAll(sourceId, gone);
      return gone.length;
    },
    dropOld: async (sourceId, kinds, before) => {
      const old = await listIds(pool, sourceId, kinds, before);
      await removeAll(sourceId, old);
      return old.length;
    },
    remove: removeAll,
    dropSource: async (sourceId) => {
      await removeAll(sourceId, await listIds(pool, sourceId, null));
      await write((client) => dropSource(client, sourceId));
    },
    touch: (sourceId, readAt) =>
      write(async (client) => void (await hearSources(client, new Map([[sourceId, readAt]])))),
    scope: async (groupId, sourceIds, vias = new Map()) => {
      await write((client) => saveScope(client, groupId, sourceIds, vias));
      await pool.query("ANALYZE sources, scopes, sums");
    },
    saveNetworks: (networks) => write((client) => replaceNetworks(client, networks)),
    ...askPool(pool),
    countOf: async (sourceId) => (await pool.query<{ count: number }>(COUNT_OF, [sourceId])).rows[0]!.count,
    goodsOf: async (sourceId) => toGoods((await pool.query<{ fact: string; value: string }>(GOODS, [sourceId])).rows),
    size: async () => (await pool.query<{ entries: number; sources: number }>(SIZE)).rows[0]!,
    clear: () =>
      write(
        async (client) => void (await client.query("TRUNCATE entries, postings, terms, counts, sums, scopes, sources")),
      ),
    close: () => pool.end(),
  };
}

/**
 * Makes questions quick again. The first commit waits for the disk, also where the server's own setting lets commits go ahead of it: only
 * what is surely there can be marked as seen by everybody. A table that takes too long, or that another tidies, is left for the next time.
 */
async function tidy(pool: pg.Pool): Promise<void> {
  await pool.query(
    "BEGIN; SET LOCAL synchronous_commit = on; ANALYZE sources, scopes, entries, terms, postings, counts, sums; COMMIT",
  );
  await pool.query("VACUUM (SKIP_LOCKED) sources, entries, terms, postings, counts, sums").catch(() => undefined);
}

/** What of an index a process may have that owns nothing of it. */
export type IndexWindow = ShownIndex & Pick<NetworkIndex, "listNetworks" | "close">;

/**
 * Opens an index that another process fills, to ask it; a user of the database who may only read is enough. Rejects as
 * `openPostgresIndex` does, and where that process has made none of this version yet.
 */
export async function openPostgresWindow(url: string): Promise<IndexWindow> {
  const pool = await openPostgresToRead(url);
  return { ...askPool(pool), close: () => pool.end() };
}

function askPool(pool: pg.Pool): Omit<IndexWindow, "close"> {
  const finder = postgresFinder(pool);
  return {
    search: (query) => answerQuery(query, finder),
    counts: (groupId, by, now) => countsOf(pool, groupId, by, now),
    listNetworks: async () => (await pool.query<NetworkCard>("SELECT id, handle, name FROM networks")).rows,
  };
}

const GOODS = `SELECT c.fact, c.value FROM sources AS s JOIN counts AS c ON c.source_no = s.no
  WHERE s.id = $1 AND c.fact IN ('certification', 'month', 'category') AND c.kind = 'product' AND c.count > 0`;
const COUNT_OF =
  "SELECT count(*)::int AS count FROM sources AS s JOIN entries AS e ON e.source_no = s.no WHERE s.id = $1";
const SIZE = "SELECT (SELECT count(*) FROM entries)::int AS entries, (SELECT count(*) FROM sources)::int AS sources";
