// Where a group wants it, a household says that its basket is complete. Until it does the basket is to be confirmed, and counts all the
// same: for limits, credit, cases, minimum and at the closing. ADR 0038. Pure.

import type { Order } from "../order.ts";
import { type BasketState, moveBasket } from "./booking.ts";

/**
 * A basket after a save (`before` null: its first). `isFinal`: whoever saved says that it is complete, as a group's signed text does;
 * any other change asks again.
 */
export function stateAfterSave(
  before: BasketState | null,
  { policies }: Pick<Order, "policies">,
  save: { readonly isEmpty: boolean; readonly isFinal: boolean },
): BasketState {
  const isAsked = policies.asksToConfirm === true && !save.isFinal;
  const to = save.isEmpty ? "cancelled" : isAsked ? "draft" : "confirmed";
  if (before === null || before === to) return to;
  const moved = moveBasket(before, to, "member");
  return typeof moved === "string" ? moved : before;
}

/** Whether the household is still asked to confirm: while the order takes bookings, where the group wants it. */
export function isToConfirm(
  { policies, state }: Pick<Order, "policies" | "state">,
  basket: { readonly state: BasketState } | undefined,
): boolean {
  return policies.asksToConfirm === true && (state === "open" || state === "completing") && basket?.state === "draft";
}

const HOUR = 3_600_000;
/** A household is written to once its basket was left alone for so long. */
const LEFT_FOR_MS = HOUR;
const REMIND_BEFORE_MS = 24 * HOUR;

/** Whether who left a basket unconfirmed is reminded now: in the last day before the closing, an hour after the last change. */
export function remindsToConfirm(
  order: Pick<Order, "policies" | "state" | "closesAt">,
  basket: { readonly state: BasketState; readonly updatedAt: number },
  now: number,
): boolean {
  const left = order.closesAt - now;
  return isToConfirm(order, basket) && left > 0 && left <= REMIND_BEFORE_MS && now - basket.updatedAt >= LEFT_FOR_MS;
}
