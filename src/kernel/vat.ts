// Italian VAT: the rates a price may carry, what of a gross amount is tax, and the number of a VAT account (Partita IVA).
import { divideHalfUp } from "./money.ts";

/** The rates in force, in percent. 0 covers exempt and out-of-scope sales (DPR 633/1972, tables A). */
export const VAT_RATES_PERCENT = [0, 4, 5, 10, 22] as const;
export type VatRatePercent = (typeof VAT_RATES_PERCENT)[number];

/** Whether the percentage is a rate in force. */
export function isVatRate(percent: number): percent is VatRatePercent {
  return (VAT_RATES_PERCENT as readonly number[]).includes(percent);
}

/** One rate: what was due with VAT, without it, and the VAT, in cents. `ratePercent` null: nobody has said the rate; then it is all gross. */
export type RateSum = {
  readonly ratePercent: VatRatePercent | null;
  readonly grossCents: number;
  readonly netCents: number;
  readonly vatCents: number;
};

/** Amounts with VAT summed by their rate, lowest first, the unknown last; each rate is divided once, half-up, so that net + VAT = gross. */
export function sumByRate(
  lines: readonly { readonly ratePercent: VatRatePercent | null; readonly grossCents: number }[],
): RateSum[] {
  const sums = new Map<VatRatePercent | null, number>();
  for (const { ratePercent, grossCents } of lines) sums.set(ratePercent, (sums.get(ratePercent) ?? 0) + grossCents);
  return [...sums]
    .sort(([one], [other]) => (one ?? 100) - (other ?? 100))
    .map(([ratePercent, grossCents]) => ({ ratePercent, grossCents, ...splitGross(grossCents, ratePercent ?? 0) }));
}

/** What of an amount with VAT is the amount without it, and the VAT. */
export function splitGross(grossCents: number, ratePercent: number): { netCents: number; vatCents: number } {
  const netCents = divideHalfUp(BigInt(grossCents) * 100n, BigInt(100 + ratePercent));
  return { netCents, vatCents: grossCents - netCents };
}

/** A Partita IVA as people write it ("IT 0123 456 7897"), without prefix and blanks; not checked. */
export function bareVatNumber(text: string): string {
  return text.replace(/[\s.]/g, "").replace(/^IT(?=\d)/i, "");
}

/**
 * Whether the eleven digits are a Partita IVA: not all zeros, and the last one is the check digit over the first ten
 * (DM 23 December 1976, "carattere di controllo").
 */
export function isVatNumber(digits: string): boolean {
  if (!/^\d{11}$/.test(digits) || /^0+$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < 10; place++) {
    const digit = Number(digits[place]);
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10 === Number(digits[10]);
}
