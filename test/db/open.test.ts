import { statSync } from "node:fs";
import t from "tap";
import { openDatabase } from "../../src/db/open.ts";

t.test("a fresh database file keeps its promises: WAL, fsync at each commit, foreign keys", async (t) => {
  const file = `${t.testdir()}/db.sqlite`;
  const db = openDatabase(file);
  db.raw.exec("CREATE TABLE lines (name TEXT) STRICT");
  for (const name of [file, `${file}-wal`]) t.equal(statSync(name).mode & 0o077, 0, "nobody else reads it");
  t.equal(db.raw.pragma("journal_mode", { simple: true }), "wal");
  t.equal(db.raw.pragma("synchronous", { simple: true }), 2);
  t.equal(db.raw.pragma("foreign_keys", { simple: true }), 1);
  db.raw.close();
});
