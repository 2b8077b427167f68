// The clock of the demo: that of the machine, and so many days ahead. All homes read how far ahead from one small file, so
// that time passes for all of them in the same moment and a home that starts again finds it as it is.
import { existsSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Epoch ms, as everybody in the demo has it. */
export type DemoClock = { readonly now: () => number };

/** The story's own clock: nobody else moves it. `moveTo` only goes forward. */
export type StoryClock = DemoClock & { readonly moveTo: (at: number) => void };

const FILE = "clock";
const BYTES = 8;

/** The clock of the demo in that folder, for reading. The story has made it before. */
export function readClock(folder: string): DemoClock {
  return watch(openSync(join(folder, FILE), "r"));
}

/** The clock of the demo in that folder, for moving; made where there is none yet. */
export function openClock(folder: string): StoryClock {
  const path = join(folder, FILE);
  if (!existsSync(path)) writeFileSync(path, Buffer.alloc(BYTES), { mode: 0o600 });
  const file = openSync(path, "r+");
  const { now } = watch(file);
  return {
    now,
    moveTo: (at) => {
      const ahead = Buffer.alloc(BYTES);
      ahead.writeDoubleLE(Math.max(at, now()) - Date.now());
      // Eight bytes in one write: nobody reads half of them.
      writeSync(file, ahead, 0, BYTES, 0);
    },
  };
}

function watch(file: number): DemoClock {
  const ahead = Buffer.alloc(BYTES);
  return {
    now: () => {
      readSync(file, ahead, 0, BYTES, 0);
      return Math.round(Date.now() + ahead.readDoubleLE());
    },
  };
}
