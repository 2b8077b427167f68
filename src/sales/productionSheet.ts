// What to prepare: all groups' orders added up by product, and for each delivery who gets what. Pure.
import type { AgreedLine } from "../partners/threads/agreement.ts";
import type { ReceivedState } from "./received.ts";

/** An order as the sheet counts it. `lines` are the agreed ones, or those still waiting for an answer. */
export type SheetOrder = {
  readonly thread: string;
  readonly buyerName: string;
  readonly state: ReceivedState;
  readonly pickup: number | null;
  readonly lines: readonly AgreedLine[];
};

/** How a line is called and packed, by its IRI. */
export type SheetGoods = {
  readonly lineIri: string;
  readonly name: string;
  readonly sku: string | null;
  readonly unit: string;
  readonly packageThousandths: number;
};

/** A product with what is agreed and what is still open of it. Quantities are thousandths of the goods' unit. */
export type SheetRow = {
  readonly goods: SheetGoods;
  readonly agreedThousandths: number;
  readonly openThousandths: number;
  readonly agreedCents: number;
  /** Buyer's thread -> agreed quantity. */
  readonly byThread: ReadonlyMap<string, number>;
};

/** One delivery (null: not yet known which) with its orders and its own sums. */
type SheetPickup = {
  readonly pickup: number | null;
  readonly orders: readonly SheetOrder[];
  readonly rows: readonly SheetRow[];
};

export type ProductionSheet = { readonly rows: readonly SheetRow[]; readonly pickups: readonly SheetPickup[] };

const AGREED: readonly ReceivedState[] = ["accepted", "confirmed", "shipped", "delivered", "closed"];
const OPEN: readonly ReceivedState[] = ["received", "countered"];

/** Whether the state's quantities are to be prepared. */
export function isToPrepare(state: ReceivedState): boolean {
  return AGREED.includes(state);
}

/** The sheet over all orders; goods nobody ordered do not stand in it. Rows by name, deliveries by number, orders by buyer. */
export function sumUp(orders: readonly SheetOrder[], goods: ReadonlyMap<string, SheetGoods>): ProductionSheet {
  const counted = orders.filter(({ state }) => AGREED.includes(state) || OPEN.includes(state));
  const numbers = [...new Set(counted.map(({ pickup }) => pickup))].sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
  const byName = new Intl.Collator("it").compare;
  return {
    rows: sumRows(counted, goods, byName),
    pickups: numbers.map((pickup) => {
      const here = counted
        .filter((order) => order.pickup === pickup)
        .sort((a, b) => byName(a.buyerName, b.buyerName) || (a.thread < b.thread ? -1 : 1));
      return { pickup, orders: here, rows: sumRows(here, goods, byName) };
    }),
  };
}

function sumRows(
  orders: readonly SheetOrder[],
  goods: ReadonlyMap<string, SheetGoods>,
  byName: (a: string, b: string) => number,
): SheetRow[] {
  const rows = new Map<string, { agreed: number; open: number; cents: number; byThread: Map<string, number> }>();
  for (const { thread, state, lines } of orders)
    for (const { lineIri, quantityThousandths, amountCents } of lines) {
      const row = rows.get(lineIri) ?? { agreed: 0, open: 0, cents: 0, byThread: new Map() };
      rows.set(lineIri, row);
      if (!AGREED.includes(state)) {
        row.open += quantityThousandths;
        continue;
      }
      row.agreed += quantityThousandths;
      row.cents += amountCents;
      row.byThread.set(thread, (row.byThread.get(thread) ?? 0) + quantityThousandths);
    }
  return [...rows]
    .map(([lineIri, { agreed, open, cents, byThread }]) => ({
      goods: goods.get(lineIri) ?? unnamed(lineIri),
      agreedThousandths: agreed,
      openThousandths: open,
      agreedCents: cents,
      byThread,
    }))
    .sort((a, b) => byName(a.goods.name, b.goods.name) || (a.goods.lineIri < b.goods.lineIri ? -1 : 1));
}

// A line that was deleted since still weighs what it weighs: it stands there by its address.
function unnamed(lineIri: string): SheetGoods {
  return { lineIri, name: lineIri, sku: null, unit: "one", packageThousandths: 1000 };
}
