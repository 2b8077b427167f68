// Money: totals in integer cents, unit prices in integer ten-thousandths of a euro, decimal strings at the rim.
import assert from "node:assert/strict";
import { formatDecimal, parseDecimal } from "./decimal.ts";

/** "17.50" as cents; `null` when it is no decimal string or has more than two decimals. */
export function parseEuros(text: string): number | null {
  return parseDecimal(text, 2);
}

/** Cents as the wire writes them: always two decimals, "17.50". */
export function formatEuros(cents: number): string {
  return formatDecimal(cents, 2, 2);
}

/** "1.755" as ten-thousandths of a euro; `null` when it is no decimal string or has more than four decimals. */
export function parseUnitPrice(text: string): number | null {
  return parseDecimal(text, 4);
}

/** A unit price as the wire writes it: two decimals, up to four where they say something. */
export function formatUnitPrice(unitPriceTenThousandths: number): string {
  return formatDecimal(unitPriceTenThousandths, 4, 2);
}

/**
 * What a line costs, in cents: quantity (thousandths of the unit) times price (ten-thousandths of a euro per unit),
 * rounded once, half-up away from zero so that a reversal cancels exactly. DOMAIN.md section 5, SAFETY.md I12.
 */
export function amountCents(quantityThousandths: number, unitPriceTenThousandths: number): number {
  return divideHalfUp(BigInt(quantityThousandths) * BigInt(unitPriceTenThousandths), 100_000n);
}

/** The price of a package in ten-thousandths, quantity times unit price, rounded half-up; `null` where it is beyond counting. */
export function packagePrice(quantityThousandths: number, unitPriceTenThousandths: number): number | null {
  return divideIfSafe(BigInt(quantityThousandths) * BigInt(unitPriceTenThousandths), 1000n);
}

/** A unit price changed by a percentage given in hundredths of a percent (-250 = 2.5 % less), rounded half-up. */
export function changeUnitPrice(unitPriceTenThousandths: number, changeHundredthsPercent: number): number {
  return divideHalfUp(BigInt(unitPriceTenThousandths) * BigInt(10_000 + changeHundredthsPercent), 10_000n);
}

/** `numerator / denominator` rounded half away from zero; a bug if it is no safe integer. `denominator` is positive. */
export function divideHalfUp(numerator: bigint, denominator: bigint): number {
  const rounded = divideIfSafe(numerator, denominator);
  assert(rounded !== null, "an amount stays a safe integer");
  return rounded;
}

/** As `divideHalfUp`, for numbers that nobody has bounded yet: `null` where the result is no safe integer. */
export function divideIfSafe(numerator: bigint, denominator: bigint): number | null {
  assert(denominator > 0n, "a denominator is positive");
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = Number((2n * magnitude + denominator) / (2n * denominator));
  if (!Number.isSafeInteger(rounded)) return null;
  return numerator < 0n && rounded !== 0 ? -rounded : rounded;
}
