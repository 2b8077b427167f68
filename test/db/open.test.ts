import t from "tap";
import { openDatabase } from "../../src/db/open.ts";

t.test("a fresh database file keeps its promises: WAL, fsync at each commit, foreign keys", async (t) => {
  const db = openDatabase(`${t.testdir()}/db.sqlite`);
  t.equal(db.raw.pragma("journal_mode", { simple: true }), "wal");
  t.equal(db.raw.pragma("synchronous", { simple: true }), 2);
  t.equal(db.raw.pragma("foreign_keys", { simple: true }), 1);
  db.raw.close();
});
