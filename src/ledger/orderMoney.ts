// The money of an order, machine C: booked, charged, invoiced, paid, and what is still to do. Pure. DOMAIN section 4 C.

/** Each in cents; null where it has not happened yet. */
export type OrderFigures = {
  /** What the households were charged. */
  readonly chargedCents: number | null;
  /** What the GAS owes the producer by what was delivered, with the differences that were accepted since. */
  readonly payableCents: number | null;
  /** The invoices of the order, credit notes taken off. */
  readonly invoicedCents: number | null;
  readonly paidCents: number;
};

type MoneyState = "none" | "charged" | "invoiced" | "unpaid" | "paid" | "settled";

export type OrderMoney = {
  readonly chargedCents: number;
  readonly invoicedCents: number;
  readonly paidCents: number;
  /** By what was delivered. */
  readonly payableCents: number;
  /** What is to be paid in all: by invoice where there is one, else by what was delivered. */
  readonly dueCents: number;
  /** Still to pay; negative when too much was paid. */
  readonly openCents: number;
  /** Invoice - payable where both are known: shown, never mended by itself. */
  readonly differenceCents: number;
  readonly state: MoneyState;
};

/**
 * Where an order stands. `unpaid` once something is due and both sides know it (or part of it is paid), `paid` when the due
 * is paid, `settled` when nothing differs any more: charged, paid, and the invoice agrees with what was delivered.
 */
export function weighOrder(figures: OrderFigures): OrderMoney {
  const { chargedCents, payableCents, invoicedCents, paidCents } = figures;
  const dueCents = invoicedCents ?? payableCents ?? 0;
  const differenceCents = invoicedCents === null || payableCents === null ? 0 : invoicedCents - payableCents;
  const amounts = {
    chargedCents: chargedCents ?? 0,
    invoicedCents: invoicedCents ?? 0,
    payableCents: payableCents ?? 0,
    paidCents,
    dueCents,
    openCents: dueCents - paidCents,
    differenceCents,
  };
  return { ...amounts, state: stateOf(figures, amounts.openCents, differenceCents) };
}

function stateOf(figures: OrderFigures, openCents: number, differenceCents: number): MoneyState {
  const { chargedCents, invoicedCents, paidCents } = figures;
  const isCharged = chargedCents !== null;
  const isInvoiced = invoicedCents !== null;
  if (!isCharged && !isInvoiced && paidCents === 0) return "none";
  const isPaid = openCents === 0 && (paidCents !== 0 || (isCharged && figures.payableCents === 0) || isInvoiced);
  if (isPaid) return isCharged && differenceCents === 0 ? "settled" : "paid";
  if (paidCents !== 0 || (isCharged && isInvoiced)) return "unpaid";
  return isCharged ? "charged" : "invoiced";
}
