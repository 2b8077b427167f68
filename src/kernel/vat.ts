// Italian VAT: the rates a price may carry and the number of a VAT account (Partita IVA).

/** The rates in force, in percent. 0 covers exempt and out-of-scope sales (DPR 633/1972, tables A). */
export const VAT_RATES_PERCENT = [0, 4, 5, 10, 22] as const;
export type VatRatePercent = (typeof VAT_RATES_PERCENT)[number];

/** Whether the percentage is a rate in force. */
export function isVatRate(percent: number): percent is VatRatePercent {
  return (VAT_RATES_PERCENT as readonly number[]).includes(percent);
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
