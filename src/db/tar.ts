// A folder as one stream of bytes, in the format every computer opens (POSIX ustar). Nothing is held in memory but a piece.
import assert from "node:assert/strict";
import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";

const BLOCK = 512;

/** The files, named relative to `folder`, one after the other. `at` (epoch ms) is the time each bears. They must not change meanwhile. */
export async function* writeTar(folder: string, files: readonly string[], at: number): AsyncGenerator<Buffer> {
  for (const file of files) {
    const { size } = statSync(join(folder, file));
    yield writeHead(file, size, at);
    for await (const piece of createReadStream(join(folder, file))) yield piece as Buffer;
    if (size % BLOCK !== 0) yield Buffer.alloc(BLOCK - (size % BLOCK));
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** A file made of pieces of text, which are asked for when its turn comes. */
export type TextFile = { readonly name: string; readonly pieces: Iterable<string> };

/** Texts as one stream, one file in memory at a time. */
export function* writeTextTar(files: Iterable<TextFile>, at: number): Generator<Buffer> {
  for (const { name, pieces } of files) {
    const body = Buffer.concat(Array.from(pieces, (piece) => Buffer.from(piece)));
    yield writeHead(name, body.length, at);
    yield body;
    if (body.length % BLOCK !== 0) yield Buffer.alloc(BLOCK - (body.length % BLOCK));
  }
  yield Buffer.alloc(2 * BLOCK);
}

function writeHead(name: string, size: number, at: number): Buffer {
  assert(Buffer.byteLength(name) <= 100, "our own names are short");
  const head = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  const fields: readonly [offset: number, text: string][] = [
    [0, name],
    [100, octal(0o600, 8)],
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(size, 12)],
    [136, octal(Math.floor(at / 1000), 12)],
    // The sum is counted with spaces in its own place.
    [148, " ".repeat(8)],
    [156, "0"],
    [257, "ustar\0" + "00"],
  ];
  for (const [offset, text] of fields) head.write(text, offset, "utf8");
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
    "latin1",
  );
  return head;
}
