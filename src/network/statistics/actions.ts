// What can happen to a group's published month here: it is taken, once.
import type { JsonObject } from "../../activitypub/json.ts";
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { type Keys, readMonth } from "./month.ts";
import { countMonths, insertMonth, loadMonth } from "./store.ts";

/** Twenty years of one group. */
const MOST_MONTHS = 240;

/**
 * Takes a month as its group's own node shows it, inside the caller's transaction. `same`: it was here already. A second text about a
 * month is not believed: the first stands until its group takes it back, since two of them would tell what changed between, and for
 * whom. `keys` are the Ed25519 keys of the group's own document. Refuses as `readMonth`, `other-text` {month}, `too-many-months`.
 */
export function takeMonth(
  tx: Tx,
  sourceUri: string,
  document: JsonObject,
  keys: Keys,
  now: number,
): "kept" | "same" | Refusal {
  const read = readMonth(document, sourceUri, keys, now);
  if (isRefusal(read)) return read;
  const kept = loadMonth(tx, sourceUri, read.month);
  if (kept) return kept.digest === read.digest ? "same" : { refused: "other-text", month: read.month };
  if (countMonths(tx, sourceUri) >= MOST_MONTHS) return { refused: "too-many-months", limit: MOST_MONTHS };
  insertMonth(tx, { ...read, sourceUri, readAt: now });
  return "kept";
}
