// The form of orders that repeat: every so many days, weeks or months from one order's own dates. Pure.
import Type, { type Static } from "typebox";
import type { Refusal } from "../../kernel/refusal.ts";
import { addDays, romeTime } from "../../kernel/time.ts";
import type { Order } from "../order.ts";
import type { Recurrence } from "./recurrence.ts";

const DAY = 86_400_000;
const Time = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });
const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });
const Days = Type.Integer({ minimum: 0, maximum: 180 });

export const ANCHORS = ["opening", "closing", "delivery"] as const;
export const RHYTHMS = ["day", "week", "month"] as const;

/** All the other moments lie so many days before or after the day that counts. */
export const REPEAT_FORM = Type.Object({
  anchor: Type.Enum(ANCHORS),
  startsOn: Day,
  endsOn: Type.Optional(Day),
  every: Type.Integer({ minimum: 1, maximum: 366 }),
  unit: Type.Enum(RHYTHMS),
  openDays: Days,
  openTime: Time,
  closeTime: Time,
  deliverDays: Type.Optional(Days),
  deliverTime: Type.Optional(Time),
});
type RepeatForm = Static<typeof REPEAT_FORM>;
type HalfDelivery = Refusal<"no-deliver-days" | "no-deliver-time">;

/** The same for a row that is there, with what its orders are called and where they are handed out. */
export const EDIT_REPEAT_FORM = Type.Object({
  ...REPEAT_FORM.properties,
  name: Type.String({ maxLength: 200 }),
  place: Type.Optional(Type.String({ maxLength: 200 })),
});

/**
 * The rhythm a person typed. `openDays`: how many days before closing it opens; `deliverDays`: how many days after closing it is
 * handed out. Counted over to the anchor's day. `before`: what the form does not show is kept of it. Refuses half a delivery:
 * `no-deliver-days`, `no-deliver-time`.
 */
export function readRepeat(form: RepeatForm, before: Recurrence | null = null): Recurrence | HalfDelivery {
  const {
    anchor,
    startsOn,
    endsOn = null,
    every,
    unit,
    openDays,
    openTime,
    closeTime,
    deliverDays,
    deliverTime,
  } = form;
  const hasDelivery = deliverDays !== undefined && deliverTime !== undefined;
  if (!hasDelivery && deliverTime !== undefined) return { refused: "no-deliver-days" };
  if (!hasDelivery && deliverDays !== undefined) return { refused: "no-deliver-time" };
  const fromClosing = { opening: -openDays, closing: 0, delivery: deliverDays ?? 0 };
  const zero = fromClosing[anchor];
  const on = (moment: keyof typeof fromClosing, time: string) => ({ days: fromClosing[moment] - zero, time });
  return {
    ...{ anchor, startsOn, endsOn, every, unit },
    opening: on("opening", openTime),
    closing: on("closing", closeTime),
    completion: before?.completion
      ? { ...before.completion, days: before.completion.days - before.closing.days - zero }
      : null,
    delivery: hasDelivery ? on("delivery", deliverTime) : null,
    deliveryEndTime: hasDelivery ? (before?.deliveryEndTime ?? null) : null,
    madeDaysAhead: before?.madeDaysAhead ?? 3,
    suspensions: before?.suspensions ?? [],
  };
}

/** A row's rhythm as the form shows it. */
export function writeRepeat(rule: Recurrence): Record<string, string> {
  const { anchor, startsOn, endsOn, every, unit, opening, closing, delivery } = rule;
  return {
    ...{ anchor, startsOn, endsOn: endsOn ?? "", every: String(every), unit },
    openDays: String(closing.days - opening.days),
    openTime: opening.time,
    closeTime: closing.time,
    deliverDays: delivery ? String(delivery.days - closing.days) : "",
    deliverTime: delivery?.time ?? "",
  };
}

/** What the form begins with: the order's own times, a week on. Days are the calendar's in Rome, not spans of 24 hours. */
export function startRepeat(
  order: Pick<Order, "opensAt" | "createdAt" | "closesAt" | "pickups">,
): Record<string, string> {
  const opening = romeTime(order.opensAt ?? order.createdAt);
  const closing = romeTime(order.closesAt);
  const [pickup] = order.pickups;
  const delivery = pickup ? romeTime(pickup.startAt) : null;
  return {
    ...{ anchor: "closing", every: "1", unit: "month", endsOn: "" },
    startsOn: addDays(closing.date, 7),
    openDays: daysBetween(opening.date, closing.date),
    openTime: opening.time,
    closeTime: closing.time,
    deliverDays: delivery ? daysBetween(closing.date, delivery.date) : "",
    deliverTime: delivery?.time ?? "",
  };
}

function daysBetween(from: string, to: string): string {
  return String(Math.max(0, (Date.parse(to) - Date.parse(from)) / DAY));
}
