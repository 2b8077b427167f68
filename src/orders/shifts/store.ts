// Rows of shifts <-> values; the only queries on them.
import { and, asc, eq, inArray, sql } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { people } from "../../members/tables.ts";
import type { Shift, Turn } from "./shift.ts";
import { shiftPeople, shifts } from "./tables.ts";

/** The pickups from `from` to `until` (epoch ms) of a group's orders that are not over, with their shifts, the next first, those of one hour by name. */
export function listTurns(tx: Tx, actorId: string, from: number, until: number): Turn[] {
  const pickups = tx.all<Omit<Turn, "shifts">>(sql`SELECT o.id AS "orderId", o.name AS "orderName",
      o.producer_id AS "producerId", pickup.value ->> 'id' AS "pickupId", pickup.value ->> 'place' AS "place",
      pickup.value ->> 'startAt' AS "startAt", pickup.value ->> 'endAt' AS "endAt", o.updated_at AS "updatedAt"
    FROM orders o, json_each(o.pickups) pickup
    WHERE o.actor_id = ${actorId} AND o.state NOT IN ('draft', 'archived', 'cancelled')
      AND pickup.value ->> 'startAt' >= ${from} AND pickup.value ->> 'startAt' < ${until}
    ORDER BY pickup.value ->> 'startAt', o.name COLLATE NOCASE, pickup.value ->> 'place', o.id LIMIT 200`);
  const known = Map.groupBy(
    listShifts(tx, actorId, [...new Set(pickups.map(({ orderId }) => orderId))]),
    ({ orderId, pickupId }) => `${orderId} ${pickupId}`,
  );
  return pickups.map((one) => ({ ...one, shifts: known.get(`${one.orderId} ${one.pickupId}`) ?? [] }));
}

function listShifts(tx: Tx, actorId: string, orderIds: string[]): Shift[] {
  const those = and(eq(shifts.actorId, actorId), inArray(shifts.orderId, orderIds));
  const rows = tx.select().from(shifts).where(those).orderBy(asc(shifts.task)).all();
  const ids = rows.map(({ id }) => id);
  const comers = tx
    .select({ shiftId: shiftPeople.shiftId, personId: people.id, name: people.name })
    .from(shiftPeople)
    .innerJoin(people, eq(people.id, shiftPeople.personId))
    .where(inArray(shiftPeople.shiftId, ids))
    .orderBy(asc(shiftPeople.at), asc(people.id))
    .all();
  const byShift = Map.groupBy(comers, ({ shiftId }) => shiftId);
  return rows.map(({ id, orderId, pickupId, task, needed }) => ({
    ...{ id, orderId, pickupId, task, needed },
    people: (byShift.get(id) ?? []).map(({ personId, name }) => ({ personId, name })),
  }));
}

/** Says how many a task needs; a task of that name changes. */
export function saveShift(tx: Tx, actorId: string, shift: Omit<Shift, "people">): void {
  tx.insert(shifts)
    .values({ actorId, ...shift })
    .onConflictDoUpdate({ target: [shifts.orderId, shifts.pickupId, shifts.task], set: { needed: shift.needed } })
    .run();
}

/** Takes a task away with who signed up for it. */
export function dropShift(tx: Tx, actorId: string, id: string): void {
  tx.delete(shifts)
    .where(and(eq(shifts.actorId, actorId), eq(shifts.id, id)))
    .run();
}

export function addComer(tx: Tx, actorId: string, shiftId: string, personId: string, at: number): void {
  tx.insert(shiftPeople).values({ actorId, shiftId, personId, at }).onConflictDoNothing().run();
}

export function dropComer(tx: Tx, actorId: string, shiftId: string, personId: string): void {
  tx.delete(shiftPeople)
    .where(and(eq(shiftPeople.actorId, actorId), eq(shiftPeople.shiftId, shiftId), eq(shiftPeople.personId, personId)))
    .run();
}
