// Arbitrary price lists, as a producer's catalog might hold them: the material of the round trips.
import fc from "fast-check";
import { cleanLine, cleanText } from "../../src/exchange/plainText.ts";
import {
  type Amount,
  CASE_MODES,
  CERTIFICATION_KINDS,
  isUsableSku,
  type ListedProduct,
  type Modifier,
  type Party,
  settleProducts,
} from "../../src/exchange/priceList.ts";
import { UNITS } from "../../src/kernel/units.ts";
import { VAT_RATES_PERCENT } from "../../src/kernel/vat.ts";

/** The same value on ordinary prototypes, which fast-check's records do not have. */
export function plain<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

/** Text as a person may type it: formulas, quotes, separators, entities, line ends, emoji. */
const typed = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    '=1+1;"',
    "-5%",
    "'=a",
    'a;b\n"c"',
    "Pane & <b>olio</b> &amp; sale",
    "+39",
    "@x",
    "\tx",
    "＝A1",
    "None",
  ),
);
const text = typed.map((value) => cleanText(value, 5000));
const line = typed.map((value) => cleanLine(value, 200));
const namePart = fc.stringMatching(/^[A-Za-zàèìòù']{1,12}$/);
const unit = fc.constantFrom(...UNITS.map(({ code }) => code));
const quantity = fc.option(fc.integer({ min: 1, max: 10 ** 9 }));
const date = fc
  .integer({ min: 0, max: 20_000 })
  .map((days) => new Date(Date.UTC(2000, 0, 1) + days * 86_400_000).toISOString().slice(0, 10));

const certification = fc.record({
  kind: fc.constantFrom(...CERTIFICATION_KINDS),
  body: fc.option(namePart),
  operatorCode: fc.option(namePart),
  validUntil: fc.option(date),
});
const amount: fc.Arbitrary<Amount> = fc.oneof(
  fc.record({ cents: fc.nat(10 ** 6) }),
  fc.record({ hundredthsPercent: fc.nat(10_000) }),
);

/** Costs and discounts of the "GDXP 2" dialect. */
const modifier: fc.Arbitrary<Modifier> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("shipping" as const, "discount" as const),
    adds: fc.boolean(),
    fixed: amount,
    thresholdOn: fc.constant(null),
    thresholds: fc.constant<Modifier["thresholds"]>([]),
  }),
  fc.record({
    kind: fc.constantFrom("shipping" as const, "discount" as const),
    adds: fc.boolean(),
    fixed: fc.constant(null),
    thresholdOn: fc.constantFrom("price" as const, "quantity" as const, "weight" as const),
    thresholds: fc.array(fc.record({ fromThousandths: fc.nat(10 ** 9), amount }), { minLength: 1, maxLength: 4 }),
  }),
);

const product: fc.Arbitrary<ListedProduct> = fc
  .record({
    row: fc.constant(0),
    sku: fc.option(line.filter((value) => value !== "" && isUsableSku(value))),
    name: line.filter((value) => value !== ""),
    description: text,
    ingredients: text,
    origin: text,
    storage: text,
    category: line.filter((value) => !/^non specificato$/i.test(value)),
    saleUnitCode: unit,
    content: fc.option(fc.record({ quantityThousandths: fc.integer({ min: 1, max: 10 ** 8 }), unitCode: unit })),
    isVariableWeight: fc.boolean(),
    hasSeparateWeights: fc.boolean(),
    priceTenThousandths: fc.nat(10 ** 9),
    priceUnitCode: unit,
    vatRatePercent: fc.option(fc.constantFrom(...VAT_RATES_PERCENT)),
    stepThousandths: quantity,
    minThousandths: quantity,
    advisedMaxThousandths: quantity,
    maxThousandths: quantity,
    caseThousandths: quantity,
    caseMode: fc.option(fc.constantFrom(...CASE_MODES)),
    supplierMinThousandths: quantity,
    supplierStepThousandths: quantity,
    globalMinThousandths: quantity,
    availableThousandths: fc.option(fc.nat(10 ** 9)),
    alertAtThousandths: quantity,
    bookedThousandths: fc.option(fc.nat(10 ** 9)),
    depositCents: fc.option(fc.nat(10_000)),
    transportTenThousandths: fc.option(fc.integer({ min: 1, max: 10 ** 6 })),
    weightGrams: fc.option(fc.nat(10 ** 6)),
  })
  .chain((fields) =>
    fc.record({
      ...(Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, fc.constant(value)])) as {
        [Key in keyof typeof fields]: fc.Arbitrary<(typeof fields)[Key]>;
      }),
      variants: fc.array(fc.record({ name: namePart, values: fc.array(namePart, { minLength: 1, maxLength: 3 }) }), {
        maxLength: 2,
      }),
      certifications: fc.array(certification, { maxLength: 3 }),
      seasonMonths: fc
        .uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 11 })
        .map((months) => months.sort((one, other) => one - other)),
      availableFrom: fc.option(date),
      availableTo: fc.option(date),
      isActive: fc.boolean(),
      modifiers: fc.array(modifier, { maxLength: 2 }),
      doubts: fc.constant([]),
    }),
  );

/** The costs and discounts of a supplier. */
export const modifiers = fc.array(modifier, { maxLength: 3 });

/** A list whose products have codes of their own and doubts as a reader settles them; rows count from `firstRow`. */
export const products = (firstRow: number): fc.Arbitrary<ListedProduct[]> =>
  fc
    .uniqueArray(product, { minLength: 1, maxLength: 12, selector: ({ sku }) => sku ?? Symbol("none") })
    .map((list) => settleProducts(list.map((one, index) => ({ ...one, row: firstRow + index }))));

/** A supplier or a GAS. */
export const party: fc.Arbitrary<Party> = fc.record({
  name: line,
  vatNumber: fc.option(fc.constant("01234567897")),
  taxCode: fc.option(fc.constant("RSSMRA70A01H501S")),
  street: line,
  locality: line,
  zipCode: fc.constantFrom("", "62029"),
  contacts: fc.array(
    fc.record({
      kind: fc.constantFrom("phoneNumber" as const, "emailAddress" as const, "webSite" as const),
      value: fc.constantFrom("0733 000000", "podere@example.org", "https://podere.example.org"),
    }),
    { maxLength: 3 },
  ),
  note: text,
});
