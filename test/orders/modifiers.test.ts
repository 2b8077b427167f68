import fc from "fast-check";
import t from "tap";
import {
  checkModifier,
  type Measure,
  type Modifier,
  modifierCents,
  type Part,
  splitCents,
  splitModifier,
  splitModifiers,
} from "../../src/orders/modifiers.ts";
import { sum } from "./bookings.ts";

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
