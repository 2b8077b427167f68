// How a cycle answers the orders it receives: by itself or by hand, and the common minimum over all groups. Pure.
// PROTOCOL.md sections 6.4 and 8.2.
import type { Refusal } from "../kernel/refusal.ts";

/** A common minimum over all groups: so many thousandths of a kilogram, a litre or a piece. */
export type Threshold = {
  readonly unitCode: "KGM" | "LTR" | "H87";
  readonly quantityThousandths: number;
  /** What happens at closing when it is missed: one extension of so many hours, or everything is called off. */
  readonly whenMissed: "extend" | "cancel";
  readonly extensionHours: number;
};

/**
 * What a group that leads an order says of it: the offer it gathers for, and how the goods that come and their transport are
 * shared among the groups. PROTOCOL 8.1.
 */
export type Joint = {
  readonly collectsFor: string;
  readonly allocationRule: "proportional" | "arrival";
  readonly transportRule: "weight" | "value" | "group";
};

export type SaleRules = {
  /** A clean Offer is accepted (held) at once, or waits for a person. */
  readonly answers: "automatic" | "hand";
  /** After closing every held order is confirmed by the clock, or by a person who has seen them all. */
  readonly confirms: "clock" | "hand";
  /** How long a group may think about a counter-proposal. */
  readonly answerHours: number;
  readonly threshold: Threshold | null;
  /** Absent from a producer's own cycle. */
  readonly joint?: Joint;
};

/** Held at once, so that a group knows; confirmed by the person, who knows the harvest. */
export const DEFAULT_RULES: SaleRules = { answers: "automatic", confirms: "hand", answerHours: 48, threshold: null };

const QUANTITY_MAX = 1_000_000_000;

/** Why the rules cannot stand: `bad-answer-hours`, `bad-threshold`, `bad-extension`. Null when they can. */
export function checkRules({ answerHours, threshold }: SaleRules): Refusal | null {
  if (!isWithin(answerHours, 1, 14 * 24)) return { refused: "bad-answer-hours" };
  if (threshold === null) return null;
  if (!isWithin(threshold.quantityThousandths, 1, QUANTITY_MAX)) return { refused: "bad-threshold" };
  if (threshold.whenMissed === "extend" && !isWithin(threshold.extensionHours, 1, 31 * 24))
    return { refused: "bad-extension" };
  return null;
}

/** A threshold announced is never raised nor asked for later: who ordered relied on it. Lowering or dropping it harms nobody. */
export function mayReplaceThreshold(before: Threshold | null, after: Threshold | null): boolean {
  if (after === null) return true;
  return before?.unitCode === after.unitCode && after.quantityThousandths <= before.quantityThousandths;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
