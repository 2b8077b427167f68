// After an fsync that failed nobody knows what is on the disk: nothing more is begun. A full disk is no such thing.
import t, { type Test } from "tap";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { watchDisk } from "../../src/db/diskFailure.ts";
import { createGroupCommit } from "../../src/db/groupCommit.ts";
import { openDatabase } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";

/** A table, and a disk that fails in its own way at the next commits. */
function openOnDisk(t: Test) {
  const db = openDatabase(":memory:");
  db.raw.exec("CREATE TABLE lines (name TEXT NOT NULL) STRICT");
  const told: string[] = [];
  watchDisk(db, (failure) => told.push((failure as Error & { code: string }).code));
  t.teardown(() => {
    setCrashTrap(null);
    db.raw.close();
  });
  return {
    db,
    told,
    write: (name: string) => db.raw.prepare("INSERT INTO lines VALUES (?)").run(name),
    lines: () => db.raw.prepare("SELECT name FROM lines").pluck().all(),
    failWith: (code: string | null) =>
      setCrashTrap(
        code === null
          ? null
          : (point) => {
              if (point.includes("before") && point.includes("commit"))
                throw Object.assign(new Error("disk"), { code });
            },
      ),
  };
}

t.test(
  "A7 after a commit whose fsync failed every other transaction is refused, and the process hears of it once",
  async (t) => {
    const { db, told, write, lines, failWith } = openOnDisk(t);
    const together = createGroupCommit(db);
    transact(db, () => write("before"));
    failWith("SQLITE_IOERR_FSYNC");
    t.throws(() => transact(db, () => write("doubtful")), { code: "SQLITE_IOERR_FSYNC" });
    failWith(null);
    t.throws(() => transact(db, () => write("after")), { code: "SQLITE_IOERR_FSYNC" });
    await t.rejects(
      together(() => write("after")),
      { code: "SQLITE_IOERR_FSYNC" },
    );
    t.same(lines(), ["before"]);
    t.same(told, ["SQLITE_IOERR_FSYNC"]);
  },
);

t.test("A7 when it fails under a group all its members hear it, and nothing is begun after them", async (t) => {
  const { db, told, write, failWith } = openOnDisk(t);
  const together = createGroupCommit(db);
  failWith("SQLITE_IOERR_WRITE");
  const ends = await Promise.allSettled(["one", "two"].map((name) => together(() => write(name))));
  t.match(ends, [{ reason: { code: "SQLITE_IOERR_WRITE" } }, { reason: { code: "SQLITE_IOERR_WRITE" } }]);
  failWith(null);
  t.throws(() => transact(db, () => write("after")), { code: "SQLITE_IOERR_WRITE" });
  t.same(told, ["SQLITE_IOERR_WRITE"]);
});

t.test("A9 a disk that is full, or whose shared memory has no room, stops nothing for good", async (t) => {
  const { db, told, write, lines, failWith } = openOnDisk(t);
  for (const code of ["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_BUSY", "ENOSPC"]) {
    failWith(code);
    t.throws(() => transact(db, () => write("too much")), { code });
  }
  failWith(null);
  transact(db, () => write("room"));
  t.same(lines(), ["room"]);
  t.same(told, []);
});

t.test(
  "A9 a group whose transaction the full disk has ended says so to each, and the next group goes on",
  async (t) => {
    const { db, write, lines } = openOnDisk(t);
    const together = createGroupCommit(db);
    // SQLite ends the whole transaction on a full disk: the savepoints within are gone.
    const endAll = () => {
      db.raw.exec("ROLLBACK");
      throw Object.assign(new Error("full"), { code: "SQLITE_FULL" });
    };
    const ends = await Promise.allSettled([
      together(() => write("one")),
      together(endAll),
      together(() => write("three")),
    ]);
    for (const end of ends) t.match(end, { reason: { code: "SQLITE_FULL" } });
    await together(() => write("later"));
    t.same(lines(), ["later"]);
  },
);
