// The tables of the index in PostgreSQL, in a schema of their own: of another version, they are dropped and made anew.
import pg from "pg";
import { SUM_TABLES } from "./postgresSumsStore.ts";

/**
 * Where the tables are. Another number, and what the others hold is thrown away: it can be read again. It stands in the name, so that a
 * process of another version finds nothing rather than something else.
 */
const SCHEMA = "filiera_index_7";
/** Whoever writes holds this lock; any number of our own will do. */
export const WRITE_LOCK = 70_717_071;

const WAIT_MS = 5000;
const STATEMENT_MS = 30_000;
const CONNECTIONS = 8;
/**
 * Every question here is a walk along a key in its order until a page is full. Left to guess from statistics, the server sorts
 * or hashes everything that matches instead; compiling a query takes longer than running one of ours.
 */
const PLANS = ["jit", "enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan", "enable_memoize"]
  .map((one) => `-c ${one}=off`)
  .join(" ");

const TABLES = `
  CREATE SCHEMA ${SCHEMA};
  CREATE TABLE networks (id text PRIMARY KEY, handle text NOT NULL, name text NOT NULL);
  ${SUM_TABLES}
  CREATE TABLE entries (rank bigint PRIMARY KEY, base bigint NOT NULL,
    source_no integer NOT NULL REFERENCES sources ON DELETE CASCADE, id text NOT NULL, read_at bigint NOT NULL, ends_at bigint,
    body text NOT NULL, UNIQUE (source_no, id));
  CREATE INDEX entries_in_order ON entries (source_no, rank);
  CREATE TABLE terms (no bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, term text NOT NULL COLLATE "C" UNIQUE, count integer NOT NULL);
  CREATE TABLE postings (term_no bigint NOT NULL, rank bigint NOT NULL, PRIMARY KEY (term_no, rank));`;

/** Connections to it, and whether its tables were made now. Rejects when it cannot be reached. */
export async function openPostgres(url: string): Promise<{ pool: pg.Pool; wasMade: boolean }> {
  const pool = connect(url, "");
  return { pool, wasMade: await orEnd(pool, makeTables) };
}

/** Connections that can change nothing. Rejects when it cannot be reached, and where nobody has made the tables of this version. */
export async function openPostgresToRead(url: string): Promise<pg.Pool> {
  const pool = connect(url, "-c default_transaction_read_only=on");
  await orEnd(pool, async () => {
    if (!(await hasTables(pool))) throw new Error(`there is no index of this version: no schema ${SCHEMA}`);
  });
  return pool;
}

function connect(url: string, more: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: WAIT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + WAIT_MS,
    options: `-c search_path=${SCHEMA} ${PLANS} ${more}`,
    application_name: "filiera",
  });
  // An idle connection that breaks is replaced when it is needed; whoever asks then hears of it.
  pool.on("error", () => undefined);
  return pool;
}

async function orEnd<T>(pool: pg.Pool, act: (pool: pg.Pool) => Promise<T>): Promise<T> {
  try {
    return await act(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function makeTables(pool: pg.Pool): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [WRITE_LOCK]);
    const isThere = await hasTables(client);
    if (!isThere) {
      const { rows } = await client.query("SELECT nspname FROM pg_namespace WHERE nspname ~ '^filiera_index(_|$)'");
      for (const { nspname } of rows) await client.query(`DROP SCHEMA ${nspname} CASCADE`);
      await client.query(TABLES);
    }
    await client.query("COMMIT");
    return !isThere;
  } finally {
    client.release();
  }
}

async function hasTables(on: pg.Pool | pg.PoolClient): Promise<boolean> {
  const { rows } = await on.query("SELECT to_regclass($1) AS name", [`${SCHEMA}.sources`]);
  return rows[0].name !== null;
}
