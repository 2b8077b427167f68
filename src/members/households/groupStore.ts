// Other groups in the books of one that leads an order for them: each stands there like a household, without people.
import { randomBytes } from "node:crypto";
import { and, eq, isNotNull } from "../../db/drizzle.ts";
import type { Tx } from "../../db/transact.ts";
import { encodeId } from "../../kernel/ids.ts";
import { households } from "../tables.ts";

/** Which household of a GAS stands for which other group (`peer`: its IRI). PROTOCOL 8.1. */
export type GroupHousehold = { readonly id: string; readonly peer: string };

/** The groups that stand in the books of this one. */
export function listGroupHouseholds(tx: Tx, actorId: string): GroupHousehold[] {
  return tx
    .select({ id: households.id, peer: households.peer })
    .from(households)
    .where(and(eq(households.actorId, actorId), isNotNull(households.peer)))
    .all()
    .flatMap(({ id, peer }) => (peer === null ? [] : [{ id, peer }]));
}

/** The household that stands for that group, made or renamed where it must be. `isNew`: it was not there. */
export function ensureGroupHousehold(
  tx: Tx,
  group: { readonly actorId: string; readonly peer: string; readonly name: string },
  now: number,
): { readonly id: string; readonly isNew: boolean } {
  const { actorId, peer, name } = group;
  const isIts = and(eq(households.actorId, actorId), eq(households.peer, peer));
  const known = tx.select({ id: households.id, name: households.name }).from(households).where(isIts).get();
  if (known && known.name !== name) tx.update(households).set({ name }).where(isIts).run();
  if (known) return { id: known.id, isNew: false };
  const id = encodeId(randomBytes(16));
  tx.insert(households).values({ id, actorId, name, joinedAt: now, peer }).run();
  return { id, isNew: true };
}
