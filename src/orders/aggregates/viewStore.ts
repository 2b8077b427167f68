// What the pages of an aggregate show, read from the rows of its orders.
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { loadCharge } from "../../ledger/supplierStore.ts";
import { listHouseholds } from "../../members/households/householdStore.ts";
import { loadPersonRow } from "../../members/store.ts";
import { linesToComplete, missingToMinimum } from "../booking/booking.ts";
import { bookedTotals, countBookers, listBookings } from "../booking/bookingStore.ts";
import { progressOf } from "../limits.ts";
import { nameOf } from "../namesStore.ts";
import type { Order } from "../order.ts";
import { checkPlan, planOf } from "../planning/plan.ts";
import { previewOccurrences } from "../repeating/recurrence.ts";
import { loadSource } from "../sourceStore.ts";
import { isCorrectionAsked, readChargedCosts, readSharedCosts } from "./costActions.ts";
import { differShares } from "./costs.ts";
import type { AggregateView, OrderRow } from "./pages.ts";
import { type Aggregate, datesFor, strayFrom } from "./plan.ts";
import type { JoinableOrder } from "./planPages.ts";
import { findRepeatOf, listDeeds, listJoinable } from "./store.ts";

const JOINABLE_SHOWN = 60;
/** So far a page looks for the next one that no pause holds. */
const AHEAD = 60;

/** Everything the page of an aggregate shows. `runs` says whether who looks runs the orders of that producer. */
export function readView(
  tx: Tx,
  aggregate: Aggregate,
  orders: readonly Order[],
  reader: { readonly runs: (producerId: string) => boolean; readonly now: number },
): Omit<AggregateView, "told"> {
  const shared = readSharedCosts(tx, aggregate, orders);
  const alive = orders.filter(({ state }) => state !== "cancelled");
  const bookers = new Set(alive.flatMap(({ id }) => listBookings(tx, id).map(({ householdId }) => householdId)));
  return {
    ...{ aggregate, shared, householdsCount: bookers.size },
    rows: orders.map((order) => readRow(tx, aggregate, order, reader)),
    costs: readCosts(tx, aggregate, shared.shares),
    householdNames: new Map(listHouseholds(tx, aggregate.actorId, true).map(({ id, name }) => [id, name])),
    joinable: readJoinable(tx, aggregate.actorId, reader.runs),
    repeat: readRepeat(tx, aggregate),
    log: listDeeds(tx, aggregate.id).map((deed) => ({
      ...deed,
      personName: deed.personId === null ? null : (loadPersonRow(tx, deed.personId)?.name ?? null),
    })),
  };
}

function readRepeat(tx: Tx, aggregate: Aggregate): AggregateView["repeat"] {
  const repeat = findRepeatOf(tx, aggregate);
  if (!repeat) return null;
  const ahead = repeat.state === "active" ? previewOccurrences(repeat.rule, repeat.lastIndex, AHEAD) : [];
  const next = ahead.find(({ suspension }) => suspension === null);
  return { nextOpensAt: next?.occurrence.opensAt ?? null };
}

/** Orders that could come in, of producers whose orders the reader runs. */
export function readJoinable(tx: Tx, actorId: string, runs: (producerId: string) => boolean): JoinableOrder[] {
  return listJoinable(tx, actorId, JOINABLE_SHOWN)
    .filter(({ producerId }) => runs(producerId))
    .map(({ id, name, producerId }) => ({ id, name, producerName: nameOf(tx, producerId) }));
}

function readRow(
  tx: Tx,
  aggregate: Aggregate,
  order: Order,
  { runs, now }: { readonly runs: (producerId: string) => boolean; readonly now: number },
): OrderRow {
  const totals = bookedTotals(tx, order.id);
  const missing = missingToMinimum(order, totals);
  return {
    ...{ order, producerName: nameOf(tx, order.producerId), isOurs: runs(order.producerId) },
    bookersCount: countBookers(tx, order.id),
    bookedCents: order.state === "cancelled" ? 0 : progressOf(order, totals).cents,
    missingCents: missing.cents,
    openCasesCount: linesToComplete(order, totals).size,
    shortLinesCount: missing.lines.size,
    cannotFollow: strayFrom(order, aggregate).length === 0 ? null : refuseFollowing(tx, order, aggregate, now),
  };
}

/** Why an order does not take the plan's dates; null: it could. */
function refuseFollowing(tx: Tx, order: Order, aggregate: Aggregate, now: number): Refusal | null {
  const plan = { ...planOf(order), ...datesFor(order, aggregate) };
  const wrong = checkPlan(plan, loadSource(tx, order.actorId, order, now)?.endsAt ?? null, now);
  if (isRefusal(wrong)) return wrong;
  const isLate = order.state === "scheduled" && (plan.opensAt === null || plan.opensAt <= now);
  return isLate ? { refused: "opening-not-ahead" } : null;
}

function readCosts(tx: Tx, aggregate: Aggregate, shares: ReadonlyMap<string, number>): AggregateView["costs"] {
  const charged = readChargedCosts(tx, aggregate);
  const { version } = loadCharge(tx, aggregate.actorId, aggregate.id);
  const chargedCents = charged && [...charged.values()].reduce((sum, cents) => sum + cents, 0);
  const waits = version > 0 && isCorrectionAsked(tx, aggregate);
  return { version, chargedCents, waits, changedCount: differShares(charged ?? new Map(), shares).size };
}
