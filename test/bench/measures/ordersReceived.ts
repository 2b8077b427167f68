// A farm on the evening on which everybody closes: 300 orders of 200 lines each, sent one after the other from another node, each until
// the group holds the farm's word that it has it. How long one order takes from its closing to that word, in ms at the 95th percentile
// ("value"), and all of them in seconds ("seconds").
import { saveLimit } from "../../../src/ledger/creditStore.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { sure } from "../../sales/cycles.ts";
import { openOrderTown } from "../../scenarios/orderTown.ts";
import { openBench } from "../withoutTap.ts";

const ORDERS = 300;
const LINES = 200;

const { t, close } = openBench();
const town = await openOrderTown(t, { moreProducts: LINES - 2, stockKilograms: 1_000_000 });
const gas = town.gasHome.node.wire;
saveLimit(gas.db.orm, {
  ...{ actorId: town.gas.id, householdId: null, cents: 2_000_000_000, personId: null },
  setAt: town.clock.now(),
});
const timesMs: number[] = [];
const started = performance.now();
for (let number = 0; number < ORDERS; number++) {
  const order = town.openNewOrder();
  const wishes = order.lines.map(({ number: lineNumber, goods }) => ({
    ...{ lineNumber, quantityThousandths: goods.packageThousandths },
    ...{ friendId: null, toleranceThousandths: 0, note: "" },
  }));
  if (wishes.length !== LINES) throw new Error(`${wishes.length} lines instead of ${LINES}`);
  sure(saveBasket(gas, { ...town.members[0]!, actorId: town.gas.id, orderId: order.id, seenVersion: 0, wishes }));
  const from = performance.now();
  const { thread } = town.closeAndSend(order);
  while (!isHeard(thread ?? "")) {
    await town.gasHome.node.runDue();
    await town.farmHome.node.runDue();
  }
  timesMs.push(performance.now() - from);
}
const seconds = (performance.now() - started) / 1000;
await close();
timesMs.sort((one, other) => one - other);
console.log(JSON.stringify({ value: timesMs[Math.ceil(ORDERS * 0.95) - 1], seconds, slowestMs: timesMs.at(-1) }));
process.exit(0);

/** The farm holds the order, and the group's outbox knows that it arrived. */
function isHeard(thread: string): boolean {
  const waiting = gas.db.raw
    .prepare(
      "SELECT count(*) FROM outbox JOIN activities ON activities.id = activity_id WHERE thread = ? AND state <> 'delivered'",
    )
    .pluck();
  return town.atFarm(thread) !== undefined && Number(waiting.get(thread)) === 0;
}
