// When this node was awake: a fact renewed each minute, and the times it was down, which are given back at deadlines.
// PROTOCOL.md 6.4.
import { loadFact, saveFact } from "../db/facts.ts";
import type { Tx } from "../db/transact.ts";
import { addOutage, type Outage } from "./deadline.ts";

const AWAKE = "sales.awake-at";
const OUTAGES = "sales.outages";
export const WAKE_EVERY = 60_000;
/** Two missed beats are a busy minute; more is an outage. */
const SILENCE = 3 * WAKE_EVERY;

/** Notes that the node runs now. */
export function noteAwake(tx: Tx, now: number): void {
  saveFact(tx, AWAKE, String(now));
}

/** Notes at a start for how long the node was down. To be called once per process, before anything is received. */
export function noteWaking(tx: Tx, now: number): void {
  const before = loadFact(tx, AWAKE);
  const from = before === undefined ? now : Number(before);
  if (now - from > SILENCE)
    saveFact(tx, OUTAGES, JSON.stringify(addOutage(listOutages(tx, now), { from, to: now }, now)));
  noteAwake(tx, now);
}

/** The outages that still count. */
export function listOutages(tx: Tx, now: number): Outage[] {
  const kept: Outage[] = JSON.parse(loadFact(tx, OUTAGES) ?? "[]");
  return kept.filter(({ from, to }) => from <= to && from <= now);
}
