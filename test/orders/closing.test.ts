// Closing: one transaction from the last booking to the signed Offer, on disk before anybody is told.
import { performance } from "node:perf_hooks";
import t from "tap";
import { verifyProof } from "../../src/activitypub/proof.ts";
import { loadKeys } from "../../src/activitypub/store.ts";
import { doubtCycle, saveCopy } from "../../src/catalogs/announced/store.ts";
import { setCrashTrap } from "../../src/db/crashPoint.ts";
import { openDatabase } from "../../src/db/open.ts";
import { transact } from "../../src/db/transact.ts";
import { isRefusal } from "../../src/kernel/refusal.ts";
import { creditOf, reserve } from "../../src/ledger/creditActions.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { editOrder } from "../../src/orders/actions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { listBaskets, loadBasket, replaceBookings, saveBasketRow } from "../../src/orders/booking/bookingStore.ts";
import {
  closeOrder,
  completeCases,
  loadClosed,
  reopenOrder,
  sendOrder,
  takeBackOrder,
} from "../../src/orders/closeActions.ts";
import { listSentOffers } from "../../src/orders/dealingStore.ts";
import type { LineRules, Order } from "../../src/orders/order.ts";
import type { Plan } from "../../src/orders/planning/plan.ts";
import { stockFollower } from "../../src/orders/stockActions.ts";
import { listMoves, loadOrder } from "../../src/orders/store.ts";
import { listThreadMessages } from "../../src/partners/threads/threadStore.ts";
import { CLOSING, CYCLE, copyOf, DAY, GROVE, type Group, HOUR, makeGroup, NOW, offered, sure } from "./group.ts";

/** An open order in which Marta, Ada and Ugo have booked these quantities of line 1, in thousandths. */
function booked(group: Group, quantities: number[], plan: Partial<Plan> = {}, rules: Partial<LineRules> = {}): Order {
  const order = group.open(plan, rules);
  for (const [place, quantityThousandths] of quantities.entries()) {
    const who = group.addMember(`m${place}${order.id}`);
    saveLimit(group.db.orm, { ...who, cents: 10_000_000, personId: "rita", setAt: NOW });
    const wish = { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "" };
    sure(saveBasket(group.buying, { ...who, orderId: order.id, seenVersion: 0, wishes: [wish] }));
  }
  return order;
}

const outboxOf = (group: Group) =>
  group.db.raw.prepare("SELECT state, lane, thread, inbox FROM outbox").all() as Record<string, string>[];

t.test("an order closes into one signed Offer of totals that names no member, owed to the grove", async (t) => {
  const group = makeGroup(t);
  const order = booked(group, [4000, 16_000]);
  group.clock.at = CLOSING;
  const sent = sure(closeOrder(group.buying, group.keyOf(order)));
  t.match(sent, { state: "sent", revision: 1, closedAt: CLOSING, needsPerson: null });
  t.same(loadOrder(group.db.orm, group.gas.id, order.id), sent);
  t.match(outboxOf(group), [
    { state: "pending", lane: "order", thread: sent.thread, inbox: "https://p.example/p/inbox" },
  ]);
  const [message] = listThreadMessages(group.db.orm, group.gas.id, sent.thread!);
  const offer = JSON.parse(message!.bytes.toString("utf8"));
  const [key] = loadKeys(group.db.orm, group.gas.id).filter(({ algorithm }) => algorithm === "ed25519");
  t.ok(verifyProof(offer, key!.publicKey));
  t.match(offer.object.stipulates, [{ resourceQuantity: { hasUnit: "kilogram", hasNumericalValue: "20" } }]);
  t.match(offer.object.stipulatesReciprocal, [{ resourceQuantity: { hasNumericalValue: "35.00" } }]);
  t.notMatch(message!.bytes.toString("utf8"), /"(m0|m1|rita)"/);
  t.match(listSentOffers(group.db.orm, order.id), [{ epoch: 1, revision: 1, totalCents: 3500, sentAt: CLOSING }]);
  t.same(
    listBaskets(group.db.orm, order.id).map(({ state }) => state),
    ["locked", "locked"],
  );
  t.match(
    listMoves(group.db.orm, order.id).map(({ to }) => to),
    ["open", "closed", "sent"],
  );
});

t.test("I1 the totals are the bookings at the cut-off and what was added or cut, said line by line", async (t) => {
  const group = makeGroup(t);
  const up = booked(group, [4000, 13_000], { policies: { ...group.policies, whenCaseOpen: "up" } });
  const down = booked(group, [4000, 13_000]);
  for (const order of [up, down]) sure(closeOrder(group.buying, group.keyOf(order)));
  t.match(loadClosed(group.db.orm, up.id)?.content.lines, [
    { bookedThousandths: 17_000, remainderThousandths: 3000, stockThousandths: 3000, orderedThousandths: 20_000 },
  ]);
  t.match(loadClosed(group.db.orm, down.id)?.content.lines, [
    { bookedThousandths: 17_000, remainderThousandths: -7000, cutThousandths: 7000, orderedThousandths: 10_000 },
  ]);
});

t.test("a power cut while the order closes leaves it open, or closed and owed, at each named point", async (t) => {
  for (const point of ["order-locked", "offer-posted", "before-commit", "after-commit"]) {
    const file = `${t.testdir()}/${point}.sqlite`;
    const group = makeGroup(t, { file });
    const order = booked(group, [10_000]);
    setCrashTrap((name) => {
      if (name === point) throw new Error("the power is gone");
    });
    t.throws(() => closeOrder(group.buying, group.keyOf(order)), point);
    setCrashTrap(null);
    const after = openDatabase(file);
    const isClosed = point === "after-commit";
    t.match(loadOrder(after.orm, group.gas.id, order.id), { state: isClosed ? "sent" : "open" }, point);
    t.equal(after.raw.prepare("SELECT count(*) FROM outbox").pluck().get(), isClosed ? 1 : 0, point);
    t.equal(listSentOffers(after.orm, order.id).length, isClosed ? 1 : 0, point);
    after.raw.close();
  }
});

t.test("when the minimum is missed a person is asked, and may send it as it is", async (t) => {
  const group = makeGroup(t);
  const order = booked(group, [10_000], { policies: { ...group.policies, minimumCents: 15_000 } });
  t.match(closeOrder(group.buying, group.keyOf(order)), { state: "closed", needsPerson: "minimum" });
  t.same(outboxOf(group), []);
  t.match(sendOrder(group.buying, group.keyOf(order)), { state: "sent", needsPerson: null, revision: 1 });
});

t.test("when the minimum is missed and the group said so, the order is called off and holds no credit", async (t) => {
  const group = makeGroup(t);
  const policies = { ...group.policies, minimumCents: 15_000, whenMinimumMissed: "cancel" as const };
  const order = booked(group, [10_000], { policies });
  t.match(closeOrder(group.buying, group.keyOf(order)), { state: "cancelled", cancelReason: "minimum-missed" });
  const [basket] = listBaskets(group.db.orm, order.id);
  t.match(basket, { state: "cancelled" });
  t.match(creditOf(group.db.orm, group.gas.id, basket!.householdId), { reservedCents: 0 });
});

t.test("an order that nobody booked is called off; one in which no case is full waits for a person", async (t) => {
  const group = makeGroup(t);
  t.match(closeOrder(group.buying, group.keyOf(booked(group, []))), {
    state: "cancelled",
    cancelReason: "nobody-booked",
  });
  t.match(closeOrder(group.buying, group.keyOf(booked(group, [3000]))), {
    state: "closed",
    needsPerson: "nothing-to-order",
  });
});

t.test(
  "open cases begin their completion: only what they miss is booked, and the last of it closes the order",
  async (t) => {
    const group = makeGroup(t);
    const plan = { policies: { ...group.policies, usesCompletion: true }, completesUntil: CLOSING + DAY };
    const order = booked(group, [4000], plan, { caseMode: "complete" });
    group.clock.at = CLOSING;
    t.match(closeOrder(group.buying, group.keyOf(order)), { state: "completing" });
    const ada = group.addMember("ada");
    saveLimit(group.db.orm, { ...ada, cents: 10_000_000, personId: "rita", setAt: NOW });
    const take = (quantityThousandths: number) => {
      const wish = { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "" };
      const seenVersion = loadBasket(group.db.orm, order.id, ada.householdId)?.version ?? 0;
      return saveBasket(group.buying, { ...ada, orderId: order.id, seenVersion, wishes: [wish] });
    };
    t.match(take(7000), { refused: "above-missing", missingThousandths: 6000 });
    t.match(take(5000), { orderState: "completing" });
    t.match(take(6000), { orderState: "sent" });
    t.match(loadClosed(group.db.orm, order.id)?.content.lines, [
      { orderedThousandths: 10_000, remainderThousandths: 0 },
    ]);
  },
);

t.test("a completion without an open case is none", async (t) => {
  const group = makeGroup(t);
  t.match(completeCases(group.buying, group.keyOf(group.open())), { refused: "no-open-case" });
});

t.test("a closed order opens again with a reason, and what it was stays on record", async (t) => {
  const group = makeGroup(t);
  const order = booked(group, [10_000], { policies: { ...group.policies, sendBy: "hand" } });
  group.clock.at = CLOSING;
  sure(closeOrder(group.buying, group.keyOf(order)));
  const again = { reason: "Manca la Marta", closesAt: CLOSING + HOUR };
  t.match(reopenOrder(group.buying, group.keyOf(order), { ...again, reason: "" }), { refused: "no-reason" });
  t.match(reopenOrder(group.buying, group.keyOf(order), again), { state: "open", closedAt: null });
  t.same(
    listBaskets(group.db.orm, order.id).map(({ state }) => state),
    ["confirmed"],
  );
  group.clock.at = CLOSING + HOUR;
  sure(closeOrder(group.buying, group.keyOf(order)));
  t.equal(loadClosed(group.db.orm, order.id)?.version, 2);
  sure(sendOrder(group.buying, group.keyOf(order)));
  t.match(reopenOrder(group.buying, group.keyOf(order), again), { refused: "wrong-state" });
});

t.test("I5 an order taken back goes out again as the next revision of the same thread", async (t) => {
  const group = makeGroup(t);
  const order = booked(group, [10_000]);
  const first = sure(closeOrder(group.buying, group.keyOf(order)));
  sure(takeBackOrder(group.buying, group.keyOf(order), "Mancava una famiglia"));
  group.clock.at += 60_000;
  sure(reopenOrder(group.buying, group.keyOf(order), { reason: "Mancava una famiglia", closesAt: CLOSING + HOUR }));
  const second = sure(closeOrder(group.buying, group.keyOf(order)));
  t.match(second, { state: "sent", revision: 2, thread: first.thread });
  const [newest, oldest] = listSentOffers(group.db.orm, order.id);
  t.match([newest?.revision, oldest?.revision], [2, 1]);
  const [, message] = listThreadMessages(group.db.orm, group.gas.id, first.thread!);
  t.equal(JSON.parse(message!.bytes.toString("utf8")).object.supersedes, oldest?.offerIri);
});

t.test(
  "B16 on a cycle of which its farm says two things an order stays as it was opened, and a person sends it",
  async (t) => {
    const group = makeGroup(t);
    const order = booked(group, [10_000]);
    doubtCycle(group.db.orm, { producerId: GROVE, cycleIri: CYCLE }, NOW);
    const closed = sure(closeOrder(group.buying, group.keyOf(order)));
    t.match(closed, { state: "closed", needsPerson: "offer-doubtful", lines: order.lines });
    t.match(sure(sendOrder(group.buying, group.keyOf(order))), { state: "sent", needsPerson: null });
  },
);

t.test("an order whose pact was suspended meanwhile closes, leaves nothing, and asks a person", async (t) => {
  const group = makeGroup(t);
  const order = booked(group, [10_000]);
  group.db.raw.exec("UPDATE pact_halves SET status = 'suspended' WHERE party = 'seller'");
  t.match(closeOrder(group.buying, group.keyOf(order)), { state: "closed", needsPerson: "pact-suspended" });
  t.same(outboxOf(group), []);
  t.match(sendOrder(group.buying, group.keyOf(order)), { refused: "pact-suspended" });
});

t.test("an order that is closed is not closed again, nor edited", async (t) => {
  const group = makeGroup(t);
  const order = booked(group, [10_000]);
  sure(closeOrder(group.buying, group.keyOf(order)));
  t.match(closeOrder(group.buying, group.keyOf(order)), { refused: "wrong-state" });
  t.match(editOrder(group.buying, group.keyOf(order), { plan: { name: "Altro" } }), { refused: "wrong-state" });
});

t.test("300 households with 4,500 bookings of 200 products close quickly, the signed Offer on disk", async (t) => {
  const goods = Array.from({ length: 200 }, (_, place) =>
    offered(place + 1, `Prodotto ${place + 1}`, { unit: "one", thousandths: 1000, cents: 250 + place }),
  );
  const group = makeGroup(t, { goods, file: `${t.testdir()}/big.sqlite` });
  const order = group.open();
  transact(group.db, (tx) => {
    for (let place = 0; place < 300; place++) {
      const { actorId, householdId } = group.addMember(`m${place}`);
      const key = { orderId: order.id, householdId, actorId };
      const bookings = Array.from({ length: 15 }, (_, n) => ({
        ...{ householdId, friendId: null, toleranceThousandths: 0, note: "", bookedAt: NOW - place },
        lineNumber: ((place * 7 + n * 13) % 200) + 1,
        quantityThousandths: 1000 * ((n % 4) + 1),
      }));
      saveBasketRow(tx, {
        ...{ ...key, version: 1, state: "confirmed", pickupId: null, note: "", totalCents: 5000 },
        ...{ savedBy: null, updatedAt: NOW },
      });
      replaceBookings(tx, key, bookings);
      if (isRefusal(reserve(tx, { ...key, cents: 0 }))) t.fail("nothing to reserve");
    }
  });
  const startedAt = performance.now();
  const sent = sure(closeOrder(group.buying, group.keyOf(order)));
  const tookMs = performance.now() - startedAt;
  t.match(sent, { state: "sent" });
  t.equal(loadClosed(group.db.orm, order.id)?.content.bookings.length, 4500);
  t.equal(listSentOffers(group.db.orm, order.id)[0]?.lines.length, 200);
  t.comment(`closed in ${tookMs.toFixed(0)} ms`);
  t.ok(tookMs < 2000, `closed in ${tookMs.toFixed(0)} ms`);
});

t.test(
  "I1 what there is of a line follows the grove while the order is open: booking and closing keep to it",
  async (t) => {
    const group = makeGroup(t);
    const order = booked(group, [20_000, 10_000]);
    const follower = stockFollower(group.buying);
    const shows = (kilograms: number | null) => {
      const crates = { unit: "kilogram", thousandths: 10_000, cents: 9900 } as const;
      const copy = { ...copyOf([offered(1, "Arance", crates, kilograms && kilograms * 1000)]), sequence: 2 };
      saveCopy(group.db.orm, { actorId: group.gas.id, producerId: GROVE, cycleIri: CYCLE }, copy, group.clock.at, null);
      void follower.run(group.clock.at);
      return loadOrder(group.db.orm, group.gas.id, order.id)!.lines[0]!.goods;
    };
    t.match(shows(40), { availableThousandths: 40_000, packagePriceCents: 1750 }, "the price is the one of the order");
    const ada = group.addMember("ada");
    saveLimit(group.db.orm, { ...ada, cents: 10_000_000, personId: "rita", setAt: NOW });
    const wish = { lineNumber: 1, friendId: null, quantityThousandths: 11_000, toleranceThousandths: 0, note: "" };
    const late = saveBasket(group.buying, { ...ada, orderId: order.id, seenVersion: 0, wishes: [wish] });
    t.match(late, { refused: "not-available", leftThousandths: 10_000 });
    t.match(shows(20), { availableThousandths: 20_000 });
    group.clock.at = CLOSING;
    sure(closeOrder(group.buying, group.keyOf(order)));
    t.match(loadClosed(group.db.orm, order.id)?.content.lines, [
      { orderedThousandths: 20_000, cutThousandths: 10_000 },
    ]);
    t.match(shows(90), { availableThousandths: 20_000 }, "a closed order is as it closed");
  },
);
