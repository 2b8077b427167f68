// Migrates a database and dies by SIGKILL on the way: `node killedMigration.ts FILE BACKUPS WHERE`, WHERE being the number of the statement
// before which it dies, counted from the first that the migration itself runs, or the name of a crash point.
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";

const [file = "", backups = "", where = ""] = process.argv.slice(2);
const die = () => process.kill(process.pid, "SIGKILL");
const db = openDatabase(file);
let left = Number.POSITIVE_INFINITY;
setCrashTrap((name) => {
  if (name === where) die();
  if (name === "before-migrate") left = Number(where);
});
const prepare = db.raw.prepare.bind(db.raw);
db.raw.prepare = ((source: string) => {
  left -= 1;
  if (left === 0) die();
  return prepare(source);
}) as typeof db.raw.prepare;
migrateDatabase(db, backups);
