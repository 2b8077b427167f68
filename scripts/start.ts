// What `npm start` runs: the node out of its bundled program, which is made when there is none yet or a source has changed since.
// Where it cannot be made (no bundler installed, a folder that nobody may write) the node runs from its sources, and says so.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findProgram } from "./program.ts";

const MAKING_MS = 60_000;

const file = findProgram() ?? makeProgram();
await import(file === null ? "../src/main.ts" : pathToFileURL(file).href);

/** In a process of its own, since a bundler takes more memory than a node. */
function makeProgram(): string | null {
  const maker = join(import.meta.dirname, "makeProgram.ts");
  const { status } = spawnSync(process.execPath, [maker], { stdio: "ignore", timeout: MAKING_MS });
  const made = findProgram();
  if (made === null) {
    const why = status === 0 ? "sources are changing" : "no bundler, or node_modules cannot be written";
    console.error(`Running from the sources (${why}): the start is slower and takes more memory.`);
  }
  return made;
}
