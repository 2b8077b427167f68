// Transport and discounts with their steps, as a person types them.
import fc from "fast-check";
import t from "tap";
import { readModifiers, writeModifiers } from "../../../src/orders/planning/modifierForm.ts";
import { checkModifier, type Modifier } from "../../../src/orders/planning/modifiers.ts";

type Wish = Parameters<typeof readModifiers>[0];
const FIELDS = [
  "modName",
  "modKind",
  "modValue",
  "modUnit",
  "modSplit",
  "modOn",
  "modSteps",
  "modFor",
  "modProduct",
  "modPlace",
  "modRedone",
];

/** What a browser sends of these fields: grouped by name, empty ones not at all, and line ends as browsers send them. */
function sent(fields: Readonly<Record<string, string>>): Wish {
  const wish: Record<string, Record<string, string>> = Object.fromEntries(FIELDS.map((name) => [name, {}]));
  for (const [name, text] of Object.entries(fields)) {
    const [group = "", slot = ""] = name.split(".");
    if (text !== "") wish[group]![slot] = text.replaceAll("\n", "\r\n");
  }
  return wish as Wish;
}

function read(fields: Readonly<Record<string, string>>, before: readonly Modifier[] = []) {
  const errors: Record<string, string> = {};
  const modifiers = readModifiers(sent(fields), before, errors);
  return { modifiers, errors };
}

const VAN = { "modName.1": "Furgone", "modValue.1": "30" };

t.test("a van that gets cheaper by weight: each line is from how much on, and then how much", async (t) => {
  const { modifiers, errors } = read({
    ...VAN,
    "modOn.1": "weight",
    "modSteps.1": "100 = 15\n 250,5: 7,50 \n\n1.000 0",
  });
  t.same(errors, {});
  t.match(modifiers, [
    {
      value: { cents: 3000 },
      thresholdOn: "weight",
      thresholds: [
        { from: 100_000, value: { cents: 1500 } },
        { from: 250_500, value: { cents: 750 } },
        { from: 1_000_000, value: { cents: 0 } },
      ],
    },
  ]);
});

t.test("steps are in the measure's own unit and in the unit of the amount", async (t) => {
  const steps = (on: string, unit: string) =>
    read({ ...VAN, "modUnit.1": unit, "modOn.1": on, "modSteps.1": "20 = 5" }).modifiers[0]?.thresholds;
  t.same(steps("value", "percent"), [{ from: 2000, value: { hundredthsPercent: 500 } }]);
  t.same(steps("head", "perKg"), [{ from: 20, value: { centsPerKg: 500 } }]);
  t.same(steps("quantity", "euro"), [{ from: 20_000, value: { cents: 500 } }]);
});

t.test("steps that cannot stand are told by their field", async (t) => {
  const errors = (on: string, steps: string) => read({ ...VAN, "modOn.1": on, "modSteps.1": steps }).errors;
  t.same(errors("weight", ""), { "modSteps.1": "required" });
  t.same(errors("", "100 = 15"), { "modOn.1": "required" });
  t.same(errors("weight", "cento = 15"), { "modSteps.1": "bad-format" });
  t.same(errors("weight", "100 ="), { "modSteps.1": "bad-format" });
  t.same(errors("weight", "100 = -1"), { "modSteps.1": "bad-format" });
  t.same(errors("head", "2,5 = 1"), { "modSteps.1": "bad-format" }, "no half households");
  t.same(errors("weight", "100 = 15\n100 = 10"), { "modSteps.1": "not-rising" });
  t.same(errors("weight", "0 = 15"), { "modSteps.1": "not-rising" });
});

t.test("steps whose amounts the form could not write stay as they were while nobody touches them", async (t) => {
  const old: Modifier = {
    ...{ id: "m1", name: "Furgone", kind: "transport", value: { cents: 3000 }, splitBy: "value" },
    ...{ thresholdOn: "value", thresholds: [{ from: 50_000, value: { hundredthsPercent: 0 } }] },
    isRecomputedOnDelivery: true,
  };
  t.same(read(writeModifiers([old]), [old]).modifiers, [old]);
  const touched = { ...writeModifiers([old]), "modSteps.1": "400 = 0" };
  t.match(read(touched, [old]).modifiers, [{ thresholds: [{ from: 40_000, value: { cents: 0 } }] }]);
});

const amount = fc.integer({ min: 0, max: 10_000 });
const value = (unit: string, scaled: number) =>
  unit === "euro" ? { cents: scaled } : unit === "percent" ? { hundredthsPercent: scaled } : { centsPerKg: scaled };
const modifiers = fc
  .record({
    kind: fc.constantFrom("transport", "discount", "surcharge"),
    unit: fc.constantFrom("euro", "percent", "perKg"),
    on: fc.constantFrom("head", "value", "weight", "quantity"),
    splitBy: fc.constantFrom("head", "value", "weight", "quantity"),
    base: amount,
    steps: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 5_000_000 }), amount), {
      maxLength: 8,
      selector: ([from]) => from,
    }),
  })
  .map(({ kind, unit, on, splitBy, base, steps }): Modifier => {
    const rising = steps.toSorted(([one], [other]) => one - other);
    return {
      ...{ id: "m1", name: "Voce", kind: kind as Modifier["kind"], splitBy: splitBy as Modifier["splitBy"] },
      value: value(unit, base),
      thresholdOn: steps.length === 0 ? null : (on as Modifier["splitBy"]),
      thresholds: rising.map(([from, scaled]) => ({ from, value: value(unit, scaled) })),
      isRecomputedOnDelivery: true,
    };
  });

t.test("whatever a modifier's steps are, its form reads back as the same modifier", async (t) => {
  fc.assert(
    fc.property(modifiers, (modifier) => {
      const back = read(writeModifiers([modifier]));
      t.same(back, { modifiers: [modifier], errors: {} });
      t.equal(checkModifier(modifier), null);
    }),
    { numRuns: 60 },
  );
});

t.test("from a quantity on a product's price is a new one, to four decimals; below it the order's holds", async (t) => {
  const price = {
    ...{ "modName.1": "Prezzo", "modUnit.1": "newPrice", "modProduct.1": "Arance" },
    ...{ "modOn.1": "quantity", "modSteps.1": "100 = 1,80\n500 = 1,7525" },
  };
  const { modifiers, errors } = read(price);
  t.same(errors, {});
  const value = (priceTenThousandths: number | null) => ({ priceTenThousandths });
  t.match(modifiers, [
    {
      ...{ kind: "discount", target: { product: "Arance" }, value: value(null) },
      thresholds: [
        { from: 100_000, value: value(18_000) },
        { from: 500_000, value: value(17_525) },
      ],
    },
  ]);
  t.same(read(writeModifiers(modifiers), modifiers).modifiers, modifiers);
  t.match(read({ ...price, "modValue.1": "2" }).modifiers, [{ value: value(20_000) }]);
  t.match(read({ ...price, "modOn.1": "", "modSteps.1": "" }).errors, { "modValue.1": "required" });
  t.match(read({ ...price, "modProduct.1": "" }).errors, { "modProduct.1": "required" });
  const twice = { "modName.2": "Ancora", "modValue.2": "1", "modUnit.2": "newPrice", "modProduct.2": "arance " };
  t.same(read({ ...price, ...twice }).errors, { "modProduct.2": "priced-twice" });
});

t.test("a cost of one pickup place names it", async (t) => {
  const { modifiers, errors } = read({ ...VAN, "modFor.1": "pickup", "modPlace.1": " Da Anna " });
  t.same([errors, modifiers[0]?.target], [{}, { pickup: "Da Anna" }]);
  t.same(read(writeModifiers(modifiers), modifiers).modifiers, modifiers);
  t.same(read({ ...VAN, "modFor.1": "pickup" }).errors, { "modPlace.1": "required" });
});

t.test(
  "a cost is for the whole order unless each household bears its own, or one product; and it may stay as it was",
  async (t) => {
    t.match(read(VAN).modifiers, [{ isRecomputedOnDelivery: true }]);
    t.equal(read(VAN).modifiers[0]?.target, undefined);
    t.match(read({ ...VAN, "modFor.1": "household" }).modifiers, [{ target: { each: "household" } }]);
    const ofProduct = { ...VAN, "modFor.1": "product", "modProduct.1": " Olio ", "modRedone.1": "kept" };
    const { modifiers } = read(ofProduct);
    t.match(modifiers, [{ target: { product: "Olio" }, isRecomputedOnDelivery: false }]);
    t.same(read(writeModifiers(modifiers), modifiers).modifiers, modifiers);
    t.same(read({ ...VAN, "modFor.1": "product" }).errors, { "modProduct.1": "required" });
  },
);
