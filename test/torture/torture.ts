// `npm run torture -- --minutes N --seed S`: kills two nodes at random again and again; every round says its seed, and the
// first round whose end breaks a promise stops it.
import { isDeepStrictEqual, parseArgs } from "node:util";
import { makeScratchFolder } from "../bench/scratch.ts";
import { torture } from "./run.ts";

const KILLS_PER_ROUND = 30;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 100_000) },
  },
});
const until = Date.now() + Number(values.minutes) * 60_000;
for (let seed = Number(values.seed); Date.now() < until; seed++) {
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
