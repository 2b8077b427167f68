// The one byte form of a JSON value (RFC 8785), on which digests and proofs rest. Written out here because it is made of
// each delivery: one walk checks and writes, where a package that writes needs another that checks before it.
import assert from "node:assert/strict";
import type { Json } from "./json.ts";

/**
 * The JCS form of a JSON value (RFC 8785). Throws on what JSON cannot say (undefined, NaN, functions, dates, lone
 * surrogates) and on integers beyond 2^53 - 1, which two readers may round differently.
 */
export function canonicalize(value: Json): string {
  return write(value);
}

function write(value: unknown): string {
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number") {
    assert(Math.abs(value) <= Number.MAX_SAFE_INTEGER, `${value} has no single JSON form`);
    // As ECMAScript writes numbers, so does RFC 8785 (section 3.2.2.3); -0 becomes 0.
    return JSON.stringify(value);
  }
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  assert(typeof value === "object", `${typeof value} is not JSON`);
  return Array.isArray(value) ? writeArray(value) : writeObject(value as Readonly<Record<string, unknown>>);
}

// Printable ASCII without quote and backslash, as most texts are: nothing to escape.
const PLAIN = /^[ !#-[\]-~]*$/;

// JSON.stringify escapes what RFC 8785 section 3.2.2.2 escapes and nothing more, once there is no lone surrogate.
function writeText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  assert(text.isWellFormed(), "a lone surrogate has no JSON form");
  return JSON.stringify(text);
}

function writeArray(values: readonly unknown[]): string {
  let text = "[";
  // By index, so that a hole is met too.
  for (let i = 0; i < values.length; i++) text += (i === 0 ? "" : ",") + write(values[i]);
  return `${text}]`;
}

// Members in the order of their names' UTF-16 code units (section 3.2.3), which is how sort() compares texts.
function writeObject(members: Readonly<Record<string, unknown>>): string {
  const prototype = Object.getPrototypeOf(members);
  assert(prototype === Object.prototype || prototype === null, "only plain objects are JSON");
  let text = "{";
  for (const name of Object.keys(members).sort()) {
    text += `${text.length === 1 ? "" : ","}${writeText(name)}:${write(members[name])}`;
  }
  return `${text}}`;
}
