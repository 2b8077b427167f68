// The bundled program of `npm start`, kept under node_modules/.cache with the state of every file that went into it. One that was
// made from other bytes than lie here now is never found: a file that is written gets a new change time, whatever its date says.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** Where programs lie, each in a folder of its own: a node that runs reads of its own until it stops. */
export const PROGRAMS = join(ROOT, "node_modules/.cache/filiera-program");

/** Says which of them is the last, and what it was made from. */
export const NOTE = join(PROGRAMS, "last.json");

/** A program: its folder under PROGRAMS, and the state of each file it was made from, by path from ROOT. */
export type Program = {
  readonly folder: string;
  readonly madeBy: string;
  readonly inputs: Readonly<Record<string, string>>;
};

/** The Node that reads the program: another one may strip types or resolve packages in another way. */
export const MADE_BY = `${process.version} ${process.platform} ${process.arch}`;

/** What besides the bundled files decides what a bundle is. */
export const RECIPE = [
  "scripts/bundle.ts",
  "scripts/makeProgram.ts",
  "scripts/program.ts",
  "scripts/stacks.ts",
  "package.json",
  "tsconfig.json",
  "node_modules/.package-lock.json",
] as const;

/** The entry of the program that was made from the files as they lie here now; null when there is none. */
export function findProgram(): string | null {
  try {
    const program = JSON.parse(readFileSync(NOTE, "utf8")) as Program;
    const file = join(PROGRAMS, program.folder, "filiera.mjs");
    return isFresh(program) && existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** Tells whether a program is what this Node would make now. */
export function isFresh({ madeBy, inputs }: Program): boolean {
  return madeBy === MADE_BY && Object.entries(inputs).every(([path, state]) => stateOf(path) === state);
}

/** Which file lies at a path from ROOT, and when it was last written; "" for none. */
export function stateOf(path: string): string {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.size} ${found.ctimeMs}` : "";
}
