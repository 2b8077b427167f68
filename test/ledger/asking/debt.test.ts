// Where what a household owes comes from: since its account was last square, undone pairs apart, what came in taken off all of it.
import t from "tap";
import { debtOf } from "../../../src/ledger/asking/debt.ts";
import type { StatementLine } from "../../../src/ledger/statement.ts";

/** Lines as a statement has them, newest first, from movements told oldest first. */
function linesOf(moves: readonly (Partial<StatementLine> & { readonly cents: number })[]): StatementLine[] {
  let balanceCents = 0;
  const lines = moves.map((move, i): StatementLine => {
    balanceCents += move.cents;
    const usual = { at: 0, valuedOn: "2026-11-23", kind: "charge", memo: "", orderId: null, reverses: null } as const;
    return { ...usual, reversedBy: null, id: i + 1, ...move, balanceCents };
  });
  return lines.reverse();
}

t.test("orders since the account was last square, the latest first, less what was there", async (t) => {
  const lines = linesOf([
    { kind: "top-up", cents: 5000 },
    { orderId: "pane", cents: -1000 },
    { orderId: "olio", cents: -4500 },
    { kind: "fee", cents: -2000 },
    { kind: "top-up", cents: 500 },
    { orderId: "arance", cents: -1200 },
  ]);
  t.same(debtOf(-3200, lines), {
    owedCents: 3200,
    parts: [
      { orderId: "arance", kind: "charge", cents: 1200 },
      { orderId: null, kind: "fee", cents: 2000 },
      { orderId: "olio", kind: "charge", cents: 4500 },
    ],
    creditCents: 4500,
  });
});

t.test("an order that was charged anew counts as it now stands; what was undone counts not at all", async (t) => {
  const lines = linesOf([
    { id: 1, orderId: "olio", cents: -4500, reversedBy: 2 },
    { id: 2, kind: "reversal", cents: 4500, reverses: 1, orderId: "olio" },
    { id: 3, orderId: "olio", cents: -4000 },
    { id: 4, kind: "fee", cents: -2000, reversedBy: 5 },
    { id: 5, kind: "reversal", cents: 2000, reverses: 4 },
  ]);
  t.match(debtOf(-4000, lines), { parts: [{ orderId: "olio", cents: 4000 }], creditCents: 0 });
  const refunded = linesOf([
    { orderId: "olio", cents: -4500 },
    { kind: "refund", cents: -100 },
    { orderId: "olio", cents: 4500 },
  ]);
  t.same(debtOf(-100, refunded).parts, [{ orderId: null, kind: "refund", cents: 100 }], "an order given back is none");
});

t.test("of a debt older than what was read the rest is not made up", async (t) => {
  const lines = linesOf([
    { orderId: "olio", cents: -4500 },
    { orderId: "pane", cents: -100 },
  ]).slice(0, 1);
  t.same(debtOf(-4600, lines), {
    owedCents: 4600,
    parts: [{ orderId: "pane", kind: "charge", cents: 100 }],
    creditCents: 0,
  });
});
