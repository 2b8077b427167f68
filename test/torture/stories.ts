// Plays many stories on all cores, some hundred or for a night: in short-lived processes that take the next seeds when they are done
// with theirs, so that neither memory nor disk grows with the hours.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A process plays so many seeds and ends, whatever it may have leaked. */
const SEEDS_A_PROCESS = 250;
/** How often it is said how far we are. */
const TELL_EVERY_MS = 30_000;

const CACHE = new URL("../../node_modules/.cache/filiera", import.meta.url);

type Wish = { readonly from: number; readonly seeds: number; readonly isVerbose: boolean };

/** Plays `seeds` seeds from `from` and says how far it is; the last line counts like a test runner's. Gives how many broke. */
export async function playStories({ from, seeds, isVerbose }: Wish): Promise<number> {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "filiera-stories-"));
  const dropFolder = () => rmSync(folder, { recursive: true, force: true });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      dropFolder();
      process.exit(1);
    });
  const end = from + seeds;
  const started = performance.now();
  let next = from;
  let done = 0;
  let broken = 0;
  const tell = () => console.log(tellProgress(done, seeds, performance.now() - started));
  const timer = setInterval(tell, TELL_EVERY_MS);
  const work = async () => {
    while (next < end) {
      const some = { from: next, seeds: Math.min(sliceOf(seeds), end - next), isVerbose };
      next += some.seeds;
      let left = some.seeds;
      const hear = () => {
        left--;
        done++;
      };
      const brokenHere = await playSome(some, folder, hear);
      // Never `+= await`: that would add to what it was before the other core was done.
      broken += brokenHere;
      done += left;
    }
  };
  await Promise.all(Array.from({ length: Math.min(seeds, availableParallelism()) }, work));
  clearInterval(timer);
  tell();
  if (broken === 0) dropFolder();
  console.log(`# { total: ${seeds}, pass: ${seeds - broken}${broken > 0 ? `, fail: ${broken}` : ""} }`);
  return broken;
}

/** Few seeds are shared evenly among the cores. */
function sliceOf(seeds: number): number {
  return Math.min(SEEDS_A_PROCESS, Math.ceil(seeds / availableParallelism()));
}

/** Plays some in a process of their own. Gives how many broke; one that dies without a word breaks them all. */
function playSome({ from, seeds, isVerbose }: Wish, folder: string, onEnd: () => void): Promise<number> {
  const player = fileURLToPath(new URL("../simulation/play.ts", import.meta.url));
  // Short-lived values by the million: in a small nursery they outlive it and cost twice.
  const args = [
    "--max-semi-space-size=64",
    player,
    "--folder",
    folder,
    "--from",
    String(from),
    "--seeds",
    String(seeds),
  ];
  const child = spawn(process.execPath, isVerbose ? [...args, "--verbose"] : args, {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { ...process.env, NODE_COMPILE_CACHE: fileURLToPath(CACHE) },
  });
  let said = "";
  child.stdout?.on("data", (text) => {
    said = `${said}${text}`.slice(-1000);
    process.stdout.write(text);
  });
  child.on("message", onEnd);
  return new Promise((resolve) =>
    child.once("close", (code, signal) => {
      const counted = /: (\d+) broken/.exec(said)?.[1];
      if (counted === undefined)
        console.error(
          `the process of seeds ${from} to ${from + seeds - 1} ended unheard: code ${code}, signal ${signal}`,
        );
      resolve(Number(counted ?? seeds));
    }),
  );
}

function tellProgress(done: number, seeds: number, ms: number): string {
  const minutes = (some: number) => (some / 60_000).toFixed(1);
  const left = done === 0 ? "who knows how many" : `about ${minutes((ms / done) * (seeds - done))}`;
  return `${done} of ${seeds} stories told in ${minutes(ms)} minutes, ${left} to go`;
}
