// When a group is so full that it may become two, and what its households must have said. Pure. DOMAIN.md 2.7: gemmazione.
import type { Refusal } from "../../kernel/refusal.ts";

/** From so many households on, or with so many waiting, a second group is offered. */
export const FULL_HOUSEHOLDS = 40;
export const FULL_WAITING = 10;
/** A group begins with so many households. */
export const FEWEST_HOUSEHOLDS = 5;

/** Whether a group is offered to become two. */
export function mayBud({ households, waiting }: { readonly households: number; readonly waiting: number }): boolean {
  return households >= FULL_HOUSEHOLDS || waiting >= FULL_WAITING;
}

/** Why the new group cannot be made yet: too few households go along. Null where it can. */
export function refuseFew(yes: number): Refusal<"too-few"> | null {
  return yes < FEWEST_HOUSEHOLDS ? { refused: "too-few", count: yes, needed: FEWEST_HOUSEHOLDS } : null;
}
