// Bundles the program of `npm start` (program.ts). Nothing is kept when a source was written meanwhile.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stop } from "esbuild";
import { bundleInto, layBeside, WORKERS } from "./bundle.ts";
import { MADE_BY, NOTE, PROGRAMS, type Program, RECIPE, ROOT, stateOf } from "./program.ts";

/** How many programs are kept: whoever still runs an older one reads the parts of it that it had not needed yet. */
const KEPT = 4;
/** The clock of files ticks more slowly than ours. */
const TICK_MS = 50;

const begunAt = Date.now() - TICK_MS;
mkdirSync(PROGRAMS, { recursive: true });
const making = mkdtempSync(join(PROGRAMS, "making-"));
try {
  const { inputs: read } = await bundleInto(making, { filiera: "src/main.ts", ...WORKERS }, { hasSourceMaps: true });
  await stop();
  layBeside(making, { isLinked: true });
  const inputs = Object.fromEntries([...Object.keys(read), ...RECIPE].map((path) => [path, stateOf(path)]));
  const isChanging = Object.keys(inputs).some((path) => statSync(join(ROOT, path)).ctimeMs >= begunAt);
  if (!isChanging) keep({ folder: nameOf(inputs), madeBy: MADE_BY, inputs });
} finally {
  rmSync(making, { recursive: true, force: true });
}

function nameOf(inputs: Program["inputs"]): string {
  return createHash("sha256")
    .update(JSON.stringify([MADE_BY, inputs]))
    .digest("hex")
    .slice(0, 16);
}

/** Moves the program to its place, says that it is the last one, and removes the oldest. Two who make it at once make the same. */
function keep(program: Program): void {
  const folder = join(PROGRAMS, program.folder);
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
  const note = join(PROGRAMS, `${program.folder}.json`);
  writeFileSync(note, JSON.stringify(program));
  renameSync(note, NOTE);
  const madeAt = (name: string) => statSync(join(PROGRAMS, name)).mtimeMs;
  const folders = readdirSync(PROGRAMS).filter((name) => /^[0-9a-f]{16}$/.test(name));
  for (const name of folders.sort((a, b) => madeAt(b) - madeAt(a)).slice(KEPT))
    rmSync(join(PROGRAMS, name), { recursive: true, force: true });
}
