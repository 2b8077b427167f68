// What people do to an order before it closes: make, change, schedule, open, copy, throw away. Each is one transaction.
import { randomBytes } from "node:crypto";
import { loadActor, refuseRetired } from "../activitypub/store.ts";
import { type Tx, transact } from "../db/transact.ts";
import { encodeId } from "../kernel/ids.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { refuseOpening } from "../partners/hosts/pauseActions.ts";
import { refuseNewOrder } from "../partners/pacts/pactStore.ts";
import { bookedTotals } from "./booking/bookingStore.ts";
import { type Act, type Buying, keep, mayRun, type OrderKey, onOrder, step } from "./changeActions.ts";
import { ownModifiers } from "./delivery/noteCharges.ts";
import { linesOf, type Source } from "./offering.ts";
import type { LineRules, Order, OrderLine } from "./order.ts";
import { checkPlan, checkRules, LINES_MAX, type Plan, planOf } from "./planning/plan.ts";
import { loadSource } from "./sourceStore.ts";
import { addLineRows, deleteLines, deleteOrder, insertOrder, listMoves, type OrderOrigin, saveLine } from "./store.ts";

/** A line chosen from what the producer offers; `rules` null or absent: as `startRules` has them. */
export type LineChoice = { readonly lineIri: string; readonly rules?: LineRules | null };

/** What a new order is made of. `cycleIri` null: on the partner's catalog. */
export type NewOrder = {
  readonly actorId: string;
  readonly personId: string | null;
  readonly producerId: string;
  readonly cycleIri: string | null;
  readonly plan: Plan;
  readonly lines: readonly LineChoice[];
};

/**
 * A draft with its lines, prices frozen as the producer's node shows them to us now. Refuses `not-found`, `actor-retired`,
 * `no-pact`, `pact-suspended`, `no-such-offer`, `no-such-line` {lineIri}, `too-many-lines`, and what `checkPlan` and `checkRules` refuse.
 */
export function createOrder(buying: Buying, wish: NewOrder): Order | Refusal {
  const now = buying.clock.now();
  return transact(buying.db, (tx) =>
    mayRun(tx, wish, wish.producerId)
      ? makeOrder(tx, wish, { createdBy: wish.personId, madeFrom: null, recurrenceId: null }, now)
      : { refused: "not-found" },
  );
}

/** The same inside a transaction, for orders that repeat. */
export function makeOrder(tx: Tx, wish: NewOrder, origin: OrderOrigin, now: number): Order | Refusal {
  const { actorId, producerId, cycleIri, plan } = wish;
  if (loadActor(tx, actorId)?.kind !== "gas") return { refused: "not-found" };
  const retired = refuseRetired(tx, actorId);
  if (retired) return retired;
  const pact = refuseNewOrder(tx, actorId, producerId);
  if (pact) return { refused: pact };
  const source = loadSource(tx, actorId, { producerId, cycleIri }, now);
  if (!source) return { refused: "no-such-offer" };
  const wrong = checkPlan(plan, source.endsAt, now);
  if (wrong) return wrong;
  const lines = chooseLines(source, wish.lines, 1);
  if (isRefusal(lines)) return lines;
  const order: Order = {
    ...plan,
    id: encodeId(randomBytes(16)),
    actorId,
    producerId,
    cycleIri,
    state: "draft",
    lines,
    thread: null,
    revision: 0,
    closedAt: null,
    cancelReason: null,
    createdAt: now,
    updatedAt: now,
    needsPerson: null,
  };
  insertOrder(tx, order, origin);
  return order;
}

function chooseLines(source: Source, choices: readonly LineChoice[], firstNumber: number): OrderLine[] | Refusal {
  if (firstNumber - 1 + choices.length > LINES_MAX) return { refused: "too-many-lines", limit: LINES_MAX };
  const byIri = new Map(source.goods.map((goods) => [goods.lineIri, goods]));
  const chosen = [];
  for (const { lineIri, rules = null } of new Map(choices.map((choice) => [choice.lineIri, choice])).values()) {
    const goods = byIri.get(lineIri);
    if (!goods) return { refused: "no-such-line", lineIri };
    const wrong = rules && checkRules(rules);
    if (wrong) return { ...wrong, lineIri };
    chosen.push({ goods, rules });
  }
  return linesOf(chosen, firstNumber);
}

/** Changes of an order before it closes; `lines`, where given, is the whole choice as it shall be. */
export type OrderChange = { readonly plan?: Partial<Plan>; readonly lines?: readonly LineChoice[] };

/**
 * Changes plan and choice. While an order is open its lines keep goods and price, a line that goes keeps its bookings, and what
 * is new gets today's price. Refuses `not-found`, `stale-version`, `wrong-state`, `no-such-line`, `too-many-lines`,
 * `opening-not-ahead`, and what `checkPlan` and `checkRules` refuse.
 */
export function editOrder(buying: Buying, key: OrderKey, change: OrderChange): Order | Refusal {
  return onOrder(buying, key, (act, order) => editNow(act, order, change));
}

/** The same inside a transaction; a plan alone that is refused has written nothing. */
export function editNow(act: Act, order: Order, change: OrderChange): Order | Refusal {
  const { tx, now } = act;
  const isDraft = order.state === "draft" || order.state === "scheduled";
  if (!isDraft && order.state !== "open") return { refused: "wrong-state", state: order.state };
  const plan = { ...planOf(order), ...change.plan, ...(isDraft ? {} : { opensAt: order.opensAt }) };
  const source = loadSource(tx, order.actorId, order, now);
  const wrong = checkPlan(plan, source?.endsAt ?? null, now);
  if (wrong) return wrong;
  if (order.state === "scheduled" && (plan.opensAt === null || plan.opensAt <= now))
    return { refused: "opening-not-ahead" };
  const lines = change.lines ? changeLines(act, order, source, change.lines, isDraft) : order.lines;
  if (isRefusal(lines)) return lines;
  if (order.state !== "draft" && !lines.some((line) => line.isOffered)) return { refused: "last-line" };
  return keep(act, order, { ...order, ...plan, lines });
}

function changeLines(
  { tx }: Act,
  order: Order,
  source: Source | undefined,
  choices: readonly LineChoice[],
  isDraft: boolean,
): OrderLine[] | Refusal {
  const wanted = new Map(choices.map((choice) => [choice.lineIri, choice]));
  const kept: OrderLine[] = [];
  for (const line of order.lines) {
    const choice = wanted.get(line.goods.lineIri);
    const rules = choice?.rules ?? line.rules;
    const wrong = checkRules(rules);
    if (wrong) return { ...wrong, lineIri: line.goods.lineIri };
    kept.push({ ...line, rules, isOffered: choice !== undefined });
  }
  const known = new Set(order.lines.map(({ goods }) => goods.lineIri));
  const fresh = choices.filter(({ lineIri }) => !known.has(lineIri));
  if (fresh.length > 0 && !source) return { refused: "no-such-offer" };
  const firstNumber = Math.max(0, ...order.lines.map(({ number }) => number)) + 1;
  const added = fresh.length === 0 ? [] : chooseLines(source!, fresh, firstNumber);
  if (isRefusal(added)) return added;
  // What nobody has seen leaves no trace; what was on offer stays, with what was booked of it.
  const gone = isDraft ? kept.filter(({ isOffered }) => !isOffered).map(({ number }) => number) : [];
  deleteLines(tx, order.id, gone);
  const stay = kept.filter(({ number }) => !gone.includes(number));
  for (const line of stay) saveLine(tx, order.id, line);
  addLineRows(tx, order, added);
  return [...stay, ...added];
}

/** Will open by itself at `opensAt`. Refuses what `openOrder` refuses, `opening-not-ahead`. */
export function scheduleOrder(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) => withPact(act, order) ?? step(act, order, "scheduled"));
}

/** Back to the drawer. Refuses `not-found`, `stale-version`, `wrong-state`. */
export function unscheduleOrder(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) => step(act, order, "draft"));
}

/** Opens it to bookings. Refuses `not-found`, `stale-version`, `wrong-state`, `no-pact`, `pact-suspended`, `host-paused`, `no-lines`, `closing-not-ahead`. */
export function openOrder(buying: Buying, key: OrderKey): Order | Refusal {
  return onOrder(buying, key, (act, order) => withPact(act, order) ?? step(act, order, "open"));
}

function withPact({ tx }: Act, { actorId, producerId }: Order): Refusal | null {
  const refused = refuseOpening(tx, actorId, producerId);
  return refuseRetired(tx, actorId) ?? (refused && { refused });
}

/** Throws a draft away; one that already has a history is called off and stays on record. Refuses `not-found`, `wrong-state`. */
export function discardOrder(buying: Buying, key: OrderKey): { discarded: string } | Refusal {
  return onOrder(buying, key, (act, order) => {
    const { tx } = act;
    if (order.state !== "draft" || bookedTotals(tx, order.id).size > 0)
      return { refused: "wrong-state", state: order.state };
    const cancelled = listMoves(tx, order.id).length > 0 ? step(act, order, "cancelled", "discarded") : null;
    if (isRefusal(cancelled)) return cancelled;
    if (!cancelled) deleteOrder(tx, order.id);
    return { discarded: order.id };
  });
}

/**
 * A new draft like this order: its choice and rules at today's prices, its plan at the given times. Lines that are no longer offered
 * stay out. Refuses what `createOrder` refuses.
 */
export function duplicateOrder(buying: Buying, key: OrderKey, change: CopyChange): Order | Refusal {
  return onOrder(buying, key, (act, order) => copyNow(act, order, change, null));
}

type CopyChange = { readonly cycleIri?: string | null; readonly plan: Partial<Plan> & Pick<Plan, "closesAt"> };

/** The same inside a transaction; `recurrenceId`: the row of repeated orders that makes it. */
export function copyNow(
  { tx, now, personId }: Act,
  order: Order,
  change: CopyChange,
  recurrenceId: string | null,
): Order | Refusal {
  const { actorId, producerId } = order;
  const cycleIri = change.cycleIri === undefined ? order.cycleIri : change.cycleIri;
  const source = loadSource(tx, actorId, { producerId, cycleIri }, now);
  if (!source) return { refused: "no-such-offer" };
  const modifiers = ownModifiers(order.modifiers);
  const plan = { ...planOf(order), modifiers, opensAt: null, completesUntil: null, pickups: [], ...change.plan };
  const wish = { actorId, personId, producerId, cycleIri, plan, lines: sameLines(order.lines, source) };
  return makeOrder(tx, wish, { createdBy: personId, madeFrom: order.id, recurrenceId }, now);
}

/** The lines of a source that stand for the same products, with the rules the GAS gave them. */
function sameLines(lines: readonly OrderLine[], source: Source): LineChoice[] {
  const offered = lines.filter(({ isOffered }) => isOffered);
  return source.goods.flatMap((goods) => {
    const before =
      offered.find((line) => line.goods.lineIri === goods.lineIri) ??
      offered.find((line) => line.goods.productIri === goods.productIri && line.goods.name === goods.name);
    const fits = before && before.goods.unitCode === goods.unitCode;
    return before ? [{ lineIri: goods.lineIri, rules: fits ? before.rules : null }] : [];
  });
}
