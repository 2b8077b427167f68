// Credit, reservations and the charge of an order: what a household may spend, and who owes what once goods were handed out.
import fc from "fast-check";
import t, { type Test } from "tap";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { creditOf, release, reserve } from "../../src/ledger/creditActions.ts";
import { saveLimit } from "../../src/ledger/creditStore.ts";
import { chargeOrder, orderMoney } from "../../src/ledger/orderActions.ts";
import { weighOrder } from "../../src/ledger/orderMoney.ts";
import { post } from "../../src/ledger/postActions.ts";
import { NOW, openBooks, sure } from "./books.ts";

const FARM = "https://farm.example/agrumeto";

/** Two households; the first has 50 euro. */
function openFano(test?: Test) {
  const books = openBooks(test);
  const { act, gas, movement } = books;
  const postings = [
    { account: { kind: "household", ref: "rossi" }, cents: 5000 },
    { account: { kind: "bank" }, cents: -5000 },
  ] as const;
  act((tx) => sure(post(tx, movement({ postings }))));
  const credit = (householdId = "rossi") => creditOf(books.db.orm, gas, householdId);
  const hold = (householdId: string, orderId: string, cents: number) =>
    act((tx) => reserve(tx, { actorId: gas, householdId, orderId, cents }));
  const charge = (changes: Partial<Parameters<typeof chargeOrder>[1]> = {}) =>
    act((tx) =>
      chargeOrder(tx, {
        actorId: gas,
        orderId: "arance",
        producerId: FARM,
        version: 1,
        at: NOW,
        personId: "tesoriera",
        charges: [
          { householdId: "rossi", cents: 2001 },
          { householdId: "bianchi", cents: 1000 },
        ],
        payableCents: 2900,
        transportCents: 300,
        stockCents: 200,
        roundingCents: 1,
        ...changes,
      }),
    );
  const money = () => orderMoney(books.db.orm, gas, "arance");
  return { ...books, credit, hold, charge, money };
}

t.test("I11 a booking holds credit, and one cent more than there is free is refused and changes nothing", async (t) => {
  const { credit, hold } = openFano(t);
  t.equal(hold("rossi", "arance", 3000), null);
  t.match(credit(), { balanceCents: 5000, reservedCents: 3000, freeCents: 2000 });
  t.match(hold("rossi", "pane", 2001), { refused: "credit-too-low", missingCents: 1 });
  t.equal(hold("rossi", "pane", 2000), null);
  t.match(hold("rossi", "arance", 3001), { refused: "credit-too-low", missingCents: 1 });
  t.equal(credit().freeCents, 0);
  t.equal(hold("rossi", "arance", 10), null, "less is always taken");
  t.equal(hold("rossi", "arance", 0), null);
  t.equal(credit().reservedCents, 2000);
});

t.test(
  "a limit lets a household go below zero, its own before the rule for all; whoever is below may still give back",
  async (t) => {
    const { act, gas, hold, credit } = openFano(t);
    const limit = (householdId: string | null, cents: number | null) =>
      act((tx) => saveLimit(tx, { actorId: gas, householdId, cents, personId: null, setAt: NOW }));
    t.match(hold("bianchi", "arance", 1), { refused: "credit-too-low" });
    limit(null, 1000);
    t.equal(hold("bianchi", "arance", 1000), null);
    limit("bianchi", 200);
    t.equal(credit("bianchi").freeCents, -800);
    t.equal(hold("bianchi", "arance", 900), null, "less than before, though still beyond the limit");
    t.match(hold("bianchi", "pane", 1), { refused: "credit-too-low", missingCents: 701 });
    limit("bianchi", null);
    t.equal(credit("bianchi").limitCents, 1000);
  },
);

t.test(
  "a charge takes from the households, owes the producer, keeps stock and transport, and frees what was held",
  async (t) => {
    const { hold, charge, credit, balance, db, money } = openFano(t);
    hold("rossi", "arance", 2500);
    hold("rossi", "pane", 500);
    const made = sure(charge());
    t.same(charge(), made, "the same again: the same answer");
    t.match(credit(), { balanceCents: 2999, reservedCents: 500 });
    t.equal(balance({ kind: "household", ref: "bianchi" }), -1000, "what was taken home is owed, credit or not");
    t.equal(balance({ kind: "producer", ref: FARM }), 2900);
    t.equal(balance({ kind: "stock" }), -200);
    t.match(money(), { chargedCents: 3001, payableCents: 2900, dueCents: 2900, state: "charged" });
    t.same(checkLedger(db.orm), []);
  },
);

t.test("a charge whose parts do not add up is refused and holds on to the reservations", async (t) => {
  const { hold, charge, credit, money } = openFano(t);
  hold("rossi", "arance", 2500);
  t.match(charge({ roundingCents: 2 }), { refused: "unbalanced", sumCents: 1 });
  t.equal(credit().reservedCents, 2500);
  t.equal(money().state, "none");
});

t.test("a delivered order is corrected by a reversal and a new charge, on the word of two people", async (t) => {
  const { charge, balance, db, money } = openFano(t);
  sure(charge());
  const correction = { version: 2, charges: [{ householdId: "rossi", cents: 3001 }] };
  t.match(charge(correction), { refused: "second-person" });
  t.match(charge({ ...correction, approvedBy: "tesoriera" }), { refused: "second-person" });
  t.match(charge({ ...correction, version: 3, approvedBy: "vice" }), { refused: "wrong-version", next: 2 });
  const corrected = charge({ ...correction, approvedBy: "vice" });
  t.same(charge({ ...correction, approvedBy: "vice" }), corrected);
  t.equal(balance({ kind: "household", ref: "rossi" }), 1999);
  t.equal(balance({ kind: "household", ref: "bianchi" }), 0);
  t.equal(balance({ kind: "producer", ref: FARM }), 2900);
  t.match(charge({ charges: [] }), { refused: "unbalanced" }, "the first version cannot be told anew");
  t.match(money(), { chargedCents: 3001, state: "charged" });
  t.same(checkLedger(db.orm), []);
});

t.test("an order of which nothing came is charged with nothing, and is done with", async (t) => {
  const { hold, charge, credit, money } = openFano(t);
  hold("rossi", "arance", 2500);
  const nothing = { charges: [], payableCents: 0, transportCents: 0, stockCents: 0, roundingCents: 0 };
  t.same(charge(nothing), { id: null });
  t.same(charge(nothing), { id: null });
  t.equal(credit().reservedCents, 0);
  t.equal(money().state, "settled");
});

t.test("an order that is cancelled lets go of one household's credit, or of everybody's", async (t) => {
  const { act, gas, hold, credit } = openFano(t);
  hold("rossi", "arance", 100);
  hold("rossi", "pane", 200);
  act((tx) => release(tx, { actorId: gas, orderId: "arance", householdId: "bianchi" }));
  t.equal(credit().reservedCents, 300);
  act((tx) => release(tx, { actorId: gas, orderId: "arance" }));
  t.equal(credit().reservedCents, 200);
});

t.test("machine C: charge and invoice come in either order, then to pay, paid, settled", async (t) => {
  const none = { chargedCents: null, payableCents: null, invoicedCents: null, paidCents: 0 };
  const charged = { ...none, chargedCents: 1100, payableCents: 1000 };
  const both = { ...charged, invoicedCents: 1000 };
  t.equal(weighOrder(none).state, "none");
  t.equal(weighOrder(charged).state, "charged");
  t.equal(weighOrder({ ...none, invoicedCents: 1000 }).state, "invoiced");
  t.match(weighOrder(both), { state: "unpaid", openCents: 1000, differenceCents: 0 });
  t.equal(weighOrder({ ...both, paidCents: 999 }).state, "unpaid");
  t.equal(weighOrder({ ...both, paidCents: 1001 }).state, "unpaid", "too much is not settled either");
  t.equal(weighOrder({ ...both, paidCents: 1000 }).state, "settled");
  t.match(weighOrder({ ...both, invoicedCents: 1032, paidCents: 1032 }), { state: "paid", differenceCents: 32 });
  t.equal(
    weighOrder({ ...none, invoicedCents: 1000, paidCents: 1000 }).state,
    "paid",
    "before the delivery was charged",
  );
  t.equal(weighOrder({ ...charged, paidCents: 1000 }).state, "settled", "a small farm that writes no invoice");
});

t.test("I11 any sequence of top-ups, bookings and releases: nobody ever holds more than they have", async () => {
  const step = fc.record({
    kind: fc.constantFrom("top-up" as const, "hold" as const, "release" as const),
    householdId: fc.constantFrom("rossi", "bianchi"),
    orderId: fc.constantFrom("arance", "pane", "olio"),
    cents: fc.integer({ min: 0, max: 4000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { act, gas, hold, credit, movement, db } = openFano();
      let isKept = true;
      for (const [i, { kind, householdId, orderId, cents }] of steps.entries()) {
        if (kind === "hold") hold(householdId, orderId, cents);
        if (kind === "release") act((tx) => release(tx, { actorId: gas, orderId, householdId }));
        if (kind === "top-up") {
          const postings = [
            { account: { kind: "household", ref: householdId }, cents },
            { account: { kind: "cash" }, cents: -cents },
          ] as const;
          act((tx) => post(tx, movement({ businessKey: `t${i}`, postings })));
        }
        isKept &&= credit("rossi").freeCents >= 0 && credit("bianchi").freeCents >= 0;
      }
      db.raw.close();
      return isKept;
    }),
    { numRuns: 40 },
  );
});
