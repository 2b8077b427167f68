// How long this node keeps things, as who looks after it chose: one fact, read by whatever forgets.
import { type Period, type Periods, readPeriods, writePeriods } from "../kernel/retention.ts";
import { loadFact, saveFact } from "./facts.ts";
import type { Tx } from "./transact.ts";

const FACT = "retention";
const DAY = 86_400_000;

/** Every period, in days. */
export function loadPeriods(tx: Tx): Periods {
  return readPeriods(loadFact(tx, FACT));
}

/** One period in ms. */
export function keptMs(tx: Tx, period: Period): number {
  return loadPeriods(tx)[period] * DAY;
}

export function savePeriods(tx: Tx, periods: Periods): void {
  saveFact(tx, FACT, writePeriods(periods));
}
