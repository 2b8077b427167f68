import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import t, { type Test } from "tap";
import { findDamage, restoreBackup, writeBackup } from "../../src/db/backup.ts";
import { currentEpoch, loadFact, saveFact } from "../../src/db/facts.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";

const ORIGIN = "https://nodo.example";
const NOW = Date.UTC(2026, 10, 23);

function makeData(t: Test, origin = ORIGIN) {
  const folder = t.testdir({ data: { secrets: { secret: "s" }, media: { "a.jpg": "picture" } } });
  const data = `${folder}/data`;
  const db = openDatabase(`${data}/db.sqlite`);
  migrateDatabase(db, null);
  saveFact(db.orm, "origin", origin);
  saveFact(db.orm, "note", "before");
  t.teardown(() => db.raw.open && db.raw.close());
  return { folder, data, db, backup: `${folder}/backup` };
}

function readNote(data: string): string | undefined {
  const db = openDatabase(`${data}/db.sqlite`);
  try {
    return loadFact(db.orm, "note");
  } finally {
    db.raw.close();
  }
}

t.test("A37 a backup taken under writes restores to what was committed before it", async (t) => {
  const { data, db, backup } = makeData(t);
  const report = writeBackup(db, data, backup);
  t.equal(report.files, 3);
  saveFact(db.orm, "note", "after");
  db.raw.close();
  const restored = restoreBackup(backup, data, ORIGIN, NOW);
  t.notOk(isRefusal(restored));
  t.equal(readNote(data), "before");
  t.ok(existsSync(`${data}/secrets/secret`) && existsSync(`${data}/media/a.jpg`), "secrets and media came back");
  t.match(restored, { epoch: 2, aside: `${data}.before-restore-${NOW}` });
  t.equal(readNote(`${data}.before-restore-${NOW}`), "after", "the data it replaced are kept");
});

t.test("a backup restores into an empty folder, and twice", async (t) => {
  const { folder, data, db, backup } = makeData(t);
  writeBackup(db, data, backup);
  for (const name of ["one", "two"]) {
    t.match(restoreBackup(backup, `${folder}/${name}`, ORIGIN, NOW), { epoch: 2, aside: null });
    t.equal(readNote(`${folder}/${name}`), "before");
  }
});

t.test("A33 the first epoch of a node is 1, and each restore of what was restored begins the next", async (t) => {
  const { folder, data, db, backup } = makeData(t);
  t.equal(currentEpoch(db.orm), 1);
  writeBackup(db, data, backup);
  db.raw.close();
  restoreBackup(backup, data, ORIGIN, NOW);
  const second = openDatabase(`${data}/db.sqlite`);
  t.equal(currentEpoch(second.orm), 2);
  writeBackup(second, data, `${folder}/again`);
  second.raw.close();
  t.match(restoreBackup(`${folder}/again`, data, ORIGIN, NOW + 1), { epoch: 3 });
  t.match(restoreBackup(backup, data, ORIGIN, NOW + 2), { epoch: 4 }, "an older backup begins a new epoch too");
  writeFileSync(`${data}/db.sqlite`, "damaged");
  t.match(restoreBackup(backup, data, ORIGIN, NOW + 3), { epoch: 2 }, "what cannot be read is not asked");
});

for (const [what, spoil] of [
  ["truncated", (backup: string) => writeFileSync(`${backup}/db.sqlite`, "SQLite format 3")],
  ["changed by one byte", (backup: string) => appendFileSync(`${backup}/media/a.jpg`, "!")],
  ["without its secrets", (backup: string) => rmSync(`${backup}/secrets/secret`)],
  ["with a file nobody listed", (backup: string) => writeFileSync(`${backup}/more`, "")],
] as const)
  t.test(`A38 a backup ${what} is refused and the present data stay as they are`, async (t) => {
    const { data, db, backup } = makeData(t);
    writeBackup(db, data, backup);
    saveFact(db.orm, "note", "after");
    spoil(backup);
    t.match(restoreBackup(backup, data, ORIGIN, NOW), { refused: "backup-damaged" });
    t.equal(loadFact(db.orm, "note"), "after");
  });

t.test("A38 a backup of another node, or a folder that is none, is refused with its cause", async (t) => {
  const { folder, data, db, backup } = makeData(t, "https://altro.example");
  writeBackup(db, data, backup);
  t.match(restoreBackup(backup, data, ORIGIN, NOW), { refused: "backup-of-another", owner: "https://altro.example" });
  mkdirSync(`${folder}/empty`);
  t.match(restoreBackup(`${folder}/empty`, data, ORIGIN, NOW), { refused: "not-a-backup" });
});

t.test("a backup never overwrites another, and leaves nothing half-made under its name", async (t) => {
  const { folder, data, db, backup } = makeData(t);
  writeBackup(db, data, backup);
  t.throws(() => writeBackup(db, data, backup), /never overwrites/);
  t.same(readdirSync(folder).sort(), ["backup", "data"]);
  t.same(findDamage(db), []);
});
