import fc from "fast-check";
import t from "tap";
import {
  checkModifier,
  type Measure,
  type Modifier,
  markGroups,
  modifierCents,
  type Part,
  splitCents,
  splitModifier,
  splitModifiers,
} from "../../../src/orders/planning/modifiers.ts";
import { sum } from "../bookings.ts";

const MEASURES: readonly Measure[] = ["quantity", "value", "weight", "head"];

function modifier(change: Partial<Modifier> = {}): Modifier {
  return {
    id: "m",
    name: "Trasporto",
    kind: "transport",
    value: { cents: 1500 },
    thresholdOn: null,
    thresholds: [],
    splitBy: "head",
    isRecomputedOnDelivery: true,
    ...change,
  };
}

function part(householdId: string, cents: number, grams = 0, quantityThousandths = 1000): Part {
  return { householdId, quantityThousandths, cents, grams };
}

const THREE = [part("a", 1000, 3000, 3000), part("b", 2000, 1000, 1000), part("c", 3000, 0, 1000)];
const split = (change: Partial<Modifier>, parts = THREE) => Object.fromEntries(splitModifier(modifier(change), parts));

t.test(
  "8.1 among heads another group bears as much as all our households together, and these share their part",
  async (t) => {
    const heads = (groups: readonly string[]) => split({ splitBy: "head" }, markGroups(THREE, new Set(groups)));
    t.same(heads(["c"]), { a: 375, b: 375, c: 750 });
    t.same(heads(["b", "c"]), { a: 500, b: 500, c: 500 });
    t.same(heads(["a", "b", "c"]), { a: 500, b: 500, c: 500 }, "where none of ours takes anything, the groups alone");
    t.same(split({ splitBy: "value" }, markGroups(THREE, new Set(["c"]))), { a: 250, b: 500, c: 750 });
  },
);

t.test("a lump is split by head, value, weight or quantity, to the cent", async (t) => {
  t.same(split({ splitBy: "head" }), { a: 500, b: 500, c: 500 });
  t.same(split({ splitBy: "value" }), { a: 250, b: 500, c: 750 });
  t.same(split({ splitBy: "weight" }), { a: 1125, b: 375, c: 0 });
  t.same(split({ splitBy: "quantity" }), { a: 900, b: 300, c: 300 });
  t.same(split({ value: { cents: 100 } }), { a: 34, b: 33, c: 33 }, "the odd cent has its place");
});

t.test(
  "a discount is below zero, a percentage goes by the goods' value, so much per kilogram by their weight",
  async (t) => {
    t.equal(modifierCents(modifier({ kind: "discount", value: { hundredthsPercent: 250 } }), THREE), -150);
    t.same(split({ kind: "discount", value: { hundredthsPercent: 250 }, splitBy: "value" }), {
      a: -25,
      b: -50,
      c: -75,
    });
    t.equal(modifierCents(modifier({ kind: "surcharge", value: { centsPerKg: 35 } }), THREE), 140);
    t.equal(modifierCents(modifier({ kind: "discount", value: { cents: 0 } }), THREE), 0);
  },
);

t.test("from a threshold on its own value holds, at the threshold itself already", async (t) => {
  const free = {
    thresholdOn: "value",
    thresholds: [
      { from: 6000, value: { cents: 700 } },
      { from: 9000, value: { cents: 0 } },
    ],
  };
  const at = (cents: number) => modifierCents(modifier(free as Partial<Modifier>), [part("a", cents)]);
  t.same([5999, 6000, 8999, 9000].map(at), [1500, 700, 700, 0]);
  for (const [thresholdOn, from] of [
    ["quantity", 5000],
    ["weight", 4000],
    ["head", 3],
  ] as const) {
    const reached = (more: number) =>
      modifierCents(modifier({ thresholdOn, thresholds: [{ from: from + more, value: { cents: 1 } }] }), THREE);
    t.same([reached(0), reached(1)], [1, 1500], thresholdOn);
  }
});

t.test("where no weight is known a split by weight goes by head; who takes nothing bears nothing", async (t) => {
  const light = [part("a", 1000), part("b", 2000), part("none", 0, 0, 0)];
  t.same(split({ splitBy: "weight" }, light), { a: 750, b: 750 });
  t.same(split({}, []), {});
  t.same(split({}, [part("none", 0, 0, 0)]), {});
  t.same(split({ splitBy: "value" }, [part("paid", -500), part("b", 100)]), { paid: 0, b: 1500 });
  t.same(split({ splitBy: "value" }, [part("gift", 0), part("b", 0)]), { gift: 750, b: 750 });
});

t.test(
  "for each household by itself it is as much for everybody, and a household's own sum decides its step",
  async (t) => {
    const each = { target: { each: "household" } } as const;
    t.same(split({ ...each, value: { cents: 50 } }), { a: 50, b: 50, c: 50 });
    const free = { thresholdOn: "value", thresholds: [{ from: 2000, value: { cents: 0 } }] } as const;
    t.same(split({ ...each, ...free, value: { cents: 300 } }), { a: 300, b: 0, c: 0 });
    t.equal(modifierCents(modifier({ ...each, value: { cents: 50 } }), THREE), 150);
    t.same(split({ ...each, value: { cents: 50 } }, [part("none", 0, 0, 0)]), {});
  },
);

t.test("for one product only who takes it bears it, by what it takes of it", async (t) => {
  const measures = (cents: number) => ({ quantityThousandths: 1000, cents, grams: 500 });
  const parts = [
    { ...part("a", 1000), byProduct: new Map([["olio", measures(600)]]) },
    { ...part("b", 2000), byProduct: new Map([["olio", measures(300)]]) },
    part("c", 3000),
  ];
  const oil = { target: { product: "Olio " }, splitBy: "value" } as const;
  t.same(split({ ...oil, value: { cents: 900 } }, parts), { a: 600, b: 300 });
  t.equal(modifierCents(modifier({ ...oil, kind: "discount", value: { hundredthsPercent: 1000 } }), parts), -90);
  t.same(split({ ...oil, target: { product: "Miele" } }, parts), {});
  t.equal(checkModifier(modifier({ target: { product: " " } }))?.refused, "bad-target");
});

t.test("for one pickup place only who collects there bears it", async (t) => {
  const parts = [
    { ...part("a", 1000), place: "Polisportiva" },
    { ...part("b", 2000), place: "polisportiva " },
    { ...part("c", 3000), place: "Da Anna" },
    part("nowhere", 500),
  ];
  const hall = { target: { pickup: "Polisportiva" }, splitBy: "value" } as const;
  t.same(split({ ...hall, value: { cents: 900 } }, parts), { a: 300, b: 600 });
  const many = { thresholdOn: "head", thresholds: [{ from: 3, value: { cents: 0 } }] } as const;
  t.same(split({ ...hall, ...many, value: { cents: 900 } }, parts), { a: 300, b: 600 }, "two collect there, not four");
  t.same(split({ target: { pickup: "Circolo" }, value: { cents: 900 } }, parts), {});
  t.equal(checkModifier(modifier({ target: { pickup: " " } }))?.refused, "bad-target");
});

/** Oranges at 2.00 a kilogram, 1.80 from 100 kg on. */
const CHEAPER: Partial<Modifier> = {
  ...{ kind: "discount", target: { product: "Arance" }, value: { priceTenThousandths: null } },
  ...{ thresholdOn: "quantity", thresholds: [{ from: 100_000, value: { priceTenThousandths: 18_000 } }] },
};
const oranges = (householdId: string, quantityThousandths: number): Part => {
  const taken = { quantityThousandths, cents: Math.round(quantityThousandths / 5), grams: quantityThousandths };
  return { householdId, ...taken, byProduct: new Map([["arance", taken]]) };
};

t.test("over a hundred kilograms the price becomes another, each household by its own kilograms", async (t) => {
  t.same(split(CHEAPER, [oranges("a", 60_000), oranges("b", 39_999)]), {});
  t.same(split(CHEAPER, [oranges("a", 60_000), oranges("b", 40_000), part("c", 700)]), { a: -1200, b: -800 });
  const entered: Part = { ...oranges("b", 40_000), isEntered: true };
  t.same(split(CHEAPER, [oranges("a", 60_000), entered]), { a: -1200 }, "money that was entered is what it is");
  const dearer = { ...CHEAPER, value: { priceTenThousandths: 21_050 } } as const;
  t.same(split(dearer, [oranges("a", 1500)]), { a: 16 }, "1.5 kg at 2.105 are 3.16, half up");
});

t.test("a price that is kept holds for what came, though less came than it took to reach it", async (t) => {
  const booked = [oranges("a", 60_000), oranges("b", 50_000)];
  const came = [oranges("a", 60_000), oranges("b", 30_000)];
  const change = (isRecomputedOnDelivery: boolean) =>
    Object.fromEntries(splitModifiers([modifier({ ...CHEAPER, isRecomputedOnDelivery })], booked, came)[0]!.shares);
  t.same(change(false), { a: -1200, b: -600 });
  t.same(change(true), {});
});

t.test("a new price is one product's, never transport, and never an amount among its steps", async (t) => {
  const refused = (change: Partial<Modifier>) => checkModifier(modifier({ ...CHEAPER, ...change }))?.refused;
  t.equal(refused({}), undefined);
  t.equal(refused({ kind: "transport" }), "bad-target");
  t.equal(refused({ target: { pickup: "Polisportiva" } }), "bad-target");
  for (const priceTenThousandths of [-1, 0.5, 1e11]) t.equal(refused({ value: { priceTenThousandths } }), "bad-value");
  t.equal(refused({ value: { cents: 5 } }), "bad-value");
});

t.test("what is not recomputed on delivery stays as it was at closing", async (t) => {
  const kept = modifier({ isRecomputedOnDelivery: false, splitBy: "value" });
  const again = modifier({ splitBy: "value" });
  const [keptSplit, againSplit] = splitModifiers([kept, again], THREE, [part("a", 1000)]);
  t.same(
    [...keptSplit!.shares],
    [
      ["a", 250],
      ["b", 500],
      ["c", 750],
    ],
  );
  t.same([...againSplit!.shares], [["a", 1500]]);
  t.same(splitModifiers([again], THREE, null)[0]!.cents, 1500);
});

t.test("a modifier that makes no sense is refused", async (t) => {
  t.equal(checkModifier(modifier()), null);
  const refused = (change: Partial<Modifier>) => checkModifier(modifier(change))?.refused;
  const step = (from: number) => ({ from, value: { cents: 1 } });
  t.equal(refused({ name: " " }), "bad-name");
  for (const value of [{ cents: -1 }, { cents: 0.5 }, { centsPerKg: 1e9 }, { hundredthsPercent: 10_001 }])
    t.equal(refused({ value }), "bad-value");
  t.equal(refused({ thresholdOn: "head", thresholds: [{ from: 1, value: { cents: -1 } }] }), "bad-value");
  t.equal(refused({ thresholdOn: "head" }), "bad-thresholds");
  t.equal(refused({ thresholds: [step(1)] }), "bad-thresholds");
  t.equal(refused({ thresholdOn: "head", thresholds: [step(2), step(2)] }), "bad-thresholds");
  t.equal(refused({ thresholdOn: "head", thresholds: [step(0)] }), "bad-thresholds");
  t.equal(
    refused({ thresholdOn: "head", thresholds: Array.from({ length: 21 }, (_, n) => step(n + 1)) }),
    "bad-thresholds",
  );
});

t.test(
  "A52 whatever is split comes together again, nobody a cent from the exact share, in any order of names",
  async (t) => {
    const anyWeights = fc.dictionary(fc.stringMatching(/^h[0-9a-f]{1,3}$/), fc.nat(1_000_000), {
      minKeys: 1,
      maxKeys: 15,
    });
    fc.assert(
      fc.property(anyWeights, fc.integer({ min: -1_000_000, max: 1_000_000 }), (weights, cents) => {
        const names = Object.keys(weights);
        const total = sum(Object.values(weights));
        const due = total === 0 ? 0 : cents;
        const shares = splitCents(due, new Map(Object.entries(weights)));
        const again = splitCents(due, new Map(Object.entries(weights).reverse()));
        return (
          sum(shares.values()) === due &&
          shares.size === names.length &&
          JSON.stringify([...shares]) === JSON.stringify([...again]) &&
          names.every((name) => total === 0 || Math.abs(shares.get(name)! - (due * weights[name]!) / total) < 1 + 1e-6)
        );
      }),
      { numRuns: 20_000 },
    );
    t.throws(() => splitCents(1, new Map([["a", 0]])), /somebody bears it/);
  },
);

t.test("the shares of every modifier sum to what it comes to, whoever takes whatever", async () => {
  const anyPart = fc.record({
    quantityThousandths: fc.nat(9000),
    cents: fc.integer({ min: -300, max: 9000 }),
    grams: fc.nat(9000),
  });
  const anyValue = fc.oneof(
    fc.record({ cents: fc.nat(5000) }),
    fc.record({ hundredthsPercent: fc.nat(10_000) }),
    fc.record({ centsPerKg: fc.nat(500) }),
  );
  const anyModifier = fc.record({
    kind: fc.constantFrom("transport" as const, "discount" as const, "surcharge" as const),
    value: anyValue,
    splitBy: fc.constantFrom(...MEASURES),
  });
  fc.assert(
    fc.property(anyModifier, fc.array(anyPart, { maxLength: 12 }), (change, drawn) => {
      const parts = drawn.map((one, index) => ({ ...one, householdId: `h${index}` }));
      const cents = modifierCents(modifier(change), parts);
      return sum(splitModifier(modifier(change), parts).values()) === cents;
    }),
    { numRuns: 10_000 },
  );
});
