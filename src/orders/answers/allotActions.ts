// Who gets what of what both sides agreed: shared by the order's policy, every gram accounted for, kept as snapshot 2 and as the
// portions that the delivery starts from; credit held for more than that is let go. SAFETY I2.
import { reserve } from "../../ledger/creditActions.ts";
import type { AgreedLine } from "../../partners/threads/agreement.ts";
import { listBaskets, listBookings } from "../booking/bookingStore.ts";
import type { Act } from "../changeActions.ts";
import { partsOf } from "../delivery/delivery.ts";
import { listPortions, type Portion, replacePortions } from "../delivery/deliveryStore.ts";
import type { Order } from "../order.ts";
import { insertSnapshot } from "../store.ts";
import { allocateOrder, type LineAllocation } from "./allocate.ts";
import { quantitiesOf } from "./counter.ts";

/** Snapshot 2: what was agreed and who stands behind it, in thousandths. `acceptIri` null: a person said so by hand. */
export type AgreedSnapshot = {
  readonly acceptIri: string | null;
  readonly epoch: number;
  readonly revision: number;
  readonly totalCents: number;
  readonly text: readonly AgreedLine[];
  readonly lines: readonly { lineNumber: number; agreedThousandths: number; stockThousandths: number }[];
  /** Household, line, friend ("" none), quantity. */
  readonly shares: readonly (readonly [string, number, string, number])[];
};

/** Shares a text that is in force from now on, and keeps that. */
export function allotAgreed(
  act: Act,
  order: Order,
  agreed: Pick<AgreedSnapshot, "acceptIri" | "epoch" | "revision" | "totalCents" | "text">,
): void {
  const { tx, now } = act;
  const allocations = allotLines(act, order, quantitiesOf(order, agreed.text));
  const content: AgreedSnapshot = {
    ...agreed,
    lines: allocations.map(({ lineNumber, agreedThousandths, stockThousandths }) => ({
      lineNumber,
      agreedThousandths,
      stockThousandths,
    })),
    shares: allocations.flatMap(({ lineNumber, shares }) =>
      shares.map(
        ({ claim, quantityThousandths }) =>
          [claim.householdId, lineNumber, claim.friendId ?? "", quantityThousandths] as const,
      ),
    ),
  };
  insertSnapshot(tx, order, 2, content, now);
}

/** Shares so much of each line (thousandths by number) among those who booked it; what was weighed or added already stays. */
export function allotLines(act: Act, order: Order, byLine: ReadonlyMap<number, number>): LineAllocation[] {
  const { tx } = act;
  // A basket that was taken out after the closing stays on record, and gets nothing.
  const gone = new Set(
    listBaskets(tx, order.id).flatMap(({ householdId, state }) => (state === "cancelled" ? [householdId] : [])),
  );
  const claims = listBookings(tx, order.id).filter(({ householdId }) => !gone.has(householdId));
  const allocations = allocateOrder(order, claims, byLine);
  const before = new Map(listPortions(tx, order.id).map((portion) => [portionKey(portion), portion]));
  const portions = allocations.flatMap(({ lineNumber, shares }) =>
    shares.map(({ claim: { householdId, friendId }, quantityThousandths }): Portion => {
      const known = before.get(portionKey({ householdId, lineNumber, friendId }));
      before.delete(portionKey({ householdId, lineNumber, friendId }));
      const { deliveredThousandths = null, weights = null } = known ?? {};
      const allocatedThousandths = quantityThousandths;
      return { householdId, lineNumber, friendId, allocatedThousandths, deliveredThousandths, weights, isAdded: false };
    }),
  );
  replacePortions(tx, order, [...portions, ...[...before.values()].filter(({ isAdded }) => isAdded)]);
  holdLess(act, order, portions);
  return allocations;
}

/** A household that gets less than it booked has the rest of its credit back. To hold less is never refused. */
function holdLess({ tx }: Act, order: Order, portions: readonly Portion[]): void {
  const taken = portions.map((portion) => ({ ...portion, quantityThousandths: portion.allocatedThousandths }));
  const cents = new Map(partsOf(order, taken).map((part) => [part.householdId, part.cents]));
  for (const { actorId, householdId, totalCents } of listBaskets(tx, order.id)) {
    const now = cents.get(householdId) ?? 0;
    if (now < totalCents) reserve(tx, { actorId, householdId, orderId: order.id, cents: now });
  }
}

function portionKey({ householdId, lineNumber, friendId }: Pick<Portion, "householdId" | "lineNumber" | "friendId">) {
  return `${householdId} ${lineNumber} ${friendId ?? ""}`;
}
