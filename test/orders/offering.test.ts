// What a group starts from when it takes over a producer's line.
import t from "tap";
import { startRules } from "../../src/orders/offering.ts";
import { goods } from "./oranges.ts";

t.test("a crate of kilograms is shared out kilogram by kilogram, with a warning while it is open", async (t) => {
  t.match(startRules(goods()), { stepThousandths: 1000, minThousandths: 1000, caseMode: "warn" });
});

t.test("a tin of oil, a bag of flour and a jar are taken whole", async (t) => {
  const tin = goods({ unitCode: "LTR", packageThousandths: 5000 });
  const bag = goods({ unitCode: "KGM", packageThousandths: 5000 });
  const grams = goods({ unitCode: "GRM", packageThousandths: 500_000 });
  const jar = goods({ unitCode: "H87", packageThousandths: 1000 });
  for (const one of [tin, bag, grams, jar])
    t.match(startRules(one), { stepThousandths: one.packageThousandths, caseMode: "none" });
});
