// Who was erased, beside the database: a list that no restore rolls back, so that an erasure is done again on data that come from before it.
// Random ids and times, nothing else. SAFETY 6, 9 (C52).
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/** The name of the list in a data folder and in a backup. */
const ERASURES_FILE = "erasures.jsonl";

/** A person who was erased; `at` epoch ms. */
export type Erasure = { readonly personId: string; readonly at: number };

/** Adds an erasure; on disk when it returns. To be called before its transaction commits: what is listed in vain is done at the next start. */
export function appendErasure(dataFolder: string, { personId, at }: Erasure): void {
  const file = join(dataFolder, ERASURES_FILE);
  const isNew = !existsSync(file);
  const handle = openSync(file, "a", 0o600);
  try {
    // A line that a power cut left half must not swallow this one.
    writeSync(handle, `${isNew ? "" : "\n"}${JSON.stringify({ personId, at })}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (isNew) syncFolder(dirname(file));
}

/** Everybody on the list of a folder; none where there is no list. Lines that are none are passed over. */
export function readErasures(folder: string): Erasure[] {
  const file = join(folder, ERASURES_FILE);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").flatMap(readLine);
}

/** Makes the list of `target` hold what it holds and what that of `other` does. */
export function mergeErasures(target: string, other: string): void {
  const lists = [...readErasures(target), ...readErasures(other)];
  if (lists.length === 0) return;
  const all = new Map(lists.map((one) => [one.personId, one]));
  const lines = [...all.values()].map((one) => `${JSON.stringify(one)}\n`);
  writeFileSync(join(target, ERASURES_FILE), lines.join(""), { mode: 0o600, flush: true });
}

function readLine(line: string): Erasure[] {
  try {
    const { personId, at } = JSON.parse(line) as { personId?: unknown; at?: unknown };
    return typeof personId === "string" && typeof at === "number" ? [{ personId, at }] : [];
  } catch {
    return [];
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
