// How far an order has come in money and weight, and whether it closes by itself because of it. DOMAIN.md 2.2. Pure.
import { divideHalfUp } from "../kernel/money.ts";
import { findUnit } from "../kernel/units.ts";
import { amountOf, type Goods, type Order } from "./order.ts";

/** What is booked in all: cents of goods, and grams of those whose weight is known. */
export type Progress = { readonly cents: number; readonly grams: number };

/** What so much of the goods weighs, in grams, half-up; null where neither unit nor producer say. */
export function gramsOf(quantityThousandths: number, goods: Pick<Goods, "unitCode" | "gramsPerUnit">): number | null {
  const unit = findUnit(goods.unitCode);
  if (unit?.base === "KGM")
    return divideHalfUp(BigInt(quantityThousandths) * BigInt(unit.numerator), BigInt(unit.denominator));
  if (goods.gramsPerUnit === null) return null;
  return divideHalfUp(BigInt(quantityThousandths) * BigInt(goods.gramsPerUnit), 1000n);
}

/** How far the order has come, from what everybody booked of each line (`totalsOf`). */
export function progressOf(order: Pick<Order, "lines">, totals: ReadonlyMap<number, number>): Progress {
  let [cents, grams] = [0, 0];
  for (const { number, goods } of order.lines) {
    const total = totals.get(number) ?? 0;
    cents += amountOf(total, goods);
    grams += gramsOf(total, goods) ?? 0;
  }
  return { cents, grams };
}

/** The limit at which the GAS wanted the order to close, if it is reached. */
export function limitReached(
  order: Pick<Order, "lines" | "policies">,
  totals: ReadonlyMap<number, number>,
): "cents" | "grams" | null {
  const { autoCloseCents, autoCloseGrams } = order.policies;
  const { cents, grams } = progressOf(order, totals);
  if (autoCloseCents !== null && cents >= autoCloseCents) return "cents";
  return autoCloseGrams !== null && grams >= autoCloseGrams ? "grams" : null;
}
