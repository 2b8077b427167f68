// Quantities: integer thousandths of the unit they were entered in, decimal strings at the rim.
import assert from "node:assert/strict";
import { formatDecimal, parseDecimal } from "./decimal.ts";

/** "1.5" as thousandths of the unit; `null` when it is no decimal string or is finer than a thousandth. */
export function parseQuantity(text: string): number | null {
  return parseDecimal(text, 3);
}

/** Thousandths as the wire writes them: the shortest decimal string, "10", "1.5". */
export function formatQuantity(quantityThousandths: number): string {
  return formatDecimal(quantityThousandths, 3);
}

/** Whether the quantity is a whole number of steps (0 is). Both in thousandths, the step positive. */
export function isMultiple(quantityThousandths: number, stepThousandths: number): boolean {
  assert(stepThousandths > 0, "a step is positive");
  return quantityThousandths % stepThousandths === 0;
}

/** The multiples of the step just below and just above (both the quantity itself if it is one), in thousandths. */
export function nearestMultiples(quantityThousandths: number, stepThousandths: number) {
  assert(stepThousandths > 0, "a step is positive");
  return {
    belowThousandths: Math.floor(quantityThousandths / stepThousandths) * stepThousandths,
    aboveThousandths: Math.ceil(quantityThousandths / stepThousandths) * stepThousandths,
  };
}

/** How many whole packages hold the quantity; both in thousandths of the same unit. Half a package counts as one. */
export function countPackages(quantityThousandths: number, packageThousandths: number): number {
  assert(packageThousandths > 0, "a package holds something");
  return Math.ceil(quantityThousandths / packageThousandths);
}
