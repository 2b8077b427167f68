// An order that a group opens by itself on a partner's catalog, without any cycle of the farm: from the baskets to the accepted
// delivery note, over real HTTP between two nodes. DOMAIN 4 A, PROTOCOL 4 and 6.
import t from "tap";
import { saveProduct } from "../../src/catalogs/actions.ts";
import type { ProductFacts } from "../../src/catalogs/product.ts";
import { loadProduct } from "../../src/catalogs/store.ts";
import { takeCounter } from "../../src/orders/answers/answerActions.ts";
import { orderBook } from "../../src/orders/bookStore.ts";
import { closeDelivery, markArrived } from "../../src/orders/delivery/deliveryActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { answerNote } from "../../src/orders/withdrawActions.ts";
import { answerOrder, moveOrder, writeDeliveryNote } from "../../src/sales/orderActions.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { sure } from "../sales/cycles.ts";
import { deskBrowser } from "../web/deskBrowser.ts";
import { CRATE_CENTS, JAR_CENTS, type OrderTown, openOrderTown } from "./orderTown.ts";

/** The farm changes its oranges on the list after members have booked them. */
function changeOranges({ farmHome, farm, atGas }: OrderTown, order: Pick<Order, "id">, change: Partial<ProductFacts>) {
  const [oranges] = atGas(order).lines;
  const { id: productId, version: expectedVersion, facts } = loadProduct(farmHome.node.db.orm, oranges!.goods.lineIri)!;
  sure(saveProduct(farmHome.node.wire, farm, { productId, expectedVersion, facts: { ...facts, ...change } }));
}

t.test(
  "an order on a partner's catalog goes from the baskets to the charged delivery, the same on both nodes",
  async (t) => {
    const town = await openOrderTown(t, { basis: "catalog" });
    const [farm, gas] = [town.farmHome.node.wire, town.gasHome.node.wire];
    const referente = await deskBrowser(town.gasHome, ["fano"], "giulia");
    const farmer = await deskBrowser(town.farmHome, ["agrumeto"], "sergio");
    const see = async (browser: typeof farmer, address: string, sentence: RegExp) => {
      const { status, body } = await browser.get(address);
      t.equal(status, 200, address);
      t.match(body, sentence, address);
    };
    await see(referente, "/desk/fano/orders/new", /Agrumeto Belvedere/);
    const order = town.openNewOrder();
    sure(town.book(order, 0, 2, 1));
    sure(town.book(order, 1, 1, 4));
    changeOranges(town, order, { availableThousandths: 25_000 });
    town.closeAndSend(order);
    await see(referente, `/desk/fano/orders/${order.id}`, /Arance/);
    await town.settle();
    const key = town.farmKey(order);
    const address = `/desk/agrumeto/sales/${orderName(key.thread)}`;
    t.match(town.atFarm(key.thread), { cycleId: null, waiting: ["not-available"] }, "30 kg of 25: the farmer decides");
    await see(farmer, "/desk/agrumeto/sales", /dal listino/);
    await see(farmer, address, /Non ce n.+ abbastanza: Arance/);
    const { lineIri } = town.atFarm(key.thread)!.latest.lines[0]!;
    const wishes = [{ lineIri, quantityThousandths: 20_000 }];
    sure(answerOrder(farm, key, { kind: "change", wishes, mayOverdraw: false, whenSilent: "confirm", note: "" }));
    await town.settle();
    sure(takeCounter(gas, town.keyOf(order)));
    await town.settle();
    t.match(town.hold(order).gas, { revision: 2, status: "accepted" });
    sure(moveOrder(farm, key, "confirm", ""));
    await see(farmer, "/desk/agrumeto/sales/sheet", /Arance/);
    sure(writeDeliveryNote(farm, key, { deliveredByLine: new Map([[lineIri, 19_400]]), charges: [] }));
    await town.settle();
    sure(markArrived(gas, town.keyOf(order)));
    await see(referente, `/desk/fano/orders/${order.id}/delivery`, /Arance/);
    sure(closeDelivery(gas, town.keyOf(order)));
    const [note] = town.hold(order).notes;
    sure(answerNote(gas, town.keyOf(order), { documentIri: note!.documentIri, isAccepted: true, text: "" }));
    await town.settle();
    const end = town.hold(order);
    t.same(end.gas, end.farm, "I3");
    t.match(end.gas, { revision: 2, status: "closed" });
    t.same(
      end.gas?.text.map(({ amountCents }) => amountCents),
      [2 * CRATE_CENTS, 5 * JAR_CENTS],
    );
    for (const contract of end.contracts) t.equal(contract?.holds, true);
    t.equal(town.count(town.gasHome, "SELECT coalesce(sum(cents), 0) FROM postings"), 0, "I10");
    for (const home of [town.gasHome, town.farmHome])
      t.equal(town.count(home, "SELECT count(*) FROM outbox WHERE state <> 'delivered'"), 0);
    t.same(orderBook.find(town.gasHome.node.db.orm, town.gas.id, order.id)?.delivered, [
      { ratePercent: 4, grossCents: 3686 },
      { ratePercent: 10, grossCents: 4750 },
    ]);
    await see(referente, `/desk/fano/money/orders/${order.id}`, /35,44.*1,42.*36,86/s);
    await see(farmer, `/agrumeto/delivery-notes/${note!.documentIri.split("/").at(-1)}`, /35,44.*1,42.*36,86/s);
    await see(farmer, address, /concluso/);
    await see(farmer, "/desk/agrumeto/sales/history", /GAS Fano/);
  },
);

t.test("a price that rose meanwhile waits for the farmer, who gives it as it was ordered or refuses", async (t) => {
  const town = await openOrderTown(t, { basis: "catalog" });
  const farm = town.farmHome.node.wire;
  const order = town.openNewOrder();
  sure(town.book(order, 0, 2, 1));
  changeOranges(town, order, { priceTenThousandths: 30_000 });
  await town.pass({ minutes: 2 });
  town.closeAndSend(order);
  await town.settle();
  t.match(town.atFarm(town.atGas(order).thread!), { waiting: ["old-price"], latest: { answer: null } });
  const farmer = await deskBrowser(town.farmHome, ["agrumeto"], "sergio");
  const { body } = await farmer.get(`/desk/agrumeto/sales/${orderName(town.atGas(order).thread!)}`);
  t.match(body, /prezzo di prima: Arance/);
  sure(answerOrder(farm, town.farmKey(order), { kind: "accept", mayOverdraw: false, note: "" }));
  await town.settle();
  t.match(town.hold(order), { gas: { status: "accepted" }, farm: { status: "accepted" } });
});
