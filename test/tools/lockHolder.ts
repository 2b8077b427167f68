// Another process with the database of a node open, that keeps everyone else from writing: `node lockHolder.ts FILE MS`.
// It says "held" once it holds the lock, and ends when the time is over.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../src/db/open.ts";

/** Resolves once another process holds the lock; `ended` resolves when it has let go of it. */
export function holdLock(file: string, ms: number): Promise<{ ended: Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), file, String(ms)]);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the lock was not held (exit ${code})`)));
    child.stdout.once("data", () => resolve({ ended }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file = "", ms = "0"] = process.argv.slice(2);
  const db = openDatabase(file);
  db.raw.exec("BEGIN IMMEDIATE");
  process.stdout.write("held\n");
  setTimeout(() => {
    db.raw.exec("ROLLBACK");
    db.raw.close();
  }, Number(ms));
}
