// The index in PostgreSQL: the same suite on a real one, and what is its own: several readers, a version.
import pg from "pg";
import t, { type Test } from "tap";
import type { NetworkIndex } from "../../../src/network/index/networkIndex.ts";
import { postgresFinder } from "../../../src/network/index/postgresSearchStore.ts";
import { openPostgresIndex, openPostgresWindow } from "../../../src/network/index/postgresStore.ts";
import { openPostgresToRead } from "../../../src/network/index/postgresTables.ts";
import { rangeOf } from "../../../src/network/index/rank.ts";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import { lacksPostgres, startPostgres } from "../../tools/postgres.ts";
import { DISTRICT, entryOf, MILL, NOW } from "./entries.ts";
import { testEngine } from "./suite.ts";
import { testSums } from "./sumsSuite.ts";

t.test("in PostgreSQL", { skip: lacksPostgres() }, async (t) => {
  const postgres = startPostgres();
  t.teardown(() => postgres.stop());
  const index = await openPostgresIndex(postgres.url);
  t.teardown(() => index.close());
  t.ok(index.wasMade);

  await t.test("everything that holds of an index", async (t) => testAll(t, index));

  await t.test(
    "a page begun on one engine ends on the other, and another reader sees what the first wrote",
    async (t) => {
      const file = openSqliteIndex(":memory:");
      t.teardown(() => file.close());
      await index.clear();
      const names = Array.from({ length: 60 }, (_, i) =>
        entryOf("product", `Prodotto ${i % 20}`, { id: `${MILL}/p/${i}` }),
      );
      for (const engine of [index, file]) {
        await engine.put(names);
        await engine.scope(DISTRICT, [MILL]);
      }
      const reader = await openPostgresWindow(postgres.url);
      t.teardown(() => reader.close());
      const query = { groupId: DISTRICT, now: NOW, kinds: ["product"], find: "prodotti", limit: 25 } as const;
      const [first, here] = [await file.search(query), await reader.search(query)];
      t.same(here, first);
      t.same(await reader.search({ ...query, after: first.next }), await file.search({ ...query, after: first.next }));
    },
  );

  await t.test("B24 words that nothing has any more leave nothing behind", (t) =>
    testWordsGone(t, postgres.url, index),
  );

  await t.test("after many offers a search reads its index alone", (t) => testMarked(t, postgres.url));

  await t.test("two writers at once count right", async (t) => {
    await index.clear();
    const other = await openPostgresIndex(postgres.url);
    t.teardown(() => other.close());
    const some = (from: number) =>
      Array.from({ length: 40 }, (_, i) => entryOf("product", "Farro", { id: `${MILL}/p/${from + i}` }));
    await Promise.all([index.put(some(0)), other.put(some(20)), index.put(some(40)), other.put(some(0))]);
    await index.scope(DISTRICT, [MILL]);
    t.same(await other.counts(DISTRICT, "kind", NOW), [{ value: "product", kind: "product", count: 80 }]);
  });

  await t.test("a page reads as much of few sources as of many", (t) => testReads(t, postgres.url, index));

  await t.test(
    "of another version, everything is dropped and begins anew; what cannot be reached says so",
    async (t) => {
      await testVersion(t, postgres.url);
    },
  );
});

function testAll(t: Test, index: NetworkIndex): void {
  const open = async () => {
    await index.clear();
    return index;
  };
  testEngine(t, open);
  testSums(t, open, 8);
}

async function testWordsGone(t: Test, url: string, index: NetworkIndex): Promise<void> {
  await index.clear();
  const client = new pg.Client(url);
  await client.connect();
  t.teardown(() => client.end());
  const count = async (what: string) =>
    (await client.query(`SELECT count(*)::int AS n FROM filiera_index_7.${what}`)).rows[0].n;
  const of = (text: string) => entryOf("product", "Farro", { id: `${MILL}/p/1`, text });
  await index.put([of("parole inventate mai sentite")]);
  t.equal(await count("terms WHERE term = 'inventat'"), 1);
  await index.put([of("parole"), entryOf("product", "Farro", { id: `${MILL}/p/2`, text: "sentite" })]);
  t.equal(await count("terms WHERE term = 'inventat'"), 0);
  await index.dropSource(MILL);
  t.same([await count("terms"), await count("postings")], [0, 0]);
}

/** The plan of each question is asked for besides: which blocks it touches is a fact, how long that takes is not. */
async function testReads(t: Test, url: string, index: NetworkIndex): Promise<void> {
  const pool = await openPostgresToRead(url);
  t.teardown(() => pool.end());
  let blocks = 0;
  const query = async (text: string, values: unknown[]) => {
    const { rows } = await pool.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
    const { Plan } = rows[0]["QUERY PLAN"][0];
    blocks += Plan["Shared Hit Blocks"] + Plan["Shared Read Blocks"];
    return pool.query(text, values);
  };
  const ask = { groupId: DISTRICT, heardAfter: 0, openAt: null, sourceId: null, limit: 25, ...rangeOf("product") };
  const touched: number[] = [];
  for (const sources of [2, 400]) {
    await index.clear();
    const ids = Array.from({ length: sources }, (_, i) => `https://n${i}.example/p`);
    await index.put(
      Array.from({ length: 2000 }, (_, i) =>
        entryOf("product", `Farro ${i}`, { id: `https://n/${i}`, sourceId: ids[i % sources]! }),
      ),
    );
    await index.scope(DISTRICT, ids);
    blocks = 0;
    for (const wants of [null, { all: ["farr"], anyOf: [] }])
      t.equal((await postgresFinder({ query } as unknown as pg.Pool).findRows({ ...ask, wants })).length, 25);
    touched.push(blocks);
  }
  t.ok(touched[1]! < 1.5 * touched[0]!, `${touched.join(" and then ")} blocks`);
  const known = await pool.query("SELECT reltuples::int AS count FROM pg_class WHERE oid = 'entries'::regclass");
  t.same(known.rows, [{ count: 2000 }]);
}

async function testVersion(t: Test, url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query("ALTER SCHEMA filiera_index_7 RENAME TO filiera_index_0");
  await t.rejects(openPostgresWindow(url), /no index of this version/);
  const anew = await openPostgresIndex(url);
  t.ok(anew.wasMade);
  t.same(await anew.size(), { entries: 0, sources: 0 });
  const { rows } = await client.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'filiera%'");
  t.same(rows, [{ nspname: "filiera_index_7" }]);
  await client.end();
  await anew.close();
  await t.rejects(openPostgresIndex("postgres://nobody@127.0.0.1:1/none"));
}

async function testMarked(t: Test, url: string): Promise<void> {
  const writer = await openPostgresIndex(url);
  t.teardown(() => writer.close());
  await writer.clear();
  await writer.put(Array.from({ length: 500 }, (_, i) => entryOf("product", `Farro ${i}`, { id: `${MILL}/p/${i}` })));
  const client = new pg.Client(url);
  await client.connect();
  t.teardown(() => client.end());
  const { rows } = await client.query(
    "SELECT relname AS name FROM pg_class WHERE relname IN ('entries', 'postings') AND relkind = 'r' AND relallvisible = 0",
  );
  t.same(rows, [], "every table that is searched has its pages marked");
}
