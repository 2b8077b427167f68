// The producer's day: what wants an answer and by when, what to prepare for which pickup, what goes out today, what closes soon.
// Pure: now is an argument. EXPERIENCE 2.7.
import { romeTime } from "../kernel/time.ts";
import { type Cycle, type Delivery, takesOrders } from "./cycle.ts";
import { type SheetGoods, type SheetOrder, type SheetRow, sumUp } from "./productionSheet.ts";
import { type ReceivedOrder, type ReceivedState, stateOf } from "./received.ts";

const DAY = 86_400_000;
/** How near a closing is that the first page speaks of. */
const SOON_MS = 3 * DAY;

/** What of a cycle the day needs. */
export type DayCycle = Pick<Cycle, "id" | "name" | "state" | "closesAt" | "deliveries">;

/** A running order with its buyer and its cycle (null: from the catalog). `lines` are what it weighs now. */
export type DayOrder = {
  readonly order: ReceivedOrder;
  readonly buyerName: string;
  readonly cycle: DayCycle | null;
};

/** An order that wants a person, and until when the word is worth something (epoch ms, null: no date is known). */
export type ToAnswer = DayOrder & { readonly answerBy: number | null };

/** What is handed over at one place and time; of which there is no date, `delivery` is null. */
export type Handover = {
  readonly cycle: DayCycle | null;
  readonly delivery: Delivery | null;
  readonly orders: readonly SheetOrder[];
  readonly rows: readonly SheetRow[];
};

/** All handovers of one calendar day in Rome, the earliest first. `rows` add them up by goods; `date` null: not yet known. */
export type Day = {
  readonly date: string | null;
  readonly handovers: readonly Handover[];
  readonly rows: readonly SheetRow[];
};

/** Days by how they lie: `late` were to be handed over before today and are not marked so. */
export type Days = {
  readonly late: readonly Day[];
  readonly today: Day | null;
  readonly next: readonly Day[];
  readonly undated: Day | null;
};

/** What a person must say something about, the oldest first. */
export function listToAnswer(orders: readonly DayOrder[], now: number): ToAnswer[] {
  return orders
    .filter(({ order }) => stateOf(order) === "received" || order.request !== null || order.doubt !== null)
    .map((one) => ({ ...one, answerBy: answerBy(one, now) }))
    .sort((a, b) => a.order.latest.receivedAt - b.order.latest.receivedAt);
}

/** While a cycle is open its closing; after that the pickup itself, by which the goods must stand there. */
function answerBy({ order, cycle }: DayOrder, now: number): number | null {
  if (!cycle) return null;
  if (takesOrders(cycle, now)) return cycle.closesAt;
  return deliveryOf(cycle, order.pickup)?.startAt ?? null;
}

/** The delivery of that number; of a cycle with one delivery that one; none where it is still open which. */
export function deliveryOf(cycle: DayCycle | null, pickup: number | null): Delivery | null {
  const { deliveries = [] } = cycle ?? {};
  return deliveries.find(({ number }) => number === pickup) ?? (deliveries.length === 1 ? deliveries[0]! : null);
}

/** Open cycles that close within three days, the next first. */
export function listClosing<T extends DayCycle>(cycles: readonly T[], now: number): T[] {
  return cycles
    .filter((cycle) => takesOrders(cycle, now) && cycle.closesAt - now <= SOON_MS)
    .sort((a, b) => a.closesAt - b.closesAt);
}

const TO_PREPARE: readonly ReceivedState[] = ["received", "countered", "accepted", "confirmed", "shipped"];

/** Everything still to be handed over, by day and place. `goods` names the lines by their IRIs. */
export function planDays(orders: readonly DayOrder[], goods: ReadonlyMap<string, SheetGoods>, now: number): Days {
  const handovers = groupBy(
    orders.filter(({ order }) => TO_PREPARE.includes(stateOf(order))),
    ({ order, cycle }) => `${cycle?.id ?? ""} ${deliveryOf(cycle, order.pickup)?.number ?? ""}`,
  ).map((those) => handoverOf(those, goods));
  const days = groupBy(handovers, ({ delivery }) => dateOf(delivery) ?? "").map(dayOf);
  const dated = days.filter(({ date }) => date !== null).sort((a, b) => (a.date! < b.date! ? -1 : 1));
  const today = romeTime(now).date;
  return {
    late: dated.flatMap((day) => (day.date! < today ? withoutEmpty(day) : [])),
    today: dated.find(({ date }) => date === today) ?? null,
    next: dated.filter(({ date }) => date! > today),
    undated: days.find(({ date }) => date === null) ?? null,
  };
}

// What was never agreed is not late, it is past.
function withoutEmpty(day: Day): Day[] {
  const handovers = day.handovers.filter(({ rows }) => rows.some(({ agreedThousandths }) => agreedThousandths > 0));
  return handovers.length === 0 ? [] : [{ ...day, handovers }];
}

function dateOf(delivery: Delivery | null): string | null {
  return delivery && romeTime(delivery.startAt).date;
}

function handoverOf(those: readonly DayOrder[], goods: ReadonlyMap<string, SheetGoods>): Handover {
  const { cycle, order } = those[0]!;
  const orders = those.map((one): SheetOrder => {
    const { thread, agreed, counter, latest } = one.order;
    const lines = (agreed ?? counter ?? latest).lines;
    return { thread, buyerName: one.buyerName, state: stateOf(one.order), pickup: null, lines };
  });
  const [pickup] = sumUp(orders, goods).pickups;
  return { cycle, delivery: deliveryOf(cycle, order.pickup), orders: pickup?.orders ?? [], rows: pickup?.rows ?? [] };
}

function dayOf(handovers: readonly Handover[]): Day {
  const sorted = [...handovers].sort((a, b) => (a.delivery?.startAt ?? 0) - (b.delivery?.startAt ?? 0));
  return { date: dateOf(sorted[0]!.delivery), handovers: sorted, rows: addUp(sorted.flatMap(({ rows }) => rows)) };
}

/** The same goods of two cycles are one thing to prepare: they go by what they are called and packed. */
function addUp(rows: readonly SheetRow[]): SheetRow[] {
  const { compare } = new Intl.Collator("it");
  return groupBy(rows, ({ goods }) => `${goods.name} ${goods.unit} ${goods.packageThousandths}`)
    .map((same) => ({
      ...same[0]!,
      agreedThousandths: same.reduce((sum, row) => sum + row.agreedThousandths, 0),
      openThousandths: same.reduce((sum, row) => sum + row.openThousandths, 0),
      agreedCents: same.reduce((sum, row) => sum + row.agreedCents, 0),
    }))
    .sort((a, b) => compare(a.goods.name, b.goods.name));
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): T[][] {
  return [...Map.groupBy(all, keyOf).values()];
}
