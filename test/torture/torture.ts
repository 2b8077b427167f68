// `npm run torture -- --seeds N --from S`: simulated districts, one story per seed, on all cores; a failing seed replays.
// `npm run torture -- --minutes N --seed S`: kills two real nodes at random again and again; every round says its seed, and
// the first round whose end breaks a promise stops it.
// `npm run torture -- --crowd`: 100,000 letters to 300 peers, 90 of them dead; prints its figures (crowd.ts).
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { makeScratchFolder } from "../bench/scratch.ts";
import { carryCrowd } from "./crowd.ts";
import { torture } from "./run.ts";

const KILLS_PER_ROUND = 30;
const STORIES = 10_000;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: String(STORIES) },
    from: { type: "string", default: "1" },
    minutes: { type: "string" },
    crowd: { type: "boolean", default: false },
    seed: { type: "string", default: String(Date.now() % 100_000) },
  },
});
if (values.crowd) process.exitCode = await carryAll();
else if (values.minutes !== undefined) await killForMinutes(Number(values.minutes), Number(values.seed));
else process.exitCode = await playStories(Number(values.from), Number(values.seeds));

/** Shares the seeds among the cores; the last line counts like a test runner's. Gives the exit code. */
async function playStories(from: number, seeds: number): Promise<number> {
  const workers = Math.min(seeds, availableParallelism());
  const runs = Array.from({ length: workers }, (_, i) => {
    const first = from + Math.floor((seeds * i) / workers);
    const last = from + Math.floor((seeds * (i + 1)) / workers);
    return playSome(first, last - first);
  });
  const broken = (await Promise.all(runs)).reduce((sum, one) => sum + one, 0);
  console.log(`# { total: ${seeds}, pass: ${seeds - broken}${broken > 0 ? `, fail: ${broken}` : ""} }`);
  return broken === 0 ? 0 : 1;
}

/** Plays some in a process of their own. Gives how many broke; one that dies without a word breaks them all. */
function playSome(from: number, seeds: number): Promise<number> {
  const player = fileURLToPath(new URL("../simulation/play.ts", import.meta.url));
  const args = [player, "--from", String(from), "--seeds", String(seeds)];
  const child = spawn(process.execPath, args, { stdio: ["inherit", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (text) => {
    said += text;
    process.stdout.write(text);
  });
  return new Promise((resolve) =>
    child.once("close", () => resolve(Number(/: (\d+) broken/.exec(said)?.[1] ?? seeds))),
  );
}

async function carryAll(): Promise<number> {
  const misses = await carryCrowd();
  for (const miss of misses) console.error(miss);
  return misses.length === 0 ? 0 : 1;
}

async function killForMinutes(minutes: number, first: number): Promise<void> {
  const until = Date.now() + minutes * 60_000;
  for (let seed = first; Date.now() < until; seed++) {
    console.log(`seed ${seed}`);
    const { folder, remove } = makeScratchFolder();
    const { farm, gas, broken } = await torture({ folder, seed, kills: KILLS_PER_ROUND, until });
    if (!gas || !isDeepStrictEqual(farm?.pact, gas.pact)) broken.push("the pacts differ");
    if (broken.length > 0) {
      console.error(`seed ${seed} breaks, its data are in ${folder}:\n${broken.join("\n")}`);
      process.exit(1);
    }
    remove();
  }
}
