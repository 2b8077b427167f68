// Bytes of a text file to text: the encoding is guessed and told, never silently wrong.
import type { Refusal } from "../kernel/refusal.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/**
 * The text and its encoding: by byte order mark, else UTF-8 if the bytes are, else Windows-1252 (what Excel in Italy
 * saves as CSV). A refusal when it holds NUL, as no text file does.
 */
export function decodeText(bytes: Uint8Array): { text: string; encoding: Encoding } | Refusal<"unreadable-file"> {
  const encoding = guessEncoding(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes("\0")) return { refused: "unreadable-file", format: "text", why: "binary" };
  return { text, encoding };
}

function guessEncoding(bytes: Uint8Array): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}
