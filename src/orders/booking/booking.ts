// What a household may book of an order, line by line and as a basket: machine B of DOMAIN.md section 4. Pure.
import { isMultiple, nearestMultiples } from "../../kernel/quantity.ts";
import type { Refusal } from "../../kernel/refusal.ts";
import { amountOf, type Order, type OrderLine, takesBookings } from "../order.ts";

/**
 * What someone wants of a line: for the household itself (`friendId` null) or for one of its friends. `tolerance`: as much
 * more it would take if that fills a case ("5 to 7 kg" is 5000 and 2000). Quantity 0 takes the booking back.
 */
export type Wish = {
  readonly lineNumber: number;
  readonly friendId: string | null;
  readonly quantityThousandths: number;
  readonly toleranceThousandths: number;
  readonly note: string;
};

/** A wish that was taken. `bookedAt` (epoch ms): when its quantity was last raised; who came first is served first. */
export type Booking = Wish & { readonly householdId: string; readonly bookedAt: number };

/** A basket: the bookings of one household in one order. */
export type BasketState = "draft" | "confirmed" | "locked" | "saved" | "delivered" | "not-collected" | "cancelled";
type BasketMover = "member" | "system" | "operator";

/**
 * What stands already on the line, in thousandths: this booking as saved, the household's other bookings (its friends') as
 * they will be and as they are saved, and what all other households booked.
 */
export type WishContext = {
  readonly savedThousandths: number;
  readonly ownOthersThousandths: number;
  readonly ownOthersSavedThousandths: number;
  readonly othersTotalThousandths: number;
  readonly now: number;
};

/** Something a household should know and may ignore. */
export type Advice =
  | { readonly advice: "above-advised"; readonly lineNumber: number; readonly advisedMaxThousandths: number }
  | { readonly advice: "case-open"; readonly lineNumber: number; readonly missingThousandths: number }
  | { readonly advice: "line-minimum-open"; readonly lineNumber: number; readonly missingThousandths: number };

/** The basket as saved, what everyone (this household included) booked of each line, and the friends one may book for. */
export type BasketContext = {
  readonly saved: readonly Wish[];
  readonly totals: ReadonlyMap<number, number>;
  readonly friendIds: ReadonlySet<string>;
  readonly now: number;
};

export const NOTE_CHARS_MAX = 500;
/** A million of the unit: far above any truck, far below where arithmetic ends. */
export const QUANTITY_MAX_THOUSANDTHS = 1_000_000_000;

/** Who may move a basket from where to where. What stands not here never happens. */
const STEPS: Readonly<Record<BasketState, Partial<Record<BasketState, readonly BasketMover[]>>>> = {
  draft: { confirmed: ["member"], locked: ["system"], cancelled: ["member", "system"] },
  confirmed: { draft: ["member"], locked: ["system"], cancelled: ["member", "system"] },
  // Back to confirmed: the order was reopened.
  locked: {
    confirmed: ["system"],
    // It was not confirmed when the order closed.
    draft: ["system"],
    saved: ["operator"],
    delivered: ["operator"],
    "not-collected": ["operator"],
    cancelled: ["system"],
  },
  saved: { locked: ["operator"], delivered: ["operator"], "not-collected": ["operator"], cancelled: ["system"] },
  // Back to saved: a correction before the delivery is closed, or after it was opened again.
  delivered: { saved: ["operator"] },
  "not-collected": { saved: ["operator"], delivered: ["operator"] },
  cancelled: { draft: ["member"], confirmed: ["member"] },
};

/** The basket's next state, if this mover may bring it there. Refuses `wrong-state` {state, to}, `not-yours` {mover, to}. */
export function moveBasket(state: BasketState, to: BasketState, mover: BasketMover): BasketState | Refusal {
  const movers = STEPS[state][to];
  if (!movers) return { refused: "wrong-state", state, to };
  return movers.includes(mover) ? to : { refused: "not-yours", mover, to };
}

/**
 * Why a wish is not taken; null when it is. What lowers a booking is never held against a maximum. While cases are being
 * completed a booking only grows, together by no more than what the line's case misses, and the last of it need be no step.
 * Refuses `order-not-open`, `bad-quantity`, `bad-note`, `not-offered`, `not-a-multiple` {stepThousandths, belowThousandths,
 * aboveThousandths}, `below-minimum` {minThousandths}, `above-maximum` {maxThousandths}, `not-available` {leftThousandths},
 * `only-grows`, `above-missing` {missingThousandths}.
 */
export function checkWish(order: Order, line: OrderLine, wish: Wish, context: WishContext): Refusal | null {
  if (!takesBookings(order, context.now)) return { refused: "order-not-open", state: order.state };
  const wrong = checkForm(wish);
  if (wrong) return wrong;
  const { quantityThousandths: quantity } = wish;
  if (!line.isOffered && quantity > context.savedThousandths) return { refused: "not-offered" };
  if (order.state === "completing") {
    const short = checkCompletion(line, wish, context);
    if (short) return short;
    if (fillsTheCase(line, wish, context)) return checkLimits(line, wish, context);
  }
  return checkSteps(line, wish) ?? checkLimits(line, wish, context);
}

/**
 * What a whole basket may be told, or why it is not taken: the first refusal, with its `lineNumber` and `friendId`, and all
 * of them in `wishes`. `wishes` is the basket as it shall be; what it leaves out is taken back, what it does not change
 * is not asked again. Refuses what `checkWish` refuses, `no-such-line`, `no-such-friend`, `twice`.
 */
export function checkBasket(order: Order, wishes: readonly Wish[], context: BasketContext): Advice[] | Refusal {
  const lines = new Map(order.lines.map((line) => [line.number, line]));
  const saved = new Map(context.saved.map((wish) => [wishKey(wish), wish]));
  const whole = [...wishes, ...droppedWishes(wishes, context.saved)];
  const [sumBefore, sumAfter] = [sumByLine(context.saved), sumByLine(whole)];
  const seen = new Set<string>();
  const refusals: Refusal[] = [];
  const advice = new Map<string, Advice>();
  for (const wish of whole) {
    const [key, line] = [wishKey(wish), lines.get(wish.lineNumber)];
    const refuse = (refusal: Refusal) =>
      refusals.push({ ...refusal, lineNumber: wish.lineNumber, friendId: wish.friendId });
    if (seen.has(key)) refuse({ refused: "twice" });
    seen.add(key);
    const before = saved.get(key);
    if (before && isSameWish(before, wish)) continue;
    if (!line) refuse({ refused: "no-such-line" });
    else if (wish.friendId !== null && !before && !context.friendIds.has(wish.friendId))
      refuse({ refused: "no-such-friend" });
    else {
      const lineBefore = sumBefore.get(wish.lineNumber) ?? 0;
      const savedThousandths = before?.quantityThousandths ?? 0;
      const around: WishContext = {
        savedThousandths,
        ownOthersThousandths: sumAfter.get(wish.lineNumber)! - wish.quantityThousandths,
        ownOthersSavedThousandths: lineBefore - savedThousandths,
        othersTotalThousandths: (context.totals.get(wish.lineNumber) ?? 0) - lineBefore,
        now: context.now,
      };
      const refusal = checkWish(order, line, wish, around);
      if (refusal) refuse(refusal);
      else for (const one of adviseOn(line, wish, around)) advice.set(`${one.advice} ${one.lineNumber}`, one);
    }
  }
  return refusals.length > 0 ? { ...refusals[0]!, wishes: refusals } : [...advice.values()];
}

/** The basket that was taken, as bookings. Who raises a quantity goes to the back of the queue; who lowers it keeps the place. */
export function takeBasket(
  householdId: string,
  wishes: readonly Wish[],
  saved: readonly Booking[],
  now: number,
): Booking[] {
  const before = new Map(saved.map((booking) => [wishKey(booking), booking]));
  return wishes
    .filter((wish) => wish.quantityThousandths > 0)
    .map((wish) => {
      const old = before.get(wishKey(wish));
      const keepsPlace = old !== undefined && wish.quantityThousandths <= old.quantityThousandths;
      return { ...wish, householdId, bookedAt: keepsPlace ? old.bookedAt : now };
    });
}

/** What everybody booked of each line, by its number, in thousandths; one pass. */
export function totalsOf(bookings: readonly Wish[]): Map<number, number> {
  return sumByLine(bookings);
}

/** How much the last case of a line misses when so much is booked; 0 when no case is open. Thousandths. */
export function missingForCase(line: OrderLine, totalThousandths: number): number {
  const { packageThousandths } = line.goods;
  const over = totalThousandths % packageThousandths;
  return over === 0 ? 0 : packageThousandths - over;
}

/** The least the whole order takes of a line: the producer's minimum or the GAS's own, whichever is more. Thousandths. */
export function lineMinimum(line: OrderLine): number {
  return Math.max(line.goods.supplierMinThousandths, line.rules.orderMinThousandths ?? 0);
}

/** The most the whole order takes of a line: what there is, or the GAS's own maximum; null: no limit. Thousandths. */
export function lineMaximum(line: OrderLine): number | null {
  const limits = [line.goods.availableThousandths, line.rules.orderMaxThousandths].filter((one) => one !== null);
  return limits.length === 0 ? null : Math.min(...limits);
}

/**
 * What misses for the order's minimum (cents) and, by line number, for the minimum of each line that somebody booked
 * (thousandths); lines that have theirs are left out.
 */
export function missingToMinimum(
  order: Pick<Order, "lines" | "policies">,
  totals: ReadonlyMap<number, number>,
): { cents: number; lines: Map<number, number> } {
  let bookedCents = 0;
  const lines = new Map<number, number>();
  for (const line of order.lines) {
    const total = totals.get(line.number) ?? 0;
    bookedCents += amountOf(total, line.goods);
    if (total > 0 && total < lineMinimum(line)) lines.set(line.number, lineMinimum(line) - total);
  }
  return { cents: Math.max(0, (order.policies.minimumCents ?? 0) - bookedCents), lines };
}

/** The lines whose case can still be filled in the phase of completion, with what each misses (thousandths). */
export function linesToComplete(order: Pick<Order, "lines">, totals: ReadonlyMap<number, number>): Map<number, number> {
  const missing = new Map<number, number>();
  for (const line of order.lines) {
    const amount = missingForCase(line, totals.get(line.number) ?? 0);
    if (line.rules.caseMode === "complete" && line.isOffered && amount > 0) missing.set(line.number, amount);
  }
  return missing;
}

/** What a basket may cost at most, in cents: all it wants and would tolerate, goods alone. What credit is reserved for. */
export function mostCents(order: Pick<Order, "lines">, wishes: readonly Wish[]): number {
  const most = sumByLine(
    wishes.map((wish) => ({ ...wish, quantityThousandths: wish.quantityThousandths + wish.toleranceThousandths })),
  );
  return order.lines.reduce((total, line) => total + amountOf(most.get(line.number) ?? 0, line.goods), 0);
}

/** What names a booking within its household's basket. */
export function wishKey(wish: Pick<Wish, "lineNumber" | "friendId">): string {
  return `${wish.lineNumber} ${wish.friendId ?? ""}`;
}

function checkForm({ quantityThousandths, toleranceThousandths, note }: Wish): Refusal | null {
  for (const amount of [quantityThousandths, toleranceThousandths])
    if (!Number.isSafeInteger(amount) || amount < 0 || amount > QUANTITY_MAX_THOUSANDTHS)
      return { refused: "bad-quantity", maxThousandths: QUANTITY_MAX_THOUSANDTHS };
  return note.length > NOTE_CHARS_MAX ? { refused: "bad-note", limit: NOTE_CHARS_MAX } : null;
}

function checkCompletion(line: OrderLine, wish: Wish, context: WishContext): Refusal | null {
  if (wish.quantityThousandths < context.savedThousandths) return { refused: "only-grows" };
  const missingThousandths = missingWhileCompleting(line, context);
  return growth(wish, context) > missingThousandths ? { refused: "above-missing", missingThousandths } : null;
}

function missingWhileCompleting(line: OrderLine, context: WishContext): number {
  const { savedThousandths, ownOthersSavedThousandths, othersTotalThousandths } = context;
  if (line.rules.caseMode !== "complete") return 0;
  return missingForCase(line, savedThousandths + ownOthersSavedThousandths + othersTotalThousandths);
}

/** By how much the household's bookings of the line grow in all. */
function growth(wish: Wish, context: WishContext): number {
  const { savedThousandths, ownOthersThousandths, ownOthersSavedThousandths } = context;
  return wish.quantityThousandths + ownOthersThousandths - savedThousandths - ownOthersSavedThousandths;
}

function fillsTheCase(line: OrderLine, wish: Wish, context: WishContext): boolean {
  const missing = missingWhileCompleting(line, context);
  return missing > 0 && growth(wish, context) === missing;
}

function checkSteps(line: OrderLine, wish: Wish): Refusal | null {
  const { quantityThousandths, toleranceThousandths } = wish;
  const { stepThousandths, minThousandths, caseMode } = line.rules;
  for (const step of caseMode === "multiple" ? [line.goods.packageThousandths, stepThousandths] : [stepThousandths])
    for (const amount of [quantityThousandths, toleranceThousandths])
      if (!isMultiple(amount, step))
        return { refused: "not-a-multiple", stepThousandths: step, ...nearestMultiples(amount, step) };
  const isBelow = quantityThousandths > 0 && quantityThousandths < minThousandths;
  return isBelow ? { refused: "below-minimum", minThousandths } : null;
}

function checkLimits(line: OrderLine, wish: Wish, context: WishContext): Refusal | null {
  const { quantityThousandths, toleranceThousandths } = wish;
  const { savedThousandths, ownOthersThousandths, othersTotalThousandths } = context;
  const { maxThousandths } = line.rules;
  const isRaised = quantityThousandths > savedThousandths;
  const household = ownOthersThousandths + quantityThousandths + toleranceThousandths;
  if (maxThousandths !== null && (isRaised || toleranceThousandths > 0) && household > maxThousandths)
    return { refused: "above-maximum", maxThousandths };
  const most = lineMaximum(line);
  if (most === null || !isRaised) return null;
  const leftThousandths = Math.max(0, most - othersTotalThousandths - ownOthersThousandths);
  return quantityThousandths > leftThousandths ? { refused: "not-available", leftThousandths } : null;
}

/** What a household should know about a wish that can be taken: it is told, and may leave it so. */
function adviseOn(line: OrderLine, wish: Wish, context: WishContext): Advice[] {
  const lineNumber = line.number;
  const { advisedMaxThousandths, caseMode } = line.rules;
  const household = context.ownOthersThousandths + wish.quantityThousandths;
  const total = context.othersTotalThousandths + household;
  const advice: Advice[] = [];
  if (advisedMaxThousandths !== null && household > advisedMaxThousandths)
    advice.push({ advice: "above-advised", lineNumber, advisedMaxThousandths });
  const missing = missingForCase(line, total);
  if (caseMode !== "none" && missing > 0) advice.push({ advice: "case-open", lineNumber, missingThousandths: missing });
  const short = lineMinimum(line) - total;
  if (total > 0 && short > 0) advice.push({ advice: "line-minimum-open", lineNumber, missingThousandths: short });
  return advice;
}

function sumByLine(wishes: readonly Wish[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { lineNumber, quantityThousandths } of wishes)
    sums.set(lineNumber, (sums.get(lineNumber) ?? 0) + quantityThousandths);
  return sums;
}

/** What the new basket leaves out, as wishes for nothing. */
function droppedWishes(wishes: readonly Wish[], saved: readonly Wish[]): Wish[] {
  const kept = new Set(wishes.map(wishKey));
  return saved
    .filter((wish) => !kept.has(wishKey(wish)))
    .map((wish) => ({ ...wish, quantityThousandths: 0, toleranceThousandths: 0 }));
}

function isSameWish(one: Wish, other: Wish): boolean {
  return (
    one.quantityThousandths === other.quantityThousandths &&
    one.toleranceThousandths === other.toleranceThousandths &&
    one.note === other.note
  );
}
