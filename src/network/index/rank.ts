// The order of an index as one number: kind, then name or date, then a scatter. Keyset paging and both engines use it. Pure.

import { hash } from "node:crypto";
import { foldText } from "../../kernel/foldText.ts";
import { ENTRY_KINDS, type Entry, type EntryKind } from "./networkIndex.ts";

const KEY_BITS = 40n;
/** A million entries of one beginning still find a number of their own. */
const SCATTER_BITS = 20n;
const KIND_SHIFT = KEY_BITS + SCATTER_BITS;
const LETTERS = 8;
const LAST_KEY = (1n << KEY_BITS) - 1n;

/** 63 bits: the kind, the first eight letters of the name (of cycles and events the second of their date), a scatter by id. */
export function rankOf(entry: Pick<Entry, "id" | "sourceId" | "kind" | "name" | "startsAt" | "endsAt">): bigint {
  const scatter = BigInt(`0x${hash("sha256", `${entry.sourceId}\n${entry.id}`).slice(0, 5)}`);
  return startOf(entry.kind) + (keyOf(entry) << SCATTER_BITS) + scatter;
}

function keyOf({ kind, name, startsAt, endsAt }: Pick<Entry, "kind" | "name" | "startsAt" | "endsAt">): bigint {
  if (kind === "cycle") return dateKey(endsAt);
  if (kind === "event") return dateKey(startsAt);
  let key = 0n;
  const folded = foldText(name).padEnd(LETTERS);
  for (let i = 0; i < LETTERS; i++) key = (key << 5n) + BigInt(letterKey(folded.charCodeAt(i)));
  return key;
}

/** Blank 0, digits by twos 1 to 5, letters 6 to 31, whatever sorts behind them 31. */
function letterKey(code: number): number {
  if (code === 32) return 0;
  if (code >= 48 && code <= 57) return 1 + ((code - 48) >> 1);
  return code >= 97 && code <= 122 ? code - 91 : 31;
}

function dateKey(at: number | null): bigint {
  if (at === null) return LAST_KEY;
  const second = BigInt(Math.max(0, Math.floor(at / 1000)));
  return second > LAST_KEY ? LAST_KEY : second;
}

function startOf(kind: EntryKind): bigint {
  return BigInt(ENTRY_KINDS.indexOf(kind)) << KIND_SHIFT;
}

/** All numbers of a kind: from the first, up to but without `to`. For cycles those that end at `openAt` or later. */
export function rangeOf(kind: EntryKind, openAt?: number): { readonly from: bigint; readonly to: bigint } {
  const start = startOf(kind);
  const from = kind === "cycle" && openAt !== undefined ? start + (dateKey(openAt) << SCATTER_BITS) : start;
  return { from, to: start + (1n << KIND_SHIFT) };
}
