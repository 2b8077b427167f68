// A supplier's invoice: its sums, and its VAT beside what was delivered. Pure.
import type { Refusal } from "../kernel/refusal.ts";
import { isVatRate, splitGross } from "../kernel/vat.ts";

/** One rate of an invoice; percent, cents. */
export type VatLine = { readonly ratePercent: number; readonly taxableCents: number; readonly vatCents: number };

/** What was delivered at one rate, VAT included, in cents. */
export type DeliveredVat = { readonly ratePercent: number; readonly grossCents: number };

/** An invoice as typed. Days "YYYY-MM-DD"; a credit note is negative throughout. */
export type InvoiceWish = {
  readonly producerId: string;
  readonly number: string;
  readonly issuedOn: string;
  readonly dueOn: string | null;
  readonly totalCents: number;
  readonly vat: readonly VatLine[];
  readonly orders: readonly { readonly orderId: string; readonly cents: number }[];
  readonly note: string;
};

/** Why an invoice cannot stand as it is: `no-orders`, `invoice-sums` (its orders, `vat-sums` its VAT, do not make its total), `bad-vat-rate`. */
export function checkInvoice(
  wish: InvoiceWish,
): Refusal<"not-positive" | "no-orders" | "invoice-sums" | "vat-sums" | "bad-vat-rate"> | null {
  const { totalCents, vat, orders } = wish;
  if (totalCents === 0) return { refused: "not-positive" };
  if (orders.length === 0) return { refused: "no-orders" };
  const ordersCents = orders.reduce((sum, { cents }) => sum + cents, 0);
  if (ordersCents !== totalCents)
    return { refused: "invoice-sums", totalCents, ordersCents, missingCents: totalCents - ordersCents };
  const bad = vat.find(({ ratePercent }) => !isVatRate(ratePercent));
  if (bad) return { refused: "bad-vat-rate", ratePercent: bad.ratePercent };
  const vatCents = vat.reduce((sum, line) => sum + line.taxableCents + line.vatCents, 0);
  if (vat.length > 0 && vatCents !== totalCents)
    return { refused: "vat-sums", totalCents, vatCents, missingCents: totalCents - vatCents };
  return null;
}

/** One rate, invoiced and delivered, in cents: with VAT, and what of it is net. */
export type VatDifference = {
  readonly ratePercent: number;
  readonly invoicedCents: number;
  readonly invoicedNetCents: number;
  /** Null where the rates of what was delivered are not known. */
  readonly deliveredCents: number | null;
  readonly deliveredNetCents: number | null;
  readonly differenceCents: number | null;
};

/** Invoice and delivery side by side, rate by rate: shown to the treasurer, never mended by itself. DOMAIN section 4 C. */
export function compareVat(vat: readonly VatLine[], delivered: readonly DeliveredVat[] | null): VatDifference[] {
  const rates = new Set([...vat, ...(delivered ?? [])].map(({ ratePercent }) => ratePercent));
  return [...rates]
    .sort((a, b) => a - b)
    .map((ratePercent) => {
      const isSame = (line: { ratePercent: number }) => line.ratePercent === ratePercent;
      const invoicedNetCents = vat.filter(isSame).reduce((sum, line) => sum + line.taxableCents, 0);
      const invoicedCents = vat.filter(isSame).reduce((sum, line) => sum + line.vatCents, invoicedNetCents);
      const invoiced = { ratePercent, invoicedCents, invoicedNetCents };
      if (delivered === null)
        return { ...invoiced, deliveredCents: null, deliveredNetCents: null, differenceCents: null };
      const deliveredCents = delivered.filter(isSame).reduce((sum, { grossCents }) => sum + grossCents, 0);
      const deliveredNetCents = splitGross(deliveredCents, ratePercent).netCents;
      return { ...invoiced, deliveredCents, deliveredNetCents, differenceCents: invoicedCents - deliveredCents };
    });
}
