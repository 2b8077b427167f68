// An order from the baskets of a group to its accepted delivery note, over real HTTP with real signatures.
import t, { type Test } from "tap";
import { checkWire } from "../../src/activitypub/checkWire.ts";
import { findDamage } from "../../src/db/backup.ts";
import { takeCounter } from "../../src/orders/answers/answerActions.ts";
import { loadClosed } from "../../src/orders/closeActions.ts";
import { closeDelivery, markArrived } from "../../src/orders/delivery/deliveryActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { answerNote } from "../../src/orders/withdrawActions.ts";
import { closeEarly } from "../../src/sales/actions.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { sure } from "../sales/cycles.ts";
import { CRATE_CENTS, confirmAll, JAR_CENTS, type OrderTown, openOrderTown } from "./orderTown.ts";

/** The farm has one crate less; the group takes that. */
async function agree(town: OrderTown, order: Order): Promise<string> {
  const { lineIri } = town.atFarm(town.atGas(order).thread!)!.latest.lines[0]!;
  sure(
    answerOrder(town.farmHome.node.wire, town.farmKey(order), {
      kind: "change",
      wishes: [{ lineIri, quantityThousandths: 20_000 }],
      mayOverdraw: false,
      whenSilent: "confirm",
      note: "Una cassetta gelata.",
    }),
  );
  await town.settle();
  sure(takeCounter(town.gasHome.node.wire, town.keyOf(order)));
  await town.settle();
  return lineIri;
}

/** The cycle closes, the goods travel, 600 g are missing, the group charges its members and says yes to the note. */
async function deliver(town: OrderTown, order: Order, oranges: string): Promise<void> {
  const [farm, gas] = [town.farmHome.node.wire, town.gasHome.node.wire];
  sure(closeEarly(farm, town.cycleKey));
  await town.settle();
  confirmAll(town);
  sure(moveOrder(farm, town.farmKey(order), "ship", ""));
  const came = { deliveredByLine: new Map([[oranges, 19_400]]), charges: [{ name: "Trasporto", cents: 1500 }] };
  sure(writeDeliveryNote(farm, town.farmKey(order), came));
  await town.settle();
  sure(markArrived(gas, town.keyOf(order)));
  sure(closeDelivery(gas, town.keyOf(order)));
  const [note] = town.hold(order).notes;
  sure(answerNote(gas, town.keyOf(order), { documentIri: note!.documentIri, isAccepted: true, text: "" }));
  await town.settle();
}

function checkNodes(t: Test, { farmHome, gasHome, count }: OrderTown): void {
  for (const home of new Set([farmHome, gasHome])) {
    const { node, config } = home;
    t.same(findDamage(node.db), []);
    const checks = checkWire(node.db, config.origin, config.secret);
    t.same(
      checks.flatMap(({ broken }) => broken),
      [],
    );
    t.equal(count(home, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0, "nothing is owed");
    t.equal(count(home, "SELECT coalesce(sum(cents), 0) FROM postings"), 0, "I10");
  }
}

for (const where of ["two", "one"] as const)
  t.test(
    `I3 booked, closed, sent, adjusted, agreed, confirmed, delivered: ${where === "two" ? "two nodes" : "two actors of one node"} end with one text, each with the whole contract`,
    async (t) => {
      const town = await openOrderTown(t, { where, rules: { answers: "hand" } });
      const order = town.sendNewOrder();
      t.equal(loadClosed(town.gasHome.node.db.orm, order.id)?.content.orderedCents, 3 * CRATE_CENTS + 5 * JAR_CENTS);
      await town.settle();
      t.same(town.farmStates(), ["received"]);
      const oranges = await agree(town, order);
      const agreed = town.hold(order);
      t.same(agreed.gas, agreed.farm);
      t.match(agreed.gas, { revision: 2, status: "accepted" });
      t.same(
        agreed.gas?.text.map((line) => line.amountCents),
        [2 * CRATE_CENTS, 5 * JAR_CENTS],
      );
      await deliver(town, order, oranges);
      const end = town.hold(order);
      t.same(end.gas, end.farm, "I3");
      t.match(end.gas, { revision: 2, status: "closed" });
      t.match(end.notes, [{ sequence: 1, answer: "accepted", charges: [{ cents: 1500 }] }]);
      t.same(end.digests.gas, end.digests.farm, "and both keep the same words in the same order");
      for (const contract of end.contracts) {
        t.equal(contract?.holds, true);
        t.equal(contract?.inForce?.buyerHash, contract?.inForce?.sellerHash);
        t.same(contract?.inForce?.lines, end.gas?.text);
      }
      t.equal(town.atGas(order).state, "delivered");
      checkNodes(t, town);
    },
  );
