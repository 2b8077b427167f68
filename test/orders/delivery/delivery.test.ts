import fc from "fast-check";
import t from "tap";
import { allocateOrder } from "../../../src/orders/answers/allocate.ts";
import {
  addHandout,
  compareDelivery,
  countHandout,
  type DeliveryFacts,
  differSettlements,
  type EnteredMoney,
  type Handout,
  handOutAll,
  partsOf,
  type Settlement,
  settleDelivery,
  weighHandout,
} from "../../../src/orders/delivery/delivery.ts";
import type { AllocationPolicy } from "../../../src/orders/order.ts";
import type { Modifier } from "../../../src/orders/planning/modifiers.ts";
import { booking, sum } from "../bookings.ts";
import { line, order, policies } from "../oranges.ts";

const POLICIES: readonly AllocationPolicy[] = ["proportional", "arrival", "equal"];

/** 0.333 EUR a kilogram: every third cent is rounded. */
const THIRD = { packagePriceCents: 333, packageThousandths: 10_000 };

function handout(householdId: string, quantityThousandths: number, change: Partial<Handout> = {}): Handout {
  return { householdId, lineNumber: 1, friendId: null, quantityThousandths, weights: [], isAdded: false, ...change };
}

function facts(handouts: readonly Handout[], change: Partial<DeliveryFacts> = {}): DeliveryFacts {
  return { handouts, entered: [], arrivedByLine: new Map(), booked: [], ...change };
}

function modifier(change: Partial<Modifier> = {}): Modifier {
  const nothing = { thresholdOn: null, thresholds: [], isRecomputedOnDelivery: true } as const;
  return {
    id: "t",
    name: "Trasporto",
    kind: "transport",
    value: { cents: 500 },
    splitBy: "head",
    ...nothing,
    ...change,
  };
}

/** What the identity of a settlement misses: 0. */
function imbalance(of: Omit<Settlement, "charges" | "stock">): number {
  return of.chargedCents + of.stockCents - of.payableCents - of.transportCents - of.roundingCents;
}

t.test("a household pays what it got, each line rounded once, and the odd cents are rounding", async (t) => {
  const { charges, ...sums } = settleDelivery(
    order({ lines: [line(1, THIRD)] }),
    facts([handout("c", 1000), handout("a", 1000), handout("b", 1000)]),
  );
  t.same(
    charges.map(({ householdId, cents }) => [householdId, cents]),
    [
      ["a", 33],
      ["b", 33],
      ["c", 33],
    ],
  );
  t.same(sums, { stock: [], chargedCents: 99, stockCents: 0, payableCents: 100, transportCents: 0, roundingCents: -1 });
});

t.test("a friend's part is the friend's, but the household's line is rounded once and sums to the cent", async (t) => {
  const { charges } = settleDelivery(
    order({ lines: [line(1, THIRD)] }),
    facts([handout("a", 1500, { friendId: "zia" }), handout("a", 1500)]),
  );
  t.match(charges, [{ cents: 100, lines: [{ quantityThousandths: 3000, cents: 100 }] }]);
  t.same(
    [...charges[0]!.lines[0]!.parts],
    [
      ["", 50],
      ["zia", 50],
    ],
  );
});

t.test("pieces are weighed one by one and stay apart; no weight at all is a missing piece", async (t) => {
  const booked = handout("a", 3000);
  t.match(weighHandout(booked, [1420, 1610]), { quantityThousandths: 3030, weights: [1420, 1610] });
  t.match(weighHandout(booked, []), { quantityThousandths: 0, weights: [] });
  for (const bad of [0, -1, 0.5, 2e9]) t.same(weighHandout(booked, [1000, bad]), { refused: "bad-weight" });
  t.match(weighHandout(booked, Array(201).fill(1)), { refused: "too-many-weights", limit: 200 });
  t.match(countHandout({ ...booked, weights: [3000] }, 2000), { quantityThousandths: 2000, weights: [] });
  for (const bad of [-1, 0.5, 2e9]) t.match(countHandout(booked, bad), { refused: "bad-quantity" });
});

t.test("a household that had booked nothing is added at the counter, once", async (t) => {
  const place = { householdId: "new", lineNumber: 1, friendId: null };
  const added = addHandout(order(), [handout("a", 1000)], place, 2000);
  t.match(added, { householdId: "new", quantityThousandths: 2000, isAdded: true });
  t.same(addHandout(order(), [handout("new", 0)], place, 2000), { refused: "already-there" });
  t.same(addHandout(order(), [], { ...place, lineNumber: 9 }, 2000), { refused: "no-such-line" });
  t.match(addHandout(order(), [], place, -1), { refused: "bad-quantity" });
});

t.test(
  "what arrived and was not handed out is the GAS's stock, what was handed out beyond it is missing there",
  async (t) => {
    const arrived = { arrivedByLine: new Map([[1, 10_000]]) };
    t.match(settleDelivery(order(), facts([handout("a", 9400)], arrived)), {
      chargedCents: 1645,
      payableCents: 1750,
      stock: [{ lineNumber: 1, quantityThousandths: 600, cents: 105 }],
      roundingCents: 0,
    });
    t.match(settleDelivery(order(), facts([handout("a", 10_400)], arrived)), {
      payableCents: 1750,
      stock: [{ quantityThousandths: -400, cents: -70 }],
      roundingCents: 0,
    });
  },
);

t.test("where only money was entered that is what the goods cost, and the producer is due it", async (t) => {
  const entered = [
    { householdId: "a", cents: 2000 },
    { householdId: "b", cents: 300 },
  ];
  const settled = settleDelivery(
    order({ modifiers: [modifier({ splitBy: "value" })] }),
    facts([handout("a", 10_000), handout("c", 10_000)], { entered }),
  );
  t.match(settled.charges, [
    { householdId: "a", goodsCents: 2000, isEntered: true, lines: [] },
    { householdId: "b", goodsCents: 300, isEntered: true },
    { householdId: "c", goodsCents: 1750, isEntered: false, lines: [{ cents: 1750 }] },
  ]);
  t.match(settled, { payableCents: 4050, transportCents: 500, stockCents: 0, roundingCents: 0, chargedCents: 4550 });
});

t.test("transport goes to the carrier, discount and surcharge to the producer's account", async (t) => {
  const modifiers = [
    modifier(),
    modifier({ id: "d", kind: "discount", value: { hundredthsPercent: 1000 }, splitBy: "value" }),
    modifier({ id: "s", kind: "surcharge", value: { cents: 7 } }),
  ];
  const settled = settleDelivery(order({ modifiers }), facts([handout("a", 10_000), handout("b", 10_000)]));
  t.match(settled, { payableCents: 3500 - 350 + 7, transportCents: 500, roundingCents: 0 });
  t.match(settled.charges[0]?.modifiers, [
    { modifierId: "t", cents: 250 },
    { modifierId: "d", cents: -175 },
    { modifierId: "s", cents: 4 },
  ]);
});

t.test("from a quantity on everybody, the GAS's stock and the producer count at the new price", async (t) => {
  const price = modifier({
    ...{ kind: "discount", target: { product: "arance" }, value: { priceTenThousandths: null } },
    ...{ thresholdOn: "quantity", thresholds: [{ from: 20_000, value: { priceTenThousandths: 15_000 } }] },
  });
  const settled = settleDelivery(
    order({ modifiers: [price] }),
    facts([handout("a", 10_000), handout("b", 11_000)], { arrivedByLine: new Map([[1, 22_000]]) }),
  );
  t.match(settled, {
    payableCents: 3300,
    stock: [{ cents: 150 }],
    chargedCents: 3150,
    transportCents: 0,
    roundingCents: 0,
  });
  t.match(settled.charges, [{ cents: 1500, goodsCents: 1750 }, { cents: 1650 }]);
});

t.test("a new price holds for no line where lines of that name are counted in several units", async (t) => {
  const price = modifier({ kind: "discount", target: { product: "arance" }, value: { priceTenThousandths: 15_000 } });
  const lines = [line(1), line(2, { wireUnit: "one" })];
  const goods = [handout("a", 10_000), handout("b", 2000, { lineNumber: 2 })];
  const plain = settleDelivery(order({ lines }), facts(goods));
  t.match(settleDelivery(order({ lines, modifiers: [price] }), facts(goods)), {
    chargedCents: plain.chargedCents,
    payableCents: plain.payableCents,
    roundingCents: 0,
  });
});

t.test("the cost of a place is borne by who collects there", async (t) => {
  const hall = modifier({ target: { pickup: "Polisportiva" } });
  const placeOf = new Map([
    ["a", "Polisportiva"],
    ["b", "Da Anna"],
  ]);
  const { charges } = settleDelivery(
    order({ modifiers: [hall] }),
    facts([handout("a", 10_000), handout("b", 10_000)], { placeOf }),
  );
  t.match(charges, [
    { householdId: "a", cents: 2250 },
    { householdId: "b", cents: 1750 },
  ]);
});

t.test("who booked and got nothing still bears a cost that was kept as it was at closing", async (t) => {
  const kept = order({ modifiers: [modifier({ isRecomputedOnDelivery: false })] });
  const booked = partsOf(kept, [handout("a", 10_000), handout("gone", 10_000)]);
  const { charges } = settleDelivery(kept, facts([handout("a", 10_000)], { booked }));
  t.match(charges, [
    { householdId: "a", cents: 2000 },
    { householdId: "gone", cents: 250, goodsCents: 0, lines: [] },
  ]);
});

t.test("a correction is the difference to the cent, and balances by itself", async (t) => {
  const chosen = order({ lines: [line(1, THIRD)], modifiers: [modifier({ splitBy: "value" })] });
  const before = settleDelivery(chosen, facts([handout("a", 10_000), handout("b", 10_000), handout("gone", 1000)]));
  const after = settleDelivery(chosen, facts([handout("a", 8000), handout("b", 10_000), handout("new", 1000)]));
  const change = differSettlements(before, after);
  t.equal(imbalance(change), 0);
  t.same(
    change.charges.map((charge) => charge.householdId),
    ["a", "b", "gone", "new"],
  );
  t.equal(sum(change.charges.map((charge) => charge.cents)), change.chargedCents);
  t.same(differSettlements(after, after).charges, []);
});

t.test("what was agreed, what arrived and what was handed out stand side by side", async (t) => {
  const lines = [line(2), line(1), line(3), line(4)];
  const arrivedByLine = new Map([[1, 90_000]]);
  t.same(
    compareDelivery(
      { lines },
      new Map([
        [1, 100_000],
        [3, 5000],
      ]),
      { handouts: [handout("a", 80_000), handout("a", 1000, { lineNumber: 2 })], arrivedByLine },
    ),
    [
      { lineNumber: 1, agreedThousandths: 100_000, arrivedThousandths: 90_000, handedOutThousandths: 80_000 },
      { lineNumber: 2, agreedThousandths: 0, arrivedThousandths: 1000, handedOutThousandths: 1000 },
      { lineNumber: 3, agreedThousandths: 5000, arrivedThousandths: 0, handedOutThousandths: 0 },
    ],
  );
});

t.test("a handout or an arrival of a line that is none is a bug", async (t) => {
  t.throws(() => settleDelivery(order(), facts([handout("a", 1, { lineNumber: 9 })])), /the order has a line 9/);
  t.throws(() => settleDelivery(order(), facts([], { arrivedByLine: new Map([[9, 1]]) })), /the order has a line 9/);
});

t.test("as booked: the allocation is handed out as it is", async (t) => {
  const chosen = order({ policies: policies() });
  const allocations = allocateOrder(
    chosen,
    [booking("a", 5000), booking("b", 5000, { friendId: "f" })],
    new Map([[1, 8000]]),
  );
  t.same(handOutAll(allocations), [handout("a", 4000), handout("b", 4000, { friendId: "f" })]);
});

// Small orders from their seeds: prices below zero and zero, thirds of a cent, any amount but what was booked.
t.test("A52 what is agreed is shared and charged to the cent, in 100,000 orders", async () => {
  const anySeed = fc.tuple(
    fc.nat(8),
    fc.integer({ min: -400, max: 400 }),
    fc.nat(12_000),
    fc.nat(2),
    fc.nat(2),
    fc.nat(1e6),
  );
  fc.assert(
    fc.property(anySeed, ([households, packagePriceCents, agreed, policy, size, salt]) => {
      const packageThousandths = [1000, 333, 10_000][size]!;
      const chosen = order({
        lines: [line(1, { packagePriceCents, packageThousandths })],
        policies: policies({ allocation: POLICIES[policy]! }),
      });
      const bookings = Array.from({ length: households + 1 }, (_, index) =>
        booking(`h${index}`, 1 + ((salt * (index + 7)) % 3000), { bookedAt: (salt >> index) % 3 }),
      );
      const [allocation] = allocateOrder(chosen, bookings, new Map([[1, agreed]]));
      const settled = settleDelivery(
        chosen,
        facts(handOutAll([allocation!]), { arrivedByLine: new Map([[1, agreed]]) }),
      );
      const given = sum(allocation!.shares.map((share) => share.quantityThousandths));
      const stock = sum(settled.stock.map((one) => one.quantityThousandths));
      return (
        given + allocation!.stockThousandths === agreed &&
        stock === allocation!.stockThousandths &&
        imbalance(settled) === 0 &&
        sum(settled.charges.map((charge) => charge.cents)) === settled.chargedCents &&
        // One rounding for each household, the stock and the producer: half a cent each at most.
        Math.abs(settled.roundingCents) * 2 <= households + 3
      );
    }),
    { numRuns: 100_000 },
  );
});

const anyPrice = fc.record({
  ...{ kind: fc.constantFrom("discount" as const, "surcharge" as const), target: fc.constant({ product: "arance" }) },
  value: fc.record({ priceTenThousandths: fc.option(fc.nat(40_000), { nil: null }) }),
  thresholdOn: fc.constantFrom("quantity" as const, "weight" as const),
  thresholds: fc
    .record({ from: fc.nat(40_000), value: fc.record({ priceTenThousandths: fc.nat(40_000) }) })
    .map((one) => [one]),
  isRecomputedOnDelivery: fc.boolean(),
});

t.test("I12 charges, stock, payable, transport and rounding balance, whatever happened at the counter", async () => {
  const anyHandout = fc.record({
    householdId: fc.constantFrom("a", "b", "c", "d"),
    lineNumber: fc.constantFrom(1, 2),
    friendId: fc.constantFrom(null, "f"),
    quantityThousandths: fc.nat(20_000),
  });
  const anyModifier = fc.record({
    kind: fc.constantFrom("transport" as const, "discount" as const, "surcharge" as const),
    value: fc.oneof(fc.record({ cents: fc.nat(900) }), fc.record({ hundredthsPercent: fc.nat(3000) })),
    splitBy: fc.constantFrom("quantity" as const, "value" as const, "weight" as const, "head" as const),
    isRecomputedOnDelivery: fc.boolean(),
  });
  const anyDay = fc.record({
    handouts: fc.uniqueArray(anyHandout, {
      selector: (one) => JSON.stringify({ ...one, quantityThousandths: 0 }),
      maxLength: 16,
    }),
    entered: fc.dictionary(fc.constantFrom("a", "e"), fc.nat(5000)),
    arrived: fc.option(fc.nat(60_000), { nil: null }),
    modifiers: fc
      .tuple(fc.array(anyModifier, { maxLength: 3 }), fc.array(anyPrice, { maxLength: 1 }))
      .map(([amounts, prices]): Partial<Modifier>[] => [...amounts, ...prices]),
    price: fc.integer({ min: -300, max: 3000 }),
  });
  fc.assert(
    fc.property(anyDay, ({ handouts, entered, arrived, modifiers, price }) => {
      const chosen = order({
        lines: [line(1, THIRD), line(2, { packagePriceCents: price })],
        modifiers: modifiers.map((change, index) => modifier({ id: `m${index}`, ...change })),
      });
      const given = handouts.map((one) => ({ ...one, weights: [], isAdded: false }));
      const money: EnteredMoney[] = Object.entries(entered).map(([householdId, cents]) => ({ householdId, cents }));
      const day = (rows: readonly Handout[]) =>
        facts(rows, {
          entered: money,
          arrivedByLine: arrived === null ? new Map() : new Map([[1, arrived]]),
          booked: partsOf(chosen, [handout("a", 4000), handout("z", 1000)]),
        });
      const settled = settleDelivery(chosen, day(given));
      const whole = settled.charges.every(
        ({ cents, goodsCents, isEntered, lines, modifiers: shares }) =>
          cents === goodsCents + sum(shares.map((share) => share.cents)) &&
          (isEntered || goodsCents === sum(lines.map((one) => one.cents))) &&
          lines.every((one) => sum(one.parts.values()) === one.cents),
      );
      const again = settleDelivery(chosen, day([...given].reverse()));
      return (
        whole &&
        imbalance(settled) === 0 &&
        Math.abs(settled.roundingCents) * 2 <= handouts.length + 6 &&
        JSON.stringify(again) === JSON.stringify(settled)
      );
    }),
    { numRuns: 5000 },
  );
});
