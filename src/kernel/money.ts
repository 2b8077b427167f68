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

/** A unit price changed by a percentage given in hundredths of a percent (-250 = 2.5 % less), rounded half-up. */
export function changeUnitPrice(unitPriceTenThousandths: number, changeHundredthsPercent: number): number {
  return divideHalfUp(BigInt(unitPriceTenThousandths) * BigInt(10_000 + changeHundredthsPercent), 10_000n);
}

/** `numerator / denominator` rounded half away from zero, as a safe integer. `denominator` is positive. */
export function divideHalfUp(numerator: bigint, denominator: bigint): number {
  assert(denominator > 0n, "a denominator is positive");
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = Number((2n * magnitude + denominator) / (2n * denominator));
  assert(Number.isSafeInteger(rounded), "an amount stays a safe integer");
  return numerator < 0n && rounded !== 0 ? -rounded : rounded;
}
