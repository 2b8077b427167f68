// Statements kept by their text answer like fresh ones: for objects and for arrays, in and out of transactions, however many there are.
import t from "tap";
import { eq, inArray, sql } from "../../src/db/drizzle.ts";
import { loadFact, saveFact } from "../../src/db/facts.ts";
import { StatementKeeper } from "../../src/db/keepStatements.ts";
import { openDatabase } from "../../src/db/open.ts";
import { nodeFacts } from "../../src/db/tables.ts";
import { transact } from "../../src/db/transact.ts";

function openFacts() {
  const db = openDatabase(":memory:");
  db.raw.exec("CREATE TABLE node_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
  return db;
}

t.test("one text is prepared once, and gives rows as objects and as arrays by turns", (t) => {
  const { raw } = openFacts();
  const keeper = new StatementKeeper(raw);
  const text = "SELECT 'bread' AS name, 3 AS loaves";
  const statement = keeper.prepare(text);
  for (const _ of [1, 2]) {
    t.same(statement.raw().all(), [["bread", 3]]);
    t.same(statement.all(), [{ name: "bread", loaves: 3 }]);
    t.same(statement.get(), { name: "bread", loaves: 3 });
  }
  t.equal(keeper.prepare(text), statement);
  t.throws(() => keeper.prepare("SELECT FROM nothing"), { code: "SQLITE_ERROR" });
  t.end();
});

t.test("what was not asked for longest is prepared anew, and answers the same", (t) => {
  const keeper = new StatementKeeper(openFacts().raw);
  const first = keeper.prepare("SELECT 1");
  for (let n = 0; n < 1000; n++) {
    keeper.prepare(`SELECT ${n}, 2`);
    keeper.prepare("SELECT 3");
  }
  t.not(keeper.prepare("SELECT 1"), first);
  t.same(keeper.prepare("SELECT 1").raw().get(), [1]);
  t.equal(keeper.prepare("SELECT 3"), keeper.prepare("SELECT 3"));
  t.end();
});

t.test(
  "a query within another's rows, a transaction undone and a table changed meanwhile leave every answer right",
  (t) => {
    const db = openFacts();
    const { orm, raw } = db;
    saveFact(orm, "oil", "new");
    saveFact(orm, "bread", "rye");
    const seen = orm
      .select()
      .from(nodeFacts)
      .orderBy(nodeFacts.name)
      .all()
      .map(({ name }) => [
        name,
        loadFact(orm, name),
        orm.select().from(nodeFacts).where(eq(nodeFacts.name, name)).get()?.value,
      ]);
    t.same(seen, [
      ["bread", "rye", "rye"],
      ["oil", "new", "new"],
    ]);
    const undone = () =>
      transact(db, (tx) => {
        saveFact(tx, "oil", "old");
        t.equal(loadFact(tx, "oil"), "old");
        throw new Error("no");
      });
    t.throws(undone, { message: "no" });
    t.equal(loadFact(orm, "oil"), "new");
    raw.exec("ALTER TABLE node_facts ADD COLUMN note TEXT");
    t.equal(loadFact(orm, "oil"), "new");
    const some = (names: string[]) => orm.select().from(nodeFacts).where(inArray(nodeFacts.name, names)).all().length;
    t.same([some(["oil"]), some(["oil", "bread"]), some(["salt"])], [1, 2, 0]);
    t.same(orm.all(sql`SELECT name FROM node_facts ORDER BY name`), [{ name: "bread" }, { name: "oil" }]);
    t.end();
  },
);
