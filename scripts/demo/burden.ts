// What the homes cost the machine: memory held and processor time used, as Linux tells of each process.
import { existsSync, readFileSync } from "node:fs";
import { HOME_KEYS } from "./cast.ts";
import type { Homes } from "./homes.ts";
import { StoryError, type Teller } from "./teller.ts";

/** Resident memory of all homes together, what they share (the program itself) counted once. */
const MOST_BYTES = 1_500_000_000;
/** Twice what it takes where nothing else runs: by the clock it is a minute there, and elsewhere that is nobody's fault. */
const MOST_SECONDS = 180;
const TICKS_PER_SECOND = 100;

/** Says what they hold and used, and throws StoryError where that is too much. Says nothing where the system does not tell. */
export async function weighHomes(homes: Homes, { say, format, see }: Teller): Promise<void> {
  if (!existsSync("/proc/self/smaps_rollup")) return;
  const pids = HOME_KEYS.map((key) => homes[key].pid());
  const [bytes, seconds] = [sum(pids.map(readBytes)), sum(pids.map(readSeconds)) + process.cpuUsage().user / 1e6];
  if (bytes >= MOST_BYTES) throw new StoryError(say.tooMuch(inGigabytes(bytes)));
  if (seconds >= MOST_SECONDS) throw new StoryError(say.tooMuch(`${Math.round(seconds)} s`));
  await see(say.memory(inGigabytes(bytes), inGigabytes(MOST_BYTES)), async () => true);
  await see(say.work(format.count(Math.round(seconds)), format.count(MOST_SECONDS)), async () => true);

  function inGigabytes(count: number): string {
    return `${format.quantity(Math.round(count / 1e7) * 10)} GB`;
  }
}

function readBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
}

/** In user and in system mode: the 14th and 15th field, counted after the name, which may hold spaces. */
function readSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
