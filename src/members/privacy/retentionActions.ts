// Who looks after the node chooses how long it keeps things: within the limits, and knowing what a shorter period takes away. C53.
import { loadPeriods, savePeriods } from "../../db/periods.ts";
import { transact } from "../../db/transact.ts";
import { PERIODS, type Period, type Periods, shortenedPeriods } from "../../kernel/retention.ts";
import { recordAudit } from "../../web/auditStore.ts";
import type { MembersHouse } from "../actions.ts";
import { countOld } from "./retentionStore.ts";

/** A period that becomes shorter: days before and after, and how many rows the clock forgets within a day. */
export type Shortened = {
  readonly period: Period;
  readonly before: number;
  readonly after: number;
  readonly rows: number;
};

type House = Pick<MembersHouse, "db" | "clock">;

/** What these periods would take away, period by period; empty where nothing becomes shorter. */
export function weighPeriods({ db, clock }: House, wish: Periods): Shortened[] {
  const now = loadPeriods(db.orm);
  const shorter = shortenedPeriods(now, wish);
  const rows = countOld(db, wish, shorter, clock.now());
  return shorter.map((period) => ({
    period,
    before: now[period],
    after: wish[period],
    rows: rows.get(period) ?? 0,
  }));
}

/** Keeps by these periods from now on. What is older goes when the clock comes round. */
export function changePeriods({ db, clock }: House, wish: Periods, byId: string): void {
  transact(db, (tx) => {
    const before = loadPeriods(tx);
    const changed = PERIODS.filter((period) => wish[period] !== before[period]);
    if (changed.length === 0) return;
    savePeriods(tx, wish);
    const detail = changed.map((period) => `${period} ${before[period]} → ${wish[period]}`).join(", ");
    recordAudit(tx, { what: "retention", actorId: null, byId, aboutId: null, detail, at: clock.now() });
  });
}
