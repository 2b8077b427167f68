// Letters about orders that come more than once, late, in any order, or cross each other: both ends hold one text.
import fc from "fast-check";
import t from "tap";
import { sendOrder, takeBackOrder } from "../../src/orders/closeActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { answerNote, cancelOrder } from "../../src/orders/withdrawActions.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { sure } from "../sales/cycles.ts";
import { handOver, type Letter, takeLetters } from "./letterBag.ts";
import { CRATE, type OrderTown, openOrderTown } from "./orderTown.ts";

const YES = { kind: "accept", mayOverdraw: false, note: "" } as const;

function sendAgain(town: OrderTown, order: Order): Letter {
  const { wire } = town.gasHome.node;
  sure(takeBackOrder(wire, town.keyOf(order), "Si rivede"));
  sure(sendOrder(wire, town.keyOf(order)));
  return takeLetters(town.gasHome)[0]!;
}

/** The farm proposes so many crates for what it has. */
function propose(town: OrderTown, order: Order, crates: number): Letter {
  const { lineIri } = town.atFarm(town.atGas(order).thread!)!.latest.lines[0]!;
  const wishes = [{ lineIri, quantityThousandths: crates * CRATE }];
  const change = { kind: "change", wishes, mayOverdraw: false, whenSilent: "confirm", note: "" } as const;
  sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), change));
  return takeLetters(town.farmHome)[0]!;
}

t.test("A19 each letter of an order handed over six times at once counts once on either side", async (t) => {
  const town = await openOrderTown(t);
  const [farm, gas] = [town.farmHome, town.gasHome];
  const hand = async (home: OrderTown["farmHome"], letters: readonly Letter[]) => {
    for (const letter of letters) {
      const said = await Promise.all(Array.from({ length: 6 }, () => handOver(home, letter)));
      t.same(new Set(said), new Set(["202 stored", "200 stored"]), JSON.parse(letter.json).type);
      t.equal(said.filter((word) => word === "202 stored").length, 1);
    }
  };
  const order = town.sendNewOrder();
  // The farm's yes is given in the transaction of the arrival: its relay would send it at once.
  const offers = takeLetters(gas);
  await hand(gas, offers);
  await town.settle();
  sure(moveOrder(farm.node.wire, town.farmKey(order), "confirm", ""));
  sure(writeDeliveryNote(farm.node.wire, town.farmKey(order), { deliveredByLine: new Map(), charges: [] }));
  await hand(farm, takeLetters(farm));
  const [note] = town.hold(order).notes;
  sure(answerNote(gas.node.wire, town.keyOf(order), { documentIri: note!.documentIri, isAccepted: true, text: "" }));
  await hand(gas, takeLetters(gas));
  await town.settle();
  const end = town.hold(order);
  t.match(end.gas, { status: "closed" });
  t.same(end.gas, end.farm);
  t.same(end.kinds.farm, [
    "in order",
    "out accepted",
    "out status",
    "out delivery-note",
    "in note-accepted",
    "out status",
    "out status",
  ]);
  t.same(end.digests.gas, end.digests.farm);
});

t.test("A20 the third revision comes before the first two: they are stale, and the third is agreed", async (t) => {
  const town = await openOrderTown(t);
  const order = town.sendNewOrder();
  const [first] = takeLetters(town.gasHome);
  const [second, third] = [sendAgain(town, order), sendAgain(town, order)];
  t.equal(await handOver(town.gasHome, third), "202 stored");
  t.equal(await handOver(town.gasHome, first!), "200 stale");
  t.equal(await handOver(town.gasHome, second), "200 stale");
  await town.settle();
  const end = town.hold(order);
  t.match(end.gas, { revision: 3, status: "accepted" });
  t.same(end.gas, end.farm);
});

t.test(
  "A20 the farm's yes is here before its node has thanked for the order: the order is sent on and counts once",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.sendNewOrder();
    const [offer] = takeLetters(town.gasHome);
    // The line breaks after the letter: the farm has it, the group does not know.
    town.gasHome.node.db.raw
      .prepare("UPDATE outbox SET state = 'pending' WHERE lane = 'order' AND actor_id = ?")
      .run(town.gas.id);
    const thanks = await handOver(town.gasHome, offer!);
    t.match(thanks, /^20[02] stored$/);
    await town.settle();
    await town.settle();
    const end = town.hold(order);
    t.match(end.gas, { status: "accepted" });
    t.same(end.gas, end.farm);
    t.equal(town.count(town.gasHome, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0);
    t.same(end.kinds.farm, ["in order", "out accepted"]);
  },
);

t.test(
  "A20 the withdrawal comes before the order: the order that follows is refused as withdrawn and holds nothing",
  async (t) => {
    const town = await openOrderTown(t);
    const order = town.sendNewOrder();
    const [offer] = takeLetters(town.gasHome);
    sure(cancelOrder(town.gasHome.node.wire, town.keyOf(order), "Si rinuncia"));
    const [undo] = takeLetters(town.gasHome);
    t.equal(await handOver(town.gasHome, undo!), "202 stored");
    t.equal(await handOver(town.gasHome, offer!), "202 stored");
    await town.settle();
    t.equal(town.atGas(order).state, "cancelled");
    t.notOk(town.farmStates().includes("accepted"));
    t.equal(town.hold(order).farm ?? null, null);
    t.same(town.hold(order).kinds.gas, ["out order", "out withdrawn", "in rejected"]);
    t.equal(town.count(town.gasHome, "SELECT count(*) FROM reservations"), 0);
  },
);

t.test("A21 proposals delayed by up to three days, across a new revision, never touch the newer text", async (t) => {
  const town = await openOrderTown(t, { rules: { answers: "hand" }, stockKilograms: 5000 });
  const delays = fc.tuple(fc.nat(3 * 24), fc.nat(3 * 24), fc.boolean());
  await fc.assert(
    fc.asyncProperty(delays, async ([counterHours, yesHours, isSentAgainFirst]) => {
      const startedAt = town.clock.at;
      const order = town.sendNewOrder({ acceptShortPercent: 1 });
      for (const letter of takeLetters(town.gasHome)) await handOver(town.gasHome, letter);
      const counter = propose(town, order, 1);
      const again = sendAgain(town, order);
      const late = [
        { at: counterHours, home: town.farmHome, letter: counter },
        { at: isSentAgainFirst ? 0 : yesHours, home: town.gasHome, letter: again },
      ].sort((one, other) => one.at - other.at);
      for (const { at, home, letter } of late) {
        town.clock.at = startedAt + at * 3_600_000;
        const said = await handOver(home, letter);
        t.ok(["202 stored", "200 stale"].includes(said), said);
      }
      sure(answerOrder(town.farmHome.node.wire, town.farmKey(order), YES));
      await town.settle();
      const end = town.hold(order);
      t.match(end.gas, { revision: 2, status: "accepted" });
      t.same(end.gas, end.farm);
      t.equal(end.gas?.text[0]?.quantityThousandths, 3 * CRATE, "not the one crate of the old proposal");
      town.clock.at = startedAt;
    }),
    { numRuns: 6, seed: 21 },
  );
});

t.test(
  "A54 a farmer's yes and the group's withdrawal, handed over in any order: both end with the order called off",
  async (t) => {
    const town = await openOrderTown(t, { rules: { answers: "hand" }, stockKilograms: 5000 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const order = town.sendNewOrder();
        for (const letter of takeLetters(town.gasHome)) await handOver(town.gasHome, letter);
        const key = town.farmKey(order);
        const steps = [
          async () => {
            answerOrder(town.farmHome.node.wire, key, YES);
            await Promise.all(takeLetters(town.farmHome).map((letter) => handOver(town.farmHome, letter)));
          },
          async () => {
            sure(cancelOrder(town.gasHome.node.wire, town.keyOf(order), "Si rinuncia"));
            await Promise.all(takeLetters(town.gasHome).map((letter) => handOver(town.gasHome, letter)));
          },
          // The same tap of the farmer from another tab.
          async () => {
            answerOrder(town.farmHome.node.wire, key, YES);
            await Promise.all(takeLetters(town.farmHome).map((letter) => handOver(town.farmHome, letter)));
          },
        ];
        const done = steps.map((step) => scheduler.schedule(Promise.resolve()).then(step));
        await scheduler.waitAll();
        await Promise.all(done);
        await town.settle();
        const end = town.hold(order);
        t.equal(town.atGas(order).state, "cancelled");
        t.equal(end.farmState, "cancelled");
        t.ok(end.kinds.farm.filter((kind) => kind === "out accepted").length <= 1, "accepted once at most");
        t.same(new Set(end.digests.gas), new Set(end.digests.farm));
      }),
      { numRuns: 6, seed: 54 },
    );
  },
);
