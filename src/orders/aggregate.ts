// The totals of an order at its cut-off, line by line: what leaves for the producer and who stands behind it.
// SAFETY.md I1, DOMAIN.md section 4. Pure.
import { allocate, groupByLine, type Share, sharingStep } from "./answers/allocate.ts";
import { type Booking, lineMaximum, lineMinimum } from "./booking/booking.ts";
import { amountOf, type Order, type OrderLine } from "./order.ts";

/** Why nothing of a line is ordered: its minimum is missed, its only case stays open, or there is no whole package of it. */
type DropReason = "below-minimum" | "case-open" | "not-available";

/**
 * A line at the cut-off, in thousandths: ordered = booked + filled + remainder, and remainder = stock - cut. `filled`: taken
 * from tolerances. `stock`: bought beyond all bookings, for the GAS. `cut`: booked, but not ordered. `shares`: what each
 * booking stands for now, in their fixed order; together they are ordered - stock.
 */
export type LineTotal = {
  readonly lineNumber: number;
  readonly bookedThousandths: number;
  readonly filledThousandths: number;
  readonly stockThousandths: number;
  readonly cutThousandths: number;
  readonly remainderThousandths: number;
  readonly orderedThousandths: number;
  readonly orderedCents: number;
  readonly droppedBecause: DropReason | null;
  readonly shares: readonly Share<Booking>[];
};

/**
 * All lines that somebody booked, by number, and what is to happen: `send`, `ask` a person or `cancel` because the order's
 * minimum is missed by `missingCents`, or `empty` because nothing is left to order.
 */
export type CutOff = {
  readonly lines: readonly LineTotal[];
  readonly orderedCents: number;
  readonly missingCents: number;
  readonly next: "send" | "ask" | "cancel" | "empty";
};

/** Totals of the bookings at the cut-off. The order in which they come changes nothing. A booking of a line that is none is a bug. */
export function aggregate(order: Pick<Order, "lines" | "policies">, bookings: readonly Booking[]): CutOff {
  const lines = [...groupByLine(order, bookings)]
    .filter(([, ofLine]) => ofLine.length > 0)
    .map(([line, ofLine]) => totalLine(order, line, ofLine));
  const orderedCents = lines.reduce((total, line) => total + line.orderedCents, 0);
  const missingCents = Math.max(0, (order.policies.minimumCents ?? 0) - orderedCents);
  const isEmpty = lines.every((line) => line.orderedThousandths === 0);
  const next = isEmpty ? "empty" : missingCents > 0 ? order.policies.whenMinimumMissed : "send";
  return { lines, orderedCents, missingCents, next };
}

function totalLine({ policies }: Pick<Order, "policies">, line: OrderLine, bookings: readonly Booking[]): LineTotal {
  const booked = bookings.reduce((total, booking) => total + booking.quantityThousandths, 0);
  const share = (ordered: number) => allocate(ordered, bookings, policies.allocation, sharingStep(line));
  const { ordered, allocation } = decide(line, booked, policies.whenCaseOpen, share);
  const granted = ordered - allocation.stockThousandths;
  const taken = allocation.shares.map(
    ({ claim, quantityThousandths }) => quantityThousandths - claim.quantityThousandths,
  );
  const filledThousandths = taken.reduce((total, change) => total + Math.max(0, change), 0);
  const cutThousandths = booked + filledThousandths - granted;
  return {
    lineNumber: line.number,
    bookedThousandths: booked,
    filledThousandths,
    stockThousandths: allocation.stockThousandths,
    cutThousandths,
    remainderThousandths: allocation.stockThousandths - cutThousandths,
    orderedThousandths: ordered,
    orderedCents: amountOf(ordered, line.goods),
    droppedBecause: ordered === 0 ? dropReason(line, booked) : null,
    shares: allocation.shares,
  };
}

type Sharing = (ordered: number) => ReturnType<typeof allocate<Booking>>;

/**
 * How many whole packages are ordered. First what tolerances fill exactly, up to the line's minimum; then, if the policy is
 * up, the open case, whose rest goes to stock; else only the full cases. Never more than there is, nothing below the minimum.
 */
function decide(line: OrderLine, booked: number, whenCaseOpen: "up" | "down", share: Sharing) {
  const { packageThousandths } = line.goods;
  const whole = (quantity: number) => Math.floor(quantity / packageThousandths) * packageThousandths;
  const filledUp = (quantity: number) => Math.ceil(quantity / packageThousandths) * packageThousandths;
  const most = whole(lineMaximum(line) ?? Number.MAX_SAFE_INTEGER);
  const wanted = filledUp(Math.max(booked, lineMinimum(line)));
  if (wanted <= most) {
    const allocation = share(wanted);
    if (allocation.stockThousandths === 0) return { ordered: wanted, allocation };
  }
  const rounded = Math.min(whenCaseOpen === "up" ? filledUp(booked) : whole(booked), most);
  const ordered = rounded < lineMinimum(line) ? 0 : rounded;
  return { ordered, allocation: share(ordered) };
}

function dropReason(line: OrderLine, booked: number): DropReason {
  const most = lineMaximum(line);
  if (most !== null && most < line.goods.packageThousandths) return "not-available";
  return booked < lineMinimum(line) || booked >= line.goods.packageThousandths ? "below-minimum" : "case-open";
}
