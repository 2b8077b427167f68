// A machine is lost while an order runs, and a backup put back: what was signed comes back from the partner, what nobody else
// knows is not invented, and nothing is promised twice.
import t from "tap";
import { isOrderLaneHeld } from "../../src/activitypub/laneStore.ts";
import { currentEpoch } from "../../src/db/facts.ts";
import { markVerified } from "../../src/orders/answers/answerActions.ts";
import { listBookings } from "../../src/orders/booking/bookingStore.ts";
import { checkOrders } from "../../src/orders/checkStore.ts";
import { closeOrder, reopenOrder, sendOrder } from "../../src/orders/closeActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { saveReading } from "../../src/partners/threads/threadStore.ts";
import { closeEarly } from "../../src/sales/actions.ts";
import { answerOrder, moveOrder } from "../../src/sales/orderActions.ts";
import { sure } from "../sales/cycles.ts";
import { CRATE, confirmAll, type OrderTown, openOrderTown } from "./orderTown.ts";

/** The farm has only so many crates left, and the group takes that at once. */
async function amend(town: OrderTown, order: Pick<Order, "id">, crates: number): Promise<void> {
  const { lineIri } = town.atFarm(town.atGas(order).thread!)!.latest.lines[0]!;
  const wishes = [{ lineIri, quantityThousandths: crates * CRATE }];
  const change = { kind: "change", wishes, mayOverdraw: false, whenSilent: "confirm", note: "" } as const;
  sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), change));
  await town.settle();
}

t.test(
  "A33 a GAS put back to before it sent: the order is sent and agreed again, the lost basket is nobody's, a person looks",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.openNewOrder({ sendBy: "clock" });
    sure(town.book(order, 0, 2, 1));
    const backup = town.backUp(town.gasHome);
    sure(town.book(order, 1, 1, 4));
    sure(closeOrder(town.gasHome.node.wire, town.keyOf(order)));
    await town.settle();
    const before = town.hold(order);
    t.match(before.gas, { revision: 1, status: "accepted" });

    await town.putBack(town.gasHome, backup);
    const { orm } = town.gasHome.node.db;
    t.equal(currentEpoch(orm), 2, "in a new epoch");
    t.equal(town.atGas(order).state, "open", "which knows nothing of it");
    t.ok(isOrderLaneHeld(orm, town.gas.id), "nothing leaves before the partners are asked");
    await town.settleLong();
    t.notOk(isOrderLaneHeld(orm, town.gas.id));

    const after = town.hold(order);
    t.same(after.gas, before.gas, "the agreement is back, from the signed copies at the farm");
    t.same(after.farm, before.farm);
    t.same(after.digests.gas, before.digests.gas);
    t.equal(town.atGas(order).needsPerson, "to-verify");
    const booked = listBookings(orm, order.id).map((one) => [one.householdId, one.lineNumber, one.quantityThousandths]);
    const { householdId } = town.members[0]!;
    t.same(
      booked,
      [
        [householdId, 1, 2 * CRATE],
        [householdId, 2, 1000],
      ],
      "what the other household had booked is not invented",
    );
    t.same(town.farmStates(), ["accepted"], "and the farm holds one order, as before");
  },
);

t.test(
  "A33 a GAS put back to its first revision has the second again, and says the third in the new epoch",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.sendNewOrder({ acceptShortPercent: 50 });
    await town.settle();
    const backup = town.backUp(town.gasHome);
    await amend(town, order, 2);
    const before = town.hold(order);
    t.match(before.gas, { revision: 2, status: "accepted" });

    await town.putBack(town.gasHome, backup);
    await town.settleLong();
    t.same(town.hold(order).gas, before.gas);
    t.equal(town.atGas(order).revision, 2);
    sure(markVerified(town.gasHome.node.wire, town.keyOf(order)));
    await amend(town, order, 1);
    const after = town.hold(order);
    t.match(after.gas, { revision: 3, status: "accepted" });
    t.same(after.gas, after.farm);
    for (const contract of after.contracts) t.equal(contract?.holds, true);
  },
);

t.test(
  "A33 a GAS put back to before anybody booked, after the closing: nothing is called off before the farm was asked",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.openNewOrder({ sendBy: "clock" });
    const backup = town.backUp(town.gasHome);
    sure(town.book(order, 0, 2, 1));
    sure(closeOrder(town.gasHome.node.wire, town.keyOf(order)));
    await town.settle();
    const before = town.hold(order);
    await town.gasHome.stop();
    await town.farmHome.stop();
    town.clock.advance({ days: 7, hours: 1 });
    await town.putBack(town.gasHome, backup);
    await town.gasHome.node.runDue();
    t.equal(town.atGas(order).state, "closed", "its time is over, and nobody has booked");
    await town.farmHome.start();
    await town.settleLong();
    t.same(town.hold(order).gas, before.gas);
    t.match(town.atGas(order), { state: "confirmed", needsPerson: "to-verify" });
  },
);

t.test(
  "A33 an order made after the backup is found again at the farm, with its goods and nobody's baskets",
  async (t) => {
    const town = await openOrderTown(t);
    const backup = town.backUp(town.gasHome);
    const order = town.sendNewOrder();
    await town.settle();
    const before = town.hold(order);
    await town.putBack(town.gasHome, backup);
    t.equal(town.atGas(order), undefined);
    await town.settleLong();
    const again = town.atGas(order);
    t.match(again, { state: "confirmed", needsPerson: "to-verify", name: "Ordine ritrovato dal produttore" });
    t.match(again.lines, [{ goods: { name: "Arance" } }, { goods: { name: "Miele" } }]);
    t.same(listBookings(town.gasHome.node.db.orm, order.id), []);
    t.same(checkOrders(town.gasHome.node.db.orm), [], "its log begins where it was found");
    const after = town.hold(order);
    t.same(after.gas, before.gas);
    t.same(after.gas, after.farm);
    t.same(town.farmStates(), ["accepted"]);
  },
);

t.test(
  "A33 what a producer said of an order that the restored GAS forgot waits, one thing for the other, until the GAS has asked",
  async (t) => {
    const town = await openOrderTown(t, { rules: { answers: "hand" } });
    const order = town.openNewOrder({ sendBy: "clock" });
    const backup = town.backUp(town.gasHome);
    sure(town.book(order, 0, 2, 0));
    sure(closeOrder(town.gasHome.node.wire, town.keyOf(order)));
    await town.settle();
    const key = town.farmKey(order);
    const { wire } = town.farmHome.node;
    await town.putBack(town.gasHome, backup);
    // The producer speaks first: its yes waits for the order, and its news for its yes. The GAS has just asked in vain.
    const asked = {
      cursor: null,
      epoch: 1,
      readAt: null,
      triedAt: town.clock.at,
      failure: "timeout",
      releasedBy: null,
    };
    saveReading(town.gasHome.node.db.orm, { actorId: town.gas.id, peer: town.farm.id, ...asked });
    sure(answerOrder(wire, key, { kind: "accept", mayOverdraw: false, note: "" }));
    sure(closeEarly(wire, town.cycleKey));
    confirmAll(town);
    sure(moveOrder(wire, key, "ship", ""));
    await town.farmHome.node.runDue();
    t.equal(town.count(town.gasHome, "SELECT count(*) FROM inbox_log WHERE parked_for IS NOT NULL"), 3);
    await town.settleLong();
    const after = town.hold(order);
    t.match(after.gas, { revision: 1, status: "shipped" });
    t.same(after.gas, after.farm);
    t.equal(town.count(town.gasHome, "SELECT count(*) FROM inbox_log WHERE parked_for IS NOT NULL"), 0);
  },
);

t.test(
  "A33 I1 a GAS put back to an earlier closing than the one that was sent is not told that its books are wrong",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.openNewOrder();
    const { wire } = town.gasHome.node;
    sure(town.book(order, 0, 2, 0));
    sure(closeOrder(wire, town.keyOf(order)));
    const backup = town.backUp(town.gasHome);
    const closesAt = town.closesAt - 2 * 86_400_000;
    sure(reopenOrder(wire, town.keyOf(order), { reason: "manca qualcuno", closesAt }));
    sure(town.book(order, 1, 1, 0));
    sure(closeOrder(wire, town.keyOf(order)));
    sure(sendOrder(wire, town.keyOf(order)));
    await town.settle();
    await town.putBack(town.gasHome, backup);
    await town.settleLong();
    t.match(town.atGas(order), { state: "confirmed", needsPerson: "to-verify" }, "a person looks");
    t.same(
      checkOrders(town.gasHome.node.db.orm),
      [],
      "the baskets of one closing are not weighed against the text of another",
    );
  },
);

t.test(
  "A33 who sends an order by hand before a restored GAS has asked is told to wait, and the order is found sent",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.openNewOrder();
    sure(town.book(order, 0, 2, 0));
    sure(closeOrder(town.gasHome.node.wire, town.keyOf(order)));
    const backup = town.backUp(town.gasHome);
    sure(sendOrder(town.gasHome.node.wire, town.keyOf(order)));
    await town.settle();
    sure(moveOrder(town.farmHome.node.wire, town.farmKey(order), "cancel", "grandine"));
    await town.settle();
    const before = town.hold(order);
    await town.putBack(town.gasHome, backup);
    t.match(sendOrder(town.gasHome.node.wire, town.keyOf(order)), { refused: "asking-partners" });
    await town.settleLong();
    const after = town.hold(order);
    t.match(after.gas, { revision: 1, status: "cancelled" });
    t.same(after.gas, before.gas);
    t.same(after.gas, after.farm);
  },
);

t.test(
  "A34 a farm put back to before the order has it again with its own yes: accepted once, held once, and it goes on from there",
  async (t) => {
    const town = await openOrderTown(t);
    const backup = town.backUp(town.farmHome);
    const order = town.sendNewOrder();
    await town.settle();
    const before = town.hold(order);
    t.match(before.farm, { revision: 1, status: "accepted" });

    await town.putBack(town.farmHome, backup);
    t.same(town.farmStates(), []);
    t.ok(isOrderLaneHeld(town.farmHome.node.db.orm, town.farm.id));
    await town.settleLong();
    t.notOk(isOrderLaneHeld(town.farmHome.node.db.orm, town.farm.id));
    const after = town.hold(order);
    t.same(after.farm, before.farm);
    t.same(after.gas, before.gas);
    t.same(
      after.kinds.farm.filter((kind) => kind === "out accepted"),
      ["out accepted"],
      "accepted once",
    );
    sure(closeEarly(town.farmHome.node.wire, town.cycleKey));
    await town.settle();
    confirmAll(town);
    await town.settle();
    const end = town.hold(order);
    t.same(end.gas, end.farm);
    t.match(end.gas, { status: "confirmed" });
    for (const contract of end.contracts) t.equal(contract?.holds, true);
  },
);

t.test("A34 an order that reaches a farm while it asks its partners is answered once they were asked", async (t) => {
  const town = await openOrderTown(t);
  const backup = town.backUp(town.farmHome);
  const order = town.sendNewOrder();
  // The farm's machine is lost before the order reaches it.
  await town.putBack(town.farmHome, backup);
  await town.settleLong();
  const after = town.hold(order);
  t.match(after.farm, { revision: 1, status: "accepted" });
  t.same(after.gas, after.farm);
  t.same(town.farmStates(), ["accepted"]);
});

for (const [says, gasKnows, farmKnows] of [
  ["the GAS to the first revision, the farm to before it", 1, 0],
  ["the GAS to before it, the farm to the first revision", 0, 1],
  ["the GAS to before it, the farm to the second revision", 0, 2],
  ["the GAS to the second revision, the farm to before it", 2, 0],
] as const)
  t.test(`A35 both put back, ${says}: both hold the newest text that one of them has signed by both`, async (t) => {
    const town = await openOrderTown(t);
    const order = town.openNewOrder({ acceptShortPercent: 50 });
    sure(town.book(order, 0, 3, 0));
    const backups = { gas: [town.backUp(town.gasHome, "0")], farm: [town.backUp(town.farmHome, "0")] };
    sure(closeOrder(town.gasHome.node.wire, town.keyOf(order)));
    sure(sendOrder(town.gasHome.node.wire, town.keyOf(order)));
    await town.settle();
    backups.gas.push(town.backUp(town.gasHome, "1"));
    backups.farm.push(town.backUp(town.farmHome, "1"));
    await amend(town, order, 2);
    backups.gas.push(town.backUp(town.gasHome, "2"));
    backups.farm.push(town.backUp(town.farmHome, "2"));
    t.match(town.hold(order).farm, { revision: 2 });
    await town.gasHome.stop();
    await town.putBack(town.farmHome, backups.farm[farmKnows]!);
    await town.putBack(town.gasHome, backups.gas[gasKnows]!);
    await town.settleLong();
    const after = town.hold(order);
    t.match(after.gas, { revision: Math.max(gasKnows, farmKnows), status: "accepted" });
    t.same(after.gas, after.farm);
    t.same(after.digests.gas, after.digests.farm);
    for (const contract of after.contracts) t.equal(contract?.holds, true);
    t.same(town.farmStates(), ["accepted"], "one order");
  });
