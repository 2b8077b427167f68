import fc from "fast-check";
import t from "tap";
import {
  convertQuantity,
  findUnit,
  pricePerBase,
  readUnit,
  UNITS,
  unitLabel,
  unitOfWire,
  wireUnit,
} from "../../src/kernel/units.ts";
import { UNIT_ROWS } from "../../src/kernel/unitTable.ts";

t.test("every word names one unit only, and every label reads back as its unit", async (t) => {
  for (const [code, , , , it, en, aliases] of UNIT_ROWS) {
    for (const name of [code, ...it, ...en, ...aliases]) t.equal(readUnit(name), code, name);
  }
});

t.test("the words of GASdotto, Gasista Felice and PortAlGas are understood", async (t) => {
  const words = {
    Chili: "KGM",
    Kilo: "KGM",
    " KG. ": "KGM",
    PZ: "H87",
    GR: "GRM",
    HG: "HGM",
    LT: "LTR",
    ML: "MLT",
    DL: "DLT",
  };
  for (const [word, code] of Object.entries(words)) t.equal(readUnit(word), code, word);
  for (const [word, code] of Object.entries({ Cassette: "XCR", Vaschette: "XPU", Barattoli: "XJR", Unita: "H87" })) {
    t.equal(readUnit(word), code, word);
  }
  t.equal(readUnit("Non Specificato"), null);
  t.equal(readUnit(""), null);
});

t.test("one is singular, all else plural, and an unknown code stands for itself", async (t) => {
  t.equal(unitLabel("XJR", 1000, "it"), "vasetto");
  t.equal(unitLabel("XJR", 6000, "it"), "vasetti");
  t.equal(unitLabel("XJR", 1500, "en"), "jars");
  t.equal(unitLabel("HGM", 2000, "it"), "etti");
  t.equal(unitLabel("ZZ", 1000, "it"), "ZZ");
});

t.test("prices compare per kilogram, litre or piece", async (t) => {
  t.same(pricePerBase(25_000, 500_000, "GRM"), { base: "KGM", priceTenThousandths: 50_000 }, "500 g at 2.50");
  t.same(pricePerBase(22_000, 1000, "HGM"), { base: "KGM", priceTenThousandths: 220_000 });
  t.same(pricePerBase(90_000, 750_000, "MLT"), { base: "LTR", priceTenThousandths: 120_000 });
  t.same(pricePerBase(36_000, 1000, "DZN"), { base: "H87", priceTenThousandths: 3000 });
  t.same(pricePerBase(100, 3000, "KGM"), { base: "KGM", priceTenThousandths: 33 });
  t.equal(pricePerBase(36_000, 1000, "XCR"), null, "a crate of unknown content");
  t.equal(pricePerBase(36_000, 0, "KGM"), null);
  t.equal(pricePerBase(36_000, 1000, "ZZ"), null);
  t.equal(pricePerBase(10 ** 15, 1, "GRM"), null, "beyond counting");
});

t.test("quantities convert inside a base, exactly or not at all", async (t) => {
  t.equal(convertQuantity(1500, "KGM", "GRM"), 1_500_000);
  t.equal(convertQuantity(250_000, "GRM", "KGM"), 250);
  t.equal(convertQuantity(500, "GRM", "KGM"), null, "half a gram in whole grams");
  t.equal(convertQuantity(1000, "KGM", "LTR"), null);
  t.equal(convertQuantity(1000, "XCR", "KGM"), null);
  t.equal(convertQuantity(1000, "KGM", "ZZ"), null);
  t.equal(convertQuantity(7, "ZZ", "ZZ"), 7);
  fc.assert(
    fc.property(fc.nat(10 ** 9), fc.constantFrom(...UNITS), fc.constantFrom(...UNITS), (quantity, from, to) => {
      const there = convertQuantity(quantity, from.code, to.code);
      return there === null || convertQuantity(there, to.code, from.code) === quantity;
    }),
  );
});

t.test("the wire speaks om2: SI words, and one for pieces and packages", async (t) => {
  t.same(wireUnit("KGM"), { word: "kilogram", times: 1 });
  t.same(wireUnit("DTN"), { word: "kilogram", times: 100 });
  t.same(wireUnit("DZN"), { word: "one", times: 12 });
  t.same(wireUnit("XCR"), { word: "one", times: 1 });
  t.equal(wireUnit("ZZ"), null);
  t.equal(unitOfWire("om2:kilogram"), "KGM");
  t.equal(unitOfWire("http://www.ontology-of-units-of-measure.org/resource/om-2/litre"), "LTR");
  t.equal(unitOfWire("furlong"), null);
  for (const unit of UNITS) {
    const wire = wireUnit(unit.code);
    t.ok(wire && Number.isInteger(wire.times), unit.code);
    t.ok(wire && findUnit(unitOfWire(wire.word) ?? ""), unit.code);
  }
});
