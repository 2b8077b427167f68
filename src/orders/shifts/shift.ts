// A shift: so many people for one task at a pickup, and who comes. Pure.
import type { Refusal } from "../../kernel/refusal.ts";

/** `people` in the order in which they signed up. Times are epoch ms. */
export type Shift = {
  readonly id: string;
  readonly orderId: string;
  readonly pickupId: string;
  readonly task: string;
  readonly needed: number;
  readonly people: readonly { readonly personId: string; readonly name: string }[];
};

/** A day of delivery with its shifts: one pickup of an order that is not over. */
export type Turn = {
  readonly orderId: string;
  readonly orderName: string;
  readonly producerId: string;
  readonly pickupId: string;
  readonly place: string;
  readonly startAt: number;
  readonly endAt: number | null;
  /** When the order last changed. */
  readonly updatedAt: number;
  readonly shifts: readonly Shift[];
};

export const NEEDED_MAX = 50;
export const TASKS_MAX = 20;

/** How many are still missing; 0 when it is full. */
export function missingOf({ needed, people }: Pick<Shift, "needed" | "people">): number {
  return Math.max(0, needed - people.length);
}

/** Why somebody cannot sign up now, or null: `shift-past`, `shift-full`. Who is in already stays in. */
export function refuseJoin(shift: Shift, personId: string, startAt: number, now: number): Refusal | null {
  if (startAt <= now) return { refused: "shift-past" };
  if (shift.people.some((one) => one.personId === personId)) return null;
  return missingOf(shift) === 0 ? { refused: "shift-full" } : null;
}
