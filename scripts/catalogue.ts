// `npm run catalogue`: fills the last column of test/CATALOGUE.md from the names of the tests and of the bench's figures. `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIGURES } from "../test/bench/figures.ts";
import { ROOT, readSources, walk } from "../test/tidy/source.ts";

const FILE = join(ROOT, "test/CATALOGUE.md");
const ROW = /^(\| ([ABCD]\d+)(?: [UN])? \|.*\|)[^|]*\|$/;
// A name starts with the rows it shows: "B19 a duplicate key ...", "B19 B20 ...", "B1, B2: ...".
const NAME = /^((?:[ABCD]\d+(?:,|:)? )+)(?:\S|$)/;

const testsById = collectTests();
const before = readFileSync(FILE, "utf8");
const known = new Set<string>();
const after = before
  .split("\n")
  .map((line) => {
    const [, row, id] = ROW.exec(line) ?? [];
    if (row === undefined || id === undefined) return line;
    known.add(id);
    return `${row} ${[...(testsById.get(id) ?? [])].sort().join(", ")} |`.replace(/ {2}\|$/, " |");
  })
  .join("\n");

const strangers = [...testsById.keys()].filter((id) => !known.has(id));
for (const id of strangers)
  console.error(`${[...testsById.get(id)!].join(", ")} names ${id}, which is not in the catalogue.`);
const shown = [...known].filter((id) => testsById.has(id)).length;
console.log(`# ${shown} of ${known.size} rows have a test`);
if (!process.argv.includes("--check")) writeFileSync(FILE, after);
else if (before !== after) console.error("test/CATALOGUE.md does not say which tests there are: npm run catalogue");
const stale = process.argv.includes("--check") && before !== after;
process.exitCode = strangers.length > 0 || stale || known.size === 0 ? 1 : 0;

/** The test files, and the measures of the bench, by the rows that their names start with; paths from test/. */
function collectTests(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { says, command } of FIGURES)
    for (const id of NAME.exec(says)?.[1]?.match(/[ABCD]\d+/g) ?? [])
      found.set(id, (found.get(id) ?? new Set()).add(`bench/measures/${command[0]}`));
  for (const source of readSources("test", [".test.ts"])) {
    for (const node of walk(source)) {
      const text = node.type === "TemplateElement" ? (node.value as { raw: string }).raw : node.value;
      const ids = node.type === "Literal" || node.type === "TemplateElement" ? NAME.exec(String(text))?.[1] : undefined;
      for (const id of ids?.match(/[ABCD]\d+/g) ?? []) {
        found.set(id, (found.get(id) ?? new Set()).add(source.path.slice("test/".length)));
      }
    }
  }
  return found;
}
