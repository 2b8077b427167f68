// What there is of the lines of a running order follows what its producer's node shows us, so that nobody books what others have
// taken or what is more than our share. Goods, package and price stay as they were when the order was made.
import { transact } from "../db/transact.ts";
import type { ClockTask } from "../kernel/clock.ts";
import type { Buying } from "./changeActions.ts";
import { listGoodsNow } from "./sourceStore.ts";
import { listOrdersBehind, saveStock } from "./stockStore.ts";
import { loadOrder } from "./store.ts";

/** Brings the stock of running orders up to the copies that were read since it last ran; after a start, up to all of them. */
export function stockFollower(buying: Buying): ClockTask {
  let since = 0;
  const run = () => {
    const now = buying.clock.now();
    for (const { id, actorId } of listOrdersBehind(buying.db.orm, since)) followStock(buying, actorId, id);
    since = now;
  };
  return { name: "follow what producers have left", everyMs: 1000, run };
}

function followStock(buying: Buying, actorId: string, orderId: string): void {
  transact(buying.db, (tx) => {
    const order = loadOrder(tx, actorId, orderId);
    if (!order) return;
    const shown = new Map(listGoodsNow(tx, order).map((goods) => [goods.lineIri, goods]));
    for (const line of order.lines) {
      const { goods } = line;
      const now = shown.get(goods.lineIri);
      // A line that is no longer offered is another matter; so is one that is counted in another unit by now.
      if (!now || now.unitCode !== goods.unitCode || now.availableThousandths === goods.availableThousandths) continue;
      saveStock(tx, order.id, line.number, now.availableThousandths, buying.clock.now());
    }
  });
}
