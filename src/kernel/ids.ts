// Names of things: random ids, slugs in addresses, handles of actors.
import assert from "node:assert/strict";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const ID_BYTES = 16;
const ID = /^[a-z2-7]{26}$/;
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const HANDLE = /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/;

/** Sixteen random bytes as 26 lower-case letters and digits (base32): safe in addresses, file names and commands. */
export function encodeId(bytes: Uint8Array): string {
  assert.equal(bytes.length, ID_BYTES, "an id has 128 bits");
  let id = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += ALPHABET[(held >> bits) & 31];
    }
  }
  return id + ALPHABET[(held << (5 - bits)) & 31];
}

/** Whether the text has the form of an id that `encodeId` makes. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Whether the text can stand in an address: lower-case letters and digits in parts joined by single hyphens, 64 at most. */
export function isSlug(text: string): boolean {
  return text.length <= 64 && SLUG.test(text);
}

/** A slug made from a name ("Pecorino, stagionato" → "pecorino-stagionato"); "" when no letter or digit is left. */
export function slugOf(text: string): string {
  const plain = text
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 64)
    .replace(/^-+|-+$/g, "");
}

/** Whether the text can be a handle: 1 to 30 of a-z, 0-9, `_` and `-`, a letter or digit at both ends. */
export function isHandle(text: string): boolean {
  return text.length <= 30 && HANDLE.test(text);
}
