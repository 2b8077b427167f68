// What stands on both sides of an order that a group leads: the same quantities in two measures, and one sum.
import fc from "fast-check";
import t from "tap";
import { packageOf } from "../../src/catalogs/product.ts";
import { startRules } from "../../src/orders/offering.ts";
import type { Goods, OrderLine } from "../../src/orders/order.ts";
import type { LineTerms } from "../../src/sales/lineTerms.ts";
import {
  allottedText,
  chargesFor,
  deliveredText,
  isBooked,
  offeredLines,
  pairLines,
  wishesOf,
} from "../../src/sharing/shared.ts";

const CYCLE = "https://g.example/g/cycles/c1";

const ORANGES: Goods = {
  ...{ lineIri: "https://p.example/p/cycles/c9/1", productIri: "https://p.example/p/catalog/arance", name: "Arance" },
  ...{ text: "Navel", unitCode: "KGM", wireUnit: "kilogram", packageThousandths: 10_000, packagePriceCents: 1899 },
  ...{ supplierMinThousandths: 0, availableThousandths: null, gramsPerUnit: null, isVariableWeight: true },
  ...{ hasSeparateWeights: false, group: null, category: "Agrumi", vatRatePercent: 4 },
};
const HONEY: Goods = {
  ...ORANGES,
  ...{ lineIri: "https://p.example/p/cycles/c9/2", name: "Miele", unitCode: "H87", wireUnit: "one" },
  ...{ packageThousandths: 1000, packagePriceCents: 950, isVariableWeight: false, gramsPerUnit: 500 },
};

const lineOf = (goods: Goods, number: number, isOffered = true): OrderLine => ({
  ...{ number, goods, rules: startRules(goods), isOffered },
});
const ORDER = { lines: [lineOf(ORANGES, 1), lineOf(HONEY, 2)] };

/** The lines of a cycle as the others order them, and their terms. */
function cycleOf(order: { readonly lines: readonly OrderLine[] }) {
  const lines = offeredLines(order).map((line, i) => ({ ...line, number: i + 1, updatedAt: 0, withdrawnAt: null }));
  const terms = new Map(
    lines.map(({ number, goods }): [string, LineTerms] => {
      const { quantityThousandths, priceCents } = packageOf(goods.facts);
      const lineIri = `${CYCLE}/${number}`;
      const known = { lineIri, name: goods.facts.name, sku: null, unit: "kilogram", minimumThousandths: null };
      const pack = { packageThousandths: quantityThousandths, packagePriceCents: priceCents };
      return [lineIri, { ...known, ...pack, freeThousandths: null, isVariableWeight: false, hasVariants: false }];
    }),
  );
  return { lines, terms, pairs: pairLines(order, lines, terms, CYCLE) };
}

const textOf = (kilograms: number, jars: number) => [
  { lineIri: `${CYCLE}/1`, unit: "kilogram", quantityThousandths: kilograms * 1000, amountCents: kilograms * 190 },
  { lineIri: `${CYCLE}/2`, unit: "one", quantityThousandths: jars * 1000, amountCents: jars * 950 },
];

t.test("the others order in the steps of our own households, at the producer's price", async (t) => {
  const [oranges, honey] = offeredLines({ lines: [...ORDER.lines, lineOf(HONEY, 3, false)] });
  t.same(packageOf(oranges!.goods.facts), { quantityThousandths: 1000, unitCode: "KGM", priceCents: 190 });
  t.same(packageOf(honey!.goods.facts), { quantityThousandths: 1000, unitCode: "H87", priceCents: 950 });
  t.match(oranges!.goods, {
    productIri: ORANGES.lineIri,
    facts: { description: "Navel", category: "Agrumi", vatRatePercent: 4 },
  });
  t.match(honey!.goods.facts, { weightGrams: 500 });
  t.equal(offeredLines({ lines: [lineOf(HONEY, 1, false)] }).length, 0, "what is off offer is not offered on");
  // A case of six jars of 500 g for 43.88.
  const jars = { ...HONEY, unitCode: "GRM", packageThousandths: 3_000_000, packagePriceCents: 4388 };
  const byJar = { ...lineOf(jars, 1), rules: { ...startRules(jars), stepThousandths: 500_000 } };
  const [jar] = offeredLines({ lines: [byJar] });
  t.match(packageOf(jar!.goods.facts), { priceCents: 731 }, "a sixth of the case, and not the gram's price rounded");
  const { category: _, vatRatePercent: __, ...bare } = ORANGES;
  t.match(offeredLines({ lines: [lineOf(bare, 1)] })[0]!.goods.facts, { category: "", vatRatePercent: null });
});

t.test("a signed text stands in our order line by line; a line we do not know is left out", async (t) => {
  const { pairs, lines, terms } = cycleOf(ORDER);
  const wishes = wishesOf([...textOf(12, 2), { ...textOf(1, 1)[0]!, lineIri: `${CYCLE}/9` }], pairs);
  t.same(
    wishes.map((one) => [one.lineNumber, one.quantityThousandths]),
    [
      [1, 12_000],
      [2, 2000],
    ],
  );
  t.ok(isBooked(wishes, [...wishes].reverse()));
  t.ok(isBooked([], [{ lineNumber: 1, quantityThousandths: 0 }]), "nothing and none are the same");
  t.notOk(isBooked(wishes, [{ lineNumber: 1, quantityThousandths: 12_000 }]));
  t.equal(pairLines(ORDER, lines, new Map(), CYCLE).size, 0, "what a group may not see it has no part in");
  const stepless = lines.map((line) => ({
    ...line,
    goods: { ...line.goods, facts: { ...line.goods.facts, supplierStepThousandths: null } },
  }));
  t.equal(pairLines(ORDER, stepless, terms, CYCLE).size, 0);
});

t.test("nobody is promised more than was asked or than there is, and always whole packages", async (t) => {
  const { pairs } = cycleOf(ORDER);
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), fc.nat(600_000), fc.nat(600_000), (kilograms, jars, first, second) => {
      const text = textOf(kilograms, jars);
      const there = new Map([
        [1, first],
        [2, second],
      ]);
      const allotted = allottedText(text, pairs, there);
      for (const [i, line] of allotted.entries()) {
        const { quantityThousandths, amountCents } = line;
        const price = i === 0 ? 190 : 950;
        if (quantityThousandths > text[i]!.quantityThousandths || quantityThousandths > there.get(i + 1)!) return false;
        if (quantityThousandths % 1000 !== 0 || amountCents !== (quantityThousandths / 1000) * price) return false;
      }
      return true;
    }),
  );
  const [gone] = allottedText([{ ...textOf(3, 0)[0]!, lineIri: `${CYCLE}/9` }], pairs, new Map());
  t.match(gone, { quantityThousandths: 0, amountCents: 0 });
  t.equal(allottedText(textOf(3, 0), pairs, new Map())[0]!.quantityThousandths, 0);
});

t.test("what was weighed is told to the gram, and a line that nothing came of with nothing", async (t) => {
  const { pairs } = cycleOf(ORDER);
  const came = deliveredText(
    [...textOf(12, 2), { ...textOf(1, 1)[0]!, lineIri: `${CYCLE}/9` }],
    pairs,
    new Map([[1, 11_370]]),
  );
  t.same([...came.values()], [11_370, 0, 0]);
});

t.test("the note comes to what the books charge, whatever the step's price was rounded by", async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -2000, max: 2000 })),
      fc.nat(100_000),
      fc.nat(100_000),
      (shares, goods, charged) => {
        const named = shares.map((cents) => ({ name: "Trasporto", cents }));
        const charges = chargesFor(named, goods, charged, "Arrotondamento");
        return (
          goods + charges.reduce((sum, { cents }) => sum + cents, 0) === charged &&
          charges.every(({ cents }) => cents !== 0)
        );
      },
    ),
  );
  t.same(chargesFor([], 500, 500, "Arrotondamento"), []);
});
