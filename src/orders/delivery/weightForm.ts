// What is typed at the counter: weights and counts by portion, arrivals by line. Pure.
import { readAmount, writeAmount } from "../booking/bookForm.ts";

/** Whose part of which line; `friendId` null: the household itself. */
type PortionKey = { readonly householdId: string; readonly lineNumber: number; readonly friendId: string | null };

/** Most numbers that one field sums. */
const WEIGHTS_MAX = 100;
const KEY = /^([1-9]\d{0,3})-([a-z2-7]{26})-([a-z2-7]{26}|x)$/;

/** What a portion is called in a form's field: line, household, friend ("x" none). */
export function portionField({ lineNumber, householdId, friendId }: PortionKey): string {
  return `${lineNumber}-${householdId}-${friendId ?? "x"}`;
}

/** The portion a field names; null for what is none. */
export function readPortionField(text: string): PortionKey | null {
  const [, line = "", householdId = "", friend = ""] = KEY.exec(text) ?? [];
  return line === "" ? null : { lineNumber: Number(line), householdId, friendId: friend === "x" ? null : friend };
}

/** "1,2 0,8" or "0,312 + 0,298": the weights of pieces or baskets, in thousandths; null when one is no number. */
export function readWeights(text: string): number[] | null {
  const parts = text.split(/[\s+;]+/).filter((part) => part !== "");
  const weights = parts.map(readAmount);
  return parts.length <= WEIGHTS_MAX && weights.every((one) => one !== null) ? weights : null;
}

/** What is known of a portion, as its field shows it: nothing until somebody weighed or counted it. */
export function writeWeights({
  deliveredThousandths,
  weights,
}: {
  readonly deliveredThousandths: number | null;
  readonly weights: readonly number[] | null;
}): string {
  if (weights && weights.length > 0) return weights.map(writeAmount).join(" + ");
  return deliveredThousandths === null ? "" : writeAmount(deliveredThousandths);
}
