// Where a group usually hands out: a name that orders carry, and beside it the address and the usual day. Pure.
import type { Refusal } from "../../kernel/refusal.ts";
import { addDays, instantOfRome, romeTime } from "../../kernel/time.ts";
import type { Pickup } from "../order.ts";

export type Place = {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  /** 1 Monday to 7 Sunday, with hours "HH:MM" in Rome; null: no usual day. */
  readonly weekday: number | null;
  readonly fromTime: string | null;
  readonly untilTime: string | null;
  readonly retiredAt: number | null;
};

/** What a person says of a place. */
export type PlaceWish = Pick<Place, "name" | "address" | "weekday" | "fromTime" | "untilTime">;

export const PLACES_MAX = 50;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Why a place cannot stand: `no-place` (no name), `no-day` (hours without a day), `no-time` (a day without its hour), `bad-time`, `before-start`; null when it can. */
export function checkPlace({ name, weekday, fromTime, untilTime }: PlaceWish): Refusal | null {
  if (name.trim() === "") return { refused: "no-place" };
  if (weekday === null && (fromTime ?? untilTime) !== null) return { refused: "no-day" };
  if (weekday !== null && fromTime === null) return { refused: "no-time" };
  const isBad = (time: string | null) => time !== null && !TIME.test(time);
  if (isBad(fromTime) || isBad(untilTime)) return { refused: "bad-time" };
  return fromTime !== null && untilTime !== null && untilTime <= fromTime ? { refused: "before-start" } : null;
}

/** The next time of the place that begins at `after` (epoch ms) or later; null without a usual day. */
export function nextTimeOf(
  { weekday, fromTime, untilTime }: PlaceWish,
  after: number,
): Pick<Pickup, "startAt" | "endAt"> | null {
  if (weekday === null || fromTime === null) return null;
  const today = romeTime(after).date;
  const soonest = addDays(today, (weekday - weekdayOf(today) + 7) % 7);
  const isAhead = (instantOfRome({ date: soonest, time: fromTime }) ?? 0) >= after;
  const date = isAhead ? soonest : addDays(soonest, 7);
  const startAt = instantOfRome({ date, time: fromTime });
  const endAt = untilTime === null ? null : instantOfRome({ date, time: untilTime });
  return startAt === null ? null : { startAt, endAt };
}

/** 1 Monday to 7 Sunday of "YYYY-MM-DD". */
function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}
