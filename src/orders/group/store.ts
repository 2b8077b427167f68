// Rows of a group's settings and places <-> values; the only queries on them.
import { and, asc, count, eq, isNull } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import type { Policies } from "../order.ts";
import type { Modifier } from "../planning/modifiers.ts";
import type { Place } from "./places.ts";
import { type GroupSettings, START_SETTINGS } from "./settings.ts";
import { groupSettings, pickupPlaces } from "./tables.ts";

/** What the group chose, or what holds for a group that never did. */
export function loadGroupSettings(tx: Tx, actorId: string): GroupSettings {
  const row = tx.select().from(groupSettings).where(eq(groupSettings.actorId, actorId)).get();
  if (!row) return START_SETTINGS;
  return {
    ordersFirst: row.ordersFirst,
    policies: { ...START_SETTINGS.policies, ...(JSON.parse(row.policies) as Policies) },
    modifiers: JSON.parse(row.modifiers) as Modifier[],
  };
}

export function saveGroupSettings(tx: Tx, actorId: string, settings: GroupSettings, now: number): void {
  const row = {
    ordersFirst: settings.ordersFirst,
    policies: JSON.stringify(settings.policies),
    modifiers: JSON.stringify(settings.modifiers),
    updatedAt: now,
  };
  tx.insert(groupSettings)
    .values({ actorId, ...row })
    .onConflictDoUpdate({ target: groupSettings.actorId, set: row })
    .run();
}

/** The places of a group by name; the retired ones only `withRetired`. */
export function listPlaces(tx: Tx, actorId: string, withRetired = false): Place[] {
  const inUse = withRetired ? undefined : isNull(pickupPlaces.retiredAt);
  return tx
    .select()
    .from(pickupPlaces)
    .where(and(eq(pickupPlaces.actorId, actorId), inUse))
    .orderBy(asc(pickupPlaces.name))
    .all();
}

export function loadPlace(tx: Tx, actorId: string, id: string): Place | undefined {
  return tx
    .select()
    .from(pickupPlaces)
    .where(and(eq(pickupPlaces.actorId, actorId), eq(pickupPlaces.id, id)))
    .get();
}

export function countPlaces(tx: Tx, actorId: string): number {
  return tx.select({ total: count() }).from(pickupPlaces).where(eq(pickupPlaces.actorId, actorId)).get()?.total ?? 0;
}

export function savePlaceRow(tx: Tx, actorId: string, place: Place, now: number): void {
  const { id, ...row } = place;
  tx.insert(pickupPlaces)
    .values({ id, actorId, createdAt: now, ...row })
    .onConflictDoUpdate({ target: pickupPlaces.id, set: row })
    .run();
}
