// How old what we show of a source is, in the four words people see. Pure. PROTOCOL 9.
import { HIDDEN_AFTER, STALE_AFTER } from "../index/networkIndex.ts";

/** "never": it has not answered yet; "stale" is shown as "non aggiornato"; "hidden" is not shown at all. */
export type Freshness = "never" | "fresh" | "stale" | "hidden";

/** `okAt`: when the source last answered, epoch ms; null: never. */
export function freshnessOf(okAt: number | null, now: number): Freshness {
  if (okAt === null) return "never";
  const age = now - okAt;
  if (age >= HIDDEN_AFTER) return "hidden";
  return age >= STALE_AFTER ? "stale" : "fresh";
}

/** Whether a source may still be shown to people. */
export function isShown(okAt: number | null, now: number): boolean {
  const freshness = freshnessOf(okAt, now);
  return freshness === "fresh" || freshness === "stale";
}
