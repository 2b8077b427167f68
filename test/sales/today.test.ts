// The producer's day as values: what is late, what is of today, what two cycles ask for together.
import t from "tap";
import type { SheetGoods } from "../../src/sales/productionSheet.ts";
import type { ReceivedOrder } from "../../src/sales/received.ts";
import { type DayCycle, type DayOrder, listToAnswer, planDays } from "../../src/sales/today.ts";

const NOON = Date.UTC(2026, 10, 23, 11);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function cycleAt(id: string, startAt: number, closesAt = NOON - DAY): DayCycle {
  const delivery = { number: 1, startAt, endAt: startAt + HOUR, place: "Fano", position: null };
  return { id, name: id, state: "closed", closesAt, deliveries: [delivery] };
}

function orderOf(
  cycle: DayCycle | null,
  lineIri: string,
  kilograms: number,
  change: Partial<ReceivedOrder> = {},
): DayOrder {
  const lines = [{ lineIri, unit: "kilogram", quantityThousandths: kilograms * 1000, amountCents: kilograms * 100 }];
  const offer = { offerIri: "o", digest: "", revision: 1, lines };
  const order: ReceivedOrder = {
    ...{ actorId: "farm", thread: `${cycle?.id}${lineIri}`, buyer: "gas", cycleId: cycle?.id ?? null },
    latest: { ...offer, epoch: 1, receivedAt: NOON, answer: "accepted", isCountered: false },
    ...{ counter: null, agreed: offer, agreementIri: "a", epoch: 1, sequence: 1, status: "confirmed" as const },
    ...{
      isWithdrawn: false,
      request: null,
      priceDeltaHundredthsPercent: 0,
      pickup: 1,
      waiting: [],
      doubt: null,
      paidAt: null,
    },
    ...{ createdAt: NOON, updatedAt: NOON },
    ...change,
  };
  return { order, buyerName: "GAS", cycle };
}

const named = (lineIri: string): [string, SheetGoods] => [
  lineIri,
  { lineIri, name: "Arance", sku: null, unit: "kilogram", packageThousandths: 10_000 },
];

t.test("the day is Rome's: a pickup at half past midnight is of the day that has begun there", async (t) => {
  const night = Date.UTC(2026, 10, 23, 23, 30);
  const days = planDays([orderOf(cycleAt("a", night), "1", 10)], new Map([named("1")]), NOON);
  t.equal(days.today, null);
  t.same(
    days.next.map(({ date }) => date),
    ["2026-11-24"],
  );
});

t.test("what two cycles hand over on one day is added up, and each place keeps its own", async (t) => {
  const orders = [orderOf(cycleAt("a", NOON + HOUR), "1", 10), orderOf(cycleAt("b", NOON + 2 * HOUR), "2", 5)];
  const { today } = planDays(orders, new Map([named("1"), named("2")]), NOON);
  t.same(
    today?.rows.map(({ goods, agreedThousandths }) => [goods.name, agreedThousandths]),
    [["Arance", 15_000]],
  );
  t.equal(today?.handovers.length, 2);
});

t.test("an order of yesterday is late until it is delivered; one never agreed is past", async (t) => {
  const past = cycleAt("a", NOON - DAY);
  const goods = new Map([named("1")]);
  t.equal(planDays([orderOf(past, "1", 10)], goods, NOON).late.length, 1);
  t.equal(planDays([orderOf(past, "1", 10, { status: "delivered" })], goods, NOON).late.length, 0);
  const latest = { ...orderOf(past, "1", 10).order.latest, answer: null };
  const unanswered = orderOf(past, "1", 10, { status: null, agreed: null, agreementIri: null, latest });
  t.equal(planDays([unanswered], goods, NOON).late.length, 0);
  t.equal(listToAnswer([unanswered], NOON)[0]?.answerBy, NOON - DAY, "though it still wants a word");
});

t.test("an order without a date waits for one under its own heading", async (t) => {
  const days = planDays([orderOf(null, "1", 10)], new Map([named("1")]), NOON);
  t.equal(days.undated?.handovers.length, 1);
});
