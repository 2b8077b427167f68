// A producer's orders over the years: which ones, and what they come to by product and by group. Pure. DOMAIN.md 2.4.
import { type AgreedLine, totalOf } from "../partners/threads/agreement.ts";
import type { SheetGoods } from "./productionSheet.ts";
import { isToBePaid, RECEIVED_STATES, type ReceivedOrder, type ReceivedState, stateOf } from "./received.ts";

/** An order with its buyer and its cycle (null: from the catalog), as history shows it. */
export type PastOrder = {
  readonly order: ReceivedOrder;
  readonly buyerName: string;
  readonly cycleName: string | null;
};

/** States whose quantities were or will be delivered: what totals count. */
const COUNTED: readonly ReceivedState[] = ["accepted", "confirmed", "shipped", "delivered", "closed"];

type GoodsTotal = {
  readonly name: string;
  readonly unit: string;
  readonly quantityThousandths: number;
  readonly cents: number;
};
type GroupTotal = { readonly name: string; readonly orders: number; readonly cents: number };

/** What the orders come to. `cents` is with VAT, as agreed; what a delivery note corrected stands in the note. */
export type HistoryTotals = {
  readonly orders: number;
  readonly cents: number;
  /** What of it the farm has marked as paid. */
  readonly paidCents: number;
  readonly goods: readonly GoodsTotal[];
  readonly groups: readonly GroupTotal[];
};

/** Adds up what is agreed of these orders: goods and groups, the largest sums first. */
export function addUpOrders(orders: readonly PastOrder[], goods: ReadonlyMap<string, SheetGoods>): HistoryTotals {
  const counted = orders.filter(({ order }) => order.agreed !== null && COUNTED.includes(stateOf(order)));
  const lines = counted.flatMap(({ order }) => order.agreed?.lines ?? []);
  const nameOf = ({ lineIri }: AgreedLine) => goods.get(lineIri)?.name ?? lineIri;
  const byGoods = Map.groupBy(lines, (line) => `${nameOf(line)} ${line.unit}`);
  const byGroup = Map.groupBy(counted, ({ order }) => order.buyer);
  const largest = <T extends { name: string; cents: number }>(all: T[]) =>
    all.sort((a, b) => b.cents - a.cents || (a.name < b.name ? -1 : 1));
  return {
    orders: counted.length,
    cents: totalOf(lines),
    paidCents: totalOf(counted.flatMap(({ order }) => (order.paidAt === null ? [] : (order.agreed?.lines ?? [])))),
    goods: largest(
      [...byGoods.values()].map((same) => ({
        name: nameOf(same[0]!),
        unit: same[0]!.unit,
        quantityThousandths: same.reduce((sum, line) => sum + line.quantityThousandths, 0),
        cents: totalOf(same),
      })),
    ),
    groups: largest(
      [...byGroup.values()].map((same) => ({
        name: same[0]!.buyerName,
        orders: same.length,
        cents: totalOf(same.flatMap(({ order }) => order.agreed?.lines ?? [])),
      })),
    ),
  };
}

/** The chips of a list of orders: what is wanted of the producer, what runs, what is over. */
const ORDER_CHIPS: Readonly<Record<string, readonly ReceivedState[]>> = {
  waiting: ["received"],
  preparing: ["countered", "accepted", "confirmed"],
  delivering: ["shipped", "delivered"],
  over: ["closed"],
  fallen: ["rejected", "cancelled"],
};

/** What money is due for and has not come. */
const UNPAID = "unpaid";

/** Whether an order belongs to a chip; one that wants a person belongs to the first whatever its state. */
export function belongsTo(chip: string, order: ReceivedOrder): boolean {
  const wantsPerson = order.request !== null || order.doubt !== null;
  if (chip === "waiting" && wantsPerson) return true;
  if (chip === UNPAID) return isToBePaid(order) && order.paidAt === null;
  return (ORDER_CHIPS[chip] ?? RECEIVED_STATES).includes(stateOf(order));
}

/** The names of the chips, in the order they are shown. */
export const ORDER_CHIP_NAMES = [...Object.keys(ORDER_CHIPS), UNPAID];
