// `npm run coverage`: pure files are covered whole, each by the tests that mirror it. Lines and functions count; branches
// do not, because strict indexing asks for `?? 0` where the absence cannot happen.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isPure } from "../test/tidy/rooms.ts";
import { listFiles, ROOT, readSources, type Source, walk } from "../test/tidy/source.ts";

const SUMMARY = join(ROOT, ".tap/report/coverage-summary.json");
type Figure = { readonly pct: number };
type Summary = Readonly<Record<string, { readonly lines: Figure; readonly functions: Figure }>>;

const sources = readSources("src").filter((source) => isPure(source.path) && hasCode(source));
const tests = listFiles("test", [".test.ts"]).filter((test) => sources.some(({ path }) => mirrors(test, path)));
rmSync(SUMMARY, { force: true });
const args = ["--no-disable-coverage", "--coverage-report=json-summary", "--coverage-report=text", ...tests];
const { status } = spawnSync("tap", args, { stdio: ["ignore", "inherit", "inherit"] });
const summary = JSON.parse(readFileSync(SUMMARY, "utf8")) as Summary;
const short = sources.flatMap(({ path }) => {
  const figure = summary[join(ROOT, path)];
  if (!figure) return [`${path}: no test that mirrors it (${path.replace(/^src/, "test").replace(/ts$/, "test.ts")})`];
  const { lines, functions } = figure;
  return Math.min(lines.pct, functions.pct) === 100
    ? []
    : [`${path}: lines ${lines.pct} %, functions ${functions.pct} %`];
});
for (const line of short) console.error(line);
console.log(
  `# ${sources.length - short.length} of ${sources.length} pure files covered whole by ${tests.length} test files`,
);
process.exitCode = status !== 0 || short.length > 0 || sources.length === 0 ? 1 : 0;

/** Whether test/room/name.test.ts or test/room/name.aspect.test.ts stands beside src/room/name.ts. */
function mirrors(test: string, path: string): boolean {
  const stem = path.replace(/^src\//, "test/").replace(/\.ts$/, "");
  return test.startsWith(`${stem}.`);
}

/** Whether anything of the file is left when its types are taken away. */
function hasCode(source: Source): boolean {
  const program = walk(source)[0] as unknown as { body: { type: string; importKind?: string; exportKind?: string }[] };
  return program.body.some(
    ({ type, importKind, exportKind }) => !type.startsWith("TS") && importKind !== "type" && exportKind !== "type",
  );
}
