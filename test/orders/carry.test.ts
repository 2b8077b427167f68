// "Again, with bookings": what households had booked, brought into the order made from that one.
import t from "tap";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { noticeClockTasks } from "../../src/members/notices/noticeActions.ts";
import { duplicateOrder, openOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { listBookings } from "../../src/orders/booking/bookingStore.ts";
import { carryBookings, findCarriable } from "../../src/orders/booking/carryActions.ts";
import { countOverCredit } from "../../src/orders/delivery/settlementStore.ts";
import type { Order } from "../../src/orders/order.ts";
import { openMailer } from "../../src/web/mail.ts";
import { startMailSink } from "../tools/mailSink.ts";
import { CLOSING, makeGroup, NOW, sure } from "./group.ts";

t.test("each household has again what it had, as far as it may; who has decided already is left alone", async (t) => {
  const group = makeGroup(t);
  const sink = await startMailSink(t);
  const mailer = openMailer(sink.url, "nodo@gas.example");
  t.teardown(() => mailer?.close());
  const { db, clock, buying, keyOf } = group;
  const house = {
    db,
    clock,
    origin: "https://g.example",
    secret: Buffer.alloc(32, 7),
    language: "it",
    mailer,
  } as const;
  const people = Object.fromEntries(["marta", "ada", "ugo", "poor"].map((name) => [name, group.addMember(name)]));
  db.raw.prepare("UPDATE people SET email = id || '@posta.example', claimed_email = id").run();
  const book = (order: Pick<Order, "id">, name: string, quantityThousandths: number) => {
    const wish = { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "mature" };
    const wishes = quantityThousandths === 0 ? [] : [wish];
    return sure(saveBasket(buying, { ...people[name]!, orderId: order.id, seenVersion: 0, wishes }));
  };
  const allow = (name: string, cents: number) =>
    saveLimit(db.orm, { ...people[name]!, cents, personId: "rita", setAt: NOW });
  for (const name of Object.keys(people)) allow(name, 10_000_000);
  const first = group.open();
  for (const [i, name] of Object.keys(people).entries()) book(first, name, (i + 1) * 1000);
  t.equal(findCarriable(db.orm, first, clock.at), null, "it was made from none");

  const made = sure(duplicateOrder(buying, keyOf(first), { plan: { closesAt: CLOSING } }));
  const again = sure(openOrder(buying, keyOf(made)));
  book(again, "ugo", 5000);
  t.equal(countOverCredit(db.orm, first, listBookings(db.orm, first.id)), 0);
  allow("poor", 0);
  t.equal(countOverCredit(db.orm, first, listBookings(db.orm, first.id)), 1, "what is told before an order closes");
  const can = findCarriable(db.orm, again, clock.at);
  t.equal(can?.from.id, first.id);
  t.equal(can?.byHousehold.size, 3);
  t.same(carryBookings(buying, house, keyOf(again)), { carried: 2, left: 1 });
  const has = Object.fromEntries(
    listBookings(db.orm, again.id).map(({ householdId, quantityThousandths, note }) => [
      Object.keys(people).find((name) => people[name]!.householdId === householdId),
      [quantityThousandths, note],
    ]),
  );
  t.same(has, { marta: [1000, "mature"], ada: [2000, "mature"], ugo: [5000, "mature"] });
  for (const task of noticeClockTasks(house, () => 0.5)) await task.run(clock.at);
  const mails = sink.received.map(({ recipients, mail }) => [recipients.join(), mail.text ?? ""] as const).sort();
  t.same(
    mails.map(([to]) => to),
    ["ada@posta.example", "marta@posta.example"],
  );
  t.match(mails[0]?.[1], /c'è già quello che avevi preso[\s\S]*: 2 kg[\s\S]*Cambia o togli/);
  t.match(
    carryBookings(buying, house, { ...keyOf(again), personId: "marta" }),
    { carried: 0, left: 1 },
    "nobody books for others",
  );
});
