// An order that a group leads, answered by hand at the seller's desk: that yes too stands in the lead's own books, or is not said.
import t from "tap";
import { transact } from "../../src/db/transact.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { listGroupHouseholds } from "../../src/members/households/groupStore.ts";
import { listHouseholdBookings } from "../../src/orders/booking/bookingStore.ts";
import { orderName } from "../../src/sales/orderPages.ts";
import { loadReceived } from "../../src/sales/receivedStore.ts";
import { saveCycle } from "../../src/sales/store.ts";
import { viewShared } from "../../src/sharing/actions.ts";
import { loadShared } from "../../src/sharing/store.ts";
import { deskBrowser } from "../web/deskBrowser.ts";
import { openLed } from "./led.ts";

t.test(
  "8.1 a yes by hand to more than a group may owe is not said, and once its limit is raised fills its basket at once",
  async (t) => {
    const { town, other, order, lead, orm, carry } = await openLed(t, 1000);
    const { gas, gasHome } = town;
    const view = () => viewShared(orm, loadShared(orm, gas.id, order.id)!)!;
    const { cycle } = view();
    transact(lead.db, (tx) => saveCycle(tx, { ...cycle, rules: { ...cycle.rules, answers: "hand" } }));
    const theirs = other.sendOrderOf(12, 0);
    await carry();
    const { thread } = other.orderAt(theirs);
    const received = () => loadReceived(orm, gas.id, thread!)!;
    t.match(received(), { status: null, waiting: ["by-hand"] });

    const ada = await deskBrowser(gasHome, ["fano"], "ada");
    const path = `/desk/fano/sales/${orderName(thread!)}`;
    const accept = async () => ada.submit(await ada.get(path), `${path}/answer`, { kind: "accept" });
    const refused = await accept();
    t.match([refused.status, refused.body], [409, /Chiede più di quanto può doverci, di 12,80/]);
    t.match([received().status, received().latest.answer], [null, null], "nothing was said");
    const [household] = listGroupHouseholds(orm, gas.id);
    const booked = () => listHouseholdBookings(orm, order.id, household!.id).map((one) => one.quantityThousandths);
    t.same(booked(), []);

    const limit = { actorId: gas.id, householdId: household!.id, cents: 10_000, personId: "ada", setAt: 0 };
    transact(lead.db, (tx) => saveLimit(tx, limit));
    await accept();
    t.equal(received().status, "accepted");
    t.same(booked(), [12_000], "in the transaction of the yes, before the clock comes by");
  },
);
