// What one order of so many products costs between two nodes, from its Offer to the accepted delivery note: how many letters both
// sides send ("letters"), or their bytes together ("kilobytes"). Nothing is countered, nothing is lost on the way.
import { saveLimit } from "../../../src/ledger/creditStore.ts";
import { saveBasket } from "../../../src/orders/booking/basketActions.ts";
import { closeOrder, sendOrder } from "../../../src/orders/closeActions.ts";
import { closeDelivery, markArrived } from "../../../src/orders/delivery/deliveryActions.ts";
import { answerNote } from "../../../src/orders/withdrawActions.ts";
import { closeEarly } from "../../../src/sales/actions.ts";
import { moveOrder, writeDeliveryNote } from "../../../src/sales/orderActions.ts";
import { sure } from "../../sales/cycles.ts";
import { confirmAll, openOrderTown } from "../../scenarios/orderTown.ts";
import { openBench } from "../withoutTap.ts";

const [what = "letters", products = "200"] = process.argv.slice(2);
const { t, close } = openBench();
const town = await openOrderTown(t, { moreProducts: Number(products) - 2 });
const [farm, gas] = [town.farmHome.node.wire, town.gasHome.node.wire];
const order = town.openNewOrder();
const wishes = order.lines.map(({ number, goods }) => ({
  ...{ lineNumber: number, quantityThousandths: goods.packageThousandths },
  ...{ friendId: null, toleranceThousandths: 0, note: "" },
}));
if (wishes.length !== Number(products)) throw new Error(`${wishes.length} products instead of ${products}`);
const setAt = town.clock.now();
saveLimit(gas.db.orm, { actorId: town.gas.id, householdId: null, cents: 10_000_000, personId: null, setAt });
sure(saveBasket(gas, { ...town.members[0]!, actorId: town.gas.id, orderId: order.id, seenVersion: 0, wishes }));
sure(closeOrder(gas, town.keyOf(order)));
sure(sendOrder(gas, town.keyOf(order)));
await town.settle();
sure(closeEarly(farm, town.cycleKey));
await town.settle();
confirmAll(town);
sure(moveOrder(farm, town.farmKey(order), "ship", ""));
sure(writeDeliveryNote(farm, town.farmKey(order), { deliveredByLine: new Map(), charges: [] }));
await town.settle();
sure(markArrived(gas, town.keyOf(order)));
sure(closeDelivery(gas, town.keyOf(order)));
const [note] = town.hold(order).notes;
sure(answerNote(gas, town.keyOf(order), { documentIri: note!.documentIri, isAccepted: true, text: "" }));
await town.settle();

const { thread } = town.atGas(order);
const sent = [farm, gas].flatMap(({ db }) => {
  const query = `SELECT length(CAST(json AS BLOB)) FROM outbox JOIN activities ON activities.id = activity_id WHERE thread = ?`;
  return db.raw.prepare(query).pluck().all(thread) as number[];
});
const { kinds } = town.hold(order);
await close();
const kilobytes = sent.reduce((sum, bytes) => sum + bytes, 0) / 1000;
console.log(JSON.stringify({ value: what === "letters" ? sent.length : kilobytes, kinds: kinds.gas, bytes: sent }));
