// A database file for one measurement, on the disk where a node would keep its own: memory would make fsync free.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../src/db/open.ts";
import type { Db } from "../../src/db/transact.ts";

const DATA = fileURLToPath(new URL("../../data/", import.meta.url));

/** A fresh folder beside the data of a node; `remove` deletes it. */
export function makeScratchFolder(): { readonly folder: string; readonly remove: () => void } {
  mkdirSync(DATA, { recursive: true });
  const folder = mkdtempSync(join(DATA, "bench-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An empty database opened as the product opens its own. */
export function openScratch(): { readonly db: Db; readonly remove: () => void } {
  const { folder, remove } = makeScratchFolder();
  const db = openDatabase(join(folder, "db.sqlite"));
  return {
    db,
    remove: () => {
      db.raw.close();
      remove();
    },
  };
}
