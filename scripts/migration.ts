// Writes the next migration from the tables in src/**/tables.ts: `npm run migration -- what-it-does`.
// drizzle-kit cannot say STRICT, so every new table gets it here: SQLite then refuses a text in an integer column.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const name = process.argv[2];
if (!name || !/^[a-z0-9-]+$/.test(name)) {
  console.error("Say what the migration does, in kebab case: npm run migration -- freeze-price-at-close");
  process.exit(2);
}
const sqlFiles = () => readdirSync("migrations").filter((file) => file.endsWith(".sql"));
const before = new Set(sqlFiles());
execFileSync("drizzle-kit", ["generate", "--name", name], { stdio: "inherit" });
for (const file of sqlFiles().filter((file) => !before.has(file))) {
  const sql = readFileSync(`migrations/${file}`, "utf8");
  writeFileSync(`migrations/${file}`, sql.replace(/^\);/gm, ") STRICT;"));
}
// Only the latest picture of all tables is compared with; each is as long as a book.
const snapshots = readdirSync("migrations/meta").filter((file) => file.endsWith("_snapshot.json"));
for (const file of snapshots.sort().slice(0, -1)) rmSync(`migrations/meta/${file}`);
