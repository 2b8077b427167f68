// Rows of households that go by a name which is nobody's <-> values; the only queries on them.
import { randomBytes } from "node:crypto";
import { and, eq } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { households } from "../tables.ts";
import { namelessHouseholds } from "./namelessTables.ts";

/** Makes an empty household under a name that is nobody's; whoever joins it goes by that name. Returns its id. */
export function insertNameless(tx: Tx, actorId: string, name: string, now: number): string {
  const id = encodeId(randomBytes(16));
  tx.insert(households).values({ id, actorId, name, joinedAt: now }).run();
  tx.insert(namelessHouseholds).values({ actorId, householdId: id, since: now }).run();
  return id;
}

/** The name that people of this household go by; undefined where they go by their own. */
export function findNameless(tx: Tx, actorId: string, householdId: string): string | undefined {
  return tx
    .select({ name: households.name })
    .from(namelessHouseholds)
    .innerJoin(households, eq(households.id, namelessHouseholds.householdId))
    .where(and(eq(namelessHouseholds.actorId, actorId), eq(namelessHouseholds.householdId, householdId)))
    .get()?.name;
}
