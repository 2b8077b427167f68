// What follows from an Offer, checked line by line: taken at once, left to a person, or refused with a reason; and what a
// person's changes make of it. Pure. PROTOCOL.md sections 6.1, 6.3 and 6.6, SAFETY I12 and I15.
import type { AgreedLine, ReasonCode } from "../partners/threads/agreement.ts";
import { isSameText, totalOf } from "../partners/threads/agreement.ts";
import type { LineTerms } from "./lineTerms.ts";
import type { Counter, Waiting } from "./received.ts";

/** What does not hold in one line. Only `not-available` is the producer's to mend; the others are the buyer's mistakes. */
export type LineFault = {
  readonly lineIri: string;
  readonly fault: "unknown-line" | "unit" | "not-multiple" | "below-minimum" | "not-available" | "amount";
};

/** Every line with what is wrong in it first; nothing where all holds. A line named twice is unknown the second time. */
export function checkLines(lines: readonly AgreedLine[], terms: ReadonlyMap<string, LineTerms>): LineFault[] {
  const seen = new Set<string>();
  return lines.flatMap((line) => {
    const { lineIri } = line;
    const known = seen.has(lineIri) ? undefined : terms.get(lineIri);
    seen.add(lineIri);
    const fault = known ? faultOf(line, known) : "unknown-line";
    return fault ? [{ lineIri, fault }] : [];
  });
}

function faultOf({ unit, quantityThousandths, amountCents }: AgreedLine, terms: LineTerms): LineFault["fault"] | null {
  if (unit !== terms.unit) return "unit";
  const packages = quantityThousandths / terms.packageThousandths;
  if (!Number.isSafeInteger(packages) || packages < 1) return "not-multiple";
  if (terms.minimumThousandths !== null && quantityThousandths < terms.minimumThousandths) return "below-minimum";
  if (packages * terms.packagePriceCents !== amountCents) return "amount";
  return terms.freeThousandths !== null && quantityThousandths > terms.freeThousandths ? "not-available" : null;
}

/** What the seller does of itself with an Offer. */
export type Decision =
  | { readonly decision: "accept" }
  | { readonly decision: "wait"; readonly why: readonly Waiting[] }
  | { readonly decision: "reject"; readonly reason: ReasonCode };

/** What the decision looks at besides the lines. `counter` is the proposal that this Offer answers, if one was open. */
export type Circumstances = {
  readonly terms: ReadonlyMap<string, LineTerms>;
  readonly answers: "automatic" | "hand";
  readonly minimumOrderCents: number | null;
  readonly counter: Counter | null;
  /** Nothing new may come any more: only an answer to our own proposal. */
  readonly isClosed: boolean;
};

/**
 * A mistake is refused; an Offer that says what we proposed, or less of it, is taken; everything else is taken when it holds
 * and the rules say so, and waits for a person when it does not.
 */
export function decide(lines: readonly AgreedLine[], circumstances: Circumstances): Decision {
  const { terms, answers, minimumOrderCents, counter, isClosed } = circumstances;
  const faults = checkLines(lines, terms);
  const mistake = faults.find(({ fault }) => fault !== "not-available");
  if (mistake) return { decision: "reject", reason: mistake.fault };
  if (lines.length === 0) return { decision: "reject", reason: "below-minimum" };
  if (counter && isWithin(lines, counter.lines)) return { decision: "accept" };
  const why: Waiting[] = [];
  if (isClosed) why.push("beyond-proposal");
  if (answers === "hand") why.push("by-hand");
  if (faults.length > 0) why.push("not-available");
  if (minimumOrderCents !== null && totalOf(lines) < minimumOrderCents) why.push("minimum-order");
  if (lines.some(({ lineIri }) => terms.get(lineIri)?.hasVariants)) why.push("variants");
  if (lines.some(({ lineIri }) => terms.get(lineIri)?.isFormer)) why.push("old-price");
  return why.length === 0 ? { decision: "accept" } : { decision: "wait", why };
}

/** Whether every line stands in the proposal with at least as much: what we offered ourselves is ours to keep. */
function isWithin(lines: readonly AgreedLine[], proposed: readonly AgreedLine[]): boolean {
  if (isSameText(lines, proposed)) return true;
  const most = new Map(proposed.map((line) => [line.lineIri, line.quantityThousandths]));
  return lines.every(({ lineIri, quantityThousandths }) => quantityThousandths <= (most.get(lineIri) ?? 0));
}

/** A line as a person answers it: another quantity, nothing of it, or as it is. */
export type LineWish = { readonly lineIri: string; readonly quantityThousandths: number };

/** Why a person's change cannot be proposed: field by field. */
export type WishFault = { readonly lineIri: string; readonly fault: "not-multiple" | "too-big" | "not-available" };

/**
 * The lines with the quantities a person typed, at the prices of the Offer's own lines; zero leaves a line out. More than was
 * ordered is never proposed, and more than is left only when the person says so (`mayOverdraw`). SAFETY I15.
 */
export function changeLines(
  ordered: readonly AgreedLine[],
  wishes: readonly LineWish[],
  terms: ReadonlyMap<string, LineTerms>,
  mayOverdraw: boolean,
): { readonly lines: AgreedLine[] } | { readonly faults: WishFault[] } {
  const wished = new Map(wishes.map(({ lineIri, quantityThousandths }) => [lineIri, quantityThousandths]));
  const faults: WishFault[] = [];
  const lines = ordered.flatMap((line) => {
    const { lineIri } = line;
    const quantityThousandths = wished.get(lineIri) ?? line.quantityThousandths;
    const known = terms.get(lineIri);
    const fault = wishFault(quantityThousandths, line, known, mayOverdraw);
    if (fault) faults.push({ lineIri, fault });
    if (quantityThousandths === 0 || fault) return [];
    const amountCents = known
      ? (quantityThousandths / known.packageThousandths) * known.packagePriceCents
      : line.amountCents;
    return [{ ...line, quantityThousandths, amountCents }];
  });
  return faults.length > 0 ? { faults } : { lines };
}

function wishFault(
  quantityThousandths: number,
  ordered: AgreedLine,
  terms: LineTerms | undefined,
  mayOverdraw: boolean,
): WishFault["fault"] | null {
  if (quantityThousandths < 0 || quantityThousandths > ordered.quantityThousandths) return "too-big";
  if (quantityThousandths === 0) return null;
  if (!terms) return quantityThousandths === ordered.quantityThousandths ? null : "not-multiple";
  if (quantityThousandths % terms.packageThousandths !== 0) return "not-multiple";
  const isShort = terms.freeThousandths !== null && quantityThousandths > terms.freeThousandths;
  return isShort && !mayOverdraw ? "not-available" : null;
}

/** The most of a line that can be given: what was ordered, or the whole packages that are left. */
export function mostOf({ quantityThousandths }: AgreedLine, terms: LineTerms | undefined): number {
  if (!terms || terms.freeThousandths === null || terms.freeThousandths >= quantityThousandths)
    return quantityThousandths;
  const { freeThousandths, packageThousandths } = terms;
  return Math.floor(freeThousandths / packageThousandths) * packageThousandths;
}
