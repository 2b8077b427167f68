// Reads untrusted bytes as JSON only when two careful readers would read the same. One linear pass finds what JSON.parse
// hides (duplicate keys, rounded numbers) or pays for (depth, number of values) before it runs. SAFETY section 4, step 3.
import { isUtf8 } from "node:buffer";
import type { Refusal } from "../kernel/refusal.ts";
import { MAX_DEPTH, MAX_ESCAPED_KEYS, MAX_KEYS, MAX_NAMES, MAX_NODES } from "./gateLimits.ts";
import type { Json } from "./json.ts";

export type JsonRefusal = Refusal<
  | "not-utf8"
  | "not-json"
  | "too-deep"
  | "too-many-nodes"
  | "too-many-keys"
  | "duplicate-key"
  | "forbidden-key"
  | "unsafe-number"
>;

const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);
// 17 significant digits name every double; more are lost on the way to a number.
const MAX_DIGITS = 17;

/** The JSON value in these bytes, or why they are refused. Strict UTF-8 without BOM; depth and size per gateLimits. */
export function readJson(bytes: Buffer): { readonly json: Json } | JsonRefusal {
  if (!isUtf8(bytes)) return { refused: "not-utf8" };
  const text = bytes.toString("utf8");
  if (text.charCodeAt(0) === 0xfeff) return { refused: "not-utf8" };
  const refusal = scan(text);
  if (refusal !== null) return refusal;
  try {
    return { json: JSON.parse(text) as Json };
  } catch {
    return { refused: "not-json" };
  }
}

// The grammar itself is left to JSON.parse: the scan only has to read every valid text right and may pass invalid ones.
function scan(text: string): JsonRefusal | null {
  const keysOfOpenObjects: (Set<string> | null)[] = [];
  let expectsKey = false;
  let nodes = 0;
  let escapedKeys = 0;
  const names = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Space, tab, newlines, colon.
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || code === 0x3a) continue;
    if (code === 0x2c) {
      expectsKey = keysOfOpenObjects.at(-1) != null;
      continue;
    }
    if (code === 0x7d || code === 0x5d) {
      keysOfOpenObjects.pop();
      expectsKey = false;
      continue;
    }
    if (code === 0x22 && expectsKey) {
      const end = endOfString(text, at);
      const isEscaped = text.slice(at, end).includes("\\");
      if (isEscaped && ++escapedKeys > MAX_ESCAPED_KEYS) return { refused: "too-many-keys" };
      const refusal = checkKey(text, at, end, keysOfOpenObjects.at(-1) as Set<string>, names);
      if (refusal !== null) return refusal;
      expectsKey = false;
      at = end;
      continue;
    }
    if (++nodes > MAX_NODES) return { refused: "too-many-nodes", limit: MAX_NODES };
    if (code === 0x7b || code === 0x5b) {
      expectsKey = code === 0x7b;
      keysOfOpenObjects.push(expectsKey ? new Set() : null);
      if (keysOfOpenObjects.length > MAX_DEPTH) return { refused: "too-deep", limit: MAX_DEPTH };
    } else if (code === 0x22) {
      const end = endOfString(text, at);
      if (readString(text, at, end) === null) return { refused: "not-json" };
      at = end;
    } else {
      const end = endOfToken(text, at);
      if (!isToken(text.slice(at, end))) return { refused: "not-json" };
      if ((code === 0x2d || code <= 0x39) && !isSafeNumber(text.slice(at, end))) return { refused: "unsafe-number" };
      at = end - 1;
    }
  }
  return null;
}

function checkKey(text: string, start: number, end: number, keys: Set<string>, names: Set<string>): JsonRefusal | null {
  const key = readString(text, start, end);
  if (key === null) return { refused: "not-json" };
  if (FORBIDDEN_KEYS.has(key)) return { refused: "forbidden-key" };
  if (keys.has(key)) return { refused: "duplicate-key" };
  keys.add(key);
  names.add(key);
  return keys.size > MAX_KEYS || names.size > MAX_NAMES ? { refused: "too-many-keys" } : null;
}

// The index of the closing quote, or the end of the text. indexOf looks at many characters at once.
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? text.length : quote;
}

// Whether an odd number of backslashes stands before the quote. The string's own opening quote ends the count.
function isEscaped(text: string, quote: number): boolean {
  let at = quote;
  while (text.charCodeAt(at - 1) === 0x5c) at--;
  return (quote - at) % 2 === 1;
}

// What the string says, or null when it is no text: broken escapes, NUL, half of a surrogate pair.
function readString(text: string, start: number, end: number): string | null {
  const inner = text.slice(start + 1, end);
  if (!inner.includes("\\")) return inner;
  try {
    const value = JSON.parse(text.slice(start, end + 1)) as string;
    return value.isWellFormed() && !value.includes("\u0000") ? value : null;
  } catch {
    return null;
  }
}

function endOfToken(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isTokenCode =
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2b ||
      code === 0x2d ||
      code === 0x2e;
    if (!isTokenCode && code !== 0x45) break;
  }
  return at;
}

function isToken(token: string): boolean {
  return token === "true" || token === "false" || token === "null" || /^-?\d[\d.eE+-]{0,30}$/.test(token);
}

function isSafeNumber(token: string): boolean {
  const value = Number(token);
  const digits = token
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+/, "");
  const isUnderflow = value === 0 && digits !== "";
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && digits.length <= MAX_DIGITS && !isUnderflow;
}
