// Takes a file of "take everything home" apart again: only what tar.ts writes, only under the names it gives, piece by piece.
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Refusal } from "../kernel/refusal.ts";

const BLOCK = 512;
const PIECE_BYTES = 1024 * 1024;
/** The database, the list of the erased, the sums, pictures: nothing else is ever in such a file, and no secret. */
const OURS = /^(?:db\.sqlite|erasures\.jsonl|checksums\.json|media\/[A-Za-z0-9][A-Za-z0-9._-]{0,90})$/;

type Head = { readonly name: string; readonly size: number };

/**
 * Writes what is in `file` below `folder`, readable by its owner alone. Refuses `not-an-export` {detail}: another kind of file, one cut
 * short, a name that is none of ours; what was written until then stays for the caller to remove.
 */
export function readTar(file: string, folder: string): { readonly files: number } | Refusal<"not-an-export"> {
  const handle = openSync(file, "r");
  try {
    const { size: end } = fstatSync(handle);
    let files = 0;
    for (let at = 0; ; files += 1) {
      const head = readHead(handle, at);
      if (head === "end") return files > 0 ? { files } : { refused: "not-an-export", detail: "it is empty" };
      if (head === null || !OURS.test(head.name) || at + BLOCK + head.size > end)
        return { refused: "not-an-export", detail: head === null ? `byte ${at}` : head.name.slice(0, 100) };
      if (!copyOut(handle, at + BLOCK, head, join(folder, head.name)))
        return { refused: "not-an-export", detail: `${head.name} twice` };
      at += BLOCK + Math.ceil(head.size / BLOCK) * BLOCK;
    }
  } finally {
    closeSync(handle);
  }
}

/** One file's head; "end" at the blocks of zeros; null where there is none of ours. */
function readHead(handle: number, at: number): Head | "end" | null {
  const head = Buffer.alloc(BLOCK);
  if (readSync(handle, head, 0, BLOCK, at) < BLOCK) return null;
  if (head.every((byte) => byte === 0)) return "end";
  const text = (from: number, length: number) => head.toString("utf8", from, from + length).replace(/\0.*$/s, "");
  const octal = (from: number, length: number) => {
    const digits = text(from, length).trim();
    return /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : null;
  };
  const [size, sum] = [octal(124, 12), octal(148, 8)];
  const counted = head.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  const isFile = text(257, 5) === "ustar" && text(156, 1) === "0" && text(345, 155) === "";
  return isFile && size !== null && sum === counted ? { name: text(0, 100), size } : null;
}

/** False where the file is there already. */
function copyOut(handle: number, from: number, { size }: Head, target: string): boolean {
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  let written: number;
  try {
    written = openSync(target, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let done = 0; done < size; ) {
      const read = readSync(handle, piece, 0, Math.min(PIECE_BYTES, size - done), from + done);
      writeSync(written, piece, 0, read);
      done += read;
    }
    return true;
  } finally {
    closeSync(written);
  }
}
