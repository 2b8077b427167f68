// Price and stock in a hurry: what one row changes, and what a percentage does to many prices. Pure.
import { changeUnitPrice, divideHalfUp } from "../kernel/money.ts";
import type { Product, ProductFacts } from "./product.ts";

/** The two things a farmer changes from the field, and the pause. `undefined` leaves it as it is. */
export type QuickChange = {
  readonly priceTenThousandths?: number;
  readonly availableThousandths?: number | null;
  readonly isActive?: boolean;
};

/** The steps to which new prices are rounded, in ten-thousandths of a euro: a cent, five, ten. */
export const PRICE_STEPS = [100, 500, 1000] as const;

/** How many prices may change at once: those of a large list, and no more than one answer can carry. */
export const MANY_MAX = 500;
const PERCENT_MAX = 9000;

/** A price that would change, both in ten-thousandths of a euro. */
export type PriceStep = { readonly product: Product; readonly before: number; readonly after: number };

/** Whether prices may change by so much at once, in hundredths of a percent: not at all, or nearly to nothing, is a slip. */
export function isSoundPercent(hundredthsPercent: number): boolean {
  return hundredthsPercent !== 0 && Math.abs(hundredthsPercent) <= PERCENT_MAX;
}

/**
 * What a percentage (hundredths of a percent, -250 = 2.5 % less) does to these prices, rounded half-up to `step`. Those that
 * stay as they are, because they are so small, are left out, and so are those that rounding would move the other way or to nothing.
 */
export function planPrices(products: readonly Product[], hundredthsPercent: number, step: number): PriceStep[] {
  return products.flatMap((product) => {
    const before = product.facts.priceTenThousandths;
    const exact = changeUnitPrice(before, hundredthsPercent);
    const rounded = divideHalfUp(BigInt(exact), BigInt(step)) * step;
    // Rounding never turns a raise into a discount.
    const isOnItsSide = hundredthsPercent > 0 ? rounded > before : rounded < before;
    const after = before > 0 && rounded > 0 && isOnItsSide ? rounded : before;
    return after === before ? [] : [{ product, before, after }];
  });
}

/** The facts with a quick change. */
export function applyQuick(facts: ProductFacts, change: QuickChange): ProductFacts {
  return { ...facts, ...change };
}

/** What of a version a quick change may have changed: what undoing it brings back. */
export function quickPart({
  priceTenThousandths,
  availableThousandths,
  isActive,
}: ProductFacts): Required<QuickChange> {
  return { priceTenThousandths, availableThousandths, isActive };
}

/** Nothing left of it, though it stays on the list. */
export function isOut({ availableThousandths }: Pick<ProductFacts, "availableThousandths">): boolean {
  return availableThousandths === 0;
}

/** As little left as its producer wants to hear of; what is out is more than that. */
export function isShort({ availableThousandths, alertAtThousandths }: ProductFacts): boolean {
  return availableThousandths !== null && availableThousandths > 0 && availableThousandths <= (alertAtThousandths ?? 0);
}
