// `npm run torture -- --seeds N --from S`: simulated districts, one story per seed, on all cores; a failing seed replays. With --verbose
// each seed says what it came to.
// `npm run torture -- --minutes N --seed S`: kills two real nodes at random again and again, while they order (odd seeds) or change
// their pact (even ones); every round says its seed, and the first round whose end breaks a promise stops it.
// `npm run torture -- --timing`: what a stranger could learn by a stopwatch, with 10,000 samples of each question (SAFETY B51).
// `npm run torture -- --crowd`: 100,000 letters to 300 peers, 90 of them dead; prints its figures (crowd.ts).
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { makeScratchFolder } from "../bench/scratch.ts";
import { carryCrowd } from "./crowd.ts";
import { torture } from "./run.ts";
import { playStories } from "./stories.ts";

const KILLS_PER_ROUND = 30;
const STORIES = 10_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: String(STORIES) },
    from: { type: "string", default: "1" },
    minutes: { type: "string" },
    crowd: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    timing: { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 100_000) },
  },
});
if (values.crowd) process.exitCode = await carryAll();
else if (values.timing) process.exitCode = measureTimes();
else if (values.minutes !== undefined) await killForMinutes(Number(values.minutes), Number(values.seed));
else process.exitCode = (await playStories(readStories())) === 0 ? 0 : 1;

function readStories() {
  return { from: Number(values.from), seeds: Number(values.seeds), isVerbose: values.verbose };
}

async function carryAll(): Promise<number> {
  const misses = await carryCrowd();
  for (const miss of misses) console.error(miss);
  return misses.length === 0 ? 0 : 1;
}

/** Gives the exit code of the test, whose output is this one's. */
function measureTimes(): number {
  const test = fileURLToPath(new URL("../web/timing.test.ts", import.meta.url));
  const env = { ...process.env, TIMING_SAMPLES: "10000" };
  return spawnSync("tap", ["--timeout=3600", test], { env, stdio: "inherit" }).status ?? 1;
}

async function killForMinutes(minutes: number, first: number): Promise<void> {
  const until = Date.now() + minutes * 60_000;
  for (let seed = first; Date.now() < until; seed++) {
    const deeds = seed % 2 === 1 ? "orders" : "pacts";
    const { folder, remove } = makeScratchFolder();
    const { farm, gas, orders, broken } = await torture({ folder, seed, kills: KILLS_PER_ROUND, until, deeds });
    console.log(`seed ${seed}: ${deeds === "orders" ? `${orders} orders` : "a pact"}`);
    if (!gas || !isDeepStrictEqual(farm?.pact, gas.pact)) broken.push("the pacts differ");
    if (broken.length > 0) {
      console.error(`seed ${seed} breaks, its data are in ${folder}:\n${broken.join("\n")}`);
      process.exit(1);
    }
    remove();
  }
}
