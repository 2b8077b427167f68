// `node scripts/runTests.ts [tap's arguments]`: runs the tests; the few files that failed among the others run once more by themselves.
// Tests of killed processes, full disks and browsers share two cores with everything else here: one that fails in a crowd and
// holds alone is named as unsteady, for somebody to mend, and does not hold up the work of everybody. What fails twice has failed.
// A run of all of them counts what it reaches of the pure files, for `scripts/coverage.ts --counted`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../test/tidy/source.ts";
import { countedArgs, countedEnv } from "./reach/counting.ts";

/** More than these at once are no accident. */
const UNSTEADY_MAX = 3;
const FAILED = join(ROOT, ".tap", `failed-${process.pid}`);

/** What the runner said last, for whoever repeats its count. */
const TAP_OUTPUT = join(ROOT, ".tap", "last-run.tap");

const asked = process.argv.slice(2);
mkdirSync(join(ROOT, ".tap"), { recursive: true });
process.exitCode = runTwice(asked.length === 0 ? countedArgs() : asked);
rmSync(FAILED, { force: true });

function runTwice(args: readonly string[]): number {
  const status = runTap(args);
  const failed = status === 0 ? [] : listFailed();
  if (failed.length === 0 || failed.length > UNSTEADY_MAX) return status;
  console.log(`== once more, by themselves: ${failed.join(", ")}`);
  const again = runTap([...args, "--jobs=1"]);
  if (again === 0) console.log(`== unsteady: ${failed.join(", ")} failed among the others`);
  return again;
}

/** One run of tap; files it saved as failed are all it runs the next time. */
function runTap(args: readonly string[]): number {
  const all = [`--save=${FAILED}`, `--output-file=${TAP_OUTPUT}`, ...args];
  return spawnSync("tap", all, { env: countedEnv(), stdio: ["ignore", "inherit", "inherit"] }).status ?? 1;
}

function listFailed(): string[] {
  return existsSync(FAILED) ? readFileSync(FAILED, "utf8").split("\n").filter(Boolean) : [];
}
