// What every change of an order has in common: one transaction, the order as it now is, the log of its states.
import type { Wire } from "../activitypub/wire.ts";
import { type Tx, transact } from "../db/transact.ts";
import { isRefusal, type Refusal } from "../kernel/refusal.ts";
import { loadPerson } from "../members/store.ts";
import { holdsRole, type Role } from "../web/visitor.ts";
import { type Mover, moveOrder, type Order, type OrderState } from "./order.ts";
import { loadOrder, logMove, saveOrder } from "./store.ts";

/** What the actions of orders need of the node. */
export type Buying = Pick<Wire, "db" | "clock" | "post" | "keyring">;

/**
 * An order, who changes it (null: the clock or a letter), and the `updatedAt` they saw: where another hand was faster,
 * `stale-version` and nothing changes.
 */
export type OrderKey = {
  readonly actorId: string;
  readonly orderId: string;
  readonly personId: string | null;
  readonly seenUpdatedAt?: number;
};

/** An act within a transaction: the node, the transaction, who acts and when. */
export type Act = {
  readonly buying: Buying;
  readonly tx: Tx;
  readonly mover: Mover;
  readonly personId: string | null;
  readonly now: number;
};

/** Who runs orders; a referente of named producers, theirs. */
export const RUN_ROLES: readonly Role[] = ["admin", "referente"];
/** Who hands out: receives goods, weighs, counts. What it comes to is charged by those who run the order. */
export const HAND_OUT_ROLES: readonly Role[] = ["admin", "referente", "delivery"];

/**
 * Whether this person may act on orders of that producer, as their seats are now: whatever page or verb asks, it is asked here,
 * within the transaction. Null is the clock, a letter or the command line.
 */
export function mayRun(
  tx: Tx,
  who: { readonly actorId: string; readonly personId: string | null },
  producerId: string,
  roles: readonly Role[] = RUN_ROLES,
): boolean {
  return who.personId === null || holdsRole(loadPerson(tx, who.personId), who.actorId, roles, producerId);
}

/** A refusal met after something was written: the transaction is undone, and whoever asked hears it. */
class Undone extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.refused);
    this.refusal = refusal;
  }
}

/** Undoes all that this transaction wrote and gives the refusal to whoever asked; what is no refusal passes. Only within `onOrder`. */
export function orUndo<T>(result: T | Refusal): T {
  if (isRefusal(result)) throw new Undone(result);
  return result as T;
}

/**
 * Loads the order in one transaction and does `decide` with it. Refuses `not-found` (also to who may not run it), `stale-version`.
 */
export function onOrder<T>(
  buying: Buying,
  key: OrderKey,
  decide: (act: Act, order: Order) => T | Refusal,
  mover: Mover = "referente",
  roles: readonly Role[] = RUN_ROLES,
): T | Refusal {
  const now = buying.clock.now();
  try {
    return transact(buying.db, (tx) => {
      const order = loadOrder(tx, key.actorId, key.orderId);
      if (!order || !mayRun(tx, key, order.producerId, roles)) return { refused: "not-found" };
      if (key.seenUpdatedAt !== undefined && key.seenUpdatedAt !== order.updatedAt) return { refused: "stale-version" };
      return decide({ buying, tx, mover, personId: key.personId, now }, order);
    });
  } catch (error) {
    if (error instanceof Undone) return error.refusal;
    throw error;
  }
}

/** The same for what is done on the day of delivery: whoever hands out may do it too. */
export function onHandOut<T>(
  buying: Buying,
  key: OrderKey,
  decide: (act: Act, order: Order) => T | Refusal,
): T | Refusal {
  return onOrder(buying, key, decide, "referente", HAND_OUT_ROLES);
}

/** Brings the order to another state by the rules of machine A, writes it and logs it. Refuses what `moveOrder` refuses. */
export function step(
  act: Act,
  order: Order,
  to: OrderState,
  reason: string | null = null,
  areAccountsClosed = true,
): Order | Refusal {
  const moved = moveOrder(order, to, act.mover, act.now, reason, areAccountsClosed);
  return isRefusal(moved) ? moved : keep(act, order, moved, reason);
}

/**
 * Writes the order as it is after a change, and logs it where the state is another, somebody is asked to decide, or there is a
 * reason to keep. People are told by that log (noticeActions.ts).
 */
export function keep(act: Act, before: Order, after: Order, reason: string | null = null): Order {
  // Whoever looks at `updatedAt` tells every change from the one before.
  const order = { ...after, updatedAt: Math.max(act.now, before.updatedAt + 1) };
  saveOrder(act.tx, order);
  const { mover, personId, now: at } = act;
  const isAsked = order.needsPerson !== null && order.needsPerson !== before.needsPerson;
  const isMoved = before.state !== order.state;
  const why = reason ?? (isAsked && !isMoved ? order.needsPerson : null);
  if (isMoved || why !== null)
    logMove(act.tx, order, { from: before.state, to: order.state, mover, personId, reason: why, at });
  return order;
}
