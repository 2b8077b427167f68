// Baskets: what a household saves is on disk, the last crate goes to one of two, nobody books after the cut-off.
import fc from "fast-check";
import t from "tap";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { openDatabase } from "../../src/db/open.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { creditOf } from "../../src/ledger/creditActions.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { addFriend } from "../../src/members/households/householdActions.ts";
import { type BasketWish, saveBasket } from "../../src/orders/booking/basketActions.ts";
import {
  bookedTotals,
  listBookings,
  listHouseholdBookings,
  loadBasket,
} from "../../src/orders/booking/bookingStore.ts";
import { closeOrder, loadClosed } from "../../src/orders/closeActions.ts";
import type { Order } from "../../src/orders/order.ts";
import { CLOSING, GOODS, type Group, MINUTE, makeGroup, NOW, offered, sure } from "./group.ts";

const KEY = "f0f1f2f3-basket";

/** A member whose household may spend 1,000 euro, and how they book: line number and thousandths. */
function member(group: Group, name: string, limitCents = 100_000) {
  const who = group.addMember(name);
  const { actorId, householdId } = who;
  saveLimit(group.db.orm, { actorId, householdId, cents: limitCents, personId: "rita", setAt: NOW });
  const wish = (order: Order, lines: Record<number, number>, change: Partial<BasketWish> = {}): BasketWish => ({
    ...who,
    orderId: order.id,
    seenVersion: loadBasket(group.db.orm, order.id, householdId)?.version ?? 0,
    wishes: Object.entries(lines).map(([number, quantityThousandths]) => ({
      lineNumber: Number(number),
      friendId: null,
      quantityThousandths,
      toleranceThousandths: 0,
      note: "",
    })),
    ...change,
  });
  const book = (order: Order, lines: Record<number, number>, change: Partial<BasketWish> = {}) =>
    saveBasket(group.buying, wish(order, lines, change));
  return { ...who, wish, book };
}

t.test("a basket is kept with what it holds of the credit, and an emptied one holds nothing", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const order = group.open();
  const saved = sure(marta.book(order, { 1: 3000, 2: 2000 }));
  t.match(saved, {
    basket: { version: 1, state: "confirmed", totalCents: 525 + 1800 },
    orderState: "open",
    advice: [],
  });
  t.match(creditOf(group.db.orm, marta.actorId, marta.householdId), { reservedCents: 2325, freeCents: 97_675 });
  t.same(listHouseholdBookings(group.db.orm, order.id, marta.householdId), saved.bookings);
  t.match(sure(marta.book(order, {})), { basket: { version: 2, state: "cancelled", totalCents: 0 } });
  t.match(creditOf(group.db.orm, marta.actorId, marta.householdId), { reservedCents: 0 });
  t.same(listBookings(group.db.orm, order.id), []);
  t.match(sure(marta.book(order, { 2: 1000 })), { basket: { version: 3, state: "confirmed" } });
});

t.test(
  "C6 what the credit does not cover is refused with what is missing, and the basket stays as it was",
  async (t) => {
    const group = makeGroup(t);
    const marta = member(group, "marta", 2000);
    const order = group.open();
    sure(marta.book(order, { 2: 2000 }));
    const refused = marta.book(order, { 2: 3000 });
    t.match(refused, { refused: "credit-too-low", missingCents: 700 });
    t.match(loadBasket(group.db.orm, order.id, marta.householdId), { version: 1, totalCents: 1800 });
    t.same([...bookedTotals(group.db.orm, order.id)], [[2, 2000]]);
  },
);

t.test("friends' bookings stand beside the household's own; a stranger's friend is none", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const order = group.open();
  const { friendId } = sure(addFriend(group.buying, marta, "Ada"));
  const own = { lineNumber: 2, friendId: null, quantityThousandths: 1000, toleranceThousandths: 0, note: "" };
  const saved = marta.book(order, {}, { wishes: [own, { ...own, friendId, note: "senza tappo" }] });
  t.match(saved, { bookings: [{ friendId: null }, { friendId, note: "senza tappo" }], basket: { totalCents: 1800 } });
  t.match(marta.book(order, {}, { wishes: [{ ...own, friendId: "x" }] }), { refused: "no-such-friend" });
});

t.test("a member books for the own household alone, the referente for every one", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const ada = member(group, "ada");
  const order = group.open();
  t.match(marta.book(order, { 2: 1000 }, { personId: "ada" }), { refused: "not-yours" });
  t.match(marta.book(order, { 2: 1000 }, { personId: "rita" }), { basket: { savedBy: "rita" } });
  t.match(ada.book(order, { 2: 1000 }, { householdId: "nobody" }), { refused: "not-found" });
});

t.test("who saves over a change of another hand is told the version, and changes nothing", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const order = group.open();
  const early = marta.wish(order, { 2: 5000 });
  sure(marta.book(order, { 2: 1000 }));
  t.same(saveBasket(group.buying, early), { refused: "stale-version", version: 1 });
  t.same([...bookedTotals(group.db.orm, order.id)], [[2, 1000]]);
});

t.test("A48 one basket form sent twenty times is saved once, and each time the same is shown", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const order = group.open();
  const wish = marta.wish(order, { 2: 2000 }, { onceKey: KEY });
  const answers = Array.from({ length: 20 }, () => saveBasket(group.buying, wish));
  t.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  t.match(loadBasket(group.db.orm, order.id, marta.householdId), { version: 1, totalCents: 1800 });
  t.same(saveBasket(group.buying, marta.wish(order, { 2: 3000 }, { onceKey: KEY })), { refused: "key-reused" });
});

t.test("A49 fifty members want the last ten crates: ten have one, forty are told that nothing is left", async (t) => {
  const goods = [offered(1, "Arance", { unit: "kilogram", thousandths: 10_000, cents: 1750 }, 100_000)];
  const group = makeGroup(t, { goods });
  const members = Array.from({ length: 50 }, (_, place) => member(group, `m${place}`));
  const order = group.open({}, { stepThousandths: 10_000 });
  const wishes = members.map((one) => one.wish(order, { 1: 10_000 }));
  const answers = await Promise.all(wishes.map(async (wish) => saveBasket(group.buying, wish)));
  t.equal(answers.filter((answer) => !isRefusal(answer)).length, 10);
  t.equal(answers.filter((answer) => isRefusal(answer) && answer.refused === "not-available").length, 40);
  t.same([...bookedTotals(group.db.orm, order.id)], [[1, 100_000]]);
});

t.test(
  "A50 at the cut-off a booking is in the totals or refused, a millisecond before, at it and after it",
  async (t) => {
    const group = makeGroup(t);
    const members = [0, 1, 2, 3].map((place) => member(group, `m${place}`, 10_000_000));
    const property = fc.property(
      fc.array(
        fc.record({ who: fc.nat(3), offsetMs: fc.integer({ min: -1, max: 1 }), jars: fc.integer({ min: 1, max: 5 }) }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      fc.nat(8),
      (taps, closesAfter) => {
        group.clock.at = NOW;
        const order = group.open();
        const said = new Map<number, number>();
        const tap = ({ who, offsetMs, jars }: (typeof taps)[number]) => {
          group.clock.at = CLOSING + offsetMs;
          const answer = members[who]!.book(order, { 2: jars * 1000 });
          if (!isRefusal(answer)) said.set(who, jars * 1000);
          // Only the group's own clock decides, and the closing minute itself is too late.
          t.equal(isRefusal(answer), offsetMs >= 0 || isClosed, "taken before the cut-off alone");
        };
        let isClosed = false;
        for (const [place, one] of taps.entries()) {
          if (place === closesAfter) {
            group.clock.at = CLOSING;
            sure(closeOrder(group.buying, group.keyOf(order)));
            isClosed = true;
          }
          tap(one);
        }
        if (!isClosed) {
          group.clock.at = CLOSING;
          sure(closeOrder(group.buying, group.keyOf(order)));
        }
        const total = [...said.values()].reduce((sum, quantity) => sum + quantity, 0);
        const [line] = loadClosed(group.db.orm, order.id)!.content.lines;
        t.equal(line?.orderedThousandths ?? 0, total, "shown as booked and ordered are one");
      },
    );
    fc.assert(property, { numRuns: 1000 });
  },
);

t.test("a household that books with its last credit from two phones spends it once", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta", 1000);
  const [oranges, honey] = [group.open(), group.open({ name: "Miele" })];
  const answers = await Promise.all(
    [oranges, honey].map(async (order) => saveBasket(group.buying, marta.wish(order, { 2: 1000 }))),
  );
  t.match(answers[0], { basket: { totalCents: 900 } });
  t.match(answers[1], { refused: "credit-too-low", missingCents: 800 });
  t.match(creditOf(group.db.orm, marta.actorId, marta.householdId), { reservedCents: 900, freeCents: 100 });
});

t.test("an order closes by itself when so much is booked, and is sent in the same moment", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const order = group.open({ policies: { ...group.policies, autoCloseCents: 1800 } });
  t.match(marta.book(order, { 2: 1000 }), { orderState: "open" });
  t.match(marta.book(order, { 2: 2000 }), { orderState: "sent", basket: { state: "locked" } });
  t.match(marta.book(order, { 2: 3000 }), { refused: "order-not-open", state: "sent" });
});

t.test("by weight too: an order of 20 kg is full with 20 kg", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const order = group.open({ policies: { ...group.policies, autoCloseGrams: 20_000 } });
  t.match(marta.book(order, { 1: 19_000, 2: 50_000 }), { orderState: "open" });
  t.match(marta.book(order, { 1: 20_000 }), { orderState: "sent" });
});

t.test(
  "a power cut while a basket is saved leaves the one before or the new one whole, at each named point",
  async (t) => {
    const points = ["booking-reserved", "booking-before-commit", "before-commit", "after-commit"];
    for (const point of points) {
      const file = `${t.testdir()}/${point}.sqlite`;
      const group = makeGroup(t, { file });
      const marta = member(group, "marta");
      const order = group.open();
      sure(marta.book(order, { 1: 10_000, 2: 1000 }));
      setCrashTrap((name) => {
        if (name === point) throw new Error("the power is gone");
      });
      t.throws(() => marta.book(order, { 2: 3000 }), point);
      setCrashTrap(null);
      const after = openDatabase(file);
      const isNew = point === "after-commit";
      t.same(
        [...bookedTotals(after.orm, order.id)],
        isNew
          ? [[2, 3000]]
          : [
              [1, 10_000],
              [2, 1000],
            ],
        point,
      );
      t.match(loadBasket(after.orm, order.id, marta.householdId), { version: isNew ? 2 : 1 });
      t.match(creditOf(after.orm, marta.actorId, marta.householdId), { reservedCents: isNew ? 2700 : 2650 });
      after.raw.close();
    }
  },
);

t.test("C6 bookings of a closed order stand still whatever writes to them", async (t) => {
  const group = makeGroup(t);
  const marta = member(group, "marta");
  const order = group.open();
  sure(marta.book(order, { 2: 1000 }));
  group.clock.at = CLOSING + MINUTE;
  sure(closeOrder(group.buying, group.keyOf(order)));
  for (const statement of ["UPDATE bookings SET quantity_thousandths = 9000", "DELETE FROM bookings"])
    t.throws(() => group.db.raw.exec(statement), /takes no more bookings/);
  t.equal(GOODS.length, 2);
});
