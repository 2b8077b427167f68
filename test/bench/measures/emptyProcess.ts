// What Node itself costs before it does anything: the time of an empty process, or its resident memory.
import { spawnSync } from "node:child_process";

const RUNS = 15;
const script = "console.log(process.memoryUsage().rss)";
const runs = Array.from({ length: RUNS }, () => {
  const started = performance.now();
  const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  return { startMs: performance.now() - started, rssMb: Number(stdout) / 1e6 };
});
const values = runs.map(({ startMs, rssMb }) => (process.argv[2] === "start" ? startMs : rssMb));
const median = values.sort((one, other) => one - other)[Math.floor(RUNS / 2)];
console.log(JSON.stringify({ value: median }));
