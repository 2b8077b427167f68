// `npm run bench`: measures, each in a process of its own, what this machine can do and what we make of it.
// `--json` prints one object, name -> {value, unit, limit, ratio}; `--readme` writes the table of README.md;
// `--only NAME` (repeatable) measures one with its limits, `--with NAME` (repeatable) one of those that take minutes besides all others,
// into the table too; `--runs N` keeps the best of N, for a machine that others use too.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chooseFigures, FIGURES, type Figure } from "./figures.ts";
import { saveReadmeTable } from "./readmeTable.ts";
import { type Result, writeLine } from "./result.ts";

/** The longest measure takes 20 s on a quiet machine. */
const TIMEOUT_MS = 90_000;
/** What is measured only when asked for by name. */
const ASKED_TIMEOUT_MS = 15 * 60_000;
/** What is not measured by then is left out, so that a run always ends. All of it takes 7 minutes on a quiet machine. */
const ALL_TIMEOUT_MS = 20 * 60_000;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    readme: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    with: { type: "string", multiple: true, default: [] },
    runs: { type: "string", default: "1" },
  },
});
const unknown = [...options.only, ...options.with].filter((name) => !FIGURES.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no figure ${unknown.join(", ")}. The figures: ${FIGURES.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
if (options.readme && options.only.length > 0) {
  console.error("--readme writes the whole table: it goes without --only.");
  process.exit(2);
}

/** What a command printed in a run, for the other figures that are parts of it; null where it failed. */
const measured = new Map<string, Readonly<Record<string, unknown>> | null>();
const endsAt = performance.now() + ALL_TIMEOUT_MS + options.with.length * ASKED_TIMEOUT_MS;
const results: Record<string, Result> = {};
const machine = `${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores, Node ${process.version}`;
if (!options.json) console.log(`${machine}\n`);
for (const figure of chooseFigures(options.only, options.with)) {
  const value = measureBest(figure, Math.max(1, Number(options.runs) || 1));
  const result = compare(figure, value);
  results[figure.name] = result;
  if (!options.json) console.log(writeLine(figure, result));
}
if (options.json) console.log(JSON.stringify(results));
if (options.readme) saveReadmeTable(results, machine);
// What could not be measured is null in the table and named on stderr.
if (Object.values(results).some(({ value }) => value === null)) process.exitCode = 1;

function compare({ unit, limit, harderLimit }: Figure, value: number | null): Result {
  const held = (name: string | null) => {
    const against = name === null ? null : (results[name]?.value ?? null);
    return {
      limit: against,
      ratio: value === null || against === null ? null : Number((value / against).toPrecision(3)),
    };
  };
  return { value, unit, ...held(limit), ...(harderLimit ? { harder: held(harderLimit) } : {}) };
}

function measureBest(figure: Figure, runs: number): number | null {
  const values = Array.from({ length: runs }, (_, run) => measure(figure, run)).filter((value) => value !== null);
  if (values.length === 0) return null;
  return figure.unit === "1/s" ? Math.max(...values) : Math.min(...values);
}

function measure(figure: Figure, run: number): number | null {
  const key = JSON.stringify([figure.command, run]);
  if (!measured.has(key)) measured.set(key, runMeasure(figure));
  const value = measured.get(key)?.[figure.part ?? "value"];
  return typeof value === "number" ? Number(value.toPrecision(4)) : null;
}

function runMeasure({
  name,
  isAskedOnly,
  isAsStarted,
  command: [file, ...args],
}: Figure): Readonly<Record<string, unknown>> | null {
  const timeout = Math.min(isAskedOnly ? ASKED_TIMEOUT_MS : TIMEOUT_MS, endsAt - performance.now());
  if (timeout <= 0) {
    console.error(`${name} was not measured: the time for all is over`);
    return null;
  }
  const path = fileURLToPath(new URL(`./measures/${file}`, import.meta.url));
  const flags = isAsStarted ? readStartFlags() : [];
  const child = spawnSync(process.execPath, [...flags, path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    timeout,
    killSignal: "SIGKILL",
  });
  if (child.status !== 0) {
    console.error(`${name} could not be measured (${child.signal ?? `exit ${child.status}`})`);
    return null;
  }
  return JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "{}") as Record<string, unknown>;
}

/** What `npm start` tells Node about memory. */
function readStartFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return (scripts.start as string).match(/--max-\S+/g) ?? [];
}
