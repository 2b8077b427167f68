// The data map and the real schema say the same: no column without somebody having decided whether it says something of a person.
import t from "tap";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { mappedColumns, PERSONAL_TABLES, PURPOSES } from "../../src/members/privacy/dataMap.ts";
import { LANGUAGES, words } from "../../src/web/words.ts";

const db = openDatabase(":memory:");
migrateDatabase(db, null);
t.teardown(() => db.raw.close());

const schema = new Map(
  (
    db.raw
      .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
      .pluck()
      .all() as string[]
  )
    .filter((name) => !/^(?:sqlite_|__drizzle_)/.test(name))
    .map((table) => [table, db.raw.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(table) as string[]]),
);

t.test("every column of the database stands in the data map (src/members/dataMap*.ts), and no other", async (t) => {
  t.ok(schema.size > 50, "there are tables to compare");
  const mapped = mappedColumns();
  t.same([...mapped.keys()].sort(), [...schema.keys()].sort());
  for (const [table, columns] of schema) t.same([...(mapped.get(table) ?? [])].sort(), [...columns].sort(), table);
});

t.test("what is exported or erased can be found: each link leads to a person over tables that are there", async (t) => {
  const links = new Map(PERSONAL_TABLES.map(({ table, link }) => [table, link]));
  for (const { table, link, exported, erased, held } of PERSONAL_TABLES) {
    if (link === null) {
      t.same(exported, [], `${table}: nothing leaves that is nobody's`);
      t.equal(erased, "kept", table);
      continue;
    }
    t.ok(schema.get(table)?.includes(link.column), `${table}.${link.column}`);
    if (typeof link.of === "object") {
      t.ok(links.get(link.of.table), `${table} over ${link.of.table}`);
      t.ok(schema.get(link.of.table)?.includes(link.of.column));
    }
    const changed = typeof erased === "object" ? Object.values(erased).flat() : [];
    for (const column of changed) t.ok([...exported, ...held].includes(column), `${table}.${column} says something`);
  }
});

t.test("each table of people is told in plain words on /privacy, in both languages", async (t) => {
  for (const language of LANGUAGES) {
    const say = words(language);
    for (const { table, why, kept, seen } of PERSONAL_TABLES) {
      t.ok(PURPOSES.includes(why));
      for (const key of [`data.${table}`, `kept.${kept}`, `why.${why}.text`, ...seen.map((who) => `seen.${who}`)])
        t.not(say(`privacy.${key}`), `privacy.${key}`, `${language} privacy.${key}`);
    }
  }
});
