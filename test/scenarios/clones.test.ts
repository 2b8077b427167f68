// Two copies of one node run under one name: what they say differently under one number is an alarm, never an order twice.
import { cpSync, rmSync } from "node:fs";
import t from "tap";
import { closeOrder, sendOrder, takeBackOrder } from "../../src/orders/closeActions.ts";
import { answerOrder, settleDoubt } from "../../src/sales/orderActions.ts";
import { sure } from "../sales/cycles.ts";
import { type OrderTown, openOrderTown } from "./orderTown.ts";

/** The data of a node as they are, aside. */
async function copyAside(home: OrderTown["gasHome"]): Promise<string> {
  const { dataFolder } = home.config;
  const aside = `${dataFolder}-clone`;
  await home.stop();
  cpSync(dataFolder, aside, { recursive: true });
  await home.start();
  return aside;
}

/** The other copy runs now in the place of the one that ran until now, whose data lie where `aside` was. */
async function swap(home: OrderTown["gasHome"], aside: string): Promise<void> {
  const { dataFolder } = home.config;
  await home.stop();
  cpSync(dataFolder, `${aside}-other`, { recursive: true });
  rmSync(dataFolder, { recursive: true });
  cpSync(aside, dataFolder, { recursive: true });
  rmSync(aside, { recursive: true });
  cpSync(`${aside}-other`, aside, { recursive: true });
  rmSync(`${aside}-other`, { recursive: true });
  await home.start();
}

t.test(
  "A36 two copies of a GAS close one order with different baskets: the farm takes the first, both sides verify",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.openNewOrder();
    sure(town.book(order, 0, 2, 1));
    const clone = await copyAside(town.gasHome);
    const send = () => {
      sure(closeOrder(town.gasHome.node.wire, town.keyOf(order)));
      sure(sendOrder(town.gasHome.node.wire, town.keyOf(order)));
    };
    send();
    await town.settle();
    t.same(town.farmStates(), ["accepted"]);
    const first = town.hold(order);

    await swap(town.gasHome, clone);
    t.equal(town.atGas(order).state, "open");
    sure(town.book(order, 1, 5, 0));
    send();
    await town.settleLong();
    t.same(town.farmStates(), ["accepted"], "no second order");
    const after = town.hold(order);
    t.same(after.farm, first.farm, "the first stands");
    t.ok(town.atFarm(town.atGas(order).thread!)?.doubt, "the farm is told to verify");
    t.equal(
      town.count(town.farmHome, "SELECT count(*) FROM security_events WHERE code = 'conflict'"),
      1,
      "with a security event",
    );
    // Nothing more is promised by itself: a new revision waits for the farmer, who looks first.
    const again = town.gasHome.node.wire;
    sure(takeBackOrder(again, town.keyOf(order), "Ancora una cassetta"));
    sure(sendOrder(again, town.keyOf(order)));
    await town.settleLong();
    t.same(town.farmStates(), ["received"]);
    t.same(town.hold(order).farm, first.farm);
    const yes = { kind: "accept", mayOverdraw: false, note: "" } as const;
    const key = town.farmKey(order);
    t.match(answerOrder(town.farmHome.node.wire, key, yes), { refused: "to-verify" });
    sure(settleDoubt(town.farmHome.node.wire, key));
    sure(answerOrder(town.farmHome.node.wire, key, yes));
    await town.pass({ days: 1 });
    await town.pass({ hours: 2 });
    t.equal(town.atGas(order).needsPerson, "to-verify", "and so is whoever looks at the copy");
  },
);

t.test(
  "A36 two copies of a farm answer one order with different Agreements: the group takes the first and verifies",
  async (t) => {
    const town = await openOrderTown(t, { rules: { answers: "hand" } });
    const order = town.sendNewOrder();
    await town.settle();
    const clone = await copyAside(town.farmHome);
    const accept = () => {
      const yes = { kind: "accept", mayOverdraw: false, note: "" } as const;
      sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), yes));
    };
    accept();
    await town.settle();
    const first = town.hold(order);
    t.match(first.gas, { status: "accepted" });

    await swap(town.farmHome, clone);
    accept();
    await town.settleLong();
    t.same(town.hold(order).gas, first.gas, "the first stands");
    t.equal(town.atGas(order).needsPerson, "to-verify");
  },
);
