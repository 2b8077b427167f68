// Gets a run of tap ready to count what its tests reach of the pure files.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../test/tidy/source.ts";
import { readScope } from "./scope.ts";

/** What the tests of the last run reached, a file a process. */
export const FOLDER = join(ROOT, ".tap", "reached");

/** The environment of a run that counts: code out of the cache has no counters (count.ts gives the cache to whom nobody counts). */
export function countedEnv(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_COMPILE_CACHE: undefined };
}

/** Tap's arguments for tests that start quickly. */
export function bareArgs(): string[] {
  return [`--test-env=NODE_OPTIONS=--import=${new URL("bare.mjs", import.meta.url).href}`];
}

/** Forgets the last run, and gives tap's arguments for the next. */
export function countedArgs(): string[] {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  // Beside what it is about, for a process that should not parse all sources to know it.
  writeFileSync(`${FOLDER}.json`, JSON.stringify(readScope()));
  return [`--node-arg=--import=${new URL("count.ts", import.meta.url).href}`];
}
