// Invoices, differences, payments, corrections; and any sequence of all of them, also two who pay at once.
import { join } from "node:path";
import fc from "fast-check";
import t, { type Test } from "tap";
import { openDatabase } from "../../src/db/open.ts";
import { type Tx, transact } from "../../src/db/transact.ts";
import { isRefusal, type Refusal } from "../../src/kernel/refusal.ts";
import { checkLedger } from "../../src/ledger/checkStore.ts";
import { creditOf } from "../../src/ledger/creditActions.ts";
import { compareVat } from "../../src/ledger/invoice.ts";
import { annualFee, moveMoney, topUp } from "../../src/ledger/moneyActions.ts";
import { type Charge, chargeOrder, orderMoney } from "../../src/ledger/orderActions.ts";
import { weighOrder } from "../../src/ledger/orderMoney.ts";
import {
  decideRequest,
  requestInvoiceCancel,
  requestMovement,
  requestRecharge,
  requestReversal,
} from "../../src/ledger/requestActions.ts";
import { listRequests } from "../../src/ledger/requestStore.ts";
import { acceptDifference, pay, recordInvoice } from "../../src/ledger/supplierActions.ts";
import { listKnownOrders, loadFigures } from "../../src/ledger/supplierStore.ts";
import { NOW, openBooks, sure } from "./books.ts";

const FARM = "https://farm.example/agrumeto";

function openDesk(test?: Test) {
  const books = openBooks(test);
  const { act, gas, db } = books;
  const who = { actorId: gas, at: NOW, personId: "tina" };
  const chargeOf = (orderId: string, cents: number, version = 1): Charge => ({
    ...{ actorId: gas, orderId, producerId: FARM, version, charges: [{ householdId: "rossi", cents }] },
    ...{ payableCents: cents, roundingCents: 0, transportCents: 0, stockCents: 0 },
  });
  const charge = (orderId: string, cents: number) =>
    act((tx) => chargeOrder(tx, { ...chargeOf(orderId, cents), ...who }));
  const invoice = (number: string, orders: { orderId: string; cents: number }[], producerId = FARM) =>
    act((tx) =>
      recordInvoice(
        tx,
        {
          ...{ producerId, number, issuedOn: "2026-11-20", dueOn: null, vat: [], orders, note: "" },
          totalCents: orders.reduce((sum, { cents }) => sum + cents, 0),
        },
        who,
      ),
    );
  const payment = (businessKey: string, orders: { orderId: string; cents: number }[]) =>
    act((tx) => pay(tx, { businessKey, producerId: FARM, till: "bank", orders, memo: "" }, who));
  const approve = (requestId: string, personId = "ugo", decision: "approved" | "rejected" | "withdrawn" = "approved") =>
    act((tx) =>
      decideRequest(tx, {
        ...{ actorId: gas, requestId, decision, personId },
        ownHouseholdId: null,
        reason: "",
        at: NOW,
      }),
    );
  const asking = { ...who, reason: "sbagliato" };
  const money = (orderId: string) => orderMoney(db.orm, gas, orderId);
  return { ...books, who, asking, chargeOf, charge, invoice, payment, approve, money };
}

t.test("one invoice over two orders makes both unpaid; one transfer pays both and both are settled", async (t) => {
  const { charge, invoice, payment, money, balance, db } = openDesk(t);
  sure(charge("arance", 10_000));
  sure(invoice("1", [{ orderId: "arance", cents: 10_000 }]));
  t.match(invoice("1", [{ orderId: "arance", cents: 1 }]), { refused: "invoice-known" });
  sure(
    invoice("2", [
      { orderId: "limoni", cents: 4000 },
      { orderId: "miele", cents: 1000 },
    ]),
  );
  t.equal(money("arance").state, "unpaid");
  t.equal(money("limoni").state, "invoiced", "the invoice came before the delivery was charged");
  sure(charge("limoni", 4000));
  t.match(payment("p", [{ orderId: "arance", cents: 10_001 }]), { refused: "not-open", openCents: 10_000 });
  const both = [
    { orderId: "arance", cents: 10_000 },
    { orderId: "limoni", cents: 4000 },
  ];
  const paid = payment("p", both);
  t.same(payment("p", both), paid, "the same form again");
  t.match(payment("q", both), { refused: "not-open", openCents: 0 }, "another form for the same orders");
  t.match([money("arance").state, money("limoni").state], ["settled", "settled"]);
  t.equal(balance({ kind: "bank" }), 14_000);
  t.equal(balance({ kind: "producer", ref: FARM }), 0);
  t.same(checkLedger(db.orm), []);
});

t.test("a credit note is taken off what is paid", async (t) => {
  const { charge, invoice, payment, money } = openDesk(t);
  sure(charge("arance", 10_000));
  sure(charge("limoni", 3000));
  sure(invoice("1", [{ orderId: "arance", cents: 10_000 }]));
  sure(payment("a", [{ orderId: "arance", cents: 10_000 }]));
  sure(invoice("2", [{ orderId: "arance", cents: -500 }]));
  t.match(money("arance"), { openCents: -500, state: "unpaid", differenceCents: -500 });
  t.match(payment("b", [{ orderId: "arance", cents: -500 }]), { refused: "not-positive" });
  const net = [
    { orderId: "arance", cents: -500 },
    { orderId: "limoni", cents: 3000 },
  ];
  sure(payment("b", net));
  t.match(money("arance"), { openCents: 0, paidCents: 9500 });
});

t.test("an invoice of another producer, or without orders or sums, is refused", async (t) => {
  const { charge, invoice, act, who } = openDesk(t);
  sure(charge("arance", 100));
  t.match(invoice("1", [{ orderId: "arance", cents: 100 }], "https://altro.example/x"), { refused: "other-producer" });
  t.match(invoice("1", []), { refused: "not-positive" });
  const wish = { ...{ producerId: FARM, number: "1", issuedOn: "2026-11-20", dueOn: null, note: "" }, totalCents: 100 };
  const record = (changes: Partial<Parameters<typeof recordInvoice>[1]>) =>
    act((tx) => recordInvoice(tx, { ...wish, vat: [], orders: [{ orderId: "arance", cents: 100 }], ...changes }, who));
  t.match(record({ orders: [{ orderId: "arance", cents: 99 }] }), { refused: "invoice-sums", missingCents: 1 });
  const line = { taxableCents: 90, vatCents: 9 };
  t.match(record({ vat: [{ ratePercent: 10, ...line }] }), { refused: "vat-sums", missingCents: 1 });
  t.match(record({ vat: [{ ratePercent: 21, ...line }] }), { refused: "bad-vat-rate" });
  const none = { invoicedCents: 0, invoicedNetCents: 0 };
  const invoiced = { ratePercent: 10, invoicedCents: 99, invoicedNetCents: 90 };
  t.same(compareVat([{ ratePercent: 10, ...line }], [{ ratePercent: 4, grossCents: 50 }]), [
    { ratePercent: 4, ...none, deliveredCents: 50, deliveredNetCents: 48, differenceCents: -50 },
    { ...invoiced, deliveredCents: 0, deliveredNetCents: 0, differenceCents: 99 },
  ]);
});

t.test("an invoice is cancelled by two people, once the difference it brought was reversed", async (t) => {
  const { charge, invoice, act, who, asking, approve, money } = openDesk(t);
  sure(charge("arance", 10_000));
  const { id } = sure(invoice("1", [{ orderId: "arance", cents: 10_032 }]));
  const difference = act((tx) => sure(acceptDifference(tx, { orderId: "arance", memo: "" }, who)));
  t.match(
    act((tx) => acceptDifference(tx, { orderId: "arance", memo: "" }, who)),
    { refused: "no-difference" },
  );
  const cancel = act((tx) => sure(requestInvoiceCancel(tx, id, asking)));
  t.match(approve(cancel.id), { refused: "difference-stands" });
  approve(act((tx) => sure(requestReversal(tx, difference.id, asking))).id);
  sure(approve(cancel.id));
  t.match(money("arance"), { state: "charged", payableCents: 10_000, invoicedCents: 0 });
  sure(invoice("1", [{ orderId: "arance", cents: 10_032 }]));
  t.match(
    act((tx) => acceptDifference(tx, { orderId: "arance", memo: "" }, who)),
    { id: 4 },
    "a second difference, after the first was reversed",
  );
});

t.test("nobody approves what they asked for, takes back what another asked for, or decides twice", async (t) => {
  const { act, asking, charge, approve, chargeOf, money, db, gas } = openDesk(t);
  sure(charge("arance", 1000));
  t.match(
    act((tx) => requestRecharge(tx, chargeOf("arance", 900, 3), asking)),
    { refused: "wrong-version" },
  );
  const { id } = act((tx) => sure(requestRecharge(tx, chargeOf("arance", 900, 2), asking)));
  t.match(
    act((tx) => requestRecharge(tx, chargeOf("arance", 900, 2), asking)),
    { refused: "already-asked" },
  );
  t.match(approve(id, "tina"), { refused: "second-person" });
  t.match(approve(id, "ugo", "withdrawn"), { refused: "second-person" });
  sure(approve(id));
  t.same(approve(id), { id }, "the same answer again");
  t.match(approve(id, "ada", "rejected"), { refused: "already-decided" });
  t.match(money("arance"), { chargedCents: 900, payableCents: 900 });
  t.equal(listRequests(db.orm, gas, true, 10).length, 0);
  const raw = (sql: string) => () => db.raw.exec(sql);
  t.throws(raw("UPDATE money_decisions SET person_id = 'tina'"), /never changed/);
  t.throws(raw("DELETE FROM money_requests"), /never deleted/);
});

t.test(
  "a refund never takes what bookings hold, a grant never what the fund has not, a deposit comes back whole",
  async (t) => {
    const { act, asking, approve, balance, gas } = openDesk(t);
    const plain = { actorId: gas, memo: "", at: NOW, personId: "tina", ownHouseholdId: null };
    sure(act((tx) => topUp(tx, { householdId: "rossi", till: "cash", cents: 1000 }, { ...plain, businessKey: "a" })));
    const refund = { kind: "refund", householdId: "rossi", from: "household", till: "cash" } as const;
    const ask = (cents: number) => act((tx) => sure(requestMovement(tx, { ...refund, cents }, asking))).id;
    t.match(approve(ask(1001)), { refused: "credit-too-low", missingCents: 1 });
    sure(approve(ask(1000)));
    t.equal(balance({ kind: "cash" }), 0);
    const direct = act((tx) => moveMoney(tx, { ...refund, cents: 1 }, { ...plain, businessKey: "b" }));
    t.ok(isRefusal(direct), "not without a second person");
    const grant = { kind: "grant", householdId: "rossi", cents: 1 } as const;
    t.match(
      act((tx) => moveMoney(tx, grant, { ...plain, businessKey: "c" })),
      { refused: "fund-too-low" },
    );
    const deposit = { kind: "deposit", householdId: "rossi", till: "bank", cents: 5000 } as const;
    sure(act((tx) => moveMoney(tx, deposit, { ...plain, businessKey: "d" })));
    const back = (cents: number) =>
      act((tx) => sure(requestMovement(tx, { ...refund, from: "deposit", cents }, asking))).id;
    t.match(approve(back(5001)), { refused: "credit-too-low" });
    sure(approve(back(5000)));
    t.equal(balance({ kind: "deposit", ref: "rossi" }), 0);
  },
);

const ORDERS = ["arance", "limoni"] as const;
const step = fc.record({
  kind: fc.constantFrom(
    "charge",
    "invoice",
    "pay",
    "top-up",
    "fee",
    "difference",
    "reversal",
    "refund",
    "recharge",
    "approve",
  ),
  orderId: fc.constantFrom(...ORDERS),
  householdId: fc.constantFrom("rossi", "bianchi"),
  cents: fc.integer({ min: -300, max: 5000 }),
  n: fc.nat({ max: 20 }),
});
type Step = { kind: string; orderId: string; householdId: string; cents: number; n: number };

/** Does one step, or is refused; never throws. */
function take(desk: ReturnType<typeof openDesk>, { kind, orderId, householdId, cents, n }: Step): unknown {
  const { act, gas, who, asking, charge, chargeOf, invoice, payment, approve, db } = desk;
  const waiting = listRequests(db.orm, gas, true, 50);
  const plain = { ...who, memo: "", businessKey: `k${n}`, ownHouseholdId: null };
  const refund = { kind: "refund", householdId, from: "household", till: "bank", cents } as const;
  const doing: Record<string, () => unknown> = {
    charge: () => charge(orderId, Math.abs(cents)),
    invoice: () => invoice(`${n}`, [{ orderId, cents }]),
    pay: () => payment(`p${n}`, [{ orderId, cents }]),
    "top-up": () => act((tx) => topUp(tx, { householdId, till: "bank", cents }, plain)),
    fee: () =>
      act((tx) => annualFee(tx, { actorId: gas, year: 2026, cents, householdIds: [householdId], memo: "" }, who)),
    difference: () => act((tx) => acceptDifference(tx, { orderId, memo: "" }, who)),
    reversal: () => act((tx) => requestReversal(tx, n, asking)),
    refund: () => act((tx) => requestMovement(tx, refund, asking)),
    recharge: () => act((tx) => requestRecharge(tx, chargeOf(orderId, Math.abs(cents), (n % 3) + 1), asking)),
    approve: () => approve(waiting[n % Math.max(1, waiting.length)]?.id ?? "", n % 5 === 0 ? "tina" : "ugo"),
  };
  return doing[kind]?.();
}

t.test(
  "I10 any sequence of charges, invoices, payments, corrections and refunds leaves a ledger that holds",
  async (t) => {
    let done = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const desk = openDesk();
        for (const one of steps) if (!isRefusal(take(desk, one))) done += 1;
        const { db, gas, money } = desk;
        const broken = checkLedger(db.orm);
        // The list in one query and the single order say the same.
        const listed = listKnownOrders(db.orm, gas, { isOpen: false, limit: 10, offset: 0 });
        const same = listed.every((one) => JSON.stringify(weighOrder(one)) === JSON.stringify(money(one.orderId)));
        const open = listKnownOrders(db.orm, gas, { isOpen: true, limit: 10, offset: 0 }).map(({ orderId }) => orderId);
        const wanted = listed.filter(({ orderId }) => money(orderId).state !== "settled").map(({ orderId }) => orderId);
        const { paidCents } = loadFigures(db.orm, gas, "arance");
        db.raw.close();
        return broken.length === 0 && same && Number.isSafeInteger(paidCents) && open.join() === wanted.join();
      }),
      { numRuns: 40 },
    );
    t.ok(done > 100, `${done} steps did something`);
  },
);

t.test(
  "A54 two tills of one ledger, paying and refunding in any order: each order is paid once, no credit is spent twice",
  async (t) => {
    const folder = t.testdir();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (s) => {
        const desk = openDesk();
        const { act, gas, charge, invoice, asking, who, db } = desk;
        sure(charge("arance", 3000));
        sure(invoice("1", [{ orderId: "arance", cents: 3000 }]));
        const plain = { ...who, memo: "", businessKey: "t", ownHouseholdId: null };
        sure(act((tx) => topUp(tx, { householdId: "bianchi", till: "bank", cents: 1000 }, plain)));
        const refund = { kind: "refund", householdId: "bianchi", from: "household", till: "bank", cents: 800 } as const;
        const ids = [1, 2].map(() => act((tx) => sure(requestMovement(tx, refund, asking))).id);
        // A second connection on the same file, as another process would have.
        const file = join(folder, `${round++}.sqlite`);
        db.raw.prepare("VACUUM INTO ?").run(file);
        const tills = [openDatabase(file), openDatabase(file)];
        const tasks: ((tx: Tx) => unknown)[] = [
          ...["a", "b"].map((businessKey) => (tx: Tx) => {
            const orders = [{ orderId: "arance", cents: 3000 }];
            return pay(tx, { businessKey, producerId: FARM, till: "bank", orders, memo: "" }, who);
          }),
          ...ids.map((requestId) => (tx: Tx) => {
            const deciding = { actorId: gas, requestId, decision: "approved", personId: "ugo" } as const;
            return decideRequest(tx, { ...deciding, ownHouseholdId: null, reason: "", at: NOW });
          }),
        ];
        const answers = await Promise.all(
          tasks
            .map((task, i) => s.schedule(Promise.resolve(), `task ${i}`).then(() => transact(tills[i % 2]!, task)))
            .concat(s.waitAll() as never),
        );
        const refused = answers
          .filter((answer): answer is Refusal => isRefusal(answer))
          .map((answer) => answer.refused);
        const { orm } = tills[0]!;
        const holds =
          checkLedger(orm).length === 0 &&
          orderMoney(orm, gas, "arance").state === "settled" &&
          creditOf(orm, gas, "bianchi").balanceCents === 200;
        for (const one of [db, ...tills]) one.raw.close();
        return holds && refused.sort().join() === "credit-too-low,not-open";
      }),
      { numRuns: 6 },
    );
  },
);
