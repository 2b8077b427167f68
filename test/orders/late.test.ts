// Booking for a household after the closing: by the referente, before anything is sent, openly.
import t from "tap";
import { creditOf } from "../../src/ledger/creditActions.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { listHouseholdBookings, loadBasket } from "../../src/orders/booking/bookingStore.ts";
import { bookLate } from "../../src/orders/booking/lateActions.ts";
import { closeOrder, loadClosed, sendOrder, takeBackOrder } from "../../src/orders/closeActions.ts";
import { listMoves, loadOrder } from "../../src/orders/store.ts";
import { HOUR, makeGroup, NOW, sure } from "./group.ts";
import { makeGrove } from "./grove.ts";

/** An order of the group that closed with 60 kg of oranges, and somebody who forgot to book; nothing is sent by itself. */
function closedOrder(test: Parameters<typeof makeGroup>[0], policies = {}) {
  const group = makeGroup(test);
  const { orm } = group.db;
  const order = group.open({ policies: { ...group.policies, sendBy: "hand", ...policies } });
  const [marta, late] = ["marta", "lia"].map((name) => {
    const who = group.addMember(name);
    saveLimit(orm, { ...who, cents: 6000, personId: "rita", setAt: NOW });
    return who;
  }) as [ReturnType<typeof group.addMember>, ReturnType<typeof group.addMember>];
  const wish = { lineNumber: 1, friendId: null, quantityThousandths: 20_000, toleranceThousandths: 0, note: "" };
  sure(saveBasket(group.buying, { ...marta, orderId: order.id, seenVersion: 0, wishes: [wish] }));
  const key = { ...group.keyOf(order), personId: "rita" };
  sure(closeOrder(group.buying, key));
  group.clock.at += HOUR;
  const book = (householdId: string, quantityThousandths: number, lineNumber = 1) =>
    bookLate(group.buying, key, { householdId, lineNumber, quantityThousandths });
  return { ...group, group, orm, key, order, marta, late, book };
}

t.test("who forgot is added after the closing, holds credit, and is in what is sent", async (t) => {
  const { buying, orm, key, gas, order, late, book, group } = closedOrder(t);
  sure(book(late.householdId, 10_000));
  t.match(loadBasket(orm, order.id, late.householdId), { state: "locked", totalCents: 1750, savedBy: "rita" });
  t.equal(creditOf(orm, gas.id, late.householdId).reservedCents, 1750);
  t.match(loadClosed(orm, order.id), { version: 2, content: { orderedCents: 5250 } });
  t.match(listMoves(orm, order.id).at(-1), { from: "closed", to: "closed", personId: "rita", reason: "late-booking" });
  sure(sendOrder(buying, key));
  t.match(makeGrove(group).lastOffer(order.id), { totalCents: 5250 });
});

t.test("what a household had booked is changed or taken off, and its other products stay", async (t) => {
  const { orm, order, marta, book } = closedOrder(t);
  sure(book(marta.householdId, 2000, 2));
  sure(book(marta.householdId, 10_000));
  t.match(listHouseholdBookings(orm, order.id, marta.householdId), [
    { lineNumber: 1, quantityThousandths: 10_000 },
    { lineNumber: 2, quantityThousandths: 2000 },
  ]);
  sure(book(marta.householdId, 0));
  sure(book(marta.householdId, 0, 2));
  t.match(loadBasket(orm, order.id, marta.householdId), { state: "cancelled", totalCents: 0 });
  t.match(loadOrder(orm, order.actorId, order.id), { state: "closed", needsPerson: null });
});

t.test("the limits and the credit are everybody's, and a no changes nothing", async (t) => {
  const { orm, order, late, book } = closedOrder(t);
  t.match(book(late.householdId, 10_500), { refused: "not-a-multiple" });
  t.match(book(late.householdId, 40_000), { refused: "credit-too-low" });
  t.match(book(late.householdId, 1000, 9), { refused: "no-such-line" });
  t.match(book("nobody", 10_000), { refused: "no-such-household" });
  t.equal(loadBasket(orm, order.id, late.householdId), undefined);
  t.match(loadClosed(orm, order.id), { version: 1 });
});

t.test("once sent nothing is added behind the farm's back: it is taken back and sent anew", async (t) => {
  const { buying, key, order, late, book, group } = closedOrder(t);
  sure(sendOrder(buying, key));
  t.match(book(late.householdId, 10_000), { refused: "wrong-state", state: "sent" });
  sure(takeBackOrder(buying, key, "Manca Lia"));
  sure(book(late.householdId, 10_000));
  sure(sendOrder(buying, key));
  t.match(makeGrove(group).lastOffer(order.id), { revision: 2, totalCents: 5250 });
});

t.test("a minimum that is reached late asks nobody any more", async (t) => {
  const { orm, order, late, book } = closedOrder(t, { minimumCents: 5000, whenMinimumMissed: "ask" });
  t.match(loadOrder(orm, order.actorId, order.id), { needsPerson: "minimum" });
  sure(book(late.householdId, 10_000));
  t.match(loadOrder(orm, order.actorId, order.id), { needsPerson: null });
});
