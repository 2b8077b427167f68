// Rows of reservations and credit limits <-> values; the only queries on them.
import { and, eq, inArray, sql } from "../db/drizzle.ts";
import { placeholders, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import { creditLimits, reservations } from "./tables.ts";

/** The household of the row that holds for every household without one of its own. */
const EVERYBODY = "";

const reservedQuery = prepareOnce((tx) =>
  tx
    .select({ orderId: reservations.orderId, cents: reservations.cents })
    .from(reservations)
    .where(
      and(
        eq(reservations.actorId, sql.placeholder("actorId")),
        eq(reservations.householdId, sql.placeholder("householdId")),
      ),
    )
    .prepare(),
);

/** What a household's bookings hold, order by order. */
export function listReservations(tx: Tx, actorId: string, householdId: string): { orderId: string; cents: number }[] {
  return reservedQuery(tx).all({ actorId, householdId });
}

/** What all households' bookings hold together, household by household. */
export function listReserved(tx: Tx, actorId: string): { householdId: string; cents: number }[] {
  return tx
    .select({ householdId: reservations.householdId, cents: sql<number>`sum(${reservations.cents})` })
    .from(reservations)
    .where(eq(reservations.actorId, actorId))
    .groupBy(reservations.householdId)
    .all();
}

const VALUES = placeholders("actorId", "householdId", "orderId", "cents");
const saveQuery = prepareOnce((tx) =>
  tx
    .insert(reservations)
    .values(VALUES)
    .onConflictDoUpdate({
      target: [reservations.actorId, reservations.householdId, reservations.orderId],
      set: { cents: sql`excluded.cents` },
    })
    .prepare(),
);

/** Sets what a household's bookings of an order hold; `cents` is positive. */
export function saveReservation(
  tx: Tx,
  row: { actorId: string; householdId: string; orderId: string; cents: number },
): void {
  saveQuery(tx).run(row);
}

/** Lets go of what an order's bookings hold, of one household or of all. Returns how many rows went. */
export function deleteReservations(tx: Tx, actorId: string, orderId: string, householdId?: string): number {
  const ofOrder = and(eq(reservations.actorId, actorId), eq(reservations.orderId, orderId));
  const wanted = householdId === undefined ? ofOrder : and(ofOrder, eq(reservations.householdId, householdId));
  return tx.delete(reservations).where(wanted).run().changes;
}

/** How far below zero this household may go, in cents: its own limit, else the rule for all, else 0. */
export function loadLimit(tx: Tx, actorId: string, householdId: string): number {
  const rows = tx
    .select({ householdId: creditLimits.householdId, cents: creditLimits.cents })
    .from(creditLimits)
    .where(and(eq(creditLimits.actorId, actorId), inArray(creditLimits.householdId, [householdId, EVERYBODY])))
    .all();
  const own = rows.find((row) => row.householdId === householdId) ?? rows[0];
  return own?.cents ?? 0;
}

/** The limits that were set: for all (null) and for single households. */
export function listLimits(tx: Tx, actorId: string): { householdId: string | null; cents: number }[] {
  const rows = tx
    .select({ householdId: creditLimits.householdId, cents: creditLimits.cents })
    .from(creditLimits)
    .where(eq(creditLimits.actorId, actorId))
    .orderBy(creditLimits.householdId)
    .all();
  return rows.map((row) => ({ ...row, householdId: row.householdId === EVERYBODY ? null : row.householdId }));
}

/** Sets a limit, for one household or (null) for all that have none of their own; `cents` null takes it away. */
export function saveLimit(
  tx: Tx,
  limit: {
    actorId: string;
    householdId: string | null;
    cents: number | null;
    personId: string | null;
    setAt: number;
  },
): void {
  const { actorId, cents, personId, setAt } = limit;
  const householdId = limit.householdId ?? EVERYBODY;
  const target = [creditLimits.actorId, creditLimits.householdId];
  if (cents === null) {
    tx.delete(creditLimits)
      .where(and(eq(creditLimits.actorId, actorId), eq(creditLimits.householdId, householdId)))
      .run();
    return;
  }
  const set = { cents, personId, setAt };
  tx.insert(creditLimits)
    .values({ actorId, householdId, ...set })
    .onConflictDoUpdate({ target, set })
    .run();
}
