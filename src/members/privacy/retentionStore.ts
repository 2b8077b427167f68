// How many rows are older than a period: what a shorter one would take away. The same conditions as those by which the clock forgets;
// a test holds the two together.
import type { Db } from "../../db/transact.ts";
import type { Period, Periods } from "../../kernel/retention.ts";

const DAY = 86_400_000;

/** What of which tables is old at `@before`. */
const OLD: Readonly<Record<Period, readonly string[]>> = {
  idle: ["sessions WHERE seen_at < @before"],
  session: ["sessions WHERE created_at < @before"],
  links: ["invitations WHERE expires_at < @before"],
  addresses: ["email_changes WHERE asked_at < @before"],
  notices: ["notice_queue WHERE settled_at <= @before"],
  requests: ["join_requests WHERE state IN ('approved', 'refused') AND decided_at < @before"],
  waiting: ["join_requests WHERE created_at < @before", "foundings WHERE created_at < @before"],
  seekers: ["seekers WHERE created_at < @before"],
  foundings: ["foundings WHERE state IN ('refused', 'made') AND created_at < @before"],
  bookings: ["gathering_bookings WHERE gathering_id IN (SELECT id FROM gatherings WHERE ends_at < @before)"],
  arrivals: ["inbox_log WHERE channel = 'social' AND parked_for IS NULL AND received_at < @before"],
  letters: ["outbox WHERE lane = 'social' AND state IN ('delivered', 'abandoned') AND finished_at < @before"],
  refusals: ["security_events WHERE at < @before"],
  reports: ["reports WHERE seen_at < @before"],
  audit: ["audit_log WHERE at < @before"],
};

/** How many rows would go with these periods, by period. `now` is epoch ms. */
export function countOld(
  { raw }: Db,
  periods: Periods,
  which: readonly Period[],
  now: number,
): ReadonlyMap<Period, number> {
  const count = (period: Period, rows: string): number =>
    Number(
      raw
        .prepare(`SELECT count(*) FROM ${rows}`)
        .pluck()
        .get({ before: now - periods[period] * DAY }),
    );
  return new Map(
    which.map((period) => [period, OLD[period].reduce((sum, rows) => sum + count(period, rows), 0)] as const),
  );
}
