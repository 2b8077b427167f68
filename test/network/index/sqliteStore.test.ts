// The index in SQLite: the suite, and what is its own: a file that can be lost.
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import t from "tap";
import { openSqliteIndex } from "../../../src/network/index/sqliteStore.ts";
import { DISTRICT, entryOf, MILL, NOW } from "./entries.ts";
import { testEngine } from "./suite.ts";
import { testSums } from "./sumsSuite.ts";

t.test("in SQLite", async (t) => {
  testEngine(t, async () => {
    const index = openSqliteIndex(":memory:");
    t.teardown(() => index.close());
    return index;
  });
  testSums(t, async () => openSqliteIndex(":memory:"), 40);
});

t.test("an index stays over a restart; of another schema or damaged it begins empty", async (t) => {
  const file = join(t.testdir(), "index.sqlite");
  const first = openSqliteIndex(file);
  await first.put([entryOf("product", "Farro")]);
  await first.scope(DISTRICT, [MILL]);
  await first.close();
  const second = openSqliteIndex(file);
  t.same([first.wasMade, second.wasMade], [true, false]);
  const found = await second.search({ groupId: DISTRICT, now: NOW, kinds: ["product"], find: "farro", limit: 1 });
  t.equal(found.entries.length, 1);
  await second.close();
  t.equal(statSync(file).mode & 0o077, 0, "its owner's alone");

  const other = new Database(file);
  other.pragma("user_version = 99");
  other.close();
  const third = openSqliteIndex(file);
  t.ok(third.wasMade, "whoever reads the network sees that all is to be read again");
  t.same(await third.size(), { entries: 0, sources: 0 });
  await third.close();

  writeFileSync(file, "no database at all, ".repeat(500));
  const fourth = openSqliteIndex(file);
  await fourth.put([entryOf("product", "Farro")]);
  t.same(await fourth.size(), { entries: 1, sources: 1 });
  await fourth.close();
  t.ok(existsSync(file));
});

t.test("B24 words that nothing has any more leave nothing behind", async (t) => {
  const file = join(t.testdir(), "index.sqlite");
  const index = openSqliteIndex(file);
  t.teardown(() => index.close());
  const raw = new Database(file, { readonly: true });
  t.teardown(() => raw.close());
  const count = (term: string) =>
    raw.prepare("SELECT coalesce(max(count), 0) FROM terms WHERE term = ?").pluck().get(term);
  const of = (name: string, text: string) => entryOf("product", name, { id: `${MILL}/p/${name}`, text });
  await index.put([of("Farro", "parole inventate"), of("Orzo", "parole")]);
  t.same(["parol", "inventat"].map(count), [2, 1]);
  await index.put([of("Farro", "parole")]);
  t.same(["parol", "inventat"].map(count), [2, 0]);
  await index.dropSource(MILL);
  t.equal(raw.prepare("SELECT count(*) FROM terms").pluck().get(), 0);
});
