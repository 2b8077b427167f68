// Our list of an order beside what its seller offers now.
import t from "tap";
import { alignedLines, compareOffer } from "../../src/orders/offerChanges.ts";
import { startRules } from "../../src/orders/offering.ts";
import type { Goods, OrderLine } from "../../src/orders/order.ts";

const goods = (name: string): Goods => ({
  ...{ lineIri: `https://p.example/p/cycles/c1/${name}`, productIri: `https://p.example/p/catalog/${name}`, name },
  ...{ text: "", unitCode: "H87", wireUnit: "one", packageThousandths: 1000, packagePriceCents: 950 },
  ...{ supplierMinThousandths: 0, availableThousandths: null, gramsPerUnit: null, isVariableWeight: false },
  ...{ hasSeparateWeights: false, group: null },
});
const line = (name: string, number: number, isOffered = true): OrderLine => ({
  ...{ number, goods: goods(name), rules: startRules(goods(name)), isOffered },
});

t.test(
  "what the seller took off is named and goes with one tap; what it has besides is named and chosen by hand",
  async (t) => {
    const order = { lines: [line("miele", 1), line("arance", 2), line("polline", 3, false)] };
    const names = (all: readonly { name: string }[]) => all.map(({ name }) => name);
    const changes = compareOffer(order, [goods("miele"), goods("propoli"), goods("polline")]);
    t.same(names(changes.gone), ["arance"]);
    t.same(names(changes.other), ["propoli"], "what we left out ourselves is no news");
    t.same(alignedLines(order, changes), [{ lineIri: goods("miele").lineIri }]);
    const same = compareOffer(order, [goods("miele"), goods("arance"), goods("polline")]);
    t.same(same, { gone: [], other: [] });
  },
);
