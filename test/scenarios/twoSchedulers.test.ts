// Two processes on the same data, as when a service was started twice: what time brings happens once.
import t from "tap";
import { buildNode, type Node } from "../../src/node.ts";
import { freePort } from "../tools/nodes.ts";
import { openOrderTown } from "./orderTown.ts";

t.test(
  "A47 an order whose minute was slept through is closed once and sent once by two schedulers that wake at the same time",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.openNewOrder({ sendBy: "clock" });
    town.book(order, 0, 2, 1);
    const second = await buildNode(
      { ...town.gasHome.config, port: await freePort() },
      { clock: town.clock, busyAfterMs: 0 },
    );
    await second.start();
    const both: Node[] = [town.gasHome.node, second];
    const run = () => Promise.all(both.map((node) => node.runDue()));
    const cutOff = town.atGas(order).closesAt;
    town.clock.at = cutOff - 1;
    await run();
    t.match(town.atGas(order), { state: "open" }, "a millisecond before");
    // Both were asleep for two hours over the cut-off.
    town.clock.at = cutOff + 7_200_000;
    for (let round = 0; round < 3; round++) await run();
    await second.stop();
    await town.settle();
    const end = town.hold(order);
    t.same(end.kinds.gas, ["out order", "in accepted"], "one Offer and one answer");
    t.match(end.gas, { revision: 1, status: "accepted" });
    t.same(end.gas, end.farm);
    t.same(town.farmStates(), ["accepted"], "the farm holds one order");
    t.equal(town.count(town.gasHome, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0);
  },
);
