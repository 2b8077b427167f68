// Where the money of an order stands, over every set of figures that can be.
import t from "tap";
import { type OrderFigures, weighOrder } from "../../src/ledger/orderMoney.ts";

const NONE: OrderFigures = { chargedCents: null, payableCents: null, invoicedCents: null, paidCents: 0 };
const figures = (change: Partial<OrderFigures>) => weighOrder({ ...NONE, ...change });
const state = (change: Partial<OrderFigures>) => figures(change).state;
const DELIVERED = { chargedCents: 1050, payableCents: 1000 };

t.test("what has not happened yet counts as nothing, and is told apart from an amount of nothing", async (t) => {
  t.same(figures({}), {
    ...{ chargedCents: 0, invoicedCents: 0, payableCents: 0, paidCents: 0 },
    ...{ dueCents: 0, openCents: 0, differenceCents: 0, state: "none" },
  });
  t.equal(state({ chargedCents: 0, payableCents: 0 }), "settled", "everything came short: nothing to pay");
  t.equal(state({ invoicedCents: 0 }), "paid", "an invoice its credit note took back");
  t.equal(state({ payableCents: 0 }), "none");
});

t.test("due is what the invoice says, else what was delivered; open is what is not paid of it", async (t) => {
  t.match(figures(DELIVERED), { dueCents: 1000, openCents: 1000, differenceCents: 0, state: "charged" });
  t.match(figures({ ...DELIVERED, invoicedCents: 1032 }), { dueCents: 1032, openCents: 1032, differenceCents: 32 });
  t.match(figures({ ...DELIVERED, invoicedCents: 990, paidCents: 400 }), { openCents: 590, differenceCents: -10 });
  t.match(figures({ invoicedCents: 990 }), { payableCents: 0, differenceCents: 0 }, "nothing to compare it with");
});

t.test("from nothing over charged or invoiced to unpaid, paid and settled", async (t) => {
  t.equal(state({ invoicedCents: 1000 }), "invoiced");
  t.equal(state({ ...DELIVERED, invoicedCents: 1000 }), "unpaid");
  for (const paidCents of [1, 999, 1001, -1]) {
    t.equal(state({ ...DELIVERED, paidCents }), "unpaid", `${paidCents} paid`);
    t.equal(state({ ...DELIVERED, invoicedCents: 1000, paidCents }), "unpaid", `${paidCents} paid of an invoice`);
  }
  t.equal(state({ paidCents: 500 }), "unpaid", "paid ahead: nobody knows yet what is due");
  t.equal(state({ ...DELIVERED, paidCents: 1000 }), "settled", "a small farm that writes no invoice");
  t.equal(state({ ...DELIVERED, invoicedCents: 1000, paidCents: 1000 }), "settled");
  t.equal(state({ ...DELIVERED, invoicedCents: 1032, paidCents: 1032 }), "paid", "and yet it differs");
  t.equal(state({ invoicedCents: 1000, paidCents: 1000 }), "paid", "and nobody was charged yet");
});
