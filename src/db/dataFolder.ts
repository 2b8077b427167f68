// Whether the data can be served at all: who owns them, who may read them, whether they can be written, whether they are sound.
// Said in one sentence to whoever starts the node; nothing has been changed then (SAFETY 6, A13, A14, A40).
import { accessSync, constants, existsSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** The data cannot be served as they are; the message is one sentence for whoever starts the node. */
export class DataError extends Error {}

const PRIVATE_FILES = ["db.sqlite", "db.sqlite-wal", "db.sqlite-shm", "secrets/secret"];

/** Throws DataError when the folder or a private file in it belongs to another, is open to others, or cannot be written. */
export function checkDataFolder(dataFolder: string): void {
  if (!existsSync(dataFolder)) return;
  const folder = statSync(dataFolder);
  checkOwner(dataFolder, folder);
  if (folder.mode & 0o022) throw new DataError(`Others may write to ${dataFolder}: run chmod 700 on it.`);
  for (const file of PRIVATE_FILES.map((name) => join(dataFolder, name)).filter((file) => existsSync(file))) {
    const found = statSync(file);
    checkOwner(file, found);
    if (found.mode & 0o077) throw new DataError(`Others may read ${file}: run chmod 600 on it.`);
    checkWritable(file);
  }
  checkWritable(dataFolder);
}

// Also for root, whose new files the service could not write afterwards.
function checkOwner(path: string, { uid }: Stats): void {
  const own = process.getuid?.();
  if (own !== undefined && uid !== own)
    throw new DataError(
      `${path} belongs to user ${uid}, and this process is user ${own}: run it as the owner, or run chown on it.`,
    );
}

function checkWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === "EROFS";
    throw new DataError(
      isReadOnly
        ? `${path} is on a file system that is read-only: mount it for writing. Nothing was changed.`
        : `${path} cannot be written by this process: run chmod u+w on it. Nothing was changed.`,
    );
  }
}

/** Whether that error says that the database file itself is damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^SQLITE_(CORRUPT|NOTADB)/.test(String(error.code));
}

/** The sentence for damaged data. */
export function damageOf(file: string, detail: string): DataError {
  return new DataError(
    `${file} is damaged (${detail}). Nothing was changed. Keep a copy of it, and put back a backup: filiera restore FOLDER.`,
  );
}
