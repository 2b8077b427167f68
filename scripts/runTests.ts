// `node scripts/runTests.ts [tap's arguments]`: runs the tests; the few files that failed among the others run once more by themselves.
// Tests of killed processes, full disks and browsers share two cores with everything else here: one that fails in a crowd and
// holds alone is named as unsteady, for somebody to mend, and does not hold up the work of everybody. What fails twice has failed.
// A run of all of them counts what it reaches of the pure files, for `scripts/coverage.ts --counted`.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../test/tidy/source.ts";
import { bareArgs, countedArgs, countedEnv } from "./reach/counting.ts";

/** More than these at once are no accident. */
const UNSTEADY_MAX = 3;
const FAILED = join(ROOT, ".tap", `failed-${process.pid}`);

/** The last line in which the runner counted, for whoever repeats it. */
const CLOSING = join(ROOT, ".tap", "closing-line");
/** So much of the end of its output holds that line. */
const END_CHARS = 4000;

const asked = process.argv.slice(2);
mkdirSync(join(ROOT, ".tap"), { recursive: true });
rmSync(CLOSING, { force: true });
process.exitCode = await runTwice(asked.length === 0 ? countedArgs() : asked);
rmSync(FAILED, { force: true });

async function runTwice(args: readonly string[]): Promise<number> {
  const status = await runTap(args);
  const failed = status === 0 ? [] : listFailed();
  if (failed.length === 0 || failed.length > UNSTEADY_MAX) return status;
  console.log(`== once more, by themselves: ${failed.join(", ")}`);
  const again = await runTap([...args, "--jobs=1"]);
  if (again === 0) console.log(`== unsteady: ${failed.join(", ")} failed among the others`);
  return again;
}

/** One run of tap; files it saved as failed are all it runs the next time. */
function runTap(args: readonly string[]): Promise<number> {
  const child = spawn("tap", [`--save=${FAILED}`, ...bareArgs(), ...args], {
    env: countedEnv(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let end = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    process.stdout.write(text);
    end = (end + text).slice(-END_CHARS);
  });
  return new Promise((resolve) =>
    child.once("close", (status) => {
      const closing = [...end.matchAll(/^# \{ total: .*\}$/gm)].at(-1)?.[0];
      if (closing) writeFileSync(CLOSING, closing);
      resolve(status ?? 1);
    }),
  );
}

function listFailed(): string[] {
  return existsSync(FAILED) ? readFileSync(FAILED, "utf8").split("\n").filter(Boolean) : [];
}
