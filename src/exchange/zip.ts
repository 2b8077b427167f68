// Opens a spreadsheet's zip with every size counted, before any reader trusts it. SAFETY.md tests C24.
import { inflateRawSync } from "node:zlib";
import type { Refusal } from "../kernel/refusal.ts";

/** A 5 MB list inflates to some megabytes; what goes beyond is a bomb or no list. */
const LIMITS = { entries: 1000, inflatedBytes: 40 * 1024 * 1024 } as const;
const END_MARK = Buffer.from("PK\x05\x06", "latin1");
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;

type Entry = { name: string; method: number; packedSize: number; size: number; offset: number };

/**
 * The XML parts of a zip, inflated, by name; pictures, macros and the like are left where they are. Refused: a broken,
 * encrypted or multi-part zip, too many entries, too much inside, and sizes that are not what the zip says they are.
 */
export function openZip(bytes: Uint8Array): Map<string, Buffer> | Refusal<"unreadable-file" | "file-too-heavy"> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = listEntries(buffer);
  if ("refused" in entries) return entries;
  const declared = entries.reduce((sum, { size }) => sum + size, 0);
  if (declared > LIMITS.inflatedBytes) return { refused: "file-too-heavy", why: "inflated-size" };
  const parts = new Map<string, Buffer>();
  let inflated = 0;
  for (const entry of entries.filter(({ name }) => isWanted(name))) {
    const part = inflateEntry(buffer, entry, LIMITS.inflatedBytes - inflated);
    if (!part || parts.has(entry.name)) return broken("zip-sizes");
    inflated += part.length;
    // No sheet needs a document type; refused here, whatever the reader behind would make of its entities. A NUL could
    // hide one from this search, in UTF-16, which no spreadsheet program writes.
    if (part.includes(0)) return broken("encoding");
    if (part.includes("<!DOCTYPE") || part.includes("<!ENTITY")) return broken("doctype");
    parts.set(entry.name, part);
  }
  return parts;
}

function isWanted(name: string): boolean {
  return (
    /(?:\.xml|\.rels|^mimetype)$/i.test(name) && !/^(?:xl\/(?:drawings|charts|media)|Thumbnails|Pictures)\//i.test(name)
  );
}

function broken(why: string): Refusal<"unreadable-file"> {
  return { refused: "unreadable-file", format: "zip", why };
}

function listEntries(buffer: Buffer): Entry[] | Refusal<"unreadable-file" | "file-too-heavy"> {
  const end = buffer.subarray(Math.max(0, buffer.length - END_SIZE - 0xffff)).lastIndexOf(END_MARK);
  const at = end < 0 ? -1 : Math.max(0, buffer.length - END_SIZE - 0xffff) + end;
  if (at < 0 || at + END_SIZE > buffer.length) return broken("zip-cut");
  const count = buffer.readUInt16LE(at + 10);
  // 0xffff also announces the 64-bit form, which no 5 MB file needs.
  if (count > LIMITS.entries) return { refused: "file-too-heavy", why: "entries" };
  let offset = buffer.readUInt32LE(at + 16);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    if (offset + CENTRAL_SIZE > at || buffer.readUInt32LE(offset) !== 0x02014b50) return broken("zip-directory");
    if (buffer.readUInt16LE(offset + 8) & 1) return broken("encrypted");
    const nameLength = buffer.readUInt16LE(offset + 28);
    entries.push({
      name: buffer.toString("utf8", offset + CENTRAL_SIZE, offset + CENTRAL_SIZE + nameLength),
      method: buffer.readUInt16LE(offset + 10),
      packedSize: buffer.readUInt32LE(offset + 20),
      size: buffer.readUInt32LE(offset + 24),
      offset: buffer.readUInt32LE(offset + 42),
    });
    offset += CENTRAL_SIZE + nameLength + buffer.readUInt16LE(offset + 30) + buffer.readUInt16LE(offset + 32);
  }
  return entries;
}

// `null` when the entry is not where, or not as large as, the directory says.
function inflateEntry(buffer: Buffer, { method, packedSize, size, offset }: Entry, room: number): Buffer | null {
  if (size > room || offset + LOCAL_SIZE > buffer.length || buffer.readUInt32LE(offset) !== 0x04034b50) return null;
  const start = offset + LOCAL_SIZE + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28);
  const packed = buffer.subarray(start, start + packedSize);
  if (packed.length !== packedSize) return null;
  if (method === 0) return size === packedSize ? packed : null;
  if (method !== 8) return null;
  try {
    const part = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
    return part.length === size ? part : null;
  } catch {
    // Damaged, or more comes out than was declared.
    return null;
  }
}
