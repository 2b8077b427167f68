import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import t, { type Test } from "tap";
import { createDomainGuard } from "../../src/activitypub/domainGuard.ts";
import { createKeepStanding } from "../../src/activitypub/standingFacts.ts";
import { removeDomainRule, saveDomainRule } from "../../src/activitypub/store.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";

const rule = { domain: "far.example", rule: "block", reason: "", createdAt: 0 } as const;

function open(t: Test) {
  const folder = t.testdir();
  const db = openDatabase(join(folder, "db.sqlite"));
  t.teardown(() => db.raw.close());
  migrateDatabase(db, join(folder, "backups"));
  return { db, file: join(folder, "db.sqlite") };
}

t.test("a domain blocked on the command line of another process is refused from the next turn on", async (t) => {
  const { db, file } = open(t);
  const { isBlocked } = createDomainGuard(db, createKeepStanding(db));
  t.notOk(isBlocked("sub.far.example"));
  const elsewhere = openDatabase(file);
  elsewhere.raw.prepare("INSERT INTO domain_rules VALUES ('far.example', 'block', '', 0)").run();
  elsewhere.raw.close();
  await nextTurn();
  t.ok(isBlocked("sub.far.example"));
});

t.test("a domain blocked and freed on a page counts at once", async (t) => {
  const { db } = open(t);
  const { isBlocked } = createDomainGuard(db, createKeepStanding(db));
  t.notOk(isBlocked("far.example"));
  transact(db, (tx) => saveDomainRule(tx, rule));
  t.ok(isBlocked("far.example"));
  transact(db, (tx) => removeDomainRule(tx, "far.example"));
  t.notOk(isBlocked("far.example"));
});

t.test("a fact is asked once until something changes, and however many names strangers choose", async (t) => {
  const { db } = open(t);
  let asked = 0;
  const read = createKeepStanding(db)((name) => {
    asked += 1;
    return name === "nobody" ? null : name;
  });
  t.equal(read("nobody"), null);
  t.equal(read("nobody"), null);
  t.equal(asked, 1);
  for (let number = 0; number < 5000; number++) read(`n${number}`);
  read("nobody");
  t.equal(asked, 5002);
});
