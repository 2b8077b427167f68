// Answers that overtake what they answer: they wait a day for it, and no longer.
import t, { type Test } from "tap";
import { answerOrder, moveOrder } from "../../src/sales/orderActions.ts";
import { sure } from "../sales/cycles.ts";
import { handOver, takeLetters } from "./letterBag.ts";
import { openOrderTown } from "./orderTown.ts";

/** The farm has said yes and confirmed; the group has heard only that it is confirmed, and does not know of what. */
async function confirmEarly(t: Test) {
  const town = await openOrderTown(t, { rules: { answers: "hand" } });
  const order = town.sendNewOrder();
  await town.settle();
  const yes = { kind: "accept", mayOverdraw: false, note: "" } as const;
  sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), yes));
  const [accept] = takeLetters(town.farmHome);
  sure(moveOrder(town.farmHome.node.wire, town.farmKey(order), "confirm", ""));
  const [status] = takeLetters(town.farmHome);
  t.equal(await handOver(town.farmHome, status!), "202 stored");
  const parked = () => town.count(town.gasHome, "SELECT count(*) FROM inbox_log WHERE parked_for IS NOT NULL");
  const known = () =>
    town.count(town.gasHome, `SELECT count(*) FROM inbox_log WHERE activity_id = '${JSON.parse(status!.json).id}'`);
  t.same([parked(), town.hold(order).gas], [1, undefined], "it waits and changes nothing");
  /** The farm's node is off, so that nothing can be read again there; its silence is remembered for a minute. */
  const passAlone = async (hours: number) => {
    await town.farmHome.stop();
    town.clock.advance({ hours });
    await town.gasHome.node.runDue();
    const waited = parked();
    await town.farmHome.start();
    town.clock.advance({ minutes: 2 });
    return waited;
  };
  return { town, order, accept: accept!, status: status!, parked, known, passAlone };
}

t.test("A20 a farm's news that came 23 hours before its yes is taken up right after it", async (t) => {
  const { town, order, accept, parked, passAlone } = await confirmEarly(t);
  t.equal(await passAlone(23), 1);
  t.equal(await handOver(town.farmHome, accept), "202 stored");
  t.match(town.hold(order).gas, { status: "confirmed" });
  t.equal(parked(), 0);
});

t.test(
  "A20 a farm's news that waited a day in vain for its yes is forgotten, and waits anew when it comes again",
  async (t) => {
    const { town, order, accept, status, parked, known, passAlone } = await confirmEarly(t);
    t.equal(await passAlone(25), 0);
    t.equal(known(), 0);
    t.equal(await handOver(town.farmHome, status), "202 stored");
    t.equal(parked(), 1);
    t.equal(await handOver(town.farmHome, accept), "202 stored");
    t.match(town.hold(order).gas, { status: "confirmed" });
  },
);

t.test("A20 a farm's news that waited a day in vain counts as new when it is read again at the farm", async (t) => {
  const { town, order, known, passAlone } = await confirmEarly(t);
  t.equal(await passAlone(25), 0);
  await town.pass({ hours: 2 });
  t.equal(known(), 1);
  t.match(town.hold(order).gas, { status: "confirmed" });
  t.same(town.hold(order).gas, town.hold(order).farm);
});
