// What the homes cost the machine: memory held and processor time used, as Linux tells of each process.
import { existsSync, readFileSync } from "node:fs";
import { HOME_KEYS } from "./cast.ts";
import type { Homes } from "./homes.ts";
import { StoryError, type Teller } from "./teller.ts";

/** Memory of all homes together, what they share (the program itself) counted once. */
const MOST_BYTES = 1_500_000_000;
/** Twice what it takes where nothing else runs: by the clock it is a minute there, and elsewhere that is nobody's fault. */
const MOST_SECONDS = 180;
const TICKS_PER_SECOND = 100;

/** Throws StoryError where the homes hold or used too much. Says nothing where the system does not tell. */
export async function weighHomes(homes: Homes, { say, format, see }: Teller): Promise<void> {
  const burden = readBurden(homes);
  if (burden === null) return;
  const { bytes, seconds } = burden;
  if (bytes >= MOST_BYTES) throw new StoryError(say.tooMuch(inGigabytes(bytes, format)));
  if (seconds >= MOST_SECONDS) throw new StoryError(say.tooMuch(`${Math.round(seconds)} s`));
  await see(say.memory(inGigabytes(MOST_BYTES, format)), async () => true);
  await see(say.work(format.count(MOST_SECONDS)), async () => true);
}

/** What they hold and used so far, in a sentence; null where the system does not tell. */
export function sayBurden(homes: Homes, { say, format }: Pick<Teller, "say" | "format">): string | null {
  const burden = readBurden(homes);
  if (burden === null) return null;
  const [bytes, summed] = [burden.bytes, burden.summedBytes].map((count) => inGigabytes(count, format));
  return say.burden(bytes!, summed!, format.count(Math.round(burden.seconds)));
}

/** `summedBytes`: what each of them holds, added up, so that what they share counts for each. */
type Burden = { readonly bytes: number; readonly summedBytes: number; readonly seconds: number };

function readBurden(homes: Homes): Burden | null {
  if (!existsSync("/proc/self/smaps_rollup")) return null;
  const pids = HOME_KEYS.map((key) => homes[key].pid());
  const rolls = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  const [bytes, summedBytes] = ["Pss", "Rss"].map((name) => sum(rolls.map((roll) => readBytes(roll, name))));
  const { user, system } = process.cpuUsage();
  return { bytes: bytes!, summedBytes: summedBytes!, seconds: sum(pids.map(readSeconds)) + (user + system) / 1e6 };
}

function inGigabytes(bytes: number, format: Teller["format"]): string {
  return `${format.quantity(Math.round(bytes / 1e7) * 10)} GB`;
}

function readBytes(roll: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(roll)?.[1] ?? 0) * 1024;
}

/** In user and in system mode: the 14th and 15th field, counted after the name, which may hold spaces. */
function readSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
