// Rows a second into a table like the inbox log, fsynced at each commit; the argument is the number of rows a commit.
import { openScratch } from "../scratch.ts";

const DURATION_MS = 2000;

const perCommit = Number(process.argv[2]);
const { db, remove } = openScratch();
db.raw.exec("CREATE TABLE log (id INTEGER PRIMARY KEY, activity_uri TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL) STRICT");
const insert = db.raw.prepare("INSERT INTO log (activity_uri, bytes) VALUES (?, ?)");
const bytes = Buffer.alloc(600, "x");
let count = 0;
const commit = db.raw.transaction(() => {
  for (let row = 0; row < perCommit; row++) insert.run(`https://p.example/activities/${count++}`, bytes);
});
const started = performance.now();
while (performance.now() - started < DURATION_MS) commit();
const seconds = (performance.now() - started) / 1000;
remove();
console.log(JSON.stringify({ value: count / seconds }));
