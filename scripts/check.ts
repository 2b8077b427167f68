// `npm test`: everything that must hold, as named steps. CI runs the same. `npm test -- types rooms` runs those alone.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** A step: its name, the command, and how to mend what it finds. */
type Step = { readonly name: string; readonly command: readonly [string, ...string[]]; readonly mend: string };

// What the tests reach of the pure files is counted as they run; alone the step runs those it needs.
const STEPS: readonly Step[] = [
  { name: "format", command: ["biome", "ci", "--linter-enabled=false", "."], mend: "npm run format" },
  { name: "lint", command: ["biome", "lint", "."], mend: "npm run format mends most" },
  { name: "types", command: ["tsc"], mend: "read the first error first" },
  { name: "rooms", command: ["tap", "test/tidy/rooms.test.ts"], mend: "the table is in test/tidy/rooms.ts" },
  { name: "unused", command: ["knip"], mend: "remove it, or use it" },
  { name: "catalogue", command: ["node", "scripts/catalogue.ts", "--check"], mend: "npm run catalogue" },
  { name: "tests", command: ["node", "scripts/runTests.ts"], mend: "tap FILE runs one file" },
  { name: "coverage", command: ["node", "scripts/coverage.ts"], mend: "test the lines it names, or remove them" },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(", ")}. The steps: ${STEPS.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
// tap needs its plugin set built once in a fresh checkout; npm would not run a pretest script (ignore-scripts).
if (!existsSync(".tap/plugins/node_modules")) spawnSync("tap", ["build"], { stdio: "inherit" });

const failed: string[] = [];
let closing: string | undefined;
for (const step of STEPS.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
  const areTold = step.name === "coverage" && closing !== undefined;
  const [program, ...args] = areTold ? [...step.command, "--counted"] : step.command;
  console.log(`== ${step.name}: ${[program, ...args].join(" ")}`);
  const from = performance.now();
  const { status } = spawnSync(program, args, { stdio: ["ignore", "inherit", "inherit"] });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  if (status !== 0) failed.push(`${step.name} failed after ${seconds} s: ${step.mend}.`);
  else console.log(`== ${step.name}: holds, ${seconds} s`);
  if (step.name === "tests") closing = readClosing();
}
for (const line of failed) console.error(`== ${line}`);
// The output ends with the runner's own count.
if (closing) console.log(closing);
process.exitCode = failed.length > 0 ? 1 : 0;

/** The last line in which the runner counted: "# { total: 3, pass: 3 }"; empty where it did not come so far. */
function readClosing(): string {
  return existsSync(".tap/closing-line") ? readFileSync(".tap/closing-line", "utf8") : "";
}
