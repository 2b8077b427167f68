// The one byte form of a JSON value (RFC 8785), on which digests and proofs rest.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { Json } from "./json.ts";

// Loaded through require because the package carries no types.
const require = createRequire(import.meta.url);
const serialize: (value: unknown) => string = require("json-canon");

/**
 * The JCS form of a JSON value (RFC 8785). Throws on what JSON cannot say (undefined, NaN, functions, dates, lone
 * surrogates) and on integers beyond 2^53 - 1, which two readers may round differently.
 */
export function canonicalize(value: Json): string {
  assertJson(value);
  return serialize(value);
}

function assertJson(value: unknown): void {
  if (typeof value === "number") {
    assert(Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER, `${value} has no single JSON form`);
    return;
  }
  if (typeof value === "string") {
    assert(value.isWellFormed(), "a lone surrogate has no JSON form");
    return;
  }
  if (value === null || typeof value === "boolean") return;
  assert(typeof value === "object", `${typeof value} is not JSON`);
  if (Array.isArray(value)) {
    // By index, so that a hole is met too.
    for (let i = 0; i < value.length; i++) assertJson(value[i]);
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  assert(prototype === Object.prototype || prototype === null, "only plain objects are JSON");
  for (const [key, member] of Object.entries(value)) {
    assert(key.isWellFormed(), "a lone surrogate has no JSON form");
    assertJson(member);
  }
}
