// The grove's answers: accepted, countered, refused, cancelled, late, twice; and what the group says back.
import t from "tap";
import { openOrderLane } from "../../src/activitypub/laneStore.ts";
import { raiseEpoch } from "../../src/db/facts.ts";
import { creditOf } from "../../src/ledger/creditActions.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import type { AgreedSnapshot } from "../../src/orders/answers/allotActions.ts";
import {
  confirmByHand,
  markVerified,
  refuseCounter,
  takeCounter,
  weighCounter,
} from "../../src/orders/answers/answerActions.ts";
import { saveBasket } from "../../src/orders/booking/basketActions.ts";
import { ordersClockTasks } from "../../src/orders/clockActions.ts";
import { closeOrder, takeBackOrder } from "../../src/orders/closeActions.ts";
import { listCounters, listDeliveryNotes, loadAgreement, loadDealing } from "../../src/orders/dealingStore.ts";
import { listPortions } from "../../src/orders/delivery/deliveryStore.ts";
import type { Policies } from "../../src/orders/order.ts";
import { loadOrder, loadSnapshot } from "../../src/orders/store.ts";
import { answerNote, cancelOrder } from "../../src/orders/withdrawActions.ts";
import { listThreadMessages } from "../../src/partners/threads/threadStore.ts";
import { HOUR, makeGroup, NOW, sure } from "./group.ts";
import { crates, makeGrove } from "./grove.ts";

/** An order of 100 kg by two households, 60 and 40, sent to the grove. */
function sentOrder(test: Parameters<typeof makeGroup>[0], policies: Partial<Policies> = {}) {
  const group = makeGroup(test);
  const order = group.open({ policies: { ...group.policies, ...policies } });
  const households = [60_000, 40_000].map((quantityThousandths, place) => {
    const who = group.addMember(`m${place}`);
    saveLimit(group.db.orm, { ...who, cents: 100_000, personId: "rita", setAt: NOW });
    const wish = { lineNumber: 1, friendId: null, quantityThousandths, toleranceThousandths: 0, note: "" };
    sure(saveBasket(group.buying, { ...who, orderId: order.id, seenVersion: 0, wishes: [wish] }));
    return who.householdId;
  });
  sure(closeOrder(group.buying, group.keyOf(order)));
  const { orm } = group.db;
  const now = () => loadOrder(orm, group.gas.id, order.id)!;
  const said = () =>
    listThreadMessages(orm, group.gas.id, now().thread!).map(({ kind, direction }) => `${direction} ${kind}`);
  const shares = () =>
    households.map(
      (id) => listPortions(orm, order.id).find(({ householdId }) => householdId === id)?.allocatedThousandths,
    );
  return { group, id: order.id, key: group.keyOf(order), orm, grove: makeGrove(group), now, said, shares, households };
}

t.test(
  "I17 a counter heard while a restore asks partners waits for that, and is then taken by itself or left to the person",
  async (t) => {
    for (const [kilograms, end] of [
      [80, { revision: 2, needsPerson: null }],
      [70, { revision: 1, needsPerson: "counter" }],
    ] as const) {
      const { grove, id, now, group, orm, key } = sentOrder(t, { acceptShortPercent: 80 });
      const minute = () =>
        ordersClockTasks(group.buying)
          .find(({ name }) => name.includes("a restore held"))!
          .run(NOW);
      raiseEpoch(orm, 1);
      await grove.counter(id, [crates(kilograms)]);
      minute();
      t.match(now(), { revision: 1, needsPerson: "counter" }, "while it is held nothing is promised");
      t.match(takeCounter(group.buying, key), { refused: "asking-partners" }, "nor by a person");
      t.match(refuseCounter(group.buying, key, "Troppo poco"), { refused: "asking-partners" });
      openOrderLane(orm, group.gas.id);
      minute();
      minute();
      t.match(now(), end, `${kilograms} kg`);
    }
  },
);

t.test("I2 accepted as it was sent: the order is confirmed, and each household gets what it booked", async (t) => {
  const { grove, id, now, shares, orm } = sentOrder(t);
  t.match(await grove.accept(id), { status: 202, outcome: "applied" });
  t.match(now(), { state: "confirmed", needsPerson: null });
  t.match(loadAgreement(orm, id), { revision: 1, status: "accepted", totalCents: 17_500 });
  t.same(shares(), [60_000, 40_000]);
  t.match(loadSnapshot<AgreedSnapshot>(orm, id, 2), { version: 1, isWhole: true, content: { totalCents: 17_500 } });
});

t.test("a counter within the group's policy is taken at once, and the next revision says so", async (t) => {
  const { grove, id, now, shares, orm, said } = sentOrder(t, { acceptShortPercent: 80 });
  await grove.counter(id, [crates(80)]);
  t.match(now(), { state: "sent", revision: 2, needsPerson: null });
  t.same(said(), ["out order", "in countered", "out order"]);
  t.match(listCounters(orm, id), [{ revision: 1, state: "taken" }]);
  await grove.accept(id);
  t.match(now(), { state: "confirmed" });
  t.same(shares(), [48_000, 32_000], "80 kg agreed on 100: each gets four fifths");
});

t.test(
  "I2 a counter beyond the policy waits for a person, who takes it; members hold only the credit they need",
  async (t) => {
    const { grove, id, now, shares, orm, key, group, households } = sentOrder(t);
    await grove.counter(id, [crates(50)]);
    t.match(now(), { state: "sent", revision: 1, needsPerson: "counter" });
    t.match(weighCounter(orm, now()), { verdict: { verdict: "ask", reasons: [{ why: "too-short" }] } });
    t.match(takeCounter(group.buying, key), { revision: 2, state: "sent", needsPerson: null });
    await grove.accept(id);
    t.same(shares(), [30_000, 20_000]);
    t.match(creditOf(orm, group.gas.id, households[0]!), { reservedCents: 5250 });
    t.match(takeCounter(group.buying, key), { refused: "no-counter" });
  },
);

t.test("a counter that is not taken withdraws the order, and the grove hears it", async (t) => {
  const { grove, id, now, key, group, said, orm, households } = sentOrder(t);
  await grove.counter(id, [crates(10)]);
  t.match(refuseCounter(group.buying, key, ""), { refused: "no-reason" });
  t.match(refuseCounter(group.buying, key, "Troppo poco"), { state: "cancelled", cancelReason: "Troppo poco" });
  t.same(said(), ["out order", "in countered", "out withdrawn"]);
  t.match(creditOf(orm, group.gas.id, households[0]!), { reservedCents: 0 });
  t.match(listCounters(orm, id), [{ state: "refused" }]);
  t.equal(now().needsPerson, null);
});

t.test("a counter after an Accept leaves what is in force; not taking it keeps that", async (t) => {
  const { grove, id, now, key, group, said } = sentOrder(t);
  await grove.accept(id);
  await grove.counter(id, [crates(50)]);
  t.match(now(), { state: "confirmed", needsPerson: "counter" });
  t.match(refuseCounter(group.buying, key, ""), { state: "confirmed", needsPerson: null });
  t.same(said(), ["out order", "in accepted", "in countered"]);
});

t.test("a counter whose time is over is not taken; a dearer one never by itself", async (t) => {
  const { grove, id, now, key, group } = sentOrder(t, { acceptShortPercent: 1 });
  await grove.counter(id, [{ ...crates(100), amountCents: 99_999 }], NOW + HOUR);
  t.match(now(), { needsPerson: "counter", revision: 1 });
  t.match(takeCounter(group.buying, key), { refused: "counter-unfit" });
  group.clock.at = NOW + 2 * HOUR;
  t.match(takeCounter(group.buying, key), { refused: "counter-lapsed" });
});

t.test("a refused order is closed again with the reason, and a person is told", async (t) => {
  const { grove, id, now, orm } = sentOrder(t);
  await grove.reject(id, "not-available");
  t.match(now(), { state: "closed", needsPerson: "refused" });
  t.match(loadDealing(orm, id).offer, { refusedFor: "not-available" });
});

t.test("the grove calls it off: nobody owes anything, and the reason is kept", async (t) => {
  const { grove, id, now, orm, group, households } = sentOrder(t);
  await grove.accept(id);
  await grove.status(id, "cancelled", { note: "Grandine" });
  t.match(now(), { state: "cancelled", cancelReason: "Grandine" });
  t.match(creditOf(orm, group.gas.id, households[1]!), { reservedCents: 0 });
});

t.test("I16 an Accept that crosses our withdrawal brings nothing back", async (t) => {
  const { grove, id, now, key, group } = sentOrder(t);
  sure(cancelOrder(group.buying, key, "Abbiamo cambiato idea"));
  await grove.accept(id);
  t.match(now(), { state: "cancelled" });
  t.match(cancelOrder(group.buying, key, "Ancora"), { refused: "wrong-state" });
});

t.test("a confirmed order is withdrawn only if the grove agrees", async (t) => {
  const { grove, id, now, key, group, said } = sentOrder(t);
  await grove.accept(id);
  await grove.status(id, "confirmed");
  t.match(cancelOrder(group.buying, key, "Siamo in pochi"), { state: "confirmed", needsPerson: "undo-asked" });
  t.match(cancelOrder(group.buying, key, "Siamo in pochi"), { refused: "undo-asked" });
  t.equal(said().at(-1), "out withdrawn");
  const undo = listThreadMessages(group.db.orm, group.gas.id, now().thread!).at(-1)!;
  await grove.reject(id, "refused-by-producer", undo.activityIri, undo.digest);
  t.match(now(), { state: "confirmed", needsPerson: "undo-refused" });
});

t.test("I5 an order taken back stays agreed as it was until the next revision is", async (t) => {
  const { grove, id, now, key, group, orm } = sentOrder(t);
  const first = grove.lastOffer(id);
  sure(takeBackOrder(group.buying, key, "Un errore"));
  t.match(await grove.send(grove.acceptance(first)), { outcome: "applied" });
  t.match(now(), { state: "closed" });
  t.match(loadAgreement(orm, id), { revision: 1 });
});

t.test(
  "I7 the same Accept twice changes nothing; another text under its number is a conflict that a person sees",
  async (t) => {
    const { grove, id, now, orm } = sentOrder(t);
    const accept = grove.acceptance(grove.lastOffer(id));
    const letter = grove.sign(accept);
    t.match(await grove.deliver(letter), { status: 202 });
    t.match(await grove.deliver(letter), { status: 200 });
    t.match(loadSnapshot(orm, id, 2), { version: 1 });
    const other = { ...accept, acceptIri: `${accept.acceptIri}b`, note: "Diverso" };
    t.match(await grove.send(other), { status: 409, outcome: "refused" });
    t.match(now(), { state: "confirmed", needsPerson: "to-verify" });
  },
);

t.test("I2 an Accept of other goods than were sent is refused and agrees nothing", async (t) => {
  const { grove, id, now, orm } = sentOrder(t);
  const accept = { ...grove.acceptance(grove.lastOffer(id)), lines: [crates(90)] };
  t.match(await grove.send(accept), { status: 422, outcome: "refused" });
  t.match(now(), { state: "sent" });
  t.equal(loadAgreement(orm, id), undefined);
});

t.test("I18 an answer to a text that was never ours is refused", async (t) => {
  const { grove, id, now } = sentOrder(t);
  const accept = { ...grove.acceptance(grove.lastOffer(id)), offerDigest: "0".repeat(64) };
  t.match(await grove.send(accept), { status: 422 });
  t.match(now(), { state: "sent" });
});

t.test("I6 a state that comes too late is stale; the goods' way is told in order", async (t) => {
  const { grove, id, orm } = sentOrder(t);
  await grove.accept(id);
  await grove.status(id, "shipped", { sequence: 9 });
  t.match(loadAgreement(orm, id), { status: "shipped", sequence: 9 });
  t.match(await grove.status(id, "confirmed", { sequence: 5 }), { status: 200 });
  t.match(loadAgreement(orm, id), { status: "shipped", sequence: 9 });
});

t.test("a delivery note is kept, replaced by a later one, and answered with a signature", async (t) => {
  const { grove, id, orm, key, group, said } = sentOrder(t);
  await grove.accept(id);
  await grove.note(id, [crates(90)]);
  await grove.note(id, [crates(100)], 2);
  const [note, ...others] = listDeliveryNotes(orm, id);
  t.same(others, []);
  t.match(note, { sequence: 2, fulfilments: [{ quantityThousandths: 100_000 }] });
  const answer = { documentIri: note!.documentIri, isAccepted: false, text: "" };
  t.match(answerNote(group.buying, key, answer), { refused: "no-reason" });
  t.match(answerNote(group.buying, key, { ...answer, text: "Una cassa è marcia" }), { answered: "disputed" });
  t.match(answerNote(group.buying, key, { ...answer, isAccepted: true }), { answered: "accepted" });
  t.match(answerNote(group.buying, key, { ...answer, isAccepted: true }), { refused: "note-answered" });
  t.same(said().slice(-2), ["out note-disputed", "out note-accepted"]);
});

t.test("a grove that said yes by phone: the referente confirms what was sent", async (t) => {
  const { key, group, shares, now, grove, id } = sentOrder(t);
  t.match(confirmByHand(group.buying, key), { state: "confirmed" });
  t.same(shares(), [60_000, 40_000]);
  await grove.accept(id);
  t.match(now(), { state: "confirmed", needsPerson: null }, "its signed Accept may still come");
  t.match(markVerified(group.buying, key), { refused: "nothing-to-verify" });
});
