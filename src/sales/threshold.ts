// The common minimum of a cycle over all its groups: what is collected, what is missing, what of it may be said. Pure.
// PROTOCOL.md section 8.2.
import { divideHalfUp } from "../kernel/money.ts";
import { findUnit, unitOfWire } from "../kernel/units.ts";
import type { Threshold } from "./saleRules.ts";

/** What one group holds of one line: so many thousandths of the line's wire unit ("kilogram"). */
export type HeldLine = { readonly buyer: string; readonly unit: string; readonly quantityThousandths: number };

/** Thousandths of the threshold's unit, and how many groups they come from. */
export type Collected = { readonly collectedThousandths: number; readonly groupsCount: number };

/** What everybody may know: rounded, and without the number of groups, while that would point at one of them. */
export type Progress = {
  readonly collectedThousandths: number;
  readonly missingThousandths: number;
  readonly groupsCount: number | null;
};

/** When it was last told, and whether it was reached then. */
export type Told = { readonly at: number; readonly isReached: boolean };

/** Of fewer groups a sum would say what each ordered. */
const GROUPS_TO_HIDE_IN = 3;
const TELL_EVERY = 10 * 60_000;
const STEPS_WHEN_FEW = 10;

/** Adds up what is held in the threshold's unit; lines of another kind (jars beside kilograms) do not count towards it. */
export function collect({ unitCode }: Threshold, held: readonly HeldLine[]): Collected {
  const counted = held.flatMap(({ buyer, unit, quantityThousandths }) => {
    const inUnit = convertWire(quantityThousandths, unit, unitCode);
    return inUnit === null || inUnit === 0 ? [] : [{ buyer, inUnit }];
  });
  return {
    collectedThousandths: counted.reduce((sum, { inUnit }) => sum + inUnit, 0),
    groupsCount: new Set(counted.map(({ buyer }) => buyer)).size,
  };
}

export function isReached({ quantityThousandths }: Threshold, { collectedThousandths }: Collected): boolean {
  return collectedThousandths >= quantityThousandths;
}

/**
 * What may be published. With fewer than three groups the sum is rounded down to a tenth of the threshold and their number
 * is left out; once it is reached that is said whoever reached it.
 */
export function publishable(threshold: Threshold, collected: Collected): Progress {
  const { quantityThousandths: goal } = threshold;
  const { groupsCount } = collected;
  const isHidden = groupsCount < GROUPS_TO_HIDE_IN;
  const shown = isHidden ? roundDown(collected.collectedThousandths, goal) : collected.collectedThousandths;
  return {
    collectedThousandths: shown,
    missingThousandths: Math.max(0, goal - shown),
    groupsCount: isHidden ? null : groupsCount,
  };
}

/** When a change is to be told: at once when it reaches the goal (or falls below it again), else ten minutes after the last. */
export function tellAt(told: Told | null, isReachedNow: boolean, now: number): number {
  if (told === null || told.isReached !== isReachedNow) return now;
  return Math.max(now, told.at + TELL_EVERY);
}

function roundDown(collectedThousandths: number, goal: number): number {
  if (collectedThousandths >= goal) return goal;
  const step = Math.max(1, Math.ceil(goal / STEPS_WHEN_FEW));
  return Math.floor(collectedThousandths / step) * step;
}

/** So much of a wire unit in kilograms, litres or pieces; null where one is no other. */
function convertWire(quantityThousandths: number, unit: string, code: Threshold["unitCode"]): number | null {
  const source = findUnit(unitOfWire(unit) ?? "");
  if (source?.base !== code) return null;
  return divideHalfUp(BigInt(quantityThousandths) * BigInt(source.numerator), BigInt(source.denominator));
}
