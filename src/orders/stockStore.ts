// What there is of the lines of running orders: which are behind what was read of their offer, and how it is kept. The only queries on it.
import { announcedCycles, mirrors } from "../catalogs/tables.ts";
import { and, asc, eq, gte, inArray, isNull, or } from "../db/drizzle.ts";
import { asked, prepareOnce } from "../db/prepareOnce.ts";
import type { Tx } from "../db/transact.ts";
import { orderLines, orders } from "./tables.ts";

/** Writes what there is of a line now (thousandths of its unit, null: enough); its goods stay as they were when it was made. */
export function saveStock(
  tx: Tx,
  orderId: string,
  number: number,
  stockThousandths: number | null,
  stockAt: number,
): void {
  tx.update(orderLines)
    .set({ stockThousandths, stockAt })
    .where(and(eq(orderLines.orderId, orderId), eq(orderLines.number, number)))
    .run();
}

/** Orders that take bookings now or will, and whose copy of the offer was read since then (epoch ms). */
export function listOrdersBehind(tx: Tx, since: number): { id: string; actorId: string }[] {
  return ordersBehind(tx).all({ since });
}

const ordersBehind = prepareOnce((tx) => {
  const ofCycle = and(
    eq(announcedCycles.actorId, orders.actorId),
    eq(announcedCycles.producerId, orders.producerId),
    eq(announcedCycles.cycleIri, orders.cycleIri),
  );
  const ofCatalog = and(
    isNull(orders.cycleIri),
    eq(mirrors.actorId, orders.actorId),
    eq(mirrors.producerId, orders.producerId),
  );
  return tx
    .select({ id: orders.id, actorId: orders.actorId })
    .from(orders)
    .leftJoin(announcedCycles, ofCycle)
    .leftJoin(mirrors, ofCatalog)
    .where(
      and(
        inArray(orders.state, ["draft", "scheduled", "open", "completing"]),
        or(gte(announcedCycles.fetchedAt, asked("since")), gte(mirrors.fetchedAt, asked("since"))),
      ),
    )
    .orderBy(asc(orders.id))
    .prepare();
});
