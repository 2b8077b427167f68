// The tables of the index in PostgreSQL, in a schema of their own: of another version, they are dropped and made anew.
import pg from "pg";

/** Another number, and everything is thrown away: it can be read again. */
const VERSION = "5";
/** Whoever writes holds this lock; any number of our own will do. */
export const WRITE_LOCK = 70_717_071;

const WAIT_MS = 5000;
const STATEMENT_MS = 30_000;
const CONNECTIONS = 8;
/**
 * Every question here is a walk along a key in its order until a page is full. Left to guess from statistics, the server sorts
 * or hashes everything that matches instead; compiling a query takes longer than running one of ours.
 */
const PLANS = ["jit", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan", "enable_memoize"]
  .map((one) => `-c ${one}=off`)
  .join(" ");

const TABLES = `
  CREATE SCHEMA filiera_index;
  CREATE TABLE versions (version text PRIMARY KEY);
  INSERT INTO versions VALUES ('${VERSION}');
  CREATE TABLE sources (no integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, id text NOT NULL UNIQUE, name text,
    contact_at bigint NOT NULL);
  CREATE TABLE scopes (group_id text NOT NULL, source_no integer NOT NULL REFERENCES sources ON DELETE CASCADE,
    PRIMARY KEY (group_id, source_no));
  CREATE TABLE entries (rank bigint PRIMARY KEY, base bigint NOT NULL,
    source_no integer NOT NULL REFERENCES sources ON DELETE CASCADE, id text NOT NULL, read_at bigint NOT NULL, ends_at bigint,
    body text NOT NULL, UNIQUE (source_no, id));
  CREATE INDEX entries_in_order ON entries (source_no, rank);
  CREATE TABLE terms (no bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, term text NOT NULL COLLATE "C" UNIQUE, count integer NOT NULL);
  CREATE TABLE postings (term_no bigint NOT NULL, rank bigint NOT NULL, PRIMARY KEY (term_no, rank));
  CREATE TABLE counts (source_no integer NOT NULL REFERENCES sources ON DELETE CASCADE, fact text NOT NULL, value text NOT NULL,
    kind text NOT NULL, count integer NOT NULL, PRIMARY KEY (source_no, fact, value, kind));`;

/** Connections to it, and whether its tables were made now. Rejects when it cannot be reached. */
export async function openPostgres(url: string): Promise<{ pool: pg.Pool; wasMade: boolean }> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: WAIT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + WAIT_MS,
    options: `-c search_path=filiera_index ${PLANS}`,
    application_name: "filiera",
  });
  // An idle connection that breaks is replaced when it is needed; whoever asks then hears of it.
  pool.on("error", () => undefined);
  try {
    return { pool, wasMade: await makeTables(pool) };
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
    const there = await client.query("SELECT to_regclass('filiera_index.versions') AS name");
    const isThere = there.rows[0].name !== null;
    const version = isThere ? (await client.query("SELECT version FROM versions")).rows[0]?.version : null;
    if (version !== VERSION) {
      await client.query("DROP SCHEMA IF EXISTS filiera_index CASCADE");
      await client.query(TABLES);
    }
    await client.query("COMMIT");
    return version !== VERSION;
  } finally {
    client.release();
  }
}
