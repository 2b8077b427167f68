// What several orders bear together, as money: split over what everybody got, charged once, corrected with a second person.
import type { Tx } from "../../db/transact.ts";
import { isRefusal, type Refusal } from "../../kernel/refusal.ts";
import { type Charge, chargeOrder } from "../../ledger/orderActions.ts";
import { readWish, requestRecharge } from "../../ledger/requestActions.ts";
import { listRequests } from "../../ledger/requestStore.ts";
import { listPostings } from "../../ledger/store.ts";
import { loadCharge } from "../../ledger/supplierStore.ts";
import { listGroupHouseholds } from "../../members/households/groupStore.ts";
import type { Buying } from "../changeActions.ts";
import { takingOf } from "../delivery/settlementStore.ts";
import type { Order } from "../order.ts";
import { type AggregateKey, onAggregate, runsAll, touch } from "./actions.ts";
import { differShares, type SharedCosts, shareCosts } from "./costs.ts";
import type { OwnCosts } from "./ownPages.ts";
import { type Aggregate, isOver } from "./plan.ts";
import { listAggregated, listAggregates, listAggregatesOf, listParts, loadAggregateOf, logDeed } from "./store.ts";

const MEMO_CHARS_MAX = 300;
const REQUESTS_READ = 200;
const LATEST_READ = 50;

/** The costs as they are split now, over all orders that were not called off. */
export function readSharedCosts(tx: Tx, { actorId, costs }: Aggregate, orders: readonly Order[]): SharedCosts {
  if (costs.length === 0) return { cents: 0, shares: new Map(), splits: [] };
  const takings = orders.filter(({ state }) => state !== "cancelled").map((order) => takingOf(tx, order));
  // Another group takes goods of ours and has a trip of its own.
  const apart = new Set(listGroupHouseholds(tx, actorId).map(({ id }) => id));
  return shareCosts(costs, takings, apart);
}

/** What was charged: cents by household, as the ledger has it. Null: nothing yet, or a treasurer took it back. */
export function readChargedCosts(tx: Tx, { actorId, id }: Aggregate): Map<string, number> | null {
  const { current } = loadCharge(tx, actorId, id);
  if (!current) return null;
  const postings = current.transactionId === null ? [] : listPostings(tx, current.transactionId);
  const households = postings.filter(({ account }) => account.kind === "household");
  return new Map(households.map(({ account, cents }) => [account.ref ?? "", -cents]));
}

/** Whether a correction of them waits for a second person. */
export function isCorrectionAsked(tx: Tx, { actorId, id }: Aggregate): boolean {
  return listRequests(tx, actorId, true, REQUESTS_READ).some((request) => {
    const wish = readWish(request);
    return wish.kind === "recharge" && wish.charge.orderId === id;
  });
}

/** Aggregates whose orders are all over and whose costs nobody has charged yet: of those whose closing came last. */
export function listToCharge(tx: Tx, actorId: string, runs: (producerId: string) => boolean): Aggregate[] {
  const parts = listParts(tx, actorId);
  return listAggregates(tx, actorId, LATEST_READ).filter(({ id, costs }) => {
    const orders = parts.get(id) ?? [];
    const isOurs = orders.length > 0 && orders.every(({ producerId }) => runs(producerId));
    return costs.length > 0 && isOurs && orders.every(isOver) && loadCharge(tx, actorId, id).version === 0;
  });
}

/** What a household bears of costs that are not charged yet, aggregate by aggregate. */
export function readOwnCosts(tx: Tx, key: { readonly actorId: string; readonly householdId: string }): OwnCosts[] {
  return listAggregatesOf(tx, key)
    .filter(({ actorId, id, costs }) => costs.length > 0 && loadCharge(tx, actorId, id).version === 0)
    .map((aggregate) => {
      const { shares } = readSharedCosts(tx, aggregate, listAggregated(tx, aggregate));
      const costs = aggregate.costs.map(({ name }) => name);
      return { name: aggregate.name, costs, cents: shares.get(key.householdId) ?? 0 };
    })
    .filter(({ cents }) => cents !== 0);
}

/** What each household bears, by its id, of costs that the aggregate of this order is still to charge; null where there are none. */
export function readCostsToCome(tx: Tx, order: Pick<Order, "id" | "actorId">): SharesToCome | null {
  const aggregate = loadAggregateOf(tx, order);
  if (!aggregate || aggregate.costs.length === 0 || loadCharge(tx, order.actorId, aggregate.id).version > 0)
    return null;
  return { name: aggregate.name, shares: readSharedCosts(tx, aggregate, listAggregated(tx, aggregate)).shares };
}

type SharesToCome = { readonly name: string; readonly shares: ReadonlyMap<string, number> };

/** Costs that were charged. `requestId`: a correction that waits for a second person. */
export type ChargedCosts = { readonly cents: number; readonly version: number; readonly requestId: string | null };

/**
 * Charges every household its part of the costs, once: when each order is delivered or called off, on what was delivered. It is owed to
 * whoever carries, not to a producer. Once charged, a change (a corrected delivery, another bill) is a correction: it reverses the
 * charge before and waits for a second person, with `reason`. Refuses `not-found`, `stale-version`, `aggregate-of-others`,
 * `orders-under-way` {count}, `no-shared-costs`, `costs-unchanged`, and what the ledger's `chargeOrder` and `requestRecharge` refuse.
 */
export function chargeCosts(buying: Buying, key: AggregateKey, reason: string): ChargedCosts | Refusal {
  return onAggregate(
    buying,
    key,
    (act, aggregate, orders) => {
      const { tx, now: at } = act;
      const { personId } = key;
      if (!runsAll(tx, key, orders)) return { refused: "aggregate-of-others" };
      const count = orders.filter((order) => !isOver(order)).length;
      if (count > 0) return { refused: "orders-under-way", count };
      const { cents, shares } = readSharedCosts(tx, aggregate, orders);
      const before = readChargedCosts(tx, aggregate);
      const version = loadCharge(tx, aggregate.actorId, aggregate.id).version + 1;
      if (version === 1 && aggregate.costs.length === 0) return { refused: "no-shared-costs" };
      if (before !== null && differShares(before, shares).size === 0) return { refused: "costs-unchanged" };
      const charge = chargeOf(aggregate, shares, cents, version);
      const asked =
        version === 1 ? null : requestRecharge(tx, charge, { actorId: aggregate.actorId, personId, reason, at });
      if (isRefusal(asked)) return asked;
      const memo = aggregate.costs
        .map(({ name }) => name)
        .join(", ")
        .slice(0, MEMO_CHARS_MAX);
      const charged = asked ? null : chargeOrder(tx, { ...charge, at, personId, memo });
      if (isRefusal(charged)) return charged;
      const what = asked ? "correction-asked" : "charged";
      logDeed(tx, aggregate, { what, about: asked ? reason : "", personId, at });
      touch(act, aggregate);
      return { cents, version, requestId: asked?.id ?? null };
    },
    true,
  );
}

// It goes by the aggregate's own name, as if it were one more order; the group itself stands where a producer would, and is owed nothing.
function chargeOf(
  { actorId, id: orderId }: Aggregate,
  shares: ReadonlyMap<string, number>,
  transportCents: number,
  version: number,
): Charge {
  const charges = [...shares].map(([householdId, cents]) => ({ householdId, cents }));
  const none = { payableCents: 0, roundingCents: 0, stockCents: 0 };
  return { actorId, orderId, producerId: actorId, version, charges, ...none, transportCents };
}
