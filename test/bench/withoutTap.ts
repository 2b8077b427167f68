// What the builders of the tests want of a test, for a measurement: a folder beside the data of a node, and an end.
import type { Test } from "tap";
import { makeScratchFolder } from "./scratch.ts";

export type Bench = { readonly t: Test; readonly folder: string; readonly close: () => Promise<void> };

/** Opens it; `close` ends what was built in the reverse order and removes the folder. */
export function openBench(): Bench {
  const { folder, remove } = makeScratchFolder();
  const ends: (() => unknown)[] = [];
  const t = { testdir: () => folder, teardown: (end: () => unknown) => ends.push(end) };
  const close = async () => {
    for (const end of ends.reverse()) await end();
    remove();
  };
  return { t: t as unknown as Test, folder, close };
}
