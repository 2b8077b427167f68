// The dates of several orders run as one, when they come again: places and costs as they were, moved to the day. Pure.

import { moveByDays } from "../../kernel/localTime.ts";
import { romeTime } from "../../kernel/time.ts";
import type { Pickup } from "../order.ts";
import type { Occurrence } from "../repeating/recurrence.ts";
import type { Aggregate, AggregatePlan } from "./plan.ts";

const DAY = 86_400_000;

/**
 * The plan of the next one. The first place takes the day and the hour of the rhythm; the others stay as many days apart from it as they
 * were, at their own hours. Where the rhythm has no delivery all stay as far from the closing. `opensAt`: no earlier than that.
 */
export function planOn(last: Aggregate, occurrence: Occurrence, name: string, opensAt: number): AggregatePlan {
  const { closesAt, pickup } = occurrence;
  const [first] = last.pickups;
  const days = pickup && first ? daysBetween(first.startAt, pickup.startAt) : daysBetween(last.closesAt, closesAt);
  const pickups = last.pickups.map((one, i) => move(one, days, pickup && i === 0 ? pickup.startAt : null));
  return { name, opensAt: Math.max(occurrence.opensAt, opensAt), closesAt, pickups, costs: last.costs };
}

function move(pickup: Pickup, days: number, startAt: number | null): Pickup {
  const start = startAt ?? moveByDays(pickup.startAt, days);
  const end = pickup.endAt === null ? null : moveByDays(pickup.endAt, days);
  return { ...pickup, startAt: start, endAt: end !== null && end > start ? end : null };
}

/** Days of the calendar in Rome. */
function daysBetween(from: number, to: number): number {
  const day = (at: number) => Date.parse(romeTime(at).date);
  return Math.round((day(to) - day(from)) / DAY);
}
