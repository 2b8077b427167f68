// `node test/simulation/play.ts --from S --seeds N [--folder F] [--verbose]`: plays seeds one after the other in this process. Each
// failing seed is told with its record and keeps its files; the last line counts. Exit 1 when one failed.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Ending, playSeed } from "./run.ts";

const RECORD_LINES = 60;
/** Of so many seeds in a folder the files are kept, broken ones and those being played; the others replay as well. */
const KEPT = 12;

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "1" },
    seeds: { type: "string", default: "20" },
    folder: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
// In memory where there is such a place: here power fails in our process, never under the disk.
const folder = values.folder ?? mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "filiera-story-"));

// A machine that died goes on running for a moment without its database: nobody hears what it says then.
process.on("unhandledRejection", (error) => {
  if (/database connection is not open|power failed|disk is full/.test(String(error))) return;
  throw error;
});

// Nobody is left to hear of it.
process.once("disconnect", () => process.exit(1));

const from = Number(values.from);
const seeds = Number(values.seeds);
let failed = 0;
let crashes = 0;
let restores = 0;
for (let seed = from; seed < from + seeds; seed++) {
  const ending = await playSeed(folder, seed, values.verbose).catch(toEnding(seed));
  process.send?.(seed);
  if (values.verbose) console.log(`seed ${seed} ends as ${ending.digest ?? "nothing"}`);
  crashes += ending.crashes;
  restores += ending.restores;
  if (ending.broken.length === 0) continue;
  failed++;
  const stage = `${folder}/seed-${seed}`;
  const kept = readdirSync(folder).filter((name) => name.startsWith("seed-")).length;
  if (kept > KEPT) rmSync(stage, { recursive: true, force: true });
  console.error(`seed ${seed} breaks (replay: npm run torture -- --seeds 1 --from ${seed}); its files: ${stage}`);
  for (const line of [...ending.record.slice(-RECORD_LINES), ...ending.broken]) console.error(`  ${line}`);
}
if (failed === 0 && values.folder === undefined) rmSync(folder, { recursive: true, force: true });
console.log(
  `${seeds} stories from seed ${from}: ${failed} broken, ${crashes} crashes and ${restores} restores survived`,
);
process.exit(failed === 0 ? 0 : 1);

function toEnding(seed: number) {
  return (error: unknown): Ending => {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, broken: [told], record: [], crashes: 0, restores: 0, digest: null };
  };
}
