// An order as its seller holds it: every message moves it, and no state escapes the table.
import fc from "fast-check";
import t from "tap";
import type { MessageOf, OrderStatus } from "../../src/partners/threads/agreement.ts";
import {
  actsOn,
  applySaid,
  hearOffer,
  hearWithdrawal,
  heldLines,
  isRunning,
  RECEIVED_STATES,
  type ReceivedOrder,
  STATUS_OF,
  stateOf,
  writeStatus,
} from "../../src/sales/received.ts";
import { FARM, NOW } from "./cycles.ts";
import { FIRST, GAS, honey, offerOf, oranges, receivedOf, THREAD } from "./orderArbitrary.ts";

const AGREEMENT = `${FARM}/agreements/77`;
const LATER = NOW + 60_000;

function accept(order: ReceivedOrder): ReceivedOrder {
  const { latest, sequence, thread } = order;
  const { offerIri, digest: offerDigest, revision, lines } = latest;
  const common = { offerIri, offerDigest, thread, revision, lines, epoch: 1, note: null };
  const message: MessageOf<"accepted"> = {
    ...common,
    kind: "accepted",
    acceptIri: `${FARM}/activities/accept${revision}`,
    agreementIri: AGREEMENT,
    sequence: sequence + 1,
    status: "accepted",
  };
  return applySaid(order, message, LATER);
}

function counter(order: ReceivedOrder, lines = [oranges(80)]): ReceivedOrder {
  const { offerIri, digest: offerDigest, revision } = order.latest;
  const about = { offerIri, offerDigest, revision, thread: THREAD, epoch: 1, note: null };
  const message: MessageOf<"countered"> = {
    ...about,
    kind: "countered",
    answerIri: `${FARM}/activities/counter${revision}`,
    answerBy: LATER + 1000,
    reason: "not-available",
    lines,
  };
  return applySaid(order, message, LATER, "cancel");
}

function reject(order: ReceivedOrder, objectIri = order.latest.offerIri): ReceivedOrder {
  const object = { objectIri, objectDigest: "d", thread: THREAD, note: null };
  return applySaid(order, { kind: "rejected", answerIri: `${FARM}/activities/no`, ...object, reason: "closed" }, LATER);
}

function say(order: ReceivedOrder, status: OrderStatus): ReceivedOrder {
  return applySaid(order, writeStatus(order, status, { updateIri: `${FARM}/u`, epoch: 1, note: null }), LATER);
}

function withdraw(order: ReceivedOrder): ReceivedOrder {
  const { offerIri, digest: offerDigest } = order.latest;
  const undoIri = `${GAS}/activities/undo`;
  return hearWithdrawal(order, { kind: "withdrawn", undoIri, offerIri, offerDigest, thread: THREAD }, "d9", LATER);
}

const revise = (order: ReceivedOrder, kilograms: number) =>
  hearOffer(order, offerOf([oranges(kilograms)], order.latest.revision + 1), "d2", FIRST, LATER);

t.test("a proposal that lapsed while the order stays held is not made twice for one revision", async (t) => {
  const countered = counter(accept(receivedOf([oranges(100)])));
  const lapsed = { ...countered, counter: null };
  t.equal(stateOf(lapsed), "accepted");
  t.notOk(actsOn(lapsed).includes("counter"));
  t.ok(actsOn(revise(lapsed, 90)).includes("counter"), "the next revision may be answered with another");
});

t.test("an order goes from received to closed, and what is agreed stays what it was", async (t) => {
  let order = receivedOf([oranges(100), honey(2)]);
  t.equal(stateOf(order), "received");
  order = accept(order);
  t.match(order, { status: "accepted", sequence: 1, agreementIri: AGREEMENT, agreed: { revision: 1 } });
  for (const status of ["confirmed", "shipped", "delivered", "closed"] as const) {
    order = say(order, status);
    t.equal(stateOf(order), status);
    t.same(order.agreed?.lines, [oranges(100), honey(2)]);
  }
  t.equal(order.sequence, 5);
  t.notOk(isRunning(order));
  t.same(actsOn(order), []);
});

t.test("6.3.4 the last accepted revision is in force until a newer one is accepted", async (t) => {
  const first = accept(receivedOf([oranges(100)]));
  const revised = revise(first, 60);
  t.equal(stateOf(revised), "received");
  t.same(revised.agreed?.lines, [oranges(100)]);
  t.same(reject(revised).agreed?.lines, [oranges(100)]);
  t.equal(stateOf(reject(revised)), "accepted");
  t.match(accept(revised), { agreed: { revision: 2, lines: [oranges(60)] }, sequence: 2, agreementIri: AGREEMENT });
});

t.test("a proposal holds its quantities until it is answered, and the larger of two is held", async (t) => {
  const proposed = counter(accept(receivedOf([oranges(120), honey(1)])));
  t.equal(stateOf(proposed), "countered");
  t.same(heldLines(proposed), [oranges(120), honey(1)]);
  t.same(heldLines(counter(receivedOf([oranges(120)]))), [oranges(80)]);
  t.same(heldLines(receivedOf([oranges(120)])), [], "nobody promised anything yet");
  t.equal(revise(proposed, 80).counter, null);
  t.same(heldLines(reject(receivedOf([oranges(120)]))), []);
});

t.test("taken back before it is confirmed an order is over; afterwards it is a question to a person", async (t) => {
  t.equal(stateOf(withdraw(receivedOf([oranges(100)]))), "cancelled");
  t.equal(stateOf(withdraw(counter(receivedOf([oranges(100)])))), "cancelled");
  const confirmed = say(accept(receivedOf([oranges(100)])), "confirmed");
  const asked = withdraw(confirmed);
  t.equal(stateOf(asked), "confirmed");
  t.ok(actsOn(asked).includes("answer-request"));
  t.equal(reject(asked, asked.request?.undoIri).request, null);
  t.match(say(asked, "cancelled"), { request: null, status: "cancelled" });
  t.same(heldLines(say(asked, "cancelled")), []);
});

t.test("an answer to an Offer that is no longer the latest does not answer the latest", async (t) => {
  const first = receivedOf([oranges(100)]);
  const revised = revise(first, 60);
  t.equal(reject(revised, first.latest.offerIri), revised);
});

t.test("I6 whatever is heard and done, only steps of the table are taken, and what is over stays over", async (t) => {
  type Step = (order: ReceivedOrder) => ReceivedOrder;
  const steps = fc.constantFrom<Step[]>(
    (order) => (actsOn(order).includes("answer") ? accept(order) : order),
    (order) => (actsOn(order).includes("answer") ? reject(order) : order),
    (order) => (actsOn(order).includes("counter") ? counter(order) : order),
    (order) => revise(order, 40),
    withdraw,
    ...(["confirm", "ship", "deliver", "close", "cancel"] as const).map(
      (act) => (order: ReceivedOrder) => (actsOn(order).includes(act) ? say(order, STATUS_OF[act]) : order),
    ),
  );
  const OVER = ["closed", "cancelled"];
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 14 }), (path) => {
      let order = receivedOf([oranges(100)]);
      for (const step of path) {
        const before = order;
        order = step(order);
        t.ok(RECEIVED_STATES.includes(stateOf(order)));
        t.ok(order.sequence >= before.sequence);
        if (before.status !== null && OVER.includes(before.status)) t.equal(order.status, before.status);
        if (before.status === "confirmed") t.same(order.agreed, before.agreed, "nothing changes once confirmed");
        t.equal(order.agreed === null, order.status === null);
      }
    }),
    { numRuns: 300 },
  );
});

/** An order in each state there is, by the shortest way. */
function inEveryState() {
  const received = receivedOf([oranges(100)]);
  const accepted = accept(received);
  const confirmed = say(accepted, "confirmed");
  const shipped = say(confirmed, "shipped");
  const delivered = say(shipped, "delivered");
  const firsts = { received, "received and countered": counter(received), rejected: reject(received), accepted };
  const overs = { closed: say(delivered, "closed"), cancelled: say(accepted, "cancelled") };
  const backs = { "taken back": withdraw(received), "taken back once accepted": withdraw(accepted) };
  const asked = { "asked back": withdraw(confirmed), "accepted and countered": counter(accepted) };
  return { ...firsts, confirmed, shipped, delivered, ...overs, ...backs, ...asked };
}

t.test("I6 every state allows its own acts and no others, and some states are over", async (t) => {
  const acts = Object.fromEntries(Object.entries(inEveryState()).map(([name, order]) => [name, actsOn(order)]));
  t.same(acts, {
    received: ["answer", "counter"],
    "received and countered": ["answer"],
    rejected: [],
    accepted: ["counter", "confirm", "cancel"],
    "accepted and countered": ["confirm", "cancel"],
    confirmed: ["ship", "deliver", "cancel", "note"],
    "asked back": ["ship", "deliver", "cancel", "note", "answer-request"],
    shipped: ["deliver", "note"],
    delivered: ["close", "note"],
    closed: [],
    cancelled: [],
    "taken back": [],
    "taken back once accepted": [],
  });
  const over = Object.entries(inEveryState()).filter(([, order]) => !isRunning(order));
  t.same(over.map(([name]) => name).sort(), [
    "cancelled",
    "closed",
    "rejected",
    "taken back",
    "taken back once accepted",
  ]);
  t.equal(stateOf(inEveryState().rejected), "rejected");
  t.match(inEveryState().rejected.latest, { answer: "rejected", lines: [oranges(100)] });
  t.match(inEveryState().accepted.latest, { answer: "accepted", lines: [oranges(100)] });
  t.same(heldLines(inEveryState()["taken back once accepted"]), [], "what was taken back is free again");
});

t.test("I6 a step that the table does not have is a bug, and is named", async (t) => {
  const { received, accepted, confirmed, shipped, closed, cancelled } = inEveryState();
  t.throws(() => say(received, "confirmed"), /only what was accepted/);
  t.throws(() => say({ ...accepted, agreed: null }, "confirmed"), /only what was accepted/);
  t.throws(() => say({ ...accepted, agreementIri: null }, "confirmed"), /only what was accepted/);
  t.throws(() => say(accepted, "shipped"), /accepted is not followed by shipped/);
  t.throws(() => say(confirmed, "closed"), /confirmed is not followed by closed/);
  t.throws(() => say(shipped, "cancelled"), /shipped is not followed by cancelled/);
  for (const over of [closed, cancelled]) t.throws(() => say(over, "confirmed"), /is not followed by/);
  t.equal(stateOf(say(confirmed, "delivered")), "delivered", "fetched at the farm: nothing was shipped");
});

t.test("whatever is said or heard, what the order waited for is answered", async (t) => {
  const waiting = (order: ReceivedOrder): ReceivedOrder => ({ ...order, waiting: ["by-hand"] });
  const received = waiting(receivedOf([oranges(100)]));
  const accepted = waiting(accept(received));
  for (const after of [accept, counter, reject, withdraw, (order: ReceivedOrder) => revise(order, 60)])
    t.same(after(received).waiting, []);
  t.same(withdraw(accepted).waiting, []);
  t.match(withdraw(accepted), { isWithdrawn: true, request: null });
  t.same(say(accepted, "confirmed").waiting, []);
  t.same(receivedOf([oranges(1)]).waiting, []);
});

t.test("our Accept of an older revision leaves the newer one as it stands, to be answered", async (t) => {
  const first = receivedOf([oranges(100)]);
  const newer: ReceivedOrder = { ...counter(revise(first, 60)), waiting: ["by-hand"] };
  const late = accept(first).agreed!;
  const { offerIri, digest: offerDigest, revision, lines } = late;
  const about = { offerIri, offerDigest, revision, lines, thread: THREAD, epoch: 1, note: null };
  const said = {
    ...about,
    kind: "accepted",
    acceptIri: `${FARM}/a`,
    agreementIri: AGREEMENT,
    sequence: 1,
    status: "accepted",
  };
  const order = applySaid(newer, said as MessageOf<"accepted">, LATER);
  t.match(order, { agreed: { revision: 1 }, latest: { revision: 2, answer: null }, waiting: ["by-hand"] });
  t.same(order.counter, newer.counter);
  t.equal(counter(first).counter?.whenSilent, "cancel");
  t.equal(applySaid(newer, counterAbout(first), LATER), newer, "and so does a proposal about it");
  t.equal(applySaid(first, counterAbout(first), LATER).counter?.whenSilent, "confirm", "unless we say otherwise");
});

function counterAbout({ latest }: ReceivedOrder): MessageOf<"countered"> {
  const { offerIri, digest: offerDigest, revision } = latest;
  const about = { offerIri, offerDigest, revision, thread: THREAD, epoch: 1, note: null };
  return { ...about, kind: "countered", answerIri: `${FARM}/c`, answerBy: LATER, reason: null, lines: [oranges(90)] };
}

t.test("of two quantities of one product the larger is held, whichever came first", async (t) => {
  t.same(heldLines(counter(accept(receivedOf([oranges(80)])), [oranges(100)])), [oranges(100)]);
  t.same(heldLines(counter(accept(receivedOf([oranges(100)])), [oranges(80)])), [oranges(100)]);
});
