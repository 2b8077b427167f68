// A process that may use so much memory and no more, as systemd's MemoryMax has it: by a control group of its own.
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const ROOT = "/sys/fs/cgroup";

export type MemoryGroup = {
  /** What to spawn instead of the program with these arguments. */
  readonly wrap: (program: string, args: readonly string[]) => readonly [string, string[]];
  /** Once all its processes are gone. */
  readonly close: () => Promise<void>;
};

/** Makes one, or says why this machine has none. */
export function openMemoryGroup(mebibytes: number): MemoryGroup | { readonly whyNot: string } {
  const isFirst = existsSync(`${ROOT}/memory/memory.limit_in_bytes`);
  const folder = `${isFirst ? `${ROOT}/memory` : ROOT}/filiera-${process.pid}-${Date.now()}`;
  const bytes = String(mebibytes * 1024 * 1024);
  const limits: readonly (readonly [string, string])[] = isFirst
    ? [["memory.limit_in_bytes", bytes]]
    : [
        ["memory.max", bytes],
        ["memory.swap.max", "0"],
      ];
  try {
    mkdirSync(folder);
    for (const [name, value] of limits) writeFileSync(`${folder}/${name}`, value);
    if (isFirst && existsSync(`${folder}/memory.memsw.limit_in_bytes`))
      writeFileSync(`${folder}/memory.memsw.limit_in_bytes`, bytes);
  } catch (error) {
    if (existsSync(folder)) rmdirSync(folder);
    return { whyNot: `needs a control group for memory: ${(error as Error).message}` };
  }
  return {
    wrap: (program, args) => ["sh", ["-c", `echo $$ >'${folder}/cgroup.procs' && exec "$0" "$@"`, program, ...args]],
    close: async () => {
      for (let tries = 0; existsSync(folder) && tries < 200; tries++) {
        try {
          rmdirSync(folder);
        } catch {
          await pause(50);
        }
      }
    },
  };
}
