// What a household may still spend: its balance, what its bookings hold, its limit. Inside the booking's own transaction.
import assert from "node:assert/strict";
import type { Tx } from "../db/transact.ts";
import type { Refusal } from "../kernel/refusal.ts";
import { deleteReservations, listReservations, loadLimit, saveReservation } from "./creditStore.ts";
import { loadBalance } from "./store.ts";

/** In cents. `freeCents` = balance - reserved + limit: what can still be booked; negative after a charge or a fee. */
export type Credit = {
  readonly balanceCents: number;
  readonly reservedCents: number;
  readonly limitCents: number;
  readonly freeCents: number;
};

/** What a household has, holds and may spend. SAFETY I11. */
export function creditOf(tx: Tx, actorId: string, householdId: string): Credit {
  const reservedCents = listReservations(tx, actorId, householdId).reduce((sum, { cents }) => sum + cents, 0);
  const balanceCents = loadBalance(tx, actorId, { kind: "household", ref: householdId });
  const limitCents = loadLimit(tx, actorId, householdId);
  return { balanceCents, reservedCents, limitCents, freeCents: balanceCents - reservedCents + limitCents };
}

/** What a household has, what is held of it and its deposit, in cents: all zero, and it owes nobody and nobody owes it. */
export function standingOf(tx: Tx, actorId: string, householdId: string) {
  const { balanceCents, reservedCents } = creditOf(tx, actorId, householdId);
  const depositCents = loadBalance(tx, actorId, { kind: "deposit", ref: householdId });
  return { balanceCents, reservedCents, depositCents };
}

/**
 * Holds `cents` in all for a household's bookings of an order, in place of what they held before. `credit-too-low` says by
 * how much it is short and changes nothing. To hold less than before is never refused: a fee or a charge may have taken
 * the balance below the limit, and giving back must stay possible. SAFETY I11; call it in the booking's transaction.
 */
export function reserve(
  tx: Tx,
  wish: { actorId: string; householdId: string; orderId: string; cents: number },
): null | Refusal<"credit-too-low"> {
  const { actorId, householdId, orderId, cents } = wish;
  assert(Number.isSafeInteger(cents) && cents >= 0, "a reservation is a sum of money");
  const held = listReservations(tx, actorId, householdId).find((row) => row.orderId === orderId)?.cents ?? 0;
  if (cents > held) {
    const { freeCents, ...credit } = creditOf(tx, actorId, householdId);
    const missingCents = cents - held - freeCents;
    if (missingCents > 0) return { refused: "credit-too-low", missingCents, ...credit };
  }
  if (cents === 0) deleteReservations(tx, actorId, orderId, householdId);
  else saveReservation(tx, { actorId, householdId, orderId, cents });
  return null;
}

/** Lets go of what an order's bookings hold: of one household, or of all when the order is charged or cancelled. */
export function release(tx: Tx, wish: { actorId: string; orderId: string; householdId?: string }): void {
  deleteReservations(tx, wish.actorId, wish.orderId, wish.householdId);
}
