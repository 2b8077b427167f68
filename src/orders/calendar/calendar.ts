// What stands in a member's calendar: when orders open and close, where and when to collect what one booked, when one helps. Pure.
import { sequenceOf } from "../../kernel/time.ts";
import type { Order } from "../order.ts";
import type { Turn } from "../shifts/shift.ts";

/**
 * One date. `uid` names it for ever, `sequence` grows with each change of its order, so that a calendar knows the newer. Times
 * are epoch ms; `endAt` null: a moment.
 */
export type CalendarDate = {
  readonly uid: string;
  readonly kind: "opening" | "closing" | "pickup" | "shift";
  /** What is to be done on a shift; empty for the rest. */
  readonly task: string;
  readonly order: Pick<Order, "id" | "name" | "producerId">;
  readonly startAt: number;
  readonly endAt: number | null;
  readonly place: string;
  readonly sequence: number;
  readonly isCancelled: boolean;
  /** Of an order that is booked elsewhere: whose goods, as it says itself, and where. */
  readonly outside?: { readonly producer: string; readonly url: string };
};

const HOUR = 3_600_000;

/**
 * The dates of orders. `booked`: the orders the household has something in, with the pickup it chose (null: none, then all are
 * shown). A called-off order stays, as cancelled, so that calendars cross it out. Drafts are nobody's matter.
 */
export function datesOf(
  orders: readonly Omit<Order, "lines">[],
  booked: ReadonlyMap<string, string | null>,
  host: string,
): CalendarDate[] {
  return orders.flatMap((order) => {
    const { id, state, opensAt, closesAt, pickups, updatedAt } = order;
    if (state === "draft") return [];
    const isCancelled = state === "cancelled";
    const facts = { order, isCancelled, task: "", sequence: sequenceOf(updatedAt) };
    const moment = (kind: "opening" | "closing", startAt: number): CalendarDate => ({
      ...{ ...facts, kind, startAt, endAt: null, place: "", uid: `${id}-${kind}@${host}` },
    });
    const chosen = booked.get(id);
    const collected = chosen === undefined ? [] : pickups.filter((pickup) => chosen === null || pickup.id === chosen);
    return [
      ...(opensAt !== null ? [moment("opening", opensAt)] : []),
      moment("closing", closesAt),
      ...collected.map(
        ({ id: pickupId, place, startAt, endAt }): CalendarDate => ({
          ...{ ...facts, kind: "pickup", startAt, endAt: endAt ?? startAt + HOUR, place },
          uid: `${id}-pickup-${pickupId}@${host}`,
        }),
      ),
    ];
  });
}

/** The shifts a person signed up for. Who signs off has them no longer: calendars that subscribe take them out. */
export function shiftDatesOf(turns: readonly Turn[], personId: string, host: string): CalendarDate[] {
  return turns.flatMap(({ orderId, orderName, producerId, startAt, endAt, place, updatedAt, shifts }) =>
    shifts
      .filter(({ people }) => people.some((one) => one.personId === personId))
      .map(
        ({ id, task }): CalendarDate => ({
          ...{ uid: `${id}-shift@${host}`, kind: "shift", task, startAt, endAt: endAt ?? startAt + HOUR, place },
          ...{
            order: { id: orderId, name: orderName, producerId },
            sequence: sequenceOf(updatedAt),
            isCancelled: false,
          },
        }),
      ),
  );
}
