// Queries built once: shared by all transactions of a database, never by two databases.
import t from "tap";
import { eq, sql } from "../../src/db/drizzle.ts";
import { saveFact } from "../../src/db/facts.ts";
import { openDatabase } from "../../src/db/open.ts";
import { placeholders, prepareOnce } from "../../src/db/prepareOnce.ts";
import { nodeFacts } from "../../src/db/tables.ts";
import { transact } from "../../src/db/transact.ts";

function openFacts() {
  const db = openDatabase(":memory:");
  db.raw.exec("CREATE TABLE node_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
  return db;
}

t.test("a query is built once for a database, inside transactions and outside, and anew for another database", (t) => {
  let built = 0;
  const byName = prepareOnce((tx) => {
    built += 1;
    return tx
      .select()
      .from(nodeFacts)
      .where(eq(nodeFacts.name, sql.placeholder("name")))
      .prepare();
  });
  const [one, other] = [openFacts(), openFacts()];
  saveFact(one.orm, "season", "autumn");
  saveFact(other.orm, "season", "spring");
  t.equal(byName(one.orm).get({ name: "season" })?.value, "autumn");
  transact(one, (tx) => t.equal(byName(tx).get({ name: "season" })?.value, "autumn"));
  t.equal(byName(one.orm).get({ name: "moon" }), undefined);
  t.equal(built, 1);
  t.equal(byName(other.orm).get({ name: "season" })?.value, "spring");
  t.equal(built, 2);
  t.end();
});

t.test("an insert built once takes the values of each call", (t) => {
  const insert = prepareOnce((tx) => tx.insert(nodeFacts).values(placeholders("name", "value")).prepare());
  const { orm } = openFacts();
  insert(orm).run({ name: "bread", value: "sourdough" });
  insert(orm).run({ name: "oil", value: "new" });
  t.same(orm.select().from(nodeFacts).all(), [
    { name: "bread", value: "sourdough" },
    { name: "oil", value: "new" },
  ]);
  t.end();
});
