// Which weight can be meant for a portion: 312 kg instead of 0,312 is asked about once, never refused. Pure.

/** From half to double of what was to come: cheeses differ, a slipped comma differs more. */
const LOW = 0.5;
const HIGH = 2;

/** The range, in thousandths, outside which a portion's quantity is asked about; null where nothing was expected. */
export function plausibleRange(allocatedThousandths: number): { readonly low: number; readonly high: number } | null {
  if (allocatedThousandths <= 0) return null;
  return { low: Math.floor(allocatedThousandths * LOW), high: Math.ceil(allocatedThousandths * HIGH) };
}

/** Whether a quantity can be meant. Nothing at all (it is missing) always can. */
export function isPlausible(allocatedThousandths: number, quantityThousandths: number): boolean {
  const range = plausibleRange(allocatedThousandths);
  return (
    range === null ||
    quantityThousandths === 0 ||
    (quantityThousandths >= range.low && quantityThousandths <= range.high)
  );
}
