import fc from "fast-check";
import t from "tap";
import { formatDecimal, parseDecimal, parseWrittenDecimal, scaleNumber } from "../../src/kernel/decimal.ts";
import {
  amountCents,
  changeUnitPrice,
  formatEuros,
  formatUnitPrice,
  parseEuros,
  parseUnitPrice,
} from "../../src/kernel/money.ts";

t.test("an amount on the wire reads back to the same cents", async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1 - 10 ** 13, max: 10 ** 13 - 1 }),
      (cents) => parseEuros(formatEuros(cents)) === cents,
    ),
  );
  t.equal(formatEuros(1750), "17.50");
  t.equal(formatEuros(-5), "-0.05");
  t.equal(parseEuros("17.5"), 1750);
  t.equal(parseEuros("-0"), 0);
});

t.test("a unit price keeps its four decimals and shows at least two", async (t) => {
  fc.assert(fc.property(fc.nat(), (price) => parseUnitPrice(formatUnitPrice(price)) === price));
  t.equal(formatUnitPrice(17_500), "1.75");
  t.equal(formatUnitPrice(125), "0.0125");
  t.equal(parseUnitPrice("1.75500"), 17_550, "zeros beyond the fourth decimal say nothing");
});

t.test("what is no decimal string is refused, not guessed", async (t) => {
  for (const text of ["", "1,50", "1.", ".5", "01", "1e3", " 1", "1.005", "+1", "0x10", "123456789012", "NaN", "١"]) {
    t.equal(parseDecimal(text, 2), null, text);
  }
});

t.test("a line is rounded once, half-up", async (t) => {
  t.equal(amountCents(1000, 12_550), 126, "1 x 1.255 EUR");
  t.equal(amountCents(333, 30_000), 100, "0.333 x 3 EUR = 0.999");
  t.equal(amountCents(100, 45), 0, "0.1 x 0.0045 EUR");
  t.equal(amountCents(0, 99), 0);
});

t.test("a reversal cancels its line exactly, and no cent hides in a big line", async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 ** 8 }), (quantity, price) => {
      const cents = amountCents(quantity, price);
      const exact = BigInt(quantity) * BigInt(price);
      const errorTwice = 2n * (BigInt(cents) * 100_000n - exact);
      return cents + amountCents(-quantity, price) === 0 && errorTwice <= 100_000n && errorTwice > -100_000n;
    }),
  );
});

t.test("a pact's percentage changes a price by half-up rounding, and 0 % leaves it", async (t) => {
  t.equal(changeUnitPrice(10_000, -250), 9750);
  t.equal(changeUnitPrice(333, 1500), 383, "0.0333 EUR + 15 % = 0.038295");
  fc.assert(fc.property(fc.nat(), (price) => changeUnitPrice(price, 0) === price));
});

t.test("numbers as Italian and English files write them", async (t) => {
  const italian: [string, number | null][] = [
    ["12,50", 125_000],
    ["€ 1.234,5", 12_345_000],
    ["1.234", 12_340_000],
    ["12.50", 125_000],
    [" 3 ", 30_000],
    ["- 2,00 €", -20_000],
    ["−1", -10_000],
    ["007", 70_000],
    ["0,00005", 1],
    ["0,00004", 0],
    ["-0,00001", 0],
    ["12,5o", null],
    ["1,234.50", null],
    ["1.23.4", null],
    ["", null],
    ["1234567890123", null],
  ];
  for (const [text, expected] of italian) t.equal(parseWrittenDecimal(text, 4, ","), expected, `it ${text}`);
  t.equal(parseWrittenDecimal("1,234.5", 4, "."), 12_345_000);
  t.equal(parseWrittenDecimal("1'234.5", 4, "."), 12_345_000);
  t.equal(parseWrittenDecimal("12,5", 4, "."), 125_000, "a comma that parts no thousands is a decimal mark");
});

t.test("a spreadsheet's float becomes the decimal it shows", async (t) => {
  t.equal(scaleNumber(0.1 + 0.2, 4), 3000);
  t.equal(scaleNumber(1.005, 2), 101);
  t.equal(scaleNumber(-2.5, 4), -25_000);
  t.equal(scaleNumber(1e-7, 4), 0);
  t.equal(scaleNumber(1e12, 4), null);
  t.equal(scaleNumber(Number.NaN, 4), null);
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }), (scaled) => {
      const text = formatDecimal(scaled, 4);
      return scaleNumber(Number(text), 4) === scaled && parseWrittenDecimal(text.replace(".", ","), 4, ",") === scaled;
    }),
  );
});
