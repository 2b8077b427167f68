// Founding a group: the ten steps of the guide, and what a founding may become. Pure. DOMAIN.md 2.7.
import type { Refusal } from "../../kernel/refusal.ts";

/** The steps, from the first evening to the node; their words are `founding.step.<n>.*`. */
export const STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

export const FOUNDING_WISHES = ["hosted", "own-node"] as const;
/** Where the new group wants to live: with the network that helps it, or on a node of its own. */
export type FoundingWish = (typeof FOUNDING_WISHES)[number];

export type FoundingState = "asked" | "agreed" | "refused" | "made";

/** What a network decides once. Refuses `founding-decided`. */
export function stepFounding(
  before: FoundingState,
  decision: "agreed" | "refused",
): FoundingState | Refusal<"founding-decided"> {
  return before === "asked" ? decision : { refused: "founding-decided" };
}

/** The steps that were ticked, as they are kept: each once, those we know, in their order. */
export function tickSteps(ticked: readonly unknown[]): number[] {
  return STEPS.filter((step) => ticked.some((one) => Number(one) === step));
}
