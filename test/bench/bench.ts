// `npm run bench`: measures, each in a process of its own, what this machine can do and what we make of it.
// `--json` prints one object, name -> {value, unit, limit, ratio}; `--only NAME` (repeatable) measures one with its limit;
// `--runs N` keeps the best of N, for a machine that others use too.
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chooseFigures, FIGURES, type Figure } from "./figures.ts";

/** A figure measured. `limit` is the value it is held against, `ratio` its share of it; null for a limit itself. */
type Result = {
  readonly value: number;
  readonly unit: string;
  readonly limit: number | null;
  readonly ratio: number | null;
};

const TIMEOUT_MS = 180_000;

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    runs: { type: "string", default: "1" },
  },
});
const unknown = options.only.filter((name) => !FIGURES.some((figure) => figure.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no figure ${unknown.join(", ")}. The figures: ${FIGURES.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}

const results: Record<string, Result> = {};
if (!options.json)
  console.log(`${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores, Node ${process.version}\n`);
for (const figure of chooseFigures(options.only)) {
  const value = measureBest(figure, Math.max(1, Number(options.runs) || 1));
  const limit = figure.limit === null ? null : (results[figure.limit]?.value ?? null);
  const ratio = limit === null ? null : Number((value / limit).toPrecision(3));
  results[figure.name] = { value, unit: figure.unit, limit, ratio };
  if (!options.json) console.log(writeLine(figure, results[figure.name]!));
}
if (options.json) console.log(JSON.stringify(results));

function measureBest(figure: Figure, runs: number): number {
  const values = Array.from({ length: runs }, () => measure(figure));
  return figure.unit === "1/s" ? Math.max(...values) : Math.min(...values);
}

function measure({ name, command: [file, ...args] }: Figure): number {
  const path = fileURLToPath(new URL(`./measures/${file}`, import.meta.url));
  const child = spawnSync(process.execPath, [path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    timeout: TIMEOUT_MS,
  });
  if (child.status !== 0) {
    console.error(`${name} could not be measured (${child.signal ?? `exit ${child.status}`})`);
    process.exit(1);
  }
  const { value } = JSON.parse(child.stdout.trim().split("\n").at(-1) ?? "{}") as { value: number };
  return Number(value.toPrecision(4));
}

function writeLine({ name, says, limit }: Figure, { value, unit, ratio }: Result): string {
  const share = ratio === null ? "" : `${(100 * ratio).toFixed(0)} % of ${limit}`;
  const number = value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0 });
  return `${name.padEnd(18)} ${number.padStart(9)} ${unit.padEnd(4)} ${share.padEnd(24)} ${says}`;
}
