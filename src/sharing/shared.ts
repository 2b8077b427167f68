// An order that a group leads for others: what it offers them, what of theirs stands in its own order, what each of them gets. Pure.
// PROTOCOL.md section 8.1.
import { type ProductFacts, startFacts } from "../catalogs/product.ts";
import { divideHalfUp } from "../kernel/money.ts";
import { convertQuantity } from "../kernel/units.ts";
import type { Wish } from "../orders/booking/booking.ts";
import type { Order, OrderLine } from "../orders/order.ts";
import type { AgreedLine, Charge } from "../partners/threads/agreement.ts";
import type { CycleLine, NewLine } from "../sales/cycle.ts";
import type { LineTerms } from "../sales/lineTerms.ts";

/**
 * The lines that the others may order: those on offer in our own order, in the steps in which our households book them, so that cases
 * are filled over all groups together. `basedOn` is the producer's line.
 */
export function offeredLines(order: Pick<Order, "lines">): NewLine[] {
  return order.lines
    .filter(({ isOffered }) => isOffered)
    .map((line) => ({
      goods: { productIri: line.goods.lineIri, productVersion: 1, facts: factsOf(line) },
      availableThousandths: null,
    }));
}

/** Of a gram a ten-thousandth of a euro is too coarse a price: a jar of 500 g would be wrong by cents. */
const PRICED_BY: Readonly<Record<string, string>> = { GRM: "KGM", MLT: "LTR" };

function factsOf({ goods, rules }: OrderLine): ProductFacts {
  const { name, text, unitCode, packagePriceCents, packageThousandths } = goods;
  const priceUnit = PRICED_BY[unitCode] ?? unitCode;
  const perPrice = convertQuantity(1000, priceUnit, unitCode) ?? 1000;
  // Cents for so many thousandths, as ten-thousandths of a euro for one unit of the price.
  const price = divideHalfUp(BigInt(packagePriceCents) * 100n * BigInt(perPrice), BigInt(packageThousandths));
  return {
    ...startFacts(name, price, unitCode),
    priceUnitCode: priceUnit,
    description: text,
    category: goods.category ?? "",
    supplierStepThousandths: rules.stepThousandths,
    isVariableWeight: goods.isVariableWeight,
    hasSeparateWeights: goods.hasSeparateWeights,
    weightGrams: goods.gramsPerUnit,
    vatRatePercent: goods.vatRatePercent ?? null,
  };
}

/** One line of the cycle beside the line of our order that it came from, and how much of ours one package of it is. */
export type LinePair = {
  readonly cycleLine: string;
  readonly line: OrderLine;
  readonly stepThousandths: number;
  readonly terms: LineTerms;
};

/** The lines of both sides, by the IRI of the cycle's. A line whose terms are not known to this group is left out. */
export function pairLines(
  order: Pick<Order, "lines">,
  lines: readonly CycleLine[],
  terms: ReadonlyMap<string, LineTerms>,
  cycleIri: string,
): Map<string, LinePair> {
  const ours = new Map(order.lines.map((line) => [line.goods.lineIri, line]));
  const pairs = lines.flatMap(({ number, goods }): LinePair[] => {
    const cycleLine = `${cycleIri}/${number}`;
    const line = ours.get(goods.productIri);
    const known = terms.get(cycleLine);
    const stepThousandths = goods.facts.supplierStepThousandths ?? 0;
    return line && known && stepThousandths > 0 ? [{ cycleLine, line, stepThousandths, terms: known }] : [];
  });
  return new Map(pairs.map((pair) => [pair.cycleLine, pair]));
}

/** What a group's signed text comes to in our own order: one wish a line, in thousandths of our unit. */
export function wishesOf(text: readonly AgreedLine[], pairs: ReadonlyMap<string, LinePair>): Wish[] {
  return text.flatMap(({ lineIri, quantityThousandths }) => {
    const pair = pairs.get(lineIri);
    if (!pair) return [];
    const quantity = convert(quantityThousandths, pair.terms.packageThousandths, pair.stepThousandths);
    return [
      {
        lineNumber: pair.line.number,
        friendId: null,
        quantityThousandths: quantity,
        toleranceThousandths: 0,
        note: "",
      },
    ];
  });
}

/** Whether what stands in our order is what they wished: the same quantity of every line. */
export function isBooked(
  wishes: readonly Pick<Wish, "lineNumber" | "quantityThousandths">[],
  bookings: readonly Pick<Wish, "lineNumber" | "quantityThousandths">[],
): boolean {
  const write = (all: typeof wishes) =>
    all
      .filter(({ quantityThousandths }) => quantityThousandths > 0)
      .map(({ lineNumber, quantityThousandths }) => `${lineNumber} ${quantityThousandths}`)
      .sort()
      .join();
  return write(wishes) === write(bookings);
}

/**
 * What of a group's text there is for it, in whole packages of the cycle and never more than it asked: what the producer gave less, by
 * our own sharing. `byLine`: thousandths of our unit by our line's number.
 */
export function allottedText(
  text: readonly AgreedLine[],
  pairs: ReadonlyMap<string, LinePair>,
  byLine: ReadonlyMap<number, number>,
): AgreedLine[] {
  return text.map((line) => {
    const pair = pairs.get(line.lineIri);
    if (!pair) return { ...line, quantityThousandths: 0, amountCents: 0 };
    const { packageThousandths, packagePriceCents } = pair.terms;
    const packages = Math.floor((byLine.get(pair.line.number) ?? 0) / pair.stepThousandths);
    const quantityThousandths = Math.min(packages * packageThousandths, line.quantityThousandths);
    const amountCents = (quantityThousandths / packageThousandths) * packagePriceCents;
    return { ...line, quantityThousandths, amountCents };
  });
}

/** What came for a group, by the cycle's lines, in thousandths of the wire's unit: weighed goods to the gram. */
export function deliveredText(
  text: readonly AgreedLine[],
  pairs: ReadonlyMap<string, LinePair>,
  byLine: ReadonlyMap<number, number>,
): Map<string, number> {
  return new Map(
    text.map(({ lineIri }) => {
      const pair = pairs.get(lineIri);
      const ours = pair ? (byLine.get(pair.line.number) ?? 0) : 0;
      return [lineIri, pair ? convert(ours, pair.stepThousandths, pair.terms.packageThousandths) : 0];
    }),
  );
}

/**
 * What is due beside the goods, so that the note comes to the very sum our books charge: each share of transport and the like by name,
 * and the odd cents of prices that were rounded by the step. `goodsCents`: what the note's goods come to; `chargedCents`: what we charge.
 */
export function chargesFor(
  shares: readonly Charge[],
  goodsCents: number,
  chargedCents: number,
  roundingName: string,
): Charge[] {
  const named = shares.filter(({ cents }) => cents !== 0);
  const rest = chargedCents - goodsCents - named.reduce((sum, { cents }) => sum + cents, 0);
  return rest === 0 ? named : [...named, { name: roundingName, cents: rest }];
}

function convert(quantity: number, from: number, to: number): number {
  return divideHalfUp(BigInt(quantity) * BigInt(to), BigInt(from));
}
