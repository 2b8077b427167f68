// Whether an actor's order letters may leave. A restore holds them all by raising the node's epoch: nothing has to run for it,
// and whoever forgets to open sends nothing. SAFETY 6 and I17.
import { eq, sql } from "../db/drizzle.ts";
import { currentEpoch } from "../db/facts.ts";
import { prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import { orderLanes } from "./tables.ts";

/** Lets the order letters of an actor leave, until the next restore. */
export function openOrderLane(tx: Tx, actorId: string): void {
  const epoch = currentEpoch(tx);
  tx.insert(orderLanes)
    .values({ actorId, epoch })
    .onConflictDoUpdate({ target: orderLanes.actorId, set: { epoch } })
    .run();
}

const laneOfActor = prepareOnce((tx) =>
  tx
    .select()
    .from(orderLanes)
    .where(eq(orderLanes.actorId, sql.placeholder("actorId")))
    .prepare(),
);

/** Whether they are held: the node was restored, and this actor's partners have not all been asked what they know. */
export function isOrderLaneHeld(tx: Tx, actorId: string): boolean {
  const row = laneOfActor(tx).get({ actorId });
  return (row?.epoch ?? 1) < currentEpoch(tx);
}
