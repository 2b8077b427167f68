// `npm run coverage`: pure files are covered whole by the tests of their room. Lines and functions count; branches do not,
// because strict indexing asks for `?? 0` where the absence cannot happen. Whether a test passes is not asked here: under
// coverage code is slow, and the tests that hold a time limit are judged by the step "tests".
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { isPure, roomOf } from "../test/tidy/rooms.ts";
import { listFiles, ROOT, readSources, type Source, walk } from "../test/tidy/source.ts";

/**
 * Pure files that are not covered whole yet, with the percent of their lines that are, rounded down. The list only
 * shrinks: a file that does better takes its new figure, a file that is whole goes.
 */
const NOT_YET_WHOLE: Readonly<Record<string, number>> = {};

/** Of these rooms, which are not pure, only the tests named after a pure file are run. */
const MIRRORED_ONLY = ["activitypub", "db", "web"];

/** Long tests that reach no line of a pure file which shorter ones do not: under coverage they would only take time. */
const REACH_NOTHING_MORE = [
  "test/sales/orders.test.ts",
  "test/sales/closing.test.ts",
  "test/ledger/history.test.ts",
  "test/ledger/post.test.ts",
  "test/catalogs/imports/actions.test.ts",
  "test/partners/strangers.test.ts",
  "test/partners/threads.test.ts",
  "test/partners/follows.test.ts",
];

const SUMMARY = join(ROOT, ".tap/report/coverage-summary.json");
type Figure = { readonly pct: number };
type Summary = Readonly<Record<string, { readonly lines: Figure; readonly functions: Figure }>>;

const sources = readSources("src").filter((source) => isPure(source.path) && hasCode(source));
const tests = listFiles("test", [".test.ts"])
  .filter((test) => sources.some(({ path }) => speaksOf(test, path)))
  .filter((test) => !REACH_NOTHING_MORE.includes(test));
rmSync(SUMMARY, { force: true });
const args = ["--no-disable-coverage", "--coverage-report=json-summary", "--coverage-report=text", "--reporter=terse"];
const ran = spawnSync("tap", [...args, ...tests], { encoding: "utf8", maxBuffer: 2 ** 28 });
const summary = JSON.parse(readFileSync(SUMMARY, "utf8")) as Summary;
const complaints = [...sources.flatMap(({ path }) => judge(path)), ...Object.keys(NOT_YET_WHOLE).flatMap(judgeListed)];
const rows = ran.stdout
  .split("\n")
  .filter((row) => complaints.some((line) => row.includes(` ${basename(line.split(":")[0]!)} `)));
if (rows.length > 0)
  console.error(`File, statements, branches, functions, lines, lines that no test reached:\n${rows.join("\n")}`);
for (const line of complaints) console.error(line);
const short = Object.keys(NOT_YET_WHOLE).length;
console.log(`# ${sources.length} pure files, ${sources.length - short} covered whole, by ${tests.length} test files`);
process.exitCode = complaints.length > 0 || sources.length === 0 ? 1 : 0;

function judge(path: string): string[] {
  const percent = percentOf(path);
  const allowed = NOT_YET_WHOLE[path] ?? 100;
  return percent < allowed ? [`${path}: ${percent} % of its lines or functions, not ${allowed} %`] : [];
}

function judgeListed(path: string): string[] {
  const isThere = sources.some((source) => source.path === path);
  return isThere && percentOf(path) < 100 ? [] : [`${path}: take it off the list in scripts/coverage.ts`];
}

/** Of lines or functions whichever is less, rounded down; 0 for a file that no test loads. */
function percentOf(path: string): number {
  const figure = summary[join(ROOT, path)];
  return figure ? Math.floor(Math.min(figure.lines.pct, figure.functions.pct)) : 0;
}

/** Whether the test is of the file's room; in a room that is not pure, whether it bears the file's name. */
function speaksOf(test: string, path: string): boolean {
  if (roomOf(test) !== roomOf(path)) return false;
  const stem = path.replace(/^src\//, "test/").replace(/\.ts$/, "");
  return !MIRRORED_ONLY.includes(roomOf(path) ?? "") || test === `${stem}.test.ts`;
}

/** Whether anything of the file is left when its types are taken away. */
function hasCode(source: Source): boolean {
  const program = walk(source)[0] as unknown as { body: { type: string; importKind?: string; exportKind?: string }[] };
  return program.body.some(
    ({ type, importKind, exportKind }) => !type.startsWith("TS") && importKind !== "type" && exportKind !== "type",
  );
}
