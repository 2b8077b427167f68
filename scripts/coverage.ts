// `npm run coverage`: pure files are covered whole by the tests of their room. Lines and functions count; branches do not, because
// strict indexing asks for `?? 0` where the absence cannot happen. With --counted the tests have just been run and are not run again.
// Whether a test passes is not asked here.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bareArgs, countedArgs, countedEnv, FOLDER } from "./reach/counting.ts";
import { joinReached, type Reached } from "./reach/lines.ts";
import { readScope } from "./reach/scope.ts";

/**
 * Pure files that are not covered whole yet, with the percent of their lines that are, rounded down. The list only
 * shrinks: a file that does better takes its new figure, a file that is whole goes.
 */
const NOT_YET_WHOLE: Readonly<Record<string, number>> = {};

const { files, tests } = readScope();
if (!process.argv.includes("--counted"))
  spawnSync("tap", [...bareArgs(), ...countedArgs(), "--reporter=terse", ...tests], {
    env: countedEnv(),
    stdio: ["ignore", "ignore", "inherit"],
  });
const reached = readAll();
const complaints = [...files.flatMap(judge), ...Object.keys(NOT_YET_WHOLE).flatMap(judgeListed)];
for (const line of complaints) console.error(line);
const short = Object.keys(NOT_YET_WHOLE).length;
console.log(`# ${files.length} pure files, ${files.length - short} covered whole, by ${tests.length} test files`);
process.exitCode = complaints.length > 0 || files.length === 0 ? 1 : 0;

function readAll(): Map<string, Reached> {
  const all = new Map<string, Reached>();
  for (const name of existsSync(FOLDER) ? readdirSync(FOLDER) : []) {
    const one: Record<string, Reached> = JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
    for (const [path, found] of Object.entries(one)) {
      const before = all.get(path);
      all.set(path, before ? joinReached(before, found) : found);
    }
  }
  return all;
}

function judge(path: string): string[] {
  const percent = percentOf(path);
  const allowed = NOT_YET_WHOLE[path] ?? 100;
  return percent < allowed ? [`${path}: ${percent} % and not ${allowed} %; not reached: ${listMissed(path)}`] : [];
}

function judgeListed(path: string): string[] {
  const isThere = files.includes(path);
  return isThere && percentOf(path) < 100 ? [] : [`${path}: take it off the list in scripts/coverage.ts`];
}

/** Of lines or functions whichever is less, rounded down; 0 for a file that no test loads. */
function percentOf(path: string): number {
  const found = reached.get(path);
  if (!found) return 0;
  const share = (some: readonly boolean[]) => (some.length === 0 ? 1 : some.filter(Boolean).length / some.length);
  const lines = [...found.lines].map((line) => line === "1");
  return Math.floor(100 * Math.min(share(lines), share(Object.values(found.functions))));
}

/** Lines by number and functions by name. */
function listMissed(path: string): string {
  const found = reached.get(path);
  if (!found) return "anything";
  const lines = [...found.lines].flatMap((line, i) => (line === "0" ? [`line ${i + 1}`] : []));
  const functions = Object.entries(found.functions).flatMap(([name, isCalled]) =>
    isCalled ? [] : [name.split("@")[0]],
  );
  return [...lines, ...functions].join(", ");
}
