// Others at the same file: a writer beside us, a reader that never ends. Nobody here hears of it, nothing is half written.
import { statSync } from "node:fs";
import t, { type Test } from "tap";
import { createGroupCommit } from "../../src/db/groupCommit.ts";
import { openDatabase } from "../../src/db/open.ts";
import { isStorageTrouble } from "../../src/db/storageTrouble.ts";
import { type Db, transact } from "../../src/db/transact.ts";
import { holdLock } from "../tools/lockHolder.ts";

const BOOKINGS = 50;

/** A table where every booking is one line and one change of a sum, as a ledger has it. */
function openLedger(t: Test): { db: Db; file: string } {
  const file = `${t.testdir()}/db.sqlite`;
  const db = openDatabase(file);
  t.teardown(() => db.raw.close());
  db.raw.exec(
    "CREATE TABLE lines (id INTEGER PRIMARY KEY, cents INTEGER) STRICT; CREATE TABLE sum (cents INTEGER) STRICT;",
  );
  db.raw.exec("INSERT INTO sum VALUES (0)");
  return { db, file };
}

function book(db: Db): void {
  db.raw.prepare("INSERT INTO lines (cents) VALUES (1)").run();
  db.raw.prepare("UPDATE sum SET cents = cents + 1").run();
}

function readBalance(db: Db): { lines: number; sum: number } {
  return db.raw.prepare("SELECT (SELECT count(*) FROM lines) AS lines, (SELECT cents FROM sum) AS sum").get() as never;
}

t.test("A12 a transaction that reads and then writes is never told that the data changed in between", (t) => {
  const { db, file } = openLedger(t);
  const other = openDatabase(file);
  t.teardown(() => other.raw.close());
  other.raw.pragma("busy_timeout = 0");
  transact(db, () => {
    t.equal(readBalance(db).lines, 0);
    t.throws(() => book(other), { code: "SQLITE_BUSY" }, "who comes second waits");
    book(db);
  });
  book(other);
  t.same(readBalance(db), { lines: 2, sum: 2 });
  t.end();
});

t.test(
  "A11 while another process holds the lock for less than our patience every booking waits and is kept",
  async (t) => {
    const { db, file } = openLedger(t);
    const { ended } = await holdLock(file, 700);
    const bookTogether = createGroupCommit(db);
    await Promise.all(Array.from({ length: BOOKINGS }, () => bookTogether(() => book(db))));
    transact(db, () => book(db));
    t.same(readBalance(db), { lines: BOOKINGS + 1, sum: BOOKINGS + 1 });
    await ended;
  },
);

t.test(
  "A11 when another process holds the lock for longer every booking is refused as storage, and none is half kept",
  async (t) => {
    const { db, file } = openLedger(t);
    db.raw.pragma("busy_timeout = 100");
    const { ended } = await holdLock(file, 800);
    t.throws(() => transact(db, () => book(db)), { code: "SQLITE_BUSY" });
    const bookTogether = createGroupCommit(db);
    const ends = await Promise.allSettled(Array.from({ length: BOOKINGS }, () => bookTogether(() => book(db))));
    t.ok(ends.every((end) => end.status === "rejected" && isStorageTrouble(end.reason)));
    t.same(readBalance(db), { lines: 0, sum: 0 });
    await ended;
    await bookTogether(() => book(db));
    t.same(readBalance(db), { lines: 1, sum: 1 }, "and then it works again");
  },
);

t.test("A10 a reader that never ends keeps no writer waiting, and once it ends the log is small again", (t) => {
  const { db, file } = openLedger(t);
  const reader = openDatabase(file);
  t.teardown(() => reader.raw.close());
  db.raw.pragma("busy_timeout = 0");
  db.raw.pragma("synchronous = OFF"); // Here the size of the log is measured, not its safety.
  db.raw.exec("CREATE TABLE pages (bytes BLOB) STRICT");
  const write = db.raw.prepare("INSERT INTO pages VALUES (randomblob(200000))");
  reader.raw.exec("BEGIN");
  t.same(readBalance(reader), { lines: 0, sum: 0 });
  for (let i = 0; i < 400; i++)
    transact(db, () => {
      write.run();
      book(db);
    });
  const limit = Number(db.raw.pragma("journal_size_limit", { simple: true }));
  t.ok(statSync(`${file}-wal`).size > limit, "the log grows while someone reads");
  t.same(readBalance(reader), { lines: 0, sum: 0 }, "who reads sees what was there when it began");
  reader.raw.exec("COMMIT");
  for (let i = 0; i < 3; i++) transact(db, () => book(db));
  t.ok(statSync(`${file}-wal`).size <= limit, "and is cut to its limit by itself afterwards");
  t.same(readBalance(reader), { lines: 403, sum: 403 });
  t.end();
});
