// What a GAS says to the producer's numbers: the lines it offers, and whether a counter is within its stated policy.
// PROTOCOL.md 6.1, SAFETY.md B14. Pure.
import { isMultiple } from "../../kernel/quantity.ts";
import type { AgreedLine } from "../../partners/threads/agreement.ts";
import { lineMinimum } from "../booking/booking.ts";
import { amountOf, type Order, type OrderLine } from "../order.ts";

/** Why a counter waits for a person. Quantities in thousandths, money in cents. */
export type CounterReason =
  | { readonly why: "unknown-line" | "twice" | "unit" | "not-multiple"; readonly lineIri: string }
  | { readonly why: "amount"; readonly lineIri: string; readonly dueCents: number; readonly amountCents: number }
  | { readonly why: "more"; readonly lineIri: string; readonly askedThousandths: number }
  | { readonly why: "too-short"; readonly lineIri: string; readonly askedThousandths: number }
  | { readonly why: "below-minimum"; readonly lineIri: string; readonly minThousandths: number }
  | { readonly why: "order-minimum"; readonly missingCents: number }
  | { readonly why: "nothing-left" };

/**
 * `take`: within the policy, the next revision is `lines`. `ask`: a person decides; `lines` is what taking it would offer,
 * null where no offer can say what the counter says (its reasons are about form or price).
 */
export type CounterVerdict =
  | { readonly verdict: "take"; readonly lines: readonly AgreedLine[] }
  | {
      readonly verdict: "ask";
      readonly lines: readonly AgreedLine[] | null;
      readonly reasons: readonly CounterReason[];
    };

/** The lines of an Offer: whole packages by line number (thousandths), at the price of their line; nothing is left out but zeros. */
export function offerLines(order: Pick<Order, "lines">, orderedByLine: ReadonlyMap<number, number>): AgreedLine[] {
  return [...order.lines]
    .sort((one, other) => one.number - other.number)
    .map((line) => offerLine(line, orderedByLine.get(line.number) ?? 0))
    .filter((line) => line.quantityThousandths > 0);
}

/** What a text of both sides says of each of the order's lines, by number, in thousandths; lines it is silent about are 0. */
export function quantitiesOf(order: Pick<Order, "lines">, text: readonly AgreedLine[]): Map<number, number> {
  const byIri = new Map(text.map((line) => [line.lineIri, line.quantityThousandths]));
  return new Map(order.lines.map((line) => [line.number, byIri.get(line.goods.lineIri) ?? 0]));
}

/**
 * Judges a counter to what was asked. Taken at once when every line that was asked keeps at least the stated share, nothing
 * is more, nothing is new, every amount is what our own price makes it, and all minimums hold.
 */
export function judgeCounter(
  order: Pick<Order, "lines" | "policies">,
  asked: readonly AgreedLine[],
  counter: readonly AgreedLine[],
): CounterVerdict {
  const lines = new Map(order.lines.map((line) => [line.goods.lineIri, line]));
  const unfit = checkText(lines, counter);
  if (unfit.length > 0) return { verdict: "ask", lines: null, reasons: unfit };
  const next = offerLines(order, quantitiesOf(order, counter));
  const reasons = [
    ...compareLines(asked, next, order.policies.acceptShortPercent),
    ...next.flatMap((line): CounterReason[] => {
      const minThousandths = lineMinimum(lines.get(line.lineIri)!);
      const isBelow = line.quantityThousandths < minThousandths;
      return isBelow ? [{ why: "below-minimum", lineIri: line.lineIri, minThousandths }] : [];
    }),
    ...checkMinimum(order, next),
  ];
  return reasons.length > 0 ? { verdict: "ask", lines: next, reasons } : { verdict: "take", lines: next };
}

function offerLine({ goods }: OrderLine, quantityThousandths: number): AgreedLine {
  const { lineIri, wireUnit } = goods;
  return { lineIri, unit: wireUnit, quantityThousandths, amountCents: amountOf(quantityThousandths, goods) };
}

/** What no Offer of ours could repeat: it would not be our lines, units, packages or prices. */
function checkText(lines: ReadonlyMap<string, OrderLine>, text: readonly AgreedLine[]): CounterReason[] {
  const seen = new Set<string>();
  return text.flatMap(({ lineIri, unit, quantityThousandths, amountCents }): CounterReason[] => {
    const line = lines.get(lineIri);
    if (!line) return [{ why: "unknown-line", lineIri }];
    if (seen.has(lineIri)) return [{ why: "twice", lineIri }];
    seen.add(lineIri);
    if (unit !== line.goods.wireUnit) return [{ why: "unit", lineIri }];
    if (quantityThousandths < 0 || !isMultiple(quantityThousandths, line.goods.packageThousandths))
      return [{ why: "not-multiple", lineIri }];
    const dueCents = amountOf(quantityThousandths, line.goods);
    return amountCents === dueCents ? [] : [{ why: "amount", lineIri, dueCents, amountCents }];
  });
}

function compareLines(asked: readonly AgreedLine[], next: readonly AgreedLine[], percent: number): CounterReason[] {
  const nextByIri = new Map(next.map((line) => [line.lineIri, line.quantityThousandths]));
  const askedByIri = new Map(asked.map((line) => [line.lineIri, line.quantityThousandths]));
  const short = asked.filter(
    ({ lineIri, quantityThousandths }) => (nextByIri.get(lineIri) ?? 0) * 100 < quantityThousandths * percent,
  );
  const more = next.filter(({ lineIri, quantityThousandths }) => quantityThousandths > (askedByIri.get(lineIri) ?? 0));
  const reason = (why: "more" | "too-short") => (line: AgreedLine) => ({
    why,
    lineIri: line.lineIri,
    askedThousandths: askedByIri.get(line.lineIri) ?? 0,
  });
  return [...short.map(reason("too-short")), ...more.map(reason("more"))];
}

function checkMinimum({ policies }: Pick<Order, "policies">, next: readonly AgreedLine[]): CounterReason[] {
  if (next.length === 0) return [{ why: "nothing-left" }];
  if (policies.whenMinimumMissed === "send") return [];
  const missingCents = (policies.minimumCents ?? 0) - next.reduce((total, line) => total + line.amountCents, 0);
  return missingCents > 0 ? [{ why: "order-minimum", missingCents }] : [];
}
