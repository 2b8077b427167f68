// Loaded before each test of a whole run (`node --import`): where the test counts for coverage, what it reached of the pure files is kept when it ends.
// NODE_V8_COVERAGE would write megabytes a process, of every package, and reading them takes as long as the tests.
import { readFileSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { enableCompileCache } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";
import { type Counted, type Reached, readReached } from "./lines.ts";
import type { Scope } from "./scope.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CACHE = join(ROOT, "node_modules", ".cache", "filiera");
const FOLDER = join(ROOT, ".tap", "reached");

const { files, tests }: Scope = JSON.parse(readFileSync(`${FOLDER}.json`, "utf8"));
// Code out of the cache has no counters; for all others, and for what a test spawns, it halves the time of the start.
process.env.NODE_COMPILE_CACHE = CACHE;
if (tests.includes(relative(ROOT, process.argv[1] ?? ""))) countLines(new Set(files));
else enableCompileCache(CACHE);

function countLines(wanted: ReadonlySet<string>): void {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
  process.on("exit", () =>
    session.post("Profiler.takePreciseCoverage", (error, taken) => {
      if (error) throw error;
      const reached: Record<string, Reached> = {};
      for (const { url, functions } of taken.result as { url: string; functions: Counted[] }[]) {
        if (!url.startsWith("file:")) continue;
        const path = relative(ROOT, fileURLToPath(url));
        if (wanted.has(path)) reached[path] = readReached(readFileSync(join(ROOT, path), "utf8"), functions);
      }
      writeFileSync(join(FOLDER, `${process.pid}-${threadId}.json`), JSON.stringify(reached));
    }),
  );
}
